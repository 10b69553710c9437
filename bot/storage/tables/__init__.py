"""What is remembered: every table, in SQLAlchemy Core. Instants are aware UTC on both engines."""

from bot.storage.columns import metadata
from bot.storage.tables.contracts import contract_milestones, contract_terms, contracts, ledger, payments, periods
from bot.storage.tables.directory import (
    addresses,
    client_changes,
    client_events,
    clients,
    contacts,
    documents,
    held_products,
    invitations,
    meetings,
    technicians,
    workstation_items,
    workstations,
)
from bot.storage.tables.queues import cursors, desk_messages, inbox, mail_positions, outbox
from bot.storage.tables.tickets import (
    calls,
    events,
    interventions,
    mail_ids,
    media,
    messages,
    milestones,
    sittings,
    ticket_copies,
    tickets,
)

APPEND_ONLY = ("client_events", "contract_terms", "events", "ledger", "payments")
"""Tables whose lines are never changed: triggers refuse it (principle 8)."""

__all__ = [
    "APPEND_ONLY",
    "addresses",
    "calls",
    "client_changes",
    "client_events",
    "clients",
    "contacts",
    "contract_milestones",
    "contract_terms",
    "contracts",
    "cursors",
    "desk_messages",
    "documents",
    "events",
    "held_products",
    "inbox",
    "interventions",
    "invitations",
    "ledger",
    "mail_ids",
    "mail_positions",
    "media",
    "meetings",
    "messages",
    "metadata",
    "milestones",
    "outbox",
    "payments",
    "periods",
    "sittings",
    "technicians",
    "ticket_copies",
    "tickets",
    "workstation_items",
    "workstations",
]
