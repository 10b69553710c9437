"""Once a day the server's mails are counted against ours: what slipped through whichever gap is found, and stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.channels.mail.imap.session import ImapSession
from bot.channels.mail.imap.taking import Taking

COUNTED_AGAIN = timedelta(days=30)
"""How far back the next count looks, and a renumbered mailbox is read again: everything older was found to be here."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ImapCount:
    """`on_server`: mails since the floor. `missing`: those we had not looked at; `stored`: those of them that were new.

    `missing` can exceed `stored`: a copy of a mail that we have is found by its fingerprint, and a mail that the server
    does not give stays missing. `withheld` names those that were asked for often enough, and are there still.
    """

    on_server: int
    missing: int
    stored: int
    withheld: tuple[str, ...] = ()


def count_mails(taking: Taking, session: ImapSession, now: datetime) -> ImapCount:
    """Compare, and fetch what is missing. Raises `ImapTrouble`, `StorageUnavailable`.

    Mails that are merely new are taken first: they are no gap.
    """
    taking.look(session)
    position = taking.position()
    assert position is not None, "a look leaves a position"
    taking.forget_gone(session, position.uidvalidity, now - COUNTED_AGAIN)
    there, seen = taking.since_floor(session, position), taking.seen(position.uidvalidity)
    described = session.describe([uid for uid in there if uid not in seen])
    missing = [mail for mail in described if not position.is_old(mail.uid, mail.arrived_at)]
    stored = taking.store(session, position, missing, position.uid)
    if missing:
        _log.warning("imap_mails_were_missing", missing=len(missing), stored=stored)
    not_had = {mail.uid for mail in missing} - taking.seen(position.uidvalidity)
    if not not_had:
        taking.keep_position(position.since(now - COUNTED_AGAIN))
    # those above the position are not given up: the next looks ask for them again
    withheld = tuple(f"{position.uidvalidity}:{uid}" for uid in session.listed(not_had) if uid <= position.uid)
    return ImapCount(len(seen.intersection(there)) + len(missing), len(missing), stored, withheld)
