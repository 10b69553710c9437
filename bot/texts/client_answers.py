"""What clients are answered to STATUT and SOLDE: the short form, one SMS where it fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.domain.addresses import Channel
from bot.domain.clients import ClientKind
from bot.domain.tickets import Ticket, TicketState
from bot.rules.quota import Balance
from bot.texts.client import ClientTexts
from bot.texts.harmless import inline
from bot.texts.labels import plural
from bot.texts.moments import on_date, short_moment

SHOWN_REQUESTS = 3
_SUBJECT = 30


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as the client who made it is told of it; `appointment_at` where one lies ahead."""

    ticket: Ticket
    appointment_at: datetime | None = None


def status(
    texts: ClientTexts,
    requests: Sequence[RequestView],
    *,
    zone: tzinfo,
    now: datetime,
    shop: str = "",
    channel: Channel = Channel.SMS,
) -> str:
    """Where the sender's own open requests stand, three at most: "demande 41 : recontact avant ven. 27/11 à 14h00."

    Their subjects are said where they fit: they are the sender's own words.
    """
    if not requests:
        return texts.told(texts.sentence("status_none"), shop=shop, channel=channel)
    shown = requests[:SHOWN_REQUESTS]
    more = [texts.sentence("status_more")] if len(requests) > len(shown) else []
    states = [(request.ticket, _state(texts, request, zone, now)) for request in shown]
    brief = [texts.sentence("status", number=ticket.number, state=state) for ticket, state in states]
    whole = [
        texts.sentence("status_about", number=ticket.number, subject=inline(ticket.subject, _SUBJECT), state=state)
        for ticket, state in states
    ]
    versions = [_in_a_row([*sentences, *more]) for sentences in (whole, brief)]
    return texts.told(*versions, shop=shop, channel=channel)


def quota(
    texts: ClientTexts,
    *,
    kind: ClientKind,
    balance: Balance | None,
    ends_on: date | None,
    shop: str = "",
    channel: Channel = Channel.SMS,
) -> str:
    """What is left of the package (C10): "il vous reste 7 unités sur 12, jusqu’au 28/02/2027."

    `ends_on` is the present period's last day, None outside any contract (C13); `balance` is None where nothing is
    counted (C11).
    """
    if ends_on is None:
        text = texts.sentence("quota_none")
    elif balance is None:
        text = texts.sentence("quota_individual" if kind is ClientKind.INDIVIDUAL else "quota_uncounted")
    elif balance.beyond:
        text = texts.sentence("quota_beyond", allowance=balance.allowance, beyond=balance.beyond, day=on_date(ends_on))
    else:
        left = plural(balance.left, "unité")
        text = texts.sentence("quota", left=left, allowance=balance.allowance, day=on_date(ends_on))
    return texts.told(text, shop=shop, channel=channel)


def _state(texts: ClientTexts, request: RequestView, zone: tzinfo, now: datetime) -> str:
    ticket = request.ticket
    if ticket.state is TicketState.IN_PROGRESS:
        said = texts.sentence("status_working")
    elif ticket.recontacted_at is not None:
        said = texts.sentence("status_recontacted", at=short_moment(ticket.recontacted_at, zone))
    elif ticket.recontact_due_at <= now:
        said = texts.sentence("status_overdue")
    else:
        said = texts.sentence("status_due", due=short_moment(ticket.recontact_due_at, zone))
    if request.appointment_at is None:
        return said
    return f"{said}, {texts.sentence('status_appointment', at=short_moment(request.appointment_at, zone))}"


def _in_a_row(sentences: Sequence[str]) -> str:
    """As one text: the first begins small, behind the shop's name, the others are sentences of their own."""
    first, *others = sentences
    return " ".join([first, *(other[:1].upper() + other[1:] for other in others)])
