"""What the codes of mail servers mean to us: one table, and the delivery errors made from it.

After RFC 5321 (section 4.2.3), RFC 3463 and IANA's registry of enhanced codes
(https://www.iana.org/assignments/smtp-enhanced-status-codes), with what Microsoft and Google write there of their own.
A bounce's status is read in the same table. What servers say besides their codes is left out: it quotes addresses.
"""

import re
from collections.abc import Mapping

from bot.domain.refusals import SHOP_PAUSE_SECONDS, Meaning
from bot.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError

GREYLIST_PAUSE_SECONDS = 300.0
"""What a server that has never heard of us wants us to wait: five minutes in most of them."""

BAD_ADDRESS = Meaning("bad_address")
NO_MAIL_THERE = Meaning("mail_domain")
CLOSED = Meaning("mailbox_closed")
FULL = Meaning("mailbox_full")
FULL_OR_LARGE = Meaning("mailbox_full_or_large")
TOO_LARGE = Meaning("mail_too_large")
REFUSED = Meaning("mail_refused")
UNPROVEN = Meaning("mail_unproven")
BAD_SENDER = Meaning("mail_sender")
BAD_CONTENT = Meaning("bad_content", another_channel=False)
ACCENTS = Meaning("mail_accents")
NO_ANSWER_THERE = Meaning("mail_unreachable")
EXPIRED = Meaning("expired")
NOT_UNDERSTOOD = Meaning("mail_fault")
LOGIN = Meaning("mail_login", is_permanent=False, another_channel=False, pause_seconds=SHOP_PAUSE_SECONDS)
TLS = Meaning("mail_tls", is_permanent=False, another_channel=False, pause_seconds=SHOP_PAUSE_SECONDS)
DOWN = Meaning("mail_down", is_permanent=False, another_channel=False)
QUOTA = Meaning("too_many", is_permanent=False, another_channel=False, pause_seconds=SHOP_PAUSE_SECONDS)
BUSY = Meaning("too_many", is_permanent=False, another_channel=False, pause_seconds=60.0)
LATER = Meaning("mail_later", is_permanent=False, pause_seconds=GREYLIST_PAUSE_SECONDS)
UNKNOWN = Meaning("unknown")

CODES: Mapping[str, Meaning] = {
    # The server itself
    "421": DOWN,  # closes the connection: going down, or too many of them
    "432": LOGIN,  # a new password is wanted
    "450": LATER,  # mailbox busy, or greylisted
    "451": LATER,  # an error of its own, or greylisted
    "452": BUSY,  # no room now, or too many recipients
    "454": DOWN,  # cannot log anybody in now
    "455": BUSY,
    # What it did not understand
    "500": NOT_UNDERSTOOD,
    "501": BAD_ADDRESS,  # an argument: of ours, the address is the only one that varies
    "502": NOT_UNDERSTOOD,
    "503": NOT_UNDERSTOOD,
    "504": NOT_UNDERSTOOD,
    "555": NOT_UNDERSTOOD,
    # Who we are
    "530": LOGIN,
    "534": LOGIN,
    "535": LOGIN,
    "538": LOGIN,
    # The recipient and the mail
    "521": NO_MAIL_THERE,
    "550": BAD_ADDRESS,
    "551": BAD_ADDRESS,
    "552": FULL_OR_LARGE,
    "553": BAD_ADDRESS,
    "554": REFUSED,
    "556": NO_MAIL_THERE,
    # Enhanced: the address
    "5.1.0": BAD_ADDRESS,
    "5.1.1": BAD_ADDRESS,
    "5.1.2": NO_MAIL_THERE,
    "5.1.3": BAD_ADDRESS,
    "5.1.4": BAD_ADDRESS,
    "5.1.6": CLOSED,  # moved
    "5.1.7": BAD_SENDER,
    "5.1.8": BAD_SENDER,
    "5.1.9": BAD_CONTENT,
    "5.1.10": BAD_ADDRESS,  # a null MX; at Microsoft, no such mailbox
    "5.1.90": QUOTA,  # Microsoft: recipients of the day
    # The mailbox
    "5.2.0": CLOSED,
    "5.2.1": CLOSED,
    "5.2.2": FULL,
    "5.2.3": TOO_LARGE,
    "5.2.4": BAD_ADDRESS,
    "5.2.252": BAD_SENDER,  # Microsoft: SendAsDenied
    # The mail system
    "5.3.0": REFUSED,
    "5.3.1": Meaning("mailbox_full", is_permanent=False, pause_seconds=GREYLIST_PAUSE_SECONDS),
    "5.3.2": NO_ANSWER_THERE,
    "5.3.3": NOT_UNDERSTOOD,
    "5.3.4": TOO_LARGE,
    "5.3.5": NO_ANSWER_THERE,
    # The way there
    "5.4.0": NO_ANSWER_THERE,
    "5.4.1": NO_ANSWER_THERE,
    "5.4.2": NO_ANSWER_THERE,
    "5.4.3": NO_ANSWER_THERE,
    "5.4.4": NO_MAIL_THERE,
    "5.4.5": QUOTA,  # Google: mails of the day
    "5.4.6": NO_ANSWER_THERE,
    "5.4.7": EXPIRED,
    "5.4.8": NO_ANSWER_THERE,
    # The protocol
    "5.5.0": NOT_UNDERSTOOD,
    "5.5.1": NOT_UNDERSTOOD,
    "5.5.2": NOT_UNDERSTOOD,
    "5.5.3": Meaning("too_many"),  # recipients of one mail
    "5.5.4": NOT_UNDERSTOOD,
    "5.5.5": NOT_UNDERSTOOD,
    "5.5.6": NOT_UNDERSTOOD,
    # The content
    "5.6.0": BAD_CONTENT,
    "5.6.1": BAD_CONTENT,
    "5.6.2": BAD_CONTENT,
    "5.6.3": BAD_CONTENT,
    "5.6.6": BAD_CONTENT,
    "5.6.7": ACCENTS,
    "5.6.9": ACCENTS,
    # Policy
    "5.7.0": REFUSED,
    "5.7.1": REFUSED,  # spam, a block list, relaying denied
    "5.7.2": REFUSED,
    "5.7.3": LOGIN,  # Microsoft: authentication unsuccessful
    "5.7.8": LOGIN,
    "5.7.9": LOGIN,
    "5.7.10": TLS,
    "5.7.11": LOGIN,
    "5.7.12": LOGIN,
    "5.7.13": LOGIN,
    "5.7.14": LOGIN,
    "5.7.20": UNPROVEN,  # DKIM
    "5.7.21": UNPROVEN,
    "5.7.22": UNPROVEN,
    "5.7.23": UNPROVEN,  # SPF
    "5.7.24": UNPROVEN,
    "5.7.25": UNPROVEN,  # no name for our server's number
    "5.7.26": UNPROVEN,  # several of these at once; Google and DMARC
    "5.7.27": BAD_SENDER,  # our own domain takes no mail
    "5.7.57": LOGIN,  # Microsoft: not authenticated
    "5.7.60": BAD_SENDER,  # Microsoft: no right to send as this sender
    "5.7.139": LOGIN,  # Microsoft: basic authentication is off
    "5.7.509": UNPROVEN,  # Microsoft: DMARC
    # Our own
    "mail_login": LOGIN,
    "mail_tls": TLS,
    "mail_down": DOWN,
    "mail_too_large": TOO_LARGE,
    "mail_address": BAD_ADDRESS,
    "mail_accents": ACCENTS,
    "mail_document": Meaning("mail_document", another_channel=False),
}

_BY_SUBJECT: Mapping[str, Meaning] = {
    "1": BAD_ADDRESS,
    "2": CLOSED,
    "3": NO_ANSWER_THERE,
    "4": NO_ANSWER_THERE,
    "5": NOT_UNDERSTOOD,
    "6": BAD_CONTENT,
    "7": REFUSED,
}
"""Enhanced codes that were added since, by their second number (RFC 3463, section 3)."""

_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?!\S)", re.ASCII)
_CODE = re.compile(r"([45])(?:\d\d|\.(\d{1,3})\.\d{1,3})", re.ASCII)
_SAYS_MORE = frozenset({"421", "432", "454", "530", "534", "535", "538"})
"""Codes that tell more than the enhanced one beside them: "535 5.7.3", "530 5.7.1"."""

_NEVER_THE_SENDER = frozenset({LOGIN.reason, TLS.reason, TOO_LARGE.reason, QUOTA.reason})
_POLICY = frozenset({REFUSED.reason, BAD_SENDER.reason})
TROUBLES = frozenset({LOGIN.reason, TLS.reason, DOWN.reason, QUOTA.reason})
"""What is between our server and us, whatever mail it is: the login, TLS, its state, the day's quota."""


def code_of(status: int, said: str) -> str:
    """The more telling of an answer's two codes: (550, "5.1.1 No such user") → "5.1.1"; (550, "No") → "550"."""
    enhanced = _ENHANCED.match(said)
    if enhanced is None or str(status) in _SAYS_MORE or enhanced[1][0] != str(status)[0]:
        return str(status)
    return str(status) if enhanced[1].endswith(".0.0") else enhanced[1]


def meaning(code: str | None) -> Meaning:
    """What a code means: "5.1.1", "550", or one of ours; "4.x.x" is "5.x.x" that may pass.

    One that is not in the table is permanent when it begins with 5, shown by its number, and transient with 4.
    """
    if code is None or code in CODES:
        return CODES.get(code or "", UNKNOWN)
    found = _CODE.fullmatch(code)
    if found is None:
        return UNKNOWN
    known = CODES.get(f"5{code[1:]}") if found[2] else None
    known = known or _BY_SUBJECT.get(found[2] or "", UNKNOWN)
    return _passing(known) if found[1] == "4" else known


def reason_of(code: str | None) -> str | None:
    """The reason's key for a code of a mail server's, or of this channel; None for what is neither ("30003")."""
    if code is None or not (code in CODES or _CODE.fullmatch(code)):
        return None
    return meaning(code).reason


def refused(status: int, said: str, *, ambiguous: bool = False) -> DeliveryError:
    """The delivery error for an answer of a mail server's: its three digits, and the text behind them.

    The three digits say whether it is for good, but for what only the shop can mend. An answer that is none (-1, 354)
    says nothing about the mail.
    """
    if not 400 <= status <= 599:
        return TransientDeliveryError("the mail server gave no answer of SMTP's", code="mail_down", ambiguous=ambiguous)
    code = code_of(status, said)
    known = meaning(code)
    message = f"the mail server refused with {code} ({known.reason})"
    if status >= 500 and known.is_permanent:
        return PermanentDeliveryError(message, code=code)
    return TransientDeliveryError(message, code=code, retry_after=_passing(known).pause_seconds)


def may_be_about_sender(status: int, said: str) -> bool:
    """True for a refusal that may be aimed at the sender of the envelope, whatever it says, and so pass with another.

    Of those for good all but a login and a size; of those for now the ones by policy.
    """
    reason = meaning(code_of(status, said)).reason
    return reason not in _NEVER_THE_SENDER if status >= 500 else reason in _POLICY


def trouble_of(code: str | None) -> str | None:
    """The reason of a code that is between our server and us, one of `TROUBLES`; None for what is about one mail."""
    reason = meaning(code).reason
    return reason if reason in TROUBLES else None


def own(code: str, *, ambiguous: bool = False) -> DeliveryError:
    """The delivery error for a code of ours: "mail_login"."""
    known = CODES[code]
    if known.is_permanent:
        return PermanentDeliveryError(f"not sent ({code})", code=code)
    return TransientDeliveryError(f"not sent ({code})", code=code, retry_after=known.pause_seconds, ambiguous=ambiguous)


def _passing(known: Meaning) -> Meaning:
    """The same, of a server that says it may pass."""
    if not known.is_permanent:
        return known
    return known._replace(is_permanent=False, pause_seconds=GREYLIST_PAUSE_SECONDS)
