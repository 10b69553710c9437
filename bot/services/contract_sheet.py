"""Which contract of a client's is meant, and all that its sheet shows. The running period is opened for it."""

from datetime import timedelta

from bot.domain.clients import Client
from bot.domain.contracts import Contract
from bot.errors import DeskRefusal
from bot.rules.contract_term import months_later
from bot.rules.contract_terms import allowance_of, terms_on
from bot.rules.quota import Balance, is_counted
from bot.services.contract_accounts import account_of_period
from bot.services.contract_plan import is_over, notice_months, open_period, running_period
from bot.services.desk import Desk
from bot.texts.contracts import ContractSheet

_DAY = timedelta(days=1)


async def present_contract(desk: Desk, client: Client) -> Contract | None:
    """The contract that runs; else the one to come; else the last one that ended."""
    contracts = await desk.uow.contracts.contracts_of(client.id)
    return next((each for each in contracts if not is_over(each, desk.today)), contracts[-1] if contracts else None)


async def living_contract(desk: Desk, client: Client) -> Contract:
    """The contract that runs or is to come; `DeskRefusal` where there is none, or it is over."""
    contract = await present_contract(desk, client)
    if contract is None:
        raise DeskRefusal("no_contract", client=client.name)
    if is_over(contract, desk.today):
        raise DeskRefusal("contract_over", client=client.name, on=contract.ends_on)
    return contract


async def contract_sheet(desk: Desk, client: Client) -> ContractSheet:
    """The client's contract as it stands today; one to come as it will be on its first day."""
    contract = await present_contract(desk, client)
    if contract is None:
        return ContractSheet(client)
    following = [
        each for each in await desk.uow.contracts.contracts_of(client.id) if each.starts_on > contract.starts_on
    ]
    period = running_period(contract, desk.today)
    stored = await open_period(desk.uow, contract, period)
    changes = await desk.uow.contracts.terms_of(contract.id)
    account = await account_of_period(desk.uow, stored, terms_on(contract, changes, period.starts_on))
    on = min(max(desk.today, period.starts_on), period.ends_on)
    terms = terms_on(contract, changes, on, usual=desk.policy.usual)
    balance = Balance(allowance_of(stored, changes, on), await desk.uow.contracts.used(stored.id))
    next_start_on = period.ends_on + _DAY
    return ContractSheet(
        client=client,
        contract=contract,
        period=period,
        price_cents=account.price_cents,
        payments=account.payments,
        balance=balance if is_counted(client.kind, terms.is_counted) else None,
        changes=tuple(changes),
        last_notice_on=months_later(next_start_on, -notice_months(contract, changes, period, desk.policy)),
        next_start_on=next_start_on,
        following=following[0] if following else None,
    )
