"""Twilio's REST API as far as a support desk uses it: Messages, their Media, and calls, with basic authentication."""

import base64
import hmac
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from multidict import MultiDict

from bot.ports import Clock
from bot.sandbox.changes import Changes
from bot.sandbox.faults import Faults, carry_out
from bot.sandbox.twilio_messages import API_VERSION, TwilioBooks, TwilioMessage, new_sid
from bot.sandbox.twilio_paging import page
from bot.sandbox.twilio_rules import (
    LIST_PARAMETERS,
    MEDIA_LIST_PARAMETERS,
    UPDATE_PARAMETERS,
    Senders,
    Sending,
    TwilioRefusal,
    check_parameters,
    check_sending,
    instant,
)
from bot.sandbox.twilio_voice_api import VoiceApi

MESSAGES = f"/{API_VERSION}/Accounts/{{account}}/Messages"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class TwilioApi:
    """Answers the API's requests from the books. `accepted` is called with each new outbound message."""

    def __init__(
        self,
        books: TwilioBooks,
        senders: Senders,
        *,
        auth_token: str,
        clock: Clock,
        faults: Faults,
        changes: Changes[TwilioMessage],
        accepted: Callable[[TwilioMessage], None],
        cdn_url: Callable[[], str],
        voice: VoiceApi,
    ) -> None:
        self._books = books
        self._senders = senders
        self._clock = clock
        self._faults = faults
        self._changes = changes
        self._accepted = accepted
        self._cdn_url = cdn_url
        self._voice = voice
        credentials = base64.b64encode(f"{books.account_sid}:{auth_token}".encode()).decode()
        self._authorization = f"Basic {credentials}"

    def application(self) -> web.Application:
        one, media = MESSAGES + "/{sid}", MESSAGES + "/{sid}/Media"
        app = web.Application()
        app.add_routes(
            [
                web.post(MESSAGES + ".json", self._guarded("CreateMessage", self._create)),
                web.get(MESSAGES + ".json", self._guarded("ListMessage", self._list)),
                web.get(one + ".json", self._guarded("FetchMessage", self._fetch)),
                web.post(one + ".json", self._guarded("UpdateMessage", self._update)),
                web.delete(one + ".json", self._guarded("DeleteMessage", self._delete)),
                web.get(media + ".json", self._guarded("ListMedia", self._list_media)),
                web.get(media + "/{media}.json", self._guarded("FetchMedia", self._fetch_media)),
                web.delete(media + "/{media}.json", self._guarded("DeleteMedia", self._delete_media)),
                web.get(media + "/{media}", self._guarded("FetchMediaFile", self._redirect_to_file)),
                web.delete(media + "/{media}", self._guarded("DeleteMedia", self._delete_media)),
                *(
                    web.route(method, path, self._guarded(operation, handler))
                    for method, path, operation, handler in self._voice.operations()
                ),
                web.route("*", "/{path:.*}", self._guarded("Unknown", self._not_found)),
            ]
        )
        return app

    def cdn(self) -> web.Application:
        """Where media files really lie: another host, no credentials, as the real one."""
        app = web.Application()
        app.add_routes([web.get("/{sid}/{media}", self._file)])
        return app

    def _guarded(self, operation: str, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                if self._faults.outage:
                    raise TwilioRefusal(20503)
                self._authenticate(request)
                return await carry_out(self._faults.take(operation), request, lambda: handler(request))
            except TwilioRefusal as refusal:
                return refused(refusal)

        return handle

    def _authenticate(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), self._authorization.encode()):
            raise TwilioRefusal(20003)
        if request.match_info.get("account", self._books.account_sid) != self._books.account_sid:
            raise TwilioRefusal(20404, request.path)

    async def _create(self, request: web.Request) -> web.Response:
        sending = check_sending(await form_of(request), self._senders, self._books)
        message = self._outbound(sending)
        self._books.add(message)
        answer = web.json_response(message.to_json(), status=201)
        self._changes.publish(message)
        self._accepted(message)
        return answer

    def _outbound(self, sending: Sending) -> TwilioMessage:
        now = self._clock.now()
        return TwilioMessage(
            sid=new_sid("MM" if sending.media_urls else "SM"),
            account_sid=self._books.account_sid,
            direction="outbound-api",
            sender=sending.sender,
            recipient=sending.recipient,
            body=sending.body,
            created_at=now,
            updated_at=now,
            status="queued",
            statuses=["queued"],
            media_urls=sending.media_urls,
            status_callback=sending.status_callback,
            content_sid=sending.content_sid,
        )

    async def _list(self, request: web.Request) -> web.Response:
        check_parameters(request.query, LIST_PARAMETERS)
        is_listed = message_filter(request.query)
        found = [message for message in self._books.newest_first() if is_listed(message)]
        return web.json_response(page(request, "messages", [(message.sid, message.to_json()) for message in found]))

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(self._message(request).to_json())

    async def _update(self, request: web.Request) -> web.Response:
        """Redact the text: the one change that a sent message allows."""
        form, message = await form_of(request), self._message(request)
        check_parameters(form, UPDATE_PARAMETERS)
        if form.get("Body") != "" or "Status" in form:
            raise TwilioRefusal(20001, "Body: only an empty one redacts")
        message.body = ""
        return web.json_response(message.to_json())

    async def _delete(self, request: web.Request) -> web.Response:
        del self._books.messages[self._message(request).sid]
        return web.Response(status=204)

    async def _list_media(self, request: web.Request) -> web.Response:
        check_parameters(request.query, MEDIA_LIST_PARAMETERS)
        message = self._message(request)
        return web.json_response(page(request, "media_list", [(sid, message.media_json(sid)) for sid in message.media]))

    async def _fetch_media(self, request: web.Request) -> web.Response:
        message, sid = self._medium(request)
        return web.json_response(message.media_json(sid))

    async def _delete_media(self, request: web.Request) -> web.Response:
        message, sid = self._medium(request)
        del message.media[sid]
        return web.Response(status=204)

    async def _redirect_to_file(self, request: web.Request) -> web.Response:
        message, sid = self._medium(request)
        return web.Response(status=307, headers={"Location": f"{self._cdn_url()}/{message.sid}/{sid}"})

    async def _file(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            # Storage behind signed links refuses a second proof: the account's token was carried over a redirect.
            return web.Response(status=400, text="Only one auth mechanism allowed")
        try:
            message, sid = self._medium(request)
        except TwilioRefusal:
            return web.Response(status=404)
        return web.Response(body=message.media[sid].content, content_type=message.media[sid].content_type)

    async def _not_found(self, request: web.Request) -> web.Response:
        raise TwilioRefusal(20404, request.path)

    def _message(self, request: web.Request) -> TwilioMessage:
        message = self._books.messages.get(request.match_info["sid"])
        if message is None:
            raise TwilioRefusal(20404, request.path)
        return message

    def _medium(self, request: web.Request) -> tuple[TwilioMessage, str]:
        message, sid = self._message(request), request.match_info["media"]
        if sid not in message.media:
            raise TwilioRefusal(20404, request.path)
        return message, sid


async def form_of(request: web.Request) -> MultiDict[str]:
    """The text fields of a form; an upload has no place in this API."""
    return MultiDict((name, value) for name, value in (await request.post()).items() if isinstance(value, str))


def message_filter(query: Mapping[str, str]) -> Callable[[TwilioMessage], bool]:
    """The list's filters as one question; `DateSent>` and `DateSent<` include their bound."""
    since = instant(query["DateSent>"], name="DateSent>") if "DateSent>" in query else None
    until = instant(query["DateSent<"], name="DateSent<", is_end=True) if "DateSent<" in query else None
    on = instant(query["DateSent"], name="DateSent").date() if "DateSent" in query else None

    def is_listed(message: TwilioMessage) -> bool:
        sent_at = message.sent_at or message.created_at
        return (
            query.get("To", message.recipient) == message.recipient
            and query.get("From", message.sender) == message.sender
            and (since is None or sent_at >= since)
            and (until is None or sent_at <= until)
            and (on is None or sent_at.date() == on)
        )

    return is_listed


def refused(refusal: TwilioRefusal) -> web.Response:
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if refusal.status == 401 else None
    more_info = f"https://www.twilio.com/docs/errors/{refusal.code}"
    answer = {"code": refusal.code, "message": refusal.message, "more_info": more_info, "status": refusal.status}
    return web.json_response(answer, status=refusal.status, headers=headers)
