"""APScheduler only ticks: a job is one line into a service, its job store holds nothing of value (principle 3)."""

from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import DeliveryError, StorageUnavailable

log = structlog.get_logger()

Job = Callable[[], Awaitable[object]]


class Ticker:
    """Calls jobs every so many seconds, one run of each at a time; a run that was missed is made up for once."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is a monotonic clock, such as the event loop's: ages must survive a change of the wall clock."""
        self._now = now
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._succeeded: dict[str, float] = {}
        self._running: set[str] = set()
        self._failed: set[str] = set()

    def every(self, seconds: float, name: str, job: Job, *, retry_seconds: float | None = None) -> None:
        """Call `job` every so many seconds, and once at the start; after a failure as soon as `retry_seconds` say."""

        async def run() -> None:
            await self._run(name, job)

        self._succeeded[name] = self._now()
        self._scheduler.add_job(run, "interval", seconds=seconds, id=name)
        self._scheduler.add_job(run, id=f"{name}, at the start")
        if retry_seconds is not None:
            self._scheduler.add_job(self._retry, "interval", (name, run), seconds=retry_seconds, id=f"{name}, again")

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def age(self, name: str) -> float | None:
        """Seconds since the job last succeeded (or the start); None for a job that is not there."""
        at = self._succeeded.get(name)
        return None if at is None else self._now() - at

    async def _retry(self, name: str, run: Job) -> None:
        if name in self._failed:
            await run()

    async def _run(self, name: str, job: Job) -> None:
        if name in self._running:
            return
        self._running.add(name)
        self._failed.add(name)
        try:
            await job()
        except (StorageUnavailable, DeliveryError) as problem:
            log.warning("job put off", job=name, problem=type(problem).__name__)
        except Exception:  # an edge: the next tick must come whatever happened in this one
            log.exception("job failed", job=name)
        else:
            self._succeeded[name] = self._now()
            self._failed.discard(name)
        finally:
            self._running.discard(name)
