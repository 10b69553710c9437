"""Mailboxes with nobody behind them: machines that answer whatever comes, servers that report it undelivered."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Protocol

from bot.sandbox.mail_lmtp import MailDelivery
from bot.sandbox.mail_messages import Mail
from bot.sandbox.twilio_webhooks import Background

MOST_ANSWERS = 50


class WritesAlone(Protocol):
    """What the machines have sent for them."""

    async def answer_alone(self, mail: Mail, sender: str, text: str, *, is_marked: bool) -> MailDelivery: ...

    async def bounce(self, mail: Mail, status: str = ..., *, recipient: str | None = ...) -> MailDelivery | None: ...


class Machines:
    """Which addresses are machines, and how often each has answered: after 50 times it falls silent."""

    def __init__(self, writer: WritesAlone) -> None:
        self.answering: dict[str, tuple[str, bool]] = {}
        self.bouncing: dict[str, str] = {}
        self.answers: Counter[str] = Counter()
        self._writer = writer
        self._background = Background()

    def see(self, mail: Mail) -> None:
        """A mail of ours has come: whatever machines its recipients are go to work, beside the conversation."""
        for recipient in map(str.lower, mail.envelope_to):
            if recipient in self.answering and self.answers[recipient] < MOST_ANSWERS:
                self.answers[recipient] += 1
                text, is_marked = self.answering[recipient]
                self._run(self._writer.answer_alone(mail, recipient, text, is_marked=is_marked))
            if recipient in self.bouncing:
                self._run(self._writer.bounce(mail, self.bouncing[recipient], recipient=recipient))

    def _run(self, work: Coroutine[None, None, MailDelivery | None]) -> None:
        async def run() -> None:
            await work

        self._background.run(asyncio.ensure_future(run()))

    async def stop(self) -> None:
        await self._background.stop()
