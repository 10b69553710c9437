"""Webhooks from many clients at once, some of them redelivered, while the program is killed again and again (F1)."""

import asyncio
from pathlib import Path
from random import Random

from tests.stories.office import Office

REDELIVERED = 0.1
KILLED_WHILE_STARTING = 0.2
FIRST_SENDER = 1000
SHORTEST_LIFE_SECONDS = 0.8


async def first_start(office: Office, *, script: Path | None = None) -> float:
    """Start the program; for how long to let it live, at most, between two kills.

    As long as it takes to start, since a busy machine slows down both: a life in which nothing is done proves nothing.
    """
    loop = asyncio.get_running_loop()
    began_at = loop.time()
    office.start_outside(script=script)
    await office.answers()
    return max(SHORTEST_LIFE_SECONDS, loop.time() - began_at)


class Storm:
    """Each client sends one message, so that tickets can be counted: one each.

    Between two kills come `messages / kills` webhooks, at random instants of the time that the process lives on
    average. A webhook that nobody acknowledged is redelivered half of the time; the others only reconcile can find.
    """

    def __init__(
        self,
        office: Office,
        dice: Random,
        *,
        messages: int,
        kills: int,
        script: Path | None = None,
    ) -> None:
        self.kills = 0
        self.messages = messages
        self.redeliveries = 0
        self.acknowledged: set[str] = set()
        self.unacknowledged: set[str] = set()
        self._office = office
        self._dice = dice
        self._wanted_kills = kills
        self._life_seconds = SHORTEST_LIFE_SECONDS
        self._script = script

    @property
    def sids(self) -> set[str]:
        """Every message that was sent."""
        return {message.sid for message in self._office.twilio.inbound()}

    async def rage(self) -> None:
        """Send everything and kill so often; the process is up at the end, and may have work left."""
        self._life_seconds = await first_start(self._office, script=self._script)
        posts: set[asyncio.Task[None]] = set()
        sender = FIRST_SENDER
        for nth in range(1, self._wanted_kills + 1):
            until = FIRST_SENDER + self.messages * nth // self._wanted_kills
            is_early = self._dice.random() < KILLED_WHILE_STARTING
            if not is_early:
                await self._office.answers()
            posts |= {asyncio.create_task(self._post(number)) for number in range(sender, until)}
            sender = until
            await asyncio.sleep(self._dice.uniform(0, self._life_seconds))
            self._office.kill()
            self.kills += 1
            self._office.start_outside(script=self._script)
        await self._office.answers()
        await asyncio.gather(*posts)

    async def _post(self, sender: int) -> None:
        await self._wait()
        delivery = await self._office.sms(f"+3363998{sender:04}", f"Le poste {sender} ne démarre plus")
        self._note(delivery.sid, delivery.status)
        is_retried = delivery.status != 200 and self._dice.random() < 0.5
        if is_retried or self._dice.random() < REDELIVERED:
            times = self._dice.randint(1, 3)
            await self._wait()
            again = await self._office.twilio.redeliver(delivery.sid, times=times, concurrently=True)
            self.redeliveries += times
            for each in again:
                self._note(each.sid, each.status)

    async def _wait(self) -> None:
        await asyncio.sleep(self._dice.uniform(0, self._life_seconds / 2))

    def _note(self, sid: str, status: int | None) -> None:
        """Only what was answered 200 is a promise."""
        if status == 200:
            self.acknowledged.add(sid)
            self.unacknowledged.discard(sid)
        elif sid not in self.acknowledged:
            self.unacknowledged.add(sid)
