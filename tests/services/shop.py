"""The services with everything real below them but the providers: a database file, a clock that stands still."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from bot.clock import StoppedClock
from bot.domain.addresses import Address, Channel, KnownAddress
from bot.domain.clients import Client, ClientKind, Contact
from bot.domain.desk import Verb
from bot.domain.inbox import DeliveryReport, InboxEntry, OptOut, Source
from bot.domain.interventions import Intervention, LedgerLine
from bot.domain.outbox import Kind
from bot.domain.tickets import DeliveryState, Event, Media, Message, Ticket
from bot.ports import Reading, UnitOfWork
from bot.services.context import Context, Policy
from bot.services.delivery import Delivery
from bot.services.intake import take_in, take_in_mails
from bot.services.milestones import remind
from bot.storage.tables import outbox
from bot.storage.unit_of_work import SqlStore
from bot.texts.client import ClientTexts
from tests.factories import (
    ANNE,
    CLAIRE,
    CLAIRES_PHONE,
    DESK,
    HELENE,
    LUC,
    MARC,
    PARIS,
    client_message,
    mail_from,
    order,
    our_mail,
    sms,
    whatsapp,
)
from tests.fakes import FakeDesk, FakeMail, FakeParsers, FakeSender
from tests.rules.calendars import contract_hours

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the outbox, as a test looks at it."""

    to: str
    kind: Kind
    text: str
    state: str
    id: int = field(compare=False, default=0)
    payload: dict[str, Any] = field(compare=False, default_factory=dict)
    rank: int = field(compare=False, default=0)
    ticket_id: int | None = field(compare=False, default=None)
    attempts: int = field(compare=False, default=0)
    uncertain: bool = field(compare=False, default=False)
    next_attempt_at: datetime | None = field(compare=False, default=None)
    code: str | None = field(compare=False, default=None)


class Shop:
    """What happens in a test: people write, press and wait; and what can be seen of it afterwards."""

    def __init__(self, store: SqlStore, at: datetime) -> None:
        self.store = store
        self.clock = StoppedClock(at)
        self.parse = FakeParsers()
        policy = Policy(contract_hours(), PARIS, DESK, shop="Atelier", sms_number="+33639980000")
        parsers = dict.fromkeys(Source, self.parse)
        self.context = Context(store, self.clock, policy, ClientTexts(), parsers, mail=our_mail())
        self.twilio, self.desk, self.mail = FakeSender(), FakeDesk(prefix="TG"), FakeMail()
        self.delivery = Delivery(
            self.context,
            {
                Channel.SMS: self.twilio,
                Channel.WHATSAPP: self.twilio,
                Channel.MAIL: self.mail,
                Channel.TELEGRAM: self.desk,
            },
        )
        self._arrivals = 0

    def with_policy(self, **changes: Any) -> None:
        """Change the shop's rules."""
        self.context = replace(self.context, policy=replace(self.context.policy, **changes))
        self.restart()

    def restart(self) -> None:
        """The process ends and starts again: what it did not write down it no longer knows."""
        self.delivery = Delivery(self.context, self.delivery._senders)

    # What arrives

    async def arrives(
        self,
        reading: Reading | Exception,
        *,
        source: Source = Source.TWILIO_MESSAGE,
        occurred_at: datetime | None = None,
        external_id: str | None = None,
    ) -> str:
        """Put it into the inbox, and leave it there."""
        self._arrivals += 1
        name = external_id or f"entry {self._arrivals}"
        self.parse.readings[name] = reading
        await self.store.receive(InboxEntry(source, name, "{}", self.clock.now(), occurred_at))
        return name

    async def take_in(self) -> None:
        """Handle all that waits in the inbox."""
        while await take_in(self.context) or await take_in_mails(self.context):
            pass

    async def receives(
        self,
        sender: str | Address,
        body: str = "Bonjour, Word ne s'ouvre plus",
        *,
        media: tuple[Media, ...] = (),
        opt_out: OptOut | None = None,
        occurred_at: datetime | None = None,
        profile_name: str | None = None,
    ) -> None:
        """A client writes (by SMS unless an address says otherwise), and it is taken in."""
        address = sms(sender) if isinstance(sender, str) else sender
        reading = client_message(
            address,
            body,
            provider_id=f"SM{self._arrivals + 1}",
            media=media,
            opt_out=opt_out,
            profile_name=profile_name,
        )
        await self.arrives(reading, occurred_at=occurred_at)
        await self.take_in()

    async def gets_mail(
        self, sender: str | None, body: str = "Word ne s'ouvre plus", *, subject: str = "Word", **details: Any
    ) -> None:
        """A client writes a mail, and it is taken in; `details` are those of `MailDetails`, or of the message."""
        reading = mail_from(sender, body, provider_id=f"mail {self._arrivals + 1}", subject=subject, **details)
        await self.arrives(reading, source=Source.MAIL)
        await self.take_in()

    async def reports(self, provider_id: str, state: DeliveryState, code: str | None = None) -> None:
        """The provider says what became of a message."""
        await self.arrives(
            DeliveryReport(provider_id, state, code),
            source=Source.TWILIO_STATUS,
            external_id=f"{provider_id}:{state}",
        )
        await self.take_in()

    async def orders(
        self, verb: Verb, ticket: int | None = None, words: str = "", *, typed_at: datetime | None = None, **how: Any
    ) -> list[str]:
        """A technician orders something; what is said because of it, but for cards, with plain spaces."""
        seen = await self.last_row()
        await self.arrives(order(verb, ticket, words, **how), source=Source.TELEGRAM, occurred_at=typed_at)
        await self.take_in()
        rows = [row for row in await self.rows() if row.id > seen and row.kind in (Kind.SAY, Kind.TOAST)]
        return [row.text.replace("\u00a0", " ") for row in rows if row.text and row.payload.get("ref") != "card"]

    async def presses(self, verb: Verb, ticket: int | None = None, words: str = "", **how: Any) -> list[str]:
        return await self.orders(verb, ticket, words, pressed=True, **how)

    # Time

    async def passes(self, by: timedelta) -> int:
        """Let time pass, and do what has come due; how many tickets were spoken of."""
        self.clock.advance(by)
        return await self.remind()

    async def remind(self) -> int:
        return await remind(self.context)

    async def deliver(self) -> int:
        return await self.delivery.drain()

    # What can be seen

    async def read(self, work: Callable[[UnitOfWork], Any]) -> Any:
        return await self.store.read(work)

    async def write(self, work: Callable[[UnitOfWork], Any]) -> Any:
        return await self.store.write(work)

    async def ticket(self, number: int = 1) -> Ticket:
        found: Ticket | None = await self.store.read(lambda uow: uow.tickets.get(number))
        assert found is not None, f"there is no ticket {number}"
        return found

    async def tickets(self) -> list[Ticket]:
        async def work(uow: UnitOfWork) -> list[Ticket]:
            return [ticket async for ticket in uow.tickets.stream()]

        return await self.store.read(work)

    async def messages(self, number: int = 1) -> list[Message]:
        return await self.store.read(lambda uow: uow.messages.of_ticket(number))

    async def events(self, number: int = 1) -> list[str]:
        """The kinds of the events, in order."""
        return [event.kind for event in await self.history(number)]

    async def history(self, number: int = 1) -> list[Event]:
        return await self.store.read(lambda uow: uow.tickets.events(number))

    async def milestones(self, number: int = 1) -> dict[str, str]:
        """The state of each milestone by name; an urgent alert's instant is left out of its name."""
        found = await self.store.read(lambda uow: uow.milestones.of_ticket(number))
        return {name if not name.startswith("urgent") else name[: name.rindex(":")]: state for name, _, state in found}

    async def intervention(self, number: int = 1) -> Intervention | None:
        return await self.store.read(lambda uow: uow.interventions.of_ticket(number))

    async def ledger(self) -> list[tuple[int, int | None, int, str]]:
        """(client, period, units, decision) of every line, in order."""

        async def work(uow: UnitOfWork) -> list[LedgerLine]:
            return [line async for line in uow.contracts.all_lines()]

        return [(line.client_id, line.period_id, line.units, line.decision) for line in await self.store.read(work)]

    async def address(self, address: Address) -> KnownAddress:
        found: KnownAddress | None = await self.store.read(lambda uow: uow.directory.address(address))
        assert found is not None
        return found

    async def contact(self, contact_id: int) -> Contact | None:
        return await self.store.read(lambda uow: uow.directory.contact(contact_id))

    async def client(self, client_id: int) -> Client | None:
        return await self.store.read(lambda uow: uow.directory.client(client_id))

    async def rows(self, *states: str) -> list[Row]:
        """The outbox, oldest first."""

        async def work(uow: Any) -> list[Row]:
            found = await uow.outbox._connection.execute(select(outbox).order_by(outbox.c.id))
            return [_row(row) for row in found]

        rows: list[Row] = await self.store.read(work)
        return [row for row in rows if not states or row.state in states]

    async def last_row(self) -> int:
        return max((row.id for row in await self.rows()), default=0)

    async def texts_to(self, number: str) -> list[str]:
        """What is or was to be said to a number, by any channel."""
        return [row.text for row in await self.rows() if row.kind is Kind.TEXT and row.to.endswith(number)]

    async def notices(self, chat_id: int = DESK) -> list[str]:
        """What stands on the desk below the cards, or waits to."""
        return [
            row.text
            for row in await self.rows()
            if row.kind is Kind.SAY and row.to == f"telegram:{chat_id}" and row.payload["ref"] != "card"
        ]

    async def card(self, number: int = 1, chat_id: int = DESK) -> Row:
        """The newest that a ticket's card says or is to say."""
        found = [
            row
            for row in await self.rows()
            if row.ticket_id == number and row.to == f"telegram:{chat_id}" and row.payload.get("ref") == "card"
        ]
        assert found, f"ticket {number} has no card"
        return found[-1]

    async def posted(self, number: int = 1, ref: str = "card", chat_id: int = DESK) -> int:
        """The Telegram id of a ticket's newest message of a kind: deliver first."""
        for row in reversed(self.desk.sent):
            if row.ticket_id == number and row.payload.get("ref") == ref and row.kind in (Kind.SAY, Kind.FILE):
                said = [each for each in self.desk.sent if each.kind in (Kind.SAY, Kind.FILE)]
                return 101 + said.index(row)
        raise AssertionError(f"nothing of kind {ref} was posted for ticket {number}")


def _row(row: Any) -> Row:
    payload = json.loads(row.payload)
    return Row(
        row.lane,
        Kind(row.kind),
        str(payload.get("text", payload.get("body", ""))),
        row.state,
        id=row.id,
        payload=payload,
        rank=row.rank,
        ticket_id=row.ticket_id,
        attempts=row.attempts,
        uncertain=row.uncertain,
        next_attempt_at=row.next_attempt_at,
        code=row.error_code,
    )


async def found(uow: UnitOfWork, now: datetime) -> None:
    """A group practice with two people (client 1), a doctor in her own name (2), and two technicians."""
    practice = await uow.directory.add_client("Cabinet des Tilleuls", kind=ClientKind.GROUP_PRACTICE, now=now)
    alone = await uow.directory.add_client("Dr Anne Morel", kind=ClientKind.INDIVIDUAL, now=now)
    for number, name, role, client_id in (
        (HELENE, "Dr Hélène Vasseur", "médecin", practice.id),
        (LUC, "Luc Garnier", "secrétariat", practice.id),
        (ANNE, "Dr Anne Morel", "médecin", alone.id),
    ):
        contact = await uow.directory.add_contact(name, client_id=client_id, role=role, now=now)
        for address in (sms(number), whatsapp(number)):
            await uow.directory.add_address(address, contact_id=contact.id, profile_name=None, now=now)
    for client in (practice, alone):
        await uow.contracts.add_contract(
            client.id, starts_on=date(2026, 3, 1), allowance_units=12, ends_on=None, now=now
        )
    await uow.directory.put_technician(CLAIRE, name="Claire", is_admin=True, phone=CLAIRES_PHONE)
    await uow.directory.put_technician(MARC, name="Marc", is_admin=False, phone=None)
