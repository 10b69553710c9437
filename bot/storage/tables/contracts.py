"""Contracts, their life, and the ledger."""

from sqlalchemy import (
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
)

from bot.domain.contracts import PRICE_CENTS
from bot.storage.columns import Instant, metadata, where

contracts = Table(
    "contracts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", Integer, ForeignKey("clients.id"), nullable=False, index=True),
    Column("starts_on", Date, nullable=False),
    Column("allowance_units", Integer, nullable=False),
    Column("ends_on", Date),
    Column("signed_on", Date),
    Column("price_cents", Integer, nullable=False, server_default=str(PRICE_CENTS)),
    Column("ending", String(16)),
    Column("notice_received_on", Date),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("allowance_units >= 0", name="allowance"),
)

contract_terms = Table(
    "contract_terms",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("contract_id", Integer, ForeignKey("contracts.id"), nullable=False, index=True),
    Column("term", String(32), nullable=False),
    Column("value", String(32), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("author", String(64), nullable=False),
    Column("at", Instant, nullable=False),
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

payments = Table(
    "payments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("period_id", Integer, ForeignKey("periods.id"), nullable=False, index=True),
    Column("amount_cents", Integer, nullable=False),
    Column("method", String(16), nullable=False),
    Column("paid_on", Date, nullable=False),
    Column("author", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

contract_milestones = Table(
    "contract_milestones",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("contract_id", Integer, ForeignKey("contracts.id"), nullable=False),
    Column("name", String(32), nullable=False),
    Column("remind_at", Instant, nullable=False),
    Column("state", String(16), nullable=False, server_default="pending"),
    Column("settled_at", Instant),
    UniqueConstraint("contract_id", "name"),
    Index("ix_contract_milestones_due", "remind_at", **where("state = 'pending'")),
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
    Column("reason", Text, nullable=False, server_default=""),
)
