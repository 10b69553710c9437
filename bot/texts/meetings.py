"""The "13-14" sessions at the desk (C29): whom to invite, who comes, who could not be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.domain.addresses import Channel
from bot.domain.desk import Verb
from bot.domain.meetings import Meeting
from bot.texts.harmless import inline
from bot.texts.labels import CHANNELS, plural
from bot.texts.moments import day, short_day
from bot.texts.posts import Button, Post, Rows, button, leave, rows
from bot.texts.rich import Rich, bold

INVITE, RELINK, CANCEL, SHOW, REFRESH = "inviter", "lien", "annuler", "voir", "liste"
"""What a button asks of a session: its words are "=5 inviter" for the session 5."""

_NAMES = 25


@dataclass(frozen=True, slots=True)
class SessionView:
    """Names of those invited, by what they answered; `untold` are the ones whom nothing reached.

    `unreached` could not even be invited: there was no way to write to them.
    """

    meeting: Meeting
    coming: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()

    @property
    def invited(self) -> int:
        return len(self.coming) + len(self.absent) + len(self.silent) + len(self.untold)


@dataclass(frozen=True, slots=True)
class GuestsView:
    """Who can still be invited, by client, with the channel each would be told on; and who cannot be."""

    reachable: tuple[tuple[str, tuple[tuple[str, Channel], ...]], ...] = ()
    unreachable: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(people) for _, people in self.reachable)


def day_of(meeting: Meeting, zone: tzinfo) -> date:
    """The date of a session in the office zone."""
    return meeting.starts_at.astimezone(zone).date()


def proposal(
    view: SessionView,
    guests: GuestsView,
    *,
    zone: tzinfo,
    now: datetime,
    closed: str | None = None,
    is_relinked: bool = False,
) -> Post:
    """What `/1314 27/11 https://…` answers: who would be invited on which channel, before anybody is.

    `closed`: the office is closed that day, on a holiday of that name where it has one. `is_relinked`: those invited
    before were sent another link.
    """
    blocks: list[str | Rich] = [_heading(view.meeting, zone, now)]
    if closed is not None:
        named = f" ({inline(closed)})" if closed else ""
        blocks.append(f"⚠️ Le bureau est fermé ce jour-là{named}. Est-ce bien la date ?")
    if view.invited:
        blocks.append(f"Déjà invités : {view.invited}." + (" Ils ont reçu l’ancien lien." if is_relinked else ""))
    if guests.count:
        lines = [f"{inline(client)} : {_people(people)}" for client, people in guests.reachable[:_NAMES]]
        more = len(guests.reachable) - len(lines)
        blocks.append(Rich.lines([bold(f"À inviter : {guests.count}"), *lines, _more(more, "client")]))
    else:
        blocks.append("Personne d’autre à inviter : ni contrat à cette date, ni contact joignable.")
    if guests.unreachable:
        blocks.append(f"⚠️ Aucun moyen d’écrire à : {_names(guests.unreachable)}.")
    return Post(Rich.lines(blocks, between="\n\n"), _choices(view, guests.count, closed is not None, is_relinked))


def sessions(views: Sequence[SessionView], *, zone: tzinfo, now: datetime) -> Post:
    """`/1314`: the coming sessions and the last ones, with who comes."""
    if not views:
        return Post.of("Aucune session 13-14. /1314 suivi de la date et du lien en annonce une.")
    blocks = [_described(view, zone, now) for view in views]
    coming = [view.meeting for view in views if view.meeting.cancelled_at is None and view.meeting.starts_at > now]
    buttons = [
        button(f"Voir · {short_day(day_of(meeting, zone))}", Verb.MEETING, None, f"={meeting.id} {SHOW}")
        for meeting in coming[:8]
    ]
    return Post(Rich.lines(blocks, between="\n\n"), rows(*buttons))


def one_session(view: SessionView, *, zone: tzinfo, now: datetime) -> Post:
    """One session with who comes, and what can be done about it while it lies ahead."""
    if view.meeting.cancelled_at is not None or view.meeting.starts_at <= now:
        return Post(_described(view, zone, now))
    invite = button("Inviter les nouveaux", Verb.MEETING, None, f"={view.meeting.id} {INVITE}")
    cancel = button("Annuler la session", Verb.MEETING, None, f"={view.meeting.id} {CANCEL}")
    return Post(_described(view, zone, now), ((_refresh(view.meeting),), (invite, cancel)))


def reminded(view: SessionView, *, zone: tzinfo) -> Post:
    """The morning's reminder has gone out: what the technicians know of today's session."""
    heading = Rich.of("📅 ", bold("13-14 aujourd’hui à 13h"), f" : le rappel est parti.\n{view.meeting.link}")
    return Post(Rich.lines([heading, *_answers(view)]), ((_refresh(view.meeting),),))


def refreshed() -> str:
    return "À jour."


def invited(count: int, on: date) -> str:
    return f"13-14 du {short_day(on)} : {plural(count, 'invitation')} en route."


def relinked(count: int, on: date) -> str:
    return f"13-14 du {short_day(on)} : le nouveau lien part à {plural(count, 'personne')}."


def ask_cancel(view: SessionView, *, zone: tzinfo) -> Post:
    """A session that people count on is not cancelled by a slip of the finger."""
    told = view.invited - len(view.absent)
    asked = f"Annuler le 13-14 du {day(day_of(view.meeting, zone))} ? "
    then = f"{plural(told, 'invité')} en sera averti." if told == 1 else f"{plural(told, 'invité')} en seront avertis."
    words = f"={view.meeting.id} {CANCEL} oui"
    yes = button("Oui, annuler la session", Verb.MEETING, None, words)
    return Post(Rich.of(asked, then if told else "Personne n’a encore été invité."), ((yes, leave("Non, la garder")),))


def cancelled(count: int, on: date) -> str:
    told = f" {plural(count, 'personne')} en est avertie." if count == 1 else f" {count} personnes en sont averties."
    return f"13-14 du {short_day(on)} annulé.{told if count else ''}"


def _heading(meeting: Meeting, zone: tzinfo, now: datetime) -> Rich:
    said = day(day_of(meeting, zone), now.astimezone(zone).date())
    return Rich.of("📅 ", bold(f"13-14 · {said}, de 13h à 14h"), f"\n{meeting.link}")


def _described(view: SessionView, zone: tzinfo, now: datetime) -> Rich:
    state = "⚠️ Annulée." if view.meeting.cancelled_at is not None else None
    return Rich.lines([_heading(view.meeting, zone, now), state, *_answers(view)])


def _answers(view: SessionView) -> list[str]:
    groups = (
        ("✅ Oui", view.coming),
        ("❌ Non", view.absent),
        ("❔ Sans réponse", view.silent),
        ("⚠️ Pas joints", (*view.untold, *view.unreached)),
    )
    lines = [f"{label} ({len(names)}) : {_names(names)}" for label, names in groups if names]
    return lines or ["Personne n’est encore invité."]


def _choices(view: SessionView, count: int, is_closed: bool, is_relinked: bool) -> Rows:
    meeting_id = view.meeting.id
    buttons: list[Button] = []
    if count:
        if view.invited:
            label = f"Inviter les nouveaux ({count})"
        else:
            label = f"Inviter quand même ({count})" if is_closed else f"Inviter ({count})"
        buttons.append(button(label, Verb.MEETING, None, f"={meeting_id} {INVITE}"))
    if is_relinked and view.invited:
        buttons.append(button("Envoyer le nouveau lien", Verb.MEETING, None, f"={meeting_id} {RELINK}"))
    buttons.append(button("Annuler la session", Verb.MEETING, None, f"={meeting_id} {CANCEL}"))
    return tuple((each,) for each in buttons)


def _refresh(meeting: Meeting) -> Button:
    return button("Actualiser", Verb.MEETING, None, f"={meeting.id} {REFRESH}")


def _people(people: Sequence[tuple[str, Channel]]) -> str:
    shown = [f"{inline(name, 40)} ({CHANNELS[channel]})" for name, channel in people[:_NAMES]]
    return ", ".join([*shown, *filter(None, [_more(len(people) - len(shown), "autre")])])


def _names(names: Sequence[str]) -> str:
    shown = [inline(name, 40) for name in names[:_NAMES]]
    return ", ".join([*shown, *filter(None, [_more(len(names) - len(shown), "autre")])])


def _more(count: int, what: str) -> str:
    return f"… et {plural(count, what)}" if count > 0 else ""
