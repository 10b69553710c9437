"""One cell of the file into one value. Each raises ValueError with the French sentence that says what to write."""

import re
from datetime import date

import phonenumbers

from bot.domain.addresses import Channel
from bot.domain.clients import ClientKind
from bot.rules.folding import fold
from bot.texts import importing as texts
from bot.texts.harmless import inline

MOST_UNITS = 10_000
_KINDS = {
    **dict.fromkeys(
        ("groupe", "group", "group practice", "cabinet", "cabinet de groupe", "msp"), ClientKind.GROUP_PRACTICE
    ),
    **dict.fromkeys(("individuel", "individuelle", "individual"), ClientKind.INDIVIDUAL),
}
_CHANNELS = {
    **dict.fromkeys(("sms", "texto"), Channel.SMS),
    **dict.fromkeys(("whatsapp", "whats app"), Channel.WHATSAPP),
    **dict.fromkeys(("mail", "email", "e-mail", "courriel"), Channel.MAIL),
}
LONGEST_ROLE = 32
_OVERSEAS = ("RE", "YT", "GP", "GF", "MQ")
_PHONE = re.compile(r"\+?[\d\s().\N{NO-BREAK SPACE}/-]+", re.ASCII)
_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1990, 2100
_FEWEST_DIGITS = 8


def parse_name(text: str, *, limit: int = 200) -> str:
    """A name on one line, whatever its spaces."""
    name = " ".join(text.split())
    if len(name) > limit:
        raise ValueError(texts.TOO_LONG.format(text=inline(name, 30), limit=limit))
    return name


def parse_role(text: str) -> str:
    return parse_name(text, limit=LONGEST_ROLE)


def parse_channel(text: str) -> Channel:
    """The channel on which somebody wants to be told things: one that a text can go out on."""
    channel = _CHANNELS.get(fold(text))
    if channel is None:
        raise ValueError(texts.WRONG_CHANNEL.format(text=inline(text, 30)))
    return channel


def parse_kind(text: str) -> ClientKind:
    kind = _KINDS.get(fold(text).replace("_", " "))
    if kind is None:
        raise ValueError(texts.WRONG_KIND.format(text=inline(text, 30)))
    return kind


def parse_phones(text: str) -> list[str]:
    """The numbers of a cell in E.164: "06 39 98 00 11 / +33 6 39 98 00 12". "06/39/98/00/11" is one number."""
    pieces = text.split("/")
    are_numbers = all(sum(char.isdigit() for char in piece) >= _FEWEST_DIGITS for piece in pieces)
    return [parse_phone(piece) for piece in (pieces if are_numbers else [text])]


def parse_phone(text: str) -> str:
    """The number in E.164, as providers write senders: "06 39 98 00 11" is "+33639980011".

    A number written the national way may be an overseas department's: its own prefix says so, and "0262 20 00 01" is
    "+262262200001". Like senders, it must be possible and need not be in service.
    """
    if _PHONE.fullmatch(text.strip()):
        for region in (*_OVERSEAS, "FR"):
            try:
                number = phonenumbers.parse(text, region)
            except phonenumbers.NumberParseException:
                continue
            is_right = phonenumbers.is_possible_number if region == "FR" else phonenumbers.is_valid_number
            if is_right(number):
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise ValueError(texts.WRONG_PHONE.format(text=inline(text, 30)))


def parse_mail(text: str) -> str:
    """A mail address in lower case: people write the same one in many ways."""
    mail = text.strip().lower()
    if not _MAIL.fullmatch(mail) or len(mail) > 200:
        raise ValueError(texts.WRONG_MAIL.format(text=inline(text, 60)))
    return mail


def parse_date(text: str) -> date:
    """`2026-03-01` or `01/03/2026`, the day first."""
    found = _FRENCH_DATE.fullmatch(text.strip())
    try:
        if found:
            day, month, year = (int(part) for part in found.groups())
            on = date(year, month, day)
        else:
            on = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(texts.WRONG_DATE.format(text=inline(text, 30))) from None
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise ValueError(texts.WRONG_DATE.format(text=inline(text, 30)))
    return on


def parse_units(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text.strip(), re.ASCII) or int(text) > MOST_UNITS:
        raise ValueError(texts.WRONG_UNITS.format(text=inline(text, 30)))
    return int(text)
