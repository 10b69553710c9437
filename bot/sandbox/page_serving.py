"""The page's own files, what may be shown of people's, and who may ask for either."""

from collections.abc import Awaitable, Callable, Collection

from aiohttp import web

from bot.sandbox.exhibits import page_file
from bot.sandbox.listener import HOST
from bot.sandbox.page_forms import NOTHING_THERE, WRONG_REQUEST, problem

PICTURE_TYPES = frozenset(("image/png", "image/jpeg", "image/webp", "image/gif"))
FILE_TYPES = frozenset(("application/pdf", "text/csv", "audio/mpeg", "audio/ogg"))
"""What a browser may show, or open with another program; anything else is only to be saved."""
ASSETS = {
    "style.css": "text/css",
    "desk.css": "text/css",
    "phone.css": "text/css",
    "mail.css": "text/css",
    "call.css": "text/css",
    "app.js": "text/javascript",
    "dom.js": "text/javascript",
    "words.js": "text/javascript",
    "phone.js": "text/javascript",
    "mail.js": "text/javascript",
    "call.js": "text/javascript",
    "desk.js": "text/javascript",
    "strip.js": "text/javascript",
    "tour.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "sample.jpg": "image/jpeg",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Only pages of this very address may act: another site's page cannot name this host and send this content type."""
    if request.url.host not in (HOST, "localhost"):
        return problem(WRONG_REQUEST, status=403)
    if request.method == "POST" and request.content_type not in PICTURE_TYPES | {"application/json"}:
        return problem(WRONG_REQUEST, status=415)
    response = await handler(request)
    if not response.prepared:
        response.headers.update(HEADERS)
    return response


async def index(_: web.Request) -> web.Response:
    return web.Response(body=page_file("index.html"), content_type="text/html", charset="utf-8")


async def asset(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in ASSETS:
        return problem(NOTHING_THERE, status=404)
    return web.Response(body=page_file(name), headers={"Content-Type": ASSETS[name]})


def only(found: tuple[bytes, str] | None, types: Collection[str]) -> web.Response:
    """Something of these types; anything else is not there."""
    if found is None or found[1] not in types:
        return problem(NOTHING_THERE, status=404)
    return web.Response(body=found[0], content_type=found[1])


def saved(found: tuple[bytes, str] | None) -> web.Response:
    """Something to be saved; of a type that is harmless, shown."""
    if found is None:
        return problem(NOTHING_THERE, status=404)
    content, content_type = found
    is_harmless = content_type in FILE_TYPES | PICTURE_TYPES
    return web.Response(body=content, content_type=content_type if is_harmless else "application/octet-stream")
