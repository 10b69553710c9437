"""The outbox sent: retried, looked up, put off, given up; in the order of its lanes (decision 2, F20-F24)."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.addresses import Channel
from bot.domain.desk import Verb
from bot.domain.inbox import ChatMoved, DeliveryReport, Source
from bot.domain.outbox import Kind, Rank
from bot.domain.tickets import DeliveryState
from bot.errors import PermanentDeliveryError, StorageUnavailable, TransientDeliveryError, Unreadable
from bot.services import delivery as delivering
from bot.services.delivery import LANES_OF, LEASE, LONGEST_PAUSE, Delivery
from bot.services.intake import take_in
from bot.services.outages import outages
from tests.factories import (
    CLAIRES_PHONE,
    DESK,
    HELENE,
    HELENES_MAIL,
    HOUR,
    LUC,
    LUCS_MAIL,
    MARC,
    MONDAY,
    NOBODY,
    mail,
    outgoing,
    sms,
    telegram,
    whatsapp,
)

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


async def queue(shop, *rows, at=None):
    async def work(uow):
        return [await uow.outbox.add(row, at or shop.clock.now()) for row in rows]

    return await shop.write(work)


async def states(shop) -> list[str]:
    return [row.state for row in await shop.rows()]


def gone(row) -> PermanentDeliveryError | None:
    """Somebody deleted the card in Telegram."""
    return PermanentDeliveryError("gone", code="gone") if row.kind is Kind.EDIT else None


def bodies(sender) -> list[str]:
    return [str(row.payload.get("body", row.payload.get("text"))) for row in sender.sent]


class TestOrder:
    async def test_one_lane_leaves_one_after_the_other_by_rank_then_by_age(self, shop):
        ranks = (("card", Rank.CARD), ("refresh", Rank.REFRESH), ("one", Rank.CLIENT), ("two", Rank.CLIENT))
        await queue(shop, *(outgoing(sms(HELENE), rank=rank, body=name) for name, rank in ranks))
        await queue(shop, outgoing(sms(HELENE), rank=Rank.URGENT, body="now"))
        assert await shop.deliver() == 5
        assert bodies(shop.twilio) == ["now", "one", "two", "card", "refresh"]

    async def test_a_lane_that_waits_does_not_hold_the_others_up(self, shop):
        def no_answer(row):
            return TransientDeliveryError("no answer") if row.address == sms(HELENE) else None

        await queue(shop, outgoing(sms(HELENE), body="one"), outgoing(sms(LUC), body="other"))
        shop.twilio.problem_of = no_answer
        await shop.deliver()
        assert bodies(shop.twilio) == ["other"]

    async def test_within_a_lane_the_next_waits_for_the_first(self, shop):
        await queue(shop, outgoing(sms(HELENE), body="one"), outgoing(sms(HELENE), body="two"))
        shop.twilio.next_problems.append(TransientDeliveryError("no answer"))
        await shop.deliver()
        assert bodies(shop.twilio) == []
        shop.clock.advance(2 * SECOND)
        await shop.deliver()
        assert bodies(shop.twilio) == ["one", "two"]

    async def test_something_urgent_does_not_wait_for_what_waits(self, shop):
        await queue(shop, outgoing(sms(HELENE), body="one"))
        shop.twilio.next_problems.append(TransientDeliveryError("no answer"))
        await shop.deliver()
        await queue(shop, outgoing(sms(HELENE), body="now", rank=Rank.URGENT))
        await shop.deliver()
        assert bodies(shop.twilio) == ["now"]

    async def test_nothing_due_writes_nothing(self, shop):
        commits = shop.store._writer.commits
        assert await shop.delivery.dispatch() == 0
        assert shop.store._writer.commits == commits

    async def test_no_more_lanes_than_allowed_are_sent_at_once(self, shop, monkeypatch):
        monkeypatch.setattr(delivering, "LANES_AT_ONCE", 2)
        await queue(shop, *(outgoing(sms(f"+3363998{9000 + nth}")) for nth in range(5)))
        assert await shop.delivery.dispatch() == 2
        assert len(shop.delivery.busy) == 2
        assert await shop.delivery.dispatch() == 0
        assert await shop.deliver() == 3

    async def test_draining_goes_on_when_all_lanes_end_during_a_look(self, shop, monkeypatch):
        may_arrive, idle = asyncio.Event(), delivering._is_idle

        async def slowly(row):
            await may_arrive.wait()
            return f"sent {row.id}"

        async def look(*asked):
            found = await idle(*asked)
            may_arrive.set()
            while shop.delivery.busy:  # noqa: ASYNC110 - any moment will do
                await asyncio.sleep(0)
            return found

        shop.mail.send = slowly
        await queue(
            shop, *(outgoing(mail(f"client{nth}@tilleuls.example")) for nth in range(2 * LANES_OF[Channel.MAIL]))
        )
        await shop.delivery.dispatch()
        monkeypatch.setattr(delivering, "_is_idle", look)
        await shop.deliver()
        assert set(await states(shop)) == {"sent"}

    async def test_forty_mails_leave_lanes_for_something_urgent(self, shop):
        """Our mail server gives two connections: what waits for one must not wait on everybody's lanes."""
        is_open = asyncio.Event()

        async def slowly(row):
            await is_open.wait()
            return f"sent {row.id}"

        shop.mail.send = slowly
        await queue(shop, *(outgoing(mail(f"client{nth}@tilleuls.example")) for nth in range(40)))
        assert await shop.delivery.dispatch() == LANES_OF[Channel.MAIL]
        commits = shop.store._writer.commits
        assert await shop.delivery.dispatch() == 0
        assert shop.store._writer.commits == commits
        await queue(shop, outgoing(telegram(), kind=Kind.SAY, rank=Rank.URGENT, text="alert", ref="note"))
        assert await shop.delivery.dispatch() == 1
        async with asyncio.timeout(60):
            while len(shop.delivery.busy) > LANES_OF[Channel.MAIL]:  # noqa: ASYNC110 - any moment will do
                await asyncio.sleep(0.005)
        assert (bodies(shop.desk), len(shop.delivery.busy)) == (["alert"], LANES_OF[Channel.MAIL])
        is_open.set()
        await shop.deliver()
        assert await states(shop) == ["sent"] * 41

    async def test_a_free_lane_rings(self, shop):
        rung = []
        shop.delivery.on_free(lambda: rung.append(True))
        await queue(shop, outgoing(sms(HELENE)))
        await shop.deliver()
        assert rung == [True]


class TestTryingAgain:
    async def test_pauses_double_up_to_a_quarter_of_an_hour(self, shop):
        await queue(shop, outgoing(sms(HELENE)))
        shop.twilio.problem_of = lambda _: TransientDeliveryError("no answer")
        pauses = []
        for _ in range(12):
            await shop.deliver()
            row = (await shop.rows())[0]
            pauses.append((row.next_attempt_at - shop.clock.now()) // SECOND)
            shop.clock.move_to(row.next_attempt_at)
        assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]

    async def test_a_provider_that_names_its_pause_is_obeyed(self, shop):
        await queue(shop, outgoing(sms(HELENE)))
        shop.twilio.next_problems.append(TransientDeliveryError("slow down", retry_after=77))
        await shop.deliver()
        (row,) = await shop.rows()
        assert (row.state, row.next_attempt_at, row.uncertain) == ("queued", MONDAY + 77 * SECOND, False)

    async def test_what_is_put_off_for_the_pace_was_not_tried(self, shop):
        await queue(shop, outgoing(telegram(), kind=Kind.SAY, text="card", ref="note"))
        shop.desk.wait = lambda _: 0.3
        await shop.deliver()
        (row,) = await shop.rows()
        assert (row.state, row.attempts, row.next_attempt_at) == ("queued", 0, MONDAY + 0.3 * SECOND)
        assert shop.desk.tried == []

    async def test_what_is_put_off_gives_way_to_something_urgent(self, shop):
        await queue(shop, outgoing(telegram(), kind=Kind.SAY, rank=Rank.CARD, text="card", ref="note"))
        shop.desk.wait = lambda row: 0.3 if row.rank is Rank.CARD else 0.0
        await shop.deliver()
        await queue(shop, outgoing(telegram(), kind=Kind.SAY, rank=Rank.URGENT, text="alert", ref="note"))
        await shop.deliver()
        assert bodies(shop.desk) == ["alert"]

    async def test_a_short_wait_is_waited_out(self, shop):
        await queue(shop, outgoing(telegram(), kind=Kind.SAY, text="card", ref="note"))
        shop.desk.wait = lambda _: 0.01
        await shop.deliver()
        assert bodies(shop.desk) == ["card"]

    async def test_the_lane_rings_when_the_pace_allows(self, shop):
        rung = asyncio.Event()
        await queue(shop, outgoing(telegram(), kind=Kind.SAY, text="card", ref="note"))
        shop.desk.wait = lambda _: 0.21
        await shop.deliver()
        shop.delivery.on_free(rung.set)
        shop.delivery._freed()
        assert rung.is_set()


class TestOutages:
    """Nothing leaves by a channel: somebody must know, once, and that it is over (F24)."""

    @pytest.fixture
    def no_login(self, shop):
        """Our mail server refuses us; call it to say what it does from now on."""
        shop.context = replace(shop.context, reason_of=lambda code: {"535": "mail_login"}.get(code))
        shop.restart()

        def change(*, is_down):
            problem = TransientDeliveryError("no", code="535", retry_after=300) if is_down else None
            shop.mail.problem_of = lambda _: problem

        change(is_down=True)
        return change

    async def said(self, shop):
        return [text.replace("\u00a0", " ") for text in await shop.notices() if "Les réponses par" in text]

    async def passes(self, shop, minutes):
        for _ in range(minutes):
            shop.clock.advance(MINUTE)
            await shop.deliver()

    async def test_answers_that_wait_are_told_once_and_that_they_leave_once(self, shop, no_login):
        await queue(shop, outgoing(mail(HELENES_MAIL)), outgoing(mail(LUCS_MAIL)))
        await self.passes(shop, 14)
        assert await self.said(shop) == []
        await self.passes(shop, 6)
        (told,) = await self.said(shop)
        assert told.startswith("⚠️ Les réponses par mail attendent depuis un quart d’heure : notre serveur de mail ref")
        await self.passes(shop, 120)
        no_login(is_down=False)
        await self.passes(shop, 20)
        assert await self.said(shop) == [told, "✅ Les réponses par mail partent de nouveau."]

    async def test_a_restart_tells_nothing_again_and_the_next_outage_is_told_anew(self, shop, no_login):
        await queue(shop, outgoing(mail(HELENES_MAIL)))
        await self.passes(shop, 20)
        shop.restart()
        await self.passes(shop, 60)
        assert len(await self.said(shop)) == 1
        no_login(is_down=False)
        await self.passes(shop, 20)
        no_login(is_down=True)
        await queue(shop, outgoing(mail(HELENES_MAIL)))
        await self.passes(shop, 20)
        assert [text[0] for text in await self.said(shop)] == ["⚠", "✅", "⚠"]

    async def test_one_client_whose_server_wants_us_to_wait_is_no_outage(self, shop, no_login):
        later = TransientDeliveryError("later", code="450", retry_after=300)
        shop.mail.problem_of = lambda row: later if row.address == mail(HELENES_MAIL) else None
        await queue(shop, outgoing(mail(HELENES_MAIL)))
        await self.passes(shop, 10)
        await queue(shop, outgoing(mail(LUCS_MAIL)))
        await self.passes(shop, 120)
        assert await self.said(shop) == []

    async def test_what_is_refused_for_good_ends_it_without_a_word(self, shop, no_login):
        await queue(shop, outgoing(mail(HELENES_MAIL)))
        await self.passes(shop, 20)
        assert await shop.read(outages) == [Channel.MAIL]
        shop.mail.problem_of = lambda _: PermanentDeliveryError("no such user", code="5.1.1")
        await self.passes(shop, 20)
        assert (await shop.read(outages), len(await self.said(shop))) == ([], 1)

    async def test_a_reminder_that_waits_is_nothing_to_wake_anybody_for(self, shop, no_login):
        await queue(shop, outgoing(mail(HELENES_MAIL), rank=Rank.REMINDER))
        await self.passes(shop, 60)
        assert await self.said(shop) == []

    async def test_at_night_it_makes_no_sound(self, shop, no_login):
        shop.clock.advance(12 * HOUR)
        await queue(shop, outgoing(mail(HELENES_MAIL)))
        await self.passes(shop, 20)
        (row,) = [row for row in await shop.rows() if "Les réponses par" in row.text]
        assert row.payload["silent"] is True


class TestUncertain:
    async def ambiguous(self, shop):
        """A row that the provider may have taken; its id."""
        (row_id,) = await queue(shop, outgoing(sms(HELENE)))
        shop.twilio.next_problems.append(TransientDeliveryError("broke off", ambiguous=True))
        await shop.deliver()
        shop.clock.advance(2 * SECOND)
        return row_id

    async def test_it_is_looked_up_and_not_sent_again(self, shop):
        row_id = await self.ambiguous(shop)
        shop.twilio.found[row_id] = "SM-there"
        await shop.deliver()
        assert (await states(shop), shop.twilio.sent) == (["sent"], [])
        found = await shop.read(lambda uow: uow.outbox.by_provider_id([Channel.SMS], "SM-there"))
        assert found.id == row_id

    async def test_not_found_it_is_sent_again(self, shop):
        row_id = await self.ambiguous(shop)
        await shop.deliver()
        assert ([row.id for row in shop.twilio.sent], shop.twilio.looked_up) == ([row_id], [(row_id, [])])

    async def test_what_belongs_to_other_rows_is_not_taken_for_it(self, shop):
        await queue(shop, outgoing(sms(HELENE)), outgoing(whatsapp(HELENE)))
        await shop.deliver()
        mine = [row for row in shop.twilio.sent if row.address == sms(HELENE)]
        row_id = await self.ambiguous(shop)
        await shop.deliver()
        ((looked_up, known),) = shop.twilio.looked_up
        assert (looked_up, known) == (row_id, [f"SM-sent-{shop.twilio.sent.index(mine[0]) + 1}"])

    async def test_it_stays_uncertain_while_nothing_is_clear(self, shop):
        await self.ambiguous(shop)
        shop.twilio.next_problems.append(TransientDeliveryError("no answer"))
        await shop.deliver()
        (row,) = await shop.rows()
        assert row.uncertain

    async def test_what_a_dead_process_was_sending_is_looked_up(self, shop):
        (row_id,) = await queue(shop, outgoing(sms(HELENE)))
        now = shop.clock.now()
        await shop.write(lambda uow: uow.outbox.claim(now, until=now + LEASE, worker="dead", limit=9, busy=[]))
        assert await shop.deliver() == 0
        assert await Delivery(shop.context, {}).recover() == 1
        await shop.deliver()
        assert shop.twilio.looked_up == [(row_id, [])]

    async def test_a_lease_that_expired_is_looked_up_too(self, shop):
        (row_id,) = await queue(shop, outgoing(sms(HELENE)))
        now = shop.clock.now()
        await shop.write(lambda uow: uow.outbox.claim(now, until=now + LEASE, worker="dead", limit=9, busy=[]))
        shop.clock.advance(LEASE + SECOND)
        await shop.deliver()
        assert shop.twilio.looked_up == [(row_id, [])]


class TestRefused:
    async def test_it_goes_by_the_persons_next_channel_and_the_desk_is_told(self, shop):
        await shop.receives(whatsapp(HELENE), "Bonjour")
        await shop.receives(HELENE, "et par SMS")
        await shop.deliver()
        shop.twilio.problem_of = lambda row: (
            PermanentDeliveryError("no mobile", code="21614") if row.address.channel is Channel.SMS else None
        )
        await shop.orders(Verb.ANSWER, 1, "Je vous rappelle")
        await shop.deliver()
        answers = [row for row in await shop.rows() if row.text == "Je vous rappelle"]
        assert [(row.to, row.state) for row in answers] == [(f"sms:{HELENE}", "failed"), (f"whatsapp:{HELENE}", "sent")]
        assert [m.state for m in await shop.messages() if m.body == "Je vous rappelle"] == [
            DeliveryState.FAILED,
            DeliveryState.SENT,
        ]
        (notice,) = [text for text in await shop.notices() if "N’EST PAS ARRIVÉE" in text]
        assert "Le même texte part par WhatsApp" in notice
        assert (await shop.ticket()).recontacted_at is not None

    async def test_where_both_ways_fail_nothing_goes_round_in_circles(self, shop):
        await shop.receives(whatsapp(HELENE), "Bonjour")
        shop.twilio.problem_of = lambda _: PermanentDeliveryError("no", code="30003")
        await shop.deliver()
        assert [(row.to, row.state) for row in await shop.rows() if row.kind is Kind.TEXT] == [
            (f"whatsapp:{HELENE}", "failed"),
            (f"sms:{HELENE}", "failed"),
        ]
        assert "Accusé de réception envoyé" not in (await shop.card()).text

    async def test_an_automatic_text_does_not_go_by_sms_where_those_are_off(self, shop):
        shop.with_policy(sms_automatic="off")
        await shop.receives(whatsapp(HELENE), "Bonjour")
        shop.twilio.problem_of = lambda _: PermanentDeliveryError("no", code="30003")
        await shop.deliver()
        assert [row.to for row in await shop.rows() if row.kind is Kind.TEXT] == [f"whatsapp:{HELENE}"]
        assert "ne sait pas que sa demande est arrivée" in (await shop.notices())[-1]

    async def test_who_left_the_practice_has_no_other_way(self, shop):
        await shop.receives(whatsapp(HELENE), "Bonjour")
        await shop.presses(Verb.CONTACT, None, "@1 cabinet =2 sans 1")
        shop.twilio.problem_of = lambda _: PermanentDeliveryError("no", code="30003")
        await shop.deliver()
        assert [row.to for row in await shop.rows() if row.kind is Kind.TEXT] == [f"whatsapp:{HELENE}"]

    async def test_an_unknown_sender_has_no_other_way(self, shop):
        await shop.receives(NOBODY)
        shop.twilio.problem_of = lambda _: PermanentDeliveryError("no", code="30003")
        await shop.deliver()
        assert "ne sait pas que sa demande est arrivée" in (await shop.notices())[-1]
        assert (await shop.history())[-1].data == {"code": "30003", "automatic": True, "tried": None}

    async def test_who_opted_out_is_never_written_to_there_again(self, shop):
        await shop.receives(HELENE)
        shop.twilio.next_problems.append(PermanentDeliveryError("STOP", code="21610", opted_out=True))
        await shop.deliver()
        assert (await shop.address(sms(HELENE))).opted_out_at == MONDAY

    async def test_an_opt_out_of_an_address_nobody_knows_is_no_error(self, shop):
        await shop.receives(HELENE)
        (message,) = [m for m in await shop.messages() if m.automatic]
        await queue(shop, outgoing(sms(NOBODY), ticket_id=1, message_id=message.id))
        shop.twilio.problem_of = lambda _: PermanentDeliveryError("STOP", code="21610", opted_out=True)
        await shop.deliver()
        assert (await states(shop))[2] == "failed"

    async def test_a_technicians_own_sms_that_fails_is_no_clients_message(self, shop):
        await queue(shop, outgoing(sms(NOBODY), body="URGENT"))
        shop.twilio.next_problems.append(PermanentDeliveryError("no", code="30003"))
        await shop.deliver()
        assert [(row.state, row.code) for row in await shop.rows()] == [("failed", "30003")]

    async def test_a_channel_that_is_off_fails_at_once(self, shop):
        await shop.receives(HELENE)
        shop.delivery = Delivery(shop.context, {Channel.TELEGRAM: shop.desk})
        await shop.deliver()
        rows = [row for row in await shop.rows() if row.kind is Kind.TEXT]
        assert [(row.state, row.code) for row in rows] == [("failed", "channel_off")]

    async def test_a_senders_bug_is_not_the_end_of_the_others(self, shop):
        await shop.receives(HELENE)
        await queue(shop, outgoing(sms(LUC), body="other"))
        shop.twilio.problem_of = lambda row: RuntimeError("bug") if row.address == sms(HELENE) else None
        await shop.deliver()
        assert bodies(shop.twilio) == ["other"]
        assert [(row.state, row.code) for row in await shop.rows() if row.to == f"sms:{HELENE}"] == [("failed", "bug")]
        assert "PAS ARRIVÉ" in "".join(await shop.notices()).upper()


class TestTheDesk:
    async def test_a_card_that_is_gone_is_posted_anew(self, shop):
        await shop.receives(HELENE)
        await shop.deliver()
        await shop.orders(Verb.TAKE, 1)
        shop.desk.problem_of = lambda row: (
            PermanentDeliveryError("gone", code="gone") if row.kind is Kind.EDIT else None
        )
        await shop.deliver()
        assert [row.kind for row in shop.desk.sent if row.payload.get("ref") == "card"] == [Kind.SAY, Kind.SAY]
        card = await shop.read(lambda uow: uow.desk_messages.card(1, DESK))
        assert card.message_id == await shop.posted(1)
        assert shop.delivery.refusals == {}

    async def test_a_sheet_whose_button_was_pressed_is_edited_where_it_stands(self, shop):
        sheet = {"text": "iMac 1/12", "message_id": 500, "ref": "note"}
        await queue(shop, replace(outgoing(telegram(), kind=Kind.EDIT, rank=Rank.ANSWER), payload=sheet))
        await shop.deliver()
        assert [(row.kind, row.payload) for row in shop.desk.sent] == [(Kind.EDIT, sheet)]

    async def test_one_that_was_deleted_is_posted_anew(self, shop):
        sheet = {"text": "iMac 1/12", "message_id": 500, "ref": "note"}
        await queue(shop, replace(outgoing(telegram(), kind=Kind.EDIT, rank=Rank.ANSWER), payload=sheet))
        shop.desk.problem_of = gone
        await shop.deliver()
        assert [(row.kind, row.payload) for row in shop.desk.sent] == [(Kind.SAY, {"text": "iMac 1/12", "ref": "note"})]
        assert await states(shop) == ["failed", "sent"]

    async def test_an_edit_without_a_card_is_posted(self, shop):
        await shop.receives(HELENE)
        shop.desk.next_problems.append(PermanentDeliveryError("too odd", code="refused"))
        await shop.deliver()
        assert (await shop.card()).state == "failed"
        assert shop.delivery.refusals == {f"telegram:{DESK}": "refused"}
        await shop.orders(Verb.NOTE, 1, "vu")
        await shop.deliver()
        assert "vu" in [row for row in shop.desk.sent if row.payload.get("ref") == "card"][-1].payload["text"]
        assert shop.delivery.refusals == {}

    async def test_a_group_that_moved_is_followed(self, shop):
        await shop.receives(HELENE)
        shop.desk.next_problems.append(PermanentDeliveryError("moved", code="migrated:-1002"))
        await shop.deliver()
        assert [row.address for row in shop.desk.sent] == [telegram(-1002)]
        assert shop.context.desk_chat_id == -1002
        await shop.orders(Verb.LIST, chat_id=-1002)
        assert "1 ticket ouvert" in (await shop.notices(-1002))[-1]

    async def test_where_it_moved_is_remembered_over_a_restart(self, shop):
        await shop.receives(HELENE)
        shop.desk.next_problems.append(PermanentDeliveryError("moved", code="migrated:-1002"))
        await shop.deliver()
        shop.context.moved_chats.clear()
        assert shop.context.desk_chat_id == DESK
        await shop.delivery.recover()
        assert shop.context.desk_chat_id == -1002

    async def test_a_move_that_an_update_tells_is_followed_before_anything_is_refused(self, shop):
        await shop.receives(HELENE)
        await shop.arrives(ChatMoved(DESK, -1002), source=Source.TELEGRAM)
        await shop.take_in()
        assert shop.context.desk_chat_id == -1002
        await shop.deliver()
        assert [row.address for row in shop.desk.sent] == [telegram(-1002)]

    async def test_a_move_of_another_group_is_nothing(self, shop):
        await shop.arrives(ChatMoved(-77, -1002), source=Source.TELEGRAM)
        await shop.take_in()
        assert shop.context.desk_chat_id == DESK

    async def test_a_desk_that_never_moved_is_where_it_was(self, shop):
        await shop.delivery.recover()
        assert shop.context.desk_chat_id == DESK

    @pytest.mark.parametrize("code", ["chat-not-found", "no-rights", "blocked", "thread-not-found", "thread-closed"])
    async def test_what_is_said_to_a_desk_that_is_shut_waits_for_it(self, shop, code):
        await shop.receives(HELENE)
        shop.desk.problem_of = lambda _: PermanentDeliveryError("shut", code=code)
        await shop.deliver()
        assert ((await shop.card()).state, shop.delivery.refusals) == ("queued", {f"telegram:{DESK}": code})
        shop.desk.problem_of = lambda _: None
        shop.clock.advance(LONGEST_PAUSE)
        await shop.deliver()
        assert ((await shop.card()).state, shop.delivery.refusals) == ("sent", {})

    async def test_with_telegram_off_cards_wait_until_it_is_on(self, shop):
        await shop.receives(HELENE)
        on = shop.delivery
        shop.delivery = Delivery(shop.context, {Channel.SMS: shop.twilio})
        await shop.deliver()
        assert (await shop.card()).state == "queued"
        shop.delivery = on
        shop.clock.advance(LONGEST_PAUSE)
        await shop.deliver()
        assert (await shop.card()).state == "sent"

    async def test_a_technician_who_blocked_the_bot_is_not_the_desk(self, shop):
        await queue(shop, outgoing(telegram(MARC), kind=Kind.SAY, text="alert", ref="alert"))
        shop.desk.next_problems.append(PermanentDeliveryError("blocked", code="blocked"))
        await shop.deliver()
        assert (await states(shop), shop.delivery.refusals) == (["failed"], {})

    async def test_a_toast_for_a_desk_that_is_shut_is_not_kept(self, shop):
        await queue(shop, outgoing(telegram(), kind=Kind.TOAST, callback_id="x", text="ok", alert=False))
        shop.desk.next_problems.append(PermanentDeliveryError("blocked", code="blocked"))
        await shop.deliver()
        assert await states(shop) == ["failed"]

    async def test_toasts_and_edits_are_not_remembered_as_messages(self, shop):
        await queue(shop, outgoing(telegram(), kind=Kind.TOAST, callback_id="x", text="ok", alert=False))
        await shop.deliver()
        assert await shop.read(lambda uow: uow.desk_messages.find(DESK, 101)) is None

    async def test_what_is_posted_is_remembered_with_its_meaning(self, shop):
        await shop.receives(HELENE)
        await shop.deliver()
        found = await shop.read(lambda uow: uow.desk_messages.find(DESK, 101))
        assert (found.ticket_id, found.kind) == (1, "card")


class TestOurOwnFaults:
    async def test_what_went_out_is_not_sent_again_for_a_bug_of_ours(self, shop, monkeypatch):
        await shop.receives(HELENE)
        await shop.deliver()
        await shop.orders(Verb.ANSWER, 1, "Je vous rappelle")

        async def broken(*_args, **_how):
            raise RuntimeError("bug")

        monkeypatch.setattr(delivering, "sent", broken)
        await shop.deliver()
        shop.clock.advance(HOUR)
        await shop.deliver()
        assert bodies(shop.twilio).count("Je vous rappelle") == 1
        assert (await shop.messages())[-1].state is DeliveryState.SENT

    async def test_a_refusal_that_cannot_be_told_is_settled_all_the_same(self, shop, monkeypatch):
        await shop.receives(HELENE)

        async def broken(*_args, **_how):
            raise RuntimeError("bug")

        monkeypatch.setattr(delivering, "refused", broken)
        shop.twilio.next_problems.append(PermanentDeliveryError("no", code="30003"))
        await shop.deliver()
        assert (await states(shop))[0] == "failed"

    async def test_a_card_that_cannot_be_posted_anew_is_given_up(self, shop, monkeypatch):
        await shop.receives(HELENE)
        await shop.deliver()
        await shop.orders(Verb.TAKE, 1)

        async def broken(*_args, **_how):
            raise RuntimeError("bug")

        monkeypatch.setattr(delivering, "gone", broken)
        shop.desk.problem_of = lambda row: (
            PermanentDeliveryError("gone", code="gone") if row.kind is Kind.EDIT else None
        )
        await shop.deliver()
        assert (await shop.card()).state == "failed"

    async def test_without_a_database_the_row_is_uncertain_when_its_lease_ends(self, shop, monkeypatch):
        await queue(shop, outgoing(sms(HELENE)))

        async def unwritable(*_args, **_how):
            raise StorageUnavailable("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(delivering, "sent", unwritable)
            await shop.deliver()
        assert await states(shop) == ["sending"]
        shop.twilio.found[1] = "SM-there"
        shop.clock.advance(LEASE + SECOND)
        await shop.deliver()
        assert (await states(shop), len(shop.twilio.sent)) == (["sent"], 1)

    async def test_without_a_database_a_message_is_not_even_looked_up(self, shop, monkeypatch):
        await queue(shop, outgoing(sms(HELENE)))

        async def unreadable(*_args, **_how):
            raise StorageUnavailable("the disk is gone")

        with monkeypatch.context() as patched:
            patched.setattr(delivering, "_addressed", unreadable)
            await shop.deliver()
        assert (await states(shop), shop.twilio.tried) == (["sending"], [])


class TestTwoWorkers:
    async def test_what_takes_longer_than_a_lease_is_not_taken_for_dead(self, shop):
        """A mail server may look for viruses for three minutes, and there may be others before it."""
        is_done, begun = asyncio.Event(), []

        async def slowly(row):
            begun.append(row.id)
            await is_done.wait()
            return f"sent {row.id}"

        shop.mail.send = slowly
        other = Delivery(shop.context, shop.delivery._senders)
        (row_id,) = await queue(shop, outgoing(mail(HELENES_MAIL)))
        assert await shop.delivery.dispatch() == 1
        for _ in range(12):
            shop.clock.advance(LEASE / 4)
            assert (await shop.delivery.dispatch(), await other.dispatch()) == (0, 0)
        is_done.set()
        await shop.deliver()
        assert (begun, await states(shop)) == ([row_id], ["sent"])

    async def test_what_a_worker_could_not_write_down_is_not_held_by_what_it_sends_now(self, shop, monkeypatch):
        """Its lease ends, and the provider is asked, though the same worker is busy all the while."""
        is_done = asyncio.Event()

        async def slowly(row):
            await is_done.wait()
            return f"sent {row.id}"

        async def unwritable(*_args, **_how):
            raise StorageUnavailable("the disk is full")

        (row_id,) = await queue(shop, outgoing(sms(HELENE)))
        with monkeypatch.context() as patched:
            patched.setattr(delivering, "sent", unwritable)
            await shop.deliver()
        shop.mail.send = slowly
        await queue(shop, outgoing(mail(HELENES_MAIL)))
        for _ in range(6):
            await shop.delivery.dispatch()
            await asyncio.sleep(0)
            shop.clock.advance(LEASE / 4)
        is_done.set()
        await shop.deliver()
        assert ([looked_up for looked_up, _ in shop.twilio.looked_up], await states(shop)) == ([row_id], ["sent"] * 2)


class TestClosing:
    async def test_what_is_in_flight_may_arrive(self, shop):
        await queue(shop, outgoing(sms(HELENE)))
        await shop.delivery.dispatch()
        await shop.delivery.close()
        assert await states(shop) == ["sent"]

    async def test_what_takes_too_long_is_cut_off_and_uncertain_at_the_next_start(self, shop):
        await queue(shop, outgoing(sms(HELENE)))
        begun = asyncio.Event()

        async def for_ever(_row):
            begun.set()
            await asyncio.sleep(3600)

        shop.twilio.send = for_ever
        await shop.delivery.dispatch()
        await begun.wait()
        await shop.delivery.close(grace=0.01)
        assert await states(shop) == ["sending"]
        assert await shop.delivery.recover() == 1

    async def test_with_nothing_in_flight_there_is_nothing_to_wait_for(self, shop):
        await shop.delivery.close()
        assert shop.delivery.busy == []


class TestReports:
    async def test_states_only_move_forward(self, shop):
        await shop.receives(HELENE)
        await shop.deliver()
        seen = []
        for state in (DeliveryState.DELIVERED, DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.READ):
            await shop.reports("SM-sent-1", state)
            seen.append((await shop.messages())[-1].state)
        assert seen == [DeliveryState.DELIVERED] * 3 + [DeliveryState.READ]

    async def test_a_failure_after_the_delivery_is_not_believed(self, shop):
        await shop.receives(HELENE)
        await shop.deliver()
        await shop.reports("SM-sent-1", DeliveryState.DELIVERED)
        await shop.reports("SM-sent-1", DeliveryState.UNDELIVERED, "30003")
        assert (await shop.messages())[-1].state is DeliveryState.DELIVERED
        assert await shop.notices() == []

    async def test_a_report_before_the_id_is_known_is_applied_when_it_is(self, shop):
        await shop.receives(HELENE)
        await shop.reports("SM-sent-1", DeliveryState.DELIVERED)
        assert (await shop.messages())[-1].state is DeliveryState.QUEUED
        await shop.deliver()
        assert (await shop.messages())[-1].state is DeliveryState.DELIVERED

    async def test_a_report_that_is_read_twice_at_one_moment_is_applied_once(self, shop):
        await shop.receives(HELENE)
        await shop.deliver()
        report = DeliveryReport("SM-sent-1", DeliveryState.UNDELIVERED, "30003")
        await shop.arrives(report, source=Source.TWILIO_STATUS)
        await asyncio.gather(take_in(shop.context), take_in(shop.context))
        assert (await shop.events()).count("undelivered") == 1

    async def test_an_early_report_that_nobody_could_read_says_nothing(self, shop):
        await shop.arrives(Unreadable("odd"), external_id="SM-sent-1:odd", source=Source.TWILIO_STATUS)
        await shop.take_in()
        await shop.receives(HELENE)
        await shop.deliver()
        message = next(m for m in await shop.messages(2) if m.automatic)
        assert message.state is DeliveryState.SENT

    async def test_a_report_that_is_read_as_something_else_now_says_nothing(self, shop):
        await shop.reports("SM-sent-1", DeliveryState.DELIVERED)
        await shop.receives(HELENE)
        shop.parse.readings["SM-sent-1:delivered"] = shop.parse.readings["entry 2"]
        await shop.deliver()
        assert (await shop.messages())[-1].state is DeliveryState.SENT

    async def test_a_report_on_something_we_never_sent_is_nothing(self, shop):
        await shop.reports("SM-unknown", DeliveryState.DELIVERED)
        assert await shop.tickets() == []

    async def test_the_card_keeps_up_with_an_answer_and_not_with_our_own_texts(self, shop):
        """An edit a state of each acknowledgement would use up Telegram's limits for nothing that is shown."""
        await shop.receives(HELENE)
        await shop.deliver()
        await shop.reports("SM-sent-1", DeliveryState.DELIVERED)
        assert [row.kind for row in await shop.rows() if row.to.startswith("telegram")] == [Kind.SAY]
        await shop.orders(Verb.ANSWER, 1, "Je vous rappelle")
        await shop.deliver()
        await shop.reports("SM-sent-2", DeliveryState.DELIVERED)
        assert ("remis" in (await shop.card()).text, (await shop.card()).state) == (True, "queued")

    async def test_an_answer_on_a_ticket_that_was_joined_stops_the_other_clock(self, shop):
        await shop.receives(LUC, "Le serveur est tombé")
        await shop.receives(HELENE, "Plus de serveur")
        await shop.orders(Verb.ANSWER, 2, "Nous regardons")
        await shop.orders(Verb.MERGE, 2, "1")
        await shop.deliver()
        assert (await shop.ticket(1)).recontacted_at == MONDAY


async def test_a_report_on_a_technicians_own_text_changes_no_ticket(shop):
    await shop.write(lambda uow: uow.outbox.add(outgoing(sms(CLAIRES_PHONE), body="URGENT"), shop.clock.now()))
    await shop.deliver()
    await shop.reports("SM-sent-1", DeliveryState.UNDELIVERED, "30003")
    assert await shop.notices() == []
