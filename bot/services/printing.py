"""Papers made: gathered, set, kept, and written down (C6, C23)."""

import asyncio
from datetime import date, datetime
from pathlib import Path

from bot.domain.clients import Client
from bot.domain.documents import Document
from bot.ports import UnitOfWork
from bot.rules.contract_term import Period, nth_period, period_of
from bot.rules.contract_terms import terms_on
from bot.rules.quota import is_counted
from bot.services.context import Policy, Printing
from bot.services.statement import StatedPeriod, statement_view
from bot.texts.contract_paper import ContractPaper
from bot.texts.hours import office_hours
from bot.texts.paper_names import contract_name, report_name, statement_name
from bot.texts.report import ReportView
from bot.texts.report_table import report_csv

STATEMENT, CONTRACT, REPORT = "statement", "contract", "report"
PDF, PNG, CSV = "application/pdf", "image/png", "text/csv"


async def print_statement(
    uow: UnitOfWork, client: Client, stated: StatedPeriod, *, printing: Printing, policy: Policy, now: datetime
) -> Document:
    """A period's statement as a kept PDF. Raises `PaperError`."""
    view = await statement_view(uow, client, stated, letterhead=printing.letterhead, policy=policy, now=now)
    content = await asyncio.to_thread(printing.typesetter.statement, view)
    name = statement_name(client.name, stated.starts_on, stated.ends_on)
    return await _keep(uow, client.id, STATEMENT, name, content, printing=printing, now=now)


async def print_contract(
    uow: UnitOfWork, client: Client, *, printing: Printing, policy: Policy, now: datetime
) -> Document | None:
    """The client's contract as a kept PDF; None where there is none. Raises `PaperError`."""
    paper = await contract_paper(uow, client, printing=printing, policy=policy, now=now)
    if paper is None:
        return None
    content = await asyncio.to_thread(printing.typesetter.contract, paper)
    return await _keep(uow, client.id, CONTRACT, contract_name(client.name), content, printing=printing, now=now)


async def print_chart(uow: UnitOfWork, view: ReportView, *, printing: Printing, now: datetime) -> Document:
    """The report's picture, kept. Raises `PaperError`."""
    content = await asyncio.to_thread(printing.typesetter.chart, view)
    name = report_name(view.figures.month, "png")
    return await _keep(uow, None, REPORT, name, content, printing=printing, now=now, content_type=PNG)


async def keep_report_table(uow: UnitOfWork, view: ReportView, *, printing: Printing, now: datetime) -> Document:
    """The report as a table, kept; it begins with the mark by which a spreadsheet knows UTF-8. Raises `PaperError`."""
    content = report_csv(view).encode("utf-8-sig")
    name = report_name(view.figures.month, "csv")
    return await _keep(uow, None, REPORT, name, content, printing=printing, now=now, content_type=CSV)


async def contract_paper(
    uow: UnitOfWork, client: Client, *, printing: Printing, policy: Policy, now: datetime
) -> ContractPaper | None:
    """The contract in force, or the next one, or else the last one, with the terms of its present period."""
    today = now.astimezone(policy.zone).date()
    contracts = await uow.contracts.contracts_of(client.id)
    contract = await uow.contracts.contract_on(client.id, today)
    contract = contract or next((each for each in contracts if each.starts_on > today), None)
    contract = contract or (contracts[-1] if contracts else None)
    if contract is None:
        return None
    on = min(today, contract.ends_on or today)
    period = _period(contract.starts_on, on)
    terms = terms_on(
        contract, await uow.contracts.terms_of(contract.id), max(on, contract.starts_on), usual=policy.usual
    )
    return ContractPaper(
        letterhead=printing.letterhead,
        articles=printing.articles,
        client=client,
        contract=contract,
        terms=terms,
        period=period,
        is_counted=is_counted(client.kind, terms.is_counted),
        arrears_days=policy.arrears_days,
        made_on=today,
        products=tuple(await uow.client_files.products_of(client.id)),
        workstations=tuple(await uow.workstations.of_client(client.id)),
        office_hours=office_hours(policy.hours),
        recontact=policy.recontact,
        reading=policy.reading,
        phone=policy.sms_number,
    )


async def _keep(
    uow: UnitOfWork,
    client_id: int | None,
    kind: str,
    name: str,
    content: bytes,
    *,
    printing: Printing,
    now: datetime,
    content_type: str = PDF,
) -> Document:
    """The file first, its row with the commit: what is aborted leaves at most a file that nobody knows of."""
    path: Path = await asyncio.to_thread(printing.cabinet.keep, content, name)
    document = Document(0, client_id, kind, path.name, str(path), content_type, created_at=now)
    return await uow.documents.add(document)


def _period(starts_on: date, on: date) -> Period:
    return period_of(starts_on, on) or nth_period(starts_on, 1)
