"""The statement of a period: what it states, and the words that stand on the paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.clients import Client
from bot.domain.tickets import Recontact
from bot.rules.quota import SLICE_MINUTES, Balance, Reason
from bot.texts.labels import DECISIONS, KINDS, plural
from bot.texts.letterhead import Letterhead, head_of, printed, printed_lines
from bot.texts.moments import clock_time, long_date, on_date, span

LONGEST_REASON = 400
"""On paper; CSV and JSON hold all of it."""

_BY = {
    Recontact.REPLY: "réponse",
    Recontact.CALL: "appel pris",
    Recontact.APPOINTMENT: "rendez-vous",
    Recontact.INTERVENTION: "intervention",
}

_SAID_ONCE = (Reason.COUNTED, Reason.NOT_COVERED, Reason.INDIVIDUAL_CONTRACT, Reason.UNCOUNTED_CONTRACT)
"""Where nothing is counted, a title or a note says so for all the lines."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A request's deadline (C15) and what became of it; `kept` is None while it runs, and where nobody was owed any."""

    asked_at: datetime
    due_at: datetime
    recontacted_at: datetime | None
    by: Recontact | None
    kept: bool | None


@dataclass(frozen=True, slots=True)
class StatedWork:
    """One intervention (C6). `units` are what the ledger holds for it in this period, corrections included.

    `on` is the day of its first sitting, which decides the period (C13). `decision` is a `rules.quota.Reason`, `why`
    what the technician said of it, `guarantee_of` the ticket whose guarantee covers it (C9).
    """

    ticket: int
    on: date
    doctor: str
    reason: str
    started_at: datetime | None
    ended_at: datetime | None
    sittings: int
    worked: timedelta
    remote: bool | None
    units: int
    decision: str
    why: str
    guarantee_of: int | None
    promise: Promise
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class StatedCorrection:
    """A line of the ledger that corrects another. `is_apart`: it belongs to no intervention that is listed."""

    ticket: int
    at: datetime
    units: int
    reason: str
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class StatementView:
    """A client's period: every intervention, and what it comes to. Instants are in the office zone.

    `nth` counts the client's periods from 1. `balance` is None where no quota is kept (C11). `is_over`: the period has
    ended, and what was left of it is lost (C10). `elsewhere` is work outside any period (C13), counted from nothing.
    """

    letterhead: Letterhead
    client: Client
    nth: int
    starts_on: date
    ends_on: date
    made_on: date
    is_over: bool
    balance: Balance | None
    works: tuple[StatedWork, ...] = ()
    corrections: tuple[StatedCorrection, ...] = ()
    elsewhere: tuple[StatedWork, ...] = ()

    @property
    def total(self) -> int:
        """The units that the lines add up to: those of the period's ledger, always."""
        return sum(work.units for work in self.works) + sum(each.units for each in self.corrections if each.is_apart)

    @property
    def lost(self) -> int:
        """Units that the period's end took away (C10)."""
        return self.balance.left if self.balance and self.is_over else 0


def statement_sheet(view: StatementView) -> dict[str, object]:
    """What the template sets: words only, every one of them harmless."""
    counted = view.balance is not None
    return {
        **head_of(view.letterhead),
        "title": "Relevé d’interventions",
        "subtitle": printed(f"du {long_date(view.starts_on)} au {long_date(view.ends_on)}"),
        "client": [printed(view.client.name, 120), *printed_lines(view.client.address)],
        "facts": [[name, printed(value)] for name, value in _facts(view)],
        "figures": [[str(value), printed(label)] for value, label in _figures(view)],
        "counted": counted,
        "columns": ["N°", "Date", "Médecin et motif", "Horaires", "À distance", "Délai", "Unités"],
        "rows": [_row(work, counted=counted) for work in view.works],
        "nothing": "Aucune intervention sur cette période.",
        "total": ["Total", str(view.total)] if counted else [],
        "corrections": {
            "title": "Corrections",
            "rows": [printed(_correction(each)) for each in view.corrections],
        },
        "elsewhere": {
            "title": "Hors de toute période de contrat (non décompté)",
            "rows": [_row(work, counted=False) for work in view.elsewhere],
        },
        "notes": [printed(note) for note in _notes(view)],
        "running": printed(f"{view.letterhead.name} · relevé de {view.client.name}", 90),
        "page": ["page ", " sur "],
    }


def why_uncounted(work: StatedWork) -> str:
    """Why an intervention is not counted, with its clause; empty for one that is.

    'sous garantie (C9) du n° 41 : même panne d’impression'.
    """
    if work.decision == Reason.COUNTED or not work.decision:
        return "ticket rouvert, décompte à revoir" if work.is_open else ""
    known = list(Reason)
    said = DECISIONS[Reason(work.decision)] if work.decision in known else work.decision
    guarantee = f", garantie du n° {work.guarantee_of}" if work.guarantee_of else ""
    return said + guarantee + (f" : {work.why}" if work.why else "")


def promise_kept(promise: Promise) -> str:
    """'tenu', 'manqué', 'en cours', 'sans objet'."""
    if promise.kept is not None:
        return "tenu" if promise.kept else "manqué"
    return "sans objet" if promise.recontacted_at is None else ""


def promise_explained(promise: Promise) -> tuple[str, str]:
    """'le 12/03 à 9h10 (réponse)' and 'échéance le 16/03 à 14h00'."""
    due = f"échéance le {_short(promise.due_at)}"
    if promise.recontacted_at is None:
        return "sans recontact", due
    by = f" ({_BY[promise.by]})" if promise.by else ""
    return f"le {_short(promise.recontacted_at)}{by}", due


def _facts(view: StatementView) -> Iterator[tuple[str, str]]:
    yield "Contrat", KINDS[view.client.kind].removeprefix("contrat ")
    yield "Période", f"n° {view.nth}"
    if view.balance is not None:
        yield "Forfait", f"{plural(view.balance.allowance, 'unité')} de {SLICE_MINUTES} minutes"
    yield "Établi le", on_date(view.made_on)


def _figures(view: StatementView) -> Iterator[tuple[int, str]]:
    """The figures one looks for first."""
    if view.balance is None:
        yield len(view.works), "intervention" if len(view.works) < 2 else "interventions"
        return
    yield view.balance.allowance, "au forfait"
    yield view.total, "décomptée" if abs(view.total) < 2 else "décomptées"
    if view.balance.beyond:
        yield view.balance.beyond, "hors forfait"
    elif view.is_over:
        yield view.lost, "perdue" if view.lost < 2 else "perdues"
    else:
        yield view.balance.left, f"jusqu’au {on_date(view.ends_on)}"


def _row(work: StatedWork, *, counted: bool) -> dict[str, object]:
    why = why_uncounted(work) if counted or work.decision not in _SAID_ONCE else ""
    return {
        "number": str(work.ticket),
        "date": on_date(work.on),
        "doctor": printed(work.doctor or "—", 120),
        "reason": printed(work.reason or "—", LONGEST_REASON),
        "why": printed(f"Non décompté : {why}", 300) if why else "",
        "hours": [printed(line) for line in _hours(work)],
        "remote": {True: "oui", False: "non", None: "—"}[work.remote],
        "kept": promise_kept(work.promise),
        "is_late": work.promise.kept is False,
        "promise": [printed(line) for line in promise_explained(work.promise)],
        "units": str(work.units) if counted else "",
    }


def _hours(work: StatedWork) -> Iterator[str]:
    """'14h10 – 14h32'; of several sittings from the first start to the last end, and how long they took together."""
    if work.started_at is None or work.ended_at is None:
        yield "—"
        return
    started, ended = work.started_at, work.ended_at
    end = clock_time(ended) if ended.date() == started.date() else _short(ended)
    yield f"{clock_time(started)} – {end}"
    yield f"{work.sittings} séances, {span(work.worked)}" if work.sittings > 1 else span(work.worked)


def _correction(each: StatedCorrection) -> str:
    where = "" if each.is_apart else " (comprise ci-dessus)"
    why = f" : {each.reason}" if each.reason else ""
    signed = f"{each.units:+d}".replace("-", "−") if each.units else "0"
    return f"n° {each.ticket}, le {on_date(each.at.date())} : {signed}{where}{why}"


def _notes(view: StatementView) -> Iterator[str]:
    if view.balance is None:
        yield "Contrat individuel : les interventions sont tracées, aucune n’est décomptée."
    else:
        yield (
            f"Une unité vaut {SLICE_MINUTES} minutes, toute minute commencée étant due ; les séances d’une même "
            "demande sont additionnées, puis arrondies une seule fois."
        )
    if view.lost:
        yield f"Période close : {_unused(view.lost)}, sans report sur la période suivante."
    if view.balance is not None and view.balance.beyond:
        yield (
            f"Forfait dépassé de {plural(view.balance.beyond, 'unité')} (hors forfait) : l’aide n’est jamais refusée, "
            "le dépassement est signalé."
        )


def _unused(lost: int) -> str:
    return "1 unité non utilisée est perdue" if lost == 1 else f"{lost} unités non utilisées sont perdues"


def _short(local: datetime) -> str:
    return f"{local.day:02}/{local.month:02} à {clock_time(local)}"
