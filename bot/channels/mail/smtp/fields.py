"""Header fields as they leave: in ASCII, folded, and never more than the one field they are meant to be. Pure.

The standard library's own folding is not used: `email.policy.SMTP` takes a Message-ID of more than 78 characters in
`References`, as Microsoft's are, for a word to be encoded, and the other side finds no thread by it.
"""

import re
from collections.abc import Iterable
from email.header import Header
from email.policy import Policy
from email.utils import quote

from bot.errors import PermanentDeliveryError

MAX_TEXT = 500
MAX_NAME = 70
MAX_ID = 400
_LINE = 76
_FOLD = "\r\n "

_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ID = re.compile(r"<[!-;=?-~]{1,400}>")
_PLAIN_NAME = re.compile(r"[\w !#$%&'*+/=?^`{|}~-]+", re.ASCII)
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[A-Za-z0-9_](?:[\w-]{0,61}[A-Za-z0-9_])?"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*", re.ASCII)
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_MAX_LOCAL, _MAX_SPEC = 64, 254


class Field(str):
    """A field's value that is folded already; `email`'s messages ask a value with a `name` to fold itself."""

    name: str

    def __new__(cls, name: str, value: str) -> "Field":
        field = super().__new__(cls, value)
        field.name = name
        return field

    def fold(self, *, policy: Policy) -> str:
        """The field with its name and the end of its last line."""
        return f"{self.name}: {self}{policy.linesep}"


def text_field(name: str, text: str) -> Field:
    """Words for people: "Ça marche" → `=?utf-8?q?=C3=87a_marche?=`; what is plain and short stands as it is."""
    flat = one_line(text)[:MAX_TEXT].strip()
    if flat.isascii() and "=?" not in flat and len(name) + len(flat) < _LINE:
        return Field(name, flat)
    return Field(name, _encoded(flat, name))


def ids_field(name: str, ids: Iterable[str]) -> Field:
    """Message-IDs, one on a line where they are long."""
    return Field(name, _folded(name, ids, between=" "))


def people_field(name: str, specs: Iterable[str]) -> Field:
    """Addresses without names."""
    return Field(name, _folded(name, specs, between=", "))


def person_field(name: str, person: str, spec: str) -> Field:
    """An address behind a name: `"Dr A." <a@example.fr>`."""
    flat = one_line(person)[:MAX_NAME].strip()
    if not flat:
        return Field(name, spec)
    if not flat.isascii() or "=?" in flat:
        shown = _encoded(flat, name)
    else:
        shown = flat if _PLAIN_NAME.fullmatch(flat) else f'"{quote(flat)}"'
    return Field(name, f"{shown}{_FOLD}<{spec}>" if len(shown) + len(spec) > _LINE - 12 else f"{shown} <{spec}>")


def valid_ids(ids: Iterable[str]) -> list[str]:
    """Those Message-IDs that can stand in a header, each once, in their order; brackets are put around a bare one."""
    bracketed = (each if each.startswith("<") else f"<{each}>" for each in map(str.strip, ids))
    return list(dict.fromkeys(each for each in bracketed if _ID.fullmatch(each) and len(each) <= MAX_ID))


def written_address(address: str) -> str:
    """An address as servers take it: `support@médecins.fr` → `support@xn--mdecins-bya.fr`.

    Raises `PermanentDeliveryError`: "mail_accents" for letters beyond ASCII before the "@", which need SMTPUTF8 on the
    whole way; "mail_address" for what is no address.
    """
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        raise PermanentDeliveryError("an address that needs SMTPUTF8", code="mail_accents")
    written = f"{local}@{_ascii_domain(domain)}"
    if len(local) > _MAX_LOCAL or len(written) > _MAX_SPEC or not _LOCAL.fullmatch(local):
        raise PermanentDeliveryError("an address that no server takes", code="mail_address")
    return written


def one_line(text: str) -> str:
    """Without anything that could end the line: controls and line ends of every kind become a space."""
    return _CONTROLS.sub(" ", _SURROGATES.sub("\ufffd", text)).strip()


def _ascii_domain(domain: str) -> str:
    """A domain in ASCII, and only where it means the same: IDNA 2003 would write to "strasse.de" for "straße.de"."""
    try:
        written = domain if domain.isascii() else domain.encode("idna").decode("ascii")
        is_same = domain.isascii() or written.encode("ascii").decode("idna") == domain.lower()
    except UnicodeError:
        written, is_same = "", False
    if not is_same or not _DOMAIN.fullmatch(written):
        raise PermanentDeliveryError("an address at no domain", code="mail_address")
    return written


def _encoded(text: str, name: str) -> str:
    return Header(text, "utf-8", maxlinelen=_LINE, header_name=name).encode(linesep="\r\n")


def _folded(name: str, items: Iterable[str], *, between: str) -> str:
    lines, room = [""], _LINE - len(name) - 2
    for item in items:
        if lines[-1] and len(lines[-1]) + len(between) + len(item) > room:
            lines[-1] += between.rstrip()
            lines.append("")
            room = _LINE
        lines[-1] += f"{between}{item}" if lines[-1] else item
    return _FOLD.join(lines)
