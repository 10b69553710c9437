"""Calls that come in: what the caller gets, and what is kept of what was heard.

A provider tells of a call in steps, which come repeated, out of order, or never. Each is handled once, in one unit of
work; the call's row says how far it got, and puts it on a ticket when it is final.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.domain.addresses import Channel
from bot.domain.calls import FINAL, Answer, Call, CallEvent, CallState, Screening, Step
from bot.domain.inbox import InboxEntry
from bot.errors import DeliveryError
from bot.ports import Recordings, UnitOfWork
from bot.rules import calls as rules
from bot.rules.calls import Timing
from bot.services.call_duty import on_duty
from bot.services.call_tickets import is_blocked, put_on_ticket, who_calls
from bot.services.context import Context, Policy
from bot.services.desk import Desk
from bot.services.joined import standing_ticket
from bot.texts import calls as texts
from bot.texts.hours import office_hours

log = structlog.get_logger()

PROCESSING = timedelta(hours=1)
"""So long after a call began its recording can be erased, fetched or not: before, it may not be there yet."""

REFUSED_STAYS = timedelta(days=7)
"""So long after a call its recording stays at the provider when we refused it: whoever must can hear it there."""


async def answer(context: Context, event: CallEvent) -> Answer:
    """What the caller gets after this step: a technician's phone, the greeting, or the end; of a phone that picked up,
    what is said there.

    Decided beside the inbox, where the step stands already: it changes nothing. Raises `StorageUnavailable`.
    """
    match event.step:
        case Step.RANG:
            return await context.store.read(lambda uow: _first_answer(uow, context.policy, context.clock.now(), event))
        case Step.SCREENED:
            return Screening(event.technician_id, await _client_named(context, event.sid))
        case _:
            return rules.answer_after(event, now=context.clock.now(), hours=context.policy.hours)


def greeting(context: Context, *, is_open: bool) -> str:
    """What is read to a caller whom nobody can answer."""
    policy = context.policy
    return texts.greeting(
        context.texts,
        is_open=is_open,
        shop=policy.shop,
        hours=office_hours(policy.hours),
        sms_number=policy.sms_number,
    )


async def record(desk: Desk, entry: InboxEntry, event: CallEvent) -> None:
    """Take in one step of a call. Nothing at all when the entry was handled before."""
    if not await desk.uow.inbox.settle(entry.id, desk.now):
        return
    at, timing = min(entry.at, desk.now), _timing(desk.policy)
    answered = await _first_answer(desk.uow, desk.policy, at, event)
    before = await desk.uow.calls.open(rules.started(event, at=at, answered=answered, timing=timing))
    call = rules.heard(before, event, now=desk.now, timing=timing)
    if call.technician_id is None and (call.talked_seconds is not None or call.state is CallState.ACCEPTED):
        call = replace(call, technician_id=await _who_answered(desk.uow, event))
    call = await _keep(desk, before, call, inbox_id=entry.id, told_at=at)
    if call.ticket_id is not None:
        await desk.uow.inbox.point_to(entry.id, call.ticket_id)
    if event.step is Step.RECORDING and event.recording is not None:  # before, it cannot be fetched
        desk.uow.signal("media")


async def settle_calls(context: Context) -> int:
    """Make an end of calls of which nothing more was heard in time: missed ones. How many there were."""
    now = context.clock.now()

    async def give_up(uow: UnitOfWork, sid: str) -> None:
        call = await uow.calls.get(sid)
        if call is not None and call.settle_at is not None and call.settle_at <= now:
            await _keep(Desk(uow, context, now), call, rules.given_up(call), inbox_id=None, told_at=now)

    due = await context.store.read(lambda uow: uow.calls.due(now))
    for sid in due:
        await context.store.write(lambda uow, sid=sid: give_up(uow, sid))  # type: ignore[misc]  # mypy: default lambdas
    return len(due)


async def erase_recordings(context: Context, recordings: Recordings) -> int:
    """Delete at the provider what is in our own store, or will never be; how many.

    One that fails is tried again at the next call.
    """
    erased, now = 0, context.clock.now()
    until, refused_until = now - PROCESSING, now - REFUSED_STAYS
    for call in await context.store.read(
        lambda uow: uow.calls.recordings_to_erase(until=until, refused_until=refused_until)
    ):
        assert call.recording is not None
        try:
            await recordings.erase(call.recording.sid)
        except DeliveryError as problem:
            log.warning("recording not erased", call=call.id, code=problem.code)
            continue
        await context.store.write(
            lambda uow, sid=call.sid: uow.calls.erased(sid, context.clock.now())  # type: ignore[misc]  # the same
        )
        erased += 1
    return erased


async def _first_answer(uow: UnitOfWork, policy: Policy, at: datetime, event: CallEvent) -> Answer:
    return rules.answer(
        now=at,
        hours=policy.hours,
        on_duty=await on_duty(uow),
        ring_seconds=policy.voice_ring_seconds,
        is_screened=policy.voice_accept_key,
        is_blocked=event.caller is not None and await is_blocked(uow, event.caller),
    )


async def _client_named(context: Context, sid: str) -> str | None:
    """Whose call it is, for a technician's ear: nothing else of them is said (C30), and not where names are kept in."""
    if not context.policy.bodies_in_telegram:
        return None

    async def look(uow: UnitOfWork) -> str | None:
        caller = await uow.calls.caller(sid)
        client = await who_calls(uow, caller) if caller is not None else None
        return client.name if client is not None else None

    return await context.store.read(look)


async def _who_answered(uow: UnitOfWork, event: CallEvent) -> int | None:
    """The technician whose phone was rung: named by us in the address of the step, or by their number in a list."""
    for each in await uow.directory.technicians():
        if each.id == event.technician_id or (each.phone and each.phone == event.technician_phone):
            return each.id
    return None


async def _keep(desk: Desk, before: Call, call: Call, *, inbox_id: int | None, told_at: datetime) -> Call:
    """Write the call down; on a ticket, when it has just become final, or is more than it was."""
    if call.state is not before.state and call.state in FINAL:
        call = await put_on_ticket(desk, call, inbox_id=inbox_id, told_at=told_at)
    elif call.talked_seconds != before.talked_seconds:
        await _tell_length(desk, before, call)
    if call != before:
        await desk.uow.calls.save(call)
    return call


async def _tell_length(desk: Desk, before: Call, call: Call) -> None:
    """How long a talk was is learnt after it is on its ticket: what is said of it there says so now."""
    ticket = await standing_ticket(desk.uow, call.ticket_id) if call.ticket_id else None
    if ticket is None:
        return
    old, new = await _said_of(desk.uow, before), await _said_of(desk.uow, call)
    for message in await desk.uow.messages.of_ticket(ticket.number):
        if (message.channel, message.at, message.body) == (Channel.PHONE, call.started_at, old):
            await desk.uow.messages.reword(message.id, new)
    if ticket.subject == old:
        ticket = replace(ticket, subject=new)
        await desk.uow.tickets.save(ticket)
    await desk.refresh(ticket)


async def _said_of(uow: UnitOfWork, call: Call) -> str:
    technician = await uow.directory.technician_by_id(call.technician_id) if call.technician_id else None
    name = technician.name if technician else None
    return texts.taken(name, call.talked_seconds, is_withheld=call.caller is None)


def _timing(policy: Policy) -> Timing:
    return Timing(timedelta(seconds=policy.voice_ring_seconds), timedelta(seconds=policy.voice_message_seconds))
