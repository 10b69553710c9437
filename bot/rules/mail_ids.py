"""The Message-IDs of our own mails: what they are made of, and how one is known again (S7, F21)."""

ID_HEADER = "x-permanence-id"
"""Stands on every mail of ours and says its Message-ID again: some providers put one of their own in its place."""


def message_id_of(local: str, address: str) -> str:
    """The whole Message-ID: ("t41.m917.k2m4", "support@example.fr") → "<t41.m917.k2m4@example.fr>"."""
    return f"<{local}@{address.rpartition('@')[2]}>"


def local_of(message_id: str, address: str) -> str | None:
    """What stands before the "@" of a Message-ID of ours, in brackets or not; None where the domain is not ours."""
    local, _, domain = message_id.strip("<> ").rpartition("@")
    return local if local and domain.casefold() == address.rpartition("@")[2].casefold() else None
