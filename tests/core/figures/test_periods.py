"""Instants as stored text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_watch.core.figures.periods import from_utc_text, utc_text

INSTANTS = st.datetimes(
    min_value=datetime(1000, 1, 2),  # noqa: DTZ001 - the strategy puts the zone on
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)


@given(INSTANTS)
def test_an_instant_comes_back_from_its_text(instant: datetime) -> None:
    assert from_utc_text(utc_text(instant)) == instant


@given(INSTANTS, INSTANTS)
def test_texts_sort_as_the_instants_do(one: datetime, other: datetime) -> None:
    assert (utc_text(one) < utc_text(other)) == (one < other)


def test_microseconds_are_always_there() -> None:
    assert utc_text(datetime(2026, 9, 16, 20, tzinfo=UTC)) == "2026-09-16T20:00:00.000000Z"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        utc_text(datetime(2026, 9, 16, 20))  # noqa: DTZ001 - that is the fault under test
    with pytest.raises(ValueError, match="no time zone"):
        from_utc_text("2026-09-16T20:00:00")
