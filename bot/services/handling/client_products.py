"""The products in a client's file: which they have, which the shop sold and installed (C2, C5)."""

from bot.domain.clients import Client, HeldProduct
from bot.domain.desk import Verb
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.products import PRODUCTS
from bot.services.handling.client_fields import one_line
from bot.services.handling.turn import Turn
from bot.texts import file_forms
from bot.texts.posts import Post, fits

Said = str | Post | None

MOST_NAME = 64


async def list_(turn: Turn, client: Client, said: str) -> Post:
    """What they have, and what they could have."""
    return file_forms.products(client, await turn.uow.client_files.products_of(client.id), PRODUCTS)


async def other(turn: Turn, client: Client, said: str) -> Said:
    """A product outside the contract's list, which is open (C2)."""
    if not said:
        await turn.inquire(file_forms.ask_other_product(client), Verb.FILE, f"={client.id} autre")
        return None
    return await product(turn, client, one_line(said, most=MOST_NAME))


async def product(turn: Turn, client: Client, said: str) -> Said:
    """One product: without a state it asks for it, "MediStory 4 =vi" writes it down.

    A button says what will be true, and not what changes: pressed twice, it is done once.
    """
    named, mark, state = f" {said}".rpartition(" =")
    named = named.strip() if mark else said
    if not named:
        raise DeskRefusal("unknown_button", client=client.name)
    if not fits(Verb.FILE, None, file_forms.product_choice(client, named, "vi")):
        raise DeskRefusal("product_too_long", words=named)
    held = {each.product: each for each in await turn.uow.client_files.products_of(client.id)}
    now_held = _state(held.get(named))
    if state not in file_forms.PRODUCT_STATES:
        return file_forms.ask_product(client, named, now_held)
    if state == now_held:
        raise AlreadyDone("written_already")
    if state == "-":
        await turn.uow.client_files.drop_product(client.id, named)
        await turn.log_client(client.id, "product dropped", product=named)
        return file_forms.product_dropped(named)
    wanted = HeldProduct(client.id, named, sold_by_us="v" in state, installed_by_us="i" in state)
    await turn.uow.client_files.put_product(wanted)
    await turn.log_client(
        client.id, "product noted", product=named, sold=wanted.sold_by_us, installed=wanted.installed_by_us
    )
    return file_forms.product_changed(wanted)


def _state(held: HeldProduct | None) -> str:
    """As a button says it: "-" without it, "a" with it, "v" sold, "i" installed, "vi" both."""
    if held is None:
        return "-"
    return ("v" * held.sold_by_us + "i" * held.installed_by_us) or "a"
