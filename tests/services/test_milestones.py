"""Reminders as the deadline nears, at the breach, each morning after (C17); urgent alerts until one comes (C18)."""

from dataclasses import replace

import pytest

from bot.domain.desk import Verb
from bot.domain.milestones import MilestoneKind
from bot.domain.outbox import Kind, Rank
from bot.domain.tickets import TicketState
from bot.services.milestones import next_reminder_at, remind
from tests.factories import CLAIRE, CLAIRES_PHONE, DAY, HELENE, HOUR, LUC, MARC, MINUTE, MONDAY, PARIS, paris

HALF, BREACH = paris("2026-11-25 13:00"), paris("2026-11-27 16:00")


async def reminded(shop, number=1) -> list[str]:
    """The milestones that the desk was reminded of."""
    return [event.data["milestone"] for event in await shop.history(number) if event.kind == "reminded"]


async def test_nothing_is_said_and_nothing_written_before_the_half(shop):
    await shop.receives(HELENE)
    commits = shop.store._writer.commits
    shop.clock.move_to(HALF - MINUTE)
    assert await shop.remind() == 0
    assert shop.store._writer.commits == commits
    assert await next_reminder_at(shop.context) == HALF


async def test_each_milestone_is_said_once_and_then_each_office_morning(shop):
    """A simulated fortnight, ticking every quarter of an hour."""
    await shop.receives(HELENE)
    said = []
    while shop.clock.now() < paris("2026-12-02 12:00"):
        shop.clock.advance(15 * MINUTE)
        if await shop.remind():
            said.append((f"{shop.clock.now().astimezone(PARIS):%d %H:%M}", (await reminded(shop))[-1]))
    assert len(said) == len(await reminded(shop))
    assert said == [
        ("25 13:00", "50"),
        ("26 14:30", "75"),
        ("27 11:15", "90"),
        ("27 16:00", "breach"),
        ("30 08:00", "daily:2026-11-30"),
        ("01 08:00", "daily:2026-12-01"),
        ("02 08:00", "daily:2026-12-02"),
    ]


async def test_a_reminder_stands_below_the_card_and_refreshes_it(shop):
    await shop.receives(HELENE)
    await shop.deliver()
    shop.clock.move_to(HALF)
    assert await shop.remind() == 1
    notice, edit = (await shop.rows())[-2:]
    assert (notice.kind, notice.rank, notice.payload["reply_to"], notice.payload["ref"]) == (
        Kind.SAY,
        Rank.REMINDER,
        101,
        "reminder",
    )
    assert "la moitié du délai est passée" in notice.text
    assert (edit.kind, "reste 24 h ouvrées" in edit.text) == (Kind.EDIT, True)


async def test_two_clones_say_it_once(shop):
    await shop.receives(HELENE)
    shop.clock.move_to(HALF)
    assert [await remind(shop.context), await remind(shop.context)] == [1, 0]


async def test_after_an_outage_only_the_highest_is_said(shop):
    await shop.receives(HELENE)
    shop.clock.move_to(paris("2026-11-27 12:00"))
    assert await shop.remind() == 1
    assert await reminded(shop) == ["90"]
    assert await shop.milestones() == {"50": "superseded", "75": "superseded", "90": "sent", "breach": "pending"}


async def test_more_than_five_are_one_digest(shop):
    for nth in range(6):
        await shop.receives(f"+3363998{9000 + nth}")
    shop.clock.move_to(BREACH)
    assert await shop.remind() == 6
    (digest,) = await shop.notices()
    assert "6 tickets à recontacter, dont 6 en retard" in digest
    assert [(await shop.milestones(number))["breach"] for number in range(1, 7)] == ["sent"] * 6


async def test_five_are_five_reminders(shop):
    for nth in range(5):
        await shop.receives(f"+3363998{9000 + nth}")
    shop.clock.move_to(BREACH)
    await shop.remind()
    assert len(await shop.notices()) == 5


async def test_what_falls_due_at_night_waits_for_the_opening(shop):
    shop.with_policy(reading="working-days")
    await shop.receives(HELENE, occurred_at=MONDAY)

    async def due_at_night(uow):
        at = paris("2026-11-24 03:00")
        await uow.milestones.plan(1, MilestoneKind.RECONTACT, [("50", at, at)])

    await shop.write(due_at_night)
    shop.clock.move_to(paris("2026-11-24 03:01"))
    assert await shop.remind() == 0
    assert await next_reminder_at(shop.context) == paris("2026-11-24 08:00")
    shop.clock.move_to(paris("2026-11-24 08:00"))
    assert await shop.remind() == 1


async def test_at_a_closing_the_higher_one_is_told_and_the_lower_one_never(shop):
    """Down over both of Thursday's: the one of 18:30 may still be told at 18:35, that of the afternoon may not."""
    await shop.receives(HELENE)

    async def due_at_closing(uow):
        at = paris("2026-11-26 18:30")
        await uow.milestones.plan(1, MilestoneKind.RECONTACT, [("90", at, at), ("75", at - HOUR, at - HOUR)])

    await shop.write(due_at_closing)
    shop.clock.move_to(paris("2026-11-26 18:35"))
    assert await shop.remind() == 1
    assert await reminded(shop) == ["90"]
    shop.clock.move_to(paris("2026-11-27 08:00"))
    assert "75" not in await reminded(shop)
    assert (await shop.milestones())["75"] == "superseded"


async def test_a_ticket_that_was_recontacted_is_silent(shop):
    await shop.receives(HELENE)
    await shop.orders(Verb.START, 1)
    shop.clock.move_to(BREACH + DAY)
    assert await shop.remind() == 0
    assert set((await shop.milestones()).values()) == {"cancelled"}


async def test_a_reminder_that_was_left_behind_is_put_away(shop):
    """A ticket that is closed by some other way than ours leaves its milestones: they say nothing."""
    await shop.receives(HELENE)
    ticket = await shop.ticket()
    closed = replace(ticket, state=TicketState.CLOSED, closed_at=MONDAY)
    await shop.write(lambda uow: uow.tickets.save(closed))
    shop.clock.move_to(HALF)
    assert await shop.remind() == 0
    assert (await shop.milestones())["50"] == "superseded"


async def test_a_reminder_that_waits_gives_way_to_the_next(shop):
    """With the desk out of reach for days, one reminder of a ticket waits there and not seven."""
    await shop.receives(HELENE)
    for moment in (HALF, paris("2026-11-26 14:30"), BREACH):
        shop.clock.move_to(moment)
        await shop.remind()
    waiting = [row.text for row in await shop.rows("queued") if row.payload.get("ref") == "reminder"]
    assert ["DÉLAI DÉPASSÉ" in text for text in waiting] == [True]


class TestUrgent:
    async def test_the_alert_is_repeated_by_more_and_more_insistent_means(self, shop):
        await shop.orders(Verb.HELLO, chat_id=MARC, by=MARC)
        await shop.receives(HELENE, "Urgent !")
        told = []
        for _ in range(40):
            if await shop.passes(MINUTE):
                rows = [
                    row
                    for row in await shop.rows("queued")
                    if row.text and ("appel" in row.text or "Prenez" in row.text)
                ]
                told.append(((shop.clock.now() - MONDAY) // MINUTE, sorted(row.to for row in rows)))
        everybody = sorted([f"sms:{CLAIRES_PHONE}", "telegram:-1001", f"telegram:{MARC}"])
        assert told == [
            (3, ["telegram:-1001", f"telegram:{MARC}"]),
            (6, everybody),
            (9, everybody),
            (12, everybody),
            (22, everybody),
            (32, everybody),
        ]

    async def test_an_alert_names_the_ticket_and_nothing_of_the_text(self, shop):
        await shop.receives(HELENE, "Urgent : patient Durand")
        for _ in range(7):
            await shop.passes(MINUTE)
        (text,) = await shop.texts_to(CLAIRES_PHONE)
        assert ("le ticket 1 attend toujours" in text, "Durand" in text) == (True, False)

    async def test_it_rings_at_night_too(self, shop):
        shop.clock.move_to(paris("2026-11-22 23:00"))
        await shop.receives(HELENE, "Urgent !")
        assert await shop.passes(3 * MINUTE) == 1
        notice = next(row for row in await shop.rows() if "2e appel" in row.text)
        assert (notice.payload["silent"], notice.rank) == (False, Rank.URGENT)

    async def test_with_automatic_sms_off_nobody_gets_one(self, shop):
        shop.with_policy(sms_automatic="off")
        await shop.receives(HELENE, "Urgent !")
        for _ in range(7):
            await shop.passes(MINUTE)
        assert await shop.texts_to(CLAIRES_PHONE) == []

    @pytest.mark.parametrize(
        ("verb", "words"),
        [
            pytest.param(Verb.TAKE, "", id="taken"),
            pytest.param(Verb.NORMAL, "", id="not urgent after all"),
            pytest.param(Verb.ANSWER, "J'arrive", id="answered"),
            pytest.param(Verb.START, "", id="begun"),
            pytest.param(Verb.APPOINTMENT, "demain 9h", id="an appointment agreed"),
            pytest.param(Verb.TIMES, "9h50 9h55", id="work written down"),
            pytest.param(Verb.BLOCK, "", id="blocked"),
        ],
    )
    async def test_it_stops_once_somebody_has_dealt_with_it(self, shop, verb, words):
        await shop.receives(HELENE, "Urgent !")
        await shop.orders(verb, 1, words)
        assert await shop.passes(3 * MINUTE) == 0
        assert "urgent:3" not in await shop.milestones()

    async def test_an_alert_that_was_left_behind_is_put_away(self, shop):
        await shop.receives(HELENE, "Urgent !")
        ticket = await shop.ticket()
        await shop.write(lambda uow: uow.tickets.save(replace(ticket, assigned_to=1)))
        assert await shop.passes(3 * MINUTE) == 0
        assert (await shop.milestones())["urgent:2"] == "superseded"

    async def test_after_an_outage_the_last_alert_alone_is_made_up_for(self, shop):
        await shop.receives(HELENE, "Urgent !")
        await shop.passes(3 * MINUTE)
        assert await shop.passes(5 * HOUR) == 1
        assert [event.data["nth"] for event in await shop.history() if event.kind == "rung"] == [2, 3]

    async def test_made_normal_and_urgent_again_it_starts_anew(self, shop):
        await shop.receives(HELENE, "Urgent !")
        for _ in range(3):
            await shop.passes(3 * MINUTE)
        await shop.orders(Verb.NORMAL, 1)
        await shop.orders(Verb.URGENT, 1)
        await shop.passes(3 * MINUTE)
        assert [event.data["nth"] for event in await shop.history() if event.kind == "rung"] == [2, 3, 4, 2]

    async def test_while_the_desk_is_out_of_reach_only_the_newest_alert_waits(self, shop):
        await shop.receives(HELENE, "Urgent !")
        for _ in range(4):
            await shop.passes(10 * MINUTE)
        alerts = [row for row in await shop.rows("queued") if row.payload.get("ref") == "alert"]
        assert ["5e appel" in row.text for row in alerts] == [True]
        assert len([row for row in await shop.rows("queued") if row.to == f"sms:{CLAIRES_PHONE}"]) == 1

    async def test_two_tickets_ring_side_by_side(self, shop):
        await shop.receives(HELENE, "Urgent !")
        await shop.receives(LUC, "Urgent aussi")
        assert await shop.passes(3 * MINUTE) == 2


async def test_a_technician_without_a_private_chat_is_called_at_the_desk(shop):
    await shop.receives(HELENE, "Urgent !")
    await shop.passes(3 * MINUTE)
    assert [row for row in await shop.rows() if row.to == f"telegram:{CLAIRE}"] == []
