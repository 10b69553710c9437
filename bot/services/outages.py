"""A channel by which nothing reaches clients for a while: the desk reads so once, and once more when it is over."""

from datetime import datetime, timedelta

from bot.domain.addresses import Channel
from bot.domain.outbox import Kind, Outgoing, Rank
from bot.ports import UnitOfWork
from bot.services.desk import Desk
from bot.texts import notices

LONG = timedelta(minutes=15)
"""How long an answer may wait before somebody should think of calling instead."""

CHANNELS = (Channel.SMS, Channel.WHATSAPP, Channel.MAIL)


def waits_long(row: Outgoing, now: datetime, *, taken_at: datetime | None) -> bool:
    """Whether what is said to a client waits for long, and nothing else left by its channel meanwhile.

    `taken_at` is when something last did. A client whose own server wants us to wait is so no outage to the others.
    """
    assert row.created_at is not None
    is_said = row.kind is Kind.TEXT and row.rank <= Rank.CLIENT
    return is_said and now - row.created_at >= LONG and (taken_at is None or taken_at < row.created_at)


async def tell_outage(desk: Desk, channel: Channel, code: str | None) -> None:
    """Say that messages wait, and why; once, whatever restarts happen, until one has left."""
    if await desk.uow.cursors.get(_cursor(channel)):
        return
    await desk.uow.cursors.put(_cursor(channel), desk.now.isoformat(), desk.now)
    post = notices.messages_wait(channel, code=code, reason=desk.context.reason_of(code))
    await desk.say(post, rank=Rank.ANSWER, silent=not desk.policy.hours.is_open(desk.now))


async def end_outage(desk: Desk, channel: Channel, *, is_told: bool) -> None:
    """Something left by the channel, and the desk reads so (`is_told`); or it was refused for good: it answers."""
    if not await desk.uow.cursors.get(_cursor(channel)):
        return
    await desk.uow.cursors.put(_cursor(channel), "", desk.now)
    if is_told:
        await desk.say(notices.messages_leave(channel), rank=Rank.CARD, silent=True)


async def outages(uow: UnitOfWork) -> list[Channel]:
    """The channels of which the desk knows that messages wait."""
    return [channel for channel in CHANNELS if await uow.cursors.get(_cursor(channel))]


def _cursor(channel: Channel) -> str:
    return f"outage of {channel}"
