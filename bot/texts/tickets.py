"""Tickets in lists: one or two lines each, the most pressing words first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.domain.desk import Verb
from bot.domain.tickets import TicketState
from bot.texts.harmless import inline
from bot.texts.labels import STATES, plural
from bot.texts.moments import short_moment, span
from bot.texts.posts import Post, button, rows
from bot.texts.rich import Rich, bold

SHOWN = 20
_BUTTONS = 8


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket as lists and reminders name it. `left` is the business time to the deadline, below zero past it."""

    number: int
    subject: str
    state: TicketState
    urgent: bool
    opened_at: datetime
    due_at: datetime
    client_name: str | None = None
    left: timedelta | None = None
    recontacted_at: datetime | None = None
    assigned_to: str | None = None
    bodies_hidden: bool = False


def described(line: TicketLine, *, zone: tzinfo, now: datetime) -> Rich:
    """'🔴 n° 41 · Cabinet des Tilleuls · avant ven. 27/11 à 14h00 (reste 31 h)', then its subject and who has it."""
    mark = "🔴 URGENT · " if line.urgent and line.state is not TicketState.CLOSED else ""
    taken = f" — {inline(line.assigned_to, 30)}" if line.assigned_to else ""
    subject = "" if line.bodies_hidden else inline(line.subject, 70)
    first = Rich.of(bold(f"{mark}n° {line.number} · {who(line)}"), " · ", _pressing(line, zone, now), taken)
    return Rich.lines([first, subject])


def who(line: TicketLine) -> str:
    return inline(line.client_name) if line.client_name else "expéditeur inconnu"


def ticket_list(
    lines: Sequence[TicketLine], *, which: str = "all", total: int | None = None, zone: tzinfo, now: datetime
) -> Post:
    """The open tickets of /tickets; `which` is all, urgent, late or mine, `total` how many there are in all."""
    if not lines:
        return Post.of(_NONE.get(which, _NONE["all"]))
    count = total if total is not None else len(lines)
    heading = bold(f"{plural(count, _HEADINGS.get(which, 'ticket ouvert'), _PLURALS.get(which, 'tickets ouverts'))}")
    return _listed(heading, lines, count, zone, now)


def search_results(lines: Sequence[TicketLine], *, words: str, zone: tzinfo, now: datetime) -> Post:
    """What /recherche found, open or closed."""
    if not lines:
        return Post.of(f"Rien trouvé pour « {inline(words)} ». Essayez un seul mot, ou /client suivi d’un nom.")
    heading = bold(f"{plural(len(lines), 'ticket')} pour « {inline(words)} »")
    return _listed(heading, lines, len(lines), zone, now)


def _listed(heading: Rich, lines: Sequence[TicketLine], count: int, zone: tzinfo, now: datetime) -> Post:
    shown = lines[:SHOWN]
    blocks: list[str | Rich] = [heading, *(described(line, zone=zone, now=now) for line in shown)]
    if count > len(shown):
        blocks.append(f"… et {count - len(shown)} de plus : /recherche pour les trouver.")
    buttons = [button(f"n° {line.number}", Verb.SHOW, line.number) for line in shown[:_BUTTONS]]
    return Post(Rich.lines(blocks, between="\n\n"), rows(*buttons, width=4))


def _pressing(line: TicketLine, zone: tzinfo, now: datetime) -> str:
    if line.state is TicketState.CLOSED or line.recontacted_at:
        return STATES[line.state]
    if line.due_at <= now:
        return "⚠️ EN RETARD" + (f" de {span(line.left)}" if line.left else "")
    left = f" (reste {span(line.left)})" if line.left is not None else ""
    return f"avant {short_moment(line.due_at, zone)}{left}"


_HEADINGS = {"urgent": "ticket urgent", "late": "ticket en retard", "mine": "ticket à vous"}
_PLURALS = {"urgent": "tickets urgents", "late": "tickets en retard", "mine": "tickets à vous"}
_NONE = {
    "all": "Aucun ticket ouvert.",
    "urgent": "Aucun ticket urgent.",
    "late": "Aucun ticket en retard.",
    "mine": "Vous n’avez aucun ticket ouvert. /tickets pour les voir tous.",
}
