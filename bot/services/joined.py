"""Tickets that were joined to others (`/fusionner`): what was theirs is the other's from then on."""

from bot.domain.tickets import Outcome, Ticket
from bot.ports import UnitOfWork


async def standing_ticket(uow: UnitOfWork, number: int) -> Ticket | None:
    """The ticket of this number, or the one that it was joined to, and so on."""
    ticket = await uow.tickets.get(number)
    seen = {number}
    while ticket is not None and ticket.outcome is Outcome.DUPLICATE:
        joined = await uow.tickets.events(ticket.number, kinds=["merged into"])
        target = int(str(joined[-1].data["target"])) if joined else ticket.number
        if target in seen:
            break
        seen.add(target)
        ticket = await uow.tickets.get(target)
    return ticket


async def follows(uow: UnitOfWork, ticket: Ticket, number: int) -> bool:
    """Whether it follows the ticket of that number, or another did that was joined to it."""
    if ticket.follows == number:
        return True
    for event in await uow.tickets.events(ticket.number, kinds=["merged"]):
        joined = await uow.tickets.get(int(str(event.data["source"])))
        if joined is not None and joined.follows == number:
            return True
    return False
