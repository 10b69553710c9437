"""A client's file: shown whole, its past tickets, its account now or on a past day."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.domain.clients import Client
from bot.domain.outbox import Rank
from bot.errors import DeskRefusal
from bot.rules.folding import fold
from bot.rules.typed_dates import parse_day
from bot.services.client_views import account_view, client_view, past_tickets
from bot.services.handling import client_fields, client_products
from bot.services.handling.turn import Turn, as_number
from bot.services.handling.whose import client_and_words, one_client
from bot.texts import accounts, client_file, file_forms
from bot.texts.posts import Post

Said = str | Post | None

_NEW = {"nouveau", "nouvelle"}
_DATE_WORDS = 4  # "le 1er mars 2027"
_LIKE_A_DATE = re.compile(r"\d[/-]\d")


async def client(turn: Turn) -> Said:
    """`/client X`: the client's file; `/client nouveau X` makes one."""
    mark, _, name = turn.words.partition(" ")
    if mark in file_forms.KIND_MARKS:
        return await client_fields.create(turn, name, file_forms.KIND_MARKS[mark])
    if fold(mark) in _NEW:
        return await client_fields.ask_kind(turn, name)
    return await _show(turn, await one_client(turn), "")


async def file(turn: Turn) -> Said:
    """A button of the file, or an answer to a question of its: "=12 adresse 3 rue des Lilas"."""
    found, words = await client_and_words(turn)
    field, _, said = words.partition(" ")
    if field not in _FIELDS:
        raise DeskRefusal("unknown_button", client=found.name)
    return await _FIELDS[field](turn, found, said.strip())


async def quota(turn: Turn) -> Post:
    """`/quota X [date]`: the balance and the lines it is the sum of, now or as it was on a past evening (C7-C13)."""
    on, words = await _day_behind(turn)
    found = await one_client(replace(turn, order=replace(turn.order, words=words)))
    view = await account_view(turn.uow, found.id, turn.desk.context, turn.now, on=on)
    return accounts.quota(view, zone=turn.policy.zone, now=turn.now)


async def _day_behind(turn: Turn) -> tuple[date | None, str]:
    """The past day at the end of the words, and the words before it: "Tilleuls 15/03/2026", "=12 1er mars 2026".

    A street is a practice's name and no date: "Cabinet du 8 mai".
    """
    if not turn.words or await turn.uow.directory.find_clients(turn.words, limit=1):
        return None, turn.words
    today = turn.desk.today
    words = turn.words.split()
    for length in range(min(_DATE_WORDS, len(words)), 0, -1):
        on = parse_day(" ".join(words[-length:]), today=today)
        if on is not None and on > today:
            raise DeskRefusal("day_ahead", on=on)
        if on is not None:
            return on, " ".join(words[:-length])
    if _LIKE_A_DATE.search(words[-1]):
        raise DeskRefusal("not_a_day", words=words[-1])
    return None, turn.words


async def _show(turn: Turn, found: Client, said: str) -> Post:
    """The whole file; what one message cannot hold goes before it."""
    view = await client_view(turn.uow, found.id, turn.desk.context, turn.now)
    *before, last = client_file.client_file(view, zone=turn.policy.zone, now=turn.now)
    for page in before:
        await turn.desk.say(page, rank=Rank.ANSWER, chat_id=turn.order.chat_id, reply_to=turn.order.message_id)
    return last


async def _past(turn: Turn, found: Client, said: str) -> Post:
    """The closed tickets, a page at a time: "=12 passes 15" are those behind the first fifteen."""
    skipped = as_number(said) or 0
    shown, total = await past_tickets(turn.uow, found.id, skip=skipped)
    return client_file.past_tickets(
        found,
        shown,
        total=total,
        skipped=skipped,
        zone=turn.policy.zone,
        bodies_hidden=not turn.policy.bodies_in_telegram,
    )


async def _menu(turn: Turn, found: Client, said: str) -> Post:
    return file_forms.menu(found)


_FIELDS: Mapping[str, Callable[[Turn, Client, str], Awaitable[Said]]] = {
    "": _show,
    "passes": _past,
    "modifier": _menu,
    "nom": client_fields.name,
    "type": client_fields.kind,
    "adresse": client_fields.address,
    "specialite": client_fields.specialty,
    "reseau": client_fields.architecture,
    "valider": client_fields.validation,
    "produits": client_products.list_,
    "produit": client_products.product,
    "autre": client_products.other,
}
"""What stands behind the client in a button: the first word, and whose it is."""
