"""The public holidays of France, by department (C14)."""

import pytest

from bot.errors import RuleError
from bot.rules.public_holidays import HOLIDAY_CODES, closing_dates
from tests.rules.calendars import day


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        pytest.param("FR", "2026-04-06", "Lundi de Pâques", id="Easter Monday"),
        pytest.param("FR", "2026-04-03", None, id="Good Friday is none in most of France"),
        pytest.param("FR-6AE", "2026-04-03", "Vendredi saint", id="Good Friday in Alsace"),
        pytest.param("FR-57", "2026-12-26", "Saint-Étienne", id="26 December in Moselle"),
        pytest.param("FR-973", "2026-06-10", "Abolition de l'esclavage", id="10 June in Guyane"),
        pytest.param("FR-974", "2026-12-20", "Abolition de l'esclavage", id="20 December in Réunion"),
        pytest.param(" fr-974 ", "2040-12-20", "Abolition de l'esclavage", id="any case, any year"),
        pytest.param("FR", "2026-05-02", None, id="an ordinary Saturday"),
    ],
)
def test_public_holidays_by_name(code: str, on: str, name: str | None) -> None:
    dates = closing_dates(code)
    assert dates.get(day(on)) == name
    assert (day(on) in dates) is (name is not None)


@pytest.mark.parametrize("code", ["FR", "FR-57", "FR-6AE", "FR-971", "FR-972", "FR-973", "FR-974", "FR-976"])
def test_every_department_with_holidays_of_its_own_is_known(code: str) -> None:
    assert code in HOLIDAY_CODES
    assert closing_dates(code)[day("2026-07-14")] == "Fête nationale"


def test_the_shop_closes_on_dates_of_its_own() -> None:
    dates = closing_dates("FR", own=[day("2026-05-15"), day("2026-12-25")])
    assert dates[day("2026-05-15")] == ""
    assert dates[day("2026-12-25")] == "Noël"
    assert day("2026-05-18") not in dates


@pytest.mark.parametrize("code", ["DE", "FR-67", "FR-Zone A", "", "FR974", "-974"])
def test_an_unknown_calendar_is_refused_with_those_there_are(code: str) -> None:
    with pytest.raises(RuleError) as refused:
        closing_dates(code)
    assert str(refused.value).startswith(f"{code!r} is no holiday calendar: give one of FR, FR-57, FR-6AE, FR-971, ")
    assert "Zone" not in str(refused.value).removeprefix(repr(code))
