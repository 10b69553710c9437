"""The stand-in against Twilio's published API description."""

from typing import Any

import httpx
import pytest
from twilio.rest import Client

from bot.sandbox.twilio import Media, Receipts, TwilioStandIn
from bot.sandbox.twilio_rules import (
    CREATE_PARAMETERS,
    LIST_PARAMETERS,
    MEDIA_LIST_PARAMETERS,
    REPEATABLE,
    UPDATE_PARAMETERS,
)
from tests.sandbox.loopback import PATIENCE, SID, TWILIO_TOKEN, Complaints, Peer

CLIENT = "+33639981001"
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages"
MESSAGE, MEDIA = "api.v2010.account.message", "api.v2010.account.message.media"


def _form(operation: dict[str, Any]) -> dict[str, Any]:
    form: dict[str, Any] = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    return form["properties"]  # type: ignore[no-any-return]


def _query(operation: dict[str, Any]) -> set[str]:
    return {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}


def test_the_parameters_of_sending_are_the_published_ones(twilio_description: dict[str, Any]) -> None:
    published = _form(twilio_description["paths"][f"{MESSAGES}.json"]["post"])
    assert set(published) == CREATE_PARAMETERS
    assert {name for name, about in published.items() if about.get("type") == "array"} == REPEATABLE


def test_the_parameters_of_changing_and_listing_are_the_published_ones(twilio_description: dict[str, Any]) -> None:
    paths = twilio_description["paths"]
    assert set(_form(paths[f"{MESSAGES}/{{Sid}}.json"]["post"])) == UPDATE_PARAMETERS
    assert _query(paths[f"{MESSAGES}.json"]["get"]) == LIST_PARAMETERS
    assert _query(paths[f"{MESSAGES}/{{MessageSid}}/Media.json"]["get"]) == MEDIA_LIST_PARAMETERS


async def test_every_message_we_show_has_the_published_shape(
    twilio: TwilioStandIn, client: Client, peer: Peer, twilio_complaints: Complaints
) -> None:
    twilio.receipts_to[CLIENT] = Receipts.failing(30003)
    await twilio.text(CLIENT, "Bonjour")
    await twilio.text(CLIENT, "", channel="whatsapp", media=[Media(b"x")])
    await client.messages.create_async(to=CLIENT, from_="Permanence", body="x", status_callback=peer.url)
    await twilio.wait_for(lambda: twilio.outbound()[0].error_code, PATIENCE)
    shown = (await _get(twilio, "Messages.json?PageSize=2")).json()
    rest = (await _get(twilio, shown["next_page_uri"].partition(f"{SID}/")[2])).json()
    messages = shown["messages"] + rest["messages"]
    assert [message["error_code"] for message in messages] == [30003, None, None]
    assert [complaint for message in messages for complaint in twilio_complaints(MESSAGE, message)] == []


async def test_every_medium_we_show_has_the_published_shape(
    twilio: TwilioStandIn, twilio_complaints: Complaints
) -> None:
    sid = (await twilio.text(CLIENT, "", channel="whatsapp", media=[Media(b"x")])).sid
    shown = (await _get(twilio, f"Messages/{sid}/Media.json")).json()
    assert len(shown["media_list"]) == 1
    assert twilio_complaints(MEDIA, shown["media_list"][0]) == []
    one = (await _get(twilio, f"Messages/{sid}/Media/{shown['media_list'][0]['sid']}.json")).json()
    assert one == shown["media_list"][0]


async def test_every_page_has_the_published_shape(twilio: TwilioStandIn, twilio_description: dict[str, Any]) -> None:
    await twilio.text(CLIENT, "Bonjour")
    answer = twilio_description["paths"][f"{MESSAGES}.json"]["get"]["responses"]["200"]
    published = answer["content"]["application/json"]["schema"]["properties"]
    assert set((await _get(twilio, "Messages.json")).json()) == set(published)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        pytest.param({"sid": 1}, "$.sid: 1 is not of type", id="a wrong type"),
        pytest.param({"colour": "red"}, "'colour' was unexpected", id="a field of our own"),
        pytest.param({"status": "gone"}, "'gone' is not one of", id="a state of our own"),
        pytest.param({}, "'body' is a required property", id="a field left out"),
    ],
)
def test_the_check_itself_finds_what_is_wrong(
    twilio_complaints: Complaints, value: dict[str, Any], complaint: str
) -> None:
    assert complaint in "\n".join(twilio_complaints(MESSAGE, value))


async def _get(twilio: TwilioStandIn, path: str) -> httpx.Response:
    async with httpx.AsyncClient(auth=(SID, TWILIO_TOKEN), timeout=PATIENCE) as http:
        return await http.get(f"{twilio.base_url}/2010-04-01/Accounts/{SID}/{path}")
