"""Any bytes as a mail: whatever is wrong with them, something is read, and what is wrong is said. Pure and total."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.channels.mail.mime.attachments import Attachment, attachments
from bot.channels.mail.mime.bodies import Budget, part_text, pictures_beside, read_text, says_something, shown_pictures
from bot.channels.mail.mime.bounces import read_bounce
from bot.channels.mail.mime.calendars import CalendarReply, calendar_reply
from bot.channels.mail.mime.dates import sent_at
from bot.channels.mail.mime.forwarding import is_forward, split_forwarded
from bot.channels.mail.mime.headers import Headers
from bot.channels.mail.mime.mail import ReadMail, Subject
from bot.channels.mail.mime.message_ids import message_ids
from bot.channels.mail.mime.people import Person, named_people
from bot.channels.mail.mime.problems import Problem
from bot.channels.mail.mime.signed import P7M, PKCS7, without_wrapping
from bot.channels.mail.mime.structure import MESSAGE, Part, survey
from bot.channels.mail.mime.trust import is_verified
from bot.channels.mail.replies.visible_reply import Reply
from bot.domain.mails import Robot
from bot.rules.robots import classify
from bot.rules.urgency import without_answer_marks

MAX_MAIL_BYTES = 64 * 1024 * 1024
MAX_SUBJECT = 500
MAX_FORWARDED = 5

_SEALED = PKCS7 | {"multipart/encrypted"}
_CALENDARS = ("text/calendar", "application/ics")
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "original-recipient")

# Each module guards what the libraries under it raise; this is the net below them all, and no test falls into it.
_UNFORESEEN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


class FindsReply(Protocol):
    """Tells what is new in a text from what it quotes (`visible_reply`)."""

    def __call__(self, text: str, *, is_forward: bool = False) -> Reply: ...


def read_mail(
    raw: bytes, *, received_at: datetime, visible_reply: FindsReply, server: str = "", ours: str = ""
) -> ReadMail:
    """A mail out of its bytes. Never raises: bytes that are no mail at all are its text, in a mail of nobody's.

    `server` is the name under which our own mail server writes `Authentication-Results` (`mx.example.fr`); without it
    nobody is verified. `ours` is our domain, by which our own mails are known. What is beyond the limits is left out
    and noted in `problems`; the raw mail is kept elsewhere.
    """
    try:
        return _Reading(raw, received_at, visible_reply, server, ours).mail()
    except _UNFORESEEN:
        return _unreadable(visible_reply)


@dataclass(slots=True)
class _Reading:
    """One mail while it is read."""

    raw: bytes
    received_at: datetime
    visible_reply: FindsReply
    server: str
    ours: str

    def mail(self) -> ReadMail:
        problems: set[Problem] = set()
        if len(self.raw) > MAX_MAIL_BYTES:
            problems.add(Problem.TOO_LONG)
            self.raw = self.raw[:MAX_MAIL_BYTES]
        unwrapped = without_wrapping(self.raw)
        is_wrapped, self.raw = unwrapped is not self.raw, unwrapped
        root = survey(self.raw, problems)
        headers, budget = root.headers, Budget(problems)
        text = read_text(self.raw, root, budget)
        subject = read_subject(headers.text("subject"))
        files = self._attachments(root, subject)
        sender = _sender(headers, problems)
        own, forwarded = self._forwarded(root, subject, text, budget)
        robot = _robot(headers, sender, subject, self.ours)
        _note_what_is_wrong(headers, root, text, problems)
        return ReadMail(
            message_id=_first_id(headers, "message-id"),
            in_reply_to=_first_id(headers, "in-reply-to"),
            references=message_ids(headers.first("references")),
            sender=sender,
            reply_to=named_people(headers, "reply-to"),
            to=named_people(headers, "to"),
            cc=named_people(headers, "cc"),
            delivered_to=tuple(person.address for person in named_people(headers, *_DELIVERED)),
            subject=subject,
            sent_at=self._sent_at(headers, problems),
            text=text,
            reply=self.visible_reply(own, is_forward=is_forward(subject.marks) and not forwarded),
            forwarded=forwarded,
            attachments=files,
            calendar=self._calendar(root, budget),
            robot=robot,
            bounce=read_bounce(self.raw, root, text) if robot is Robot.BOUNCE else None,
            is_signed=is_wrapped or any(part.kind == "multipart/signed" for part in root.walk()),
            is_verified=is_verified(headers, sender.address if sender else None, server=self.server),
            problems=tuple(sorted(problems)),
        )

    def _sent_at(self, headers: Headers, problems: set[Problem]) -> datetime | None:
        value = headers.first("date")
        moment = sent_at(value, received_at=self.received_at)
        if moment is None:
            problems.add(Problem.ABSURD_DATE if value else Problem.NO_DATE)
        return moment

    def _attachments(self, root: Part, subject: Subject) -> tuple[Attachment, ...]:
        shown = shown_pictures(self.raw, root, Budget(set()))

        def own_words(text: str) -> str:
            own, forwarded = _split(root, subject, text)
            return self.visible_reply(own, is_forward=is_forward(subject.marks) and not forwarded).visible + forwarded

        beside = pictures_beside(self.raw, root, Budget(set()), own_words) if shown else frozenset()
        return attachments(self.raw, root, shown, beside)

    def _forwarded(self, root: Part, subject: Subject, text: str, budget: Budget) -> tuple[str, tuple[str, ...]]:
        """What the sender wrote, and the mails they pass on."""
        own, inline = _split(root, subject, text)
        if root.kind == "multipart/report":
            return own, ()
        attached = (_as_text(self.raw, part, budget) for part in _mails_within(root))
        return own, tuple(each for each in (inline, *attached) if each)[:MAX_FORWARDED]

    def _calendar(self, root: Part, budget: Budget) -> CalendarReply | None:
        parts = (part for part in root.walk() if part.kind in _CALENDARS or part.name.casefold().endswith(".ics"))
        return next((found for part in parts if (found := calendar_reply(part_text(self.raw, part, budget)))), None)


def read_subject(whole: str) -> Subject:
    """A decoded subject and its marks: "RE : TR: Urgent" → "Urgent", "RE : TR: "."""
    short = whole[:MAX_SUBJECT]
    text = without_answer_marks(short)
    return Subject(text, short[: len(short) - len(text)])


def _split(root: Part, subject: Subject, text: str) -> tuple[str, str]:
    """What the sender wrote, and the mail forwarded below; an answer that quotes a forwarded mail passes none on."""
    is_called_forward = is_forward(subject.marks)
    is_answer = bool(root.headers.first("in-reply-to")) and not is_called_forward
    return (text, "") if is_answer else split_forwarded(text, is_called_forward=is_called_forward)


def _sender(headers: Headers, problems: set[Problem]) -> Person | None:
    """From; where it names several, the one who sent it; where it names nobody, whoever else is said to have sent."""
    authors = named_people(headers, "from")
    others = named_people(headers, "sender", "reply-to", "return-path")
    if not authors:
        problems.add(Problem.NO_SENDER)
        return others[0] if others else None
    if len(authors) > 1:
        problems.add(Problem.SEVERAL_SENDERS)
    senders = {person.address for person in named_people(headers, "sender")}
    return next((person for person in authors if person.address in senders), authors[0])


def _robot(headers: Headers, sender: Person | None, subject: Subject, ours: str) -> Robot | None:
    address = sender.address.identifier if sender else ""
    return classify(headers.mapping(), sender=address, subject=subject.whole, ours=ours)


def _note_what_is_wrong(headers: Headers, root: Part, text: str, problems: set[Problem]) -> None:
    parts = list(root.walk())
    if not headers.fields:
        problems.add(Problem.BROKEN_HEADER)
    if not message_ids(headers.first("message-id")):
        problems.add(Problem.NO_MESSAGE_ID)
    if not says_something(text):
        problems.add(Problem.NO_TEXT)
    if any(part.kind in _SEALED or part.name.casefold() == P7M for part in parts):
        problems.add(Problem.SEALED)
    if any(part.kind.endswith("ms-tnef") or part.name.casefold() == "winmail.dat" for part in parts):
        problems.add(Problem.WINMAIL)


def _mails_within(root: Part) -> Iterator[Part]:
    return (part for part in root.walk() if part.kind == MESSAGE and part.children)


def _as_text(raw: bytes, part: Part, budget: Budget) -> str:
    """An attached mail as it would be forwarded within the text: its own lines of headers, then what it says."""
    within = part.children[0]
    shown = (within.headers.text(name) for name in ("from", "date", "subject"))
    return "\n".join((*filter(None, shown), "", read_text(raw, within, budget))).strip()


def _first_id(headers: Headers, name: str) -> str | None:
    return next(iter(message_ids(headers.first(name))), None)


def _unreadable(visible_reply: FindsReply) -> ReadMail:
    """The recorded refusal: nothing but the raw bytes, which stand in the inbox."""
    return ReadMail(
        message_id=None,
        in_reply_to=None,
        references=(),
        sender=None,
        reply_to=(),
        to=(),
        cc=(),
        delivered_to=(),
        subject=Subject(),
        sent_at=None,
        text="",
        reply=visible_reply(""),
        forwarded=(),
        attachments=(),
        calendar=None,
        robot=None,
        bounce=None,
        is_signed=False,
        is_verified=None,
        problems=(Problem.UNREADABLE,),
    )
