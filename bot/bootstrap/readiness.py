"""What keeps the program from working, for `/readyz`: 503 with the names of what fails."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.channels.mail.imap.reader import ImapReader
from bot.channels.mail.sender import MailSender
from bot.channels.telegram.poller import Poller
from bot.domain.addresses import Channel
from bot.errors import StorageError
from bot.ports import Clock, Store, UnitOfWork
from bot.scheduler import Ticker
from bot.services.delivery import Delivery
from bot.services.outages import outages
from bot.services.scanner_watch import scanner_away_since

OLDEST_INBOX = timedelta(seconds=60)
OLDEST_URGENT = timedelta(minutes=3)
TICK_AGES = {"reminders": 60.0, "reconcile": 900.0, "contracts": 600.0, "mail count": 26 * 3600.0}
_PROBE = "readyz probe"


class Readiness:
    """Asks every part; each answers in a few milliseconds."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ticker: Ticker,
        poller: Poller | None,
        tasks: Sequence[asyncio.Task[None]],
        delivery: Delivery,
        mailbox: ImapReader | None = None,
        mail_sender: MailSender | None = None,
        scans_media: bool = False,
    ) -> None:
        self._scans_media = scans_media
        self._mailbox = mailbox
        self._mail_sender = mail_sender
        self._delivery = delivery
        self._store = store
        self._clock = clock
        self._ticker = ticker
        self._poller = poller
        self._tasks = tasks

    async def problems(self) -> Mapping[str, str]:
        """What fails, by name; empty when all is well."""
        found: dict[str, str] = {}
        now = self._clock.now()
        try:
            inbox, urgent, waiting, away = await self._store.write(lambda uow: _probe(uow, now))
        except StorageError as problem:
            found["storage"] = str(problem)
        else:
            if inbox is not None and now - inbox > OLDEST_INBOX:
                found["inbox"] = f"oldest entry waits since {inbox.isoformat()}"
            if urgent is not None and now - urgent > OLDEST_URGENT:
                found["outbox"] = f"oldest urgent message waits since {urgent.isoformat()}"
            if waiting:
                found["answers"] = f"nothing leaves by {', '.join(waiting)}"
            if away is not None and self._scans_media:
                found["clamd"] = f"does not answer since {away.isoformat()}"
        for name, limit in TICK_AGES.items():
            age = self._ticker.age(name)
            if age is not None and age > limit:
                found[name] = f"last success {age:.0f} s ago"
        if self._poller is not None and self._poller.health.problem is not None:
            found["telegram"] = str(self._poller.health.problem)
        if self._mailbox is not None and self._mailbox.health.problem is not None:
            found["mail"] = str(self._mailbox.health.problem)
        if self._mail_sender is not None and self._mail_sender.trouble is not None:
            found["smtp"] = self._mail_sender.trouble
        refused = [code for lane, code in self._delivery.refusals.items() if lane.startswith(Channel.TELEGRAM)]
        if refused:
            found["desk"] = f"Telegram refuses what is posted: {', '.join(sorted(set(refused)))}"
        found |= {task.get_name(): "has stopped" for task in self._tasks if task.done()}
        return found


async def _probe(
    uow: UnitOfWork, now: datetime
) -> tuple[datetime | None, datetime | None, list[Channel], datetime | None]:
    """Write something, to know that it can be; and find what waits."""
    await uow.cursors.put(_PROBE, now.isoformat(), now)
    return (
        await uow.inbox.oldest_pending(),
        await uow.outbox.oldest_urgent(),
        await outages(uow),
        await scanner_away_since(uow),
    )
