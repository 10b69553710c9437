"""How a mail server hands a mail to the program: LMTP (RFC 2033), over one connection for each mail."""

import asyncio
from dataclasses import dataclass

from bot.sandbox.mail_messages import Mail

ANSWER_SECONDS = 30.0
HOST_NAME = "mx.exemple.fr"


@dataclass(frozen=True)
class MailDelivery:
    """What became of a mail that was handed over: the reply's code and text, None when nobody answered."""

    mail: Mail
    code: int | None
    answer: str = ""

    @property
    def is_taken(self) -> bool:
        return self.code is not None and 200 <= self.code < 300

    @property
    def is_waiting(self) -> bool:
        """The server keeps it and tries again: nobody answered, or "not now"."""
        return self.code is None or 400 <= self.code < 500


class _Reply(Exception):
    """The answer that ended it before the mail was taken."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.code, self.text = code, text


async def hand_over(mail: Mail, recipient: str, *, host: str, port: int) -> MailDelivery:
    """Deliver a mail to one recipient. Never raises for what the peer does."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                code, text = await _converse(reader, writer, mail, recipient)
            finally:
                writer.transport.abort()
    except _Reply as reply:
        return MailDelivery(mail, reply.code, reply.text)
    except (OSError, EOFError, ValueError, TimeoutError):
        return MailDelivery(mail, None)
    return MailDelivery(mail, code, text)


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mail: Mail, recipient: str
) -> tuple[int, str]:
    await _expect(reader, 2)
    offers = await _say(reader, writer, f"LHLO {HOST_NAME}")
    size = f" SIZE={len(mail.raw)}" if "SIZE" in offers.upper() else ""
    await _say(reader, writer, f"MAIL FROM:<{mail.envelope_from}>{size}")
    await _say(reader, writer, f"RCPT TO:<{recipient}>")
    await _say(reader, writer, "DATA", expected=3)
    writer.write(_stuffed(mail.raw))
    reply = await _say(reader, writer, ".")
    writer.write(b"QUIT\r\n")
    return int(reply[:3]), reply[4:]


async def _say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: str, *, expected: int = 2) -> str:
    writer.write(line.encode() + b"\r\n")
    await writer.drain()
    return await _expect(reader, expected)


async def _expect(reader: asyncio.StreamReader, expected: int) -> str:
    """A whole reply, its lines joined. Raises `_Reply` when it is of another kind, EOFError when there is none."""
    lines: list[str] = []
    while not lines or lines[-1][3:4] == "-":
        line = await reader.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        lines.append(line.decode(errors="replace").rstrip())
    code = int(lines[-1][:3])
    if code // 100 != expected:
        raise _Reply(code, lines[-1][4:])
    return "\n".join(lines)


def _stuffed(raw: bytes) -> bytes:
    """Lines ended by CRLF, a dot put before those that begin with one, and an end of line at the end."""
    lines = raw.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)
