"""The channels from their settings: each gives what the program needs of it, and nothing of how it works."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.bootstrap.phone import Phone, open_phone
from bot.channels.telegram.connection import close_bot, make_bot
from bot.channels.telegram.pacing import Pace, Unpaced
from bot.channels.telegram.poller import Poller
from bot.channels.telegram.reading import parse as parse_telegram
from bot.channels.telegram.sender import TelegramSender
from bot.channels.twilio.archive import TwilioArchive
from bot.channels.twilio.http_client import twilio_client
from bot.channels.twilio.inbound import TwilioInbound
from bot.channels.twilio.media import TwilioMedia
from bot.channels.twilio.reading import parse as parse_twilio
from bot.channels.twilio.sender import TwilioSender
from bot.channels.twilio.signature import Signatures
from bot.channels.twilio.voice_reading import parse as parse_call
from bot.config import Settings
from bot.domain.addresses import Channel
from bot.domain.inbox import Source
from bot.ports import Archive, Clock, MediaStore, Parser, Sender, Store
from bot.services.context import Context
from bot.texts.help import MENU
from bot.web import STATUS_PATH, Metrics, SignedForms, TwilioWebhooks


@dataclass(frozen=True, slots=True)
class Telegram:
    """The desk."""

    senders: dict[Channel, Sender]
    parsers: dict[Source, Parser]
    poller: Poller


@dataclass(frozen=True, slots=True)
class Twilio:
    """SMS, WhatsApp and calls. Without a public URL there are no webhooks, nor calls: the archive is polled."""

    senders: dict[Channel, Sender]
    parsers: dict[Source, Parser]
    archive: Archive
    media: MediaStore
    webhooks: TwilioWebhooks | None
    phone: Phone | None


def open_telegram(settings: Settings, store: Store, clock: Clock, closing: AsyncExitStack) -> Telegram | None:
    """The desk, when it is set; what is opened is closed with `closing`."""
    if settings.telegram_token is None:
        return None
    token = settings.telegram_token.get_secret_value()
    bot = make_bot(token, settings.telegram_api_url)
    closing.push_async_callback(close_bot, bot)
    pace = Pace(asyncio.get_running_loop().time) if settings.telegram_paced else Unpaced()
    poller = Poller(bot, store, clock, commands=MENU)
    bot_id = int(token.partition(":")[0])
    return Telegram(
        senders={Channel.TELEGRAM: TelegramSender(bot, pace)},
        parsers={
            Source.TELEGRAM: lambda entry: parse_telegram(entry, bot_id=bot_id, bot_username=poller.username),
        },
        poller=poller,
    )


def open_twilio(settings: Settings, context: Context, closing: AsyncExitStack, metrics: Metrics) -> Twilio | None:
    """SMS, WhatsApp and calls, when they are set; what is opened is closed with `closing`."""
    if settings.twilio_account_sid is None or not settings.twilio_auth_token:
        return None
    tokens = [token.get_secret_value() for token in settings.twilio_auth_token]
    api = settings.twilio_api_url
    # a proxy of the environment leads out of the machine: never to a stand-in on it
    http = httpx.AsyncClient(trust_env=httpx.URL(api).host not in ("127.0.0.1", "localhost", "::1"))
    closing.push_async_callback(http.aclose)
    client = twilio_client(http, account_sid=settings.twilio_account_sid, auth_token=tokens[0], base_url=api)
    numbers = {"sms_number": settings.sms_number, "whatsapp_number": settings.whatsapp_number}
    sender = TwilioSender(
        client,
        **numbers,
        sms_automatic=settings.sms_automatic,
        status_callback=f"{settings.public_url}{STATUS_PATH}" if settings.public_url else None,
    )
    clock, forms, webhooks = context.clock, None, None
    if settings.public_url is not None:
        keys = {name: secret.get_secret_value() for name, secret in settings.twilio_shared_keys.items()}
        forms = SignedForms(
            signatures=Signatures(tokens, keys), public_url=settings.public_url, store=context.store, metrics=metrics
        )
        inbound = TwilioInbound(account_sid=settings.twilio_account_sid, **numbers)
        webhooks = TwilioWebhooks(inbound=inbound, forms=forms, clock=clock)
    return Twilio(
        senders={Channel.SMS: sender, Channel.WHATSAPP: sender},
        parsers={
            Source.TWILIO_MESSAGE: parse_twilio,
            Source.TWILIO_STATUS: parse_twilio,
            Source.TWILIO_CALL: parse_call,
        },
        archive=TwilioArchive(client, clock, **numbers, base_url=api),
        media=TwilioMedia(
            http,
            Path(settings.media_dir),
            account_sid=settings.twilio_account_sid,
            auth_token=tokens[0],
            base_url=api,
            max_bytes=settings.media_max_bytes,
        ),
        webhooks=webhooks,
        phone=open_phone(settings, context, client, forms),
    )
