"""
Periods and instants as text, in the one form that is stored; and the zone that releases are published in.

A period is a month (``2026-04``) or an auction's day (``2026-02-11``). An instant is UTC, ISO 8601, always with
microseconds and a Z: as text it sorts as it does in time. Nothing here reads a clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from treasury_watch.core.figures.published import Period

NEW_YORK = ZoneInfo("America/New_York")
"""The Treasury publishes by this zone: TIC files at 16:00, auction closes and results as announced."""


def utc_text(instant: datetime) -> str:
    """
    ``2026-09-16T20:00:00.000000Z``.

    Raises ValueError for a datetime without a zone: a guess at the zone would be wrong twice a year.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; expected an aware datetime")
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_utc_text(text: str) -> datetime:
    """
    Read back the instant that ``utc_text`` wrote, in UTC.

    Raises ValueError for text that says no zone.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone; expected UTC text such as 2026-09-16T20:00:00.000000Z")
    return instant.astimezone(UTC)


def new_york_day(instant: datetime) -> date:
    """The day it is where releases and auctions are published."""
    return instant.astimezone(NEW_YORK).date()


def month_number(month: Period) -> int:
    """Months since year 0, so that neighbours differ by one."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_text(number: int) -> Period:
    """The inverse of ``month_number``."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def month_after(month: Period, steps: int) -> Period:
    """The month ``steps`` after one; before it where ``steps`` is negative."""
    return month_text(month_number(month) + steps)


def years_before(period: Period, years: int = 3) -> Period:
    """
    The same period some years earlier, as text to compare with; empty of none.

    Three years are further back than any cooldown or revision reaches.
    """
    return f"{int(period[:4]) - years:04d}{period[4:]}" if period else ""


def first_day(period: Period) -> date:
    """The day of an auction; of a month its first."""
    return date.fromisoformat(f"{period}-01" if is_month(period) else period)


def is_month(period: Period) -> bool:
    """Whether a period is a month, and not a day."""
    return len(period) == len("2026-04")
