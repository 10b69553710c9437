"""Sending mails through our mail server."""

import asyncio
import re
from asyncio import WriteTransport
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import structlog
from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPStatus,
    SMTPTimeoutError,
)

from bot.channels.mail.errors import may_be_about_sender, own, refused, trouble_of
from bot.channels.mail.smtp.composing import Enclosure, Letter, Writer, compose
from bot.channels.mail.smtp.connections import AccessToken, Connections, Patience, Server, cut
from bot.channels.mail.smtp.fields import written_address
from bot.domain.addresses import Channel
from bot.domain.outbox import Kind, Outgoing
from bot.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError
from bot.ports import Clock

MAX_BYTES = 20_000_000
GIVE_UP_AFTER = timedelta(days=1)
"""A mail that is put off for so long does not arrive: another way is tried, and somebody reads so.

Be it the recipient or, once it was read, the mail; what is between our server and us is waited for.
"""

_PIECE_BYTES = 256 * 1024
_LOOK_SECONDS = 0.01
_DOTS = re.compile(rb"^\.", re.MULTILINE)

log = structlog.get_logger()


class MailSender:
    """A `bot.ports.Sender` for rows of `Kind.TEXT` on mail; what the payload may hold stands at `composing.compose`.

    The payload's {"document": {"path", "name", "content_type"}} is read when the mail leaves. An automatic answer has
    the null sender in its envelope (RFC 3834), so that no machine answers it; a server may refuse that and get ours.
    `tell_of_copies` is called with the id of a row whose mail was taken, but not for everybody in copy.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        is_tls: bool,
        username: str,
        password: str | None,
        access_token: AccessToken | None,
        address: str,
        shop: str,
        clock: Clock,
        key: bytes,
        max_bytes: int = MAX_BYTES,
        is_local: bool = False,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        tell_of_copies: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._writer = Writer(written_address(address), shop, key)
        server = Server(
            host=host,
            port=port,
            is_tls=is_tls,
            is_local=is_local,
            username=username,
            name=self._writer.domain,
            password=password,
            access_token=access_token,
        )
        self._connections = Connections(server, clock=clock, patience=patience)
        self._clock = clock
        self._max_bytes = max_bytes
        self._patience = patience
        self._tell_of_copies = tell_of_copies
        self._takes_null_sender = True
        self.trouble: str | None = None
        """Why our server took nothing when it was last asked, one of `errors.TROUBLES`; None: it listened."""

    async def send(self, outgoing: Outgoing) -> str:
        """Send it once; the local part of its Message-ID. The same row has the same one each time."""
        letter = await self._composed(outgoing)
        try:
            left_out = await self._post(outgoing, letter)
        except DeliveryError as problem:
            self.trouble = trouble_of(problem.code)
            raise
        self.trouble = None
        if left_out:
            log.warning("copies of a mail refused", count=left_out, mail=letter.mail_id)
            self._tell_of_copies(outgoing.id)
        return letter.mail_id

    async def find_sent(self, outgoing: Outgoing, known: Sequence[str]) -> str | None:
        """None: SMTP cannot tell. It is sent again under the same Message-ID, by which servers know the copy."""
        return None

    def ready_in(self, outgoing: Outgoing) -> float:
        """Always 0: what is too fast for the server it puts off itself."""
        return 0.0

    async def check(self) -> str | None:
        """Connect and log in, for `doctor`: None, or the code of what is wrong ("mail_tls", "mail_login")."""
        try:
            smtp = await self._connections.open()
        except DeliveryError as problem:
            return problem.code
        await self._connections.leave(smtp)
        return None

    async def close(self) -> None:
        """Take leave of the server."""
        await self._connections.close()

    async def _composed(self, outgoing: Outgoing) -> Letter:
        if outgoing.address.channel is not Channel.MAIL or outgoing.kind is not Kind.TEXT:
            raise PermanentDeliveryError(f"no {outgoing.kind} to {outgoing.address.channel}", code="channel_off")
        enclosure, now = await self._enclosure(outgoing), self._clock.now()
        # in a thread: 20 MB take half a second
        letter = await asyncio.to_thread(compose, outgoing, writer=self._writer, now=now, enclosure=enclosure)
        if len(letter.raw) > self._max_bytes:
            raise own("mail_too_large")
        return letter

    async def _enclosure(self, outgoing: Outgoing) -> Enclosure | None:
        document = outgoing.payload.get("document")
        if not isinstance(document, dict):
            return None
        path = Path(str(document["path"]))
        content = await asyncio.to_thread(_read, path, self._max_bytes)
        return Enclosure(str(document.get("name") or path.name), str(document.get("content_type", "")), content)

    async def _post(self, outgoing: Outgoing, letter: Letter) -> int:
        try:
            async with self._connections.borrowed() as smtp:
                return await self._hand_over(smtp, letter)
        except SMTPResponseException as error:
            raise self._refusal(outgoing, error) from None  # servers quote addresses
        except (SMTPException, OSError) as error:
            raise TransientDeliveryError(f"connection lost ({type(error).__name__})", code="mail_down") from None

    async def _hand_over(self, smtp: SMTP, letter: Letter) -> int:
        """With the null sender where it has one; if that may be what was refused, once more from our address.

        Servers refuse it at MAIL, or at RCPT, where Postfix looks at senders, or after the mail, as Microsoft does.
        Where our address then passes, it was the null sender, and it is not tried again until the next start.
        How many in copy are left out.
        """
        if letter.sender:
            return await self._transact(smtp, letter, letter.sender)
        if not self._takes_null_sender:
            return await self._transact(smtp, letter, self._writer.address)
        try:
            return await self._transact(smtp, letter, "")
        except SMTPResponseException as error:
            if not may_be_about_sender(error.code, error.message) or not smtp.is_connected:
                raise
            await smtp.rset()
            left_out = await self._transact(smtp, letter, self._writer.address)
            self._takes_null_sender = False
            log.warning("the mail server refuses the null sender", code=error.code)
            return left_out

    async def _transact(self, smtp: SMTP, letter: Letter, sender: str) -> int:
        await smtp.mail(sender, options=_size_option(smtp, letter))
        await smtp.rcpt(letter.recipient)
        left_out = letter.left_out
        for copy in letter.copies:
            try:
                await smtp.rcpt(copy)
            except SMTPRecipientRefused:
                left_out += 1
        await self._transfer(smtp, letter.raw)
        return left_out

    async def _transfer(self, smtp: SMTP, raw: bytes) -> None:
        """The mail itself. Until its last line has left nobody has taken it; after that, only an answer tells.

        Piece by piece, since the library's own way gives the whole of it 60 seconds, on whatever line.
        """
        start = await smtp.execute_command(b"DATA")
        protocol, transport = smtp.protocol, smtp.transport
        if start.code != SMTPStatus.start_input or protocol is None or not isinstance(transport, WriteTransport):
            raise SMTPDataError(start.code, start.message)
        text = _DOTS.sub(b"..", raw)
        for at in range(0, len(text), _PIECE_BYTES):
            protocol.write(text[at : at + _PIECE_BYTES])
            await _until_sent(transport, seconds=self._patience.command)
        protocol.write(b".\r\n")
        try:
            answer = await protocol.read_response(timeout=self._patience.mail)
        except SMTPException:
            cut(smtp)
            raise own("mail_down", ambiguous=True) from None
        if answer.code // 100 != 2:
            raise SMTPDataError(answer.code, answer.message)

    def _refusal(self, outgoing: Outgoing, error: SMTPResponseException) -> DeliveryError:
        problem = refused(error.code, error.message)
        is_recipient = isinstance(error, SMTPRecipientRefused) and error.code != SMTPStatus.domain_unavailable
        is_mail = isinstance(error, SMTPDataError) and trouble_of(problem.code) is None
        since = outgoing.created_at
        if (is_recipient or is_mail) and since is not None and self._clock.now() - since >= GIVE_UP_AFTER:
            return PermanentDeliveryError(f"{problem}, for a day", code=problem.code)
        return problem


def _size_option(smtp: SMTP, letter: Letter) -> list[str]:
    """What MAIL says of the size (RFC 1870). Raises when it is more than the server said it takes; 0 says nothing."""
    if not smtp.supports_extension("size"):
        return []
    limit = smtp.esmtp_extensions["size"].strip()
    if limit.isdecimal() and 0 < int(limit) < len(letter.raw):
        raise own("mail_too_large")
    return [f"SIZE={len(letter.raw)}"]


async def _until_sent(transport: WriteTransport, *, seconds: float) -> None:
    """Until what was written has left us, or the connection is lost."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while transport.get_write_buffer_size() and not transport.is_closing():
        if loop.time() > until:
            raise SMTPTimeoutError("the mail server takes no more")
        await asyncio.sleep(_LOOK_SECONDS)


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise PermanentDeliveryError(
            f"the file cannot be read: {type(error).__name__}", code="mail_document"
        ) from error
    if len(content) > most:
        raise own("mail_too_large")
    return content
