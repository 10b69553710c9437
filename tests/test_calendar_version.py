"""The calendar that a deadline names: the versions this machine computes with."""

import zoneinfo
from importlib.metadata import version

import pytest

from bot.bootstrap.calendar_version import calendar_version
from bot.config.settings import Settings
from bot.rules.calendar_version import CalendarVersion

SETTINGS = Settings(holidays="FR-974", timezone="Indian/Reunion")


@pytest.mark.parametrize(
    ("first_line", "named"),
    [
        pytest.param("# version 2025b\n", "2025b", id="the system's database names its version"),
        pytest.param("# redo posix\n", "système", id="it names none"),
        pytest.param(None, "système", id="there is no file that would"),
    ],
)
def test_the_systems_own_database_goes_first(tmp_path, monkeypatch, first_line, named):
    (tmp_path / "Indian").mkdir()
    (tmp_path / "Indian" / "Reunion").touch()
    if first_line is not None:
        (tmp_path / "tzdata.zi").write_text(first_line)
    monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path / "nowhere"), str(tmp_path)))
    assert calendar_version(SETTINGS) == CalendarVersion("FR-974", version("holidays"), "Indian/Reunion", named)


def test_without_one_the_packages_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path),))
    assert calendar_version(SETTINGS).zone_version == version("tzdata")
