"""What is put on the technicians' desk: cards, notices, answers. Nothing is sent here, only written into the outbox."""

from datetime import date, datetime

from bot.domain.addresses import Address, Channel
from bot.domain.desk import Order
from bot.domain.outbox import Kind, Outgoing, Rank
from bot.domain.tickets import Ticket
from bot.ports import UnitOfWork
from bot.services.context import Context
from bot.services.views import Facts, card_view
from bot.texts import notices
from bot.texts.cards import Post, card

CARD = "card"


class Desk:
    """The desk within one unit of work, at one instant."""

    def __init__(self, uow: UnitOfWork, context: Context, now: datetime) -> None:
        self.uow = uow
        self.context = context
        self.policy = context.policy
        self.now = now

    @property
    def today(self) -> date:
        """The date in the office zone."""
        return self.now.astimezone(self.policy.zone).date()

    async def say(
        self,
        post: Post,
        *,
        rank: Rank,
        chat_id: int | None = None,
        ticket: int | None = None,
        ref: str = "note",
        silent: bool = False,
        reply_to: int | None = None,
        force_reply: bool = False,
        coalesce: str | None = None,
    ) -> None:
        """Post something, on the desk's chat unless another is named. `ref` says what an answer to it will mean."""
        chat = self.context.desk_chat_id if chat_id is None else chat_id
        payload: dict[str, object] = {
            **_content(post),
            "silent": silent,
            "reply_to": reply_to,
            "force_reply": force_reply,
            "ref": ref,
        }
        await self._queue(chat, Kind.SAY, payload, rank, ticket=ticket, coalesce=coalesce)

    async def notify(
        self, post: Post, *, ticket: int, rank: Rank = Rank.CARD, ref: str = "notice", coalesce: str | None = None
    ) -> None:
        """Say something of a ticket below its card. Outside office hours it makes no sound, unless it is urgent."""
        below = await self.uow.desk_messages.card(ticket, self.context.desk_chat_id)
        silent = rank is not Rank.URGENT and not self.policy.hours.is_open(self.now)
        reply_to = below.message_id if below else None
        await self.say(post, rank=rank, ticket=ticket, ref=ref, silent=silent, reply_to=reply_to, coalesce=coalesce)

    async def alert(self, ticket: Ticket, *, nth: int) -> None:
        """Call an urgent ticket out for the nth time (C18). While the desk cannot be reached, only the newest waits."""
        post = notices.urgent_alert(ticket.number, nth)
        key = f"alert:{ticket.number}:{self.context.desk_chat_id}"
        await self.notify(post, ticket=ticket.number, rank=Rank.URGENT, ref="alert", coalesce=key)

    async def show(
        self, ticket: Ticket, *, chat_id: int | None = None, silent: bool | None = None, facts: Facts | None = None
    ) -> None:
        """Post a new card of the ticket. Normal ones are silent outside office hours; urgent ones ring (C18)."""
        if silent is None:
            silent = not ticket.is_urgent and not self.policy.hours.is_open(self.now)
        chat = self.context.desk_chat_id if chat_id is None else chat_id
        post = await self._card(ticket, facts)
        rank = Rank.ANSWER if chat_id is not None else Rank.URGENT if ticket.is_urgent else Rank.CARD
        await self.say(
            post,
            rank=rank,
            chat_id=chat,
            ticket=ticket.number,
            ref=CARD,
            silent=silent,
            coalesce=_card_key(ticket, chat),
        )

    async def refresh(self, ticket: Ticket, *, chat_id: int | None = None) -> None:
        """Bring the ticket's card up to date: in the row that still waits, or else by an edit.

        Many changes in a burst are one edit: the waiting row always says the newest.
        """
        chats = {self.context.desk_chat_id} if chat_id is None else {self.context.desk_chat_id, chat_id}
        post = await self._card(ticket)
        for chat in sorted(chats):
            waiting = await self.uow.outbox.waiting(_card_key(ticket, chat))
            if waiting is None:
                payload = {**_content(post), "ref": CARD, "silent": True}
                await self._queue(
                    chat, Kind.EDIT, payload, Rank.REFRESH, ticket=ticket.number, coalesce=_card_key(ticket, chat)
                )
                continue
            payload = {**waiting.payload, **_content(post)}
            rank = waiting.rank
            if waiting.kind is Kind.SAY and ticket.is_urgent:
                payload["silent"] = False
                rank = Rank.URGENT
            await self.uow.outbox.rewrite(waiting.id, payload, rank)

    async def toast(self, order: Order, text: str, *, alert: bool = False) -> None:
        """Answer a pressed button: until then Telegram shows it as pressed."""
        payload: dict[str, object] = {
            "callback_id": order.callback_id,
            "text": Post.of(text).toast,
            "alert": alert,
        }
        await self._queue(order.chat_id, Kind.TOAST, payload, Rank.URGENT)

    async def edit(self, order: Order, post: Post) -> None:
        """Let the message whose button was pressed show this from now on; of many presses, the newest."""
        await self.rewrite(order.chat_id, order.message_id, post, rank=Rank.ANSWER)

    async def rewrite(self, chat_id: int, message_id: int, post: Post, *, rank: Rank = Rank.REFRESH) -> None:
        """Let a message that was posted show this from now on; what still waits to be shown there is left out."""
        payload: dict[str, object] = {**_content(post), "message_id": message_id, "ref": "note", "silent": True}
        await self._queue(chat_id, Kind.EDIT, payload, rank, coalesce=f"edit:{chat_id}:{message_id}")

    async def file(
        self, order: Order, *, path: str, content_type: str, caption: Post, ticket: int | None = None, name: str = ""
    ) -> None:
        """Post a client's picture, or a paper, below the message whose button was pressed; `name` is what it is called
        there.
        """
        content = {**_content(caption), "path": path, "content_type": content_type, "name": name}
        payload: dict[str, object] = {**content, "reply_to": order.message_id, "ref": "notice"}
        await self._queue(order.chat_id, Kind.FILE, payload, Rank.ANSWER, ticket=ticket)

    async def _card(self, ticket: Ticket, facts: Facts | None = None) -> Post:
        view = await card_view(self.uow, ticket, self.context, self.now, facts=facts)
        return card(view, zone=self.policy.zone, now=self.now)

    async def _queue(
        self,
        chat_id: int,
        kind: Kind,
        payload: dict[str, object],
        rank: Rank,
        *,
        ticket: int | None = None,
        coalesce: str | None = None,
    ) -> None:
        outgoing = Outgoing(
            address=Address(Channel.TELEGRAM, str(chat_id)),
            kind=kind,
            payload=payload,
            rank=rank,
            ticket_id=ticket,
            coalesce=coalesce,
        )
        await self.uow.outbox.add(outgoing, self.now)
        self.uow.signal("outbox")


def _card_key(ticket: Ticket, chat_id: int) -> str:
    return f"card:{ticket.number}:{chat_id}"


def _content(post: Post) -> dict[str, object]:
    return {
        "text": post.rich.text,
        "entities": post.rich.entities,
        "buttons": [[{"text": button.text, "data": button.data} for button in row] for row in post.buttons],
    }
