"""The phone from its settings: the number's webhooks, Twilio's list of calls, and its recordings."""

from dataclasses import dataclass
from datetime import timedelta

from twilio.rest import Client

from bot.channels.twilio.calls_archive import TwilioCallsArchive
from bot.channels.twilio.recordings import TwilioRecordings
from bot.channels.twilio.voice_inbound import VoiceInbound
from bot.config import Settings
from bot.ports import Archive, Recordings
from bot.rules.calls import LONGEST_SCREEN
from bot.services.context import Context
from bot.web import SignedForms
from bot.web_voice import VoiceWebhooks


@dataclass(frozen=True, slots=True)
class Phone:
    """The dedicated number's calls."""

    webhooks: VoiceWebhooks
    archive: Archive
    recordings: Recordings


def open_phone(settings: Settings, context: Context, client: Client, forms: SignedForms | None) -> Phone | None:
    """The phone, when it is set. A call cannot wait until it is polled for: without a public address there is none."""
    number, public_url, account_sid = settings.voice_number, settings.public_url, settings.twilio_account_sid
    if number is None or public_url is None or account_sid is None or forms is None:
        return None
    return Phone(
        webhooks=VoiceWebhooks(
            inbound=VoiceInbound(account_sid=account_sid, voice_number=number),
            forms=forms,
            context=context,
            public_url=public_url,
            voice_number=number,
        ),
        archive=TwilioCallsArchive(
            client,
            context.clock,
            voice_number=number,
            base_url=settings.twilio_api_url,
            proof=LONGEST_SCREEN if settings.voice_accept_key else timedelta(),
        ),
        recordings=TwilioRecordings(client),
    )
