"""What a mail is besides the words of its sender."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.addresses import Address


class Robot(StrEnum):
    """What kind of machine wrote. None of them is ever answered.

    OWN, BOUNCE, RECEIPT, OUT_OF_OFFICE and AUTO_REPLY answer something and ask for nothing. The others may hold what a
    person or a device asks for ("your scanner is offline"), so that they still deserve to be seen at the desk.
    """

    OWN = "own"  # our own mail came back: a loop
    BOUNCE = "bounce"  # a delivery report, or a mail server's daemon
    RECEIPT = "receipt"  # "your message was read"
    OUT_OF_OFFICE = "out_of_office"
    AUTO_REPLY = "auto_reply"
    GENERATED = "generated"  # a program wrote by itself: Auto-Submitted: auto-generated, a null return path
    LIST = "list"  # a mailing list, a newsletter, bulk
    NO_REPLY = "no_reply"  # an address that nobody reads
    SUPPRESSED = "suppressed"  # asks not to be answered by machines; a person may have written it

    @property
    def is_answer(self) -> bool:
        """True for what only answers something of ours, and so never asks for help."""
        return self in _ANSWERS


_ANSWERS = frozenset({Robot.OWN, Robot.BOUNCE, Robot.RECEIPT, Robot.OUT_OF_OFFICE, Robot.AUTO_REPLY})


class Flaw(StrEnum):
    """What a technician must know of a mail that was not, or not wholly, taken in."""

    UNVERIFIED = "unverified"  # our own mail server did not find the sender to be who they say
    TOO_LARGE = "too_large"  # its files were left at the door
    TOO_LONG = "too_long"  # a part of its text, or of its parts, was left out
    SEALED = "sealed"  # encrypted, or wrapped in a signature: nothing can be read here
    WINMAIL = "winmail"  # Outlook's own wrapping around its files


class Attendance(StrEnum):
    """What an invited person answered to an appointment; COUNTERED proposes another time."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    COUNTERED = "countered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reported:
    """One recipient of a mail of ours that a server reports on, None where it does not say whom; "5.1.1", or ""."""

    recipient: Address | None
    status: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a server says of a mail of ours. `action` is the worst that it says of anybody: "failed", "delayed" …

    `reported` is everybody of whom it says that, one at least. `original` is our Message-ID with its brackets, None
    where the report does not quote it.
    """

    action: str
    reported: tuple[Reported, ...]
    original: str | None
    diagnostic: str = ""

    @property
    def is_final(self) -> bool:
        """True when nothing will be tried again: a delay is no failure."""
        return self.action == "failed"


@dataclass(frozen=True, slots=True)
class MailDetails:
    """What comes with the text of a mail.

    `subject` has no "Re:" or "TR:". `whole` is all of the text where the message holds less of it (the quotation, the
    signature), else empty. `answers` are the Message-IDs that it answers, the nearest first. `signed_ticket` is the
    ticket whose secret address it was sent to, `named_ticket` the one that its subject names, which anybody can write.
    `copies` are the others whom it was sent to. `is_forged`: our mail server says that it is not who it says. `robot`:
    it is read, and never answered. `attendance` is the answer to an appointment, by its UID. `flaws` are for the card.
    `size` is in bytes, of a mail that was too large to be taken whole; None of any other.
    """

    subject: str = ""
    whole: str = ""
    mail_id: str | None = None
    answers: tuple[str, ...] = ()
    signed_ticket: int | None = None
    named_ticket: int | None = None
    copies: tuple[Address, ...] = ()
    is_forged: bool = False
    robot: Robot | None = None
    bounce: Bounce | None = None
    attendance: tuple[str, Attendance] | None = None
    flaws: tuple[Flaw, ...] = ()
    size: int | None = None

    @property
    def is_by_machine(self) -> bool:
        """False where a person may have written it, who only asks machines not to answer."""
        return self.robot not in (None, Robot.SUPPRESSED)
