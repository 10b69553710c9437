"""What a scene expects, looked for until it is there or some seconds have passed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

from bot.domain.tickets import Ticket
from bot.ports import UnitOfWork
from bot.rules.folding import fold
from bot.sandbox import cast
from bot.sandbox.scenes import Expected, TicketExpected
from bot.sandbox.snapshot import Json, tickets_of_the_cast
from bot.sandbox.stage import Stage
from bot.sandbox.twilio_messages import plain
from bot.services.views import recontacted_by
from bot.texts import scenes as texts

PATIENCE_SECONDS = 8.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether an expectation was met, and the line that says so."""

    is_met: bool
    told: str


Look = Callable[[], Awaitable[tuple[bool, str]]]
"""Looks once: (is it there, what is seen instead)."""


class Expectations:
    """Looks at the phones, the desk, and the program's store."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._heard_before = self._mailed_before = 0
        self.last_writer = cast.PEOPLE[0]

    def begin(self) -> None:
        """An action begins: what clients receive from now on comes of it."""
        self._heard_before = len(self._stage.twilio.outbound())
        self._mailed_before = len(self._stage.mail.outbound())

    async def look(self, expected: Expected) -> list[Outcome]:
        """One outcome for each thing that is expected."""
        return [await _wait(said, look) for said, look in self._looks(expected)]

    def _looks(self, expected: Expected) -> Iterator[tuple[str, Look]]:
        if expected.client_receives is not None:
            person = cast.person(expected.who) if expected.who else self.last_writer
            said = texts.expects_received(person.name, expected.client_receives)
            yield said, partial(self._received, person, expected.client_receives)
        if expected.desk_shows is not None:
            said = texts.expects_shown(expected.desk_shows, expected.times)
            yield said, partial(self._shown, expected.desk_shows, expected.times)
        if expected.desk_lacks is not None:
            yield texts.expects_lacking(expected.desk_lacks), partial(self._lacking, expected.desk_lacks)
        if expected.ticket is not None:
            fields = ", ".join(f"{name}={value}" for name, value in _wanted(expected.ticket).items())
            yield texts.expects_ticket(expected.ticket.number, fields), partial(self._ticket, expected.ticket)
        if expected.balance is not None:
            said = texts.expects_balance(expected.client, expected.balance)
            yield said, partial(self._balance, expected.client, expected.balance)

    async def _received(self, person: cast.Person, text: str) -> tuple[bool, str]:
        since = self._stage.twilio.outbound()[self._heard_before :]
        delivered = [message for message in since if message.status == "delivered"]
        bodies = [message.body for message in delivered if cast.owner_of(plain(message.recipient)) == person]
        mails = [mail for mail in self._stage.mail.outbound()[self._mailed_before :] if mail.is_for(person.mail)]
        bodies += [f"{mail.subject}\n{mail.text}" for mail in mails]
        return any(fold(text) in fold(body) for body in bodies), _listed(bodies)

    async def _shown(self, text: str, times: int | None) -> tuple[bool, str]:
        count = self._count(text)
        return (count > 0 if times is None else count == times), f"{count} / {_listed(self._desk()[-4:])}"

    async def _lacking(self, text: str) -> tuple[bool, str]:
        return self._count(text) == 0, _listed([said for said in self._desk() if fold(text) in fold(said)])

    def _count(self, text: str) -> int:
        return sum(fold(text) in fold(said) for said in self._desk())

    def _desk(self) -> list[str]:
        return [message.text for message in self._stage.telegram.from_bot()]

    async def _ticket(self, wanted: TicketExpected) -> tuple[bool, str]:
        fields = _wanted(wanted)
        seen = await self._stage.store.read(lambda uow: _seen(uow, wanted.number))
        shown = {name: seen.get(name) for name in fields}
        return shown == fields, ", ".join(f"{name}={value}" for name, value in shown.items())

    async def _balance(self, client: str, left: int) -> tuple[bool, str]:
        view = await self._stage.figures()
        balance: Json | None = view["balances"].get(client)
        return balance is not None and balance["left"] == left, str(balance["left"] if balance else "—")


def _wanted(expected: TicketExpected) -> dict[str, object]:
    fields = expected.model_dump(exclude={"number"}, exclude_none=True)
    return {name: _plain(value) for name, value in fields.items()}


async def _seen(uow: UnitOfWork, number: int | None) -> dict[str, object]:
    tickets: list[Ticket | None] = [await uow.tickets.get(number)] if number else [*await tickets_of_the_cast(uow)]
    ticket = tickets[0] if tickets else None
    if ticket is None:
        return {}
    intervention = await uow.interventions.of_ticket(ticket.number)
    return {
        "state": _plain(ticket.state),
        "urgent": ticket.is_urgent,
        "outcome": _plain(ticket.outcome),
        "recontacted_by": _plain(await recontacted_by(uow, ticket)),
        "units": intervention.units if intervention else 0,
    }


def _plain(value: object) -> object:
    return str(value) if isinstance(value, str) else value


def _listed(said: list[str]) -> str:
    return " | ".join(" ".join(each.split())[:160] for each in said) or "rien"


async def _wait(said: str, look: Look) -> Outcome:
    seen = ""
    for _ in range(int(PATIENCE_SECONDS / LOOK_SECONDS)):
        is_met, seen = await look()
        if is_met:
            return Outcome(True, texts.met(said))
        await asyncio.sleep(LOOK_SECONDS)
    return Outcome(False, texts.not_met(said, seen))
