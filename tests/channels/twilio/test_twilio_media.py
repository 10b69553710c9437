"""Clients' pictures: from Twilio alone, capped, in a private folder, under names of ours."""

import re

import httpx
import pytest
from aiohttp import web

from bot.channels.twilio.media import TwilioMedia
from bot.domain.tickets import Media
from bot.errors import PermanentDeliveryError, TransientDeliveryError
from bot.sandbox.listener import Listener
from bot.sandbox.twilio import Media as Picture
from tests.channels.twilio.twilio_cast import ACCOUNT, CLIENT, TOKEN

PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'0' * 32}/Media/ME{'0' * 32}"


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "var" / "media"


@pytest.fixture
def store(http, directory, twilio):
    return TwilioMedia(http, directory, account_sid=ACCOUNT, auth_token=TOKEN, base_url=twilio.base_url, max_bytes=1000)


async def sent(twilio, content=b"a picture", content_type="image/jpeg"):
    delivery = await twilio.text(CLIENT, "", channel="whatsapp", media=[Picture(content, content_type)], deliver=False)
    form = twilio.inbound_form(delivery.sid)
    return Media(url=form["MediaUrl0"], content_type=form["MediaContentType0"])


def mode(path):
    return path.stat().st_mode & 0o777


async def test_a_picture_is_kept_for_us_alone(store, twilio, directory):
    path, size = await store.fetch(await sent(twilio))

    assert (path.read_bytes(), size) == (b"a picture", 9)
    assert (path.parent, mode(path), mode(directory)) == (directory, 0o600, 0o700)
    assert [kept.name for kept in directory.iterdir()] == [path.name]


async def test_an_open_folder_is_closed(store, twilio, directory):
    directory.mkdir(parents=True, mode=0o755)

    await store.fetch(await sent(twilio))

    assert mode(directory) == 0o700


async def test_fetched_twice_it_is_one_file(store, twilio, directory):
    media = await sent(twilio)

    assert await store.fetch(media) == await store.fetch(media)
    assert len(list(directory.iterdir())) == 1


async def test_credentials_go_to_twilio_and_not_where_it_sends_us(store, twilio, requests):
    await store.fetch(await sent(twilio))

    assert [("Authorization" in request.headers) for request in requests] == [True, False]
    assert requests[0].url.port != requests[1].url.port


@pytest.mark.parametrize(
    ("content_type", "extension"),
    [
        pytest.param("image/jpeg", ".jpg", id="a photograph"),
        pytest.param("IMAGE/PNG; charset=x", ".png", id="with a parameter"),
        pytest.param("application/pdf", ".pdf", id="a document"),
        pytest.param("text/html", ".bin", id="a page is never one"),
        pytest.param("application/x-sh", ".bin", id="a program is never one"),
        pytest.param("../../etc/passwd", ".bin", id="a path is never one"),
        pytest.param("", ".bin", id="nothing said"),
    ],
)
async def test_the_name_is_ours(store, twilio, content_type, extension):
    media = await sent(twilio)

    path, _ = await store.fetch(Media(url=media.url, content_type=content_type))

    assert re.fullmatch(r"[0-9a-f]{64}\.[0-9a-z]+", path.name)
    assert path.suffix == extension


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:1" + PATH, id="another port"),
        pytest.param("https://evil.example" + PATH, id="another host"),
        pytest.param("{base}@evil.example" + PATH, id="a host after an at sign"),
        pytest.param("{base}.evil.example" + PATH, id="a host that begins like ours"),
        pytest.param("{base}" + PATH.replace(ACCOUNT, f"AC{'9' * 32}"), id="another account"),
        pytest.param("{base}" + PATH + "/../../../Calls.json", id="a path out of it"),
        pytest.param("{base}" + PATH + "?x=1", id="a query"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("", id="nothing"),
    ],
)
async def test_nothing_is_fetched_from_elsewhere(store, twilio, requests, url):
    with pytest.raises(PermanentDeliveryError) as caught:
        await store.fetch(Media(url=url.replace("{base}", twilio.base_url), content_type="image/jpeg"))

    assert (caught.value.code, requests) == ("media_address", [])


@pytest.mark.parametrize("base_url", ["http://api.twilio.com", "http://10.0.0.1", "ftp://127.0.0.1"])
def test_credentials_never_leave_the_machine_in_the_clear(http, directory, base_url):
    with pytest.raises(ValueError, match="plain http"):
        TwilioMedia(http, directory, account_sid=ACCOUNT, auth_token=TOKEN, base_url=base_url)


async def test_a_file_of_the_largest_size_is_kept_and_a_larger_one_is_not(store, twilio, directory):
    _, size = await store.fetch(await sent(twilio, b"x" * 1000))
    assert size == 1000

    with pytest.raises(PermanentDeliveryError) as caught:
        await store.fetch(await sent(twilio, b"x" * 1001))

    assert caught.value.code == "media_too_large"
    assert len(list(directory.iterdir())) == 1


async def test_a_picture_that_is_gone_is_gone_for_good(store, twilio):
    media = await sent(twilio)
    delivery = next(iter(twilio.inbound()))
    delivery.media.clear()

    with pytest.raises(PermanentDeliveryError) as caught:
        await store.fetch(media)
    assert caught.value.code == "20404"


async def test_a_recording_that_is_not_there_may_not_be_there_yet(store, twilio):
    url = f"{twilio.base_url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE{'0' * 32}.mp3"
    with pytest.raises(TransientDeliveryError) as caught:
        await store.fetch(Media(url=url, content_type="audio/mpeg"))
    assert caught.value.code == "recording_not_ready"


@pytest.mark.parametrize("code", [20003, 20429, 20503])
async def test_a_refusal_may_be_none_later(store, twilio, code):
    media = await sent(twilio)
    twilio.fail_next(code=code, operation="FetchMediaFile")

    with pytest.raises(TransientDeliveryError):
        await store.fetch(media)
    await store.fetch(media)


async def test_without_twilio_it_may_come_later(store, twilio):
    media = await sent(twilio)
    await twilio.stop()

    with pytest.raises(TransientDeliveryError):
        await store.fetch(media)


async def test_a_fetch_has_an_end(http, directory, twilio):
    store = TwilioMedia(
        http, directory, account_sid=ACCOUNT, auth_token=TOKEN, base_url=twilio.base_url, max_seconds=0.05
    )
    media = await sent(twilio)
    twilio.hang_next(60, operation="FetchMediaFile")

    with pytest.raises(TransientDeliveryError):
        await store.fetch(media)


async def test_a_full_disk_is_said_and_leaves_nothing(store, twilio, directory):
    media = await sent(twilio)
    directory.parent.mkdir(parents=True)
    directory.write_text("a file where the folder should be")

    with pytest.raises(TransientDeliveryError) as caught:
        await store.fetch(media)
    assert caught.value.code == "media_storage"


async def test_one_that_is_here_is_not_asked_for_again(store, twilio, directory, requests):
    """It may wait for days until it is examined."""
    media = await sent(twilio)
    first = await store.fetch(media)
    asked = len(requests)

    assert (await store.fetch(media), len(requests)) == (first, asked)


async def redirecting(http, directory, location):
    async def answer(request):
        return web.Response(status=302, headers={"Location": location})

    def application():
        app = web.Application()
        app.add_routes([web.get("/{path:.*}", answer)])
        return app

    listener = Listener(application)
    await listener.start()
    store = TwilioMedia(http, directory, account_sid=ACCOUNT, auth_token=TOKEN, base_url=listener.base_url)
    return listener, store


@pytest.mark.parametrize(
    ("location", "fetched"),
    [
        pytest.param("file:///etc/passwd", 1, id="to a file"),
        pytest.param("ftp://127.0.0.1/x", 1, id="to another protocol"),
        pytest.param("/again", 4, id="in circles"),
    ],
)
async def test_a_redirect_is_not_followed(http, directory, requests, location, fetched):
    listener, store = await redirecting(http, directory, location)
    try:
        with pytest.raises(PermanentDeliveryError) as caught:
            await store.fetch(Media(url=listener.base_url + PATH, content_type="image/jpeg"))
    finally:
        await listener.stop()

    assert (caught.value.code, len(requests)) == ("media_address", fetched)


async def test_from_the_real_host_a_redirect_stays_on_https(directory):
    seen = []

    def answer(request):
        seen.append(str(request.url))
        return httpx.Response(307, headers={"Location": "http://127.0.0.1/secret"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        store = TwilioMedia(http, directory, account_sid=ACCOUNT, auth_token=TOKEN)
        with pytest.raises(PermanentDeliveryError):
            await store.fetch(Media(url="https://api.twilio.com" + PATH, content_type="image/jpeg"))

    assert seen == ["https://api.twilio.com" + PATH]
