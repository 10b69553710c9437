"""The dialogue of a closing: what is missing is asked with buttons, and nothing is counted before it is confirmed."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.domain.desk import Verb
from bot.domain.tickets import Outcome
from bot.rules.quota import Balance, Decision
from bot.texts.cards import CardView, title
from bot.texts.harmless import inline
from bot.texts.labels import DECISIONS, OUTCOMES
from bot.texts.moments import clock_time, day, span
from bot.texts.posts import Button, Post, button, fits, rows
from bot.texts.rich import Rich, bold

_CHOICES = 6


def ask_outcome(view: CardView) -> Post:
    """How did it end? The first question, and for most outcomes the only one."""
    buttons = [button(label[:1].upper() + label[1:], Verb.OUTCOME, view.number, outcome.value)
               for outcome, label in OUTCOMES.items()]  # fmt: skip
    said = Rich.of(bold(title(view)), "\nComment se termine-t-il ?")
    return Post(said, (*rows(*buttons), (_cancel(view.number),)))


def ask_doctor(number: int, names: Sequence[str] = ()) -> Post:
    """For which doctor (C6): the practice's contacts as buttons, or a name as an answer to this message."""
    return _choice(number, "pour quel médecin ?", "répondez à CE message avec son nom", Verb.DOCTOR, names)


def ask_reason(number: int, suggestions: Sequence[str] = ()) -> Post:
    """For what reason (C6): the product and the subject are proposed."""
    return _choice(number, "quel motif ?", "répondez à CE message en quelques mots", Verb.REASON, suggestions)


def ask_start(number: int) -> Post:
    """When the work began, where nobody pressed "Débuter" (C6)."""
    return _asked(
        number, "quand avez-vous commencé ? Répondez à CE message, par exemple 14h10, hier 9h ou il y a 20 min."
    )


def ask_end(number: int, started_at: datetime, *, zone: tzinfo, now: datetime) -> Post:
    """When the work ended; the start is echoed as it was understood."""
    since = _stretch_start(started_at, zone, now)
    post = _asked(number, f"commencé {since}. Quand avez-vous fini ? Répondez à CE message, par exemple 14h35.")
    return Post(post.rich, ((button("Maintenant", Verb.END, number, "maintenant"), _cancel(number)),))


def ask_remote(number: int) -> Post:
    """Was it done by remote control (C28)?"""
    yes, no = button("Oui", Verb.REMOTE, number, "oui"), button("Non", Verb.REMOTE, number, "non")
    return Post(_of(number, "prise en main à distance (TeamViewer) ?").rich, ((yes, no), (_cancel(number),)))


def confirm(
    number: int,
    *,
    outcome: Outcome,
    decision: Decision,
    after: Balance | None,
    doctor: str | None = None,
    reason: str | None = None,
    sittings: Sequence[tuple[datetime, datetime]] = (),
    remote: bool | None = None,
    zone: tzinfo,
    now: datetime,
) -> Post:
    """All that will be written and counted, before it is; `after` is the balance with it, None where none is kept."""
    facts = [
        bold(f"n° {number} : à confirmer"),
        f"Issue : {OUTCOMES[outcome]}",
        f"Médecin : {inline(doctor)}" if doctor else None,
        f"Motif : {inline(reason, 200)}" if reason else None,
        *(_stretch(start, end, zone, now) for start, end in sittings),
        None if remote is None else f"À distance : {'oui' if remote else 'non'}",
        bold(counting(decision, after)),
    ]
    buttons = (button("Confirmer", Verb.CONFIRM, number), _cancel(number))
    return Post(Rich.lines(facts).cut(), (buttons,))


def counting(decision: Decision, after: Balance | None) -> str:
    """'comptera 2, il restera 5', 'comptera 2, hors forfait de 1', 'ne sera pas compté : contrat individuel … (C11)'."""
    if not decision.counted:
        return f"ne sera pas compté : {DECISIONS[decision.reason]}"
    if after is None:
        return f"comptera {decision.units}"
    if after.beyond:
        return f"comptera {decision.units}, forfait dépassé de {after.beyond} (l’aide n’est jamais refusée, C12)"
    return f"comptera {decision.units}, il restera {after.left}"


def _choice(number: int, question: str, otherwise: str, verb: Verb, choices: Sequence[str]) -> Post:
    usable = [choice for choice in dict.fromkeys(choices) if fits(verb, number, choice)][:_CHOICES]
    how = f"Choisissez, ou {otherwise}." if usable else f"{otherwise[:1].upper()}{otherwise[1:]}."
    buttons = [button(inline(choice, 40), verb, number, choice) for choice in usable]
    return Post(_of(number, f"{question} {how}").rich, (*rows(*buttons, width=1), (_cancel(number),)))


def _asked(number: int, question: str) -> Post:
    return Post(_of(number, question).rich, ((_cancel(number),),))


def _of(number: int, said: str) -> Post:
    return Post.of(bold(f"n° {number}"), " : ", said)


def _cancel(number: int) -> Button:
    return button("Annuler", Verb.CANCEL, number)


def _stretch(start: datetime, end: datetime, zone: tzinfo, now: datetime) -> str:
    """'mardi 24 novembre, de 14h10 à 14h32 : 22 min'; with a length in seconds where it decides a unit."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    until = clock_time(last) if first.date() == last.date() else f"{day(last.date())} à {clock_time(last)}"
    on = day(first.date(), now.astimezone(zone).date())
    return f"{on[:1].upper()}{on[1:]}, de {clock_time(first)} à {until} : {_length(end - start)}"


def _length(worked: timedelta) -> str:
    seconds = int(worked.total_seconds()) % 60
    return f"{span(worked)} {seconds} s" if seconds and worked >= timedelta(minutes=1) else span(worked)


def _stretch_start(started_at: datetime, zone: tzinfo, now: datetime) -> str:
    local = started_at.astimezone(zone)
    return f"{day(local.date(), now.astimezone(zone).date())} à {clock_time(local)}"
