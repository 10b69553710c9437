"""Mails as people's programs and servers write them: new ones, answers with their quotation, reports, absences."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, parseaddr
from zoneinfo import ZoneInfo

from bot.sandbox.mail_messages import Mail, MailFile, domain, new_message_id

PARIS = ZoneInfo("Europe/Paris")
PHONE_SIGNATURE = "Envoyé de mon iPhone"
DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
HEADING_WIDTH = 72
OUT_OF_OFFICE = "Bonjour,\n\nJe suis absent(e) du cabinet jusqu’à lundi et ne lis pas mes messages.\n\nCordialement"

ASCII = policy.SMTP.clone(cte_type="7bit")
"""How most programs write: CRLF, and whatever is not ASCII encoded."""

Headers = Mapping[str, str | None]
"""Headers to set; None takes away one that the mail would have."""


def compose(
    sender: str,
    to: Iterable[str],
    subject: str,
    text: str,
    *,
    at: datetime,
    html: str | None = None,
    files: Iterable[MailFile] = (),
    cc: Iterable[str] = (),
    in_reply_to: str | None = None,
    references: Iterable[str] = (),
    headers: Headers | None = None,
) -> bytes:
    """A mail as bytes, ready for the wire. `sender` and recipients may have names: `Nadia Benali <nadia@…>`."""
    message = EmailMessage(ASCII)
    message["From"] = _mailbox(sender)
    message["To"] = [_mailbox(each) for each in to]
    copies = [_mailbox(each) for each in cc]
    if copies:
        message["Cc"] = copies
    message["Subject"] = subject
    message["Date"] = format_datetime(at.astimezone(PARIS))
    message["Message-ID"] = new_message_id(parseaddr(sender)[1])
    if in_reply_to:
        message["In-Reply-To"] = in_reply_to
    if chain := list(references):
        message["References"] = " ".join(chain)
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for file in files:
        main, _, sub = file.content_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub or "octet-stream", filename=file.name)
    return wire(message, headers)


def wire(message: EmailMessage, headers: Headers | None = None) -> bytes:
    """The bytes of a message, with CRLF and in ASCII, some headers set otherwise."""
    for name, value in (headers or {}).items():
        del message[name]
        if value is not None:
            message[name] = value
    return message.as_bytes(policy=ASCII)


def _mailbox(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=address)


def quoting(mail: Mail, text: str, *, signature: str = PHONE_SIGNATURE) -> str:
    """An answer's text above the mail it answers, quoted as Gmail and phones do it in French."""
    quoted = "\n".join(f"> {line}".rstrip() for line in mail.text.splitlines())
    return "\n\n".join(part for part in (text, signature, heading(mail), quoted) if part) + "\n"


def heading(mail: Mail) -> str:
    """`Le lun. 23 nov. 2026 à 10:12, Permanence <aide@exemple.fr> a écrit :`, folded where Gmail folds it."""
    at = mail.at.astimezone(PARIS)
    day = f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at.year}"
    who = f"{mail.sender_name} <{mail.sender}>" if mail.sender_name else f"<{mail.sender}>"
    line = f"Le {day} à {at:%H:%M}, {who} a écrit :"
    return line if len(line) <= HEADING_WIDTH else line.removesuffix(" a écrit :") + " a\nécrit :"


def answer_subject(mail: Mail) -> str:
    return mail.subject if mail.subject[:3].lower() == "re:" else f"Re: {mail.subject}"


def answers_to(mail: Mail) -> str:
    """To whom an answer goes: Reply-To, else From."""
    pairs = getaddresses([mail.header("Reply-To") or mail.header("From")])
    return pairs[0][1] if pairs else ""


def chain(mail: Mail) -> tuple[str, ...]:
    """The References of an answer to this mail."""
    return (*mail.references, mail.message_id) if mail.message_id else mail.references


def absence(mail: Mail, sender: str, text: str, *, at: datetime, is_marked: bool) -> bytes:
    """What a mailbox answers while its owner is away; `is_marked`: with the headers that say that a machine wrote."""
    marks = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "Precedence": "bulk"}
    return compose(
        sender,
        [answers_to(mail)],
        f"Réponse automatique : {mail.subject}",
        text,
        at=at,
        in_reply_to=mail.message_id,
        references=chain(mail),
        headers=marks if is_marked else None,
    )


def delivery_report(mail: Mail, recipient: str, *, status: str, action: str, at: datetime) -> bytes:
    """A report of RFC 3464, as Postfix writes it: for people, for machines, and the mail that it is about."""
    server = f"mx.{domain(recipient)}"
    report = EmailMessage(ASCII)
    report["From"] = Address("Mail Delivery System", addr_spec=f"MAILER-DAEMON@{server}")
    report["To"] = mail.envelope_from
    report["Subject"] = "Undelivered Mail Returned to Sender" if action == "failed" else "Delayed Mail (still trying)"
    report["Date"] = format_datetime(at.astimezone(PARIS))
    report["Message-ID"] = new_message_id(f"@{server}")
    report["Auto-Submitted"] = "auto-replied"
    report.set_content(f"This is the mail system at host {server}.\n\n<{recipient}>: {status} {action}\n")
    report.make_mixed()
    report.set_type("multipart/report")
    report.set_param("report-type", "delivery-status")
    report.attach(_machine_part(server, recipient, status, action, at))
    report.attach(_original(mail))
    return wire(report)


def _machine_part(server: str, recipient: str, status: str, action: str, at: datetime) -> EmailMessage:
    about_server, about_recipient = EmailMessage(), EmailMessage()
    about_server["Reporting-MTA"] = f"dns; {server}"
    about_server["Arrival-Date"] = format_datetime(at.astimezone(PARIS))
    about_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    about_recipient["Action"] = action
    about_recipient["Status"] = status
    about_recipient["Diagnostic-Code"] = f"smtp; {'550' if status[:1] == '5' else '451'} {status} not delivered"
    part = EmailMessage()
    part["Content-Type"] = "message/delivery-status"
    part.set_payload([about_server, about_recipient])
    return part


def _original(mail: Mail) -> EmailMessage:
    part = EmailMessage()
    part["Content-Type"] = "message/rfc822"
    part.set_payload([mail.headers])
    return part
