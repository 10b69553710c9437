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
    buttons = [button(_capital(label), Verb.OUTCOME, view.number, outcome) for outcome, label in OUTCOMES.items()]
    said = Rich.of(bold(title(view)), "\nComment se termine-t-il ?")
    return Post(said, (*rows(*buttons), (_cancel(view.number),)))


def ask_doctor(number: int, names: Sequence[str] = ()) -> Post:
    """For which doctor (C6): the client's contacts as buttons, or a name typed."""
    usable = [name for name in names if fits(Verb.DOCTOR, number, name)]
    return _choice(number, "pour quel médecin ?", "épondez à CE message avec son nom.", Verb.DOCTOR, usable)


def ask_reason(number: int, suggestions: Sequence[str] = ()) -> Post:
    """For what reason (*motif*, C6): the ticket's subject as a button, shortened to what a button carries."""
    usable = [_shortened(number, suggestion) for suggestion in suggestions]
    return _choice(number, "quel motif ?", "épondez à CE message en quelques mots.", Verb.REASON, usable)


def ask_times(number: int) -> Post:
    """From when until when, where nobody pressed "Débuter" (C6)."""
    asked = "de quand à quand avez-vous travaillé ? Répondez à CE message, par exemple 14h10 14h32, ou hier 9h 9h20."
    return Post(_of(number, asked).rich, ((_cancel(number),),))


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
    guarantee: int | None = None,
    reason_kept: str = "",
    identified: bool = True,
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
        None if remote is None else f"Prise en main à distance : {'oui' if remote else 'non'}",
        f"Sous garantie du n° {guarantee}" if guarantee else None,
        f"Raison notée : {inline(reason_kept, 200)}" if reason_kept else None,
        None if identified else "⚠️ Expéditeur inconnu : rattachez-le d’abord si c’est un client.",
        bold(_capital(counting(decision, after))),
    ]
    yes = button("Confirmer", Verb.CONFIRM, number, confirmation(outcome, decision))
    change = ((button("Revoir la garantie", Verb.GUARANTEE, number, "?"),),) if reason_kept else ()
    return Post(Rich.lines(facts), ((yes, _cancel(number)), *change))


def confirmation(outcome: Outcome, decision: Decision) -> str:
    """What the button "Confirmer" agrees to: if it has changed since, it is shown again instead of counted."""
    return f"{outcome}.{decision.units}.{decision.reason}"


def counting(decision: Decision, after: Balance | None) -> str:
    """'comptera 2, il restera 5', or 'ne sera pas compté : contrat individuel, jamais compté (C11)'."""
    if not decision.counted:
        return f"ne sera pas compté : {DECISIONS[decision.reason]}"
    if after is None:
        return f"comptera {decision.units}"
    if after.beyond:
        return f"comptera {decision.units}, hors forfait de {after.beyond} (l’aide n’est jamais refusée)"
    return f"comptera {decision.units}, il restera {after.left}"


def _choice(number: int, question: str, typed: str, verb: Verb, choices: Sequence[str]) -> Post:
    usable = [choice for choice in dict.fromkeys(choices) if choice][:_CHOICES]
    how = f"Choisissez, ou r{typed}" if usable else f"R{typed}"
    buttons = [button(inline(choice, 40), verb, number, choice) for choice in usable]
    return Post(_of(number, f"{question} {how}").rich, (*rows(*buttons, width=1), (_cancel(number),)))


def _shortened(number: int, words: str) -> str:
    """As many whole words as a button's data holds: its 64 bytes are some 45 letters."""
    kept = words
    while kept and not fits(Verb.REASON, number, kept):
        kept = kept.rpartition(" ")[0]
    return kept


def _of(number: int, said: str) -> Post:
    return Post.of(bold(f"n° {number}"), " : ", said)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cancel(number: int) -> Button:
    return button("Annuler", Verb.CANCEL, number)


def _stretch(started_at: datetime, ended_at: datetime, zone: tzinfo, now: datetime) -> str:
    """'Mardi 24 novembre, de 14h10 à 14h32 : 22 min'."""
    start, end = started_at.astimezone(zone), ended_at.astimezone(zone)
    on = _capital(day(start.date(), now.astimezone(zone).date()))
    until = clock_time(end) if start.date() == end.date() else f"{day(end.date())} {clock_time(end)}"
    return f"{on}, de {clock_time(start)} à {until} : {_length(ended_at - started_at)}"


def _length(worked: timedelta) -> str:
    """With its seconds: 15 min 01 s is one unit more than 15 min (C7)."""
    seconds = int(worked.total_seconds()) % 60
    return f"{span(worked)} {seconds:02} s" if seconds and worked >= timedelta(minutes=1) else span(worked)
