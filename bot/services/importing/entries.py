"""What a file says of clients: its lines read, brought together by client and contact, and held against one another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from bot.domain.addresses import Address, Channel
from bot.domain.clients import ClientKind
from bot.rules.folding import fold
from bot.services.importing import cells
from bot.services.importing.table import Column, Line, read_lines
from bot.texts import importing as texts

Value = TypeVar("Value")
_LONGEST_ROLE = 32


@dataclass
class Problems:
    """What is wrong with the file, by line. All of it is told at once, and nothing is written."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, problem: str) -> None:
        self.found.append((line, problem))

    def told(self) -> list[str]:
        """One sentence each, from the top of the file to its end."""
        ordered = sorted(dict.fromkeys(self.found), key=lambda problem: problem[0])
        return [texts.at_line(line, problem) for line, problem in ordered]


@dataclass
class ContactEntry:
    """A person and the line they are first on. Each address stands with its line; a role not given is empty."""

    name: str
    line: int
    role: str = ""
    addresses: dict[Address, int] = field(default_factory=dict)


@dataclass
class ClientEntry:
    """A client and the line it is first on. What no line gives is None."""

    name: str
    line: int
    kind: ClientKind | None = None
    starts_on: date | None = None
    allowance_units: int | None = None
    ends_on: date | None = None
    contacts: dict[str, ContactEntry] = field(default_factory=dict)
    said_at: dict[Column, int] = field(default_factory=dict)


def read_entries(text: str, problems: Problems) -> list[ClientEntry]:
    """The clients of a file in its order. Lines that are wrong go to `problems`, and the rest is read all the same.

    Raises `ImportRejected` when the titles are wrong.
    """
    clients: dict[str, ClientEntry] = {}
    owners: dict[Address, ContactEntry] = {}
    has_lines = False
    for line in read_lines(text, problems.found):
        has_lines = True
        _read(line, clients, owners, problems)
    for client in clients.values():
        _check(client, problems)
    if not has_lines and not problems.found:
        problems.add(1, texts.NO_LINES)
    return list(clients.values())


def _read(line: Line, clients: dict[str, ClientEntry], owners: dict[Address, ContactEntry], problems: Problems) -> None:
    reading = _Reading(line, problems)
    client_name = reading.cell(Column.CLIENT, cells.parse_name)
    contact_name = reading.cell(Column.CONTACT, cells.parse_name)
    role = reading.cell(Column.ROLE, lambda text: cells.parse_name(text, limit=_LONGEST_ROLE))
    addresses = list(reading.addresses())
    if not reading.has_addresses:
        problems.add(line.number, texts.NO_ADDRESS)
    if Column.CLIENT not in line.cells:
        problems.add(line.number, texts.NO_CLIENT)
    if Column.CONTACT not in line.cells:
        problems.add(line.number, texts.NO_CONTACT)
    client = clients.setdefault(fold(client_name), ClientEntry(client_name, line.number)) if client_name else None
    _agree(client, reading)
    if client is None or contact_name is None:
        return
    contact = client.contacts.setdefault(fold(contact_name), ContactEntry(contact_name, line.number))
    if role and contact.role and fold(role) != fold(contact.role):
        problems.add(line.number, texts.disagrees("la fonction", client=contact.name, line=contact.line))
    contact.role = contact.role or role or ""
    for address in addresses:
        owner = owners.setdefault(address, contact)
        if owner is not contact:
            problems.add(line.number, texts.taken_in_file(address, contact=owner.name, line=owner.addresses[address]))
        else:
            contact.addresses.setdefault(address, line.number)


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
        columns = (Column.PHONE, Column.PHONE_2, Column.SMS, Column.WHATSAPP, Column.MAIL)
        return any(column in self.line.cells for column in columns)

    def addresses(self) -> Iterator[Address]:
        """A telephone is where somebody writes an SMS from, and a WhatsApp message."""
        both = (Channel.SMS, Channel.WHATSAPP)
        channels = {Column.PHONE: both, Column.PHONE_2: both, Column.SMS: both[:1], Column.WHATSAPP: both[1:]}
        for column, where in channels.items():
            for number in self.cell(column, cells.parse_phones) or ():
                yield from (Address(channel, number) for channel in where)
        mail = self.cell(Column.MAIL, cells.parse_mail)
        if mail:
            yield Address(Channel.MAIL, mail)


def _agree(client: ClientEntry | None, reading: _Reading) -> None:
    """Take what the line says of its client; a cell left empty says nothing, another value than before is wrong."""
    said = (
        (Column.KIND, "kind", reading.cell(Column.KIND, cells.parse_kind), "le type"),
        (Column.STARTS_ON, "starts_on", reading.cell(Column.STARTS_ON, cells.parse_date), "le début du contrat"),
        (Column.UNITS, "allowance_units", reading.cell(Column.UNITS, cells.parse_units), "le nombre d’unités"),
        (Column.ENDS_ON, "ends_on", reading.cell(Column.ENDS_ON, cells.parse_date), "la fin du contrat"),
    )
    if client is None:
        return
    for column, name, value, what in said:
        if column in reading.line.cells:
            first = client.said_at.setdefault(column, reading.line.number)
            before = getattr(client, name)
            if value is not None and before is not None and value != before:
                reading.problems.add(reading.line.number, texts.disagrees(what, client=client.name, line=first))
            elif value is not None:
                setattr(client, name, value)


def _check(client: ClientEntry, problems: Problems) -> None:
    """What only all the lines of a client together can tell."""
    if Column.KIND not in client.said_at:
        problems.add(client.line, texts.no_kind(client.name))
    if Column.STARTS_ON not in client.said_at and {Column.UNITS, Column.ENDS_ON} & client.said_at.keys():
        problems.add(client.line, texts.NO_START)
    if client.starts_on and client.ends_on and client.ends_on < client.starts_on:
        problems.add(client.said_at[Column.ENDS_ON], texts.ENDS_BEFORE_START)
