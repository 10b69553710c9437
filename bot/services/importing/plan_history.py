"""Holds the past interventions of a file against those that are known (C6). Reads only."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.clients import Client
from bot.domain.interventions import Intervention
from bot.ports import UnitOfWork
from bot.rules.folding import fold
from bot.services.importing.entries import ClientEntry, InterventionEntry, Problems
from bot.services.importing.plans import InterventionPlan
from bot.texts import import_problems as texts


async def plan_history(
    uow: UnitOfWork, entry: ClientEntry, client: Client | None, problems: Problems
) -> list[InterventionPlan]:
    """The interventions that are not known yet, the earliest first.

    One is known by its client and its first start, whatever was corrected in it since: a file never changes one.
    """
    if not entry.interventions:
        return []
    known = {each.sittings[0].started_at for each in await _worked(uow, client)}
    technicians = {fold(each.name): each.id for each in await uow.directory.technicians()}
    workstations = {fold(each.name) for each in await uow.workstations.of_client(client.id)} if client else set()
    plans = []
    for started_at, each in sorted(entry.interventions.items()):
        if started_at in known:
            continue
        _check(
            each, problems, technicians, workstations | entry.workstations.keys(), known | entry.interventions.keys()
        )
        plans.append(InterventionPlan(each, technicians.get(fold(each.technician or ""))))
    return plans


async def _worked(uow: UnitOfWork, client: Client | None) -> list[Intervention]:
    """The client's interventions on which somebody worked."""
    found = await uow.interventions.of_client(client.id) if client else []
    return [each for each in found if each.sittings]


def _check(
    entry: InterventionEntry,
    problems: Problems,
    technicians: Collection[str],
    workstations: Collection[str],
    starts: Collection[datetime],
) -> None:
    """What it names must be known, or stand in the file."""
    if entry.technician is not None and fold(entry.technician) not in technicians:
        problems.add(entry.line, texts.unknown_technician(entry.technician))
    if entry.workstation is not None and fold(entry.workstation) not in workstations:
        problems.add(entry.line, texts.unknown_workstation(entry.workstation))
    if entry.guarantee_of is not None and (entry.guarantee_of not in starts or entry.guarantee_of >= entry.started_at):
        problems.add(entry.line, texts.NO_EARLIER)
