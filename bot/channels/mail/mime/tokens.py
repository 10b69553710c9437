"""Which ticket a mail names by itself: in the address it was sent to, or in its subject. Pure."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable

from bot.domain.addresses import Address

Sign = Callable[[int], str]
"""The keyed hash of a ticket's number, as it stands in an address (`address_signer`)."""

_PLUS = re.compile(r"t(\d{1,9})-([a-z2-7]{8,32})", re.ASCII)
_SUBJECT = re.compile(r"\[\s{0,3}(?:n\s{0,3}[°ºo?]|#)\s{0,3}([0-9]{1,9})\s{0,3}\]", re.IGNORECASE)
_MAC_LETTERS = 12


def address_signer(key: bytes) -> Sign:
    """Signs numbers with a key: 12 letters of base32, 60 bits, in an alphabet that survives lower-casing."""

    def sign(number: int) -> str:
        digest = hmac.new(key, b"mail ticket %d" % number, hashlib.sha256).digest()
        return base64.b32encode(digest)[:_MAC_LETTERS].decode("ascii").lower()

    return sign


def ticket_address(mailbox: Address, number: int, *, sign: Sign) -> Address:
    """Where an answer to a ticket is to go: `support@example.fr` → `support+t41-k2m4x7aqpz3w@example.fr`."""
    local, _, domain = mailbox.identifier.rpartition("@")
    return Address(mailbox.channel, f"{local}+t{number}-{sign(number)}@{domain}")


def ticket_of_addresses(addresses: Iterable[Address], *, mailbox: Address, sign: Sign) -> int | None:
    """The ticket whose signed address of ours a mail was sent to; None when none is, or when the signature is not ours.

    Only somebody who was written to about that ticket can know the address.
    """
    local, _, domain = mailbox.identifier.rpartition("@")
    for address in addresses:
        theirs, _, place = address.identifier.rpartition("@")
        token = _PLUS.fullmatch(theirs.removeprefix(f"{local}+")) if theirs.startswith(f"{local}+") else None
        if token and place == domain and hmac.compare_digest(token[2], sign(int(token[1]))):
            return int(token[1])
    return None


def without_token(subject: str) -> str:
    """A subject as its writer gave it: "Imprimante [n° 41]" → "Imprimante"."""
    return " ".join(_SUBJECT.sub(" ", subject).split())


def ticket_of_subject(subject: str) -> int | None:
    """The first number in brackets: "RE: [n° 41] imprimante" → 41.

    Anybody can write it: it counts only where the sender has to do with that ticket.
    """
    token = _SUBJECT.search(subject)
    return int(token[1]) if token else None
