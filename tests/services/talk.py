"""A technician's talk with the desk: types, presses what stands below the newest message, answers it."""

from typing import Any

from bot.domain.buttons import decode
from bot.domain.clients import ClientEvent
from bot.domain.desk import Verb
from bot.domain.outbox import Kind
from tests.services.shop import Row, Shop


class Talk:
    """What is ordered by looking at the desk, as a person does, and not by knowing what a button carries."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    async def types(self, verb: Verb, words: str = "") -> list[str]:
        return await self.shop.orders(verb, words=words)

    async def presses(self, label: str) -> list[str]:
        """Press the button of that label, of the newest message that has it."""
        for row in reversed(await self.shop.rows()):
            for button in _buttons(row):
                if button["text"] == label:
                    verb, ticket, words = decode(button["data"])
                    return await self.shop.presses(verb, ticket, words)
        raise AssertionError(f"no button says {label!r}")

    async def answers(self, words: str) -> list[str]:
        """Answer the newest message of the desk."""
        await self.shop.deliver()
        posted = [row for row in self.shop.desk.sent if row.kind in (Kind.SAY, Kind.FILE)]
        newest = max(posted, key=lambda row: row.id or 0)  # a card of less rank may have left after it
        return await self.shop.orders(Verb.REPLY, words=words, reply_to=101 + posted.index(newest))

    async def buttons(self) -> list[str]:
        """What stands on the buttons of the newest message."""
        said = [row for row in await self.shop.rows() if row.kind is Kind.SAY]
        return [button["text"] for button in _buttons(said[-1])]

    async def in_place(self) -> str:
        """What stands now where a button was pressed, with plain spaces."""
        edited = [row for row in await self.shop.rows() if row.kind is Kind.EDIT and row.payload["ref"] != "card"]
        return edited[-1].text.replace("\u00a0", " ")

    async def history(self, client_id: int = 1) -> list[tuple[str, dict[str, Any]]]:
        """(kind, data) of each event in a client's file."""
        events: list[ClientEvent] = await self.shop.read(lambda uow: uow.client_files.client_events(client_id))
        return [(event.kind, event.data) for event in events]


def _buttons(row: Row) -> list[dict[str, str]]:
    return [button for line in row.payload.get("buttons", []) for button in line]
