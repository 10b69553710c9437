"""Tickets and what happens on them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
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
    Column("follows", Integer),
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
    Column("subject", Text, nullable=False, server_default=""),
    Column("whole", Text, nullable=False, server_default=""),
    Column("flaws", String(100), nullable=False, server_default=""),
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
    Column("name", String(200), nullable=False, server_default=""),
    Column("flaw", String(16), nullable=False, server_default=""),
    Column("scanned_at", Instant),
    Index("ix_media_unscanned", "id", **where("path IS NOT NULL AND scanned_at IS NULL")),
)

mail_ids = Table(
    "mail_ids",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mail_id", Text, nullable=False, index=True),
    Column("message_id", Integer, ForeignKey("messages.id"), nullable=False, index=True),
)

ticket_copies = Table(
    "ticket_copies",
    metadata,
    Column("ticket_id", Integer, ForeignKey("tickets.id"), primary_key=True),
    Column("address_id", Integer, ForeignKey("addresses.id"), primary_key=True),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sid", String(34), nullable=False, unique=True),
    Column("caller", String(200)),
    Column("started_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("settle_at", Instant),
    Column("technician_id", Integer, ForeignKey("technicians.id")),
    Column("talked_seconds", Integer),
    Column("recording_sid", String(34)),
    Column("recording_url", Text),
    Column("recording_seconds", Integer),
    Column("recording_erased_at", Instant),
    Column("ticket_id", Integer, ForeignKey("tickets.id")),
    Column("message_id", Integer, ForeignKey("messages.id")),
    Index("ix_calls_settle_at", "settle_at", **where("settle_at IS NOT NULL")),
    Index("ix_calls_recordings", "id", **where("recording_sid IS NOT NULL AND recording_erased_at IS NULL")),
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
    Column("workstation_id", Integer, ForeignKey("workstations.id")),
    Column("workstation_asked", Boolean, nullable=False, server_default=text("false")),
    Column("guarantee_of", Integer, ForeignKey("interventions.id")),
    Column("guarantee_asked", Boolean, nullable=False, server_default=text("false")),
    Column("decision_reason", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Index("ix_interventions_client_id", "client_id"),
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
