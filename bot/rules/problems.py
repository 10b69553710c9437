"""Telling everything that is wrong at once, instead of the first thing."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import RuleError


class Problems(list[str]):
    """Problems found so far, one line each."""

    @contextmanager
    def of(self, item: str) -> Iterator[None]:
        """Keep a `RuleError` from within as a problem of `item`, and go on after it."""
        try:
            yield
        except RuleError as problem:
            self.append(f"{item!r}: {problem}")

    def report(self) -> None:
        """Raise one `RuleError` that holds them all, if there are any."""
        if self:
            raise RuleError("\n".join(self))
