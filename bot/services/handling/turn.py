"""One order at the desk: who gives it, on which ticket, within which unit of work."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.clients import ClientEvent
from bot.domain.desk import DeskMessage, Order, Technician, Verb
from bot.domain.outbox import Rank
from bot.domain.tickets import Event, Ticket
from bot.errors import DeskRefusal
from bot.ports import UnitOfWork
from bot.services.context import Policy
from bot.services.desk import Desk
from bot.texts.posts import Post, leave

INQUIRY = "?"
"""What the `ref` of an inquiry begins with: "?fiche =12 adresse"."""
SETTLED = "settled"
"""The `ref` of a question in whose place its outcome stands: « Annuler » on another telephone comes too late."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a handler is given."""

    desk: Desk
    order: Order
    technician: Technician
    at: datetime
    """When it was given: typed before the program came back, that is earlier than now."""

    @property
    def uow(self) -> UnitOfWork:
        return self.desk.uow

    @property
    def now(self) -> datetime:
        return self.desk.now

    @property
    def policy(self) -> Policy:
        return self.desk.policy

    @property
    def words(self) -> str:
        return self.order.words.strip()

    @property
    def actor(self) -> str:
        """How events name who did it."""
        return f"technician:{self.technician.id}"

    async def answered(self) -> DeskMessage | None:
        """The message of ours that this order answers."""
        if self.order.reply_to is None:
            return None
        return await self.uow.desk_messages.find(self.order.chat_id, self.order.reply_to)

    async def ticket(self) -> Ticket:
        """The ticket that is meant: the number given, or the one of the message that is answered."""
        number = self.order.ticket
        if number is None:
            below = await self.answered()
            number = below.ticket_id if below else None
        if number is None:
            raise DeskRefusal("no_ticket_number", verb=self.order.verb.value)
        ticket = await self.uow.tickets.get(number)
        if ticket is None:
            raise DeskRefusal("unknown_ticket", number=number)
        return ticket

    async def open_ticket(self) -> Ticket:
        """The same, and it must not be closed."""
        ticket = await self.ticket()
        if not ticket.is_open:
            raise DeskRefusal("ticket_closed", number=ticket.number)
        return ticket

    async def log(self, ticket: Ticket, kind: str, **data: object) -> None:
        """Append to the ticket's history."""
        await self.uow.tickets.add_event(Event(ticket.number, self.now, kind, self.actor, data))

    async def log_client(self, client_id: int, kind: str, **data: object) -> None:
        """Append to the history of a client's file: which field, never what was written in it (C30)."""
        await self.uow.client_files.add_client_event(ClientEvent(client_id, self.now, kind, self.actor, data))

    async def refresh(self, ticket: Ticket) -> None:
        await self.desk.refresh(ticket, chat_id=self.order.chat_id)

    async def inquire(self, post: Post, verb: Verb, words: str) -> None:
        """Ask something that is no ticket's; what is answered is ordered as `verb` with these words before it."""
        await self.desk.say(
            post,
            rank=Rank.ANSWER,
            chat_id=self.order.chat_id,
            ref=f"{INQUIRY}{verb} {words}",
            reply_to=self.order.message_id,
            force_reply=not post.buttons,
        )

    async def in_place(self, post: Post, said: str | None = None) -> Post | str | None:
        """What follows a pressed question stands in its place, so that no old button is left; typed, it is posted.

        `said` is the toast of a press: four seconds on one telephone, where the post stays for everybody.
        """
        if self.order.callback_id is None:
            return post
        await self.desk.edit(self.order, post)
        if leave().data not in (button.data for row in post.buttons for button in row):
            settled = DeskMessage(self.order.chat_id, self.order.message_id, None, SETTLED)
            await self.uow.desk_messages.remember(settled, self.now)
        return said

    async def done(self, said: str) -> Post | str | None:
        """The same of a question that is settled: its buttons go, and what was done stays to be read."""
        return await self.in_place(Post.of(said), said)

    async def ask(self, post: Post, *, ticket: Ticket, ref: str) -> None:
        """Ask something of a ticket that is answered in words, by answering this message; or by its buttons."""
        await self.desk.say(
            post,
            rank=Rank.ANSWER,
            chat_id=self.order.chat_id,
            ticket=ticket.number,
            ref=ref,
            reply_to=self.order.message_id,
            force_reply=not post.buttons,
        )


def as_number(words: str) -> int | None:
    """The number that is all that was typed: "12", "#12", "n° 12"; None for anything else, or one no row can have."""
    digits = words.lstrip("#nN°º ").strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 9 else None
