"""The paths of a call: verified, stored, committed, and only then answered with what comes next."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import pytest
import structlog
from aiohttp import web
from twilio.request_validator import RequestValidator

from bot.channels.twilio.signature import Signatures
from bot.channels.twilio.voice_inbound import VoiceInbound
from bot.domain.calls import Step
from bot.errors import StorageUnavailable
from bot.storage.unit_of_work import SqlStore
from bot.web import MAX_BODY_BYTES, Metrics, SignedForms, make_app
from bot.web_voice import PATHS, VOICE_PATH, VoiceWebhooks
from tests.channels.twilio.twilio_cast import ACCOUNT, CLIENT, TOKEN, payload
from tests.factories import CLAIRES_PHONE, DAY, HELENE, MONDAY, NOBODY, sms
from tests.services.calls_cast import tell
from tests.services.conftest import founded_database, shop  # noqa: F401 - the fixtures
from tests.services.shop import Shop

PUBLIC, NUMBER = "https://permanence.example.org", "+33639980003"
FORMS = {
    "/webhooks/twilio/voice": "voice_rang",
    "/webhooks/twilio/voice/screen": "voice_screened",
    "/webhooks/twilio/voice/accepted": "voice_accepted",
    "/webhooks/twilio/voice/dialled": "voice_dialled_no_answer",
    "/webhooks/twilio/voice/recorded": "voice_recorded",
    "/webhooks/twilio/voice/recording": "voice_recording",
    "/webhooks/twilio/voice/status": "voice_ended",
}


class Ready:
    async def problems(self) -> dict[str, str]:
        return {}


@dataclass
class Door:
    http: httpx.AsyncClient
    shop: Shop
    voice: VoiceWebhooks

    def with_policy(self, **changes: object) -> None:
        """Change the shop's rules."""
        self.shop.with_policy(**changes)
        self.voice._context = self.shop.context

    async def post(self, path: str, *, sign: bool = True, query: str = "", **how) -> httpx.Response:
        """A form as Twilio posts it, signed for our public address."""
        said = how.pop("form", None) or payload(FORMS[path])
        address = PUBLIC + path + query
        signature = RequestValidator(TOKEN).compute_signature(address, said) if sign else "forged"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        headers |= how.pop("headers", {})
        content = how.pop("content", urlencode(said))
        return await self.http.post(path + query, content=content, headers=headers)

    async def stored(self) -> list[str]:
        pending = await self.shop.read(lambda uow: uow.inbox.pending(99))
        return [entry.external_id.partition(":")[2] for entry in pending]


@pytest.fixture
async def door(shop: Shop) -> AsyncIterator[Door]:  # noqa: F811 - the fixture
    metrics = Metrics()
    forms = SignedForms(
        signatures=Signatures([TOKEN], {}), public_url=PUBLIC, store=shop.context.store, metrics=metrics
    )
    voice = VoiceWebhooks(
        inbound=VoiceInbound(account_sid=ACCOUNT, voice_number=NUMBER),
        forms=forms,
        context=shop.context,
        public_url=PUBLIC,
        voice_number=NUMBER,
    )
    runner = web.AppRunner(make_app(metrics=metrics, readiness=Ready(), webhooks=None, voice=voice))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http:
        yield Door(http, shop, voice)
    await runner.cleanup()


def verbs(response: httpx.Response) -> list[str]:
    assert response.headers["Content-Type"] == "text/xml"
    return [verb.tag for verb in ElementTree.fromstring(response.content)]


NAMING = ("dialled", "screen", "accepted")
"""The paths whose address names the technician."""


def test_the_seven_paths_are_the_ones_that_are_written_down():
    assert set(PATHS.values()) == set(FORMS)


async def test_in_office_hours_who_is_on_duty_is_rung_and_named_in_the_address(door):
    response = await door.post(VOICE_PATH)
    (ring,) = ElementTree.fromstring(response.content)
    assert (response.status_code, ring.tag, ring[0].text) == (200, "Dial", CLAIRES_PHONE)
    assert ring.attrib["action"] == f"{PUBLIC}{VOICE_PATH}/dialled?technician=1"
    assert ring[0].attrib == {"url": f"{PUBLIC}{VOICE_PATH}/screen?technician=1", "method": "POST"}
    assert (ring.attrib["callerId"], ring.attrib["timeout"]) == (NUMBER, "20")
    assert await door.stored() == ["rang"]


async def test_where_no_key_is_asked_for_they_are_connected_at_once(door):
    door.with_policy(voice_accept_key=False)
    (ring,) = ElementTree.fromstring((await door.post(VOICE_PATH)).content)
    assert ring[0].attrib == {}


@pytest.mark.parametrize(
    ("is_known", "policy", "said"),
    [
        pytest.param(True, {}, "Un client appelle : Cabinet des Tilleuls. Appuyez sur 1", id="a client is named"),
        pytest.param(False, {}, "Un client appelle. Appuyez sur 1", id="nobody's number"),
        pytest.param(
            True, {"bodies_in_telegram": False}, "Un client appelle. Appuyez sur 1", id="where no name leaves the house"
        ),
    ],
)
async def test_whoever_picks_up_hears_who_calls_and_is_asked_for_a_key(door, is_known, policy, said):
    door.with_policy(**policy)
    await tell(door.shop, Step.RANG, caller=HELENE if is_known else NOBODY)
    response = await door.post(f"{VOICE_PATH}/screen", query="?technician=1")
    gather, last = ElementTree.fromstring(response.content)
    assert (gather.tag, last.tag, gather.attrib["numDigits"]) == ("Gather", "Hangup", "1")
    assert gather.attrib["action"] == f"{PUBLIC}{VOICE_PATH}/accepted?technician=1"
    assert gather[0].text.startswith(said)


async def test_a_blocked_caller_is_told_that_the_call_is_not_taken(door):
    known = await door.shop.write(
        lambda uow: uow.directory.add_address(sms(CLIENT), contact_id=None, profile_name=None, now=MONDAY)
    )
    await door.shop.write(lambda uow: uow.directory.block_address(known.id, MONDAY))
    said, last = ElementTree.fromstring((await door.post(VOICE_PATH)).content)
    assert (said.tag, last.tag) == ("Say", "Hangup")
    assert said.text == "Bonjour, vous êtes bien chez Atelier. Nous ne pouvons pas prendre votre appel. Au revoir."
    assert await door.stored() == ["rang"]


async def test_a_call_of_which_nothing_is_known_yet_is_announced_all_the_same(door):
    response = await door.post(f"{VOICE_PATH}/screen", query="?technician=1")
    assert verbs(response) == ["Gather", "Hangup"]


@pytest.mark.parametrize(
    ("key", "expected", "step"),
    [
        pytest.param("1", [], "accepted", id="1: they are connected"),
        pytest.param("2", ["Hangup"], "declined", id="another key: the greeting takes it"),
        pytest.param("#", ["Hangup"], "declined", id="a sign"),
    ],
)
async def test_the_key_decides(door, key, expected, step):
    said = payload("voice_accepted") | {"Digits": key}
    response = await door.post(f"{VOICE_PATH}/accepted", query="?technician=1", form=said)
    assert (response.status_code, verbs(response), await door.stored()) == (200, expected, [step])


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"Digits": ""}, id="no key"),
        pytest.param({"Digits": "12"}, id="two keys"),
        pytest.param({"Digits": "١"}, id="a digit of another writing"),
        pytest.param({"ParentCallSid": ""}, id="of no call"),
        pytest.param({"ParentCallSid": f"SM{'0' * 32}"}, id="of a message"),
    ],
)
async def test_a_key_that_is_none_is_refused(door, changed):
    said = payload("voice_accepted") | changed
    assert (await door.post(f"{VOICE_PATH}/accepted", form=said)).status_code == 400
    assert await door.stored() == []


async def test_outside_them_the_greeting_is_read_and_a_message_taken(door):
    door.shop.clock.advance(5 * DAY)  # a Saturday
    response = await door.post(VOICE_PATH)
    assert verbs(response) == ["Say", "Record", "Say", "Hangup"]
    recorded = ElementTree.fromstring(response.content)[1].attrib
    assert recorded["action"] == f"{PUBLIC}{VOICE_PATH}/recorded"
    assert recorded["recordingStatusCallback"] == f"{PUBLIC}{VOICE_PATH}/recording"
    assert (recorded["maxLength"], recorded["transcribe"]) == ("180", "false")


async def test_each_step_is_answered_and_stored(door):
    answers = [await door.post(path, query="?technician=1" if path.endswith(NAMING) else "") for path in FORMS]
    assert [response.status_code for response in answers] == [200] * 7
    assert [verbs(response) for response in answers] == [
        ["Dial"],
        ["Gather", "Hangup"],
        [],
        ["Say", "Record", "Say", "Hangup"],
        ["Say", "Hangup"],
        [],
        [],
    ]
    told = ["rang", "screened", "accepted", "dialled", "recorded", f"recording:RE{'0' * 31}1", "ended"]
    assert await door.stored() == told


async def test_after_a_mailbox_the_caller_is_greeted(door):
    said = payload("voice_dialled_mailbox")
    response = await door.post(f"{VOICE_PATH}/dialled", query="?technician=1", form=said)
    assert verbs(response) == ["Say", "Record", "Say", "Hangup"]


async def test_after_a_talk_the_call_ends(door):
    said = payload("voice_dialled_answered")
    response = await door.post(f"{VOICE_PATH}/dialled", query="?technician=1", form=said)
    assert verbs(response) == ["Hangup"]


async def test_a_step_that_is_told_again_gets_the_same_answer_and_is_one_entry(door):
    first, second = await door.post(VOICE_PATH), await door.post(VOICE_PATH)
    assert (first.content, await door.stored()) == (second.content, ["rang"])


async def test_what_nobody_can_read_ends_the_call_and_is_kept_for_the_desk(door):
    said = payload("voice_recorded") | {"RecordingUrl": "nowhere"}
    response = await door.post(f"{VOICE_PATH}/recorded", form=said)
    assert (response.status_code, verbs(response)) == (200, ["Hangup"])
    assert await door.stored() == ["recorded"]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    ("how", "status"),
    [
        pytest.param({"sign": False}, 403, id="a forged signature"),
        pytest.param({"headers": {"X-Twilio-Signature": ""}}, 403, id="no signature"),
        pytest.param({"headers": {"Content-Type": "application/json"}}, 415, id="no form"),
        pytest.param({"content": "a" * (MAX_BODY_BYTES + 1)}, 413, id="too large"),
        pytest.param({"content": "CallSid"}, 400, id="half a form"),
    ],
)
async def test_what_is_not_twilios_is_refused_and_not_stored(door, path, how, status):
    response = await door.post(path, **how)
    assert (response.status_code, await door.stored()) == (status, [])


@pytest.mark.parametrize("path", FORMS)
async def test_another_accounts_call_is_refused(door, path):
    said = payload(FORMS[path]) | {"AccountSid": f"AC{'9' * 32}"}
    assert (await door.post(path, form=said)).status_code == 400
    assert await door.stored() == []


async def test_another_technician_in_the_address_breaks_the_signature(door):
    said = payload("voice_dialled_answered")
    address = f"{PUBLIC}{VOICE_PATH}/dialled?technician=1"
    signature = RequestValidator(TOKEN).compute_signature(address, said)
    response = await door.post(
        f"{VOICE_PATH}/dialled", form=said, query="?technician=2", headers={"X-Twilio-Signature": signature}
    )
    assert (response.status_code, await door.stored()) == (403, [])


@pytest.mark.parametrize("method", ["receive", "read"])
async def test_what_cannot_be_stored_or_decided_is_503_and_never_a_yes(door, monkeypatch, method):
    async def unavailable(self: SqlStore, what: object) -> None:
        raise StorageUnavailable("disk")

    monkeypatch.setattr(SqlStore, method, unavailable)
    assert (await door.post(VOICE_PATH)).status_code == 503


async def test_no_log_holds_who_called(door):
    with structlog.testing.capture_logs() as logs:
        await door.post(VOICE_PATH)
        await door.post(VOICE_PATH, sign=False)
        await door.post(VOICE_PATH, form=payload("voice_rang") | {"To": CLIENT})
    assert len(logs) == 2
    assert CLIENT not in str(logs)
    assert CLIENT[3:] not in str(logs) + (await door.http.get("/metrics")).text
