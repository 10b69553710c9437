"""The words and numbers of the report's picture; how they are drawn is the template's."""

from datetime import timedelta

from bot.texts.letterhead import printed
from bot.texts.moments import long_date
from bot.texts.report import MonthFigures, ReportView, finding, grouped, month_name, requests

_SHORT = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
_HOUR = timedelta(hours=1)


def chart_sheet(view: ReportView) -> dict[str, object]:
    """What the template draws. The title says the finding; a month without a figure has null for it."""
    return {
        "title": [printed(line) for line in _title(view)],
        "subtitle": printed(_subtitle(view)),
        "panels": {
            "requests": "Demandes",
            "urgent": "dont urgentes" if any(each.urgent for each in view.months) else "",
            "share": printed("Recontactées à temps, en %"),
            "waited": "Recontact médian, en heures ouvrées",
        },
        "months": [_month(each, is_first=nth == 0) for nth, each in enumerate(view.months)],
        "none": "–",
        "foot": printed(f"{view.shop} · établi le {long_date(view.made_on)}", 120),
    }


def _title(view: ReportView) -> list[str]:
    """'En novembre : 42 demandes,', '98 % recontactées à temps': broken where the sentence breathes."""
    count, comma, kept = finding(view.figures).partition(", ")
    return [count + comma.strip(), kept] if kept else [count]


def _subtitle(view: ReportView) -> str:
    """'Mois en cours, au 23 novembre 2026 · un an plus tôt : 38 demandes'."""
    figures, before = view.figures, view.months[0]
    when = f"mois en cours, au {long_date(view.made_on)}" if view.is_running else month_name(figures.month)
    return f"{when.capitalize()} · un an plus tôt : {requests(before.requests)}"


def _month(each: MonthFigures, *, is_first: bool) -> dict[str, object]:
    hours = None if each.waited is None else each.waited / _HOUR
    return {
        "name": _SHORT[each.month.month - 1],
        "year": str(each.month.year) if is_first or each.month.month == 1 else "",
        "requests": each.requests,
        "requests_said": grouped(each.requests),
        "urgent": each.urgent,
        "urgent_said": grouped(each.urgent),
        "share": each.share,
        "share_said": "" if each.share is None else str(each.share),
        "hours": hours,
        "hours_said": "" if hours is None else _hours(hours),
    }


def _hours(hours: float) -> str:
    """'0,3', '3,5', '12': a decimal where it says something."""
    return f"{hours:.1f}".replace(".", ",") if round(hours, 1) < 10 else str(round(hours))
