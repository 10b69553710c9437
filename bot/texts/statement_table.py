"""A statement as a table for a spreadsheet: one line an intervention, whose units add up to the total."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime

from bot.texts.letterhead import flat
from bot.texts.moments import on_date
from bot.texts.statement import StatedCorrection, StatedWork, StatementView, promise_kept, why_uncounted

HEADINGS = (
    "ligne", "ticket", "date", "medecin", "motif", "debut", "fin", "seances", "minutes", "a_distance", "unites",
    "decision", "explication", "demande", "echeance", "recontact", "delai",
)  # fmt: skip

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠|%]")


def statement_csv(view: StatementView) -> str:
    """The table, parted by semicolons as French spreadsheets do; without units where no quota is kept (C11)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    counted = view.balance is not None
    for work in view.works:
        writer.writerow(_work("intervention", work, counted=counted))
    for each in view.corrections:
        if each.is_apart:
            writer.writerow(_correction(each))
    for work in view.elsewhere:
        writer.writerow(_work("hors periode", work, counted=counted))
    return out.getvalue()


def cell(text: str) -> str:
    """A text that no spreadsheet reads as a formula (S4): "=1+1" becomes "'=1+1"."""
    line = flat(text)
    return f"'{line}" if _FORMULA.match(line) else line


def _work(kind: str, work: StatedWork, *, counted: bool) -> Iterator[object]:
    yield from (kind, work.ticket, on_date(work.on), cell(work.doctor), cell(work.reason))
    yield from (_moment(work.started_at), _moment(work.ended_at), work.sittings, int(work.worked.total_seconds() // 60))
    yield {True: "oui", False: "non", None: ""}[work.remote]
    yield work.units if counted else ""
    yield from (work.decision, cell(why_uncounted(work)))
    yield from (_moment(work.promise.asked_at), _moment(work.promise.due_at), _moment(work.promise.recontacted_at))
    yield promise_kept(work.promise)


def _correction(each: StatedCorrection) -> Iterator[object]:
    empty = [""] * 5
    yield from ("correction", each.ticket, on_date(each.at.date()), "", "", *empty)
    yield from (each.units, "correction", cell(each.reason), "", "", "", "")


def _moment(local: datetime | None) -> str:
    return f"{local:%d/%m/%Y %H:%M}" if local else ""
