"""Reminders: as the deadline nears, at the breach, each office morning after; and urgent alerts until somebody comes.

Each is sent once, whatever restarts happen: the milestone is settled in the commit that queues its reminder (C17, C18).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bot.domain.addresses import Address, Channel
from bot.domain.milestones import DueMilestone, MilestoneKind
from bot.domain.outbox import Kind, Outgoing, Rank
from bot.domain.tickets import Event, Ticket
from bot.ports import UnitOfWork
from bot.rules.recontact import BREACH, latest_due, may_remind
from bot.rules.urgent_alerts import Means, means_of
from bot.services import recontact
from bot.services.context import Context
from bot.services.desk import Desk
from bot.services.views import ticket_line
from bot.texts import notices

DIGEST_ABOVE = 5
"""More reminders than this at once are one message: after an outage nobody reads forty."""


async def remind(context: Context) -> int:
    """Send what is due; how many tickets were spoken of. With nothing due, nothing is written."""
    now = context.clock.now()
    if not await context.store.read(lambda uow: uow.milestones.due(now, limit=1)):
        return 0
    return await context.store.write(lambda uow: _remind(Desk(uow, context, now)))


async def _remind(desk: Desk) -> int:
    due = await desk.uow.milestones.due(desk.now)
    urgent = [milestone for milestone in due if milestone.kind is MilestoneKind.URGENT]
    waiting = await _hold(desk, [milestone for milestone in due if milestone.kind is MilestoneKind.RECONTACT])
    spoken = 0
    for ticket, milestones in await _by_ticket(desk, urgent):
        spoken += await _ring(desk, ticket, milestones)
    chosen: list[tuple[Ticket, str]] = []
    for ticket, milestones in await _by_ticket(desk, waiting):
        chosen += await _choose(desk, ticket, milestones)
    await _tell(desk, chosen)
    return spoken + len(chosen)


async def _hold(desk: Desk, due: Sequence[DueMilestone]) -> list[DueMilestone]:
    """Put off until the next opening what may not be sent now: the tick then costs nothing all night.

    Not what a higher one of the same ticket makes superfluous now: after an outage that ends at a closing, the higher
    may be told and the lower, due earlier, may not.
    """
    told = {each.ticket_id for each in due if may_remind(desk.now, each.remind_at, desk.policy.hours)}
    held = [each.id for each in due if each.ticket_id not in told]
    if held:
        await desk.uow.milestones.postpone(held, desk.policy.hours.next_opening(desk.now))
    return [each for each in due if each.ticket_id in told]


async def _by_ticket(desk: Desk, due: Sequence[DueMilestone]) -> list[tuple[Ticket, list[DueMilestone]]]:
    grouped: dict[int, list[DueMilestone]] = defaultdict(list)
    for milestone in due:
        grouped[milestone.ticket_id].append(milestone)
    tickets = [(await desk.uow.tickets.get(number), milestones) for number, milestones in grouped.items()]
    return [(ticket, milestones) for ticket, milestones in tickets if ticket is not None]


async def _choose(desk: Desk, ticket: Ticket, due: Sequence[DueMilestone]) -> list[tuple[Ticket, str]]:
    """Of a ticket's due milestones the highest one is sent, the lower ones are superseded."""
    if not ticket.awaits_recontact:
        await desk.uow.milestones.settle([], [milestone.id for milestone in due], desk.now)
        return []
    name = latest_due(milestone.name for milestone in due).name
    told = [milestone.id for milestone in due if milestone.name == name]
    await desk.uow.milestones.settle(told, [m.id for m in due if m.id not in told], desk.now)
    if name == BREACH or name.startswith("daily"):
        await recontact.remind_daily(desk.uow, ticket, desk.policy, desk.now)
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "reminded", "bot", {"milestone": name}))
    return [(ticket, name)]


async def _tell(desk: Desk, chosen: Sequence[tuple[Ticket, str]]) -> None:
    views = [(await ticket_line(desk.uow, ticket, desk.policy, desk.now), name) for ticket, name in chosen]
    if len(views) > DIGEST_ABOVE:
        post = notices.reminder_digest(views, zone=desk.policy.zone, now=desk.now)
        await desk.say(post, rank=Rank.REMINDER, ref="digest")
    else:
        for view, name in views:
            post = notices.reminder(view, name, zone=desk.policy.zone, now=desk.now)
            key = f"reminder:{view.number}"
            await desk.notify(post, ticket=view.number, rank=Rank.REMINDER, ref="reminder", coalesce=key)
    for ticket, _ in chosen:
        await desk.refresh(ticket)


async def _ring(desk: Desk, ticket: Ticket, due: Sequence[DueMilestone]) -> int:
    """Alert again, by more insistent means, until somebody takes the ticket (C18); at any hour."""
    if not ticket.is_open or not ticket.is_urgent or ticket.assigned_to is not None:
        await desk.uow.milestones.settle([], [milestone.id for milestone in due], desk.now)
        return 0
    last = max(due, key=lambda milestone: milestone.due_at)
    nth = int(last.name.split(":")[1])
    await desk.uow.milestones.settle([last.id], [m.id for m in due if m is not last], desk.now)
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "rung", "bot", {"nth": nth}))
    await desk.alert(ticket, nth=nth)
    post = notices.urgent_alert(ticket.number, nth)
    means = means_of(nth)
    for technician in await desk.uow.directory.technicians():
        if Means.PRIVATE in means and technician.has_private_chat:
            await desk.say(
                post,
                rank=Rank.URGENT,
                chat_id=technician.telegram_user_id,
                ticket=ticket.number,
                ref="alert",
                coalesce=f"alert:{ticket.number}:{technician.telegram_user_id}",
            )
        if Means.SMS in means and technician.phone is not None:
            await _text(desk, technician.phone, ticket)
    await recontact.sound(desk.uow, ticket, desk.policy, desk.now, nth=nth + 1)
    return 1


async def _text(desk: Desk, phone: str, ticket: Ticket) -> None:
    """An SMS to a technician's own phone; it names the ticket and nothing of what the client wrote (C30)."""
    if desk.policy.sms_automatic == "off":
        return
    outgoing = Outgoing(
        address=Address(Channel.SMS, phone),
        kind=Kind.TEXT,
        payload={"body": desk.context.texts.urgent_sms(number=ticket.number, shop=desk.policy.shop)},
        rank=Rank.URGENT,
        ticket_id=ticket.number,
        coalesce=f"alert:{ticket.number}:{phone}",
    )
    await desk.uow.outbox.add(outgoing, desk.now)
    desk.uow.signal("outbox")


async def next_reminder_at(context: Context) -> datetime | None:
    """When the next reminder or alert is due, if any is planned."""

    async def work(uow: UnitOfWork) -> datetime | None:
        return await uow.milestones.next_reminder_at()

    return await context.store.read(work)
