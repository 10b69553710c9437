"""Reads the time: the only module that does."""

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the one place


class MovedClock:
    """The machine's clock, moved: what the demo and a scene put forward. It goes on by itself."""

    def __init__(self, at: datetime | None = None) -> None:
        self._offset = timedelta(0)
        if at is not None:
            self.move_to(at)

    def now(self) -> datetime:
        """The moved instant, aware, UTC."""
        return SystemClock().now() + self._offset

    def advance(self, by: timedelta) -> None:
        """Move forward."""
        self._offset += by

    def move_to(self, at: datetime) -> None:
        """Make it this instant (aware)."""
        self._offset = at - SystemClock().now()


class StoppedClock:
    """A clock that moves only when told: simulated months in tests."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at

    def advance(self, by: timedelta) -> None:
        """Move forward."""
        self.at += by

    def move_to(self, at: datetime) -> None:
        """Make it this instant (aware)."""
        self.at = at
