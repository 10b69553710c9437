"""Sending with Twilio's own library: what is taken, what is refused, and what becomes of it."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from bot.sandbox.twilio import Receipts, TwilioStandIn
from tests.sandbox.loopback import PATIENCE, SID, SMS, TWILIO_TOKEN, WHATSAPP, Peer, SteppingClock

CLIENT, OTHER, LANDLINE = "+33639981001", "+33639981002", "+33123456789"
TEMPLATE = f"HX{'a' * 32}"


async def test_a_text_is_taken_queued_then_sent_then_delivered(
    twilio: TwilioStandIn, client: Client, peer: Peer
) -> None:
    sent = await client.messages.create_async(to=CLIENT, from_=SMS, body="Bonjour", status_callback=peer.url)
    assert (sent.status, sent.direction, sent.num_segments) == ("queued", "outbound-api", "1")
    assert sent.date_created == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    await twilio.wait_for(lambda: len(peer.forms) == 3, PATIENCE)
    assert [form["MessageStatus"] for form in peer.forms] == ["queued", "sent", "delivered"]
    assert {form["MessageSid"] for form in peer.forms} == {sent.sid}
    assert (await client.messages(sent.sid).fetch_async()).status == "delivered"


@pytest.mark.parametrize(
    ("request_fields", "code"),
    [
        pytest.param({"to": "", "from_": SMS, "body": "x"}, 21604, id="nobody to send to"),
        pytest.param({"to": CLIENT, "body": "x"}, 21603, id="no sender"),
        pytest.param({"to": CLIENT, "from_": SMS}, 21602, id="nothing to say"),
        pytest.param({"to": CLIENT, "from_": SMS, "body": " \n"}, 21602, id="only white space"),
        pytest.param({"to": CLIENT, "from_": SMS, "body": "x" * 1601}, 21617, id="1601 characters"),
        pytest.param({"to": "0639981001", "from_": SMS, "body": "x"}, 21211, id="a national number"),
        pytest.param({"to": "+3363998", "from_": SMS, "body": "x"}, 21211, id="a number too short for France"),
        pytest.param({"to": "hello", "from_": SMS, "body": "x"}, 21211, id="no number at all"),
        pytest.param({"to": LANDLINE, "from_": SMS, "body": "x"}, 21614, id="a landline"),
        pytest.param({"to": CLIENT, "from_": OTHER, "body": "x"}, 21606, id="a sender that is not ours"),
        pytest.param({"to": CLIENT, "from_": "TwelveLetter", "body": "x"}, 21212, id="a sender id of 12 letters"),
        pytest.param({"to": CLIENT, "from_": "12345", "body": "x"}, 21212, id="a sender id without a letter"),
        pytest.param({"to": CLIENT, "from_": f"whatsapp:{OTHER}", "body": "x"}, 63007, id="no such channel"),
        pytest.param({"to": CLIENT, "from_": f"whatsapp:{WHATSAPP}", "body": "x"}, 21910, id="two channels"),
        pytest.param({"to": f"whatsapp:{CLIENT}", "from_": SMS, "body": "x"}, 21910, id="two channels, other way"),
        pytest.param({"to": CLIENT, "from_": SMS, "content_sid": "HX1"}, 21655, id="a template sid of no form"),
        pytest.param({"to": CLIENT, "from_": SMS, "content_sid": f"HX{'b' * 32}"}, 21655, id="an unknown template"),
        pytest.param(
            {"to": CLIENT, "from_": SMS, "content_sid": TEMPLATE, "content_variables": "[1]"},
            21656,
            id="variables that are no object",
        ),
        pytest.param({"to": CLIENT, "from_": SMS, "body": "x", "status_callback": "here"}, 21609, id="no URL"),
        pytest.param({"to": CLIENT, "messaging_service_sid": f"MG{'0' * 32}", "body": "x"}, 21701, id="no service"),
        pytest.param({"to": CLIENT, "from_": SMS, "media_url": ["ftp://x"]}, 21620, id="a picture not on the web"),
        pytest.param({"to": CLIENT, "from_": SMS, "media_url": ["https://x.fr/a"] * 11}, 21623, id="11 pictures"),
    ],
)
async def test_a_wrong_request_gets_twilios_own_code(
    twilio: TwilioStandIn, client: Client, request_fields: dict[str, str], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await client.messages.create_async(**request_fields)
    assert (refused.value.code, refused.value.status) == (code, 400)
    assert twilio.outbound() == []


@pytest.mark.parametrize(
    "request_fields",
    [
        pytest.param({"from_": SMS, "body": "x" * 1600}, id="1600 characters"),
        pytest.param({"from_": "Permanence", "body": "x"}, id="a sender id"),
        pytest.param({"from_": SMS, "media_url": ["https://x.fr/a.png"]}, id="a picture without text"),
        pytest.param({"from_": SMS, "content_sid": TEMPLATE}, id="a template"),
    ],
)
async def test_a_right_request_is_taken(twilio: TwilioStandIn, client: Client, request_fields: dict[str, str]) -> None:
    sent = await client.messages.create_async(to=CLIENT, **request_fields)
    assert [message.sid for message in twilio.outbox_to(CLIENT)] == [sent.sid]


async def test_a_template_is_filled_in(twilio: TwilioStandIn, client: Client) -> None:
    await client.messages.create_async(
        to=CLIENT, from_=SMS, content_sid=TEMPLATE, content_variables='{"1": "Dr Roy", "2": "12"}'
    )
    assert [message.body for message in twilio.outbox_to(CLIENT)] == ["Bonjour Dr Roy, ticket 12."]


async def test_a_parameter_that_is_not_published_is_refused(twilio: TwilioStandIn) -> None:
    form = {"To": CLIENT, "From": SMS, "Body": "x", "Tags": "{}"}
    answer = await _post(twilio, form, auth=(SID, TWILIO_TOKEN))
    assert (answer.status_code, answer.text.partition(",")[0]) == (400, '{"code": 20001')


@pytest.mark.parametrize(
    ("auth", "path", "status"),
    [
        pytest.param((SID, "wrong"), "Messages.json", 401, id="wrong token"),
        pytest.param((f"AC{'9' * 32}", TWILIO_TOKEN), "Messages.json", 401, id="wrong account"),
        pytest.param(None, "Messages.json", 401, id="no credentials"),
        pytest.param((SID, TWILIO_TOKEN), "Message.json", 404, id="no such resource"),
    ],
)
async def test_wrong_credentials_and_paths_are_refused(
    twilio: TwilioStandIn, auth: tuple[str, str] | None, path: str, status: int
) -> None:
    answer = await _post(twilio, {"To": CLIENT, "From": SMS, "Body": "x"}, auth=auth, path=path)
    assert answer.status_code == status
    assert twilio.outbound() == []


async def _post(
    twilio: TwilioStandIn, form: dict[str, str], *, auth: tuple[str, str] | None, path: str = "Messages.json"
) -> httpx.Response:
    async with httpx.AsyncClient(auth=auth, timeout=PATIENCE) as http:
        return await http.post(f"{twilio.base_url}/2010-04-01/Accounts/{SID}/{path}", data=form)


async def test_who_wrote_stop_gets_nothing_more_until_start(twilio: TwilioStandIn, client: Client) -> None:
    await client.messages.create_async(to=CLIENT, from_=SMS, body="avant")
    await twilio.text(CLIENT, " stop ")
    assert twilio.is_muted(CLIENT)
    with pytest.raises(TwilioRestException) as refused:
        await client.messages.create_async(to=CLIENT, from_=SMS, body="pendant")
    assert refused.value.code == 21610
    await twilio.text(CLIENT, "START")
    await client.messages.create_async(to=CLIENT, from_=SMS, body="après")
    assert [message.body for message in twilio.outbox_to(CLIENT)] == ["avant", "après"]


@pytest.mark.parametrize("body", ["STOP 12345", "ARRET", "Stop, ça marche"])
async def test_only_the_word_alone_mutes(twilio: TwilioStandIn, client: Client, body: str) -> None:
    await twilio.text(CLIENT, body)
    assert not twilio.is_muted(CLIENT)


async def test_whatsapp_free_text_fails_once_the_24_hours_are_over(
    twilio: TwilioStandIn, client: Client, clock: SteppingClock, peer: Peer
) -> None:
    to, from_ = f"whatsapp:{CLIENT}", f"whatsapp:{WHATSAPP}"
    await twilio.text(CLIENT, "Bonjour", channel="whatsapp")
    clock.step(hours=23, minutes=59)
    inside = await client.messages.create_async(to=to, from_=from_, body="encore")
    clock.step(minutes=1)
    outside = await client.messages.create_async(to=to, from_=from_, body="trop tard", status_callback=peer.url)
    template = await client.messages.create_async(to=to, from_=from_, content_sid=TEMPLATE)
    await twilio.wait_for(
        lambda: (
            [twilio.message(sent.sid).status for sent in (inside, outside, template)]
            == ["delivered", "failed", "delivered"]
        ),
        PATIENCE,
    )
    await twilio.wait_for(lambda: any(form.get("ErrorCode") == "63016" for form in peer.forms), PATIENCE)
    assert twilio.message(outside.sid).error_code == 63016


async def test_a_whatsapp_address_without_a_number_can_be_answered(twilio: TwilioStandIn, client: Client) -> None:
    await twilio.text("FR.13491208655302741918", "Bonjour", channel="whatsapp")
    to = twilio.inbound()[0].sender
    assert to == "whatsapp:FR.13491208655302741918"
    await client.messages.create_async(to=to, from_=f"whatsapp:{WHATSAPP}", body="Bonjour")
    with pytest.raises(TwilioRestException):
        await client.messages.create_async(to="whatsapp:FR.1", from_=f"whatsapp:{WHATSAPP}", body="Bonjour")


@pytest.mark.parametrize(
    ("receipts", "told"),
    [
        pytest.param(Receipts(), ["queued", "sent", "delivered"], id="in order"),
        pytest.param(Receipts(is_reversed=True), ["delivered", "sent", "queued"], id="out of order"),
        pytest.param(Receipts(repeats=2), ["queued", "queued", "sent", "sent", "delivered", "delivered"], id="twice"),
        pytest.param(Receipts.failing(30003), ["queued", "sent", "undelivered"], id="the network fails"),
        pytest.param(Receipts.failing(63024), ["queued", "failed"], id="the channel fails"),
    ],
)
async def test_status_callbacks_come_as_they_are_set(
    twilio: TwilioStandIn, client: Client, peer: Peer, receipts: Receipts, told: list[str]
) -> None:
    twilio.receipts_to[CLIENT] = receipts
    sent = await client.messages.create_async(to=CLIENT, from_=SMS, body="x", status_callback=peer.url)
    await twilio.wait_for(lambda: len(twilio.callbacks) == len(told), PATIENCE)
    assert [form["MessageStatus"] for form in peer.forms] == told
    assert twilio.message(sent.sid).status == receipts.statuses[-1]
    codes = {form["ErrorCode"] for form in peer.forms if "ErrorCode" in form}
    assert codes == ({str(receipts.error_code)} if receipts.error_code else set())


async def test_no_callback_comes_where_none_is_asked_for_or_none_is_set(
    twilio: TwilioStandIn, client: Client, peer: Peer
) -> None:
    twilio.receipts_to[OTHER] = Receipts(is_told=False)
    await client.messages.create_async(to=OTHER, from_=SMS, body="x", status_callback=peer.url)
    await client.messages.create_async(to=CLIENT, from_=SMS, body="x")
    await twilio.wait_for(lambda: {message.status for message in twilio.outbound()} == {"delivered"}, PATIENCE)
    last = await client.messages.create_async(to=CLIENT, from_=SMS, body="x", status_callback=peer.url)
    await twilio.wait_for(lambda: len(peer.forms) == 3, PATIENCE)
    assert {form["MessageSid"] for form in peer.forms} == {last.sid}


async def test_the_next_request_can_be_made_to_fail(twilio: TwilioStandIn, client: Client) -> None:
    twilio.fail_next(code=20429)
    with pytest.raises(TwilioRestException) as refused:
        await client.messages.create_async(to=CLIENT, from_=SMS, body="x")
    assert (refused.value.status, refused.value.code) == (429, 20429)
    await client.messages.create_async(to=CLIENT, from_=SMS, body="x")
    assert len(twilio.outbound()) == 1


async def test_an_accepted_message_can_lose_its_answer(twilio: TwilioStandIn, client: Client) -> None:
    twilio.fail_after_accepting()
    with pytest.raises(httpx.TransportError):
        await client.messages.create_async(to=CLIENT, from_=SMS, body="ambigu")
    assert [message.body for message in twilio.outbox_to(CLIENT)] == ["ambigu"]


@pytest.mark.parametrize("accept", [pytest.param(True, id="carried out"), pytest.param(False, id="not carried out")])
async def test_a_request_can_hang(twilio: TwilioStandIn, client: Client, *, accept: bool) -> None:
    twilio.hang_next(2 * PATIENCE, accept=accept)
    sending = asyncio.create_task(client.messages.create_async(to=CLIENT, from_=SMS, body="x"))
    async with asyncio.timeout(PATIENCE):
        while twilio.faults.waiting:  # noqa: ASYNC110 - a silence begins in silence
            await asyncio.sleep(0.01)
    done, _ = await asyncio.wait({sending}, timeout=0.2)
    assert (done, len(twilio.outbound())) == (set(), accept)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_an_outage_refuses_everything_until_it_ends(twilio: TwilioStandIn, client: Client) -> None:
    twilio.outage = True
    with pytest.raises(TwilioRestException) as refused:
        await client.messages.create_async(to=CLIENT, from_=SMS, body="x")
    assert refused.value.status == 503
    twilio.outage = False
    await client.messages.create_async(to=CLIENT, from_=SMS, body="x")


async def test_it_comes_back_on_its_port_with_all_it_knew(twilio: TwilioStandIn, client: Client) -> None:
    sent = await client.messages.create_async(to=CLIENT, from_=SMS, body="x")
    await twilio.stop()
    with pytest.raises(httpx.ConnectError):
        await client.messages.create_async(to=CLIENT, from_=SMS, body="x")
    await twilio.start()
    assert (await client.messages(sent.sid).fetch_async()).body == "x"
