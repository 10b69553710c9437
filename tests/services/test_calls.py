"""Calls become tickets: missed, spoken, taken; whatever is told twice, late, in the wrong order, or never."""

import asyncio
from datetime import timedelta
from itertools import permutations

import pytest

from bot.domain.addresses import Address, Channel
from bot.domain.calls import CallEvent, CallState, Connection, Goodbye, Greeting, Ring, Screening, Step
from bot.domain.desk import Verb
from bot.domain.inbox import Source
from bot.domain.outbox import Kind
from bot.domain.tickets import DeliveryState, Direction, Media, Recontact, TicketState
from bot.errors import PermanentDeliveryError
from bot.rules.calls import GRACE
from bot.services.call_duty import put_on_duty
from bot.services.calls import answer, erase_recordings, greeting, record, settle_calls
from bot.services.desk import Desk
from bot.services.media import fetch_media
from bot.services.reconcile import reconcile_calls
from tests.factories import (
    CLAIRES_PHONE,
    DAY,
    HELENE,
    HOUR,
    LUC,
    MINUTE,
    MONDAY,
    NOBODY,
    inbox_entry,
    paris,
    sms,
    whatsapp,
)
from tests.fakes import FakeArchive, FakeMediaStore, FakeRecordings, FakeScanner
from tests.services.calls_cast import ANSWER, kept, missed, recording, settles, sid, speaks, tell

LANDLINE = "+33199001234"
SECOND = timedelta(seconds=1)


async def bodies(shop, number=1) -> list[str]:
    return [message.body for message in await shop.messages(number) if message.direction is Direction.IN]


# A missed call


async def test_a_missed_call_is_a_ticket_whose_clock_runs_from_the_call(shop):
    await missed(shop)
    ticket = await shop.ticket()
    assert (ticket.subject, ticket.channel, ticket.state) == ("Appel manqué", Channel.PHONE, TicketState.OPEN)
    assert (ticket.client_id, ticket.contact_id) == (1, 1)
    assert (ticket.opened_at, ticket.recontact_due_at) == (MONDAY, paris("2026-11-27 16:00"))
    assert await shop.events() == ["opened", "acknowledged"]
    assert "est bien arrivée" in (await shop.texts_to(HELENE))[0]
    assert (await kept(shop)).state is CallState.MISSED


async def test_nothing_is_said_of_a_call_that_goes_on(shop):
    await tell(shop, Step.RANG)
    await tell(shop, Step.DIALLED)
    await settles(shop)
    assert (await shop.tickets(), await shop.rows()) == ([], [])
    await tell(shop, Step.ENDED)
    assert await settles(shop) == 1
    assert len(await shop.tickets()) == 1


async def test_missed_calls_make_no_ticket_where_the_shop_wants_none(shop):
    shop.with_policy(voice_missed_tickets=False)
    await missed(shop)
    assert (await shop.tickets(), await shop.rows()) == ([], [])
    assert (await kept(shop)).state is CallState.MISSED


async def test_somebody_who_dials_again_and_again_makes_one_ticket_and_no_flood(shop):
    for nth in range(1, 7):
        await missed(shop, call=nth)
    assert len(await shop.tickets()) == 1
    assert await bodies(shop) == ["Appel manqué"] * 6
    assert await shop.notices() == []
    assert len(await shop.texts_to(HELENE)) == 1


async def test_a_call_much_later_is_announced_below_the_card(shop):
    await missed(shop)
    shop.clock.advance(10 * MINUTE)
    await speaks(shop, call=2, seconds=125)
    (notice,) = await shop.notices()
    assert "n° 1 : le client a appelé" in notice.replace("\u00a0", " ")
    assert "Message vocal de 2 min 05 s" in notice.replace("\u00a0", " ")
    assert await bodies(shop) == ["Appel manqué", "Message vocal de 2 min 05 s"]


async def test_the_same_persons_sms_after_a_missed_call_lands_on_its_ticket(shop):
    await missed(shop, NOBODY)
    shop.clock.advance(5 * MINUTE)
    await shop.receives(NOBODY, "C'était moi, Word ne s'ouvre plus")
    assert await bodies(shop) == ["Appel manqué", "C'était moi, Word ne s'ouvre plus"]
    await shop.orders(Verb.ATTACH, 1, "Tilleuls")
    assert (await shop.ticket()).client_id == 1


async def test_a_call_joins_the_open_request_of_who_wrote(shop):
    await shop.receives(whatsapp(LUC), "Bonjour, Excel plante")
    shop.clock.advance(HOUR)
    await missed(shop, LUC)
    assert await bodies(shop) == ["Bonjour, Excel plante", "Appel manqué"]
    assert (await shop.ticket()).channel is Channel.PHONE


async def test_the_desk_answers_a_missed_call_by_sms_and_that_stops_the_clock(shop):
    await missed(shop)
    assert await shop.orders(Verb.ANSWER, 1, "Je vous rappelle à 14h") == ["n° 1 : votre réponse part par SMS."]
    await shop.deliver()
    assert (await shop.ticket()).recontacted_by is Recontact.REPLY


# Who called


async def test_a_number_known_from_whatsapp_alone_is_the_same_persons(shop):
    async def only_whatsapp(uow):
        contact = await uow.directory.add_contact("Eva", client_id=1, role="", now=shop.clock.now())
        await uow.directory.add_address(
            whatsapp(NOBODY), contact_id=contact.id, profile_name=None, now=shop.clock.now()
        )
        return contact.id

    contact_id = await shop.write(only_whatsapp)
    await missed(shop, NOBODY)
    assert (await shop.ticket()).contact_id == contact_id
    assert (await shop.address(sms(NOBODY))).contact_id == contact_id


async def test_a_strangers_address_of_a_known_number_becomes_known(shop):
    async def work(uow):
        await uow.directory.add_address(sms(NOBODY), contact_id=None, profile_name=None, now=shop.clock.now())
        await uow.directory.add_address(whatsapp(NOBODY), contact_id=2, profile_name=None, now=shop.clock.now())

    await shop.write(work)
    await missed(shop, NOBODY)
    assert (await shop.ticket()).contact_id == 2


async def test_a_landline_is_recognised_and_answered_by_the_contacts_other_channels(shop):
    address = Address(Channel.PHONE, LANDLINE)
    await shop.write(
        lambda uow: uow.directory.add_address(address, contact_id=1, profile_name=None, now=shop.clock.now())
    )
    await missed(shop, LANDLINE)
    assert (await shop.ticket()).client_id == 1
    assert await shop.events() == ["opened", "not acknowledged"]
    assert await shop.texts_to(LANDLINE) == []
    assert await shop.orders(Verb.ANSWER, 1, "Je vous rappelle") == ["n° 1 : votre réponse part par SMS."]


async def test_a_call_from_a_landline_leaves_the_answers_where_the_client_wrote(shop):
    await shop.write(
        lambda uow: uow.directory.add_address(
            Address(Channel.PHONE, LANDLINE), contact_id=1, profile_name=None, now=shop.clock.now()
        )
    )
    await shop.receives(whatsapp(HELENE))
    shop.clock.advance(HOUR)
    await missed(shop, LANDLINE)
    assert ((await shop.ticket()).channel, len(await bodies(shop))) == (Channel.WHATSAPP, 2)


async def test_a_withheld_number_is_a_ticket_of_nobodys(shop):
    await speaks(shop, None)
    ticket = await shop.ticket()
    assert (ticket.subject, ticket.address_id) == ("Message vocal de 42 s, numéro masqué", None)
    assert [row.kind for row in await shop.rows()] == [Kind.SAY]
    assert "numéro masqué" in (await shop.card()).text


async def test_a_withheld_number_that_dials_again_at_once_is_one_ticket(shop):
    for nth in range(1, 5):
        await missed(shop, None, call=nth)
    assert (len(await shop.tickets()), await shop.notices()) == (1, [])
    shop.clock.advance(HOUR)
    await missed(shop, None, call=5)
    await speaks(shop, None, call=6)
    assert len(await shop.tickets()) == 3


async def test_a_blocked_caller_opens_nothing(shop):
    await missed(shop, NOBODY)
    await shop.orders(Verb.BLOCK, 1)
    await speaks(shop, NOBODY, call=2)
    assert len(await shop.tickets()) == 1
    assert await bodies(shop) == ["Appel manqué"]


async def test_a_blocked_caller_rings_nobody_and_is_asked_for_no_message(shop):
    await missed(shop, NOBODY)
    assert isinstance(await first_answer(shop, NOBODY), Ring)
    await shop.orders(Verb.BLOCK, 1)
    assert await first_answer(shop, NOBODY) == Goodbye(is_refused=True)
    assert isinstance(await first_answer(shop, HELENE), Ring)
    await missed(shop, NOBODY, call=2)
    assert ((await kept(shop, 2)).state, (await kept(shop, 2)).ticket_id) == (CallState.MISSED, None)
    await shop.orders(Verb.BLOCK, 1, "non")
    assert isinstance(await first_answer(shop, NOBODY), Ring)


async def test_what_a_blocked_caller_said_all_the_same_is_erased_at_the_provider(shop):
    """They were blocked while they spoke. It is not erased before the provider must have done with it."""
    await missed(shop, NOBODY)
    await shop.orders(Verb.BLOCK, 1)
    await speaks(shop, NOBODY, call=2)
    recordings = FakeRecordings()
    shop.clock.advance(HOUR - GRACE)
    assert await erase_recordings(shop.context, recordings) == 0
    shop.clock.advance(GRACE)
    assert [await erase_recordings(shop.context, recordings) for _ in range(2)] == [1, 0]
    assert recordings.erased == [recording(nth=2).sid]


# A message


async def test_two_spoken_messages_are_told_apart_by_their_buttons(shop):
    await speaks(shop)
    shop.clock.advance(10 * MINUTE)
    await speaks(shop, call=2, seconds=15)
    labels = [button["text"] for row in (await shop.card()).payload["buttons"] for button in row]
    assert [label for label in labels if "vocal" in label] == ["📎 vocal-10h00-42s.mp3", "📎 vocal-10h10-15s.mp3"]


async def test_a_spoken_message_is_fetched_and_played_from_the_card(shop):
    await speaks(shop)
    (message,) = [each for each in await shop.messages() if each.direction is Direction.IN]
    assert (message.body, message.channel) == ("Message vocal de 42 s", Channel.PHONE)
    assert message.media == (Media(recording().url, "audio/mpeg", id=1, name="vocal-10h00-42s.mp3"),)
    store = FakeMediaStore()
    await fetch_media(shop.context, store)
    assert store.fetched == [recording().url]
    await shop.presses(Verb.MEDIA, 1, "1")
    row = next(row for row in await shop.rows() if row.kind is Kind.FILE)
    assert (row.payload["path"], row.payload["content_type"]) == ("/media/1", "audio/mpeg")


async def test_a_recording_is_asked_for_when_it_can_be_fetched(shop):
    told: list[frozenset[str]] = []
    shop.store._writer.on_commit(told.append)
    await tell(shop, Step.RECORDED, recording=recording())
    assert [topics for topics in told if "media" in topics] == []
    await tell(shop, Step.RECORDING, caller=None, recording=recording())
    assert len([topics for topics in told if "media" in topics]) == 1


@pytest.mark.parametrize("order", list(permutations((Step.RANG, Step.RECORDED, Step.RECORDING, Step.ENDED))))
async def test_a_message_is_one_ticket_in_whatever_order_it_is_told(shop, order):
    for step in order:
        said = recording() if step in (Step.RECORDED, Step.RECORDING) else None
        await tell(shop, step, recording=said)
        await tell(shop, step, recording=said)
    await settles(shop)
    assert await bodies(shop) == ["Message vocal de 42 s"]
    assert len(await shop.tickets()) == 1


async def test_a_message_that_is_told_after_the_call_was_given_up_joins_its_ticket(shop):
    await missed(shop)
    await tell(shop, Step.RECORDING, caller=None, recording=recording())
    assert await bodies(shop) == ["Appel manqué", "Message vocal de 42 s"]
    assert (len(await shop.tickets()), await shop.notices()) == (1, [])
    assert (await shop.ticket()).subject == "Message vocal de 42 s"


async def test_a_recording_is_erased_at_the_provider_once_it_is_ours(shop):
    await speaks(shop)
    recordings = FakeRecordings()
    assert await erase_recordings(shop.context, recordings) == 0
    await fetch_media(shop.context, FakeMediaStore())
    recordings.problem = PermanentDeliveryError("no", code="20003")
    assert await erase_recordings(shop.context, recordings) == 0
    recordings.problem = None
    assert [await erase_recordings(shop.context, recordings) for _ in range(2)] == [1, 0]
    assert recordings.erased == [recording().sid]


# A call that was taken


@pytest.mark.parametrize("code", ["media_too_large", "media_address", "media_unscanned", "infected"])
async def test_a_recording_that_was_refused_is_erased_at_the_provider_a_week_later(shop, code):
    """The desk will not be offered it; until then it can be heard there by who must know what was said."""
    await speaks(shop)
    store, scanner, recordings = FakeMediaStore(), FakeScanner(), FakeRecordings()
    if code == "infected":
        scanner.found["1"] = "Eicar"
    else:
        store.problems[recording().url] = PermanentDeliveryError("never", code=code)
    assert await erase_recordings(shop.context, recordings) == 0
    assert await fetch_media(shop.context, store, scanner) == 0
    shop.clock.advance(6 * DAY)
    assert await erase_recordings(shop.context, recordings) == 0
    shop.clock.advance(DAY)
    assert [await erase_recordings(shop.context, recordings) for _ in range(2)] == [1, 0]
    assert recordings.erased == [recording().sid]


async def test_a_recording_that_can_still_be_fetched_is_not_erased_however_old_it_is(shop):
    await speaks(shop)
    store, recordings = FakeMediaStore(), FakeRecordings()
    store.problems[recording().url] = PermanentDeliveryError("unauthorized", code="20003")
    shop.clock.advance(30 * DAY)
    await fetch_media(shop.context, store)
    assert await erase_recordings(shop.context, recordings) == 0


async def test_a_call_that_a_technician_took_is_theirs_and_has_stopped_the_clock(shop):
    await tell(shop, Step.RANG)
    shop.clock.advance(200 * SECOND)
    await tell(shop, Step.DIALLED, **ANSWER)
    ticket = await shop.ticket()
    assert ticket.subject == "Appel pris par Claire (3 min)"
    assert (ticket.assigned_to, ticket.recontacted_by, ticket.state) == (1, Recontact.REPLY, TicketState.RECONTACTED)
    assert (ticket.opened_at, ticket.recontacted_at) == (MONDAY, MONDAY + 20 * SECOND)
    assert await shop.texts_to(HELENE) == []
    assert set((await shop.milestones()).values()) == {"cancelled"}
    assert "Recontacté" in (await shop.card()).text


async def recontacted(shop) -> tuple[str, str]:
    """What the card and /pourquoi say of it."""
    (why,) = await shop.orders(Verb.WHY, 1)
    lines = [*(await shop.card()).text.split("\n"), *why.split("\n")]
    found = [line for line in lines if line.startswith(("Recontacté", "Délai arrêté"))]
    card, reason = (line.replace("\u00a0", " ") for line in found)
    return card, reason


async def test_a_call_that_was_taken_is_called_so_and_no_answer_that_was_sent(shop):
    await tell(shop, Step.RANG)
    shop.clock.advance(200 * SECOND)
    await tell(shop, Step.DIALLED, **ANSWER)
    expected = (
        "Recontacté lun. 23/11 à 10h00 : appel pris",
        "Délai arrêté lundi 23 novembre à 10h00 par un appel pris (dans le délai) (C16).",
    )
    assert await recontacted(shop) == expected
    await shop.orders(Verb.ANSWER, 1, "Voici le lien")
    await shop.deliver()
    assert await recontacted(shop) == expected


async def test_a_call_that_was_taken_after_an_answer_is_not_what_stopped_the_clock(shop):
    await shop.receives(HELENE)
    await shop.orders(Verb.ANSWER, 1, "Je vous rappelle à 14h")
    await shop.deliver()
    shop.clock.advance(HOUR)
    await tell(shop, Step.DIALLED, **ANSWER)
    assert await recontacted(shop) == (
        "Recontacté lun. 23/11 à 10h00 : réponse envoyée",
        "Délai arrêté lundi 23 novembre à 10h00 par une réponse (dans le délai) (C16).",
    )


async def test_a_call_in_which_the_client_wrote_is_what_stopped_the_clock(shop):
    await tell(shop, Step.RANG)
    shop.clock.advance(60 * SECOND)
    await shop.receives(HELENE)
    shop.clock.advance(140 * SECOND)
    await tell(shop, Step.DIALLED, **ANSWER)
    assert (await recontacted(shop))[0] == "Recontacté lun. 23/11 à 10h01 : appel pris"


@pytest.mark.parametrize("later", [pytest.param(5 * HOUR, id="hours"), pytest.param(5 * DAY, id="days")])
async def test_a_call_that_was_taken_and_found_in_the_list_later_was_taken_when_it_was(shop, later):
    shop.clock.advance(later)
    await tell(shop, Step.RANG, occurred_at=MONDAY)
    await tell(shop, Step.DIALLED, occurred_at=MONDAY, technician_phone=CLAIRES_PHONE, talked_seconds=180)
    await tell(shop, Step.ENDED, occurred_at=MONDAY)
    ticket = await shop.ticket()
    assert (ticket.opened_at, ticket.recontacted_at) == (MONDAY, MONDAY)
    stopped = next(event for event in await shop.history() if event.kind == "recontacted")
    assert stopped.data["late"] is False


async def test_a_call_whose_steps_waited_in_the_inbox_was_taken_when_they_came(shop):
    rang = CallEvent(sid(), Step.RANG, HELENE)
    await shop.arrives(rang, source=Source.TWILIO_CALL)
    shop.clock.advance(200 * SECOND)
    await shop.arrives(CallEvent(sid(), Step.DIALLED, HELENE, **ANSWER), source=Source.TWILIO_CALL)
    shop.clock.advance(DAY)
    await shop.take_in()
    assert (await shop.ticket()).recontacted_at == MONDAY + 20 * SECOND


async def test_a_talk_is_no_answer_to_what_the_client_asked_for_after_it(shop):
    shop.clock.advance(2 * HOUR)
    await shop.receives(HELENE)
    shop.clock.advance(3 * HOUR)
    await tell(shop, Step.DIALLED, occurred_at=MONDAY, technician_phone=CLAIRES_PHONE, talked_seconds=180)
    ticket = await shop.ticket()
    assert (len(await shop.tickets()), ticket.assigned_to, ticket.recontacted_at) == (1, None, None)
    assert ticket.opened_at == MONDAY + 2 * HOUR


async def test_nor_once_an_answer_to_that_did_not_arrive(shop):
    shop.clock.advance(2 * HOUR)
    await shop.receives(HELENE)
    await tell(shop, Step.DIALLED, occurred_at=MONDAY, technician_phone=CLAIRES_PHONE, talked_seconds=180)
    await shop.orders(Verb.ANSWER, 1, "J'arrive")
    await shop.deliver()
    assert (await shop.ticket()).recontacted_at is not None
    await shop.reports(f"SM-sent-{len(shop.twilio.sent)}", DeliveryState.UNDELIVERED, "30003")
    ticket = await shop.ticket()
    assert (ticket.state, ticket.recontacted_at) == (TicketState.OPEN, None)
    assert "pending" in (await shop.milestones()).values()


async def test_how_long_a_talk_was_is_told_on_the_ticket_that_its_own_was_joined_to(shop):
    await shop.receives(LUC, "Le serveur est tombé")
    for step, said in ((Step.RANG, {}), (Step.ACCEPTED, {"technician_id": 1}), (Step.ENDED, {})):
        await tell(shop, step, **said)
    await settles(shop)
    await shop.orders(Verb.MERGE, 2, "1")
    await tell(shop, Step.DIALLED, **ANSWER)
    assert await bodies(shop) == ["Le serveur est tombé", "Appel pris par Claire (3 min)"]


async def test_a_lost_call_brings_its_clock_to_the_ticket_it_joins(shop):
    """The program was away: an SMS of Tuesday was read before the list of Monday's calls."""
    shop.clock.advance(DAY)
    await shop.receives(HELENE, "Je rappelle demain ?")
    assert (await shop.ticket()).recontact_due_at == paris("2026-11-30 16:00")
    await tell(shop, Step.DIALLED, occurred_at=MONDAY)
    await tell(shop, Step.ENDED, occurred_at=MONDAY)
    await settles(shop)
    ticket = await shop.ticket()
    assert (len(await shop.tickets()), ticket.opened_at) == (1, MONDAY)
    assert ticket.recontact_due_at == paris("2026-11-27 16:00")
    due = {name: at for name, at, _ in await shop.read(lambda uow: uow.milestones.of_ticket(1))}
    assert due["breach"] == ticket.recontact_due_at


async def test_a_talk_in_which_the_client_writes_is_the_answer_to_it(shop):
    await tell(shop, Step.RANG)
    shop.clock.advance(60 * SECOND)
    await shop.receives(HELENE)
    shop.clock.advance(140 * SECOND)
    await tell(shop, Step.DIALLED, **ANSWER)
    assert (await shop.ticket()).recontacted_at == MONDAY + 60 * SECOND


@pytest.mark.parametrize("order", list(permutations((Step.RANG, Step.ACCEPTED, Step.DIALLED, Step.ENDED))))
async def test_a_call_that_was_taken_is_one_ticket_in_whatever_order_it_is_told(shop, order):
    for step in order:
        said = {Step.ACCEPTED: {"technician_id": 1}, Step.DIALLED: ANSWER}.get(step, {})
        await tell(shop, step, **said)
        await tell(shop, step, **said)
    await settles(shop)
    assert await bodies(shop) == ["Appel pris par Claire (3 min)"]
    assert len(await shop.tickets()) == 1


async def test_a_key_is_no_talk_yet_and_takes_the_call_where_no_more_is_told(shop):
    await tell(shop, Step.RANG)
    await tell(shop, Step.ACCEPTED, caller=None, technician_id=1)
    await settles(shop)
    assert (await shop.tickets(), (await kept(shop)).technician_id) == ([], 1)
    shop.clock.advance(3 * MINUTE)
    await tell(shop, Step.ENDED)
    await settles(shop)
    ticket = await shop.ticket()
    assert (ticket.subject, ticket.assigned_to, ticket.recontacted_by) == ("Appel pris par Claire", 1, Recontact.REPLY)
    assert (ticket.opened_at, ticket.recontacted_at) == (MONDAY, MONDAY)


async def test_how_long_a_talk_was_is_said_when_it_is_told_late(shop):
    await tell(shop, Step.RANG)
    await tell(shop, Step.ACCEPTED, caller=None, technician_id=1)
    shop.clock.advance(3 * MINUTE)
    await tell(shop, Step.ENDED)
    await settles(shop)
    before = await shop.ticket()
    await shop.receives(HELENE, "Merci, il reste le scanner")
    await tell(shop, Step.DIALLED, **ANSWER)
    await tell(shop, Step.DIALLED, **ANSWER)
    after = await shop.ticket()
    assert (before.subject, after.subject) == ("Appel pris par Claire", "Appel pris par Claire (3 min)")
    assert await bodies(shop) == ["Appel pris par Claire (3 min)", "Merci, il reste le scanner"]
    assert "Appel pris par Claire (3 min)" in (await shop.card()).text
    assert after.recontacted_at == before.recontacted_at
    assert (await shop.events()).count("call taken") == 1
    found = await shop.read(lambda uow: uow.tickets.search("3 min", limit=5))
    assert [ticket.number for ticket in found] == [1]


async def test_it_is_said_on_the_request_that_the_call_joined(shop):
    await shop.receives(HELENE, "Word ne s'ouvre plus")
    shop.clock.advance(HOUR)
    await tell(shop, Step.ACCEPTED, technician_id=1)
    await tell(shop, Step.ENDED)
    await settles(shop)
    await tell(shop, Step.DIALLED, **ANSWER)
    assert (await shop.ticket()).subject == "Word ne s'ouvre plus"
    assert await bodies(shop) == ["Word ne s'ouvre plus", "Appel pris par Claire (3 min)"]


async def test_it_is_said_nowhere_of_a_call_that_opened_no_ticket(shop):
    await missed(shop, NOBODY)
    await shop.orders(Verb.BLOCK, 1)
    await shop.presses(Verb.CONFIRM, 1, "block")
    await tell(shop, Step.ACCEPTED, call=2, caller=NOBODY, technician_id=1)
    await tell(shop, Step.ENDED, call=2, caller=NOBODY)
    await settles(shop)
    await tell(shop, Step.DIALLED, call=2, caller=NOBODY, **ANSWER)
    assert ((await kept(shop, 2)).talked_seconds, await bodies(shop)) == (180, ["Appel manqué"])


async def test_a_key_that_connected_nobody_leaves_a_message_whose_clock_runs(shop):
    """The technician pressed it, and Twilio did not hear our answer."""
    await tell(shop, Step.RANG)
    await tell(shop, Step.ACCEPTED, caller=None, technician_id=1)
    await tell(shop, Step.DIALLED, technician_id=1)
    await tell(shop, Step.RECORDED, recording=recording())
    ticket = await shop.ticket()
    assert (ticket.subject, ticket.assigned_to) == ("Message vocal de 42 s", None)
    assert (ticket.recontacted_at, ticket.recontact_due_at) == (None, paris("2026-11-27 16:00"))


async def test_a_mailbox_that_picked_up_makes_a_missed_call_whose_clock_runs(shop):
    await tell(shop, Step.RANG)
    await tell(shop, Step.SCREENED, caller=None, technician_id=1)
    await tell(shop, Step.DIALLED, technician_id=1)
    await tell(shop, Step.ENDED)
    await settles(shop)
    ticket = await shop.ticket()
    assert (ticket.subject, ticket.recontacted_at, ticket.assigned_to) == ("Appel manqué", None, None)


async def test_it_can_be_traced_from_there(shop):
    await tell(shop, Step.DIALLED, **ANSWER)
    await shop.orders(Verb.START, 1)
    shop.clock.advance(10 * MINUTE)
    await shop.orders(Verb.END, 1)
    intervention = await shop.intervention()
    assert intervention.worked == 10 * MINUTE


async def test_an_answer_that_does_not_arrive_after_it_does_not_restart_the_clock(shop):
    """They were talked to, whatever became of a later text (C16)."""
    await tell(shop, Step.DIALLED, **ANSWER)
    talked_at = (await shop.ticket()).recontacted_at
    await shop.orders(Verb.ANSWER, 1, "Voici le lien")
    shop.twilio.problem_of = lambda _: PermanentDeliveryError("no", code="30003")
    await shop.deliver()
    assert (await shop.ticket()).recontacted_at == talked_at


async def test_a_taken_call_joins_the_callers_open_ticket_and_leaves_it_to_who_has_it(shop):
    await shop.receives(HELENE)
    await shop.orders(Verb.TAKE, 1, by=12)
    shop.clock.advance(HOUR)
    await tell(shop, Step.DIALLED, **ANSWER)
    ticket = await shop.ticket()
    assert (len(await shop.tickets()), ticket.assigned_to, ticket.recontacted_by) == (1, 2, Recontact.REPLY)


async def test_who_answered_is_known_by_their_number_where_the_provider_lists_it(shop):
    await tell(shop, Step.DIALLED, talked_seconds=60, technician_phone=CLAIRES_PHONE)
    assert (await shop.ticket()).assigned_to == 1


async def test_a_call_that_somebody_unknown_took_is_nobodys_yet(shop):
    await tell(shop, Step.DIALLED, talked_seconds=60, technician_phone=NOBODY)
    ticket = await shop.ticket()
    assert (ticket.subject, ticket.assigned_to, ticket.recontacted_by) == ("Appel pris (1 min)", None, Recontact.REPLY)


async def test_a_long_talk_is_not_taken_for_a_missed_call(shop):
    await tell(shop, Step.RANG)
    shop.clock.advance(3 * HOUR)
    assert await settle_calls(shop.context) == 0
    await tell(shop, Step.DIALLED, technician_id=1, talked_seconds=3 * 3600)
    assert await bodies(shop) == ["Appel pris par Claire (3 h)"]


# What is never told


async def test_a_call_of_which_nothing_more_is_heard_is_missed_in_the_end(shop):
    shop.clock.advance(11 * HOUR)  # 21:00: it is greeted
    called_at = shop.clock.now()
    await tell(shop, Step.RANG)
    shop.clock.advance(8 * MINUTE)
    assert await settle_calls(shop.context) == 0
    shop.clock.advance(21 * SECOND)
    assert [await settle_calls(shop.context) for _ in range(2)] == [1, 0]
    assert (await shop.ticket()).opened_at == called_at
    assert await bodies(shop) == ["Appel manqué"]


async def test_a_call_that_is_given_up_twice_at_once_is_one_ticket(shop):
    await tell(shop, Step.RANG)
    await tell(shop, Step.ENDED)
    shop.clock.advance(GRACE)
    await asyncio.gather(*(settle_calls(shop.context) for _ in range(3)))
    assert await bodies(shop) == ["Appel manqué"]


async def test_the_clock_starts_at_the_providers_own_time(shop):
    """A call that was reconciled an hour late is due an hour earlier (C15)."""
    await tell(shop, Step.ENDED, occurred_at=MONDAY - HOUR)
    await settles(shop)
    assert (await shop.ticket()).recontact_due_at == paris("2026-11-27 15:00")


async def test_a_recording_alone_is_a_ticket_all_the_same(shop):
    await tell(shop, Step.RECORDING, caller=None, recording=recording())
    assert await bodies(shop) == ["Message vocal de 42 s, numéro masqué"]


# What the caller hears


async def first_answer(shop, caller=HELENE):
    return await answer(shop.context, CallEvent("CA1", Step.RANG, caller))


async def test_the_first_technician_with_a_phone_is_rung_unless_somebody_is_named(shop):
    shop.with_policy(voice_ring_seconds=25)
    assert await first_answer(shop) == Ring(1, CLAIRES_PHONE, 25)
    await shop.write(lambda uow: put_on_duty(uow, None, shop.clock.now()))
    assert await first_answer(shop) == Greeting(is_open=True)


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        pytest.param(HELENE, "Cabinet des Tilleuls", id="a client's number"),
        pytest.param(NOBODY, None, id="nobody's"),
        pytest.param(None, None, id="none"),
    ],
)
async def test_who_picks_up_is_told_whose_call_it_is(shop, caller, expected):
    await tell(shop, Step.RANG, caller=caller)
    asked = CallEvent(sid(), Step.SCREENED, technician_id=1)
    assert await answer(shop.context, asked) == Screening(1, expected)


async def test_who_picks_up_is_told_of_a_client_who_was_known_by_whatsapp_alone(shop):
    async def only_whatsapp(uow):
        await uow.directory.add_address(sms(NOBODY), contact_id=None, profile_name=None, now=shop.clock.now())
        await uow.directory.add_address(whatsapp(NOBODY), contact_id=1, profile_name=None, now=shop.clock.now())

    await shop.write(only_whatsapp)
    await tell(shop, Step.RANG, caller=NOBODY)
    assert await answer(shop.context, CallEvent(sid(), Step.SCREENED)) == Screening(None, "Cabinet des Tilleuls")


async def test_where_clients_are_not_named_in_the_chat_they_are_not_named_by_phone(shop):
    shop.with_policy(bodies_in_telegram=False)
    await tell(shop, Step.RANG)
    assert await answer(shop.context, CallEvent(sid(), Step.SCREENED, technician_id=1)) == Screening(1)


async def test_who_pressed_the_key_is_connected(shop):
    assert await answer(shop.context, CallEvent(sid(), Step.ACCEPTED, technician_id=1)) == Connection()


async def test_who_may_not_act_any_more_is_not_rung(shop):
    await shop.write(lambda uow: uow.directory.put_technician(12, name="Marc", is_admin=False, phone=NOBODY))
    marc = await shop.read(lambda uow: uow.directory.technician(12))
    await shop.write(lambda uow: put_on_duty(uow, marc, shop.clock.now()))
    assert await first_answer(shop) == Ring(2, NOBODY, 20)
    await shop.write(lambda uow: uow.directory.retire_technicians([11]))
    assert await first_answer(shop) == Ring(1, CLAIRES_PHONE, 20)


def test_the_greeting_says_the_hours_and_the_way_for_emergencies(shop):
    assert greeting(shop.context, is_open=False) == (
        "Bonjour, vous êtes bien chez Atelier. Nos bureaux sont fermés. Nous répondons du lundi au vendredi de "
        "8 heures à 18 heures 30. Si c’est urgent, envoyez un SMS au 06, 39, 98, 00, 00, en commençant votre message "
        "par le mot : Urgent. Laissez votre message après le signal sonore, puis raccrochez : nous vous rappelons."
    )
    assert greeting(shop.context, is_open=True).startswith(
        "Bonjour, vous êtes bien chez Atelier. Tous nos techniciens sont occupés. Nous répondons du lundi au vendredi "
        "de 8 heures à 18 heures 30. Si c’est urgent, envoyez un SMS"
    )


def test_without_an_sms_number_nothing_is_said_of_texts(shop):
    shop.with_policy(sms_number="")
    assert "SMS" not in greeting(shop.context, is_open=False)


async def test_the_day_after_a_closing_a_call_is_a_new_request(shop):
    await missed(shop)
    await shop.orders(Verb.CLOSE, 1, "sans objet")
    await shop.presses(Verb.CONFIRM, 1, "not_a_request.0.not_a_request")
    shop.clock.advance(DAY)
    await missed(shop, call=2)
    assert (await shop.ticket(2)).threading == "after_closed"


async def test_a_step_that_was_taken_in_is_not_taken_in_again(shop):
    await shop.arrives(CallEvent(sid(), Step.RANG, HELENE), source=Source.TWILIO_CALL)
    (entry,) = await shop.read(lambda uow: uow.inbox.pending(1))
    await shop.take_in()
    before = await shop.read(lambda uow: uow.calls.get(sid()))
    event = CallEvent(sid(), Step.ENDED, HELENE)
    await shop.write(lambda uow: record(Desk(uow, shop.context, shop.clock.now()), entry, event))
    assert await shop.read(lambda uow: uow.calls.get(sid())) == before


async def test_calls_are_reconciled_with_a_cursor_of_their_own(shop):
    archive = FakeArchive([inbox_entry(Source.TWILIO_CALL, f"{sid()}:rang", received_at=shop.clock.now() + HOUR)])
    assert await reconcile_calls(shop.context, archive) == 1
    assert archive.asked == [shop.clock.now()]
