"""What Twilio refuses, with its codes and words. Pure: reads a form and the books, changes nothing.

Twilio ignores some parameters it does not know; the stand-in refuses each of them, so that a slip of the pen shows.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import phonenumbers
from multidict import MultiMapping

from bot.sandbox.twilio_messages import WHATSAPP, TwilioBooks, plain, render

MAX_BODY = 1600
MAX_MEDIA = 10
MAX_PAGE_SIZE = 1000

CREATE_PARAMETERS = frozenset(
    (
        *(
            "AddressRetention",
            "ApplicationSid",
            "Attempt",
            "Body",
            "ContentRetention",
            "ContentSid",
            "ContentVariables",
        ),
        *("FallbackFrom", "ForceDelivery", "From", "MaxPrice", "MediaUrl", "MessagingServiceSid", "PersistentAction"),
        *("ProvideFeedback", "RiskCheck", "ScheduleType", "SendAsMms", "SendAt", "ShortenUrls", "SmartEncoded"),
        *("StatusCallback", "To", "TrafficType", "ValidityPeriod"),
    )
)
UPDATE_PARAMETERS = frozenset(("Body", "Status"))
LIST_PARAMETERS = frozenset(("To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"))
MEDIA_LIST_PARAMETERS = frozenset(("DateCreated", "DateCreated<", "DateCreated>", "PageSize", "Page", "PageToken"))
REPEATABLE = frozenset(("MediaUrl", "PersistentAction"))

REFUSALS: Mapping[int, tuple[int, str]] = {
    20001: (400, "Invalid parameter: {0}"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {0} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service unavailable"),
    21211: (400, "Invalid 'To' Phone Number: {0}"),
    21212: (400, "Invalid From Number (caller ID): {0}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The 'From' phone number {0} is not a valid, SMS-capable inbound phone number or short code for your account.",
    ),
    21609: (400, "The 'StatusCallback' URL {0} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number: {0}"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21620: (400, "Invalid media URL(s)"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21655: (400, "The ContentSid is Invalid"),
    21656: (400, "The ContentVariables Parameter is invalid"),
    21701: (400, "The Messaging Service resource does not exist"),
    21910: (400, "Invalid From and To pair. From and To should be of the same channel"),
    63007: (400, "Twilio could not find a Channel with the specified From address"),
}

FAILURES: Mapping[int, str] = {
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    63016: "Failed to send freeform message because you are outside the allowed window.",
    63018: "Rate limit exceeded for Channel",
    63024: "Invalid message recipient",
}
"""What becomes of a message after Twilio took it: told by the status callback, never by the answer to the request."""

SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}")
CONTENT_SID = re.compile(r"HX[0-9a-fA-F]{32}")
WEB_URL = re.compile(r"https?://[^\s_/]+(/\S*)?")


class TwilioRefusal(Exception):
    """An error answer: `{"code", "message", "more_info", "status"}` with this status."""

    def __init__(self, code: int, subject: str = "", *, status: int | None = None, message: str | None = None) -> None:
        known_status, words = REFUSALS.get(code, (400, FAILURES.get(code, "Refused")))
        self.code = code
        self.status = status or known_status
        self.message = message or words.format(subject)
        super().__init__(f"{self.code}: {self.message}")


@dataclass(frozen=True)
class Senders:
    """What this account may send from, and the templates WhatsApp has approved for it (ContentSid → text)."""

    sms_number: str | None
    whatsapp_number: str | None
    templates: Mapping[str, str]

    @property
    def addresses(self) -> tuple[str, ...]:
        whatsapp = f"{WHATSAPP}{self.whatsapp_number}" if self.whatsapp_number else None
        return tuple(address for address in (self.sms_number, whatsapp) if address)


@dataclass(frozen=True)
class Sending:
    """A request to send that Twilio takes."""

    sender: str
    recipient: str
    body: str
    media_urls: tuple[str, ...]
    status_callback: str | None
    content_sid: str | None


def check_parameters(form: MultiMapping[str], allowed: Collection[str]) -> None:
    for name in form:
        if name not in allowed:
            raise TwilioRefusal(20001, f"unknown parameter {name}")
        if name not in REPEATABLE and len(form.getall(name)) > 1:
            raise TwilioRefusal(20001, f"{name} given more than once")


def check_sending(form: MultiMapping[str], senders: Senders, books: TwilioBooks) -> Sending:
    """What is to be sent, or a `TwilioRefusal`, in the order in which Twilio looks."""
    check_parameters(form, CREATE_PARAMETERS)
    recipient, sender = form.get("To", "").strip(), form.get("From", "").strip()
    if not recipient:
        raise TwilioRefusal(21604)
    if form.get("MessagingServiceSid"):
        raise TwilioRefusal(21701)
    if not sender:
        raise TwilioRefusal(21603)
    body, content_sid = _content(form, senders)
    _check_pair(sender, recipient, senders, books)
    return Sending(
        sender=sender,
        recipient=recipient,
        body=body,
        media_urls=_media_urls(form.getall("MediaUrl", [])),
        status_callback=_status_callback(form.get("StatusCallback")),
        content_sid=content_sid,
    )


def _content(form: MultiMapping[str], senders: Senders) -> tuple[str, str | None]:
    """The text the person will read, and the template it comes from."""
    body, content_sid = form.get("Body", ""), form.get("ContentSid")
    if content_sid:
        if not CONTENT_SID.fullmatch(content_sid) or content_sid not in senders.templates:
            raise TwilioRefusal(21655)
        return render(senders.templates[content_sid], _variables(form.get("ContentVariables"))), content_sid
    if not body.strip() and not form.getall("MediaUrl", []):
        raise TwilioRefusal(21602)
    if len(body) > MAX_BODY:
        raise TwilioRefusal(21617)
    return body, None


def _variables(text: str | None) -> dict[str, str]:
    try:
        variables = json.loads(text or "{}")
    except ValueError:
        raise TwilioRefusal(21656) from None
    if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
        raise TwilioRefusal(21656)
    return variables


def _check_pair(sender: str, recipient: str, senders: Senders, books: TwilioBooks) -> None:
    is_whatsapp = recipient.startswith(WHATSAPP)
    if not (is_whatsapp and books.has_written(recipient, sender)):
        # A WhatsApp address need not hold a number: one that wrote to us can be answered.
        _check_number(recipient, is_whatsapp=is_whatsapp)
    if sender.startswith(WHATSAPP):
        if sender not in senders.addresses:
            raise TwilioRefusal(63007)
    elif not SENDER_ID.fullmatch(sender) and not sender.startswith("+"):
        raise TwilioRefusal(21212, sender)
    elif sender.startswith("+") and sender not in senders.addresses:
        raise TwilioRefusal(21606, sender)
    if sender.startswith(WHATSAPP) != is_whatsapp:
        raise TwilioRefusal(21910)
    if (recipient, sender) in books.muted:
        raise TwilioRefusal(21610)


def _check_number(recipient: str, *, is_whatsapp: bool) -> None:
    digits = plain(recipient)
    try:
        number = phonenumbers.parse(digits, None)
    except phonenumbers.NumberParseException:
        raise TwilioRefusal(21211, recipient) from None
    if not re.fullmatch(r"\+[1-9]\d{6,14}", digits) or not phonenumbers.is_possible_number(number):
        raise TwilioRefusal(21211, recipient)
    if not is_whatsapp and phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE:
        raise TwilioRefusal(21614, recipient)


def _media_urls(urls: Sequence[str]) -> tuple[str, ...]:
    if len(urls) > MAX_MEDIA:
        raise TwilioRefusal(21623)
    if not all(WEB_URL.fullmatch(url) for url in urls):
        raise TwilioRefusal(21620)
    return tuple(urls)


def _status_callback(url: str | None) -> str | None:
    if url and not WEB_URL.fullmatch(url):
        raise TwilioRefusal(21609, url)
    return url or None


def instant(text: str, *, name: str, is_end: bool = False) -> datetime:
    """A date or an ISO 8601 instant of a list's filter, GMT; a bare date ends with its last microsecond."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise TwilioRefusal(20001, name) from None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    is_date = len(text) == len("2026-01-31")
    return at + timedelta(days=1, microseconds=-1) if is_date and is_end else at


def number(text: str | None, *, name: str, default: int, least: int, most: int) -> int:
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise TwilioRefusal(20001, name)
    return int(text)
