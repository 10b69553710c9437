"""Papers set by typst: a view in, a PDF out. What is said comes in as data and is never read as source text."""

import json
from pathlib import Path
from typing import Literal

import typst

from bot.errors import PaperError
from bot.texts.contract_paper import ContractPaper, contract_sheet
from bot.texts.letterhead import Letterhead, head_of
from bot.texts.report import ReportView
from bot.texts.report_chart import chart_sheet
from bot.texts.statement import StatementView, statement_sheet

TEMPLATES = Path(__file__).parent / "templates"
PIXELS_PER_INCH = 230.0
"""The report's picture comes to 1,280 pixels across: what Telegram keeps of a photo."""


class TypstTypesetter:
    """A `bot.ports.Typesetter`. Some ten milliseconds a page; it blocks, so that a loop hands it to a thread."""

    def statement(self, view: StatementView) -> bytes:
        return self._set("statement.typ", statement_sheet(view), view.letterhead)

    def contract(self, view: ContractPaper) -> bytes:
        return self._set("contract.typ", contract_sheet(view), view.letterhead)

    def chart(self, view: ReportView) -> bytes:
        return _compiled("report.typ", inputs(chart_sheet(view)), form="png")

    def head(self, letterhead: Letterhead) -> bytes:
        """The head alone: whether name, address and logo can be set. Raises `PaperError`."""
        return self._set("letterhead.typ", {**head_of(letterhead), "running": "", "page": ["", ""]}, letterhead)

    def _set(self, template: str, sheet: dict[str, object], letterhead: Letterhead) -> bytes:
        return _compiled(template, inputs(sheet, letterhead), form="pdf")


def _compiled(template: str, data: str, *, form: Literal["pdf", "png"]) -> bytes:
    try:
        made = typst.compile(
            TEMPLATES / template, root=TEMPLATES, format=form, ppi=PIXELS_PER_INCH, sys_inputs={"data": data}
        )
    except typst.TypstError as error:
        # without the diagnostic's excerpts: they may quote a client (C30)
        raise PaperError(f"{template} cannot be set: {error.message}") from None
    assert isinstance(made, bytes)
    return made


def inputs(sheet: dict[str, object], letterhead: Letterhead | None = None) -> str:
    """The sheet and the logo as the one JSON text that a template reads."""
    if letterhead and letterhead.logo:
        sheet = {**sheet, "logo": list(letterhead.logo), "logo_format": letterhead.logo_format}
    return json.dumps(sheet, ensure_ascii=False)
