"""What Twilio posts: the form, the signature, the single retry, the losses and the repetitions."""

import asyncio

import pytest
from twilio.request_validator import RequestValidator

from bot.sandbox.twilio import Delivery, Media, SharedKey, TwilioStandIn
from bot.sandbox.twilio_messages import segments
from tests.sandbox.loopback import PATIENCE, SID, SMS, TWILIO_TOKEN, WHATSAPP, Peer, SteppingClock

CLIENT = "+33639981001"


async def test_an_sms_comes_with_all_the_fields_of_the_real_one(twilio: TwilioStandIn, peer: Peer) -> None:
    delivery = await twilio.text(CLIENT, "Bonjour, c'est le Dr Roy")
    assert delivery == Delivery(delivery.sid, 200, 1, "<Response/>")
    assert peer.forms == [
        {
            "ToCountry": "FR",
            "ToState": "",
            "SmsMessageSid": delivery.sid,
            "NumMedia": "0",
            "ToCity": "",
            "FromZip": "",
            "SmsSid": delivery.sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": "Bonjour, c'est le Dr Roy",
            "FromCountry": "FR",
            "To": SMS,
            "ToZip": "",
            "NumSegments": "1",
            "MessageSid": delivery.sid,
            "AccountSid": SID,
            "From": CLIENT,
            "ApiVersion": "2010-04-01",
        }
    ]


async def test_a_whatsapp_picture_comes_without_text_and_with_its_link(twilio: TwilioStandIn, peer: Peer) -> None:
    await twilio.text(CLIENT, "", channel="whatsapp", profile_name="Dr Roy", media=[Media(b"x", "image/jpeg")])
    (form,) = peer.forms
    assert (form["Body"], form["NumMedia"], form["MessageType"]) == ("", "1", "image")
    assert (form["ProfileName"], form["WaId"]) == ("Dr Roy", CLIENT.removeprefix("+"))
    assert (form["From"], form["To"]) == (f"whatsapp:{CLIENT}", f"whatsapp:{WHATSAPP}")
    assert form["MediaUrl0"].startswith(f"{twilio.base_url}/2010-04-01/Accounts/{SID}/Messages/MM")
    assert form["MediaContentType0"] == "image/jpeg"


@pytest.mark.parametrize(
    ("body", "opt_out_type"), [("Stop", "STOP"), ("start", "START"), ("HELP", "HELP"), ("STOP 12345", None)]
)
async def test_the_words_of_opting_out_are_marked(
    twilio: TwilioStandIn, peer: Peer, body: str, opt_out_type: str | None
) -> None:
    await twilio.text(CLIENT, body)
    assert peer.forms[0].get("OptOutType") == opt_out_type


async def test_the_signature_is_the_accounts(twilio: TwilioStandIn, peer: Peer) -> None:
    await twilio.text(CLIENT, "é € 😀 + & =")
    validator = RequestValidator(TWILIO_TOKEN)
    assert validator.validate(peer.url, peer.forms[0], peer.headers[0]["X-Twilio-Signature"])
    assert not validator.validate(peer.url, {**peer.forms[0], "Body": "x"}, peer.headers[0]["X-Twilio-Signature"])


async def test_a_shared_key_signs_with_sha256_and_says_so(clock: SteppingClock, peer: Peer) -> None:
    key = SharedKey("webhooks_sharedkey_1", "another secret")
    twilio = TwilioStandIn(
        account_sid=SID, auth_token=TWILIO_TOKEN, sms_number=SMS, clock=clock, webhook_url=peer.url, shared_key=key
    )
    await twilio.start()
    await twilio.text(CLIENT, "Bonjour")
    await twilio.stop()
    assert peer.headers[0]["X-Twilio-Webhooks-Signature-Settings"] == f"key={key.key_id},algorithm=HMAC_SHA256"
    expected = RequestValidator(key.secret).compute_signature(peer.url, peer.forms[0], "HMAC_SHA256")
    assert peer.headers[0]["X-Twilio-Signature"] == expected


async def test_a_refusal_is_not_tried_again(twilio: TwilioStandIn, peer: Peer) -> None:
    peer.status = 503
    delivery = await twilio.text(CLIENT, "Bonjour")
    assert (delivery.status, delivery.attempts, len(peer.forms)) == (503, 1, 1)


async def test_a_program_that_is_down_is_tried_twice_and_then_missed(twilio: TwilioStandIn, peer: Peer) -> None:
    await peer.listener.stop()
    delivery = await twilio.text(CLIENT, "Bonjour")
    assert delivery == Delivery(delivery.sid, None, 2)
    assert [message.body for message in twilio.inbound()] == ["Bonjour"]


async def test_a_program_killed_while_it_answers_is_not_tried_again(twilio: TwilioStandIn) -> None:
    async def die(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    server = await asyncio.start_server(die, "127.0.0.1", 0)
    twilio.webhook_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhook"
    delivery = await twilio.text(CLIENT, "Bonjour")
    server.close()
    await server.wait_closed()
    assert delivery == Delivery(delivery.sid, None, 1)


async def test_a_lost_webhook_leaves_the_message_at_twilio(twilio: TwilioStandIn, peer: Peer) -> None:
    lost = await twilio.text(CLIENT, "perdu", deliver=False)
    assert lost == Delivery(lost.sid, None)
    assert (await twilio.text(CLIENT, "reçu")).status == 200
    assert [form["Body"] for form in peer.forms] == ["reçu"]
    assert [message.body for message in twilio.inbound()] == ["perdu", "reçu"]


@pytest.mark.parametrize("concurrently", [pytest.param(False, id="in turn"), pytest.param(True, id="all at once")])
async def test_a_webhook_can_be_repeated_to_the_letter(
    twilio: TwilioStandIn, peer: Peer, *, concurrently: bool
) -> None:
    first = await twilio.text(CLIENT, "Bonjour", sid=f"SM{'c' * 32}")
    repeated = await twilio.redeliver(first.sid, times=3, concurrently=concurrently)
    assert repeated == [first] * 3
    assert peer.forms == [peer.forms[0]] * 4
    assert {headers["I-Twilio-Idempotency-Token"] for headers in peer.headers} == {
        peer.headers[0]["I-Twilio-Idempotency-Token"]
    }


async def test_watchers_hear_of_what_comes(twilio: TwilioStandIn) -> None:
    heard: list[str] = []
    stop = twilio.subscribe(lambda message: heard.append(message.body))
    waiting = asyncio.ensure_future(
        twilio.wait_for(lambda: [m for m in twilio.inbound() if m.body == "deux"], PATIENCE)
    )
    await twilio.text(CLIENT, "un")
    assert not waiting.done()
    await twilio.text(CLIENT, "deux")
    assert [message.body for message in await waiting] == ["deux"]
    stop()
    await twilio.text(CLIENT, "trois")
    assert heard == ["un", "deux"]


async def test_waiting_for_what_does_not_come_ends(twilio: TwilioStandIn) -> None:
    with pytest.raises(TimeoutError):
        await twilio.wait_for(twilio.inbound, timeout=0.05)


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        pytest.param("", 1, id="nothing"),
        pytest.param("é" * 160, 1, id="160 GSM-7 characters"),
        pytest.param("é" * 161, 2, id="161 GSM-7 characters"),
        pytest.param("é" * 306, 2, id="two whole parts"),
        pytest.param("é" * 307, 3, id="one more"),
        pytest.param("€" * 80, 1, id="80 escaped characters"),
        pytest.param("€" * 81, 2, id="81 escaped characters"),
        pytest.param("ç" * 70, 1, id="70 outside GSM-7"),
        pytest.param("ç" * 71, 2, id="71 outside GSM-7"),
        pytest.param("😀" * 35, 1, id="35 emoji are 70 units"),
        pytest.param("😀" * 36, 2, id="36 emoji"),
    ],
)
def test_parts_are_counted_as_the_network_counts(body: str, parts: int) -> None:
    assert segments(body) == parts
