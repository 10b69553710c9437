"""The shop's rules, calendar and sentences, from its settings."""

from datetime import timedelta

import yaml

from bot.bootstrap.calendar_version import calendar_version
from bot.config import Settings
from bot.errors import SettingsError
from bot.rules.business_hours import BusinessHours
from bot.rules.public_holidays import closing_dates
from bot.rules.quota import Rounding
from bot.rules.recontact import Reading
from bot.services.context import Policy
from bot.texts.client import ClientTexts, load_overrides
from bot.texts.settings import UNREADABLE_TEXTS


def policy_of(settings: Settings) -> Policy:
    """The shop's rules from its settings."""
    return Policy(
        hours=office_hours(settings),
        zone=settings.timezone,
        desk_chat_id=settings.telegram_chat_id or 0,
        shop=settings.shop_name,
        reading=Reading(settings.recontact_reading),
        recontact=timedelta(hours=settings.recontact_hours),
        burst=timedelta(seconds=settings.burst_seconds),
        urgent_repeat=timedelta(minutes=settings.urgent_repeat_minutes),
        allowance_units=settings.allowance,
        price_cents=settings.price,
        rounding=Rounding(settings.quota_rounding),
        guarantee_months=settings.guarantee_months,
        notice_months=settings.notice_months,
        arrears_days=settings.arrears_days,
        lost_days=settings.lost_days,
        thresholds=settings.balance_thresholds,
        sms_automatic=settings.sms_automatic,
        sms_number=settings.sms_number or "",
        whatsapp_number=settings.whatsapp_number or "",
        voice_ring_seconds=settings.voice_ring_seconds,
        voice_message_seconds=settings.voice_message_seconds,
        voice_missed_tickets=settings.voice_missed_tickets,
        voice_accept_key=settings.voice_accept_key,
        daily_automatic_limit=settings.daily_automatic_limit,
        bodies_in_telegram=settings.bodies_in_telegram,
        scans_media=settings.clamd_url is not None,
        calendar=calendar_version(settings),
    )


def office_hours(settings: Settings) -> BusinessHours:
    """The office's calendar from its settings (C14)."""
    return BusinessHours(
        settings.office_hours,
        zone=settings.timezone,
        closed_on=closing_dates(settings.holidays, own=settings.closed_on),
        special=settings.special_hours,
    )


def client_texts(settings: Settings) -> ClientTexts:
    """The sentences for clients, with the shop's own. Raises `SettingsError`."""
    path = settings.texts_file
    if path is None:
        return ClientTexts()
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise SettingsError([UNREADABLE_TEXTS.format(path=path)]) from problem
    if not isinstance(given, dict):
        raise SettingsError([UNREADABLE_TEXTS.format(path=path)])
    return ClientTexts(load_overrides(given))
