"""The numbers and mail addresses of a contact: added, taken over from somebody else, removed."""

from collections.abc import Iterable

from bot.domain.addresses import Address, Channel, KnownAddress
from bot.domain.clients import Client, Contact
from bot.domain.desk import Verb
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.calls import channels_of
from bot.services.handling.identifying import take_over
from bot.services.handling.turn import Turn, as_number
from bot.services.importing.cells import parse_mail, parse_phone
from bot.texts import contacts as texts
from bot.texts.posts import Post

Said = str | Post | None


async def add(turn: Turn, person: Contact, client: Client, said: str) -> Said:
    """A number, which is an SMS and a WhatsApp address (a landline only calls), or a mail address.

    One that wrote before and was nobody's becomes theirs, with its tickets (C3). One of somebody else's is not taken
    without a word: it is shown whose it is.
    """
    if not said:
        await turn.inquire(texts.ask_address(person), Verb.CONTACT, f"@{person.id} ajouter")
        return None
    wanted = _parse(said)
    known = [await turn.uow.directory.address(address) for address in wanted]
    if all(each is not None and each.contact_id == person.id for each in known):
        raise AlreadyDone("address_theirs", address=wanted[0].identifier, name=person.name)
    for each in known:
        if each is not None and each.contact_id not in (None, person.id):
            return texts.address_taken(person, await _taken(turn, each))
    adopted = 0
    for address, each in zip(wanted, known, strict=True):
        if each is None:
            await turn.uow.directory.add_address(address, contact_id=person.id, profile_name=None, now=turn.now)
        elif each.contact_id is None:
            adopted += await _adopt(turn, each, person, client)
        if each is None or each.contact_id is None:
            await turn.log_client(client.id, "address added", contact=person.id, channel=address.channel)
    return await _card(turn, person, client, texts.address_added(wanted[0].identifier, adopted=adopted))


async def take(turn: Turn, person: Contact, client: Client, said: str) -> Post:
    """The button below "it is somebody else's": the address goes over, with its channels; tickets stay."""
    known = await _addressed(turn, said)
    if known.contact_id == person.id:
        raise AlreadyDone("address_theirs", address=known.address.identifier, name=person.name)
    before = await turn.uow.directory.contact(known.contact_id) if known.contact_id else None
    for each in await _twins(turn, known):
        await turn.uow.directory.link_address(each.id, person.id)
        await turn.log_client(client.id, "address added", contact=person.id, channel=each.address.channel)
        if before is not None and before.client_id is not None:
            await turn.log_client(before.client_id, "address removed", contact=before.id, channel=each.address.channel)
    if before is not None:
        await _forget_channel(turn, before)
    return await _card(turn, person, client, texts.address_added(known.address.identifier))


async def remove(turn: Turn, person: Contact, client: Client, said: str) -> Post:
    """No longer theirs. The address stays, as nobody's: its messages and tickets point at it."""
    if not said:
        return texts.ask_removal(person, await turn.uow.directory.addresses_of(person.id))
    known = await _addressed(turn, said)
    if known.contact_id != person.id:
        raise AlreadyDone("address_gone", address=known.address.identifier, name=person.name)
    for each in await _twins(turn, known):
        await turn.uow.directory.link_address(each.id, None)
        await turn.log_client(client.id, "address removed", contact=person.id, channel=each.address.channel)
    await _forget_channel(turn, person)
    return await _card(turn, person, client, texts.address_removed(known.address.identifier))


def _parse(said: str) -> list[Address]:
    try:
        if "@" in said:
            return [Address(Channel.MAIL, parse_mail(said))]
        number = parse_phone(said)
    except ValueError:
        raise DeskRefusal("not_an_address", words=said) from None
    return [Address(channel, number) for channel in channels_of(number)]


async def _adopt(turn: Turn, known: KnownAddress, person: Contact, client: Client) -> int:
    """Give a stranger's address and tickets to the person; how many tickets."""
    await turn.uow.directory.link_address(known.id, person.id)
    numbers = await turn.uow.tickets.adopt(known.id, contact_id=person.id, client_id=client.id)
    for number in numbers:
        ticket = await turn.uow.tickets.get(number)
        assert ticket is not None
        await take_over(turn, ticket, client, person)
    return len(numbers)


async def _addressed(turn: Turn, said: str) -> KnownAddress:
    address_id = as_number(said)
    known = await turn.uow.directory.address_by_id(address_id) if address_id is not None else None
    if known is None:
        raise DeskRefusal("unknown_address")
    return known


async def _twins(turn: Turn, known: KnownAddress) -> Iterable[KnownAddress]:
    """The address, and the same person's on the other channels of the same number."""
    if known.contact_id is None:
        return [known]
    theirs = await turn.uow.directory.addresses_of(known.contact_id)
    return [each for each in theirs if each.address.identifier == known.address.identifier]


async def _forget_channel(turn: Turn, person: Contact) -> None:
    """A channel on which the person cannot be reached any more is not their preferred one."""
    left = await turn.uow.directory.addresses_of(person.id)
    if all(each.address.channel is not person.preferred for each in left):
        await turn.uow.client_files.prefer_channel(person.id, None)


async def _taken(turn: Turn, known: KnownAddress) -> texts.Taken:
    assert known.contact_id is not None
    owner = await turn.uow.directory.contact(known.contact_id)
    assert owner is not None
    client = await turn.uow.directory.client(owner.client_id) if owner.client_id else None
    return texts.Taken(known, owner, client.name if client else "sans client")


async def _card(turn: Turn, person: Contact, client: Client, said: str) -> Post:
    """The person as they are now, below what was done."""
    current = await turn.uow.directory.contact(person.id)
    assert current is not None
    return texts.card(current, client, await turn.uow.directory.addresses_of(person.id), above=said)
