"""Run by Alembic, on the connection and inside the transaction that `bot.storage.migrate` opened."""

from typing import Literal

from alembic import context

from bot.storage import tables  # whoever asks for the metadata wants the tables in it
from bot.storage.columns import Instant


def _render(kind: str, item: object, _: object) -> str | Literal[False]:
    """A revision is frozen: it must not name our own column type, which may change under it."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.inbox.metadata,
    render_item=_render,
    render_as_batch=True,  # SQLite alters little: a changed table is copied
    transactional_ddl=True,  # SQLite rolls back what creates or drops, which Alembic does not expect of it
)
with context.begin_transaction():
    context.run_migrations()
