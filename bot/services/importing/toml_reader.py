"""The tables of a TOML file as entries: everything that a client's file holds, and what was done before."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from bot.domain.addresses import Address, Channel
from bot.rules.calls import channels_of
from bot.rules.folding import fold
from bot.rules.products import recognise
from bot.services.importing import toml_values as values
from bot.services.importing.entries import (
    ClientEntry,
    ContactEntry,
    Owners,
    Problems,
    ProductEntry,
    WorkstationEntry,
    claim,
)
from bot.services.importing.toml_contracts import read_contract
from bot.services.importing.toml_history import read_intervention
from bot.services.importing.toml_keys import Part
from bot.services.importing.toml_tables import Table, open_tables
from bot.texts import import_problems as texts
from bot.texts import importing

LONGEST_PRODUCT = 64
_CHANNELS: Mapping[str, tuple[Channel, ...]] = {
    "telephone": (),  # the number says: a mobile one writes SMS and WhatsApp messages, a landline only calls
    "sms": (Channel.SMS,),
    "whatsapp": (Channel.WHATSAPP,),
}


def read_toml(text: str, problems: Problems, *, zone: tzinfo, now: datetime) -> list[ClientEntry]:
    """The clients of a file in its order. What is wrong goes to `problems`, and the rest is read all the same.

    Raises `ImportRejected` for a text that is no TOML.
    """
    file = open_tables(text, problems)
    clients: dict[str, ClientEntry] = {}
    owners: Owners = {}
    tables = file.tables("client", Part.CLIENT)
    for table in tables:
        client = _client(table, zone, now)
        _people(table, client, owners, problems)
        first = clients.setdefault(fold(client.name), client)
        if client.name and first is not client:
            table.problem(texts.twice(client.name, line=first.line))
    if not tables and not problems.found:
        file.problem(texts.NO_CLIENTS)
    return list(clients.values())


def _client(table: Table, zone: tzinfo, now: datetime) -> ClientEntry:
    client = ClientEntry(table.take("nom", values.read_name, missing=texts.NO_NAME) or "", table.line)
    client.kind = table.take("type", values.read_kind, missing=importing.no_kind(client.name))
    client.address = table.take("adresse", values.read_name)
    client.specialty = table.take("specialite", values.read_name)
    architecture = table.table("architecture", Part.ARCHITECTURE)
    if architecture is not None:
        client.architecture = architecture.take("notes", values.read_notes)
        client.architecture_validated_on = architecture.take("validee_le", values.read_date)
    for product in table.tables("produit", Part.PRODUCT):
        _product(product, client)
    for workstation in table.tables("poste", Part.WORKSTATION):
        _workstation(workstation, client)
    contracts = [
        read_contract(each, today=now.astimezone(zone).date()) for each in table.tables("contrat", Part.CONTRACT)
    ]
    client.contracts = [contract for contract in contracts if contract is not None]
    for each in table.tables("intervention", Part.INTERVENTION):
        read_intervention(each, client, zone=zone, now=now)
    return client


def _product(table: Table, client: ClientEntry) -> None:
    name = table.take("nom", values.read_name, missing=texts.NO_NAME)
    if name is None:
        return
    product = (recognise(name) or name)[:LONGEST_PRODUCT]
    entry = ProductEntry(
        product,
        table.line,
        sold_by_us=table.take("vendu_par_nous", values.read_flag),
        installed_by_us=table.take("installe_par_nous", values.read_flag),
    )
    first = client.products.setdefault(fold(product), entry)
    if first is not entry:
        table.problem(texts.twice(product, line=first.line))


def _workstation(table: Table, client: ClientEntry) -> None:
    name = table.take("nom", values.read_workstation, missing=texts.NO_NAME)
    if name is None:
        return
    entry = WorkstationEntry(
        name,
        table.line,
        notes=table.take("notes", values.read_notes),
        done=tuple(table.take_each("fait", values.read_item)),
        done_on=table.take("fait_le", values.read_date),
    )
    first = client.workstations.setdefault(fold(name), entry)
    if first is not entry:
        table.problem(texts.twice(name, line=first.line))


def _people(table: Table, client: ClientEntry, owners: Owners, problems: Problems) -> None:
    for each in table.tables("contact", Part.CONTACT):
        name = each.take("nom", values.read_name, missing=texts.NO_NAME)
        entry = ContactEntry(
            name or "",
            each.line,
            role=each.take("role", values.read_role) or "",
            preferred=each.take("canal_prefere", values.read_channel),
        )
        for key, address in _addresses(each):
            claim(entry, address, each.line_of(key), owners=owners, problems=problems)
        if not any(key in each and each.written(key) != [] for key in (*_CHANNELS, "mail")):
            each.problem(importing.NO_ADDRESS)
        first = client.contacts.setdefault(fold(entry.name), entry)
        if name and first is not entry:
            each.problem(texts.twice(name, line=first.line))


def _addresses(table: Table) -> list[tuple[str, Address]]:
    """Each with the key it stands under."""
    found = [
        (key, Address(channel, number))
        for key, channels in _CHANNELS.items()
        for numbers in table.take_each(key, values.read_phones)
        for number in numbers
        for channel in channels or channels_of(number)
    ]
    return found + [("mail", Address(Channel.MAIL, mail)) for mail in table.take_each("mail", values.read_mail)]
