"""`/paye`: money received for a period, and corrections of it (C22, C24)."""

from bot.domain.clients import Client
from bot.domain.contracts import Contract, Payment, PaymentMethod
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.contract_term import nth_period
from bot.rules.typed_payments import TypedPayment, parse_payment
from bot.services.contract_accounts import PeriodAccount, accounts_of_contract
from bot.services.contract_plan import plan_arrears
from bot.services.handling.turn import Turn
from bot.services.handling.whose import client_and_words
from bot.texts import contracts as texts
from bot.texts.labels import euros
from bot.texts.posts import Post

Said = str | Post | None

Account = tuple[Contract, PeriodAccount]


async def paid(turn: Turn) -> Said:
    """`/paye X [date] [virement|chèque] [montant]`: what is due of the oldest unpaid period, today, by transfer.

    An amount below zero corrects the last payment's period; "période 2" names another. A pressed button asks how.
    """
    client, words = await client_and_words(turn)
    typed = parse_payment(words, today=turn.desk.today)
    if typed is None:
        raise DeskRefusal("payment_words", words=words)
    if typed.paid_on is not None and typed.paid_on > turn.desk.today:
        raise DeskRefusal("day_ahead", on=typed.paid_on)
    contract, account = await _account(turn, client, typed)
    due = account.due_cents
    if typed.amount_cents is None and due <= 0:
        raise AlreadyDone("paid_already", client=client.name, on=account.period.starts_on)
    if turn.order.callback_id is not None and typed.method is None:
        asked = texts.ask_payment(client, account.period, due_cents=due)
        await turn.inquire(asked, turn.order.verb, f"={client.id} #{account.period.id}")
        return None
    cents = due if typed.amount_cents is None else typed.amount_cents
    if cents == 0:
        raise DeskRefusal("payment_words", words=words)
    if account.paid_cents + cents < 0:
        raise DeskRefusal("correction_too_large", client=client.name, paid=euros(account.paid_cents))
    return await _write_down(turn, client, contract, account, typed, cents)


async def _write_down(
    turn: Turn, client: Client, contract: Contract, account: PeriodAccount, typed: TypedPayment, cents: int
) -> Said:
    payment = Payment(
        account.period.id,
        cents,
        typed.method or PaymentMethod.TRANSFER,
        typed.paid_on or turn.desk.today,
        turn.actor,
        turn.now,
    )
    await turn.uow.contracts.add_payment(payment)
    await turn.log_client(client.id, "payment", contract=contract.id, nth=account.period.nth, cents=cents)
    if cents < 0:
        await plan_arrears(turn.desk, contract, nth_period(contract.starts_on, account.period.nth))
    return await turn.done(texts.paid(client, account.period, payment=payment, due_cents=account.due_cents - cents))


async def _account(turn: Turn, client: Client, typed: TypedPayment) -> Account:
    """The period that the money is for."""
    accounts = [
        (contract, account)
        for contract in await turn.uow.contracts.contracts_of(client.id)
        for account in await accounts_of_contract(turn.uow, contract)
    ]
    if not accounts:
        raise DeskRefusal("no_contract", client=client.name)
    if typed.period_id is not None or typed.nth is not None:
        named = [each for each in accounts if _is_named(each[1], typed)]
        if not named:
            raise DeskRefusal("no_such_period", client=client.name)
        return named[-1]
    if typed.amount_cents is not None and typed.amount_cents < 0:
        received = [each for each in accounts if each[1].payments]
        if not received:
            raise DeskRefusal("nothing_paid", client=client.name)
        return max(received, key=lambda each: each[1].payments[-1].id)
    return next((each for each in accounts if each[1].due_cents > 0), accounts[-1])


def _is_named(account: PeriodAccount, typed: TypedPayment) -> bool:
    if typed.period_id is not None:
        return account.period.id == typed.period_id
    return account.period.nth == typed.nth
