"""Every command of the desk typed wrongly, with the sentence that is answered; and that nothing was done."""

from typing import Any

from sqlalchemy import select

from bot.channels.telegram.commands import read_command
from bot.domain.desk import Verb
from bot.storage.tables import metadata
from tests import bad_input
from tests.factories import HELENE, LUC, NOBODY
from tests.services.bad_input_cases import CASES
from tests.services.shop import Shop

TITLE = "Au bureau, dans Telegram"
INTRODUCTION = (
    "C’est le 23 novembre 2026, 10h00. Le n° 1 est ouvert et le n° 2 clos (Cabinet des Tilleuls) ; le n° 3 vient\n"
    "d’un numéro inconnu, le n° 4 du Dr Anne Morel, au téléphone, avec une séance de 9h00 à 9h20."
)
QUEUES = {"inbox", "outbox", "desk_messages", "cursors"}


async def furnish(shop: Shop) -> None:
    await shop.receives(HELENE)
    await shop.receives(LUC, "Le scanner ne répond plus")
    await shop.orders(Verb.CLOSE, 2, "commercial")
    confirm = (await shop.rows())[-1].payload["buttons"][0][0]["data"]
    await shop.presses(Verb.CONFIRM, 2, confirm.split(":", 2)[2])
    await shop.receives(NOBODY)
    await shop.orders(Verb.CALL, words="Morel imprimante en panne")
    await shop.orders(Verb.TIMES, 4, "9h 9h20")
    assert [ticket.is_open for ticket in await shop.tickets()] == [True, False, True, True]


async def everything(shop: Shop) -> dict[str, list[Any]]:
    """What is remembered, but for what was asked and what is answered."""

    async def work(uow: Any) -> dict[str, list[Any]]:
        connection = uow.inbox._connection
        return {
            table.name: [tuple(row) for row in await connection.execute(select(table))]
            for table in metadata.sorted_tables
            if table.name not in QUEUES
        }

    found: dict[str, list[Any]] = await shop.read(work)
    return found


async def test_what_is_answered_stands_on_the_page(shop: Shop) -> None:
    await furnish(shop)
    before = await everything(shop)
    answered = {}
    for verb, cases in CASES.items():
        answered[f"/{verb}"] = [(typed, wrong, await answer(shop, typed)) for typed, wrong in cases]
        assert await everything(shop) == before, f"/{verb} has done something"
    text = bad_input.section(TITLE, INTRODUCTION, "tapé", answered)
    assert text == bad_input.written(TITLE, text)


async def answer(shop: Shop, typed: str) -> str:
    command = read_command(typed)
    assert command is not None
    said = await shop.orders(command.verb, command.ticket, command.words, typed=typed)
    return "\n".join(said)


def test_every_command_that_can_be_typed_is_on_the_page() -> None:
    typed = {verb for verb in Verb if (command := read_command(f"/{verb}")) and command.verb is verb}
    assert set(CASES) == typed - {Verb.UNKNOWN}
    assert all(cases for cases in CASES.values())
