"""Sending through Twilio's own client, against the stand-in: what is asked, what each failure becomes."""

import asyncio
import re
from datetime import timedelta
from urllib.parse import parse_qsl

import httpx
import pytest

from bot.channels.twilio.http_client import HttpxClient, twilio_client
from bot.channels.twilio.sender import MAX_BODY, TwilioSender
from bot.domain.addresses import Channel
from bot.errors import PermanentDeliveryError, TransientDeliveryError
from tests.channels.twilio.twilio_cast import (
    ACCOUNT,
    CLIENT,
    NOW,
    SMS_NUMBER,
    TEMPLATE,
    TOKEN,
    WHATSAPP_NUMBER,
    outgoing,
)

CALLBACK = "http://127.0.0.1:9/webhooks/twilio/status"


def asked(request):
    return dict(parse_qsl(request.content.decode()))


def posts(requests):
    return [request for request in requests if request.method == "POST"]


async def failure(sender, row):
    with pytest.raises((TransientDeliveryError, PermanentDeliveryError)) as caught:
        await sender.send(row)
    return caught.value


@pytest.mark.parametrize(
    ("row", "form"),
    [
        pytest.param(
            outgoing("Bonjour, ça marche à nouveau ?"),
            {"To": CLIENT, "From": SMS_NUMBER, "Body": "Bonjour, ça marche à nouveau ?"},
            id="a technician's SMS leaves from our number",
        ),
        pytest.param(
            outgoing("Reçu.", automatic=True),
            {"To": CLIENT, "From": "Cabinet", "Body": "Reçu."},
            id="an automatic SMS leaves from the sender id",
        ),
    ],
)
async def test_an_sms_is_asked_for(sender, twilio, requests, row, form):
    sid = await sender.send(row)

    assert [asked(request) for request in requests] == [{**form, "StatusCallback": CALLBACK}]
    assert [(message.sid, message.body) for message in twilio.outbound()] == [(sid, form["Body"])]


async def test_a_whatsapp_text_goes_to_whatsapp(sender, twilio, requests):
    await twilio.text(CLIENT, "Bonjour", channel="whatsapp")
    sid = await sender.send(outgoing("Bonjour", channel=Channel.WHATSAPP, automatic=True))

    assert asked(requests[0]) == {
        "To": f"whatsapp:{CLIENT}",
        "From": f"whatsapp:{WHATSAPP_NUMBER}",
        "Body": "Bonjour",
        "StatusCallback": CALLBACK,
    }
    assert twilio.message(sid).recipient == f"whatsapp:{CLIENT}"


async def test_a_template_goes_without_a_body(sender, twilio, requests):
    row = outgoing("Bonjour Anne", channel=Channel.WHATSAPP, content_sid=TEMPLATE, content_variables={"1": "Anne Léa"})
    sid = await sender.send(row)

    assert asked(requests[0]) == {
        "To": f"whatsapp:{CLIENT}",
        "From": f"whatsapp:{WHATSAPP_NUMBER}",
        "ContentSid": TEMPLATE,
        "ContentVariables": '{"1": "Anne Léa"}',
        "StatusCallback": CALLBACK,
    }
    assert twilio.message(sid).body == "Bonjour Anne Léa"


async def test_automatic_sms_can_leave_from_our_number(client, twilio, requests):
    await TwilioSender(client, sms_number=SMS_NUMBER, sms_automatic="number").send(outgoing(automatic=True))

    assert asked(requests[0])["From"] == SMS_NUMBER
    assert "StatusCallback" not in asked(requests[0])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param(outgoing(automatic=True), "sms_automatic_off", id="automatic SMS that are off"),
        pytest.param(outgoing(channel=Channel.WHATSAPP), "channel_off", id="no WhatsApp number"),
        pytest.param(outgoing(channel=Channel.MAIL), "channel_off", id="no channel of ours"),
        pytest.param(outgoing("x" * (MAX_BODY + 1)), "21617", id="one character too many"),
    ],
)
async def test_what_cannot_be_sent_is_not_asked_for(client, requests, row, code):
    sender = TwilioSender(client, sms_number=SMS_NUMBER)
    await sender.send(outgoing("x" * MAX_BODY))
    requests.clear()

    error = await failure(sender, row)

    assert isinstance(error, PermanentDeliveryError)
    assert (error.code, requests) == (code, [])


async def test_a_character_that_cannot_be_sent_does_not_hold_back_the_others(sender, twilio):
    await sender.send(outgoing("a\ud800b"))

    assert [message.body for message in twilio.outbound()] == ["a?b"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param(outgoing(to="+336"), "21211", id="bad number"),
        pytest.param(outgoing(to="+33199001234"), "21614", id="a landline"),
        pytest.param(outgoing(" "), "21602", id="no words"),
        pytest.param(outgoing(channel=Channel.WHATSAPP, content_sid="HX0"), "21655", id="no such template"),
    ],
)
async def test_what_twilio_refuses_is_permanent(sender, row, code):
    error = await failure(sender, row)

    assert isinstance(error, PermanentDeliveryError)
    assert (error.code, error.opted_out) == (code, False)


async def test_an_error_does_not_quote_the_number(sender):
    error = await failure(sender, outgoing(to="+336"))

    assert "+336" not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__


async def test_a_person_who_muted_us_is_said_to_have(sender, twilio):
    await twilio.text(CLIENT, "STOP")

    error = await failure(sender, outgoing())

    assert isinstance(error, PermanentDeliveryError)
    assert (error.code, error.opted_out) == ("21610", True)


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        pytest.param(20429, 429, ("20429", 5.0, False), id="429"),
        pytest.param(20003, 401, ("20003", 900.0, False), id="401"),
        pytest.param(20500, 500, ("20500", None, True), id="500"),
        pytest.param(20503, 503, ("20503", None, True), id="503"),
    ],
)
async def test_what_may_work_later_is_asked_for_once(sender, twilio, requests, code, status, expected):
    twilio.fail_next(code=code, status=status)

    error = await failure(sender, outgoing())

    assert isinstance(error, TransientDeliveryError)
    assert (error.code, error.retry_after, error.ambiguous) == expected
    assert len(requests) == 1
    assert await sender.send(outgoing())


async def test_a_wrong_token_waits_for_the_shop(http, twilio):
    client = twilio_client(http, account_sid=ACCOUNT, auth_token="old", base_url=twilio.base_url)

    error = await failure(TwilioSender(client, sms_number=SMS_NUMBER), outgoing())

    assert isinstance(error, TransientDeliveryError)
    assert (error.code, error.retry_after, error.ambiguous) == ("20003", 900.0, False)


async def test_nobody_there_is_certainly_not_sent(sender, twilio, requests):
    await twilio.stop()

    error = await failure(sender, outgoing())

    assert isinstance(error, TransientDeliveryError)
    assert error.ambiguous is False
    assert len(requests) == 1


@pytest.mark.parametrize(
    "break_down",
    [
        pytest.param(lambda twilio: twilio.fail_after_accepting(), id="the connection is cut after it was taken"),
        pytest.param(lambda twilio: twilio.hang_next(60), id="the answer does not come"),
    ],
)
async def test_what_may_have_been_sent_is_looked_up_and_not_sent_twice(
    sender, impatient_sender, twilio, requests, break_down
):
    break_down(twilio)
    row = outgoing()

    error = await failure(impatient_sender, row)

    assert isinstance(error, TransientDeliveryError)
    assert error.ambiguous is True
    assert len(posts(requests)) == 1
    assert [await sender.find_sent(row, ())] == [message.sid for message in twilio.outbound()]


async def test_what_was_not_taken_is_not_found(sender, twilio):
    twilio.hang_next(0.0, accept=False)
    row = outgoing()

    error = await failure(sender, row)

    assert isinstance(error, TransientDeliveryError)
    assert error.ambiguous is True
    assert await sender.find_sent(row, ()) is None


class TestLookup:
    async def test_finds_the_oldest_that_is_no_other_rows(self, sender, clock):
        first = await sender.send(outgoing())
        clock.advance(timedelta(seconds=1))
        second = await sender.send(outgoing())

        assert await sender.find_sent(outgoing(), ()) == first
        assert await sender.find_sent(outgoing(), (first,)) == second
        assert await sender.find_sent(outgoing(), (first, second)) is None

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(outgoing("Autre chose"), id="other words"),
            pytest.param(outgoing(to="+33639980012"), id="another person"),
            pytest.param(outgoing(channel=Channel.WHATSAPP), id="another channel"),
        ],
    )
    async def test_takes_nothing_else_for_it(self, sender, other):
        await sender.send(outgoing())

        assert await sender.find_sent(other, ()) is None

    async def test_finds_it_after_the_settings_changed(self, sender, client):
        sid = await sender.send(outgoing(automatic=True))

        assert await TwilioSender(client, sms_number=None).find_sent(outgoing(automatic=True), ()) == sid

    async def test_takes_nothing_older_for_it(self, sender, clock):
        sid = await sender.send(outgoing())
        later = NOW + timedelta(minutes=3)

        assert await sender.find_sent(outgoing(created_at=later), ()) is None
        assert await sender.find_sent(outgoing(created_at=later - timedelta(minutes=1)), ()) == sid
        assert await sender.find_sent(outgoing(created_at=None), ()) == sid

    async def test_does_not_take_a_clients_echo_for_it(self, sender, twilio):
        await twilio.text(SMS_NUMBER, "Bonjour, nous vous rappelons.")

        assert await sender.find_sent(outgoing(to=SMS_NUMBER), ()) is None

    async def test_knows_the_words_behind_a_trial_accounts_preface_and_other_white_space(self, sender, twilio):
        sid = await sender.send(outgoing("Bonjour.\n\nÀ demain  ! "))
        twilio.message(sid).body = "Sent from your Twilio trial account - Bonjour. À demain !"

        assert await sender.find_sent(outgoing("Bonjour.\n\nÀ demain  ! "), ()) == sid

    async def test_finds_a_template_by_person_and_time(self, sender):
        row = outgoing("", channel=Channel.WHATSAPP, content_sid=TEMPLATE, content_variables={"1": "Anne"})
        sid = await sender.send(row)

        assert await sender.find_sent(row, ()) == sid
        assert await sender.find_sent(row, (sid,)) is None

    async def test_looks_on_the_next_pages(self, sender, requests):
        sids = [await sender.send(outgoing()) for _ in range(60)]
        requests.clear()

        assert await sender.find_sent(outgoing(), sids[1:]) == sids[0]
        assert [request.url.params.get("Page") for request in requests] == [None, "1"]

    @pytest.mark.parametrize("code", [20503, 20429, 20001])
    async def test_that_fails_may_work_later(self, sender, twilio, code):
        twilio.fail_next(code=code, operation="ListMessage")

        with pytest.raises(TransientDeliveryError):
            await sender.find_sent(outgoing(), ())

    async def test_without_twilio_may_work_later(self, sender, twilio):
        await twilio.stop()

        with pytest.raises(TransientDeliveryError):
            await sender.find_sent(outgoing(), ())


def test_nothing_has_to_wait(client):
    assert TwilioSender(client, sms_number=SMS_NUMBER).ready_in(outgoing()) == 0.0


def answering(status, text, seen):
    def answer(request):
        seen.append(request)
        return httpx.Response(status, text=text)

    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


@pytest.mark.parametrize(
    ("status", "text", "ambiguous"),
    [
        pytest.param(201, "", True, id="an empty success"),
        pytest.param(201, "<html>", True, id="a success that is no JSON"),
        pytest.param(201, "{}", True, id="a success without a SID"),
        pytest.param(200, "<html>", True, id="a portal's page"),
        pytest.param(302, "", False, id="a redirect"),
        pytest.param(403, "<html>", False, id="a firewall's page"),
        pytest.param(502, "<html>", True, id="a gateway's page"),
        pytest.param(503, '{"code": 20503, "message": "x", "status": 503}', True, id="unavailable"),
    ],
)
async def test_odd_answers_are_transient_and_never_asked_for_again(status, text, ambiguous):
    seen = []
    async with answering(status, text, seen) as http:
        client = twilio_client(http, account_sid=ACCOUNT, auth_token=TOKEN)
        error = await failure(TwilioSender(client, sms_number=SMS_NUMBER), outgoing())

    assert isinstance(error, TransientDeliveryError)
    assert (error.ambiguous, len(seen)) == (ambiguous, 1)


@pytest.mark.parametrize("text", ["<html>", "[]", '{"messages": 5}'])
async def test_a_list_that_is_none_may_be_one_later(text):
    async with answering(200, text, []) as http:
        client = twilio_client(http, account_sid=ACCOUNT, auth_token=TOKEN)
        with pytest.raises(TransientDeliveryError):
            await TwilioSender(client, sms_number=SMS_NUMBER).find_sent(outgoing(), ())


class TestHttpxClient:
    async def test_goes_to_the_base_url_with_path_and_query(self):
        seen = []
        async with answering(200, "{}", seen) as http:
            await HttpxClient(http, base_url="http://127.0.0.1:9").request(
                "GET", "https://api.twilio.com/2010-04-01/Accounts.json?Page=1&To=%2B33", params={}
            )

        assert str(seen[0].url) == "http://127.0.0.1:9/2010-04-01/Accounts.json?Page=1&To=%2B33"

    async def test_encodes_a_form_with_repeated_fields(self):
        seen = []
        async with answering(200, "{}", seen) as http:
            await HttpxClient(http).request(
                "POST", "https://api.twilio.com/x", data={"Body": "é&=", "MediaUrl": ["https://a", "https://b"]}
            )

        assert seen[0].content == b"Body=%C3%A9%26%3D&MediaUrl=https%3A%2F%2Fa&MediaUrl=https%3A%2F%2Fb"

    async def test_encodes_json_as_json(self):
        seen = []
        async with answering(200, "{}", seen) as http:
            await HttpxClient(http).request(
                "POST", "https://api.twilio.com/x", data={"a": [1]}, headers={"Content-Type": "application/json"}
            )

        assert seen[0].content == b'{"a":[1]}'

    async def test_gives_up_in_time(self, http, twilio):
        twilio.hang_next(60, operation="ListMessage")
        impatient = HttpxClient(http, base_url=twilio.base_url, timeout=1)

        async with asyncio.timeout(30):
            with pytest.raises(httpx.ReadTimeout):
                await impatient.request(
                    "GET", f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json", auth=(ACCOUNT, TOKEN)
                )

    @pytest.mark.parametrize("seconds", [0, -1])
    async def test_a_time_that_is_none_is_refused(self, http, seconds):
        with pytest.raises(ValueError, match=str(seconds)):
            HttpxClient(http, timeout=seconds)


async def test_every_request_is_one_that_twilio_publishes(sender, requests, description):
    await sender.send(outgoing())
    template = outgoing(channel=Channel.WHATSAPP, content_sid=TEMPLATE, content_variables={"1": "Anne"})
    await sender.send(template)
    await sender.find_sent(outgoing(), ())

    path = description["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]
    body = path["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    query = {parameter["name"]: parameter["schema"] for parameter in path["get"]["parameters"]}
    for request in requests:
        given, published = (
            (asked(request), body["properties"]) if request.method == "POST" else (dict(request.url.params), query)
        )
        assert set(given) <= set(published)
        assert all(re.search(published[name].get("pattern", ""), value) for name, value in given.items())
        assert set(body["required"]) <= set(given) or request.method == "GET"
    assert [request.method for request in requests] == ["POST", "POST", "GET"]
