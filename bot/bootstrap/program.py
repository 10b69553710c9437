"""The program: database, channels, loops, ticks and web, started in that order and stopped in the other."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Any

import structlog
from aiohttp import web

from bot.bootstrap.channels import Telegram, Twilio, open_telegram, open_twilio
from bot.bootstrap.database import make_context
from bot.bootstrap.mail import Mail, mail_key, open_mail, our_mail, scanner_of
from bot.bootstrap.paper import check_logo, printing_of
from bot.bootstrap.phone import Phone
from bot.bootstrap.readiness import Readiness
from bot.channels.mail.imap.reader import ImapReader
from bot.clock import SystemClock
from bot.config import Settings
from bot.domain.addresses import Channel
from bot.domain.inbox import Source
from bot.errors import DeliveryError
from bot.ports import Clock, Parser, Sender, UnitOfWork
from bot.scheduler import Ticker
from bot.services.calls import erase_recordings, settle_calls
from bot.services.contract_plan import plan_contracts
from bot.services.contract_watch import watch_contracts
from bot.services.delivery import Delivery
from bot.services.intake import take_in, take_in_mails
from bot.services.mail_count import count_mailbox, tell_kept
from bot.services.media import MediaStores, fetch_media
from bot.services.meetings import remind_meetings
from bot.services.milestones import remind
from bot.services.reconcile import reconcile, reconcile_calls
from bot.services.scanner_watch import watch_scanner
from bot.storage.engine import open_engine
from bot.storage.migrate import migrate
from bot.storage.unit_of_work import SqlStore
from bot.web import Metrics, SharedDocuments, make_app
from bot.workers import Bell, one_at_a_time, read_inbox, read_mails, ring_for, send_outbox

log = structlog.get_logger()

REMIND_SECONDS = 5.0
MEDIA_SECONDS = 20.0
SCANNER_SECONDS = 60.0
CALL_SECONDS = 5.0
RECORDING_SECONDS = 60.0
MEETING_SECONDS = 60.0
CONTRACT_SECONDS = 60.0
HOUR_SECONDS = 3600.0
DAY_SECONDS = 24 * HOUR_SECONDS
KEPT_SECONDS = 3600.0


class Program:
    """Everything wired. `start` it, and `stop` it; or `run` it until a signal."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.http_port = 0
        self.mail_port = 0
        self._closing = AsyncExitStack()
        self._jobs: list[Callable[[], Awaitable[object]]] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Until SIGTERM or SIGINT."""
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        await self.start()
        try:
            await stopped.wait()
        finally:
            await self.stop()

    async def start(self) -> None:
        """Raises a `StorageError` or a `SettingsError`; whatever was opened by then is closed again."""
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Close the door first; let what is under way arrive; the database last."""
        await self._closing.aclose()

    async def tick(self) -> None:
        """Do at once all that is due: what a test, a scene or a moved clock cannot wait for."""
        for job in self._jobs:
            with suppress(DeliveryError):  # a provider is down: the others' turn comes all the same, its own next time
                await job()
        while await take_in(self.context) or await take_in_mails(self.context) or await self.delivery.drain():
            pass

    async def _start(self) -> None:
        await self._open_database()
        metrics = Metrics()
        senders: dict[Channel, Sender] = {}
        parsers: dict[Source, Parser] = {}
        key = await mail_key(self.store, self.clock)
        self.context = make_context(self.settings, self.store, self.clock, parsers, our_mail(self.settings, key))
        printing = printing_of(self.settings)
        check_logo(printing.letterhead, self.settings)
        self.delivery = Delivery(self.context, senders)
        self.ticker = Ticker(asyncio.get_running_loop().time)
        telegram = open_telegram(self.settings, self.store, self.clock, self._closing)
        twilio = open_twilio(self.settings, self.context, self._closing, metrics)
        mail = open_mail(
            self.settings,
            self.store,
            self.clock,
            self._closing,
            key,
            tell_of_copies=self.delivery.note_refused_copies,
        )
        for channel in (telegram, twilio, mail):
            if channel is not None:
                senders |= channel.senders
                parsers |= channel.parsers
        await self.store.write(self._name_technicians)
        await plan_contracts(self.context)
        if self.engine.is_sqlite:
            await self.delivery.recover()
        self._start_loops(telegram, twilio, mail)
        if mail is not None and mail.listener is not None:
            await mail.listener.start()
            self._closing.push_async_callback(mail.listener.stop)
            self.mail_port = mail.listener.port
        readiness = Readiness(
            self.store,
            self.clock,
            self.ticker,
            telegram.poller if telegram else None,
            self._tasks,
            self.delivery,
            mailbox=mail.reader if mail else None,
            mail_sender=mail.sender if mail else None,
            scans_media=self.context.policy.scans_media,
        )
        webhooks = twilio.webhooks if twilio else None
        voice = twilio.phone.webhooks if twilio and twilio.phone else None
        documents = SharedDocuments(self.store, self.clock, printing.cabinet, metrics)
        app = make_app(metrics=metrics, readiness=readiness, webhooks=webhooks, voice=voice, documents=documents)
        await self._serve(app)
        for state in self.settings.channels():
            log.info("channel", channel=state.channel, on=state.is_on, missing=state.missing)
        log.info("started", port=self.http_port)

    async def _open_database(self) -> None:
        self.engine = await open_engine(self.settings.database_url.get_secret_value())
        self._closing.push_async_callback(self.engine.close)
        await migrate(self.engine)
        writer = self.engine.open_writer()
        self._closing.push_async_callback(writer.close)
        self.store = SqlStore(self.engine, writer)
        self._bells = {topic: Bell(topic) for topic in ("inbox", "outbox", "media")} | {"mails": Bell("inbox")}
        for bell in self._bells.values():
            writer.on_commit(bell.hear)

    async def _name_technicians(self, uow: UnitOfWork) -> None:
        """Those of the settings may act, the first as administrator, and nobody else (principle 10)."""
        named = self.settings.technicians
        for nth, (telegram_id, name) in enumerate(named.items()):
            phone = self.settings.technician_phones.get(telegram_id)
            await uow.directory.put_technician(telegram_id, name=name, is_admin=nth == 0, phone=phone)
        await uow.directory.retire_technicians(list(named))

    def _start_loops(self, telegram: Telegram | None, twilio: Twilio | None, mail: Mail | None) -> None:
        self._closing.push_async_callback(self.delivery.close)
        self._start_media(twilio, mail)
        if mail is not None:
            self.ticker.every(KEPT_SECONDS, "mails kept", lambda: tell_kept(self.context))
        if mail is not None and mail.reader is not None:
            self._start_mailbox(mail.reader)
        if twilio is not None:
            archive = twilio.archive
            polling = self.settings.public_url is None
            seconds = self.settings.poll_seconds if polling else self.settings.reconcile_minutes * 60
            self._every(seconds, "reconcile", lambda: reconcile(self.context, archive))
        if twilio is not None and twilio.phone is not None:
            self._watch_calls(twilio.phone)
        self._every(REMIND_SECONDS, "reminders", lambda: remind(self.context))
        self._every(MEETING_SECONDS, "meetings", lambda: remind_meetings(self.context))
        self._every(CONTRACT_SECONDS, "contracts", lambda: watch_contracts(self.context))
        self._spawn("intake", read_inbox(self.context, self._bells["inbox"]))
        self._spawn("mail intake", read_mails(self.context, self._bells["mails"]))
        self._spawn("delivery", send_outbox(self.delivery, self._bells["outbox"]))
        if telegram is not None:
            self._spawn("telegram", telegram.poller.run())
        self.ticker.start()
        self._closing.callback(self.ticker.stop)

    def _watch_calls(self, phone: Phone) -> None:
        seconds = self.settings.reconcile_minutes * 60
        self._every(seconds, "calls", lambda: reconcile_calls(self.context, phone.archive))
        self._every(CALL_SECONDS, "missed calls", lambda: settle_calls(self.context))
        if self.settings.voice_delete_recordings:
            self._every(RECORDING_SECONDS, "recordings", lambda: erase_recordings(self.context, phone.recordings))

    def _start_media(self, twilio: Twilio | None, mail: Mail | None) -> None:
        """Files are fetched from where they came, and examined where ClamAV is set."""
        stores = {
            **({"https": twilio.media, "http": twilio.media} if twilio else {}),
            **({"mail": mail.media} if mail else {}),
        }
        media, scanner = MediaStores(stores), scanner_of(self.settings)
        if scanner is not None:
            self._every(SCANNER_SECONDS, "scanner", lambda: watch_scanner(self.context, scanner))
        fetch = one_at_a_time(lambda: fetch_media(self.context, media, scanner))
        self._every(MEDIA_SECONDS, "media", fetch)
        self._spawn("media", ring_for(fetch, self._bells["media"]))

    def _start_mailbox(self, reader: ImapReader) -> None:
        self._spawn("imap", reader.run())
        self._jobs.append(reader.catch_up)
        count = partial(count_mailbox, self.context, reader.count)
        self.ticker.every(DAY_SECONDS, "mail count", count, retry_seconds=HOUR_SECONDS)

    def _every(self, seconds: float, name: str, job: Callable[[], Awaitable[object]]) -> None:
        self._jobs.append(job)
        self.ticker.every(seconds, name, job)

    def _spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.append(task)
        self._closing.push_async_callback(_cancel, task)

    async def _serve(self, app: web.Application) -> None:
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        self._closing.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, self.settings.http_host, self.settings.http_port, backlog=512)
        await site.start()
        self.http_port = runner.addresses[0][1]


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
