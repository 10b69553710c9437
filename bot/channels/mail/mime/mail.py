"""What is read of a mail, as values."""

from dataclasses import dataclass
from datetime import datetime

from bot.channels.mail.mime.attachments import Attachment
from bot.channels.mail.mime.calendars import CalendarReply
from bot.channels.mail.mime.people import Person
from bot.channels.mail.mime.problems import Problem
from bot.channels.mail.replies.visible_reply import Reply
from bot.domain.addresses import Address
from bot.domain.mails import Bounce, Robot


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject without its marks: "RE: TR: Imprimante" is `text` "Imprimante" and `marks` "RE: TR: "."""

    text: str = ""
    marks: str = ""

    @property
    def whole(self) -> str:
        return self.marks + self.text


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail, read as far as it can be; `problems` says what could not.

    `text` is all that the sender's mail says, `reply` what is new in it, `forwarded` the mails that it passes on
    (inline, then attached): their authors did not write to us. `sent_at` is the sender's clock, None when it is missing
    or absurd. `is_verified` is what our own server says of the sender: None when it says nothing.
    """

    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    sender: Person | None
    reply_to: tuple[Person, ...]
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    delivered_to: tuple[Address, ...]
    subject: Subject
    sent_at: datetime | None
    text: str
    reply: Reply
    forwarded: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    calendar: CalendarReply | None
    robot: Robot | None
    bounce: Bounce | None
    is_signed: bool
    is_verified: bool | None
    problems: tuple[Problem, ...]

    @property
    def threads(self) -> tuple[str, ...]:
        """The mails that this one answers, the nearest first: In-Reply-To, then References from the last."""
        nearest = (self.in_reply_to,) if self.in_reply_to else ()
        return tuple(dict.fromkeys((*nearest, *reversed(self.references))))

    @property
    def recipients(self) -> tuple[Address, ...]:
        """Every address that it was sent to, as headers and servers say: where a ticket's own address is looked for."""
        named = (person.address for person in (*self.to, *self.cc))
        return tuple(dict.fromkeys((*self.delivered_to, *named)))
