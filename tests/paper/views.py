"""What papers are made of in these tests; every argument that does not matter to a test has a default here."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.clients import Client, ClientKind, HeldProduct
from bot.domain.contracts import Contract
from bot.domain.tickets import Recontact
from bot.domain.workstations import ChecklistItem, Workstation
from bot.rules.contract_term import nth_period
from bot.rules.contract_terms import Terms
from bot.rules.quota import Balance
from bot.rules.recontact import Reading
from bot.texts.contract_articles import ARTICLES
from bot.texts.contract_paper import ContractPaper
from bot.texts.contract_wording import read_wording
from bot.texts.letterhead import Letterhead
from bot.texts.statement import Promise, StatedWork, StatementView
from tests.factories import PARIS

LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#1f5673"/></svg>'
)
HEAD = Letterhead("Atelier des Lilas", ("12 rue des Arts", "75011 Paris"), LOGO, "svg")
PRACTICE = Client(1, "Cabinet des Tilleuls", ClientKind.GROUP_PRACTICE, address="3 place du Marché\n69001 Lyon")
ALONE = Client(2, "Dr Anne Morel", ClientKind.INDIVIDUAL)
ITEMS = list(ChecklistItem)


def work(number: int = 12, **changes: Any) -> StatedWork:
    """22 minutes on 12 March 2026, asked for the day before and counted two units."""
    started_at = datetime(2026, 3, 12, 14, 10, tzinfo=PARIS)
    asked_at = started_at - timedelta(days=1)
    usual = StatedWork(
        ticket=number,
        on=started_at.date(),
        doctor="Dr Hélène Vasseur",
        reason="MediStory ne se lance plus",
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=22),
        sittings=1,
        worked=timedelta(minutes=22),
        remote=True,
        units=2,
        decision="counted",
        why="",
        guarantee_of=None,
        promise=Promise(
            asked_at, asked_at + timedelta(days=6), asked_at + timedelta(hours=1), Recontact.INTERVENTION, kept=True
        ),
    )
    return replace(usual, **changes)


def statement(*works: StatedWork, **changes: Any) -> StatementView:
    usual = StatementView(
        letterhead=HEAD,
        client=PRACTICE,
        nth=1,
        starts_on=date(2026, 3, 1),
        ends_on=date(2027, 2, 28),
        made_on=date(2026, 11, 23),
        is_over=False,
        balance=Balance(12, sum(each.units for each in works)),
        works=works,
    )
    return replace(usual, **changes)


def contract(**changes: Any) -> ContractPaper:
    ticked = {item: date(2026, 3, 1) for item in ITEMS[:7]}
    usual = ContractPaper(
        letterhead=HEAD,
        articles=read_wording(ARTICLES, source="ours"),
        client=replace(PRACTICE, architecture="Trois iMac\nUn serveur", architecture_validated_on=date(2026, 2, 20)),
        contract=Contract(1, 1, date(2026, 3, 1), 12, signed_on=date(2026, 2, 25)),
        terms=Terms(12, 33_000),
        period=nth_period(date(2026, 3, 1), 1),
        is_counted=True,
        arrears_days=30,
        made_on=date(2026, 11, 23),
        products=(HeldProduct(1, "MediStory 4", sold_by_us=True, installed_by_us=True),),
        workstations=(Workstation(1, 1, "Accueil", "iMac 24 pouces", ticked),),
        office_hours="du lundi au vendredi de 8h00 à 18h30",
        recontact=timedelta(hours=48),
        reading=Reading.OFFICE_HOURS,
        phone="+33639980000",
    )
    return replace(usual, **changes)
