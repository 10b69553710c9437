"""Reads which versions of the holidays and of the time zones this machine computes with."""

import zoneinfo
from importlib.metadata import version
from pathlib import Path

from bot.config import Settings
from bot.rules.calendar_version import CalendarVersion


def calendar_version(settings: Settings) -> CalendarVersion:
    """The versions behind every deadline of these settings."""
    return CalendarVersion(
        settings.holidays, version("holidays"), settings.timezone.key, _zone_version(settings.timezone.key)
    )


def _zone_version(key: str) -> str:
    """That of the system's own database where it has the zone, as `zoneinfo` looks there first; else the package's."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / key).is_file():
            return _named_in(folder / "tzdata.zi") or "système"
    return version("tzdata")


def _named_in(path: Path) -> str:
    """The version that the database's first line names: "# version 2025b"."""
    try:
        with path.open(encoding="ascii", errors="replace") as lines:
            first = lines.readline()
    except OSError:
        return ""
    return first.removeprefix("# version").strip() if first.startswith("# version") else ""
