"""A mail of the inbox as what it asks of us. Reads the spool; otherwise pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.channels.mail.inbound import kept_name, whole_size
from bot.channels.mail.mime.attachments import Attachment, AttachmentKind
from bot.channels.mail.mime.mail import ReadMail
from bot.channels.mail.mime.problems import Problem
from bot.channels.mail.mime.reading import read_mail
from bot.channels.mail.mime.tokens import Sign, ticket_of_addresses, ticket_of_subject, without_token
from bot.channels.mail.replies.visible_reply import visible_reply
from bot.domain.addresses import Address, Channel
from bot.domain.inbox import ClientMessage, DeliveryReport, InboxEntry, Noise, RobotMail
from bot.domain.mails import Bounce, Flaw, MailDetails, Robot
from bot.domain.tickets import DeliveryState, Media
from bot.rules.mail_ids import local_of
from bot.rules.own_address import is_ours

SCHEME = "mail"
"""Where a mail's attachment is: `mail:<name in the spool>#<part>`."""

SMALL_PICTURE = 12_000
"""Bytes. A picture in a signature or a quotation that is smaller is a logo, not a screenshot."""

TINY_PICTURE = 400
"""Bytes. Wherever it stands, a smaller one has nothing to show: a dot that reports that the mail was opened, a line."""

_KEPT_BESIDE = frozenset({Problem.TOO_LONG, Problem.TEXT_CUT, Problem.TOO_DEEP, Problem.TOO_MANY_PARTS})


@dataclass(frozen=True, slots=True)
class OurMailbox:
    """What a mail is read against: our address, how we sign tickets' addresses, whose word we take for a sender.

    `server` is the authserv-id of our own mail server; `max_file_bytes` what an attachment may have to be kept.
    """

    address: Address
    sign: Sign
    server: str = ""
    max_file_bytes: int = 20_000_000


Mail = ClientMessage | RobotMail | DeliveryReport | Noise


def parse_mail(entry: InboxEntry, *, read: Callable[[str], bytes], ours: OurMailbox) -> Mail:
    """What a mail asks; `read` gives the bytes that were kept. Raises `Unreadable` when they are gone.

    A report that a mail of ours did not arrive is a `DeliveryReport`, what a machine answered a `RobotMail`; a message
    from a machine that may ask for something is a `ClientMessage` whose `mail.robot` says so.
    """
    kept, size = kept_name(entry), whole_size(entry)
    mail = read_mail(
        read(kept),
        received_at=entry.received_at,
        visible_reply=visible_reply,
        server=ours.server,
        ours=ours.address.identifier.rpartition("@")[2],
    )
    mail = _from_its_writer(mail, ours)
    robot = mail.robot
    if robot is Robot.BOUNCE and mail.bounce is not None and (report := _report(mail.bounce, ours)):
        return report
    message = _message(entry, mail, kept, size, robot, ours)
    return RobotMail(message, robot) if robot is not None and robot.is_answer else message


def _from_its_writer(mail: ReadMail, ours: OurMailbox) -> ReadMail:
    """Forms of web sites and copiers write from the shop's own address, and name who asks in Reply-To: that it is them
    nobody has verified.
    """
    if mail.sender is None or not is_ours(mail.sender.address, ours.address):
        return mail
    writer = next((person for person in mail.reply_to if not is_ours(person.address, ours.address)), None)
    return replace(mail, sender=writer, is_verified=None) if writer else mail


def _report(bounce: Bounce, ours: OurMailbox) -> DeliveryReport | None:
    """A final report on a mail of ours; None for a delay, a success, or a mail that is not ours."""
    local = local_of(bounce.original, ours.address.identifier) if bounce.original else None
    if local is None or not bounce.is_final:
        return None
    return DeliveryReport(
        provider_id=local,
        state=DeliveryState.UNDELIVERED,
        error_code=bounce.reported[0].status or "bounce",
        channels=(Channel.MAIL,),
        reported=bounce.reported,
    )


def _message(
    entry: InboxEntry, mail: ReadMail, kept: str, size: int | None, robot: Robot | None, ours: OurMailbox
) -> ClientMessage:
    is_whole = size is None
    body = "\n\n".join(part for part in (mail.reply.visible, *mail.forwarded) if part.strip())
    return ClientMessage(
        address=mail.sender.address if mail.sender else None,
        body=body,
        provider_id=entry.external_id,
        profile_name=mail.sender.name[:200] or None if mail.sender else None,
        media=tuple(_media(mail, kept, is_whole=is_whole, ours=ours)),
        mail=MailDetails(
            subject=without_token(mail.subject.text),
            whole=mail.text if _says_more(mail.text, body) else "",
            mail_id=mail.message_id,
            answers=mail.threads,
            signed_ticket=ticket_of_addresses(mail.recipients, mailbox=ours.address, sign=ours.sign),
            named_ticket=ticket_of_subject(mail.subject.text),
            copies=_copies(mail, ours),
            is_forged=mail.is_verified is False,
            robot=robot,
            bounce=mail.bounce,
            attendance=(mail.calendar.uid, mail.calendar.attendance) if mail.calendar else None,
            flaws=tuple(_flaws(mail, is_whole=is_whole)),
            size=size,
        ),
    )


def _says_more(text: str, body: str) -> bool:
    return " ".join(text.split()) != " ".join(body.split())


def _media(mail: ReadMail, kept: str, *, is_whole: bool, ours: OurMailbox) -> Iterator[Media]:
    """The files that a technician may want; those of a mail that was too large are named, and never offered."""
    for each in mail.attachments:
        if _is_shown(each):
            is_kept = is_whole and each.size <= ours.max_file_bytes
            yield Media(
                url=f"{SCHEME}:{kept}#{each.part}",
                content_type=each.content_type[:200],
                size=each.size if is_whole else None,
                name=each.name,
                is_inline=each.kind in (AttachmentKind.PICTURE_IN_TEXT, AttachmentKind.PICTURE_BESIDE),
                flaw="" if is_kept else "too_large",
            )


def _is_shown(attachment: Attachment) -> bool:
    match attachment.kind:
        case AttachmentKind.SIGNATURE:
            return False
        case AttachmentKind.PICTURE_IN_TEXT:
            return attachment.size >= TINY_PICTURE
        case AttachmentKind.PICTURE_BESIDE:
            return attachment.size >= SMALL_PICTURE
        case _:
            return True


def _copies(mail: ReadMail, ours: OurMailbox) -> tuple[Address, ...]:
    """Who else was sent this mail."""
    sender = mail.sender.address if mail.sender else None
    named = dict.fromkeys(person.address for person in (*mail.to, *mail.cc))
    return tuple(address for address in named if address != sender and not is_ours(address, ours.address))


def _flaws(mail: ReadMail, *, is_whole: bool) -> Iterator[Flaw]:
    problems = frozenset(mail.problems)
    if mail.is_verified is not True:
        yield Flaw.UNVERIFIED
    if not is_whole:
        yield Flaw.TOO_LARGE
    elif problems & _KEPT_BESIDE:
        yield Flaw.TOO_LONG
    if Problem.SEALED in problems:
        yield Flaw.SEALED
    if Problem.WINMAIL in problems:
        yield Flaw.WINMAIL
