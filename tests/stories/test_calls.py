"""The phone, over real sockets: the stand-in carries out what the program answers it, and tells it what came of it."""

from datetime import datetime, timedelta

import pytest

from bot.domain.desk import Verb
from bot.domain.tickets import Recontact, TicketState
from tests.factories import paris
from tests.stories.office import CLAIRE, CLAIRES_PHONE, HELENE, NOBODY, PATIENCE, WITH_PHONE, Office, plain

MONDAY, NIGHT = paris("2026-11-23 10:00"), paris("2026-11-23 22:00")
MINUTE = timedelta(minutes=1)
SOUND = b"ID3\x03 a sound"
LANDLINE = "+33199001234"


@pytest.fixture
async def office(tmp_path):
    async with Office(tmp_path, at=MONDAY, **WITH_PHONE) as office:
        await office.open_inside()
        office.clock.move_to(MONDAY)  # however long the start took
        yield office


async def misses(office: Office, caller: str, **how):
    """Somebody calls and is not answered; the time passes after which nothing more can be told of it."""
    record = await office.call(caller, **how)
    assert record.error == ""
    await office.settles()
    await office.advance(MINUTE)
    return record


def minute(at: datetime) -> datetime:
    """Without its seconds: the clock of a story is moved, and goes on."""
    return at.replace(second=0, microsecond=0)


async def test_a_missed_call_then_an_sms_are_one_ticket(office: Office) -> None:
    record = await misses(office, HELENE)
    assert record.rang == [CLAIRES_PHONE]
    assert record.heard[0] == "<ring>"
    assert "Tous nos techniciens sont occupés. Nous répondons du lundi au vendredi" in record.heard[1]
    assert record.heard[2:] == ["<beep>", "Nous n’avons rien entendu. Au revoir."]
    assert record.answers == [200] * len(record.answers)
    card = await office.card(1)
    assert "Cabinet des Tilleuls" in plain(card.text)
    assert "Appel manqué" in plain(card.text)
    await office.receives(HELENE, "demande 1 est bien arrivée")
    await office.advance(5 * MINUTE)
    await office.sms(HELENE, "C'était pour Word, qui ne s'ouvre plus")
    await office.shows("le client a de nouveau écrit", "Word")
    (ticket,) = await office.tickets()
    assert minute(ticket.opened_at) == MONDAY
    assert minute(ticket.recontact_due_at) == paris("2026-11-27 16:00")


async def test_a_voicemail_is_played_at_the_desk(office: Office) -> None:
    await office.call(HELENE, says=SOUND, message_seconds=65)
    card = await office.shows("n° 1", "Message vocal de 1 min 05 s", "à jour")
    await office.tick()
    await office.presses(CLAIRE, card, f"{Verb.MEDIA}:1:1")
    played = await office.telegram.wait_for(
        lambda: next((each for each in office.telegram.from_bot() if "audio" in each.media), None), PATIENCE
    )
    assert (played.media["audio"]["mime_type"], played.media["audio"]["file_size"]) == ("audio/mpeg", len(SOUND))
    assert len(await office.tickets()) == 1
    assert len(office.twilio.voice.recordings()) == 1


async def test_a_voicemail_that_twilio_is_not_done_with_is_played_once_it_is(office: Office) -> None:
    record = await office.call(HELENE, says=SOUND, is_processed=False)
    card = await office.shows("n° 1", "Message vocal de 42 s")
    await office.tick()
    assert "pas encore arrivé" in await office.presses(CLAIRE, card, f"{Verb.MEDIA}:1:1")
    await office.twilio.voice.process(record.sid)

    async def is_here() -> bool:
        return office.rows("SELECT count(*) FROM media WHERE path IS NOT NULL") == [(1,)]

    await office.until(is_here)


async def test_a_voicemail_is_played_though_the_program_was_stopped_from_friday_evening_to_monday(tmp_path) -> None:
    async with Office(tmp_path, at=paris("2026-11-27 18:40"), **WITH_PHONE) as office:
        await office.open_inside()
        record = await office.call(HELENE, says=SOUND, is_processed=False)
        card = await office.shows("n° 1", "Message vocal")
        await office.close()
        office.clock.advance(timedelta(hours=61))
        await office.twilio.voice.process(record.sid)
        await office.open_inside()

        async def is_here() -> bool:
            return office.rows("SELECT count(*) FROM media WHERE path IS NOT NULL") == [(1,)]

        await office.until(is_here)
        assert "arrive" in await office.presses(CLAIRE, card, f"{Verb.MEDIA}:1:1")


async def test_a_recording_is_erased_at_twilio_once_it_is_here(tmp_path) -> None:
    async with Office(tmp_path, at=MONDAY, **WITH_PHONE, VOICE_DELETE_RECORDINGS="true") as office:
        await office.open_inside()
        await office.call(HELENE, says=SOUND)
        await office.shows("n° 1", "Message vocal")
        office.twilio.fail_next(code=20500, operation="DeleteRecording")

        async def is_erased() -> bool:
            await office.tick()
            return office.twilio.voice.recordings() == []

        await office.until(is_erased)
        kept = [path.read_bytes() for path in (tmp_path / "media").iterdir()]
        assert kept == [SOUND]


async def test_a_blocked_caller_rings_nobody_and_leaves_nothing(office: Office) -> None:
    await misses(office, NOBODY)
    await office.card(1)
    await office.says(CLAIRE, "/bloquer 1")
    await office.shows("n° 1", "bloqué")
    record = await misses(office, NOBODY, technician="answers", says=SOUND)
    assert (record.rang, len(record.heard), office.twilio.voice.recordings()) == ([], 1, [])
    assert "Nous ne pouvons pas prendre votre appel" in record.heard[0]
    bodies = [each.body for each in await office.read(lambda uow: uow.messages.of_ticket(1)) if not each.automatic]
    assert (bodies, len(await office.tickets())) == (["Appel manqué"], 1)


async def test_a_call_that_a_technician_takes_is_theirs_and_can_be_traced(office: Office) -> None:
    record = await office.call(HELENE, technician="answers", talk_seconds=180, pace=1.5)
    assert (record.heard, record.rang, record.error) == (["<ring>"], [CLAIRES_PHONE], "")
    (leg,) = office.twilio.voice.legs(record.sid)
    assert leg.heard[0].startswith("Un client appelle : Cabinet des Tilleuls. Appuyez sur 1")
    card = await office.shows("n° 1", "Appel pris par Claire (3 min)")
    assert "Recontacté" in plain(card.text)
    assert office.received(HELENE) == []
    await office.says(CLAIRE, "/debut 1")
    await office.shows("n° 1", "Intervention en cours")
    assert (await office.ticket(1)).recontacted_by is Recontact.REPLY
    assert (await office.ticket(1)).state is TicketState.IN_PROGRESS


async def test_a_technicians_own_mailbox_takes_no_call(office: Office) -> None:
    """It picks up and presses nothing: the caller is greeted, and the clock runs."""
    record = await office.call(HELENE, technician="mailbox", says=SOUND)
    assert (record.error, record.heard[0], record.heard[-1]) == ("", "<ring>", "<beep>")
    assert "Tous nos techniciens sont occupés" in record.heard[1]
    card = await office.shows("n° 1", "Message vocal de 42 s")
    assert "Recontacté" not in plain(card.text)
    ticket = await office.ticket(1)
    assert (ticket.recontacted_at, ticket.assigned_to, ticket.state) == (None, None, TicketState.OPEN)
    assert minute(ticket.recontact_due_at) == paris("2026-11-27 16:00")


@pytest.mark.parametrize("technician", ["mailbox", "declines"])
async def test_nobody_who_takes_a_call_and_no_word_are_a_missed_call(office: Office, technician: str) -> None:
    record = await misses(office, HELENE, technician=technician)
    assert record.heard[2:] == ["<beep>", "Nous n’avons rien entendu. Au revoir."]
    await office.shows("n° 1", "Appel manqué")
    assert (await office.ticket(1)).recontacted_at is None


async def test_a_key_pressed_when_the_caller_was_gone_takes_no_call(office: Office) -> None:
    await misses(office, HELENE, technician="answers", hangs_up="connecting")
    await office.shows("n° 1", "Appel manqué")
    assert (await office.ticket(1)).recontacted_at is None


async def test_a_shop_that_asks_for_no_key_has_its_technicians_connected_at_once(tmp_path) -> None:
    async with Office(tmp_path, at=MONDAY, **WITH_PHONE, VOICE_ACCEPT_KEY="off") as office:
        await office.open_inside()
        record = await office.call(HELENE, technician="answers", talk_seconds=10, loses=("/dialled",))
        await office.settles()
        await office.advance(5 * MINUTE)
        await office.shows("n° 1", "Appel pris par Claire")
        assert [leg.heard for leg in office.twilio.voice.legs(record.sid)] == [[]]


async def test_at_night_nobody_is_rung_and_the_greeting_says_when_we_answer(tmp_path) -> None:
    async with Office(tmp_path, at=NIGHT, **WITH_PHONE) as office:
        await office.open_inside()
        record = await misses(office, LANDLINE, hangs_up="greeting")
        assert record.rang == []
        (said,) = record.heard
        assert "du lundi au vendredi de 8 heures à 18 heures 30" in said
        assert "envoyez un SMS au 06, 39, 98, 00, 00" in said
        card = await office.card(1)
        assert "expéditeur inconnu" in plain(card.text)
        assert "+33 1 99 00 12 34" in plain(card.text)
        assert minute((await office.ticket(1)).recontact_due_at) == paris("2026-11-30 14:00")


async def test_nobody_on_duty_is_said_at_the_desk_and_nobody_is_rung(office: Office) -> None:
    await office.says(CLAIRE, "/garde")
    card = await office.shows("De garde : Claire")
    await office.presses(CLAIRE, card, "Personne")
    await office.shows("De garde : personne")
    assert (await misses(office, HELENE, hangs_up="greeting")).rang == []
    await office.says(CLAIRE, "/garde claire")
    await office.shows("De garde : Claire")
    assert (await misses(office, HELENE, hangs_up="ringing")).rang == [CLAIRES_PHONE]
    assert len(await office.tickets()) == 1


async def test_a_withheld_number_is_a_ticket_that_says_so(office: Office) -> None:
    await office.call("anonymous", says=SOUND)
    await office.call("+266696687", hangs_up="ringing")
    await office.settles()
    await office.advance(MINUTE)
    await office.shows("n° 1", "Message vocal de 42 s, numéro masqué")
    await office.shows("n° 2", "Appel manqué, numéro masqué")
    assert [ticket.address_id for ticket in await office.tickets()] == [None, None]


async def test_a_key_told_again_changes_nothing(office: Office) -> None:
    record = await office.call(HELENE, technician="answers", talk_seconds=180)
    await office.settles()
    again = await office.twilio.voice.tell_again(record.sid, end="/accepted", times=3)
    assert {(delivery.status, delivery.answer) for delivery in again} == {
        (200, '<?xml version="1.0" encoding="UTF-8"?><Response></Response>')
    }
    await office.settles()
    await office.advance(MINUTE)
    (ticket,) = await office.tickets()
    assert ticket.subject == "Appel pris par Claire (3 min)"
    taken = [event for event in await office.read(lambda uow: uow.tickets.events(1)) if event.kind == "call taken"]
    assert len(taken) == 1


async def test_webhooks_told_again_change_nothing(office: Office) -> None:
    record = await office.call(HELENE, says=SOUND)
    await office.settles()
    again = await office.twilio.voice.tell_again(record.sid, times=3)
    assert {delivery.status for delivery in again} == {200}
    await office.settles()
    await office.advance(MINUTE)
    (ticket,) = await office.tickets()
    bodies = [each.body for each in await office.read(lambda uow: uow.messages.of_ticket(ticket.number))]
    assert [body for body in bodies if "vocal" in body or "manqué" in body] == ["Message vocal de 42 s"]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        pytest.param({"says": SOUND, "loses": ("/recorded", "/recording", "/status")}, "Message vocal de 42 s",
                     id="of a message"),
        pytest.param({"technician": "answers", "loses": ("/dialled",)}, "Appel pris par Claire (1 min)",
                     id="of a talk"),
        pytest.param({"technician": "answers", "talk_seconds": 5, "loses": ("/dialled", "/status")},
                     "Appel pris par Claire", id="of a short talk and its end"),
        pytest.param({"technician": "answers", "loses": ("/accepted",)}, "Appel manqué", id="of a key, which connects"),
        pytest.param({"technician": "answers", "loses": ("/accepted", "/dialled", "/status")}, "Appel manqué",
                     id="of a key and all after it"),
        pytest.param({"technician": "answers", "loses": ("/screen",)}, "Appel manqué", id="of a phone picked up"),
        pytest.param({"technician": "mailbox", "loses": ("/dialled", "/status")}, "Appel manqué", id="of a mailbox"),
        pytest.param({"technician": "answers", "hangs_up": "connecting", "loses": ("/dialled",)}, "Appel manqué",
                     id="of a caller who was gone"),
        pytest.param({"technician": "answers", "hangs_up": "connecting", "loses": ("/dialled", "/status")},
                     "Appel manqué", id="of a caller who was gone, and the end"),
        pytest.param({"technician": "answers", "loses": ("/dialled", "/status")}, "Appel pris par Claire (1 min)",
                     id="of a talk and its end"),
        pytest.param({"hangs_up": "ringing", "loses": ("/dialled", "/status")}, "Appel manqué", id="of a missed call"),
        pytest.param({"deliver": False}, "Appel manqué", id="all of them"),
    ],
)  # fmt: skip
async def test_lost_webhooks_are_found_in_twilios_list(office: Office, how, expected: str) -> None:
    """Whichever was lost: the ticket says what really happened, and its clock runs from the call."""
    await office.advance(MINUTE)
    await office.call(HELENE, **how)
    for _ in range(3):
        await office.settles()
        await office.advance(2 * MINUTE)
    (ticket,) = await office.tickets()
    assert (ticket.subject, minute(ticket.opened_at)) == (expected, MONDAY + MINUTE)


async def test_killed_between_the_webhook_and_the_ticket_the_call_is_there_at_the_next_start(tmp_path) -> None:
    async with Office(tmp_path, **WITH_PHONE, OFFICE_HOURS="mon-sun 00:00-00:00") as office:
        await office.open_outside()
        office.kill()  # nothing listens: the first words are lost too
        lost = await office.call(NOBODY, says=SOUND)
        assert (lost.answers, lost.heard) == ([None] * len(lost.answers), ["<error>"])
        await office.open_outside()
        taken = await office.call(HELENE, says=SOUND)
        office.kill()  # some of it may be handled, some not
        assert taken.answers == [200] * len(taken.answers)
        await office.open_outside()
        await office.shows("n° 1", "Cabinet des Tilleuls", "Message vocal de 42 s")

        async def both() -> bool:
            return len(await office.tickets()) == 2

        await office.until(both)
        assert sorted(ticket.subject for ticket in await office.tickets()) == ["Appel manqué", "Message vocal de 42 s"]


async def test_killed_after_the_key_the_call_is_still_theirs(tmp_path) -> None:
    async with Office(tmp_path, **WITH_PHONE, OFFICE_HOURS="mon-sun 00:00-00:00") as office:
        await office.open_outside()
        taken = await office.call(HELENE, technician="answers", talk_seconds=180, loses=("/dialled", "/status"))
        office.kill()  # the key may be handled, or not; of the talk nothing was told
        assert taken.heard == ["<ring>", "<error>"]  # the end of the talk was lost: Twilio had nothing to go on with
        await office.open_outside()
        await office.shows("n° 1", "Cabinet des Tilleuls", "Appel pris par Claire (3 min)")


async def test_an_attempt_in_vain_is_told_to_the_client_and_does_not_stop_the_clock(office: Office) -> None:
    await office.sms(HELENE, "Word ne s'ouvre plus")
    await office.card(1)
    await office.advance(MONDAY + 42 * MINUTE - office.clock.now())
    await office.says(CLAIRE, "/tentative 1")
    assert "le client est prévenu par SMS" in plain((await office.shows("n° 1 : tentative notée")).text)
    await office.receives(HELENE, "nous avons essayé de vous joindre lundi 23 novembre à 10h42")
    assert "Appelé sans réponse lundi 23 novembre à 10h42" in plain((await office.shows("Appelé sans réponse")).text)
    ticket = await office.ticket(1)
    assert (ticket.recontacted_at, ticket.state) == (None, TicketState.OPEN)
    await office.says(CLAIRE, "/tentative 1")
    await office.shows("Déjà fait")
    assert len([text for text in office.received(HELENE) if "essayé" in text]) == 1
