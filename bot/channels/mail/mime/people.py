"""Who wrote a mail, to whom: addresses and names out of header fields. Pure and total."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import getaddresses

from bot.channels.mail.mime.headers import Headers, decode_words
from bot.domain.addresses import Address, Channel

MAX_PEOPLE = 100
MAX_NAME = 200
MAX_ADDRESS = 200
"""Characters, as every table of ours allows: a longer one is nobody's."""

_MAX_FIELD = 8_000  # `email` recurses once for each nested "(": the rest of a longer field is not read
_SPEC = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@(?:[\w-]{1,63}\.)*[\w-]{1,63}")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.){0,500})\"")

# What `getaddresses` raises on damaged fields: it looks behind the end, and recurses on comments within comments.
_BAD_ADDRESSES = (IndexError, ValueError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Person:
    """An address of somebody's, in lower case, and the name that stands before it."""

    address: Address
    name: str = ""


def people(values: Iterable[str]) -> tuple[Person, ...]:
    """Everybody that header values name, each address once: `Dr Aubry <A@example.fr>` → a@example.fr, "Dr Aubry".

    The local part is put in lower case too: no provider tells "Aubry@" from "aubry@", and a client writes both.
    What is no address (`undisclosed-recipients:;`) is left out.
    """
    found: dict[str, Person] = {}
    for value in values:
        for name, spec in _pairs(value[:_MAX_FIELD]):
            if (address := mail_address(spec)) is not None and len(found) < MAX_PEOPLE:
                found.setdefault(address.identifier, Person(address, decode_words(name)[:MAX_NAME].strip("\"' ")))
    return tuple(found.values())


def named_people(headers: Headers, *names: str) -> tuple[Person, ...]:
    """Everybody that the fields of these names hold."""
    return people(value for name in names for value in headers.all(name))


def mail_address(text: str) -> Address | None:
    """The first addr-spec of a text: `rfc822; <A@Example.fr>` → a@example.fr; None when there is none to store."""
    spec = _SPEC.search(text[:_MAX_FIELD])
    found = spec[0].casefold() if spec else ""
    return Address(Channel.MAIL, found) if 0 < len(found) <= MAX_ADDRESS else None


def _pairs(value: str) -> list[tuple[str, str]]:
    """Names and addr-specs; what `email` cannot take apart is searched for what looks like an address."""
    try:
        pairs = [(name, spec) for name, spec in getaddresses([value]) if "@" in spec]
    except _BAD_ADDRESSES:
        pairs = []
    if pairs or "@" not in value:
        return pairs
    # an unquoted comma or a colon in the name ("Aubry, Marie: <a@example.fr>"); a quoted address is a name, not a place
    return [("", spec) for spec in _SPEC.findall(_QUOTED.sub(" ", value))[-1:]]
