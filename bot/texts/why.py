"""Why a ticket is due when it is, and counts what it counts: line by line, with the contract's clauses."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.domain.interventions import Intervention
from bot.domain.tickets import Recontact
from bot.rules.calendar_version import CalendarVersion
from bot.rules.explanation import Explanation, Kind, Segment
from bot.rules.quota import Reason, Rounding, units_of_sittings
from bot.rules.recontact import Reading
from bot.texts.harmless import inline
from bot.texts.labels import DECISIONS, OUTCOMES, plural, threading_label
from bot.texts.moments import calendar_line, clock_time, day_and_hour, short_day, short_moment, span
from bot.texts.posts import Post
from bot.texts.rich import Rich, bold

_READINGS = {
    Reading.OFFICE_HOURS: "{allowed} ouvrées, les heures d’ouverture seules comptent (C15)",
    Reading.WORKING_DAYS: "{allowed} de jours ouvrés, comptées nuit et jour (C15)",
}
_STATES = {"pending": "à venir", "sent": "envoyé", "superseded": "remplacé par un plus récent", "cancelled": "annulé"}
_NAMES = {"50": "moitié du délai", "75": "trois quarts", "90": "bientôt fini", "breach": "délai dépassé"}
_SEGMENTS = 30


def why(
    number: int,
    *,
    explanation: Explanation,
    reading: Reading = Reading.OFFICE_HOURS,
    recontacted_at: datetime | None = None,
    recontacted_by: Recontact | None = None,
    threading: str = "",
    intervention: Intervention | None = None,
    guarantee: int | None = None,
    rounding: Rounding = Rounding.TICKET,
    calendar: CalendarVersion | None = None,
    milestones: Sequence[tuple[str, datetime, str]] = (),
    zone: tzinfo,
    now: datetime,
) -> Post:
    """The deadline segment by segment, what stopped it, the reminders, and how the units follow from the work.

    `guarantee` is the ticket under whose guarantee the work fell (C9), `rounding` what is rounded up (C7), `calendar`
    the versions that the deadline was computed with.
    """
    blocks = [
        Rich.lines([bold(f"n° {number} · pourquoi ce délai"), *_deadline(explanation, reading, zone)]),
        Rich.lines([_stopped(recontacted_at, recontacted_by, explanation, zone), *_reminders(milestones, zone)]),
        Rich.lines(_counted(intervention, guarantee, rounding, zone)) if intervention else Rich(),
        Rich(f"Classement : {label}.") if (label := threading_label(threading)) else Rich(),
        calendar_line(calendar) if calendar else Rich(),
    ]
    return Post(Rich.lines(blocks, between="\n\n"))


def _deadline(explanation: Explanation, reading: Reading, zone: tzinfo) -> list[str | Rich]:
    rule = _READINGS[reading].format(allowed=span(explanation.counted))
    lines: list[str | Rich] = [f"Reçu {day_and_hour(explanation.start, zone, None)}. {rule}."]
    spent = timedelta(0)
    shown = explanation.segments[:_SEGMENTS]
    for segment in shown:
        if segment.kind is Kind.OPEN:
            spent += segment.length
        lines.append(_segment(segment, spent))
    if len(explanation.segments) > len(shown):
        lines.append("…")
    lines.append(bold(f"À recontacter avant {day_and_hour(explanation.due_at, zone, None)}"))
    return lines


def _segment(segment: Segment, spent: timedelta) -> str:
    """'+ ven. 3/04, 8h00 à 18h30 : 10 h 30 (total 21 h)'; what does not count is told by its name."""
    if segment.kind is Kind.OPEN:
        until = _until(segment)
        start = f"{short_day(segment.from_at.date())}, {clock_time(segment.from_at)}"
        return f"+ {start} à {until} : {span(segment.length)} (total {span(spent)})"
    if segment.kind is Kind.HOLIDAY:
        return f"– {short_day(segment.from_at.date())} : fermé, {segment.label}"
    return f"– {segment.label}, jusqu’à {short_day(segment.to_at.date())} {clock_time(segment.to_at)}"


def _until(segment: Segment) -> str:
    if segment.from_at.date() == segment.to_at.date():
        return clock_time(segment.to_at)
    return f"{short_day(segment.to_at.date())} {clock_time(segment.to_at)}"


def _stopped(at: datetime | None, by: Recontact | None, explanation: Explanation, zone: tzinfo) -> str:
    if at is None:
        return "Le délai court : ni réponse acceptée, ni appel pris, ni rendez-vous, ni intervention (C16)."
    how = f" par {_ARTICLES[by]}" if by else ""
    late = " (après le délai)" if at > explanation.due_at else " (dans le délai)"
    return f"Délai arrêté {day_and_hour(at, zone, None)}{how}{late} (C16)."


_ARTICLES = {
    Recontact.REPLY: "une réponse",
    Recontact.CALL: "un appel pris",
    Recontact.APPOINTMENT: "un rendez-vous",
    Recontact.INTERVENTION: "une intervention",
}


def _reminders(milestones: Sequence[tuple[str, datetime, str]], zone: tzinfo) -> list[str]:
    told = [
        f"{_NAMES.get(name, 'rappel du matin')} : {short_moment(at, zone)}, {_STATES.get(state, state)}"
        for name, at, state in milestones
        if not name.startswith("urgent")
    ]
    return ["Rappels (C17) :", *told] if told else []


def _counted(intervention: Intervention, guarantee: int | None, rounding: Rounding, zone: tzinfo) -> list[str | Rich]:
    lines: list[str | Rich] = [bold("Pourquoi ce décompte")]
    lines += [f"Séance {short_moment(s.started_at, zone)} : {span(s.worked)}" for s in intervention.sittings]
    if intervention.sittings:
        lines.append(_slices(intervention, rounding))
    if intervention.outcome is None:
        lines.append("Pas encore clos : rien n’est compté.")
        return lines
    reason = intervention.decision or ""
    if intervention.units:
        lines.append(f"Issue : {OUTCOMES[intervention.outcome]}. Compté {plural(intervention.units, 'unité')} (C7).")
    elif reason in list(Reason):
        covered = f" du n° {guarantee}" if guarantee and reason == Reason.UNDER_GUARANTEE else ""
        label = DECISIONS[Reason(reason)].replace(" (", f"{covered} (", 1)
        lines.append(f"Issue : {OUTCOMES[intervention.outcome]}. Non compté : {label}.")
    if intervention.decision_reason:
        lines.append(f"Raison notée : {inline(intervention.decision_reason, 200)}.")
    return lines


def _slices(intervention: Intervention, rounding: Rounding) -> str:
    """'En tout 22 min 40 s : 23 minutes commencées, 2 quarts d’heure commencés (C7).'"""
    worked = [sitting.worked for sitting in intervention.sittings if sitting.ended_at]
    if not worked:
        return "La séance court encore."
    slices = units_of_sittings(worked, rounding=rounding)
    minutes = plural(-(-intervention.worked // timedelta(minutes=1)), "minute commencée", "minutes commencées")
    quarters = plural(slices, "quart d’heure commencé", "quarts d’heure commencés")
    each = " (chaque séance arrondie)" if rounding is Rounding.SITTING and len(worked) > 1 else ""
    return f"En tout {span(intervention.worked)} : {minutes}, {quarters}{each} (C7)."
