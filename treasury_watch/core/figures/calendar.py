"""
When the Treasury publishes its monthly TIC files.

The published dates come first; beyond them stands the publisher's rule of thumb, marked as an estimate. A file's own
date or an HTTP header proves nothing: a file is late when its newest month is older than ``expected_newest``.

Source: "Release Dates of TIC Data", home.treasury.gov, Treasury International Capital (TIC) System.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple

from treasury_watch.core.figures.periods import NEW_YORK, month_after, new_york_day
from treasury_watch.core.figures.published import Period

RELEASED_AT = time(16, 0)
"""New York time. The files follow in no fixed order over the next quarter of an hour."""

GRACE = timedelta(hours=2)

_PUBLISHED = {
    "2024-11": date(2025, 1, 17),
    "2024-12": date(2025, 2, 18),
    "2025-01": date(2025, 3, 19),
    "2025-02": date(2025, 4, 16),
    "2025-03": date(2025, 5, 16),
    "2025-04": date(2025, 6, 18),
    "2025-05": date(2025, 7, 17),
    "2025-06": date(2025, 8, 15),
    "2025-07": date(2025, 9, 18),
    "2025-08": date(2025, 11, 18),  # the shutdown of October 2025: two months came at once
    "2025-09": date(2025, 11, 18),
    "2025-10": date(2025, 12, 18),
    "2025-11": date(2026, 1, 15),
    "2025-12": date(2026, 2, 18),
    "2026-01": date(2026, 3, 18),
    "2026-02": date(2026, 4, 15),
    "2026-03": date(2026, 5, 18),
    "2026-04": date(2026, 6, 18),
    "2026-05": date(2026, 7, 14),
    "2026-06": date(2026, 8, 17),
    "2026-07": date(2026, 9, 16),
    "2026-08": date(2026, 10, 16),
    "2026-09": date(2026, 11, 18),
    "2026-10": date(2026, 12, 15),
    # The dates of 2027 are known from others who quote the Treasury's page, not from the page itself.
    "2026-11": date(2027, 1, 19),
    "2026-12": date(2027, 2, 18),
    "2027-01": date(2027, 3, 18),
}

# Data month M comes out in month M + 2, on its 11th business day "plus 0 to 3 days".
_LAG_MONTHS = 2
_FURTHEST_LAG = 5
"""No data month has come out later than this many months on: three shutdowns were made up within two."""
_BUSINESS_DAY = 11
_SPREAD_DAYS = 3


class ReleaseDate(NamedTuple):
    """
    The day on which a data month comes out.

    ``until`` is the last day on which it may be expected: ``day`` itself where the day was published, up to three
    business days on where it is estimated.
    """

    month: Period
    day: date
    until: date
    estimated: bool


class ReleaseCalendar:
    """
    Which data month comes out on which day: ``dates`` where they are known, the rule of thumb beyond them.

    Known dates come from the list above, the Treasury's page as it was last read, and what was seen to come out.
    """

    def __init__(self, dates: Mapping[Period, date]) -> None:
        self._dates = dict(dates)

    def corrected(self, dates: Mapping[Period, date]) -> ReleaseCalendar:
        """The same calendar with some dates known better."""
        return ReleaseCalendar(self._dates | dict(dates))

    def release_day(self, month: Period) -> date | None:
        """The known release day of a data month (``2026-04``), or None."""
        return self._dates.get(month)

    def release_date(self, month: Period) -> ReleaseDate:
        """The release day of any data month: as known, else by the rule of thumb and marked so."""
        known = self.release_day(month)
        if known is not None:
            return ReleaseDate(month, known, known, estimated=False)
        first = date.fromisoformat(f"{month_after(month, _LAG_MONTHS)}-01")
        return ReleaseDate(
            month,
            _business_day(first, _BUSINESS_DAY),
            _business_day(first, _BUSINESS_DAY + _SPREAD_DAYS),
            estimated=True,
        )

    def release_moment(self, month: Period) -> datetime:
        """The first moment (UTC) at which a data month may stand on the publisher's site."""
        return published_on(self.release_date(month).day)

    def months_released_on(self, day: date) -> tuple[Period, ...]:
        """The data months of one release day, oldest first: two where a release was folded into the next."""
        around = _month_of(day)
        months = (month_after(around, -n) for n in range(_FURTHEST_LAG, 0, -1))
        return tuple(month for month in months if self.release_date(month).day == day)

    def next_release(self, today: date) -> ReleaseDate:
        """The next release on or after ``today``; of two months that come out together, the newer."""
        month = month_after(_month_of(today), -_FURTHEST_LAG)
        while self.release_date(month).day < today:
            month = month_after(month, 1)
        return self.release_date(self.months_released_on(self.release_date(month).day)[-1])

    def expected_newest(self, now: datetime, grace: timedelta = GRACE) -> Period:
        """
        The newest data month that must be out by now; a file that lacks it ``grace`` after its release is late.

        ``now`` carries a zone. An estimated release is only owed after the last day on which it may be expected.
        """
        if now.tzinfo is None:
            raise ValueError(
                f"now={now.isoformat()} has no time zone: the calendar cannot place it; give an aware datetime"
            )
        month = _month_of(new_york_day(now))
        while published_on(self.release_date(month).until) + grace > now:
            month = month_after(month, -1)
        return month

    def missed(self, newest: Period, now: datetime, grace: timedelta = GRACE) -> tuple[date, ...]:
        """
        The release days that have passed, with their grace, without a month after ``newest``: oldest first.

        Two months that come out together are one day: a file that lacks both has missed one release.
        """
        owed = self.expected_newest(now, grace)
        days: list[date] = []
        month = newest
        while month < owed:
            month = month_after(month, 1)
            day = self.release_date(month).day
            if day not in days:
                days.append(day)
        return tuple(days)


PUBLISHED = ReleaseCalendar(_PUBLISHED)
"""The calendar that comes with the bot."""


def release_day(month: Period) -> date | None:
    """``ReleaseCalendar.release_day`` of the bundled calendar."""
    return PUBLISHED.release_day(month)


def release_date(month: Period) -> ReleaseDate:
    """``ReleaseCalendar.release_date`` of the bundled calendar."""
    return PUBLISHED.release_date(month)


def release_moment(month: Period) -> datetime:
    """``ReleaseCalendar.release_moment`` of the bundled calendar."""
    return PUBLISHED.release_moment(month)


def months_released_on(day: date) -> tuple[Period, ...]:
    """``ReleaseCalendar.months_released_on`` of the bundled calendar."""
    return PUBLISHED.months_released_on(day)


def next_release(today: date) -> ReleaseDate:
    """``ReleaseCalendar.next_release`` of the bundled calendar."""
    return PUBLISHED.next_release(today)


def expected_newest(now: datetime, grace: timedelta = GRACE) -> Period:
    """``ReleaseCalendar.expected_newest`` of the bundled calendar."""
    return PUBLISHED.expected_newest(now, grace)


def is_business_day(day: date) -> bool:
    """Whether the federal government works: no weekend, no federal holiday (a shutdown is not foreseen)."""
    return day.weekday() < _SATURDAY and day not in _federal_holidays(day.year)


def business_days(after: date, until: date) -> int:
    """How many business days lie after one day, up to and with another."""
    days = ((after + timedelta(days=step)) for step in range(1, (until - after).days + 1))
    return sum(is_business_day(day) for day in days)


def published_on(day: date) -> datetime:
    """The instant at which TIC files come out on a release day."""
    return datetime.combine(day, RELEASED_AT, NEW_YORK).astimezone(UTC)


def _month_of(day: date) -> Period:
    return f"{day:%Y-%m}"


def _business_day(first: date, n: int) -> date:
    """The ``n``-th business day of the month that begins with ``first``."""
    day = first - timedelta(days=1)
    while n:
        day += timedelta(days=1)
        n -= is_business_day(day)
    return day


_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
_JUNETEENTH_SINCE = 2021


@cache
def _federal_holidays(year: int) -> frozenset[date]:
    """Federal holidays as observed (5 U.S.C. 6103), with next New Year's Day where it falls back into this year."""
    fixed = [date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25), date(year + 1, 1, 1)]
    fixed += [date(year, 6, 19)] if year >= _JUNETEENTH_SINCE else []
    return frozenset(
        {_observed(day) for day in fixed}
        | {_weekday(year, 1, _MONDAY, 3), _weekday(year, 2, _MONDAY, 3), _weekday(year, 9, _MONDAY, 1)}
        | {_weekday(year, 10, _MONDAY, 2), _weekday(year, 11, _THURSDAY, 4)}
        | {_weekday(year, 6, _MONDAY, 1) - timedelta(weeks=1)}  # Memorial Day: the last Monday of May
    )


def _observed(day: date) -> date:
    return day + timedelta(days={_SATURDAY: -1, _SUNDAY: 1}.get(day.weekday(), 0))


def _weekday(year: int, month: int, weekday: int, n: int) -> date:
    """The ``n``-th such weekday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=n - 1)
