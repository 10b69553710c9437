"""The demo's shop: the hours it keeps, and the settings its program is given."""

import random
import socket
from contextlib import suppress
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.rules.business_hours import BusinessHours
from bot.rules.hours_notation import parse_office_hours
from bot.rules.public_holidays import closing_dates
from bot.sandbox import cast
from bot.sandbox.listener import HOST
from bot.sandbox.mail_lmtp import HOST_NAME

PLEASANT_TIME = time(9, 12)
LEAST_OPEN = timedelta(hours=1)

_chance = random.SystemRandom()


def office_hours() -> BusinessHours:
    """The hours of the demo's shop, which its program is given too."""
    return BusinessHours(
        parse_office_hours(cast.OFFICE_HOURS), zone=ZoneInfo(cast.ZONE_NAME), closed_on=closing_dates(cast.HOLIDAYS)
    )


def ordinary_moment(now: datetime, hours: BusinessHours) -> datetime | None:
    """09:12 of the next office day when the office is closed now, or closes within the hour; None: now is fine.

    Friday 18:00 gives Monday 09:12.
    """
    if hours.is_open(now) and hours.next_closing(now) - now >= LEAST_OPEN:
        return None
    opening = hours.next_opening(now)
    pleasant = datetime.combine(opening.date(), PLEASANT_TIME, hours.zone)
    return max(opening, pleasant)


def program_settings(
    folder: Path, *, program_url: str, twilio_url: str, telegram_url: str, smtp_url: str, lmtp_port: int
) -> dict[str, str]:
    """An environment for the program: all it keeps is in `folder`, and all it calls is on this machine."""
    return {
        "PERMANENCE_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "PERMANENCE_MEDIA_DIR": str(folder / "media"),
        "PERMANENCE_HTTP_HOST": HOST,
        "PERMANENCE_HTTP_PORT": program_url.rpartition(":")[2],
        "PERMANENCE_PUBLIC_URL": program_url,
        "PERMANENCE_TELEGRAM_TOKEN": cast.BOT_TOKEN,
        "PERMANENCE_TELEGRAM_CHAT_ID": str(cast.DESK_CHAT_ID),
        "PERMANENCE_TELEGRAM_API_URL": telegram_url,
        "PERMANENCE_TELEGRAM_PACED": "off",  # the stand-in counts no messages a minute, and a visitor waits for none
        "PERMANENCE_TECHNICIANS": ",".join(f"{each.user_id}:{each.name}" for each in cast.TECHNICIANS),
        "PERMANENCE_TECHNICIAN_PHONES": ",".join(f"{each.user_id}:{each.phone}" for each in cast.TECHNICIANS),
        "PERMANENCE_TWILIO_ACCOUNT_SID": cast.ACCOUNT_SID,
        "PERMANENCE_TWILIO_AUTH_TOKEN": cast.AUTH_TOKEN,
        "PERMANENCE_TWILIO_API_URL": twilio_url,
        "PERMANENCE_SMS_NUMBER": cast.SMS_NUMBER,
        "PERMANENCE_SMS_AUTOMATIC": "number",
        "PERMANENCE_WHATSAPP_NUMBER": cast.WHATSAPP_NUMBER,
        "PERMANENCE_VOICE_NUMBER": cast.SMS_NUMBER,
        "PERMANENCE_MAIL_ADDRESS": cast.MAIL_ADDRESS,
        "PERMANENCE_SMTP_URL": smtp_url,
        "PERMANENCE_MAIL_LISTEN": f"lmtp://{HOST}:{lmtp_port}",
        "PERMANENCE_MAIL_AUTHSERV": HOST_NAME,
        "PERMANENCE_MAIL_DIR": str(folder / "mail"),
        "PERMANENCE_TIMEZONE": cast.ZONE_NAME,
        "PERMANENCE_OFFICE_HOURS": cast.OFFICE_HOURS,
        "PERMANENCE_HOLIDAYS": cast.HOLIDAYS,
    }


def free_port() -> int:
    """A port that is free now. The program must know its own public address before it listens: signatures cover it.

    Below those that the system gives to outgoing connections: one of them could be given away before it is taken.
    """
    while True:
        port = _chance.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port
