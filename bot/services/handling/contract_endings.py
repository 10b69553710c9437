"""`/denoncer` and `/resilier`: how a contract ends, and how its end is taken back (C21, C22)."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.clients import Client
from bot.domain.contracts import Contract, Ending
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.contract_term import NoticeEffect, Period, months_later, notice_takes_effect, nth_period, period_of
from bot.rules.folding import fold
from bot.rules.typed_dates import find_day
from bot.services.accounting import recount
from bot.services.contract_plan import notice_months, plan_contract, running_period
from bot.services.contract_sheet import contract_sheet, living_contract
from bot.services.handling.contracts import YES, typed_day
from bot.services.handling.turn import Turn
from bot.services.handling.whose import client_and_words
from bot.texts import contracts as texts
from bot.texts.posts import Post

Said = str | Post | None

FARTHEST_MONTHS = 36
"""How far ahead a contract can be ended: what lies further is a slip of the pen."""
_PROPOSED = "termination proposed"
_LONGEST = 200
_DAY = timedelta(days=1)


async def notice(turn: Turn) -> Said:
    """`/denoncer X date`: the registered letter came; shows what it comes to, then ends the contract (C21).

    `/denoncer X annuler` takes back an end that has not come yet.
    """
    client, words = await client_and_words(turn)
    contract = await living_contract(turn.desk, client)
    if fold(words) in ("annuler", "annule"):
        return await _take_back(turn, client, contract)
    if contract.ends_on is not None:
        raise AlreadyDone("end_already", client=client.name, on=contract.ends_on)
    if not words:
        await turn.inquire(texts.ask_notice(client, today=turn.desk.today), turn.order.verb, f"={client.id}")
        return None
    received_on, is_confirmed = typed_day(turn, words, is_past=True)
    if received_on > turn.desk.today:
        raise DeskRefusal("day_ahead", on=received_on)
    effect, period, months = await _effect(turn, contract, received_on)
    if effect.ends_on < turn.desk.today:
        raise DeskRefusal("notice_too_old", on=effect.ends_on)
    if is_confirmed:
        await _end(turn, contract, effect.ends_on, Ending.NOTICE, received_on=received_on)
        await turn.log_client(client.id, "notice", contract=contract.id, ends_on=effect.ends_on.isoformat())
        return await turn.done(texts.notice_taken(client, ends_on=effect.ends_on))
    asked = texts.confirm_notice(
        client,
        received_on=received_on,
        last_on=months_later(period.ends_on + _DAY, -months),
        missed_on=period.ends_on if effect.is_late else None,
        ends_on=effect.ends_on,
    )
    return await turn.in_place(asked)


async def terminate(turn: Turn) -> Said:
    """`/resilier X date motif`: shows it, then ends the contract on that day (C22).

    The reason is kept in the client's history when it is shown: a button has no room for it.
    """
    client, words = await client_and_words(turn)
    contract = await living_contract(turn.desk, client)
    if not words:
        await turn.inquire(texts.ask_termination(client), turn.order.verb, f"={client.id}")
        return None
    ends_on, reason = find_day(words, today=turn.desk.today)
    if ends_on is None:
        raise DeskRefusal("unknown_day", words=words)
    if not reason:
        raise DeskRefusal("termination_without_reason", client=client.name)
    _check_last_day(turn, contract, ends_on)
    if turn.order.callback_id is not None and reason == YES:
        return await _terminate(turn, client, contract, ends_on)
    reason = reason[:_LONGEST]
    await turn.log_client(client.id, _PROPOSED, ends_on=ends_on.isoformat(), reason=reason)
    return texts.confirm_termination(client, ends_on=ends_on, reason=reason)


async def _terminate(turn: Turn, client: Client, contract: Contract, ends_on: date) -> Said:
    if contract.ends_on == ends_on:
        raise AlreadyDone("end_already", client=client.name, on=ends_on)
    events = await turn.uow.client_files.client_events(client.id)
    reasons = [
        event.data["reason"]
        for event in events
        if event.kind == _PROPOSED and event.data["ends_on"] == ends_on.isoformat()
    ]
    await _end(turn, contract, ends_on, Ending.TERMINATION)
    await recount(turn.desk, client, since=ends_on + _DAY, author=turn.actor)
    await turn.log_client(
        client.id,
        "contract terminated",
        contract=contract.id,
        ends_on=ends_on.isoformat(),
        reason=reasons[-1] if reasons else "",
    )
    return await turn.done(texts.terminated(client, ends_on=ends_on))


def _check_last_day(turn: Turn, contract: Contract, ends_on: date) -> None:
    """Within the contract, not beyond an end that is known; the same end is told as done by whoever confirms it."""
    if ends_on < contract.starts_on:
        raise DeskRefusal("end_before_start", on=contract.starts_on)
    if ends_on > months_later(turn.desk.today, FARTHEST_MONTHS):
        raise DeskRefusal("end_far_off", on=ends_on)
    if contract.ends_on is not None and ends_on > contract.ends_on:
        raise DeskRefusal("ends_earlier", on=contract.ends_on)


async def _effect(turn: Turn, contract: Contract, received_on: date) -> tuple[NoticeEffect, Period, int]:
    """When it ends the contract, the period it was received in, and how many months before its end it had to come."""
    period = period_of(contract.starts_on, received_on) or nth_period(contract.starts_on, 1)
    months = notice_months(contract, await turn.uow.contracts.terms_of(contract.id), period, turn.policy)
    return notice_takes_effect(contract.starts_on, received_on, months=months), period, months


async def _take_back(turn: Turn, client: Client, contract: Contract) -> Said:
    if contract.ends_on is None:
        raise AlreadyDone("no_end", client=client.name)
    await _check_alone(turn, client, contract)
    await _end(turn, contract, None, None)
    await turn.log_client(client.id, "end taken back", contract=contract.id)
    said = texts.end_taken_back(client, renews_on=running_period(contract, turn.desk.today).ends_on + _DAY)
    if turn.order.callback_id is None:
        return said
    sheet = await contract_sheet(turn.desk, client)
    return await turn.in_place(texts.sheet(sheet, today=turn.desk.today), said)


async def _check_alone(turn: Turn, client: Client, contract: Contract) -> None:
    """No other contract was signed in the meantime for the days after the end."""
    for other in await turn.uow.contracts.contracts_of(client.id):
        if other.starts_on > contract.starts_on:
            raise DeskRefusal("contracts_overlap", client=client.name, on=other.starts_on)


async def _end(
    turn: Turn, contract: Contract, ends_on: date | None, ending: Ending | None, *, received_on: date | None = None
) -> None:
    await turn.uow.contracts.end_contract(contract.id, ends_on=ends_on, ending=ending, notice_received_on=received_on)
    await plan_contract(turn.desk, replace(contract, ends_on=ends_on, ending=ending, notice_received_on=received_on))
