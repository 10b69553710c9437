"""Reading back from Twilio: lists with filters and pages, single messages, pictures."""

from datetime import UTC, date, datetime

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from bot.sandbox.twilio import Media, TwilioStandIn
from tests.sandbox.loopback import PATIENCE, SID, SMS, TWILIO_TOKEN, SteppingClock

CLIENT, OTHER = "+33639981001", "+33639981002"
PICTURE = Media(b"\x89PNG not really", "image/png")


async def _bodies(client: Client, **filters: object) -> list[str]:
    return [message.body async for message in await client.messages.stream_async(**filters)]


@pytest.fixture
async def history(twilio: TwilioStandIn, client: Client, clock: SteppingClock) -> None:
    """One message an hour, from 22:00 on 2 March: three in, one out, one in."""
    clock.step(hours=13)
    for body in ("un", "deux", "trois"):
        await twilio.text(CLIENT, body, deliver=False)
        clock.step(hours=1)
    await client.messages.create_async(to=CLIENT, from_=SMS, body="réponse")
    await twilio.wait_for(lambda: twilio.outbound()[0].status == "delivered", PATIENCE)
    clock.step(hours=1)
    await twilio.text(OTHER, "quatre", deliver=False)


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("filters", "bodies"),
    [
        pytest.param({}, ["quatre", "réponse", "trois", "deux", "un"], id="all, newest first"),
        pytest.param({"to": SMS}, ["quatre", "trois", "deux", "un"], id="to us"),
        pytest.param({"to": CLIENT}, ["réponse"], id="to one client"),
        pytest.param({"from_": OTHER}, ["quatre"], id="from one client"),
        pytest.param({"to": "+33639989999"}, [], id="to nobody"),
        pytest.param({"date_sent": date(2026, 3, 2)}, ["deux", "un"], id="on a day"),
        pytest.param({"date_sent_after": date(2026, 3, 3)}, ["quatre", "réponse", "trois"], id="since a day"),
        pytest.param(
            {"date_sent_after": datetime(2026, 3, 2, 23, 0, tzinfo=UTC), "to": SMS},
            ["quatre", "trois", "deux"],
            id="since an instant, itself included",
        ),
        pytest.param(
            {"date_sent_before": datetime(2026, 3, 2, 23, 0, tzinfo=UTC)}, ["deux", "un"], id="until an instant"
        ),
    ],
)
async def test_the_list_is_filtered_as_twilio_filters(
    client: Client, filters: dict[str, object], bodies: list[str]
) -> None:
    assert await _bodies(client, **filters) == bodies


async def test_a_message_that_comes_while_the_pages_are_read_shifts_nothing(
    twilio: TwilioStandIn, client: Client
) -> None:
    for number in range(7):
        await twilio.text(CLIENT, str(number), deliver=False)
    page = await client.messages.page_async(page_size=3)
    read = [message.body for message in page]
    await twilio.text(CLIENT, "new", deliver=False)
    while page.next_page_url:
        page = await page.next_page_async()
        read += [message.body for message in page]
    assert read == ["6", "5", "4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    "query",
    [
        "PageSize=0",
        "PageSize=1001",
        "PageSize=x",
        "DateSent=yesterday",
        "DateSent%3E=2026-13-01",
        "PageToken=PAx",
        "X=1",
    ],
)
async def test_a_wrong_filter_is_refused(twilio: TwilioStandIn, query: str) -> None:
    async with httpx.AsyncClient(auth=(SID, TWILIO_TOKEN), timeout=PATIENCE) as http:
        answer = await http.get(f"{twilio.base_url}/2010-04-01/Accounts/{SID}/Messages.json?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


async def test_a_message_can_be_redacted_and_deleted(twilio: TwilioStandIn, client: Client) -> None:
    sid = (await twilio.text(CLIENT, "secret", deliver=False)).sid
    assert (await client.messages(sid).update_async(body="")).body == ""
    await client.messages(sid).delete_async()
    with pytest.raises(TwilioRestException) as refused:
        await client.messages(sid).fetch_async()
    assert (refused.value.status, refused.value.code) == (404, 20404)


async def test_a_picture_is_listed_and_deleted(twilio: TwilioStandIn, client: Client) -> None:
    sid = (await twilio.text(CLIENT, "", channel="whatsapp", media=[PICTURE, PICTURE])).sid
    assert sid.startswith("MM")
    listed = await client.messages(sid).media.list_async()
    assert [medium.content_type for medium in listed] == ["image/png", "image/png"]
    await client.messages(sid).media(listed[0].sid).delete_async()
    assert [medium.sid for medium in await client.messages(sid).media.list_async()] == [listed[1].sid]


async def test_a_pictures_file_wants_credentials_here_and_none_where_it_is_sent_on(twilio: TwilioStandIn) -> None:
    sid = (await twilio.text(CLIENT, "", channel="whatsapp", media=[PICTURE], deliver=False)).sid
    url = twilio.inbound_form(sid)["MediaUrl0"]
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        assert (await http.get(url)).status_code == 401
        sent_on = await http.get(url, auth=(SID, TWILIO_TOKEN))
        assert sent_on.status_code == 307
        there = sent_on.headers["Location"]
        assert httpx.URL(there).port != httpx.URL(url).port
        assert (await http.get(there, auth=(SID, TWILIO_TOKEN))).status_code == 400
        file = await http.get(there)
    assert (file.content, file.headers["Content-Type"]) == (PICTURE.content, "image/png")


async def test_a_picture_sent_as_mms_in_france_arrives_as_a_link(twilio: TwilioStandIn) -> None:
    await twilio.text(CLIENT, "voyez", media=[PICTURE])
    (message,) = twilio.inbound()
    assert message.num_media == 0
    assert message.body.startswith("voyez https://")
