"""Which calendar a deadline was computed with: it may be asked when holidays or time zones have changed since."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CalendarVersion:
    """The holiday calendar ("FR-57") and its library's version, the zone and its database's version ("2025b")."""

    holidays: str
    holidays_version: str
    zone: str
    zone_version: str
