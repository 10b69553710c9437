"""Everything that is remembered, as one JSON document with the promised lists and fields."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap import open_for_reading, open_for_writing
from bot.clock import StoppedClock
from bot.config import Settings, load_settings
from bot.domain.addresses import Address, Channel
from bot.domain.clients import ClientKind
from bot.domain.inbox import InboxEntry, Source
from bot.domain.interventions import LedgerLine
from bot.domain.tickets import Direction, Message, Outcome, Priority, Recontact, Ticket, TicketState
from bot.ports import UnitOfWork
from bot.services.context import Context
from bot.services.exporting import export

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
BODY = 'Word « plante » 🖨\n\N{RIGHT-TO-LEFT MARK}\x00 "fin" \\'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"PERMANENCE_DATABASE_URL": f"sqlite:///{tmp_path}/office.db"}, needs_channel=False)


@pytest.fixture
async def context(settings: Settings) -> AsyncIterator[Context]:
    async with open_for_writing(settings, clock=StoppedClock(NOW)) as opened:
        yield opened.context


async def exported(context: Context) -> dict[str, list[dict[str, object]]]:
    pieces: list[str] = []
    await export(context, pieces.append)
    document: dict[str, list[dict[str, object]]] = json.loads("".join(pieces))
    return document


async def fill(uow: UnitOfWork) -> None:
    """A client with a counted intervention, a stranger's open ticket, and an entry that nobody could read."""
    client = await uow.directory.add_client("Cabinet des Tilleuls", kind=ClientKind.GROUP_PRACTICE, now=NOW)
    contact = await uow.directory.add_contact("Dr Lambert", client_id=client.id, role="médecin", now=NOW)
    known = await uow.directory.add_address(
        Address(Channel.SMS, "+33639980011"), contact_id=contact.id, profile_name=None, now=NOW
    )
    contract = await uow.contracts.add_contract(
        client.id, starts_on=date(2026, 3, 1), allowance_units=12, ends_on=date(2027, 2, 28), now=NOW
    )
    period = await uow.contracts.period(contract, nth=1, starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28))
    await uow.directory.put_technician(7001, name="Claire", is_admin=True, phone=None)
    ticket = await uow.tickets.open(
        Ticket(
            number=0,
            subject="Word plante",
            state=TicketState.CLOSED,
            priority=Priority.URGENT,
            channel=Channel.SMS,
            opened_at=NOW,
            last_activity_at=NOW,
            recontact_due_at=NOW + timedelta(days=4),
            client_id=client.id,
            contact_id=contact.id,
            address_id=known.id,
            outcome=Outcome.RESOLVED,
            recontacted_at=NOW + timedelta(minutes=5),
            recontacted_by=Recontact.REPLY,
            closed_at=NOW + timedelta(minutes=30),
        )
    )
    for direction, body, automatic in (
        (Direction.IN, BODY, False),
        (Direction.OUT, "Bien arrivé", True),
        (Direction.NOTE, "entre nous", False),
    ):
        await uow.messages.add(Message(0, ticket.number, direction, Channel.SMS, body, NOW, automatic=automatic))
    intervention = await uow.interventions.open(ticket.number, client_id=client.id, now=NOW)
    await uow.interventions.start_sitting(intervention.id, technician_id=1, started_at=NOW)
    opened = await uow.interventions.of_ticket(ticket.number)
    assert opened is not None
    done = replace(opened.sittings[0], ended_at=NOW + timedelta(minutes=20), remote=True)
    await uow.interventions.save_sitting(done)
    await uow.interventions.save(
        replace(opened, doctor="Dr Lambert", reason="Word", outcome=Outcome.RESOLVED, decision="counted", units=2)
    )
    line = LedgerLine(client.id, opened.id, ticket.number, period.id, 2, "counted", "C7", "Claire", NOW)
    await uow.contracts.add_line(line)
    await uow.contracts.add_line(replace(line, units=-2, decision="correction"))
    await uow.contracts.add_line(replace(line, period_id=None, units=0, decision="not_covered", rule="C13"))
    contact_of_nobody = await uow.directory.add_contact("Inconnue", client_id=None, role="", now=NOW)
    await uow.tickets.open(
        replace(
            ticket,
            state=TicketState.OPEN,
            priority=Priority.NORMAL,
            client_id=None,
            contact_id=contact_of_nobody.id,
            address_id=None,
            outcome=None,
            recontacted_at=None,
            recontacted_by=None,
            closed_at=None,
        )
    )
    await uow.tickets.open(replace(ticket, state=TicketState.OPEN, client_id=None, contact_id=None, closed_at=None))
    await uow.inbox.add(InboxEntry(Source.TELEGRAM, "17", "{", NOW))
    await uow.inbox.quarantine(1, NOW, problem="no JSON")


async def test_an_empty_database_is_a_document_of_empty_lists(context: Context) -> None:
    assert await exported(context) == {"clients": [], "contracts": [], "tickets": [], "ledger": [], "quarantine": []}


async def test_everything_is_there_with_the_fields_that_scripts_rely_on(context: Context) -> None:
    await context.store.write(fill)
    document = await exported(context)
    first, *others = document.pop("tickets")
    assert document == {
        "clients": [
            {
                "name": "Cabinet des Tilleuls",
                "kind": "group_practice",
                "contacts": [
                    {
                        "name": "Dr Lambert",
                        "role": "médecin",
                        "addresses": [{"channel": "sms", "identifier": "+33639980011"}],
                    }
                ],
            }
        ],
        "contracts": [
            {
                "client": "Cabinet des Tilleuls",
                "starts_on": "2026-03-01",
                "ends_on": "2027-02-28",
                "allowance_units": 12,
            }
        ],
        "ledger": [
            _line(units=2, decision="counted"),
            _line(units=-2, decision="correction"),
            _line(units=0, decision="not_covered", rule="C13", period=None),
        ],
        "quarantine": [
            {
                "inbox_id": 1,
                "source": "telegram",
                "external_id": "17",
                "received_at": "2026-11-23T09:00:00+01:00",
                "problem": "no JSON",
                "payload": "{",
            }
        ],
    }
    assert first == {
        "number": 1,
        "state": "closed",
        "priority": "urgent",
        "outcome": "resolved",
        "channel": "sms",
        "client": "Cabinet des Tilleuls",
        "contact": "Dr Lambert",
        "subject": "Word plante",
        "opened_at": "2026-11-23T09:00:00+01:00",
        "recontact_due_at": "2026-11-27T09:00:00+01:00",
        "recontacted_at": "2026-11-23T09:05:00+01:00",
        "recontacted_by": "reply",
        "closed_at": "2026-11-23T09:30:00+01:00",
        "messages": [
            {"direction": "in", "channel": "sms", "body": BODY, "at": "2026-11-23T09:00:00+01:00", "automatic": False},
            {
                "direction": "out",
                "channel": "sms",
                "body": "Bien arrivé",
                "at": "2026-11-23T09:00:00+01:00",
                "automatic": True,
            },
        ],
        "intervention": {
            "doctor": "Dr Lambert",
            "reason": "Word",
            "sittings": [
                {
                    "started_at": "2026-11-23T09:00:00+01:00",
                    "ended_at": "2026-11-23T09:20:00+01:00",
                    "remote": True,
                }
            ],
            "outcome": "resolved",
            "decision": "counted",
            "units": 2,
        },
    }
    seen = [(other["client"], other["contact"], other["closed_at"], other["intervention"]) for other in others]
    assert seen == [(None, "Inconnue", None, None), (None, None, None, None)]


def _line(*, units: int, decision: str, rule: str = "C7", period: object = "the first") -> dict[str, object]:
    return {
        "client": "Cabinet des Tilleuls",
        "ticket": 1,
        "period": period and {"starts_on": "2026-03-01", "ends_on": "2027-02-28"},
        "units": units,
        "decision": decision,
        "rule": rule,
        "author": "Claire",
        "at": "2026-11-23T09:00:00+01:00",
    }


async def test_it_is_handed_out_piece_by_piece_beside_a_running_program(context: Context, settings: Settings) -> None:
    await context.store.write(fill)
    async with open_for_reading(settings) as beside:
        pieces: list[str] = []
        await export(beside.context, pieces.append)
    tickets = [piece for piece in pieces if '"messages"' in piece]
    assert [json.loads(piece.strip(",\n"))["number"] for piece in tickets] == [1, 2, 3]
