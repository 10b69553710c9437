"""How files of papers are called: for whoever finds one in a folder of downloads a year later."""

from datetime import date


def statement_name(client: str, starts_on: date, ends_on: date) -> str:
    """'Relevé Cabinet des Tilleuls 2026-03 2027-02.pdf'; `Cabinet.keep` makes a plain file name of it."""
    return f"Relevé {client} {starts_on:%Y-%m} {ends_on:%Y-%m}.pdf"


def contract_name(client: str) -> str:
    return f"Contrat {client}.pdf"


def report_name(month: date, ending: str) -> str:
    """'Rapport 2026-11.png'."""
    return f"Rapport {month:%Y-%m}.{ending}"
