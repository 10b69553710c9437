"""`doctor`: looks at the settings, the database and the machine; each fault comes with its mend."""

import asyncio
import os
import platform
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import typer
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.database import database_file, read_settings
from bot.cli.exits import Exit
from bot.cli.output import say
from bot.cli.version import program_version
from bot.clock import SystemClock
from bot.config import Settings
from bot.errors import DatabaseInUse, PermanenceError, RuleError, SettingsError
from bot.rules.public_holidays import closing_dates
from bot.texts import mails
from bot.texts import settings as settings_texts
from bot.texts import terminal as texts

FIRST_YEAR = 2025
"""A machine that shows an earlier year lost its clock."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what to do when it is not good."""

    said: str
    is_good: bool = True


def doctor() -> None:
    """Look everything over. Exit status 1 when something is to be mended; wrong settings are 2, as everywhere."""
    settings = read_settings()
    now = SystemClock().now()
    findings = [
        *machine(settings, now),
        *channels(settings),
        *asyncio.run(database(settings)),
        *asyncio.run(mail(settings)),
        media(settings),
        *papers(settings),
    ]
    say(*(texts.doctor_line(finding.said, is_good=finding.is_good) for finding in findings))
    n_bad = sum(not finding.is_good for finding in findings)
    say(texts.doctor_verdict(n_bad))
    raise typer.Exit(Exit.NO if n_bad else Exit.DONE)


def machine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Versions, the clock, and the calendar of this year and the next."""
    yield Finding(
        texts.versions(program=program_version(), python=platform.python_version(), sqlite=sqlite3.sqlite_version)
    )
    yield _clock(settings, now)
    this_year = now.astimezone(settings.timezone).year
    for year in (this_year, this_year + 1):
        found = _holidays(settings.holidays, year)
        if found:
            yield Finding(texts.holidays_shown(year, code=settings.holidays, holidays=found))
        else:
            yield Finding(texts.no_holidays(year, code=settings.holidays), is_good=False)


def _clock(settings: Settings, now: datetime) -> Finding:
    from bot.bootstrap.policy import office_hours

    if now.year < FIRST_YEAR:
        return Finding(texts.wrong_clock(now), is_good=False)
    hours = office_hours(settings)
    try:
        opens_at = None if hours.is_open(now) else hours.next_opening(now)
    except RuleError:
        return Finding(texts.NEVER_OPEN, is_good=False)
    return Finding(texts.clock_shown(now, settings.timezone, opens_at=opens_at))


def _holidays(code: str, year: int) -> list[tuple[date, str]]:
    known = closing_dates(code)
    days = (date(year, 1, 1) + timedelta(days=nth) for nth in range(366))
    return [(on, known[on]) for on in days if on.year == year and on in known]


def channels(settings: Settings) -> Iterator[Finding]:
    """Which are on; one that is off is no fault, none at all is."""
    states = settings.channels()
    for state in states:
        yield Finding(settings_texts.describe_channel(state.channel, missing=state.missing))
    if not any(state.is_on for state in states):
        yield Finding(settings_texts.NO_CHANNEL, is_good=False)
    yield Finding(texts.reception(public_url=settings.public_url, poll_seconds=settings.poll_seconds))


async def mail(settings: Settings) -> list[Finding]:
    """Log in where mails come from and go to, and ask ClamAV whether it is there."""
    from bot.bootstrap.mail import check_mail

    checked = await check_mail(settings)
    return [Finding(mails.checked(what, problem), is_good=problem is None) for what, problem in checked]


async def database(settings: Settings) -> list[Finding]:
    """Whether the database can be used, and SQLite keeps its promises where it lies."""
    file = database_file(settings)
    if file is None:
        return [await _stored(settings, None)]
    folder = await _folder(file.parent)
    return [folder, await _stored(settings, file) if file.is_file() else Finding(texts.NEW_DATABASE)]


async def _stored(settings: Settings, file: Path | None) -> Finding:
    """Read it beside a program that may be running: its schema and, of a file, every page."""
    from bot.storage.engine import open_reader
    from bot.storage.migrate import HEAD, current_revision

    try:
        reader = await open_reader(settings.database_url.get_secret_value())
        try:
            async with reader.connect() as connection:
                schema = await current_revision(connection)
                is_whole = file is None or await connection.scalar(text("PRAGMA quick_check")) == "ok"
        finally:
            await reader.dispose()
    except (PermanenceError, SQLAlchemyError, OSError) as problem:
        return Finding(texts.useless_database(type(problem).__name__), is_good=False)
    if not is_whole:
        return Finding(texts.damaged_database(str(file)), is_good=False)
    if schema != HEAD:
        return Finding(texts.old_schema(str(file or "PostgreSQL"), schema=schema, head=HEAD), is_good=schema is None)
    if file is None:
        return Finding(texts.POSTGRESQL_DATABASE)
    return Finding(texts.database_shown(str(file), schema=schema, in_use=_is_in_use(file)))


async def _folder(folder: Path) -> Finding:
    """Try every pragma on a database of a moment's, in the folder where the real one is or will be."""
    from bot.storage.engine import open_engine

    existing = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    try:
        with TemporaryDirectory(prefix=".permanence-doctor-", dir=existing) as place:
            engine = await open_engine(f"sqlite:///{place}/try.db")
            await engine.close()
    except (PermanenceError, OSError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        return Finding(texts.useless_folder(str(existing), problem=reason), is_good=False)
    return Finding(texts.durable_folder(str(existing)))


def _is_in_use(file: Path) -> bool:
    """Whether a program holds the file's lock; it is given back at once."""
    from bot.storage.engine import FileLock

    try:
        FileLock(file).release()
    except DatabaseInUse:
        return True
    return False


def media(settings: Settings) -> Finding:
    """Clients' pictures are kept in a folder that the program makes."""
    folder = Path(settings.media_dir).expanduser()
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return Finding(texts.media_folder(str(folder)))
    return Finding(texts.no_media_folder(str(folder)), is_good=False)


def papers(settings: Settings) -> Iterator[Finding]:
    """Whether statements and contracts can be set with the shop's own logo and wording."""
    from bot.bootstrap.paper import check_logo, printing_of

    try:
        printing = printing_of(settings)
        check_logo(printing.letterhead, settings)
    except SettingsError as problem:
        yield from (Finding(said, is_good=False) for said in problem.problems)
        return
    yield Finding(
        texts.papers_shown(
            articles=len(printing.articles), own=settings.contract_file is not None, logo=bool(printing.letterhead.logo)
        )
    )
