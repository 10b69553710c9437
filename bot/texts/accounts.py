"""A client's account: the balance, now or at a past moment, and line by line what it is made of (C7-C13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.domain.clients import ClientKind
from bot.domain.interventions import LedgerLine
from bot.rules.quota import Balance
from bot.texts.harmless import inline
from bot.texts.labels import decision_label, plural
from bot.texts.moments import on_date, short_moment
from bot.texts.posts import Post
from bot.texts.rich import Rich, bold

_SHOWN = 15


@dataclass(frozen=True, slots=True)
class AccountView:
    """A client's account in one period: `lines` are the ones its balance is the sum of.

    `period` are its first and last day, `uncovered` the lines of work outside any period (C13). `is_counted` is False
    where no quota is kept (C11). Of a past day's account, `at` is that day, and `late` are the lines that were written
    after it for work that had begun by then.
    """

    client_name: str
    client_kind: ClientKind
    period: tuple[date, date] | None
    balance: Balance | None
    lines: tuple[LedgerLine, ...] = ()
    uncovered: tuple[LedgerLine, ...] = ()
    is_counted: bool = True
    at: date | None = None
    late: tuple[LedgerLine, ...] = ()

    @property
    def balance_with_late(self) -> Balance | None:
        """What was left if all work that had begun by then is taken, whenever it was written down."""
        if self.balance is None:
            return None
        return Balance(self.balance.allowance, self.balance.used + sum(line.units for line in self.late))


def quota(view: AccountView, *, zone: tzinfo, now: datetime) -> Post:
    """The account of /quota: the balance, and line by line what it is made of."""
    heading: list[str | Rich] = [
        bold(inline(view.client_name)),
        f"Au soir du {on_date(view.at)}" if view.at else "",
        period_line(view.period),
        balance_line(view),
    ]
    blocks: list[str | Rich] = [Rich.lines(heading)]
    if view.lines:
        blocks.append(Rich.lines(_lines(view.lines, zone)))
    elif view.at:
        blocks.append("Rien n’était encore inscrit sur cette période.")
    else:
        blocks.append("Rien n’a encore été inscrit sur cette période.")
    if view.at and view.late:
        blocks.append(Rich.lines(_late(view, view.at, zone)))
    if view.uncovered:
        blocks.append(Rich.lines([bold("Hors de toute période (C13)"), *_lines(view.uncovered, zone)]))
    return Post(Rich.lines(blocks, between="\n\n"))


def balance_line(view: AccountView) -> str:
    """'Solde : 7 sur 12', 'Contrat individuel : jamais compté', 'Aucun contrat en cours'."""
    if view.period is None:
        return "⚠️ Aucun contrat à cette date" if view.at else "⚠️ Aucun contrat en cours"
    if not view.is_counted:
        is_individual = view.client_kind is ClientKind.INDIVIDUAL
        return "Contrat individuel : jamais compté" if is_individual else "Contrat jamais compté, par avenant"
    return f"Solde : {balance_words(view.balance)}" if view.balance else ""


def balance_words(balance: Balance) -> str:
    """'7 sur 12', '0 sur 12, hors forfait de 2'."""
    beyond = f", hors forfait de {balance.beyond}" if balance.beyond else ""
    return f"{balance.left} sur {balance.allowance}{beyond}"


def period_line(period: tuple[date, date] | None) -> str:
    return f"Période du {on_date(period[0])} au {on_date(period[1])}" if period else ""


def _late(view: AccountView, at: date, zone: tzinfo) -> list[str | Rich]:
    """What was not written yet that evening, and what the balance comes to with it."""
    lines: list[str | Rich] = [
        bold(f"Inscrit après le {on_date(at)}, pour un travail commencé jusque-là"),
        *_lines(view.late, zone),
    ]
    if view.is_counted and view.balance_with_late:
        lines.append(f"En le comptant, il restait {balance_words(view.balance_with_late)}.")
    return lines


def _lines(lines: Sequence[LedgerLine], zone: tzinfo) -> list[str]:
    """The newest first, as many as a message holds."""
    shown = [_line(line, zone) for line in sorted(lines, key=lambda line: line.at, reverse=True)[:_SHOWN]]
    older = lines[: -len(shown)] if len(lines) > len(shown) else ()
    return [*shown, f"… et {plural(len(older), 'ligne')} plus tôt"] if older else shown


def _line(line: LedgerLine, zone: tzinfo) -> str:
    count = f"{line.units:+d}".replace("-", "−") if line.units else "0"
    return (
        f"{short_moment(line.at, zone)} · n° {line.ticket_id} · {count} · {inline(decision_label(line.decision), 80)}"
    )
