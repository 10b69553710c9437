"""Which mail addresses are our own."""

from bot.domain.addresses import Address


def is_ours(address: Address, mailbox: Address) -> bool:
    """Whether mails to it come to our mailbox: itself, and `support+t41-k2m4x7aqpz3w@…` or any other behind its "+"."""
    local, _, domain = mailbox.identifier.rpartition("@")
    theirs, _, place = address.identifier.rpartition("@")
    is_here = address.channel is mailbox.channel and place == domain
    return is_here and (theirs == local or theirs.startswith(f"{local}+"))
