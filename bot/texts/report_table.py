"""The report as one table for a spreadsheet: `ligne` says what each line is about, the columns are the same for all."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.texts.moments import on_date
from bot.texts.report import ClientUnits, MonthFigures, ReportView, ending_label, reasons
from bot.texts.statement_table import cell

HEADINGS = (
    "ligne", "mois", "client", "demandes", "urgentes", "delais_tenus", "delais_decides", "part_tenue",
    "recontact_median_heures", "unites", "non_decomptees", "date", "euros", "precision",
)  # fmt: skip

_HOUR = timedelta(hours=1)


def report_csv(view: ReportView) -> str:
    """The thirteen months, then the clients, then how contracts stand; decimals with a comma, as French Excel reads."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADINGS, restval="", delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_lines(view))
    return out.getvalue()


def _lines(view: ReportView) -> Iterator[Mapping[str, object]]:
    yield from (_month(each) for each in view.months)
    yield from (_client(each, view.figures.month) for each in view.clients)
    for end in view.ends:
        yield _standing("fin", end.client, end.on, ending_label(end.ending))
    for renewal in view.anniversaries:
        until = f"préavis jusqu’au {on_date(renewal.notice_until)}"
        yield _standing("reconduction", renewal.client, renewal.on, until)
    for unpaid in view.unpaid:
        late = "plus de 30 jours" if unpaid.is_late else ""
        due = _decimal(unpaid.due_cents / 100)
        yield {**_standing("reglement attendu", unpaid.client, unpaid.starts_on, late), "euros": due}
    for beyond in view.beyond:
        package = f"forfait de {beyond.allowance}"
        yield {**_standing("hors forfait", beyond.client, view.made_on, package), "unites": beyond.units}


def _month(each: MonthFigures) -> Mapping[str, object]:
    return {
        "ligne": "mois",
        "mois": f"{each.month:%m/%Y}",
        "demandes": each.requests,
        "urgentes": each.urgent,
        "delais_tenus": each.kept,
        "delais_decides": each.decided,
        "part_tenue": "" if each.share is None else f"{each.share} %",
        "recontact_median_heures": "" if each.waited is None else _decimal(each.waited / _HOUR),
        "unites": each.units,
    }


def _client(each: ClientUnits, month: date) -> Mapping[str, object]:
    return {
        "ligne": "client",
        "mois": f"{month:%m/%Y}",
        "client": cell(each.client),
        "unites": each.units,
        "non_decomptees": sum(count for _, count in each.uncounted),
        "precision": reasons(each.uncounted),
    }


def _standing(what: str, client: str, on: date, why: str) -> Mapping[str, object]:
    return {"ligne": what, "client": cell(client), "date": on_date(on), "precision": why}


def _decimal(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
