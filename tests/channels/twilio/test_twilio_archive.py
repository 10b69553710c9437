"""What Twilio received for us is found without its webhooks."""

import json
from datetime import timedelta

import pytest

from bot.channels.twilio.archive import TwilioArchive
from bot.channels.twilio.reading import parse
from bot.domain.addresses import Address, Channel
from bot.domain.inbox import ClientMessage, InboxEntry, Source
from bot.domain.tickets import Media
from bot.errors import TransientDeliveryError
from bot.sandbox.twilio import Media as Picture
from tests.channels.twilio.twilio_cast import CLIENT, NOW, SMS_NUMBER, WHATSAPP_NUMBER, outgoing

HOUR = timedelta(hours=1)


@pytest.fixture
def archive(client, clock, twilio):
    return TwilioArchive(
        client, clock, sms_number=SMS_NUMBER, whatsapp_number=WHATSAPP_NUMBER, base_url=twilio.base_url
    )


async def sids(archive, since):
    return [entry.external_id async for entry in archive.received_since(since)]


async def test_a_message_is_found_with_twilios_own_time(archive, twilio, clock):
    sid = (await twilio.text(CLIENT, "Bonjour", deliver=False)).sid
    clock.advance(HOUR)

    found = [entry async for entry in archive.received_since(NOW)]

    assert found == [
        InboxEntry(
            source=Source.TWILIO_MESSAGE,
            external_id=sid,
            payload=json.dumps({"resource": twilio.message(sid).to_json(), "media": []}),
            received_at=NOW + HOUR,
            occurred_at=NOW,
        )
    ]
    assert parse(found[0]) == ClientMessage(Address(Channel.SMS, CLIENT), "Bonjour", sid)


async def test_pictures_come_with_the_addresses_of_the_webhook(archive, twilio):
    pictures = (Picture(b"1"), Picture(b"2", "application/pdf"))
    sid = (await twilio.text(CLIENT, "", channel="whatsapp", media=pictures, deliver=False)).sid
    said = twilio.inbound_form(sid)

    (entry,) = [entry async for entry in archive.received_since(NOW)]

    assert parse(entry).media == (
        Media(url=said["MediaUrl0"], content_type="image/jpeg"),
        Media(url=said["MediaUrl1"], content_type="application/pdf"),
    )


async def test_both_numbers_come_oldest_first(archive, twilio, clock):
    expected = []
    for channel in ("sms", "whatsapp", "sms", "whatsapp"):
        expected.append((await twilio.text(CLIENT, "x", channel=channel, deliver=False)).sid)
        clock.advance(timedelta(seconds=1))

    assert await sids(archive, NOW) == expected


async def test_two_of_one_second_keep_their_order(archive, twilio):
    expected = [(await twilio.text(CLIENT, f"{n}", deliver=False)).sid for n in range(3)]

    assert await sids(archive, NOW) == expected


async def test_only_what_came_in_since_then_is_found(archive, twilio, sender, clock):
    await twilio.text(CLIENT, "vieux", deliver=False)
    clock.advance(HOUR)
    await sender.send(outgoing(to=SMS_NUMBER))
    sid = (await twilio.text(CLIENT, "neuf", deliver=False)).sid
    arriving = (await twilio.text(CLIENT, "en cours", deliver=False)).sid
    twilio.message(arriving).status = "receiving"

    assert await sids(archive, NOW + timedelta(seconds=1)) == [sid]
    assert len(await sids(archive, NOW)) == 2


async def test_a_part_of_a_second_loses_nothing(archive, twilio, clock):
    clock.advance(timedelta(milliseconds=900))
    sid = (await twilio.text(CLIENT, "x", deliver=False)).sid

    assert await sids(archive, NOW + timedelta(milliseconds=500)) == [sid]


async def test_many_messages_come_over_many_pages_and_no_further(archive, twilio, clock, requests):
    for _ in range(120):
        await twilio.text(CLIENT, "vieux", deliver=False)
    clock.advance(HOUR)
    expected = [(await twilio.text(CLIENT, f"{n}", deliver=False)).sid for n in range(60)]

    assert await sids(archive, NOW + HOUR) == expected
    assert sum(f"To=%2B{SMS_NUMBER[1:]}" in str(request.url) for request in requests) == 3


async def test_a_number_that_is_not_set_is_not_asked_about(client, clock, twilio, requests):
    archive = TwilioArchive(client, clock, sms_number=SMS_NUMBER, whatsapp_number=None)

    assert await sids(archive, NOW) == []
    assert [request.url.params["To"] for request in requests] == [SMS_NUMBER]


async def test_pictures_deleted_at_twilio_do_not_hold_back_the_message(archive, twilio):
    sid = (await twilio.text(CLIENT, "", channel="whatsapp", media=[Picture(b"1")], deliver=False)).sid
    twilio.fail_next(code=20404, operation="ListMedia")

    (entry,) = [entry async for entry in archive.received_since(NOW)]

    assert json.loads(entry.payload)["media"] == []
    assert entry.external_id == sid


@pytest.mark.parametrize("operation", ["ListMessage", "ListMedia"])
async def test_a_failure_may_be_none_later(archive, twilio, operation):
    await twilio.text(CLIENT, "", channel="whatsapp", media=[Picture(b"1")], deliver=False)
    twilio.fail_next(code=20503, operation=operation)

    with pytest.raises(TransientDeliveryError):
        await sids(archive, NOW)
    assert len(await sids(archive, NOW)) == 1


async def test_every_request_is_one_that_twilio_publishes(archive, twilio, requests, description):
    await twilio.text(CLIENT, "", channel="whatsapp", media=[Picture(b"1")], deliver=False)
    await sids(archive, NOW)

    account = "/2010-04-01/Accounts/{AccountSid}"
    for name, count in (("/Messages.json", 2), ("/Messages/{MessageSid}/Media.json", 1)):
        published = {parameter["name"] for parameter in description["paths"][account + name]["get"]["parameters"]}
        made = [request for request in requests if ("/Media." in str(request.url)) == ("Media" in name)]
        assert len(made) == count
        assert all(set(request.url.params) <= published for request in made)


@pytest.mark.parametrize("written", [None, "", "yesterday"])
async def test_a_message_without_a_readable_time_is_found_all_the_same(archive, twilio, monkeypatch, written):
    sid = (await twilio.text(CLIENT, "x", deliver=False)).sid
    record = twilio.message(sid).to_json() | {"date_created": written}
    monkeypatch.setattr("bot.sandbox.twilio_messages.TwilioMessage.to_json", lambda message: record)

    (entry,) = [entry async for entry in archive.received_since(NOW)]

    assert (entry.external_id, entry.occurred_at) == (sid, None)


async def test_a_time_of_another_zone_is_understood(archive, twilio, monkeypatch):
    await twilio.text(CLIENT, "x", deliver=False)
    monkeypatch.setattr("bot.sandbox.twilio_messages.rfc2822", lambda at: "Mon, 02 Mar 2026 10:12:08 +0100")

    (entry,) = [entry async for entry in archive.received_since(NOW)]

    assert entry.occurred_at == NOW
