"""What came in, what must go out, and what was said at the desk."""

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    Index("ix_inbox_kept", "id", **where("state = 'handled' AND problem IS NOT NULL AND ticket_id IS NULL")),
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
    Index("ix_outbox_message_id", "message_id", **where("message_id IS NOT NULL")),
    Index("ix_outbox_automatic", "created_at", "channel", "identifier", **where("kind = 'text' AND automatic")),
)

desk_messages = Table(
    "desk_messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("ticket_id", Integer, ForeignKey("tickets.id")),
    Column("kind", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("chat_id", "message_id"),
    Index("ix_desk_messages_ticket_id", "ticket_id", "kind"),
)

mail_positions = Table(
    "mail_positions",
    metadata,
    Column("mailbox", String(200), primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True),
    Column("uid", BigInteger, primary_key=True),
    Column("external_id", String(200), nullable=False),
    Column("seen_at", Instant, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
