"""The public holidays of France as dates on which the office is closed (C14)."""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from datetime import date

from holidays import country_holidays

from bot.errors import RuleError

_PARTS = [part for part in sorted(country_holidays("FR").subdivisions) if not part.startswith("Zone")]  # of schools
HOLIDAY_CODES = ("FR", *(f"FR-{part}" for part in _PARTS))
"""`FR` is metropolitan France; `FR-57` Moselle, `FR-6AE` Alsace, `FR-971` to `FR-976` the overseas departments …"""


def closing_dates(code: str, *, own: Iterable[date] = ()) -> Mapping[date, str]:
    """The public holidays by their French names, of any year, and the shop's own closing dates under an empty name.

    6 April 2026 is "Lundi de Pâques" everywhere; 3 April, "Vendredi saint", is one in `FR-57` and `FR-6AE`. Ask it for
    dates, and do not walk through it: a year appears when it is first asked for. `RuleError` for an unknown code.
    """
    known = code.strip().upper()
    if known not in HOLIDAY_CODES:
        raise RuleError(f"{code!r} is no holiday calendar: give one of {', '.join(HOLIDAY_CODES)}")
    public = country_holidays("FR", subdiv=known.removeprefix("FR").removeprefix("-") or None, language="fr")
    return ChainMap(public, dict.fromkeys(own, ""))
