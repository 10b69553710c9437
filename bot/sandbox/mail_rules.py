"""What a mail provider refuses, with the codes that real ones give: senders, recipients, forms of mails."""

import re
from email.errors import MessageDefect
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime

from bot.sandbox.mail_messages import Mail

MAX_LINE = 998
ONCE = ("From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To", "MIME-Version")
MESSAGE_ID = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")
PLACE = re.compile(r"[^@\s]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")


class MailRefusal(Exception):
    """A reply that says no: `MailRefusal(550, "5.1.1", "User unknown")`; 4xx means "not now"."""

    def __init__(self, code: int, status: str, text: str) -> None:
        super().__init__(f"{code} {status} {text}")
        self.code, self.status, self.text = code, status, text

    @property
    def reply(self) -> str:
        return str(self)


def check_sender(sender: str, *, account: str) -> None:
    """The envelope's sender: none at all, or the account's own address, with whatever after a plus."""
    if sender and not is_account(sender, account):
        raise MailRefusal(550, "5.7.60", "Client does not have permissions to send as this sender")


def is_account(address: str, account: str) -> bool:
    """`aide+t12@exemple.fr` is the account `aide@exemple.fr` too."""
    name, _, place = address.lower().rpartition("@")
    return f"{name.partition('+')[0]}@{place}" == account


def check_recipient(recipient: str) -> None:
    if not PLACE.fullmatch(recipient) or not recipient.isascii():
        raise MailRefusal(553, "5.1.3", "The recipient address is not a valid RFC 5321 address")


def check_mail(mail: Mail, *, account: str, is_8bit: bool, is_utf8: bool) -> None:
    """The mail itself, or a `MailRefusal`: what big providers bounce, and what standards forbid."""
    head, _, _ = mail.raw.partition(b"\r\n\r\n")
    if re.search(rb"(?<!\r)\n|\r(?!\n)", mail.raw):
        raise MailRefusal(550, "5.6.11", "Bare linefeed or carriage return")
    if any(len(line) > MAX_LINE for line in mail.raw.split(b"\r\n")):
        raise MailRefusal(554, "5.6.0", "Message contains a line that is too long")
    if not head.isascii() and not is_utf8:
        raise MailRefusal(554, "5.6.7", "Header is not ASCII and SMTPUTF8 was not asked for")
    if not mail.raw.isascii() and not (is_8bit or is_utf8):
        raise MailRefusal(554, "5.6.3", "8-bit content and BODY=8BITMIME was not asked for")
    _check_headers(mail, account)


def _check_headers(mail: Mail, account: str) -> None:
    for name in ONCE:
        if len(mail.headers.get_all(name, ())) > 1:
            raise MailRefusal(550, "5.7.1", f"Messages with multiple {name} headers are not accepted")
    if [address.lower() for _, address in getaddresses([mail.header("From")])] != [account]:
        raise MailRefusal(550, "5.7.1", "Messages missing a valid address in From header are not accepted")
    if not MESSAGE_ID.fullmatch(mail.message_id):
        raise MailRefusal(550, "5.7.1", "Messages missing a valid Message-ID header are not accepted")
    if not all(MESSAGE_ID.fullmatch(each) for each in (*mail.in_reply_to.split(), *mail.references)):
        raise MailRefusal(550, "5.7.1", "In-Reply-To or References holds no message id")
    if not _is_dated(mail):
        raise MailRefusal(550, "5.7.1", "Messages missing a valid Date header are not accepted")
    if "MIME-Version" not in mail.headers or _defects(mail.headers):
        raise MailRefusal(550, "5.6.0", "Message is not well-formed MIME")


def _is_dated(mail: Mail) -> bool:
    try:
        return parsedate_to_datetime(mail.header("Date")).tzinfo is not None
    except ValueError:
        return False


def _defects(message: EmailMessage) -> list[MessageDefect]:
    """What the standard library finds wrong in any part."""
    return [defect for part in message.walk() for defect in part.defects]
