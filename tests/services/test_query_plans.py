"""What is done for each message reads what grows by an index: the tenth year is as quick as the first day."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from bot.domain.calls import CallEvent, Step
from bot.domain.desk import Verb
from bot.domain.mails import Robot
from bot.domain.tickets import Outcome
from bot.errors import TransientDeliveryError
from bot.services.calls import answer, erase_recordings
from bot.services.contract_watch import watch_contracts
from bot.services.media import fetch_media
from bot.services.meetings import remind_meetings
from tests.factories import DAY, HELENE, LUC, LUCS_MAIL, NOBODY, mail, whatsapp
from tests.fakes import FakeMediaStore, FakeRecordings, FakeScanner
from tests.services.calls_cast import ANSWER, missed, recording, sid, speaks, tell
from tests.services.shop import Shop
from tests.services.test_accounting import close, work

NOBODYS_MAIL = "quelquun@ailleurs.example"

GROWING = ("inbox", "outbox", "tickets", "messages", "media", "events", "milestones", "desk_messages", "interventions",
           "sittings", "ledger", "client_events", "contract_milestones", "mail_ids", "mail_positions", "ticket_copies",
           "calls")  # fmt: skip


@contextmanager
def statements(seen: list[tuple[str, object]]) -> Iterator[None]:
    """Every statement with its values, on whatever connection."""

    def note(_connection, _cursor, statement, parameters, _context, many):
        seen.append((statement, parameters[0] if many else parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def scans(path: str, seen: list[tuple[str, object]]) -> set[str]:
    """The tables that grow and are read from end to end, with the statement."""
    beside = sqlite3.connect(path)
    found = set()
    for statement, parameters in dict(seen).items():
        is_ours = statement.rstrip().endswith("FROM outbox ORDER BY outbox.id")  # how the test looks at all rows
        if is_ours or not statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            continue
        for *_, detail in beside.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
            words = detail.split()
            if words[0] == "SCAN" and words[1] in GROWING and "USING" not in words:
                found.add(f"{detail}: {' '.join(statement.split())[:300]}")
    beside.close()
    return found


@pytest.fixture
def path(shop: Shop, tmp_path) -> str:
    return str(tmp_path / "shop.db")


async def test_a_request_is_read_handled_and_closed_by_indexes(shop, path):
    seen: list[tuple[str, object]] = []
    await shop.receives(HELENE, "Word ne s'ouvre plus")
    await work(shop)
    await close(shop)
    shop.clock.advance(2 * DAY)
    with statements(seen):
        await shop.receives(LUC, "Urgent : MediStory 4 est en panne")
        await shop.receives(NOBODY, "Bonjour")
        await shop.receives(whatsapp(HELENE), "Statut")
        await shop.receives(HELENE, "Encore Word")
        await shop.deliver()
        await work(shop, 2, "9h 9h20")
        await close(shop, 2, Outcome.RESOLVED)
        await shop.orders(Verb.ANSWER, 4, "Je regarde")
        await shop.deliver()
        await shop.remind()
        await watch_contracts(shop.context)
        await remind_meetings(shop.context)
    assert len(seen) > 200
    assert scans(path, seen) == set()


async def test_a_mail_is_read_handled_and_answered_by_indexes(shop, path):
    seen: list[tuple[str, object]] = []
    await shop.receives(HELENE, "Word ne s'ouvre plus")
    with statements(seen):
        await shop.gets_mail(NOBODYS_MAIL, "Bonjour", mail_id="<a@x.example>", copies=(mail(LUCS_MAIL),))
        await shop.gets_mail(NOBODYS_MAIL, "Suite", answers=("<a@x.example>",), signed_ticket=2, named_ticket=1)
        await shop.gets_mail(NOBODYS_MAIL, "Absent", robot=Robot.OUT_OF_OFFICE, answers=("<a@x.example>",))
        await shop.gets_mail("lettre@ailleurs.example", "Promotions", robot=Robot.LIST)
        await shop.orders(Verb.ANSWER, 2, "Je regarde")
        await shop.deliver()
        await shop.read(lambda uow: uow.inbox.kept(limit=10))
        await shop.read(lambda uow: uow.inbox.count_kept(since=shop.clock.now()))
        await shop.write(lambda uow: uow.mails.note_seen("box", 1, [(1, "a")], shop.clock.now()))
        await shop.read(lambda uow: uow.mails.seen("box", 1))
        await shop.write(lambda uow: uow.mails.forget_gone("box", 1, [2], before=shop.clock.now() + DAY))
    assert len(seen) > 80
    assert scans(path, seen) == set()


async def test_a_call_is_taken_in_settled_and_erased_by_indexes(shop, path):
    await speaks(shop, call=1)
    await fetch_media(shop.context, FakeMediaStore())
    shop.clock.advance(2 * DAY)
    stubborn = FakeMediaStore()
    stubborn.problems[recording(nth=2).url] = TransientDeliveryError("not yet", code="recording_not_ready")
    seen: list[tuple[str, object]] = []
    with statements(seen):
        await speaks(shop, LUC, call=2)
        await missed(shop, None, call=3)
        await tell(shop, Step.DIALLED, call=4, caller=NOBODY, **ANSWER)
        await answer(shop.context, CallEvent("CA5", Step.RANG, HELENE))
        await answer(shop.context, CallEvent(sid(4), Step.SCREENED))
        for _ in range(2):
            await shop.presses(Verb.MEDIA, 2, "2")
            await fetch_media(shop.context, stubborn, FakeScanner())
            shop.clock.advance(3 * DAY)
        await erase_recordings(shop.context, FakeRecordings())
        await shop.orders(Verb.ATTEMPT, 2)
        await shop.orders(Verb.DUTY)
    assert len(seen) > 100
    assert scans(path, seen) == set()
