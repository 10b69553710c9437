"""Wounded mails through the whole intake (F10): each a ticket, or a refusal that is written down; nobody's is lost.

The bytes are kept in a real spool, the inbox and the tickets in a real database. Some bytes are gone when their turn
comes, and some entries are damaged: those are the ones in quarantine, each with the ticket that shows it.
"""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.mail.inbound import mail_entry
from bot.channels.mail.mime.tokens import address_signer, ticket_address
from bot.channels.mail.reading import OurMailbox, parse_mail
from bot.channels.mail.spool import Spool
from bot.domain.addresses import Channel
from bot.domain.inbox import DeliveryReport, Source
from bot.domain.outbox import Kind
from bot.services.context import OurMail
from bot.storage.engine import open_engine
from bot.storage.migrate import migrate
from bot.storage.tables import inbox
from bot.storage.unit_of_work import SqlStore
from tests.channels.mail.mail_wounds import wounded
from tests.conftest import SEED
from tests.factories import MINUTE, MONDAY, mail
from tests.services.shop import Shop, found

OUR_ADDRESS = mail("support@example.fr")
SIGN = address_signer(b"key")
OURS = OurMailbox(OUR_ADDRESS, SIGN, "mx.example.fr")
KNOWN = "modele@example.org"
"""Who writes the replies among the samples: made a contact of the practice's, so that robots from there are asked."""
WHOLE = "whole"
GONE = "the raw mail is gone"
DAMAGED = "a mail's entry that is no JSON"
REPORT = "a report on a mail of ours"


@dataclass(frozen=True)
class Settled:
    """What became of one entry, as its row says."""

    state: str
    ticket: int | None
    problem: str | None

    @property
    def outcome(self) -> str:
        if self.state == "quarantined":
            return f"quarantine: {self.problem}"
        return f"{self.state}: {'a ticket' if self.ticket else self.problem or 'nothing said'}"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    engine = await open_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    await migrate(engine)
    writer = engine.open_writer()
    store = SqlStore(engine, writer)
    await store.write(lambda uow: found(uow, MONDAY))
    await store.write(lambda uow: uow.directory.add_address(mail(KNOWN), contact_id=1, profile_name=None, now=MONDAY))
    shop = Shop(store, MONDAY)
    parse = partial(parse_mail, read=Spool(tmp_path / "spool").read, ours=OURS)
    shop.context = replace(
        shop.context,
        parsers={**shop.context.parsers, Source.MAIL: parse},
        mail=OurMail(OUR_ADDRESS, partial(ticket_address, OUR_ADDRESS, sign=SIGN), lambda: "k2m4"),
    )
    yield shop
    await writer.close()
    await engine.close()


async def store_wounded(shop: Shop, folder: Path, numbers: range, fates: dict[str, str]) -> None:
    """Store these mails, a few with their bytes or their entry ruined; `fates` says which, by the entry's id."""
    spool = Spool(folder)
    for number in numbers:
        raw = wounded(f"{SEED} story {number}")
        entry = mail_entry(raw, kept=spool.keep(raw), received_at=shop.clock.now())
        if entry.external_id in fates:
            continue  # the same as an earlier one: it comes again, and is stored once
        fate = {7: GONE, 31: DAMAGED}.get(number % 50, WHOLE)
        if fate == DAMAGED:
            entry = replace(entry, payload="{")
        elif fate == WHOLE and isinstance(parse_mail(entry, read=spool.read, ours=OURS), DeliveryReport):
            fate = REPORT
        await shop.store.receive(entry)
        if fate == GONE:
            kept = hashlib.sha256(raw).hexdigest()
            (folder / kept[:2] / f"{kept}.eml").unlink()
        fates[entry.external_id] = fate


async def settled(shop: Shop) -> list[Settled]:
    async def work(uow: Any) -> list[Settled]:
        rows = await uow.inbox._connection.execute(select(inbox).where(inbox.c.source == Source.MAIL))
        return [Settled(row.state, row.ticket_id, row.problem) for row in rows]

    return await shop.read(work)


@pytest.mark.parametrize(
    ("count", "batch"),
    [
        pytest.param(300, 50, id="300"),
        pytest.param(2_000, 200, id="2000", marks=pytest.mark.prove),
        pytest.param(10_000, 500, id="10000", marks=pytest.mark.soak),
    ],
)
async def test_each_wounded_mail_is_a_ticket_or_a_written_refusal(
    shop: Shop, tmp_path: Path, count: int, batch: int, tell: Any
) -> None:
    folder = tmp_path / "spool"
    fates: dict[str, str] = {}
    for first in range(0, count, batch):
        await store_wounded(shop, folder, range(first, first + batch), fates)
        await shop.take_in()
        await shop.passes(MINUTE)
    rows = await settled(shop)
    outcomes = Counter(row.outcome for row in rows)
    tell(f"seed {SEED}: {len(rows)} wounded mails: {dict(outcomes.most_common())}")
    tickets = {ticket.number: ticket for ticket in await shop.tickets()}
    ruined = Counter(fates.values())
    assert len(rows) == len(fates) > 0.8 * count
    assert {row.state for row in rows} == {"handled", "quarantined"}
    assert outcomes[f"quarantine: {GONE}"] == ruined[GONE] > 0
    assert outcomes[f"quarantine: {DAMAGED}"] == ruined[DAMAGED] > 0
    quarantined = sum(row.state == "quarantined" for row in rows)
    assert quarantined == ruined[GONE] + ruined[DAMAGED] == sum(ticket.unreadable for ticket in tickets.values())
    assert all(row.ticket in tickets for row in rows if row.ticket is not None)
    assert outcomes["handled: nothing said"] == 0
    assert outcomes["handled: robot:bounce"] >= ruined[REPORT]  # no such mail was sent: the desk hears of the first
    assert outcomes["handled: a ticket"] > count / 2


async def test_wounded_mails_are_not_answered_one_by_one(shop: Shop, tmp_path: Path) -> None:
    """Nobody gets more than one acknowledgement in ten minutes, however many broken mails they send (S6)."""
    await store_wounded(shop, tmp_path / "spool", range(200), {})
    await shop.take_in()
    to = Counter(row.to for row in await shop.rows() if row.to.startswith(Channel.MAIL) and row.kind is Kind.TEXT)
    assert to
    assert max(to.values()) == 1
