"""What a client's change does to the guarantees of earlier interventions (C9, C26)."""

from bot.domain.clients import Client
from bot.domain.workstations import ClientChange
from bot.rules.coverage import Candidate, candidates
from bot.services.cover import cover_on
from bot.services.desk import Desk
from bot.services.guarantee import past_of


async def guarantees_of_day(desk: Desk, client: Client, change: ClientChange) -> list[Candidate]:
    """The interventions that were under guarantee on the day of a change, each with the change that voided it, if any.

    Empty for a change that was not made yet.
    """
    if change.done_on is None:
        return []
    cover = await cover_on(desk.uow, client, change.done_on, desk.policy, now=desk.now)
    past = [past_of(each, desk.policy.zone) for each in await desk.uow.interventions.of_client(client.id)]
    return candidates(
        [each for each in past if each is not None],
        began_on=change.done_on,
        workstation_id=change.workstation_id,
        changes=await desk.uow.workstations.changes_of(client.id),
        months=cover.terms.guarantee_months if cover else desk.policy.guarantee_months,
    )
