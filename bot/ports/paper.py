"""What is given on paper: who sets it, and where it is kept."""

from pathlib import Path
from typing import Protocol

from bot.texts.contract_paper import ContractPaper
from bot.texts.report import ReportView
from bot.texts.statement import StatementView


class Typesetter(Protocol):
    """Makes papers. It blocks for some ten milliseconds a page: hand it to a thread."""

    def statement(self, view: StatementView) -> bytes:
        """A period's statement as a PDF. Raises `PaperError`."""
        ...

    def contract(self, view: ContractPaper) -> bytes:
        """A client's contract as a PDF. Raises `PaperError`."""
        ...

    def chart(self, view: ReportView) -> bytes:
        """The report's picture as a PNG. Raises `PaperError`."""
        ...


class Cabinet(Protocol):
    """Where papers are kept: a private folder, files named by us."""

    def keep(self, content: bytes, name: str) -> Path:
        """Write it whole, or not at all, and say where; `name` is what who receives it sees. Raises `PaperError`.

        It is written before the commit that speaks of it: what is aborted leaves a file that nobody knows of.
        """
        ...

    def read(self, path: str) -> bytes | None:
        """What was kept there; None when it is gone, or does not lie in the cabinet."""
        ...
