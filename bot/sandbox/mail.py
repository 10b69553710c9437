"""A local stand-in of a mail provider: the server that takes the program's mails, and the people who write to it.

What it refuses, real ones refuse, with the same codes (`mail_rules`). It takes mails by SMTP as any provider does, and
hands over what people write by LMTP as the shop's mail server does: the program under test reaches it with its own
clients, by `smtp_url` alone.
"""

import asyncio
from collections.abc import Callable, Sequence
from email.utils import format_datetime, parseaddr
from typing import TypeVar

from bot.ports import Clock
from bot.sandbox.changes import Changes
from bot.sandbox.faults import Fault, Faults, MayFail
from bot.sandbox.listener import HOST
from bot.sandbox.mail_composing import (
    OUT_OF_OFFICE,
    PARIS,
    PHONE_SIGNATURE,
    Headers,
    absence,
    answer_subject,
    answers_to,
    chain,
    compose,
    delivery_report,
    quoting,
)
from bot.sandbox.mail_lmtp import HOST_NAME, MailDelivery, hand_over
from bot.sandbox.mail_machines import Machines
from bot.sandbox.mail_messages import Mail, Mailboxes, MailFile
from bot.sandbox.mail_rules import MailRefusal
from bot.sandbox.mail_server import MailServer
from bot.sandbox.mail_taking import MailRoom

__all__ = ["Mail", "MailDelivery", "MailFile", "MailRefusal", "MailStandIn"]

V = TypeVar("V")
MAX_BYTES = 25 * 1024 * 1024


class MailStandIn(MayFail):
    """The mail provider of one account: `address` is the program's.

    `rules` says what is refused (`unknown` and `full` mailboxes, `greylisting`, `refuses_null_sender`). It keeps all it
    knows over `stop()` and `start()`: between them it refuses connections, as in an outage.
    """

    def __init__(
        self,
        *,
        address: str,
        clock: Clock,
        lmtp_port: int | None = None,
        max_bytes: int = MAX_BYTES,
        is_verifying: bool = False,
    ) -> None:
        self.address = address.lower()
        self.lmtp_port = lmtp_port
        """Where the program listens on this machine; None: everything that people write is lost on the way."""
        self.is_verifying = is_verifying
        """Whether our own mail server writes on each mail that its sender is who they say (`mx.exemple.fr`)."""
        self.faults = Faults()
        self.deliveries: list[MailDelivery] = []
        """Every attempt to hand a mail over so far, with the answer it got."""
        self._clock = clock
        self._boxes = Mailboxes()
        self._changes: Changes[Mail] = Changes()
        self._machines = Machines(self)
        self.rules = MailRoom(self.address, self._boxes, clock, accepted=self._follow)
        self._server = MailServer(self.rules, self.faults, max_bytes=max_bytes)

    # The server

    @property
    def smtp_url(self) -> str:
        """What the program's setting holds: `smtp://127.0.0.1:41725`."""
        if not self._server.port:
            raise RuntimeError("not started yet: no port is known")
        return f"smtp://{HOST}:{self._server.port}"

    async def start(self, port: int = 0) -> None:
        """Listen; 0 takes the port of the last start, or any free one."""
        await self._server.start(port)

    async def stop(self) -> None:
        await self._machines.stop()
        await self._server.stop()

    # People, and what their programs and servers do

    async def write(
        self,
        sender: str,
        subject: str,
        text: str,
        *,
        to: Sequence[str] = (),
        html: str | None = None,
        attachments: Sequence[MailFile] = (),
        in_reply_to: str | None = None,
        references: Sequence[str] = (),
        cc: Sequence[str] = (),
        headers: Headers | None = None,
        raw: bytes | None = None,
        envelope_from: str | None = None,
        deliver: bool = True,
    ) -> MailDelivery:
        """Somebody (`Nadia Benali <nadia@…>`) writes to us, or to `to`. Returns what became of it at our door.

        `raw` is the whole mail as it is, of which only the sender is looked at. `envelope_from=""` is the null sender.
        With `deliver=False` it waits at the server until `retry()`.
        """
        content = raw or compose(
            sender,
            to or [self.address],
            subject,
            text,
            at=self._clock.now(),
            html=html,
            files=attachments,
            cc=cc,
            in_reply_to=in_reply_to,
            references=references,
            headers=headers,
        )
        recipients = [parseaddr(each)[1] for each in (*(to or [self.address]), *cc)]
        envelope = parseaddr(sender)[1] if envelope_from is None else envelope_from
        return await self._post(content, envelope, recipients, deliver=deliver, is_stamped=raw is None)

    async def reply_to(
        self,
        mail: Mail,
        text: str,
        *,
        sender: str | None = None,
        signature: str = PHONE_SIGNATURE,
        attachments: Sequence[MailFile] = (),
        cc: Sequence[str] = (),
        headers: Headers | None = None,
    ) -> MailDelivery:
        """Answer a mail of ours as a phone does: its subject, its quotation, In-Reply-To and References."""
        return await self.write(
            sender or mail.envelope_to[0],
            answer_subject(mail),
            quoting(mail, text, signature=signature),
            to=[answers_to(mail)],
            attachments=attachments,
            in_reply_to=mail.message_id,
            references=chain(mail),
            cc=cc,
            headers=headers,
        )

    async def bounce(
        self, mail: Mail, status: str = "5.1.1", *, recipient: str | None = None, action: str = "failed"
    ) -> MailDelivery | None:
        """The recipient's server reports that it could not be delivered; a null sender gets no report: None."""
        if not mail.envelope_from:
            return None
        about = recipient or mail.envelope_to[0]
        report = delivery_report(mail, about, status=status, action=action, at=self._clock.now())
        return await self._post(report, "", [mail.envelope_from])

    async def out_of_office(
        self, mail: Mail, text: str = OUT_OF_OFFICE, *, sender: str | None = None, marked: bool = True
    ) -> MailDelivery | None:
        """The recipient's mailbox says that its owner is away; a null sender gets no answer: None."""
        if not mail.envelope_from:
            return None
        return await self.answer_alone(mail, sender or mail.envelope_to[0], text, is_marked=marked)

    async def answer_alone(self, mail: Mail, sender: str, text: str, *, is_marked: bool) -> MailDelivery:
        """A machine's answer, from the null sender when it says that it is one, to where it finds us."""
        content = absence(mail, sender, text, at=self._clock.now(), is_marked=is_marked)
        return await self._post(content, "" if is_marked else sender, [mail.envelope_from or answers_to(mail)])

    def answers_by_itself(self, address: str, text: str = OUT_OF_OFFICE, *, marked: bool = True) -> None:
        """From now on a machine answers whatever comes to this address, automatic mails too, and null senders.

        With `marked=False` nothing in its mails says that a machine wrote them. After 50 it falls silent.
        """
        self._machines.answering[address.lower()] = (text, marked)

    def answers_no_more(self, address: str) -> None:
        self._machines.answering.pop(address.lower(), None)

    def bounces_by_itself(self, address: str, status: str = "5.1.1") -> None:
        """From now on what comes to this address is taken, and reported as undelivered a moment later."""
        self._machines.bouncing[address.lower()] = status

    def automatic_answers(self, address: str) -> int:
        """How often the machine at this address has answered."""
        return self._machines.answers[address.lower()]

    async def redeliver(self, mail: Mail, *, times: int = 1, concurrently: bool = False) -> list[MailDelivery]:
        """Hand a mail over again, one after the other or all at the same moment."""
        if concurrently:
            return list(await asyncio.gather(*(self._deliver(mail) for _ in range(times))))
        return [await self._deliver(mail) for _ in range(times)]

    async def retry(self) -> list[MailDelivery]:
        """The server tries again to hand over what waits, oldest first."""
        return [await self._deliver(mail) for mail in self.waiting()]

    def waiting(self) -> list[Mail]:
        """What people wrote that was neither taken nor refused for good."""
        decided = {each.mail.number for each in self.deliveries if not each.is_waiting}
        return [mail for mail in self.inbound() if mail.number not in decided]

    # What was said

    def inbound(self) -> list[Mail]:
        """What people, and machines, wrote to us, oldest first."""
        return [mail for mail in self._boxes.mails if mail.is_inbound]

    def outbound(self) -> list[Mail]:
        """What we sent, oldest first."""
        return [mail for mail in self._boxes.mails if not mail.is_inbound]

    def received_by(self, address: str) -> list[Mail]:
        """What we sent to this address, oldest first."""
        return [mail for mail in self.outbound() if mail.is_for(address)]

    def subscribe(self, callback: Callable[[Mail], None]) -> Callable[[], None]:
        """Be called with every mail that comes or goes; call the result to end it."""
        return self._changes.subscribe(callback)

    async def wait_for(self, predicate: Callable[[], V], timeout: float = 10.0) -> V:  # noqa: ASYNC109 - the usual word
        """What `predicate` returns once that is true; looked at now and after every change. Raises TimeoutError."""
        return await self._changes.wait_for(predicate, timeout=timeout)

    # What goes wrong

    def fail_next(
        self,
        code: int = 451,
        status: str = "4.3.0",
        *,
        text: str = "Temporary failure",
        times: int = 1,
        step: str = "DATA",
    ) -> None:
        """Refuse the next mails at this step: MAIL, RCPT or DATA."""
        self.faults.add(Fault(step, refusal=MailRefusal(code, status, text)), times=times)

    def fail_after_accepting(self, *, times: int = 1) -> None:
        """Keep the next mails and drop the connection: the client cannot know."""
        self.faults.add(Fault("DATA", is_cut=True), times=times)

    def hang_next(self, seconds: float, *, accept: bool = True, times: int = 1, step: str = "DATA") -> None:
        """Stay silent for so long, the step carried out (or not, and then cut)."""
        fault = Fault(step, silent_seconds=seconds, is_accepted=accept, is_cut=not accept)
        self.faults.add(fault, times=times)

    # Behind the scenes

    async def _post(
        self, content: bytes, sender: str, recipients: Sequence[str], *, deliver: bool = True, is_stamped: bool = True
    ) -> MailDelivery:
        raw = self._stamp(sender) + content if is_stamped else content
        mail = self._boxes.add(raw, sender=sender, recipients=recipients, at=self._clock.now(), is_inbound=True)
        self._changes.publish(mail)
        return await self._deliver(mail) if deliver else MailDelivery(mail, None)

    def _stamp(self, sender: str) -> bytes:
        """The lines that our own mail server puts before a mail."""
        at = format_datetime(self._clock.now().astimezone(PARIS))
        number = f"{len(self._boxes.mails) + 1:08X}"
        received = f"Received: from mail.example by {HOST_NAME} (Postfix) with ESMTPS id {number};\r\n {at}\r\n"
        verdict = f"Authentication-Results: {HOST_NAME};\r\n spf=pass smtp.mailfrom={sender}\r\n"
        return (verdict + received if self.is_verifying else received).encode()

    async def _deliver(self, mail: Mail) -> MailDelivery:
        if self.lmtp_port is None:
            return MailDelivery(mail, None)
        delivery = await hand_over(mail, self._door(mail), host=HOST, port=self.lmtp_port)
        self.deliveries.append(delivery)
        self._changes.wake()
        return delivery

    def _door(self, mail: Mail) -> str:
        """Which of its recipients is ours: the account's address, with whatever after a plus; else the first one."""
        own = [each for each in mail.envelope_to if self.rules.is_own(each)]
        return (own or mail.envelope_to)[0]

    def _follow(self, mail: Mail) -> None:
        self._changes.publish(mail)
        self._machines.see(mail)
