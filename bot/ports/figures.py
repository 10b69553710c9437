"""What the shop's report adds up: read in one statement each, however much there is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.contracts import TermChange
from bot.rules.figures import Accounted, Handled


class Figures(Protocol):
    """Many rows at once, and only what is counted of them; nothing here is anybody's text (C30)."""

    async def requests_between(self, since: datetime, until: datetime) -> list[Handled]:
        """Requests opened from `since` on and before `until`, by ticket.

        *Reading:* what was closed as a duplicate or as no request (thanks, a wrong number) was not one (C1); all else
        was, a commercial one too: somebody had to answer it.
        """
        ...

    async def accounted_between(self, since: datetime, until: datetime) -> list[Accounted]:
        """What the ledger holds for each client and intervention that began then (C13), corrections included."""
        ...

    async def units_by_period(self) -> Mapping[int, int]:
        """The sum of each period's ledger lines; periods without a line are left out."""
        ...

    async def cents_by_period(self) -> Mapping[int, int]:
        """What was received for each period (C24); periods without a payment are left out."""
        ...

    async def terms_by_contract(self) -> Mapping[int, list[TermChange]]:
        """The terms changed for each contract, in the order they were written."""
        ...
