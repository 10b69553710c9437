"""The shop's report of a month and the twelve before it: what it holds, and how it reads on a phone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.contracts import Ending
from bot.domain.desk import Verb
from bot.rules.quota import Reason
from bot.texts.harmless import inline
from bot.texts.labels import euros, plural
from bot.texts.moments import MONTHS, office_span, on_date
from bot.texts.posts import Post, button
from bot.texts.rich import Rich, bold

CSV_WORD = "csv"
"""What stands behind the month in the words of the button."""

SHOWN = 6
"""So many lines of each list, and names so short, that all of it is one message of Telegram's; the CSV holds all."""
_LONGEST_NAME = 40

REASONS = {
    Reason.FAILED: "en échec",
    Reason.COMMERCIAL: "d’ordre commercial",
    Reason.VENDOR_FAULT: "du fait de l’éditeur",
    Reason.OUT_OF_SCOPE: "hors périmètre",
    Reason.UNDER_GUARANTEE: "sous garantie",
    Reason.NOT_COVERED: "hors contrat",
    Reason.INDIVIDUAL_CONTRACT: "en contrat individuel",
    Reason.UNCOUNTED_CONTRACT: "en contrat non compté",
}
"""Why interventions are not counted, behind any number of them; duplicates and non-requests are none (C1)."""

_ENDINGS = {Ending.NOTICE: "préavis", Ending.TERMINATION: "résiliation", None: "fin prévue"}


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month: requests by the day they came; `kept` of `decided` deadlines (C15); units by the work's day (C13)."""

    month: date
    requests: int = 0
    urgent: int = 0
    kept: int = 0
    decided: int = 0
    waited: timedelta | None = None
    units: int = 0

    @property
    def share(self) -> int | None:
        """The deadlines kept, in %: 41 of 42 are 98, 399 of 400 are 99, because 100 is said only where none was missed,
        and 0 only where none was kept. None where none is decided."""
        if not self.decided:
            return None
        if self.kept in (0, self.decided):
            return 100 if self.kept else 0
        return min(99, max(1, round(self.kept * 100 / self.decided)))


@dataclass(frozen=True, slots=True)
class ClientUnits:
    """What a client's interventions of the month came to: units counted, and how many are not, by reason."""

    client: str
    units: int
    uncounted: tuple[tuple[Reason, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Ends:
    """A contract that has a last day (C21, C22)."""

    client: str
    on: date
    ending: Ending | None


@dataclass(frozen=True, slots=True)
class Anniversary:
    """A contract that renews itself on a day (C20), unless notice is received until another (C21)."""

    client: str
    on: date
    notice_until: date


@dataclass(frozen=True, slots=True)
class Unpaid:
    """A period that began and is not paid whole (C24); `is_late` after 30 days (C22)."""

    client: str
    starts_on: date
    due_cents: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class Beyond:
    """A client whose running period is past its package (C12)."""

    client: str
    units: int
    allowance: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """`months` are thirteen, the oldest first, and the last one is the report's. `clients` are of that month alone.

    The other lists say how contracts stand on `made_on`, whichever month is looked at: they are there to be acted on.
    """

    shop: str
    made_on: date
    months: tuple[MonthFigures, ...]
    clients: tuple[ClientUnits, ...] = ()
    ends: tuple[Ends, ...] = ()
    anniversaries: tuple[Anniversary, ...] = ()
    unpaid: tuple[Unpaid, ...] = ()
    beyond: tuple[Beyond, ...] = ()

    @property
    def figures(self) -> MonthFigures:
        """Those of the month that was asked for."""
        return self.months[-1]

    @property
    def is_running(self) -> bool:
        """The month is not over: its figures will still change."""
        return (self.made_on.year, self.made_on.month) == (self.figures.month.year, self.figures.month.month)


def report(view: ReportView) -> Post:
    """The answer to /rapport; the picture comes below it."""
    blocks = [
        Rich.lines(_figures(view)),
        _block("Unités par client", [_units(each) for each in view.clients]),
        _block("Contrats qui prennent fin", [_ends(each) for each in view.ends]),
        _block("Reconductions dans les 4 mois", [_anniversary(each) for each in view.anniversaries]),
        _block("Règlements attendus", [_unpaid(each) for each in view.unpaid]),
        _block("Hors forfait", [_beyond(each) for each in view.beyond]),
    ]
    csv = button("CSV", Verb.REPORT, None, f"{view.figures.month:%Y-%m} {CSV_WORD}")
    return Post(Rich.lines(blocks, between="\n\n"), ((csv,),))


def finding(figures: MonthFigures) -> str:
    """The month in a sentence: 'En novembre : 42 demandes, 98 % recontactées à temps'."""
    said = f"En {MONTHS[figures.month.month - 1]} : {requests(figures.requests)}"
    kept = _kept(figures)
    return f"{said}, {kept}" if kept else said


def requests(count: int) -> str:
    """'42 demandes', '1 240 demandes', 'aucune demande'."""
    return f"{grouped(count)} demande{'s' if count > 1 else ''}" if count else "aucune demande"


def grouped(count: int) -> str:
    """'1 240'."""
    return f"{count:,}".replace(",", "\u00a0")


def month_name(month: date) -> str:
    """'novembre 2026'."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def reasons(uncounted: Sequence[tuple[Reason, int]]) -> str:
    """'2 sous garantie, 1 en échec'."""
    return ", ".join(f"{count} {REASONS[reason]}" for reason, count in uncounted)


def ending_label(ending: Ending | None) -> str:
    return _ENDINGS[ending]


def caption(view: ReportView) -> Post:
    """What stands below the picture."""
    return Post.of(finding(view.figures) + ".")


def csv_caption(month: date) -> Post:
    return Post.of(f"Rapport, {month_name(month)} : le tableau pour un tableur.")


def _kept(figures: MonthFigures) -> str:
    """What became of the deadlines; nothing where none is decided yet."""
    if figures.share is None:
        return ""
    if figures.requests == 1:
        return "recontactée à temps" if figures.kept else "recontactée hors délai"
    if not figures.kept:
        return "aucune recontactée à temps"
    if figures.kept == figures.requests:
        return "toutes recontactées à temps"
    return f"{figures.share} % recontactées à temps"


def _figures(view: ReportView) -> Iterator[Rich | str]:
    figures, before = view.figures, view.months[0]
    running = f" (en cours, au {on_date(view.made_on)})" if view.is_running else ""
    yield Rich.of(bold(month_name(figures.month).capitalize()), running)
    urgent = f", dont {plural(figures.urgent, 'urgente')}" if figures.urgent else ""
    yield f"{requests(figures.requests).capitalize()}{urgent} ; un an plus tôt : {requests(before.requests)}"
    if figures.share is not None:
        yield f"Recontactées à temps : {figures.share} % ({figures.kept} sur {figures.decided})"
    if figures.waited is not None:
        yield f"Recontact médian : {office_span(figures.waited)}"
    yield f"{plural(figures.units, 'unité décomptée', 'unités décomptées')} ; un an plus tôt : {before.units}"


def _block(title: str, lines: list[str]) -> Rich | None:
    """A list below its title; nothing where there is nothing in it."""
    if not lines:
        return None
    more = [f"… et {len(lines) - SHOWN} de plus, dans le CSV"] if len(lines) > SHOWN else []
    return Rich.lines([bold(title), *lines[:SHOWN], *more])


def _units(each: ClientUnits) -> str:
    if not each.uncounted:
        return f"{inline(each.client, _LONGEST_NAME)} : {each.units}"
    return f"{inline(each.client, _LONGEST_NAME)} : {each.units} ; non décompté : {reasons(each.uncounted)}"


def _ends(each: Ends) -> str:
    return f"{inline(each.client, _LONGEST_NAME)} : le {on_date(each.on)} ({ending_label(each.ending)})"


def _anniversary(each: Anniversary) -> str:
    return (
        f"{inline(each.client, _LONGEST_NAME)} : le {on_date(each.on)}, préavis jusqu’au {on_date(each.notice_until)}"
    )


def _unpaid(each: Unpaid) -> str:
    late = " ⚠️ plus de 30 jours" if each.is_late else ""
    return f"{inline(each.client, _LONGEST_NAME)} : {euros(each.due_cents)}, période du {on_date(each.starts_on)}{late}"


def _beyond(each: Beyond) -> str:
    return (
        f"{inline(each.client, _LONGEST_NAME)} : {plural(each.units, 'unité')} au-delà des {each.allowance} du forfait"
    )
