"""Lists as Twilio's API gives them: page by page."""

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.sandbox.twilio_messages import Json
from bot.sandbox.twilio_rules import MAX_PAGE_SIZE, TwilioRefusal, number

DEFAULT_PAGE_SIZE = 50


def page(request: web.Request, name: str, records: list[tuple[str, Json]]) -> Json:
    """One page of (SID, record) pairs. The token names the last record of the page before: new ones shift nothing."""
    size = number(
        request.query.get("PageSize"), name="PageSize", default=DEFAULT_PAGE_SIZE, least=1, most=MAX_PAGE_SIZE
    )
    index = number(request.query.get("Page"), name="Page", default=0, least=0, most=2**31)
    start = _start(request.query.get("PageToken"), [sid for sid, _ in records])
    shown = records[start : start + size]
    has_more = start + size < len(records)
    return {
        name: [record for _, record in shown],
        "end": index * size + max(len(shown) - 1, 0),
        "first_page_uri": _page_uri(request, size, 0, None),
        "next_page_uri": _page_uri(request, size, index + 1, f"PA{shown[-1][0]}") if has_more else None,
        "page": index,
        "page_size": size,
        "previous_page_uri": _page_uri(request, size, index - 1, None) if index else None,
        "start": index * size,
        "uri": str(request.rel_url),
    }


def _start(token: str | None, sids: list[str]) -> int:
    if token is None:
        return 0
    try:
        return sids.index(token.removeprefix("PA")) + 1
    except ValueError:
        raise TwilioRefusal(20001, "PageToken") from None


def _page_uri(request: web.Request, size: int, index: int, token: str | None) -> str:
    query: dict[str, Any] = {name: value for name, value in request.query.items() if name not in ("Page", "PageToken")}
    query |= {"PageSize": size, "Page": index} | ({"PageToken": token} if token else {})
    return f"{request.path}?{urlencode(query)}"
