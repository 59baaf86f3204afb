"""The release calendar: published days, estimates beyond them, and what must be out by now."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import shared_data
from treasury_watch.core.figures import calendar
from treasury_watch.core.figures.calendar import ReleaseDate, expected_newest, next_release, release_date
from treasury_watch.core.figures.periods import NEW_YORK

DAYS = st.dates(date(2003, 1, 1), date(2060, 12, 31))
NY = NEW_YORK


@pytest.mark.parametrize(
    ("month", "day"),
    [
        ("2026-04", date(2026, 6, 18)),
        ("2026-05", date(2026, 7, 14)),  # the 9th business day: the rule of thumb would say the 16th
        ("2025-08", date(2025, 11, 18)),
        ("2025-09", date(2025, 11, 18)),
        ("2027-02", None),
    ],
)
def test_a_published_day_is_what_the_treasury_said(month: str, day: date | None) -> None:
    assert calendar.release_day(month) == day


def test_beyond_the_published_days_a_release_is_estimated_and_says_so() -> None:
    # April 2027 begins on a Thursday and has no federal holiday: its 11th business day is the 15th, the 14th the 20th.
    assert release_date("2027-02") == ReleaseDate("2027-02", date(2027, 4, 15), date(2027, 4, 20), estimated=True)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 23), ("2026-10", date(2026, 12, 15))),
        (date(2026, 12, 15), ("2026-10", date(2026, 12, 15))),
        (date(2026, 12, 16), ("2026-11", date(2027, 1, 19))),
        (date(2025, 9, 19), ("2025-09", date(2025, 11, 18))),  # two months folded into one day
        (date(2027, 3, 19), ("2027-02", date(2027, 4, 15))),
    ],
)
def test_the_next_release_is_known(today: date, expected: tuple[str, date]) -> None:
    found = next_release(today)
    assert (found.month, found.day) == expected


def test_two_months_came_out_on_one_day_after_the_shutdown() -> None:
    assert calendar.months_released_on(date(2025, 11, 18)) == ("2025-08", "2025-09")
    assert calendar.months_released_on(date(2025, 11, 19)) == ()
    assert calendar.months_released_on(date(2026, 6, 18)) == ("2026-04",)


@pytest.mark.parametrize(
    ("month", "moment"),
    [
        ("2026-04", datetime(2026, 6, 18, 20, 0, tzinfo=UTC)),  # summer time
        ("2026-09", datetime(2026, 11, 18, 21, 0, tzinfo=UTC)),  # winter time
    ],
)
def test_a_release_is_at_four_in_washington(month: str, moment: datetime) -> None:
    assert calendar.release_moment(month) == moment


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2026, 11, 18, 16, 0, tzinfo=NY), "2026-08"),  # due, but not late yet
        (datetime(2026, 11, 18, 17, 59, tzinfo=NY), "2026-08"),
        (datetime(2026, 11, 18, 18, 0, tzinfo=NY), "2026-09"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "2026-09"),
        (datetime(2025, 11, 18, 12, 0, tzinfo=NY), "2025-07"),  # nothing was late while the government was shut
        (datetime(2025, 11, 19, 16, 0, tzinfo=NY), "2025-09"),
        (datetime(2027, 4, 16, 17, 0, tzinfo=NY), "2027-01"),  # an estimate is owed only at its far end
        (datetime(2027, 4, 21, 16, 0, tzinfo=NY), "2027-02"),
    ],
)
def test_a_month_is_expected_once_its_release_and_two_hours_of_grace_have_passed(now: datetime, month: str) -> None:
    assert expected_newest(now) == month


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        expected_newest(datetime(2026, 11, 23))  # noqa: DTZ001 -- the very thing that must be refused


@given(DAYS)
def test_the_next_release_is_never_in_the_past_and_never_skips_one(today: date) -> None:
    found = next_release(today)
    assert found.day >= today
    assert found.day - today <= timedelta(days=65)
    assert all(not calendar.months_released_on(today + timedelta(days=n)) for n in range((found.day - today).days))
    assert found.month in calendar.months_released_on(found.day)


@given(st.datetimes(datetime(2003, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 -- zoned by `timezones`
def test_what_is_expected_only_ever_moves_forward(now: datetime) -> None:
    assert expected_newest(now) <= expected_newest(now + timedelta(hours=7))
    assert expected_newest(now, timedelta(0)) >= expected_newest(now)


@given(DAYS)
def test_releases_fall_on_business_days(day: date) -> None:
    found = release_date(f"{day:%Y-%m}")
    assert calendar.is_business_day(found.day)
    assert calendar.is_business_day(found.until)


@pytest.mark.parametrize(
    "holiday",
    [
        date(2026, 1, 1), date(2026, 1, 19), date(2026, 2, 16), date(2026, 5, 25), date(2026, 6, 19), date(2026, 7, 3),
        date(2026, 9, 7), date(2026, 10, 12), date(2026, 11, 11), date(2026, 11, 26), date(2026, 12, 25),
        date(2027, 7, 5), date(2027, 6, 18), date(2027, 12, 24), date(2027, 12, 31), date(2024, 5, 27),
        date(2021, 5, 31),
    ],
)  # fmt: skip
def test_a_federal_holiday_is_no_business_day(holiday: date) -> None:
    assert not calendar.is_business_day(holiday)
    assert calendar.is_business_day(date(2020, 6, 19))  # Juneteenth, a year before it was a holiday


def _treasurys_own() -> list[tuple[str, date]]:
    path: Path = shared_data("calendar/tic_release_dates.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["reference_month"], date.fromisoformat(row["release_date"])) for row in csv.DictReader(file)]


def test_the_table_is_the_treasurys_calendar() -> None:
    since_2025 = {month: day for month, day in _treasurys_own() if day.year >= 2025}
    assert {month: calendar.release_day(month) for month in since_2025} == since_2025
    assert all(calendar.release_day(month) is None for month, day in _treasurys_own() if day.year < 2025)


def test_the_rule_of_thumb_would_have_held_in_140_of_144_months() -> None:
    # Two days were a business day early, two were held back by a shutdown.
    years = [(month, day) for month, day in _treasurys_own() if 2013 <= day.year <= 2024]
    missed = [(m, d) for m, d in years if not release_date(m).day <= d <= release_date(m).until]
    assert len(years) == 144
    assert missed == [
        ("2013-04", date(2013, 6, 14)),
        ("2013-08", date(2013, 10, 22)),
        ("2017-09", date(2017, 11, 15)),
        ("2018-11", date(2019, 1, 31)),
    ]
