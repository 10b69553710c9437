"""Past interventions of a TOML file, so that a shop can begin in the middle of a year with the right balance (C6)."""

from datetime import datetime, tzinfo
from functools import partial

from bot.domain.interventions import Intervention, Sitting
from bot.domain.tickets import Outcome
from bot.errors import DeskRefusal
from bot.rules.closing import Missing, missing
from bot.rules.sittings import check_sitting
from bot.services.importing import toml_values as values
from bot.services.importing.entries import ClientEntry, InterventionEntry, SittingEntry
from bot.services.importing.toml_keys import Part
from bot.services.importing.toml_tables import Table
from bot.texts import import_problems as texts

_KEYS = {Missing.DOCTOR: "medecin", Missing.REASON: "motif", Missing.REMOTE: "a_distance"}


def read_intervention(table: Table, client: ClientEntry, *, zone: tzinfo, now: datetime) -> None:
    """Add it to the client's; without a sitting there is nothing to know it by, and only what is wrong is told."""
    outcome = table.take("issue", values.read_outcome) if "issue" in table else Outcome.RESOLVED
    doctor = table.take("medecin", values.read_name)
    reason = table.take("motif", values.read_name)
    technician = table.take("technicien", values.read_name)
    workstation = table.take("poste", values.read_name)
    guarantee_of = table.take("garantie_de", partial(values.read_moment, zone=zone))
    sittings = _sittings(table, zone=zone, now=now)
    if not sittings or outcome is None:
        return
    entry = InterventionEntry(
        table.line,
        tuple(sittings),
        outcome,
        doctor=doctor,
        reason=reason,
        technician=technician,
        workstation=workstation,
        guarantee_of=guarantee_of,
    )
    for what in missing(_intervention(entry), outcome):
        if _KEYS[what] not in table:  # one that is there and wrong was told already
            table.problem(texts.MISSING[what])
    first = client.interventions.setdefault(entry.started_at, entry)
    if first is not entry:
        table.problem(texts.same_start(line=first.line))


def _intervention(entry: InterventionEntry) -> Intervention:
    """What it will be; the ids are not known yet."""
    sittings = tuple(Sitting(0, 0, each.started_at, each.ended_at, each.remote) for each in entry.sittings)
    return Intervention(0, 0, None, doctor=entry.doctor, reason=entry.reason, sittings=sittings)


def _sittings(table: Table, *, zone: tzinfo, now: datetime) -> list[SittingEntry]:
    """In order. One alone stands on the intervention itself, several in tables of their own."""
    tables = table.tables("seance", Part.SITTING)
    if tables and ("debut" in table or "fin" in table):
        table.problem(texts.TWO_WAYS, at="seance")
    remote = table.take("a_distance", values.read_flag)
    sittings: list[SittingEntry] = []
    for each in tables or [table]:
        own = each.take("a_distance", values.read_flag) if "a_distance" in each else remote
        started_at = each.take("debut", partial(values.read_moment, zone=zone), missing=texts.NO_SITTING_START)
        read_end = partial(values.read_end, started_at=started_at, zone=zone)
        ended_at = each.take("fin", read_end, missing=texts.NO_SITTING_END)
        if started_at is None or ended_at is None:
            continue
        others = [Sitting(0, 0, other.started_at, other.ended_at) for other in sittings]
        try:
            check_sitting(started_at, ended_at, now=now, others=others)
        except DeskRefusal as refusal:
            each.problem(texts.SITTINGS[refusal.reason], at="fin")
        sittings.append(SittingEntry(started_at, ended_at, own))
    return sorted(sittings, key=lambda sitting: sitting.started_at)
