"""Sending: may we, on which channel, and how far a message got."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.addresses import Channel, KnownAddress
from bot.domain.tickets import DeliveryState

WHATSAPP_WINDOW = timedelta(hours=24)
"""WhatsApp takes free text only so long after the person's last message (63016 afterwards)."""

BURST = timedelta(seconds=90)

_HOUR = timedelta(hours=1)
_SENDER_PAUSE, _SENDER_HOURLY = timedelta(minutes=10), 3
_HOURLY_IN_ALL = 60
_ALERTS_HOURLY = 3


class Brake(StrEnum):
    """Which limit of S6 held an automatic message back."""

    SENDER_PAUSE = "sender_pause"  # one in 10 minutes to a sender
    SENDER_HOURLY = "sender_hourly"  # three an hour to a sender
    HOURLY = "hourly"  # sixty an hour in all
    DAILY = "daily"  # the day's cap


class NoRoute(StrEnum):
    """Why no automatic message can go to an address."""

    OFF = "off"
    MUTED = "muted"
    BLOCKED = "blocked"
    OUTSIDE_WINDOW = "outside_window"
    NOT_WRITTEN = "not_written"


@dataclass(frozen=True, slots=True)
class Route:
    """How an automatic message leaves: on `channel`, from `sender` (None: our number); or `obstacle` says why not.

    A sender id cannot be answered (in France): the text then says which number to answer to.
    """

    channel: Channel | None = None
    sender: str | None = None
    obstacle: NoRoute | None = None

    @property
    def is_answerable(self) -> bool:
        return self.sender is None


def may_acknowledge(
    *,
    now: datetime,
    to_sender: Sequence[datetime],
    hourly_total: int,
    daily_total: int,
    daily_limit: int,
    is_asked: bool = False,
) -> Brake | None:
    """The limit of S6 that holds an automatic message back, or None when it may go.

    `to_sender`: when the last automatic messages to this address were queued; `hourly_total` and `daily_total` count
    all clients'. A second one after 9 min 59 s is held back (`SENDER_PAUSE`), after 10 min it may go; one that
    `is_asked` for, by STATUT or SOLDE, need not wait.
    """
    ages = [now - at for at in to_sender]
    if not is_asked and any(age < _SENDER_PAUSE for age in ages):
        return Brake.SENDER_PAUSE
    if sum(age < _HOUR for age in ages) >= _SENDER_HOURLY:
        return Brake.SENDER_HOURLY
    if hourly_total >= _HOURLY_IN_ALL:
        return Brake.HOURLY
    return Brake.DAILY if daily_total >= daily_limit else None


def may_alert(now: datetime, alerts: Sequence[datetime]) -> bool:
    """Whether a follow-up message may be announced at the desk: three an hour a ticket, none within a burst (S6)."""
    ages = [now - at for at in alerts]
    return all(age >= BURST for age in ages) and sum(age < _HOUR for age in ages) < _ALERTS_HOURLY


def automatic_route(
    channel: Channel,
    *,
    sms_automatic: str,
    last_inbound_at: datetime | None,
    now: datetime,
    muted: bool = False,
    blocked: bool = False,
) -> Route:
    """The route of an automatic message: back on the same channel (principle 9), from what France allows there.

    `sms_automatic` is "number" (our own), "off", or a sender id. WhatsApp takes it within 24 hours of the person's last
    message, 24 h 00 min 00 s excluded.
    """
    if muted or blocked:
        return Route(obstacle=NoRoute.MUTED if muted else NoRoute.BLOCKED)
    match channel:
        case Channel.SMS if sms_automatic == "off":
            return Route(obstacle=NoRoute.OFF)
        case Channel.SMS:
            return Route(channel, sender=None if sms_automatic == "number" else sms_automatic)
        case Channel.WHATSAPP if not is_window_open(last_inbound_at, now):
            return Route(obstacle=NoRoute.OUTSIDE_WINDOW)
        case Channel.WHATSAPP | Channel.MAIL:
            return Route(channel)
        case _:
            return Route(obstacle=NoRoute.NOT_WRITTEN)


def route_to(known: KnownAddress, *, sms_automatic: str, now: datetime) -> Route:
    """The route of an automatic message to somebody's address, as things stand with it (principle 9)."""
    return automatic_route(
        known.address.channel,
        sms_automatic=sms_automatic,
        last_inbound_at=known.last_inbound_at,
        now=now,
        muted=known.opted_out_at is not None,
        blocked=known.blocked_at is not None,
    )


def is_window_open(last_inbound_at: datetime | None, now: datetime) -> bool:
    """Whether WhatsApp still takes free text to somebody who last wrote then."""
    return last_inbound_at is not None and now - last_inbound_at < WHATSAPP_WINDOW


def alternative(channel: Channel | None, addresses: Sequence[KnownAddress], now: datetime) -> KnownAddress | None:
    """Where else the same person can be written to, after a message failed for good on `channel`; None: on none yet.

    Not blocked, not muted, WhatsApp only in its window; of several, the one they wrote from last.
    """
    usable = [known for known in addresses if known.address.channel is not channel and _is_usable(known, now)]
    return max(usable, key=_by_last_inbound, default=None)


def contact_order(addresses: Sequence[KnownAddress], preferred: Channel | None) -> list[KnownAddress]:
    """A person's addresses in the order they are told things on: the preferred channel, then where they wrote last."""
    return sorted(
        addresses, key=lambda known: (known.address.channel is preferred, *_by_last_inbound(known)), reverse=True
    )


def furthest(known: DeliveryState, reported: DeliveryState) -> DeliveryState:
    """The further of two states: reports come repeated and out of order, and a state never goes back.

    queued < sending < sent < delivered | undelivered | failed < read; of two that are level, the one known first stays.
    """
    return reported if _STEPS[reported] > _STEPS[known] else known


_STEPS = {
    DeliveryState.RECEIVED: 0,
    DeliveryState.QUEUED: 1,
    DeliveryState.SENDING: 2,
    DeliveryState.SENT: 3,
    DeliveryState.DELIVERED: 4,
    DeliveryState.UNDELIVERED: 4,
    DeliveryState.FAILED: 4,
    DeliveryState.READ: 5,
}


def _is_usable(known: KnownAddress, now: datetime) -> bool:
    if known.blocked_at or known.opted_out_at:
        return False
    match known.address.channel:
        case Channel.SMS | Channel.MAIL:
            return True
        case Channel.WHATSAPP:
            return is_window_open(known.last_inbound_at, now)
        case _:
            return False


def _by_last_inbound(known: KnownAddress) -> tuple[float, int]:
    return (known.last_inbound_at.timestamp() if known.last_inbound_at else 0.0, -known.id)
