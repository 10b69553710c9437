"""The database for a command: to write, alone; or to read, beside a program that may be running."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.bootstrap.paper import printing_of
from bot.bootstrap.policy import client_texts, policy_of
from bot.channels.mail import errors as smtp_errors
from bot.channels.twilio.errors import meaning
from bot.clock import SystemClock
from bot.config import Settings
from bot.domain.inbox import Source
from bot.ports import Clock, Parser, Store
from bot.services.context import Context, OurMail
from bot.storage.engine import open_engine, open_reader
from bot.storage.migrate import check_schema, migrate
from bot.storage.unit_of_work import ReadOnlyStore, SqlStore


def _reason_of(code: str | None) -> str | None:
    return smtp_errors.reason_of(code) or (meaning(code).reason if code and code.isdecimal() else None)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open database, for a command."""

    store: Store
    context: Context


@asynccontextmanager
async def open_for_writing(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Opened]:
    """Open and migrate the database, alone. Raises a `StorageError` when the program runs on it."""
    engine = await open_engine(settings.database_url.get_secret_value())
    try:
        await migrate(engine)
        writer = engine.open_writer()
        try:
            store = SqlStore(engine, writer)
            yield Opened(store, make_context(settings, store, clock or SystemClock()))
        finally:
            await writer.close()
    finally:
        await engine.close()


@asynccontextmanager
async def open_for_reading(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Opened]:
    """Open the database beside a program that may be running on it; nothing can be written."""
    reader = await open_reader(settings.database_url.get_secret_value())
    try:
        async with reader.connect() as connection:
            await check_schema(connection)
        store = ReadOnlyStore(reader)
        yield Opened(store, make_context(settings, store, clock or SystemClock()))
    finally:
        await reader.dispose()


def make_context(
    settings: Settings,
    store: Store,
    clock: Clock,
    parsers: Mapping[Source, Parser] | None = None,
    mail: OurMail | None = None,
) -> Context:
    """What every use case is given."""
    return Context(
        store,
        clock,
        policy_of(settings),
        client_texts(settings),
        {} if parsers is None else parsers,
        _reason_of,
        printing=printing_of(settings),
        mail=mail,
    )
