"""One small table for the tests of the storage engine itself, and what a reader sees in it."""

from sqlalchemy import Column, Integer, MetaData, String, Table, select

from bot.storage.engine import Engine

notes = Table(
    "notes",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("body", String),
)


async def names(engine: Engine) -> list[str]:
    """The names that are committed, in order."""
    async with engine.reading.connect() as connection:
        return list(await connection.scalars(select(notes.c.name).order_by(notes.c.name)))
