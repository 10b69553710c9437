"""The lines of a CSV file, one per contact, as entries."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from bot.domain.addresses import Address, Channel
from bot.rules.calls import channels_of
from bot.rules.folding import fold
from bot.services.importing import cells
from bot.services.importing.entries import ClientEntry, ContactEntry, ContractEntry, Owners, Problems, claim
from bot.services.importing.table import Column, Line, read_lines
from bot.texts import importing as texts

Value = TypeVar("Value")
_ADDRESSES = (Column.PHONE, Column.PHONE_2, Column.SMS, Column.WHATSAPP, Column.MAIL)


@dataclass
class _Draft:
    """A client as its lines are read; `said_at` is the line that first filled a column."""

    client: ClientEntry
    said_at: dict[Column, int] = field(default_factory=dict)
    starts_on: date | None = None
    allowance_units: int | None = None
    ends_on: date | None = None


def read_csv(text: str, problems: Problems) -> list[ClientEntry]:
    """The clients of a file in its order. Lines that are wrong go to `problems`, and the rest is read all the same.

    Raises `ImportRejected` when the titles are wrong.
    """
    drafts: dict[str, _Draft] = {}
    owners: Owners = {}
    has_lines = False
    for line in read_lines(text, problems.found):
        has_lines = True
        _read(line, drafts, owners, problems)
    for draft in drafts.values():
        _finish(draft, problems)
    if not has_lines and not problems.found:
        problems.add(1, texts.NO_LINES)
    return [draft.client for draft in drafts.values()]


def _read(line: Line, drafts: dict[str, _Draft], owners: Owners, problems: Problems) -> None:
    reading = _Reading(line, problems)
    client_name = reading.cell(Column.CLIENT, cells.parse_name)
    contact_name = reading.cell(Column.CONTACT, cells.parse_name)
    role = reading.cell(Column.ROLE, cells.parse_role)
    preferred = reading.cell(Column.PREFERRED, cells.parse_channel)
    addresses = list(reading.addresses())
    if not reading.has_addresses:
        problems.add(line.number, texts.NO_ADDRESS)
    if Column.CLIENT not in line.cells:
        problems.add(line.number, texts.NO_CLIENT)
    if Column.CONTACT not in line.cells:
        problems.add(line.number, texts.NO_CONTACT)
    draft = drafts.setdefault(fold(client_name), _Draft(ClientEntry(client_name, line.number))) if client_name else None
    _agree(draft, reading)
    if draft is None or contact_name is None:
        return
    contact = draft.client.contacts.setdefault(fold(contact_name), ContactEntry(contact_name, line.number))
    if role and contact.role and fold(role) != fold(contact.role):
        problems.add(line.number, texts.disagrees("la fonction", client=contact.name, line=contact.line))
    if preferred and contact.preferred and preferred is not contact.preferred:
        problems.add(line.number, texts.disagrees("le canal préféré", client=contact.name, line=contact.line))
    contact.role = contact.role or role or ""
    contact.preferred = contact.preferred or preferred
    for address in addresses:
        claim(contact, address, line.number, owners=owners, problems=problems)


class _Reading:
    """The cells of one line, as values."""

    def __init__(self, line: Line, problems: Problems) -> None:
        self.line = line
        self.problems = problems

    def cell(self, column: Column, parse: Callable[[str], Value]) -> Value | None:
        """A cell's value; None where it is empty or wrong."""
        text = self.line.cells.get(column)
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError as problem:
            self.problems.add(self.line.number, str(problem))
            return None

    @property
    def has_addresses(self) -> bool:
        return any(column in self.line.cells for column in _ADDRESSES)

    def addresses(self) -> Iterator[Address]:
        """A mobile telephone is where somebody writes an SMS from, and a WhatsApp message; a landline only calls."""
        said = {
            Column.PHONE: None,
            Column.PHONE_2: None,
            Column.SMS: (Channel.SMS,),
            Column.WHATSAPP: (Channel.WHATSAPP,),
        }
        for column, channels in said.items():
            for number in self.cell(column, cells.parse_phones) or ():
                yield from (Address(channel, number) for channel in channels or channels_of(number))
        mail = self.cell(Column.MAIL, cells.parse_mail)
        if mail:
            yield Address(Channel.MAIL, mail)


def _agree(draft: _Draft | None, reading: _Reading) -> None:
    """Take what the line says of its client; a cell left empty says nothing, another value than before is wrong."""
    client = draft.client if draft else None
    said = (
        (Column.KIND, client, "kind", reading.cell(Column.KIND, cells.parse_kind), "le type"),
        (Column.ADDRESS, client, "address", reading.cell(Column.ADDRESS, cells.parse_name), "l’adresse"),
        (Column.SPECIALTY, client, "specialty", reading.cell(Column.SPECIALTY, cells.parse_name), "la spécialité"),
        (Column.STARTS_ON, draft, "starts_on", reading.cell(Column.STARTS_ON, cells.parse_date), texts.START),
        (Column.UNITS, draft, "allowance_units", reading.cell(Column.UNITS, cells.parse_units), texts.UNITS),
        (Column.ENDS_ON, draft, "ends_on", reading.cell(Column.ENDS_ON, cells.parse_date), texts.END),
    )
    if draft is None:
        return
    for column, holder, name, value, what in said:
        if column not in reading.line.cells:
            continue
        first = draft.said_at.setdefault(column, reading.line.number)
        before = getattr(holder, name)
        if value is not None and before is not None and value != before:
            reading.problems.add(reading.line.number, texts.disagrees(what, client=draft.client.name, line=first))
        elif value is not None:
            setattr(holder, name, value)


def _finish(draft: _Draft, problems: Problems) -> None:
    """What only all the lines of a client together can tell."""
    client, said_at = draft.client, draft.said_at
    if Column.KIND not in said_at:
        problems.add(client.line, texts.no_kind(client.name))
    if Column.STARTS_ON not in said_at and {Column.UNITS, Column.ENDS_ON} & said_at.keys():
        problems.add(client.line, texts.NO_START)
    if draft.starts_on is None:
        return
    if draft.ends_on and draft.ends_on < draft.starts_on:
        problems.add(said_at[Column.ENDS_ON], texts.ENDS_BEFORE_START)
    client.contracts.append(
        ContractEntry(draft.starts_on, client.line, allowance_units=draft.allowance_units, ends_on=draft.ends_on)
    )
