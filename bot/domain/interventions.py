"""Interventions, their sittings, and the lines of the ledger: what really happened and what is counted stay apart."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.tickets import Outcome


@dataclass(frozen=True, slots=True)
class Sitting:
    """A stretch of work (C6). `ended_at` is None while it runs; `remote` is None until somebody says (C28)."""

    id: int
    technician_id: int
    started_at: datetime
    ended_at: datetime | None = None
    remote: bool | None = None

    @property
    def worked(self) -> timedelta:
        """Its length; nothing while it runs."""
        return self.ended_at - self.started_at if self.ended_at else timedelta(0)


@dataclass(frozen=True, slots=True)
class Intervention:
    """The traced handling of one ticket (C6): doctor, reason, sittings, outcome, decision with its reason.

    `guarantee_of` is the earlier intervention whose guarantee covers this one (C9); `decision_reason` is why, in the
    words of the technician who decided. `…_asked` is True once the question was answered, also with "none".
    """

    id: int
    ticket_id: int
    client_id: int | None
    doctor: str | None = None
    reason: str | None = None
    outcome: Outcome | None = None
    decision: str | None = None
    rule: str | None = None
    units: int = 0
    sittings: tuple[Sitting, ...] = ()
    pending_outcome: Outcome | None = None
    workstation_id: int | None = None
    workstation_asked: bool = False
    guarantee_of: int | None = None
    guarantee_asked: bool = False
    decision_reason: str = ""

    @property
    def worked(self) -> timedelta:
        return sum((sitting.worked for sitting in self.sittings), timedelta(0))

    @property
    def running(self) -> Sitting | None:
        """The sitting that has not ended."""
        return next((sitting for sitting in self.sittings if sitting.ended_at is None), None)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the quota's ledger: appended, never changed; a correction is another line (principle 8).

    `reason` is why it was decided so, in a person's words, where there were any to say.
    """

    client_id: int
    intervention_id: int
    ticket_id: int
    period_id: int | None
    units: int
    decision: str
    rule: str
    author: str
    at: datetime
    reason: str = ""
    id: int = 0
