"""Gathers a client's file and account. Reads only."""

from datetime import date, datetime, time, timedelta

from bot.domain.clients import Client
from bot.domain.contracts import Contract
from bot.domain.interventions import LedgerLine
from bot.domain.tickets import Ticket
from bot.ports import UnitOfWork
from bot.rules.contract_terms import allowance_of, terms_on
from bot.rules.quota import Balance, is_counted
from bot.services.context import Context, Policy
from bot.services.cover import cover_on
from bot.services.views import ticket_line
from bot.texts.accounts import AccountView
from bot.texts.client_file import PAST_SHOWN, ClientView, ContractView, PastTicket, PeriodView

MOST_OPEN = 100


async def account_view(
    uow: UnitOfWork, client_id: int, context: Context, now: datetime, *, on: date | None = None
) -> AccountView:
    """The account of a client's present period; or, of a past day's, as it was written down by the end of that day.

    Work of that day that was entered a week later is not in its balance, and stands in `late`.
    """
    client = await uow.directory.client(client_id)
    assert client is not None
    policy = context.policy
    until = now if on is None else min(now, _end_of(on, policy))
    cover = await cover_on(uow, client, on or now.astimezone(policy.zone).date(), policy, now=until)
    stored = cover.stored if cover else None
    written = await uow.contracts.lines_of(client_id)
    mine = [line for line in written if stored is not None and line.period_id == stored.id]
    lines = tuple(line for line in mine if line.at <= until)
    late = [line for line in mine if line.at > until and await _has_begun(uow, line, until)]
    return AccountView(
        client_name=client.name,
        client_kind=client.kind,
        period=(cover.period.starts_on, cover.period.ends_on) if cover else None,
        balance=Balance(cover.allowance, sum(line.units for line in lines)) if cover else None,
        lines=lines,
        uncovered=tuple(line for line in written if line.period_id is None and line.at <= until),
        is_counted=cover.is_counted if cover else True,
        at=on,
        late=tuple(late),
    )


def _end_of(on: date, policy: Policy) -> datetime:
    """The last instant of a day in the office zone."""
    return datetime.combine(on + timedelta(days=1), time(0), tzinfo=policy.zone) - timedelta(microseconds=1)


async def _has_begun(uow: UnitOfWork, line: LedgerLine, by: datetime) -> bool:
    """Whether the work that a line counts had begun by then; of work without a sitting, whether it was asked for."""
    intervention = await uow.interventions.get(line.intervention_id)
    assert intervention is not None
    if intervention.sittings:
        return intervention.sittings[0].started_at <= by
    ticket = await uow.tickets.get(line.ticket_id)
    assert ticket is not None
    return ticket.opened_at <= by


async def client_view(uow: UnitOfWork, client_id: int, context: Context, now: datetime) -> ClientView:
    """A client's file: people and addresses, products, workstations, contracts and balances, what is open."""
    client = await uow.directory.client(client_id)
    assert client is not None
    contacts = [
        (contact, tuple(await uow.directory.addresses_of(contact.id)))
        for contact in await uow.directory.contacts_of(client_id)
    ]
    tickets = await uow.tickets.open_of_client(client_id, limit=MOST_OPEN)
    contracts = await uow.contracts.contracts_of(client_id)
    return ClientView(
        client=client,
        contacts=tuple(contacts),
        account=await account_view(uow, client_id, context, now),
        contracts=tuple([await _contract_view(uow, client, each, context.policy, now) for each in contracts]),
        tickets=tuple([await ticket_line(uow, ticket, context.policy, now) for ticket in tickets]),
        products=tuple(await uow.client_files.products_of(client_id)),
        workstations=tuple(await uow.workstations.of_client(client_id)),
        n_past=len(await _closed(uow, client_id)),
    )


async def past_tickets(uow: UnitOfWork, client_id: int, *, skip: int = 0) -> tuple[list[PastTicket], int]:
    """A page of a client's closed tickets, the newest first, and how many there are in all."""
    closed = await _closed(uow, client_id)
    return [await _past(uow, ticket) for ticket in closed[skip : skip + PAST_SHOWN]], len(closed)


async def _contract_view(
    uow: UnitOfWork, client: Client, contract: Contract, policy: Policy, now: datetime
) -> ContractView:
    """The stored periods; and the present one, which has no row before something is written into it."""
    today = now.astimezone(policy.zone).date()
    changes = await uow.contracts.terms_of(contract.id)
    periods = []
    for stored in await uow.contracts.periods_of(client.id):
        if stored.contract_id != contract.id:
            continue
        agreed = terms_on(contract, changes, min(today, stored.ends_on)).is_counted
        balance = Balance(allowance_of(stored, changes, today), await uow.contracts.used(stored.id))
        is_kept = is_counted(client.kind, agreed)
        periods.append(PeriodView(stored.starts_on, stored.ends_on, balance if is_kept else None))
    cover = await cover_on(uow, client, today, policy, now=now)
    if cover is not None and cover.contract.id == contract.id and cover.stored is None:
        unused = Balance(cover.allowance, 0) if cover.is_counted else None
        periods.append(PeriodView(cover.period.starts_on, cover.period.ends_on, unused))
    return ContractView(contract, tuple(sorted(periods, key=lambda period: period.starts_on)))


async def _closed(uow: UnitOfWork, client_id: int) -> list[Ticket]:
    return [ticket for ticket in await uow.tickets.of_client(client_id) if not ticket.is_open]


async def _past(uow: UnitOfWork, ticket: Ticket) -> PastTicket:
    assert ticket.closed_at is not None
    intervention = await uow.interventions.of_ticket(ticket.number)
    return PastTicket(
        number=ticket.number,
        subject=ticket.subject,
        closed_at=ticket.closed_at,
        outcome=ticket.outcome,
        units=intervention.units if intervention else 0,
        doctor=intervention.doctor or "" if intervention else "",
    )
