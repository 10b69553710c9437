"""Clients, their people, their machines; technicians."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.columns import Instant, metadata

clients = Table(
    "clients",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("folded_name", String(200), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("address", Text, nullable=False, server_default=""),
    Column("specialty", String(200), nullable=False, server_default=""),
    Column("architecture", Text, nullable=False, server_default=""),
    Column("architecture_validated_on", Date),
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
    Column("preferred", String(16)),
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

held_products = Table(
    "held_products",
    metadata,
    Column("client_id", Integer, ForeignKey("clients.id"), primary_key=True),
    Column("product", String(64), primary_key=True),
    Column("sold_by_us", Boolean, nullable=False, server_default=text("false")),
    Column("installed_by_us", Boolean, nullable=False, server_default=text("false")),
)

workstations = Table(
    "workstations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", Integer, ForeignKey("clients.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("folded_name", String(200), nullable=False),
    Column("notes", Text, nullable=False, server_default=""),
    UniqueConstraint("client_id", "folded_name"),
)

workstation_items = Table(
    "workstation_items",
    metadata,
    Column("workstation_id", Integer, ForeignKey("workstations.id"), primary_key=True),
    Column("item", String(32), primary_key=True),
    Column("ticked_on", Date, nullable=False),
)

client_changes = Table(
    "client_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", Integer, ForeignKey("clients.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("workstation_id", Integer, ForeignKey("workstations.id")),
    Column("asked_on", Date),
    Column("agreed", Boolean),
    Column("decided_on", Date),
    Column("decided_by", String(200), nullable=False, server_default=""),
    Column("done_on", Date),
    Column("restored_on", Date),
    Column("ticket_id", Integer, ForeignKey("tickets.id")),
    Column("note", Text, nullable=False, server_default=""),
    CheckConstraint("kind IN ('settings', 'macos')", name="kind"),
)

client_events = Table(
    "client_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", Integer, ForeignKey("clients.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("data", Text, nullable=False, server_default="{}"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", Integer, ForeignKey("clients.id"), index=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("path", Text, nullable=False),
    Column("content_type", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("token", String(64), unique=True),
    Column("expires_at", Instant),
)

meetings = Table(
    "meetings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("starts_at", Instant, nullable=False, unique=True),
    Column("link", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("meeting_id", Integer, ForeignKey("meetings.id"), nullable=False),
    Column("contact_id", Integer, ForeignKey("contacts.id"), nullable=False, index=True),
    Column("address_id", Integer, ForeignKey("addresses.id"), nullable=False),
    Column("invited_at", Instant, nullable=False),
    Column("coming", Boolean),
    Column("answered_at", Instant),
    Column("reminded_at", Instant),
    Column("untold_at", Instant),
    UniqueConstraint("meeting_id", "contact_id"),
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
