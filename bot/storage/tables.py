"""What is remembered: every table, in SQLAlchemy Core. Instants are aware UTC on both engines."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.columns import Instant, metadata, where

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(32), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("payload", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("occurred_at", Instant),
    Column("state", String(16), nullable=False, server_default="pending"),
    Column("handled_at", Instant),
    Column("problem", Text),
    Column("ticket_id", Integer),
    UniqueConstraint("source", "external_id"),
    Index("ix_inbox_pending", "id", **where("state = 'pending'")),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("identifier", String(200), nullable=False),
    Column("lane", String(220), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("payload", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("ticket_id", Integer, ForeignKey("tickets.id")),
    Column("message_id", Integer, ForeignKey("messages.id")),
    Column("coalesce", String(64)),
    Column("state", String(16), nullable=False, server_default="queued"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("worker", String(64)),
    Column("uncertain", Boolean, nullable=False, server_default=text("false")),
    Column("provider_id", String(64)),
    Column("settled_at", Instant),
    Column("error_code", String(32)),
    Column("problem", Text),
    Index("ix_outbox_due", "next_attempt_at", **where("state = 'queued'")),
    Index("ix_outbox_leased", "lease_until", **where("state = 'sending'")),
    Index("ix_outbox_lane", "lane", "rank", "id", **where("state IN ('queued', 'sending')")),
    Index("ix_outbox_coalesce", "coalesce", **where("state = 'queued'")),
    Index("ix_outbox_provider_id", "provider_id"),
    Index("ix_outbox_automatic", "created_at", "channel", "identifier", **where("kind = 'text' AND automatic")),
)

clients = Table(
    "clients",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("folded_name", String(200), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("kind IN ('individual', 'group_practice')", name="kind"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", Integer, ForeignKey("clients.id"), index=True),
    Column("name", String(200), nullable=False),
    Column("folded_name", String(200), nullable=False),
    Column("role", String(32), nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
)

addresses = Table(
    "addresses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("contact_id", Integer, ForeignKey("contacts.id"), index=True),
    Column("channel", String(16), nullable=False),
    Column("identifier", String(200), nullable=False),
    Column("profile_name", String(200)),
    Column("blocked_at", Instant),
    Column("opted_out_at", Instant),
    Column("last_inbound_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("channel", "identifier"),
)

contracts = Table(
    "contracts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", Integer, ForeignKey("clients.id"), nullable=False, index=True),
    Column("starts_on", Date, nullable=False),
    Column("allowance_units", Integer, nullable=False),
    Column("ends_on", Date),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("allowance_units >= 0", name="allowance"),
)

periods = Table(
    "periods",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("contract_id", Integer, ForeignKey("contracts.id"), nullable=False),
    Column("nth", Integer, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("allowance_units", Integer, nullable=False),
    UniqueConstraint("contract_id", "nth"),
)

technicians = Table(
    "technicians",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("telegram_user_id", BigInteger, nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("is_admin", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("phone", String(32)),
    Column("has_private_chat", Boolean, nullable=False, server_default=text("false")),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("priority", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("client_id", Integer, ForeignKey("clients.id")),
    Column("contact_id", Integer, ForeignKey("contacts.id")),
    Column("address_id", Integer, ForeignKey("addresses.id")),
    Column("assigned_to", Integer, ForeignKey("technicians.id")),
    Column("outcome", String(16)),
    Column("opened_at", Instant, nullable=False),
    Column("last_activity_at", Instant, nullable=False),
    Column("recontact_due_at", Instant, nullable=False),
    Column("recontacted_at", Instant),
    Column("recontacted_by", String(16)),
    Column("closed_at", Instant),
    Column("threading", String(64), nullable=False, server_default=""),
    Column("product", String(64)),
    Column("unreadable", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("state IN ('open', 'recontacted', 'in_progress', 'closed')", name="state"),
    CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    Index("ix_tickets_contact_id", "contact_id", "last_activity_at"),
    Index("ix_tickets_address_id", "address_id", "last_activity_at"),
    Index("ix_tickets_client_open", "client_id", "last_activity_at", **where("state <> 'closed'")),
    Index("ix_tickets_open", "priority", "recontact_due_at", **where("state <> 'closed'")),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("direction", String(3), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("address_id", Integer, ForeignKey("addresses.id")),
    Column("body", Text, nullable=False),
    Column("folded_body", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("error_code", String(32)),
    Column("provider_id", String(64)),
    Column("inbox_id", Integer, ForeignKey("inbox.id")),
    Column("technician_id", Integer, ForeignKey("technicians.id")),
)

media = Table(
    "media",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Integer, ForeignKey("messages.id"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("content_type", String(200), nullable=False),
    Column("size", Integer),
    Column("path", Text),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("data", Text, nullable=False, server_default="{}"),
    Index("ix_events_ticket_id", "ticket_id", "kind", "at"),
)

interventions = Table(
    "interventions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, unique=True),
    Column("client_id", Integer, ForeignKey("clients.id")),
    Column("doctor", String(200)),
    Column("reason", String(200)),
    Column("outcome", String(16)),
    Column("pending_outcome", String(16)),
    Column("decision", String(32)),
    Column("rule", String(8)),
    Column("units", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
)

sittings = Table(
    "sittings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("intervention_id", Integer, ForeignKey("interventions.id"), nullable=False, index=True),
    Column("technician_id", Integer, ForeignKey("technicians.id"), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("remote", Boolean),
    CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="order"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", Integer, ForeignKey("clients.id"), nullable=False, index=True),
    Column("period_id", Integer, ForeignKey("periods.id"), index=True),
    Column("intervention_id", Integer, ForeignKey("interventions.id"), nullable=False, index=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False),
    Column("units", Integer, nullable=False),
    Column("decision", String(32), nullable=False),
    Column("rule", String(8), nullable=False),
    Column("author", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

milestones = Table(
    "milestones",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(32), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("remind_at", Instant, nullable=False),
    Column("state", String(16), nullable=False, server_default="pending"),
    Column("settled_at", Instant),
    UniqueConstraint("ticket_id", "name"),
    Index("ix_milestones_due", "remind_at", **where("state = 'pending'")),
)

desk_messages = Table(
    "desk_messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("ticket_id", Integer, ForeignKey("tickets.id")),
    Column("kind", String(32), nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("chat_id", "message_id"),
    Index("ix_desk_messages_ticket_id", "ticket_id", "kind"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

APPEND_ONLY = ("events", "ledger")
"""Tables whose lines are never changed: triggers refuse it (principle 8)."""
