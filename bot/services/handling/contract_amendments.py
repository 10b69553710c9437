"""`/avenant`: what is agreed otherwise for one contract, from a day on (C7, C9-C11, C21, C24)."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.clients import Client
from bot.domain.contracts import Contract, Term, TermChange
from bot.errors import AlreadyDone, DeskRefusal, RuleError
from bot.rules.contract_term import months_later
from bot.rules.contract_terms import Terms, allowance_of, parse_term, terms_on
from bot.rules.folding import fold
from bot.rules.money import parse_euros
from bot.rules.quota import Balance
from bot.rules.typed_dates import find_day
from bot.services.contract_plan import open_period, plan_contract, running_period
from bot.services.contract_sheet import living_contract
from bot.services.handling.contracts import YES
from bot.services.handling.turn import Turn
from bot.services.handling.whose import client_and_words
from bot.texts import contract_terms as texts
from bot.texts.posts import Post

Said = str | Post | None

FARTHEST_MONTHS = 36
_DAY = timedelta(days=1)
_TERMS = {fold(name): term for term, name in texts.TERMS.items()}
_ROUNDINGS = {"seance": "sitting", "ticket": "ticket"}


async def term(turn: Turn) -> Said:
    """`/avenant X [forfait 20 01/06/2027]`: asks for what is missing, shows what it changes, then writes it down."""
    client, words = await client_and_words(turn)
    contract = await living_contract(turn.desk, client)
    first, _, rest = words.partition(" ")
    if not first:
        return texts.ask_term(client, await _terms(turn, contract, turn.desk.today))
    chosen = _TERMS.get(fold(first))
    if chosen is None:
        raise DeskRefusal("unknown_term", words=first, names=list(texts.TERMS.values()))
    from_on, typed = find_day(rest, today=turn.desk.today)
    is_confirmed = from_on is not None and fold(typed).endswith(f" {YES}")
    typed = typed[: -len(YES)].strip() if is_confirmed else typed
    if not typed:
        asked = texts.ask_value(client, chosen, await _terms(turn, contract, turn.desk.today))
        await turn.inquire(asked, turn.order.verb, f"={client.id} {texts.TERMS[chosen]}")
        return None
    value = _value(chosen, typed)
    if from_on is None:
        await _ask_from(turn, client, contract, chosen, value)
        return None
    _check_day(turn, contract, from_on)
    change = TermChange(contract.id, chosen, value, from_on, turn.actor, turn.now)
    before, after = await _around(turn, contract, change)
    if before == after:
        raise AlreadyDone("term_already", client=client.name, term=texts.TERMS[chosen], on=from_on)
    if is_confirmed:
        return await _write_down(turn, client, contract, change)
    return await turn.in_place(await _preview(turn, client, contract, change, before))


async def _terms(turn: Turn, contract: Contract, on: date) -> Terms:
    changes = await turn.uow.contracts.terms_of(contract.id)
    return terms_on(contract, changes, on, usual=turn.policy.usual)


async def _with(turn: Turn, change: TermChange) -> list[TermChange]:
    """The terms changed for the contract as they would be with this one, the last one written."""
    changes = await turn.uow.contracts.terms_of(change.contract_id)
    return [*changes, replace(change, id=1 + max((each.id for each in changes), default=0))]


async def _around(turn: Turn, contract: Contract, change: TermChange) -> tuple[Terms, Terms]:
    """What holds on its first day without it, and with it."""
    after = terms_on(contract, await _with(turn, change), change.from_on, usual=turn.policy.usual)
    return await _terms(turn, contract, change.from_on), after


def _value(chosen: Term, typed: str) -> str:
    """The value as it is stored. Prices are typed in euros, and stored in cents."""
    if chosen is Term.PRICE:
        cents = parse_euros(typed)
        typed = "" if cents is None or cents < 0 else str(cents)
    elif chosen is Term.ROUNDING:
        typed = _ROUNDINGS.get(fold(typed), typed)
    else:
        typed = typed.split()[0]  # "20 unités", "2 mois"
    try:
        return parse_term(chosen, typed)
    except RuleError:
        raise DeskRefusal("term_value", term=texts.TERMS[chosen], example=texts.EXAMPLES[chosen]) from None


async def _ask_from(turn: Turn, client: Client, contract: Contract, chosen: Term, value: str) -> None:
    period = running_period(contract, turn.desk.today)
    first_on = max(turn.desk.today, contract.starts_on)
    asked = texts.ask_from(client, chosen, value, first_on=first_on, next_on=period.ends_on + _DAY)
    typed = texts.typed_value(chosen, value)
    await turn.inquire(asked, turn.order.verb, f"={client.id} {texts.TERMS[chosen]} {typed}")


def _check_day(turn: Turn, contract: Contract, from_on: date) -> None:
    """Not before the running period: what is over was counted by the terms of its time."""
    period = running_period(contract, turn.desk.today)
    if from_on < period.starts_on:
        raise DeskRefusal("term_from_past", on=period.starts_on)
    if from_on > months_later(turn.desk.today, FARTHEST_MONTHS) or (contract.ends_on and from_on > contract.ends_on):
        raise DeskRefusal("term_far_off", on=from_on)


async def _preview(turn: Turn, client: Client, contract: Contract, change: TermChange, before: Terms) -> Post:
    period = running_period(contract, turn.desk.today)
    is_price = change.term is Term.PRICE and period.starts_on < change.from_on <= period.ends_on
    return texts.confirm_change(
        client,
        change,
        before=before,
        balances=await _balances(turn, client, contract, change),
        from_next=period.ends_on + _DAY if is_price else None,
    )


async def _balances(
    turn: Turn, client: Client, contract: Contract, change: TermChange
) -> tuple[Balance, Balance] | None:
    """The running period's balance before and after a change of its package (C10)."""
    period = running_period(contract, turn.desk.today)
    if change.term is not Term.ALLOWANCE or change.from_on > period.ends_on:
        return None
    on = max(turn.desk.today, change.from_on)
    stored = await open_period(turn.uow, contract, period)
    used = await turn.uow.contracts.used(stored.id)
    changes = await turn.uow.contracts.terms_of(contract.id)
    was, now = (allowance_of(stored, each, on) for each in (changes, await _with(turn, change)))
    return Balance(was, used), Balance(now, used)


async def _write_down(turn: Turn, client: Client, contract: Contract, change: TermChange) -> Said:
    await turn.uow.contracts.add_term(change)
    data = {"contract": contract.id, "value": change.value, "from_on": change.from_on.isoformat()}
    await turn.log_client(client.id, "term changed", term=change.term.value, **data)
    await plan_contract(turn.desk, contract)
    return await turn.done(texts.changed(client, change))
