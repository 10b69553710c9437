"""Calls of which no webhook told are found, each step as its webhook would have told it."""

from datetime import timedelta

import pytest
from aiohttp import web

from bot.channels.twilio.calls_archive import TwilioCallsArchive
from bot.channels.twilio.media import TwilioMedia
from bot.channels.twilio.recordings import TwilioRecordings
from bot.channels.twilio.voice_reading import parse
from bot.clock import StoppedClock
from bot.domain.calls import CallEvent, Recording, Step
from bot.domain.tickets import Media
from bot.errors import PermanentDeliveryError, TransientDeliveryError
from bot.sandbox.listener import Listener
from bot.sandbox.twilio import TwilioStandIn
from tests.channels.twilio.twilio_cast import ACCOUNT, CLIENT, NOW, SMS_NUMBER, TOKEN

VOICE_NUMBER, CLAIRE = "+33639980003", "+33639980012"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
SOUND = b"ID3 a sound"


class Answers:
    """A program that answers each step with a document of the test's."""

    def __init__(self) -> None:
        self.documents: dict[str, str] = {}

    @property
    def app(self):
        async def answer(request: web.Request) -> web.Response:
            return web.Response(text=f"<Response>{self.documents.get(request.path, '')}</Response>")

        app = web.Application()
        app.add_routes([web.post("/{path:.*}", answer)])
        return app


@pytest.fixture
async def program():
    answers = Answers()
    answers.documents["/voice"] = f'<Dial action="/dialled"><Number>{CLAIRE}</Number></Dial>'
    answers.documents["/dialled"] = '<Record action="/recorded"/>'
    listener = Listener(lambda: answers.app)
    await listener.start()
    yield listener
    await listener.stop()


@pytest.fixture
async def twilio(clock: StoppedClock, program):
    """The stand-in, with a number for calls; every test here loses what it tells."""
    stand_in = TwilioStandIn(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        clock=clock,
        sms_number=SMS_NUMBER,
        voice_number=VOICE_NUMBER,
        voice_url=f"{program.base_url}/voice",
    )
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
def archive(client, clock, twilio):
    return TwilioCallsArchive(client, clock, voice_number=VOICE_NUMBER, base_url=twilio.base_url)


async def events(archive, since=NOW) -> list[CallEvent]:
    return [parse(entry) async for entry in archive.received_since(since)]


async def test_a_message_is_found_with_its_recording(archive, twilio, clock):
    sid = (await twilio.call(CLIENT, says=SOUND, message_seconds=42)).sid
    clock.advance(HOUR)
    (recording,) = twilio.voice.recordings()
    url = f"{twilio.base_url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{recording}.mp3"

    entries = [entry async for entry in archive.received_since(NOW)]

    assert [parse(entry) for entry in entries] == [
        CallEvent(sid, Step.RANG, CLIENT),
        CallEvent(sid, Step.DIALLED, CLIENT, technician_phone=CLAIRE),
        CallEvent(sid, Step.ENDED, CLIENT),
        CallEvent(sid, Step.RECORDING, CLIENT, recording=Recording(recording, url, 42)),
    ]
    assert [entry.external_id for entry in entries] == [
        f"{sid}:rang",
        f"{sid}:dialled",
        f"{sid}:ended",
        f"{sid}:recording:{recording}",
    ]
    assert {(entry.received_at, entry.occurred_at) for entry in entries} == {(NOW + HOUR, NOW)}


async def test_a_talk_is_found_with_who_had_it(archive, twilio):
    sid = (await twilio.call(CLIENT, technician="answers", talk_seconds=187)).sid
    assert await events(archive) == [
        CallEvent(sid, Step.RANG, CLIENT),
        CallEvent(sid, Step.DIALLED, CLIENT, talked_seconds=187, technician_phone=CLAIRE),
        CallEvent(sid, Step.ENDED, CLIENT),
    ]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(44, [], id="44 s: a mailbox may have been asked for a key all the while"),
        pytest.param(45, [45], id="45 s: none is listened to for so long"),
    ],
)
async def test_a_phone_that_picked_up_for_a_moment_proves_no_talk(client, clock, twilio, seconds, expected):
    archive = TwilioCallsArchive(client, clock, voice_number=VOICE_NUMBER, base_url=twilio.base_url, proof=45 * SECOND)
    await twilio.call(CLIENT, technician="answers", talk_seconds=seconds)
    assert [event.talked_seconds for event in await events(archive) if event.step is Step.DIALLED] == expected


async def test_a_phone_that_nobody_picked_up_is_told_of_whatever_proves_a_talk(client, clock, twilio):
    archive = TwilioCallsArchive(client, clock, voice_number=VOICE_NUMBER, base_url=twilio.base_url, proof=45 * SECOND)
    await twilio.call(CLIENT, technician="busy")
    assert [event.talked_seconds for event in await events(archive) if event.step is Step.DIALLED] == [None]


async def test_the_end_of_a_call_that_nobody_took_says_so(archive, twilio, program):
    await twilio.call(CLIENT, deliver=False)
    twilio.voice.calls()[0].status = "no-answer"
    assert [event.is_unanswered for event in await events(archive)] == [False, True]


async def test_a_withheld_number_stays_withheld(archive, twilio):
    await twilio.call("anonymous", deliver=False)
    assert {event.caller for event in await events(archive)} == {None}


async def test_calls_that_ended_before_are_left_out_and_long_ones_are_not(archive, twilio, clock):
    await twilio.call(CLIENT, deliver=False)
    assert await events(archive, NOW + timedelta(seconds=1)) == []
    assert len(await events(archive, NOW)) == 2
    record = twilio.voice.calls()[0]
    record.ended_at = NOW + 2 * HOUR
    clock.advance(2 * HOUR)
    assert len(await events(archive, NOW + HOUR)) == 2


async def test_a_call_that_goes_on_is_left_to_the_next_time(archive, twilio):
    await twilio.call(CLIENT, deliver=False)
    record = twilio.voice.calls()[0]
    record.status, record.ended_at = "in-progress", None
    assert await events(archive) == []


async def test_many_calls_are_found_page_by_page_in_order(archive, twilio, clock):
    for _ in range(60):
        await twilio.call(CLIENT, hangs_up="ringing")
        clock.advance(timedelta(minutes=1))
    sids = [event.sid for event in await events(archive) if event.step is Step.RANG]
    assert sids == [call.sid for call in twilio.voice.calls()]


async def test_a_list_that_cannot_be_read_is_tried_again_later(archive, twilio):
    await twilio.call(CLIENT, deliver=False)
    twilio.fail_next(code=20429, operation="ListRecording")
    with pytest.raises(TransientDeliveryError):
        await events(archive)
    assert len(await events(archive)) == 2


async def test_the_sound_is_fetched_and_then_erased(twilio, client, http, tmp_path):
    await twilio.call(CLIENT, says=SOUND)
    (sid,) = twilio.voice.recordings()
    url = f"{twilio.base_url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}.mp3"
    media = TwilioMedia(http, tmp_path, account_sid=ACCOUNT, auth_token=TOKEN, base_url=twilio.base_url)
    path, size = await media.fetch(Media(url, "audio/mpeg"))
    assert (path.read_bytes(), path.suffix, size) == (SOUND, ".mp3", len(SOUND))

    recordings = TwilioRecordings(client)
    await recordings.erase(sid)
    assert twilio.voice.recordings() == []
    await recordings.erase(sid)  # it is gone, which is what was wanted
    elsewhere = TwilioMedia(http, tmp_path / "2", account_sid=ACCOUNT, auth_token=TOKEN, base_url=twilio.base_url)
    with pytest.raises(TransientDeliveryError):
        await elsewhere.fetch(Media(url, "audio/mpeg"))


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("https://elsewhere.example.org/Recordings/RE" + "0" * 32 + ".mp3", id="another host"),
        pytest.param("{base}/2010-04-01/Accounts/AC9/Recordings/RE" + "0" * 32 + ".mp3", id="another account"),
        pytest.param("{base}/2010-04-01/Accounts/{account}/Recordings/RE1.mp3", id="no recording's SID"),
        pytest.param("{base}/2010-04-01/Accounts/{account}/Recordings/RE" + "0" * 32 + ".mp3/..", id="a way up"),
    ],
)  # fmt: skip
async def test_no_other_sound_is_fetched(twilio, http, tmp_path, requests, address):
    media = TwilioMedia(http, tmp_path, account_sid=ACCOUNT, auth_token=TOKEN, base_url=twilio.base_url)
    with pytest.raises(PermanentDeliveryError, match="not an address"):
        await media.fetch(Media(address.format(base=twilio.base_url, account=ACCOUNT), "audio/mpeg"))
    assert requests == []


async def test_a_recording_that_twilio_does_not_erase_is_erased_later(twilio, client):
    await twilio.call(CLIENT, says=SOUND)
    (sid,) = twilio.voice.recordings()
    twilio.fail_next(code=20003, operation="DeleteRecording")
    with pytest.raises(TransientDeliveryError):
        await TwilioRecordings(client).erase(sid)
    await twilio.stop()
    with pytest.raises(TransientDeliveryError):
        await TwilioRecordings(client).erase(sid)
    await twilio.start()
    await TwilioRecordings(client).erase(sid)
    assert twilio.voice.recordings() == []
