"""Mail from its settings: two ways in, one way out, and what both know of our mailbox."""

import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import httpx

from bot.channels.mail.clamd import Clamd
from bot.channels.mail.door.listener import MailListener
from bot.channels.mail.imap.reader import ImapReader
from bot.channels.mail.media import MailMedia
from bot.channels.mail.mime.tokens import address_signer, ticket_address
from bot.channels.mail.oauth import OAuthTokens
from bot.channels.mail.reading import OurMailbox, parse_mail
from bot.channels.mail.sender import MailSender
from bot.channels.mail.spool import Spool
from bot.clock import SystemClock
from bot.config import Settings
from bot.config.mail_values import MailServer, clamd_address, imap_after, imap_server, mail_listen, smtp_server
from bot.domain.addresses import Address, Channel
from bot.domain.inbox import InboxEntry, Source
from bot.errors import DeliveryError, StorageUnavailable
from bot.ports import Clock, MediaStore, Parser, Sender, Store, UnitOfWork
from bot.services.context import OurMail

KEY = "mail key"
"""The cursor that holds what our tickets' addresses are signed with: made once, and kept in the database."""

KEY_BYTES = 32
TOKEN_BYTES = 8
T = TypeVar("T")

REFRESH_TOKEN = "oauth-refresh-token"  # noqa: S105 - the name of a file


@dataclass(frozen=True, slots=True)
class Mail:
    """What the program needs of mail."""

    senders: dict[Channel, Sender]
    parsers: dict[Source, Parser]
    media: MediaStore
    sender: MailSender
    reader: ImapReader | None
    listener: MailListener | None


async def mail_key(store: Store, clock: Clock) -> bytes:
    """The key, made at the first start."""
    now = clock.now()

    async def remember(uow: UnitOfWork) -> bytes:
        known = await uow.cursors.get(KEY)
        if known is None:
            known = secrets.token_hex(KEY_BYTES)
            await uow.cursors.put(KEY, known, now)
        return bytes.fromhex(known)

    return await store.write(remember)


def is_mail_on(settings: Settings) -> bool:
    return any(state.channel is Channel.MAIL and state.is_on for state in settings.channels())


def our_mail(settings: Settings, key: bytes) -> OurMail | None:
    """Our mailbox as the services know it; None where mail is off."""
    if not is_mail_on(settings):
        return None
    ours, sign = _address(settings), address_signer(key)
    return OurMail(
        address=ours,
        ticket_address=lambda number: ticket_address(ours, number, sign=sign),
        new_token=lambda: secrets.token_hex(TOKEN_BYTES),
        has_plus_addresses=settings.mail_plus_addresses,
    )


def open_mail(
    settings: Settings,
    store: Store,
    clock: Clock,
    closing: AsyncExitStack,
    key: bytes,
    *,
    tell_of_copies: Callable[[int], None] = lambda _: None,
) -> Mail | None:
    """Mail, when it is set; what is opened is closed with `closing`. Nothing listens and nothing reads yet.

    `tell_of_copies` is told the outbox's rows that left without somebody in copy.
    """
    if not is_mail_on(settings):
        return None
    spool = Spool(Path(settings.mail_dir))
    tokens = _oauth(settings, closing)
    ours = OurMailbox(
        _address(settings), address_signer(key), settings.mail_authserv or "", max_file_bytes=settings.media_max_bytes
    )
    sender = _sender(settings, tokens, clock, key, tell_of_copies)
    closing.push_async_callback(sender.close)
    return Mail(
        senders={Channel.MAIL: sender},
        parsers={Source.MAIL: lambda entry: parse_mail(entry, read=spool.read, ours=ours)},
        media=MailMedia(spool, Path(settings.media_dir), max_bytes=settings.media_max_bytes),
        sender=sender,
        reader=_reader(settings, tokens, spool, store, clock),
        listener=_listener(settings, spool, store, clock),
    )


async def check_mail(settings: Settings) -> list[tuple[str, str | None]]:
    """What `doctor` asks: (what, None or its problem) of the mailbox, the way out and ClamAV. Stores nothing."""
    found: list[tuple[str, str | None]] = []
    async with AsyncExitStack() as closing:
        mail = open_mail(settings, _Nowhere(), SystemClock(), closing, bytes(KEY_BYTES))
        if mail is not None and mail.reader is not None:
            found.append(("imap", await mail.reader.check()))
        if mail is not None:
            found.append(("smtp", await mail.sender.check()))
        if (scanner := scanner_of(settings)) is not None:
            found.append(("clamd", await _check(scanner)))
    return found


async def _check(scanner: Clamd) -> str | None:
    try:
        await scanner.check()
    except DeliveryError as problem:
        return problem.code
    return None


class _Nowhere:
    """A store for who only looks."""

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        raise StorageUnavailable("nothing is stored while looking")

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        raise StorageUnavailable("nothing is read while looking")

    async def receive(self, entry: InboxEntry) -> None:
        raise StorageUnavailable("nothing is stored while looking")


def scanner_of(settings: Settings) -> Clamd | None:
    """ClamAV, when it is set."""
    if settings.clamd_url is None:
        return None
    where = clamd_address(settings.clamd_url)
    return Clamd(host=where.host, port=where.port, path=where.path)


def _address(settings: Settings) -> Address:
    assert settings.mail_address is not None
    return Address(Channel.MAIL, settings.mail_address)


def _oauth(settings: Settings, closing: AsyncExitStack) -> OAuthTokens | None:
    refresh_token, client_secret = settings.mail_oauth_refresh_token, settings.mail_oauth_client_secret
    if settings.mail_oauth_token_url is None or settings.mail_oauth_client_id is None or refresh_token is None:
        return None
    http = httpx.AsyncClient()
    closing.push_async_callback(http.aclose)
    return OAuthTokens(
        http,
        token_url=settings.mail_oauth_token_url,
        client_id=settings.mail_oauth_client_id,
        client_secret=client_secret.get_secret_value() if client_secret else None,
        refresh_token=refresh_token.get_secret_value(),
        scope=settings.mail_oauth_scope,
        kept_in=Path(settings.mail_dir) / REFRESH_TOKEN,
    )


def _token_of(tokens: OAuthTokens | None, server: MailServer) -> Callable[[bool], Awaitable[str]] | None:
    """How a login gets its token; True renews it. Where the URL has a password, it is that one: a relay's, say."""
    if tokens is None or server.password:
        return None
    return lambda renew: tokens.access_token(renew=renew)


def _sender(
    settings: Settings,
    tokens: OAuthTokens | None,
    clock: Clock,
    key: bytes,
    tell_of_copies: Callable[[int], None],
) -> MailSender:
    assert settings.smtp_url is not None
    server = smtp_server(settings.smtp_url)
    return MailSender(
        host=server.host,
        port=server.port,
        is_tls=server.is_tls,
        is_local=server.is_local,
        username=server.username,
        password=server.password.get_secret_value() or None,
        access_token=_token_of(tokens, server),
        address=_address(settings).identifier,
        shop=settings.shop_name,
        clock=clock,
        key=key,
        tell_of_copies=tell_of_copies,
    )


def _reader(
    settings: Settings, tokens: OAuthTokens | None, spool: Spool, store: Store, clock: Clock
) -> ImapReader | None:
    if settings.imap_url is None:
        return None
    server, after = imap_server(settings.imap_url), imap_after(settings.imap_after)
    return ImapReader(
        host=server.host,
        port=server.port,
        is_tls=server.is_tls,
        username=server.username,
        password=server.password.get_secret_value() or None,
        access_token=_token_of(tokens, server),
        folder=server.path,
        after=after.what,
        after_folder=after.folder,
        poll_seconds=settings.imap_poll_seconds,
        look_back=timedelta(hours=settings.imap_look_back_hours),
        max_bytes=settings.mail_max_bytes,
        raw_mails=spool,
        store=store,
        clock=clock,
    )


def _listener(settings: Settings, spool: Spool, store: Store, clock: Clock) -> MailListener | None:
    if settings.mail_listen is None:
        return None
    where = mail_listen(settings.mail_listen)
    return MailListener(
        protocol=where.protocol,
        host=where.host,
        port=where.port,
        address=_address(settings).identifier,
        raw_mails=spool,
        store=store,
        clock=clock,
        max_bytes=settings.mail_max_bytes,
    )
