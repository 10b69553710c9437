"""`/contrat`: a contract's sheet, its architecture validated, its signature (C19, C23)."""

from datetime import date

from bot.domain.clients import Client
from bot.errors import DeskRefusal
from bot.rules.contract_term import nth_period
from bot.rules.folding import fold
from bot.rules.typed_dates import find_day
from bot.services.contract_sheet import contract_sheet
from bot.services.handling.turn import Turn
from bot.services.handling.whose import client_and_words
from bot.services.signing import check_signature, sign, validate_architecture
from bot.texts import contracts as texts
from bot.texts.posts import Post

Said = str | Post | None

YES = "oui"
"""The last word of what a confirming button orders."""


async def contract(turn: Turn) -> Said:
    """`/contrat X` shows it; `/contrat X architecture [date]` and `/contrat X signer [date]` are its buttons, typed."""
    client, words = await client_and_words(turn)
    first, _, rest = words.partition(" ")
    match fold(first):
        case "":
            return texts.sheet(await contract_sheet(turn.desk, client), today=turn.desk.today)
        case "architecture" | "archi":
            return await _validate(turn, client, rest)
        case "signer" | "signature":
            return await _sign(turn, client, rest)
        case _:
            raise DeskRefusal("contract_words", words=words)


def typed_day(turn: Turn, words: str, *, is_past: bool = False) -> tuple[date, bool]:
    """The one day that is typed, and whether it is confirmed: "1er mars 2027", "2027-03-01 oui"."""
    on, rest = find_day(words, today=turn.desk.today, is_past=is_past)
    if on is None or fold(rest) not in ("", YES):
        raise DeskRefusal("unknown_day", words=words)
    return on, fold(rest) == YES


async def _validate(turn: Turn, client: Client, words: str) -> str:
    on = typed_day(turn, words, is_past=True)[0] if words else turn.desk.today
    await validate_architecture(turn.desk, client, on=on, actor=turn.actor)
    return texts.architecture_validated(client, on=on)


async def _sign(turn: Turn, client: Client, words: str) -> Said:
    """Asks from when on, then shows what it comes to, then signs."""
    policy, today = turn.policy, turn.desk.today
    if not words:
        await check_signature(turn.desk, client)
        first_of_next = date(today.year + today.month // 12, today.month % 12 + 1, 1)
        asked = texts.ask_start(
            client,
            today=today,
            first_of_next=first_of_next,
            price_cents=policy.price_cents,
            allowance=policy.allowance_units,
        )
        await turn.inquire(asked, turn.order.verb, f"={client.id} signer")
        return None
    starts_on, is_confirmed = typed_day(turn, words)
    if not is_confirmed:
        await check_signature(turn.desk, client, starts_on=starts_on)
        asked = texts.confirm_signature(
            client,
            period=nth_period(starts_on, 1),
            price_cents=policy.price_cents,
            allowance=policy.allowance_units,
            people=len(await turn.uow.directory.contacts_of(client.id)),
        )
        return await turn.in_place(asked)
    signed = await sign(turn.desk, client, starts_on=starts_on, actor=turn.actor)
    above = texts.signed(client, signed.contract, told=signed.told, untold=signed.untold)
    return await turn.in_place(texts.sheet(await contract_sheet(turn.desk, client), today=today, above=above), above)
