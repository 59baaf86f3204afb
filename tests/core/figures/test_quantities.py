"""Numbers as people write them, and as messages print them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_watch.core.figures.datasets import Calendar, Unit
from treasury_watch.core.figures.periods import month_after
from treasury_watch.core.figures.quantities import (
    Unreadable,
    basis_points,
    money,
    number,
    percent,
    period_words,
    quantity,
    ratio,
    read_day,
    read_period,
    read_quantity,
    read_steps,
)

_B, _P = Unit.BILLIONS, Unit.PERCENT


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("20bn", _B, 20.0),
        ("1.1tn", _B, 1100.0),
        ("500mn", _B, 0.5),
        ("-30bn", _B, -30.0),
        ("\N{MINUS SIGN}30bn", _B, -30.0),
        ("+150 bn", _B, 150.0),
        ("0", _B, 0.0),
        ("-0bn", _B, 0.0),
        ("30%", _P, 30.0),
        ("68.4", _P, 68.4),
        ("2bp", Unit.BASIS_POINTS, 2.0),
        ("2.30", Unit.RATIO, 2.3),
        ("2.30x", Unit.RATIO, 2.3),
        ("-2", Unit.PLAIN, -2.0),
        ("010", Unit.PLAIN, 10.0),
        (".5", Unit.PLAIN, 0.5),
    ],
)
def test_a_number_is_read_in_the_unit_of_its_data(text: str, unit: Unit, value: float) -> None:
    read = read_quantity(text, unit)
    assert read.value == value
    assert math.copysign(1, read.value) == (math.copysign(1, value))
    assert read.said == text


def test_basis_points_are_hundredths_of_a_rate_and_only_of_a_rate() -> None:
    assert read_quantity("5bp", _P, rate=True).value == 0.05
    assert read_quantity("4.5", _P, rate=True).value == 4.5
    with pytest.raises(Unreadable, match='the unit "bp" does not fit this data; expected a percentage such as 30%'):
        read_quantity("5bp", _P)


@pytest.mark.parametrize(
    ("text", "unit", "problem"),
    [
        ("-30", _B, '"-30" has no unit; expected an amount of money with its unit, such as 30bn, 1.1tn or 500mn'),
        ("30%", _B, 'the unit "%" does not fit'),
        ("30BN", _B, 'write the unit of "30BN" in small letters: bn'),
        ("2bn", Unit.RATIO, 'the unit "bn" does not fit this data; expected a ratio such as 2.30'),
        ("2%", Unit.PLAIN, 'the unit "%" does not fit this data; expected a plain number such as 2'),
        ("1,100bn", _B, 'cannot read "1,100bn" as a number; write it without commas'),
        ("1e3bn", _B, "cannot read"),
        ("two", Unit.PLAIN, 'cannot read "two" as a number; expected a plain number such as 2'),
        ("", _B, "cannot read"),
        ("nan", Unit.PLAIN, "cannot read"),
        (".inf", Unit.PLAIN, "cannot read"),
        ("0.3", _P, r'"0.3" could be a part or a percentage; write 0.3% or 30.0%'),
        ("٣bn", _B, "cannot read"),
    ],
)
def test_a_number_that_does_not_fit_is_told_with_what_would(text: str, unit: Unit, problem: str) -> None:
    with pytest.raises(Unreadable) as told:
        read_quantity(text, unit)
    assert problem in str(told.value)


@pytest.mark.parametrize(
    ("text", "calendar", "options", "count"),
    [
        ("1 month", Calendar.MONTH, {}, 1),
        ("12 months", Calendar.MONTH, {}, 12),
        ("6 auctions", Calendar.AUCTION, {}, 6),
        ("2 releases", Calendar.MONTH, {"releases": True}, 2),
        ("2 auctions", Calendar.AUCTION, {"releases": True}, 2),
        ("3", Calendar.MONTH, {"bare": True}, 3),
    ],
)
def test_a_span_counts_periods_of_its_data(text: str, calendar: Calendar, options: dict[str, bool], count: int) -> None:
    assert read_steps(text, calendar, **options).periods == count


@pytest.mark.parametrize(
    ("text", "calendar", "problem"),
    [
        ("6 auctions", Calendar.MONTH, 'counted in months, not in "auctions"; expected such as 12 months'),
        ("1 month", Calendar.AUCTION, 'counted in auctions, not in "month"'),
        ("2 releases", Calendar.MONTH, 'not in "releases"'),
        ("48 hours", Calendar.MONTH, 'not in "hours"'),
        ("12", Calendar.MONTH, '"12" does not say of what; expected such as 12 months'),
        ("1.5 months", Calendar.MONTH, "cannot read"),
        ("-1 month", Calendar.MONTH, "cannot read"),
        ("100000 months", Calendar.MONTH, "reaches too far"),
    ],
)
def test_a_span_of_another_kind_is_told_with_what_was_expected(text: str, calendar: Calendar, problem: str) -> None:
    with pytest.raises(Unreadable) as told:
        read_steps(text, calendar)
    assert problem in str(told.value)


def test_periods_and_days_are_read_or_refused() -> None:
    assert read_period("2024-10", Calendar.MONTH) == "2024-10"
    assert read_period("2024-10-09", Calendar.AUCTION) == "2024-10-09"
    assert read_period("2007-01", Calendar.AUCTION, exact=False) == "2007-01"
    assert read_day("2027-01-31") == "2027-01-31"
    for text, calendar in (("2024-13", Calendar.MONTH), ("2024", Calendar.MONTH), ("2024-02-30", Calendar.AUCTION)):
        with pytest.raises(Unreadable, match=r"expected|Feb 2024 has 29 days"):
            read_period(text, calendar)
    with pytest.raises(Unreadable, match="a month such as 2024-10"):
        read_period("2024-10-09", Calendar.MONTH)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (money(-47.7), "−47.7 bn"),
        (money(1209.9), "1,209.9 bn"),
        (money(150, signed=True), "+150.0 bn"),
        (money(-0.04), "0.0 bn"),
        (money(math.nan), "n/a"),
        (percent(68.4), "68.4%"),
        (percent(4.277, 3), "4.277%"),
        (ratio(2.31), "2.31×"),
        (basis_points(-1.5), "−1.5 bp"),
        (number(14, 0), "14"),
        (number(9094.0 - 1e-12, 1), "9,094.0"),
        (quantity(-2.6, Unit.PLAIN, 2), "−2.60"),
        (quantity(-47.7, Unit.BILLIONS, 1), "−47.7 bn"),
        (period_words("2026-04"), "Apr 2026"),
        (period_words("2026-02-11"), "11 Feb 2026"),
        (period_words("2026-13"), "2026-13"),
    ],
)
def test_messages_print_numbers_one_way(said: str, expected: str) -> None:
    assert said == expected


@given(st.integers(-10_000_000, 10_000_000))
def test_what_is_written_is_what_is_read(tenths: int) -> None:
    text = f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}bn"
    assert read_quantity(text, _B).value == tenths / 10


@given(st.text())
def test_any_text_is_a_number_or_is_refused(text: str) -> None:
    for unit in Unit:
        try:
            assert math.isfinite(read_quantity(text, unit).value)
        except Unreadable as told:
            assert "expected" in str(told) or "write" in str(told)  # noqa: PT017 (either outcome is right)


@given(st.integers(0, 3000), st.integers(-500, 500))
def test_months_step_over_years(number_of_month: int, steps: int) -> None:
    start = month_after("1900-01", number_of_month)
    assert month_after(month_after(start, steps), -steps) == start
