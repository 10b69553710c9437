"""What a client's change does to the guarantees of earlier interventions (C9, C26)."""

from bot.domain.clients import Client
from bot.domain.interventions import Intervention
from bot.domain.workstations import ClientChange
from bot.rules.contract_term import GUARANTEE_MONTHS
from bot.rules.coverage import Candidate, PastIntervention, candidates
from bot.services.cover import cover_on
from bot.services.desk import Desk


async def guarantees_of_day(desk: Desk, client: Client, change: ClientChange) -> list[Candidate]:
    """The interventions that were under guarantee on the day of a change, each with the change that voided it, if any.

    Empty for a change that was not made yet.
    """
    if change.done_on is None:
        return []
    cover = await cover_on(desk.uow, client, change.done_on, desk.policy, now=desk.now)
    past = [_past(desk, each) for each in await desk.uow.interventions.of_client(client.id)]
    return candidates(
        [each for each in past if each is not None],
        began_on=change.done_on,
        workstation_id=change.workstation_id,
        changes=await desk.uow.workstations.changes_of(client.id),
        months=cover.terms.guarantee_months if cover else GUARANTEE_MONTHS,
    )


def _past(desk: Desk, intervention: Intervention) -> PastIntervention | None:
    """None for one that nobody worked on."""
    ends = [sitting.ended_at for sitting in intervention.sittings if sitting.ended_at is not None]
    assert intervention.outcome is not None  # the client's are listed once they are closed
    if not ends:
        return None
    return PastIntervention(
        id=intervention.id,
        ticket=intervention.ticket_id,
        ended_on=max(ends).astimezone(desk.policy.zone).date(),
        outcome=intervention.outcome,
        workstation_id=intervention.workstation_id,
    )
