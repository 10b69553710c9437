"""The page with the two phones: it shows what the stage shows and passes on what a visitor does."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, Protocol

from aiohttp import web

from bot.errors import PermanenceError
from bot.sandbox.exhibits import page_file
from bot.sandbox.listener import HOST
from bot.sandbox.mail import MailFile
from bot.sandbox.page_forms import (
    EMPTY_MAIL,
    NOTHING_PLANNED,
    WRONG_PICTURE,
    WRONG_REQUEST,
    Calling,
    Form,
    MailForm,
    Move,
    Press,
    Saying,
    Text,
    problem,
    read,
    valid,
)
from bot.sandbox.page_serving import HEADERS, PICTURE_TYPES, asset, guard, index, only, saved
from bot.sandbox.stage import CallConduct, NothingPlanned, PhoneChannel

Json = dict[str, Any]

MAX_PICTURE_BYTES = 4 * 1024 * 1024
MAX_POST_BYTES = 15 * 1024 * 1024
"""A mail's file of 10 MB, written in base64, and the text beside it."""
SAMPLE_NAME = "ecran.jpg"
SHUTDOWN_SECONDS = 2.0
GATHER_SECONDS = 0.03
"""Changes that come this close together are shown as one."""
ECHO_SECONDS = 0.4
"""A change at a provider may be heard just before its commit: look once more after this."""
HEARTBEAT_SECONDS = 10.0
"""Time passes by itself: what is left of a deadline is shown anew this often."""


class Show(Protocol):
    """What the page needs of the stage."""

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Be told of every change; call the result to end it."""
        ...

    async def view(self) -> Json:
        """All that is to be seen, ready for JSON."""
        ...

    async def client_writes(
        self, person_id: str, text: str, *, channel: PhoneChannel, picture: tuple[bytes, str] | None
    ) -> None:
        """A client sends a text or a picture (content, type), or both."""
        ...

    async def client_mails(
        self, person_id: str, subject: str, text: str, *, answers: int | None, files: Sequence[MailFile]
    ) -> None:
        """A client writes a mail, or answers the one of ours that has this number."""
        ...

    async def client_calls(self, person_id: str, conduct: CallConduct) -> None:
        """A client calls; returns when the call is over."""
        ...

    async def technician_says(self, user_id: int, text: str, *, reply_to: str | None) -> None: ...

    async def technician_presses(self, user_id: int, message_key: str, data: str) -> None: ...

    async def advance(self, delta: timedelta) -> None: ...

    async def go_to(self, moment: str) -> None:
        """`next-opening` or `next-reminder`."""
        ...

    async def restart(self) -> None:
        """Everything from the beginning."""
        ...

    async def picture(self, key: str) -> tuple[bytes, str] | None:
        """The content and type of a picture that the view names."""
        ...

    async def file(self, file_id: str) -> tuple[bytes, str] | None:
        """The content and type of a file that the view names."""
        ...

    async def mail_file(self, number: int, position: int) -> tuple[bytes, str] | None:
        """The content and type of a file of a mail that the view names."""
        ...


class PageServer:
    """Serves the page on the loopback address alone, and tells each open page of every change (Server-Sent Events)."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._pages: set[asyncio.Event] = set()
        self._runner: web.AppRunner | None = None
        self._acting = asyncio.Lock()
        """One action after the other: a clock that is moving and a restart do not mix."""
        self._is_ending = False
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def start(self, port: int) -> None:
        """Listen on `port` (0: any free one). Raises OSError when it is taken."""
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
        except BaseException:
            await runner.cleanup()
            raise
        self._is_ending = False
        self._runner, self.port = runner, runner.addresses[0][1]

    async def stop(self) -> None:
        """Let each open page's line end by itself: cut off in the middle of a look, it would complain."""
        runner, self._runner = self._runner, None
        if runner is not None:
            self._is_ending = True
            self._wake()
            await runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=MAX_POST_BYTES, middlewares=[guard])
        application.cleanup_ctx.append(self._watch)
        application.add_routes(
            [
                web.get("/", index),
                web.get("/page/{name}", asset),
                web.get("/picture/{key:.+}", self._picture),
                web.get("/file/{file_id}/{name}", self._file),
                web.get("/mail/{number:[0-9]+}/{position:[0-9]+}/{name}", self._mail_file),
                web.get("/events", self._events),
                web.post("/do/text", self._text),
                web.post("/do/picture", self._send_picture),
                web.post("/do/mail", self._mail),
                web.post("/do/call", self._call),
                web.post("/do/say", self._say),
                web.post("/do/press", self._press),
                web.post("/do/clock", self._clock),
                web.post("/do/restart", self._restart),
            ]
        )
        return application

    async def _watch(self, _: web.Application) -> AsyncIterator[None]:
        unsubscribe = self._show.subscribe(self._wake)
        yield
        unsubscribe()

    def _wake(self) -> None:
        for page in self._pages:
            page.set()

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **HEADERS})
        await response.prepare(request)
        with suppress(ConnectionResetError):
            async with self._page() as changed:
                await self._follow(response, changed)
        return response

    @asynccontextmanager
    async def _page(self) -> AsyncIterator[asyncio.Event]:
        changed = asyncio.Event()
        self._pages.add(changed)
        try:
            yield changed
        finally:
            self._pages.discard(changed)

    async def _follow(self, response: web.StreamResponse, changed: asyncio.Event) -> None:
        patience = ECHO_SECONDS
        while not self._is_ending:
            view = json.dumps(await self._show.view(), ensure_ascii=False)
            await response.write(f"event: view\ndata: {view}\n\n".encode())
            try:
                await asyncio.wait_for(changed.wait(), patience)
            except TimeoutError:
                patience = HEARTBEAT_SECONDS
            else:
                await asyncio.sleep(GATHER_SECONDS)
                changed.clear()
                patience = ECHO_SECONDS

    # What a visitor does

    async def _text(self, request: web.Request) -> web.Response:
        form = await read(request, Text)
        picture = (page_file("sample.jpg"), "image/jpeg") if form.sample else None
        return await self._act(
            lambda: self._show.client_writes(form.person, form.text, channel=form.channel, picture=picture)
        )

    async def _send_picture(self, request: web.Request) -> web.Response:
        content = await request.read()
        if request.content_type not in PICTURE_TYPES or not 0 < len(content) <= MAX_PICTURE_BYTES:
            return problem(WRONG_PICTURE)
        person, channel = request.query.get("person", ""), request.query.get("channel", "")
        form = valid(Text, {"person": person, "channel": channel, "text": request.query.get("text", "")})
        picture = (content, request.content_type)
        return await self._act(
            lambda: self._show.client_writes(form.person, form.text, channel=form.channel, picture=picture)
        )

    async def _mail(self, request: web.Request) -> web.Response:
        form = await read(request, MailForm)
        if form.answers is None and not form.subject.strip() and not form.text.strip():
            return problem(EMPTY_MAIL)
        files = [MailFile(SAMPLE_NAME, page_file("sample.jpg"), "image/jpeg")] if form.sample else []
        if form.file is not None:
            files.append(MailFile(form.file.name, form.file.content, form.file.type))
        return await self._act(
            lambda: self._show.client_mails(form.person, form.subject, form.text, answers=form.answers, files=files)
        )

    async def _call(self, request: web.Request) -> web.Response:
        form = await read(request, Calling)
        return await self._act(lambda: self._show.client_calls(form.person, form.conduct))

    async def _say(self, request: web.Request) -> web.Response:
        form = await read(request, Saying)
        return await self._act(lambda: self._show.technician_says(form.technician, form.text, reply_to=form.reply_to))

    async def _press(self, request: web.Request) -> web.Response:
        form = await read(request, Press)
        return await self._act(lambda: self._show.technician_presses(form.technician, form.message, form.data))

    async def _clock(self, request: web.Request) -> web.Response:
        form = await read(request, Move)
        if (form.minutes is None) == (form.to is None):
            return problem(WRONG_REQUEST)
        minutes, moment = form.minutes, form.to
        if minutes is not None:
            return await self._act(lambda: self._show.advance(timedelta(minutes=minutes)))
        return await self._act(lambda: self._show.go_to(moment or ""))

    async def _restart(self, request: web.Request) -> web.Response:
        await read(request, Form)
        return await self._act(self._show.restart)

    async def _act(self, action: Callable[[], Awaitable[None]]) -> web.Response:
        async with self._acting:
            try:
                await action()
            except NothingPlanned:
                return problem(NOTHING_PLANNED)
            except (LookupError, ValueError, PermanenceError) as error:
                return problem(f"{WRONG_REQUEST} ({type(error).__name__})")
        self._wake()
        return web.json_response({"done": True})

    async def _picture(self, request: web.Request) -> web.Response:
        return only(await self._show.picture(request.match_info["key"]), PICTURE_TYPES)

    async def _file(self, request: web.Request) -> web.Response:
        return saved(await self._show.file(request.match_info["file_id"]))

    async def _mail_file(self, request: web.Request) -> web.Response:
        number, position = int(request.match_info["number"]), int(request.match_info["position"])
        return saved(await self._show.mail_file(number, position))
