"""One text of the settings into one value. Each raises ValueError with the French sentence that says what to write."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from pydantic import SecretStr

from bot.errors import RuleError
from bot.rules.hours_notation import parse_dates, parse_office_hours, parse_special_hours
from bot.rules.money import parse_euros
from bot.rules.opening_windows import Window
from bot.rules.public_holidays import HOLIDAY_CODES
from bot.texts import settings as texts

_ACCOUNT_SID = re.compile(r"AC[0-9a-f]{32}")
_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")

Parsed = TypeVar("Parsed")


def parse_database_url(text: str) -> SecretStr:
    """A secret, because PostgreSQL's holds a password."""
    url = split_url(text, sentence=texts.WRONG_DATABASE_URL)
    is_file = url.scheme == "sqlite" and not url.netloc
    is_server = url.scheme == "postgresql" and bool(url.hostname)
    if not (is_file or is_server) or len(url.path) < 2:
        raise ValueError(texts.WRONG_DATABASE_URL)
    return SecretStr(text)


def parse_web_address(text: str) -> str:
    """An address without its last slash: signatures are computed over it."""
    url = split_url(text, sentence=texts.WRONG_WEB_ADDRESS)
    if url.scheme not in ("http", "https") or not url.hostname or url.username or re.search(r"[?#\s]", text):
        raise ValueError(texts.WRONG_WEB_ADDRESS)
    return text.rstrip("/")


def split_url(text: str, *, sentence: str) -> SplitResult:
    """A URL in its pieces, its port looked at."""
    try:
        url = urlsplit(text)
        url.port  # noqa: B018 - the port is only looked at, and refused, when it is asked for
    except ValueError as error:
        raise ValueError(sentence) from error
    return url


def parse_phone_number(text: str) -> str:
    """The number in E.164: "+33 6 39 98 00 01" is "+33639980001"."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException as error:
        raise ValueError(texts.WRONG_PHONE_NUMBER) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(texts.WRONG_PHONE_NUMBER)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def parse_sms_automatic(text: str) -> str:
    """`off`, `number`, or an alphanumeric sender id as Twilio takes them."""
    if not _SENDER_ID.fullmatch(text):
        raise ValueError(texts.WRONG_SMS_AUTOMATIC)
    return text


def parse_account_sid(text: str) -> str:
    if not _ACCOUNT_SID.fullmatch(text):
        raise ValueError(texts.WRONG_ACCOUNT_SID)
    return text


def parse_auth_tokens(text: str) -> tuple[SecretStr, ...]:
    tokens = [token.strip() for token in text.split(",")]
    if any(not token or re.search(r"\s", token) for token in tokens):
        raise ValueError(texts.WRONG_AUTH_TOKENS)
    return tuple(SecretStr(token) for token in tokens)


def parse_shared_keys(text: str) -> Mapping[str, SecretStr]:
    return {key: SecretStr(secret) for key, secret in _parse_pairs(text, sentence=texts.WRONG_SHARED_KEYS).items()}


def parse_technicians(text: str) -> Mapping[int, str]:
    """Telegram id to name, in the order given: the first is the administrator."""
    return _by_telegram_id(_parse_pairs(text, sentence=texts.WRONG_TECHNICIANS), sentence=texts.WRONG_TECHNICIANS)


def parse_technician_phones(text: str) -> Mapping[int, str]:
    pairs = _parse_pairs(text, sentence=texts.WRONG_TECHNICIAN_PHONES)
    phones = _by_telegram_id(pairs, sentence=texts.WRONG_TECHNICIAN_PHONES)
    return {telegram_id: parse_phone_number(phone) for telegram_id, phone in phones.items()}


def _parse_pairs(text: str, *, sentence: str) -> dict[str, str]:
    """`a:b,c:d` as {"a": "b", "c": "d"}; a half pair or a repeated left side is an error."""
    pairs: dict[str, str] = {}
    for entry in text.split(","):
        left, _, right = (part.strip() for part in entry.partition(":"))
        if not left or not right or left in pairs:
            raise ValueError(sentence)
        pairs[left] = right
    return pairs


def _by_telegram_id(pairs: Mapping[str, str], *, sentence: str) -> dict[int, str]:
    if not all(re.fullmatch(r"[1-9][0-9]{0,18}", left) for left in pairs):
        raise ValueError(sentence)
    return {int(left): right for left, right in pairs.items()}


def parse_price(text: str) -> int:
    """The price of a period in cents: "330,00 €" is 33000 (C24)."""
    cents = parse_euros(text)
    if cents is None or cents < 0:
        raise ValueError(texts.WRONG_PRICE.format(text=text))
    return cents


def parse_address(text: str) -> tuple[str, ...]:
    """Lines of an address, parted by semicolons."""
    return tuple(line.strip() for line in text.split(";") if line.strip())


def parse_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a directory ("Europe") is an OSError
        raise ValueError(texts.UNKNOWN_ZONE.format(text=text)) from error


def parse_holidays(text: str) -> str:
    """A calendar that `closing_dates` knows: `FR-974` is Réunion."""
    if text.upper() not in HOLIDAY_CODES:
        raise ValueError(texts.UNKNOWN_HOLIDAYS.format(text=text))
    return text.upper()


def parse_week(text: str) -> Mapping[int, Sequence[Window]]:
    return _in_french(parse_office_hours, text, sentence=texts.WRONG_OFFICE_HOURS)


def parse_special(text: str) -> Mapping[date, Sequence[Window]]:
    return _in_french(parse_special_hours, text, sentence=texts.WRONG_SPECIAL_HOURS)


def parse_thresholds(text: str) -> tuple[int, ...]:
    """The balances to tell of, the highest first: "3,1,0" (C12)."""
    pieces = [piece.strip() for piece in text.split(",")]
    if not all(piece.isdecimal() and len(piece) <= 4 for piece in pieces):
        raise ValueError(texts.WRONG_THRESHOLDS)
    return tuple(sorted({int(piece) for piece in pieces}, reverse=True))


def parse_closed_on(text: str) -> frozenset[date]:
    return _in_french(parse_dates, text, sentence=texts.WRONG_CLOSED_ON)


def _in_french(parse: Callable[[str], Parsed], text: str, *, sentence: str) -> Parsed:
    # the rules speak English, to whoever calls the library
    try:
        return parse(text)
    except RuleError as error:
        raise ValueError(sentence.format(text=text)) from error
