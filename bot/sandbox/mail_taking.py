"""What the provider does with a mail of ours: look at envelope and content, refuse or keep."""

from collections import Counter
from collections.abc import Callable

from aiosmtpd.smtp import Envelope

from bot.ports import Clock
from bot.sandbox.mail_messages import Mail, Mailboxes
from bot.sandbox.mail_rules import MailRefusal, check_mail, check_recipient, check_sender, is_account
from bot.sandbox.mail_server import NULL_SENDER


class MailRoom:
    """A `TakesMail` with the switches of a provider. `account` is the address whose mails it takes.

    `unknown` are addresses without a mailbox (550 5.1.1), `full` those whose mailbox has no room (452 4.2.2);
    `greylisting` is how often each pair of sender and recipient is first told to come back later (451 4.7.1).
    """

    def __init__(self, account: str, boxes: Mailboxes, clock: Clock, *, accepted: Callable[[Mail], None]) -> None:
        self.unknown: set[str] = set()
        self.full: set[str] = set()
        self.greylisting = 0
        self.refuses_null_sender = False
        self.refusals: list[str] = []
        """Every reply that said no, oldest first: a program that is well-behaved sees none that it did not provoke."""
        self._account = account
        self._boxes = boxes
        self._clock = clock
        self._accepted = accepted
        self._greeted: Counter[tuple[str, str]] = Counter()

    def is_own(self, address: str) -> bool:
        """The account's address, or one of its plus-addresses."""
        return is_account(address, self._account)

    def check_sender(self, sender: str) -> None:
        if not sender and self.refuses_null_sender:
            raise MailRefusal(550, "5.7.1", "Null sender is not allowed")
        check_sender(sender, account=self._account)

    def check_recipient(self, sender: str, recipient: str) -> None:
        check_recipient(recipient)
        if recipient.lower() in self.unknown:
            raise MailRefusal(550, "5.1.1", "The email account that you tried to reach does not exist")
        if recipient.lower() in self.full:
            raise MailRefusal(452, "4.2.2", "Mailbox full")
        self._greylist(sender.lower(), recipient.lower())

    def _greylist(self, sender: str, recipient: str) -> None:
        if self._greeted[sender, recipient] < self.greylisting:
            self._greeted[sender, recipient] += 1
            raise MailRefusal(451, "4.7.1", "Greylisting in action, please come back later")

    def take(self, envelope: Envelope) -> str:
        sender = "" if envelope.mail_from == NULL_SENDER else envelope.mail_from or ""
        raw = envelope.original_content or b""
        candidate = Mail(0, False, sender, tuple(envelope.rcpt_tos), raw, self._clock.now())
        is_8bit = "BODY=8BITMIME" in envelope.mail_options
        check_mail(candidate, account=self._account, is_8bit=is_8bit, is_utf8=envelope.smtp_utf8)
        mail = self._boxes.add(raw, sender=sender, recipients=envelope.rcpt_tos, at=candidate.at)
        self._accepted(mail)
        return f"250 2.0.0 Ok: queued as {mail.number:08X}"

    def note_refusal(self, reply: str) -> None:
        self.refusals.append(reply)
