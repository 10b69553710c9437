"""Requests and agreements to update macOS, among a client's changes (C26)."""

from collections.abc import Iterable
from datetime import date

from bot.domain.workstations import ChangeKind, ClientChange


def open_request(changes: Iterable[ClientChange], *, ticket: int) -> ClientChange | None:
    """The request on this ticket that nobody has answered yet; a ticket has one at most."""
    return next((change for change in changes if change.ticket_id == ticket and change.agreed is None), None)


def unused_agreement(changes: Iterable[ClientChange], *, workstation_id: int | None, on: date) -> ClientChange | None:
    """The agreement that an update of macOS made on a day makes use of (C26); None: there was none to use.

    Given by then, for that Mac, or for none in particular; the Mac's own first, then the latest. An update of the whole
    client (`workstation_id` None) needs one for the whole client. *Reading:* an agreement is to one update: the next
    one is asked for anew.
    """
    usable = [
        (change.workstation_id is not None, change.decided_on, change.id, change)
        for change in changes
        if change.kind is ChangeKind.MACOS
        and change.agreed
        and change.done_on is None
        and change.decided_on is not None
        and change.decided_on <= on
        and change.workstation_id in (None, workstation_id)
    ]
    return max(usable, key=lambda each: each[:3])[3] if usable else None
