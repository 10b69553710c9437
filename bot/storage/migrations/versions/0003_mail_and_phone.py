"""Mail and the phone: what is kept of a mail besides its words, where mailboxes were read to, calls."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("follows", sa.Integer(), nullable=True))
    op.add_column("messages", sa.Column("subject", sa.Text(), server_default="", nullable=False))
    op.add_column("messages", sa.Column("whole", sa.Text(), server_default="", nullable=False))
    op.add_column("messages", sa.Column("flaws", sa.String(length=100), server_default="", nullable=False))
    op.add_column("media", sa.Column("name", sa.String(length=200), server_default="", nullable=False))
    op.add_column("media", sa.Column("flaw", sa.String(length=16), server_default="", nullable=False))
    op.add_column("media", sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_media_unscanned",
        "media",
        ["id"],
        sqlite_where=sa.text("path IS NOT NULL AND scanned_at IS NULL"),
        postgresql_where=sa.text("path IS NOT NULL AND scanned_at IS NULL"),
    )
    op.create_index(
        "ix_inbox_kept",
        "inbox",
        ["id"],
        sqlite_where=sa.text("state = 'handled' AND problem IS NOT NULL AND ticket_id IS NULL"),
        postgresql_where=sa.text("state = 'handled' AND problem IS NOT NULL AND ticket_id IS NULL"),
    )
    op.create_index(
        "ix_outbox_message_id",
        "outbox",
        ["message_id"],
        sqlite_where=sa.text("message_id IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_table(
        "mail_ids",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_mail_ids_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_ids")),
    )
    op.create_index(op.f("ix_mail_ids_mail_id"), "mail_ids", ["mail_id"])
    op.create_index(op.f("ix_mail_ids_message_id"), "mail_ids", ["message_id"])
    op.create_table(
        "mail_positions",
        sa.Column("mailbox", sa.String(length=200), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "uidvalidity", "uid", name=op.f("pk_mail_positions")),
    )
    op.create_table(
        "ticket_copies",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_copies_ticket_id")),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_ticket_copies_address_id")),
        sa.PrimaryKeyConstraint("ticket_id", "address_id", name=op.f("pk_ticket_copies")),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("caller", sa.String(length=200), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("settle_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("technician_id", sa.Integer(), nullable=True),
        sa.Column("talked_seconds", sa.Integer(), nullable=True),
        sa.Column("recording_sid", sa.String(length=34), nullable=True),
        sa.Column("recording_url", sa.Text(), nullable=True),
        sa.Column("recording_seconds", sa.Integer(), nullable=True),
        sa.Column("recording_erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["technician_id"], ["technicians.id"], name=op.f("fk_calls_technician_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_calls_ticket_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_calls_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("sid", name=op.f("uq_calls_sid")),
    )
    op.create_index(
        "ix_calls_settle_at",
        "calls",
        ["settle_at"],
        sqlite_where=sa.text("settle_at IS NOT NULL"),
        postgresql_where=sa.text("settle_at IS NOT NULL"),
    )
    op.create_index(
        "ix_calls_recordings",
        "calls",
        ["id"],
        sqlite_where=sa.text("recording_sid IS NOT NULL AND recording_erased_at IS NULL"),
        postgresql_where=sa.text("recording_sid IS NOT NULL AND recording_erased_at IS NULL"),
    )
