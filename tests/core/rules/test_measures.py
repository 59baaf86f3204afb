"""Which number is compared: every measure at its edges, and at what it cannot say."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.small import auctions, monthly, numbers, rule, view
from treasury_watch.core.figures.arrays import largest, rounded
from treasury_watch.core.figures.panels import View
from treasury_watch.core.rules.model import Group, Measure, Rule
from treasury_watch.core.rules.numbers import Numbers
from treasury_watch.core.rules.series import series_of


def series(asked: Rule, of: View, entity: str = "Japan") -> list[float | None]:
    """An entity's numbers after the measure, to six decimals."""
    panel = Numbers(of).number(series_of(asked))
    column = panel.column(entity)
    assert column is not None
    return [rounded(float(value)) for value in panel.values[:, column]]


def measured(measure: Measure, text: str) -> list[float | None]:
    return series(rule(measure=measure), view(monthly({"Japan": text})))


@pytest.mark.parametrize(
    ("measure", "values", "expected"),
    [
        pytest.param(Measure(), "1 _ 3", "1 _ 3", id="value"),
        pytest.param(Measure("change", 1), "100 103 101.5", "_ 3 -1.5", id="change from the month before"),
        pytest.param(Measure("change", 3), "1 2 4 8 16", "_ _ _ 7 14", id="change over three months counts three back"),
        pytest.param(Measure("change", 2), "1 _ 4 8 16", "_ _ 3 _ 12", id="change needs only its two ends"),
        pytest.param(Measure("change", 5), "1 2 3", "_ _ _", id="change further than history"),
        pytest.param(Measure("percent_change", 1), "200 150 300", "_ -25 100", id="percent change"),
        pytest.param(Measure("percent_change", 1), "0 150", "_ _", id="percent change from zero"),
        pytest.param(Measure("sum", 1), "1 _ 3", "1 _ 3", id="sum of one"),
        pytest.param(Measure("sum", 3), "1 2 4 8 16", "_ _ 7 14 28", id="sum of three, the newest among them"),
        pytest.param(Measure("sum", 3), "1 2 4 _ 16 32 64", "_ _ 7 _ _ _ 112", id="sum with one unknown"),
        pytest.param(Measure("versus_mean", 2), "1 3 7 _ 9 9", "_ _ 5 _ _ _", id="versus the mean of those before"),
        pytest.param(Measure("versus_mean", 1), "1 3 7", "_ 2 4", id="versus the mean of one"),
        pytest.param(Measure("zscore", 3), "1 2 3 4 9", "_ _ _ 2 6", id="zscore leaves the current one out"),
        pytest.param(Measure("zscore", 3), "1 2 3", "_ _ _", id="zscore with one too few"),
        pytest.param(Measure("zscore", 3), "5 5 5 9 5", "_ _ _ _ -0.57735", id="zscore where nothing varied before"),
        pytest.param(
            Measure("zscore", 2), "4.1 4.3 _ 4.4 4.4 4.6", "_ _ _ _ _ _", id="zscore over a gap, and of two equals"
        ),
        pytest.param(Measure("zscore", 3), "0.1 0.1 0.1 0.2", "_ _ _ _", id="float dust is no deviation"),
        pytest.param(Measure("falling"), "9 8 8 7 6 7 6", "_ 1 0 1 2 0 1", id="falling; an unchanged month ends a run"),
        pytest.param(Measure("falling"), "9 8 _ 7 6", "_ 1 _ _ 1", id="falling is counted from a gap on"),
        pytest.param(Measure("rising"), "1 2 3 3 4", "_ 1 2 0 1", id="rising"),
        pytest.param(Measure("falling"), "0.3 0.1 0.1", "_ 1 0", id="a run is of printed figures"),
        pytest.param(Measure("drawdown"), "5 8 6 _ 9 7", "0 0 -2 _ 0 -2", id="drawdown from all that is known so far"),
        pytest.param(Measure("drawdown", 2), "5 8 6 5 9", "_ 0 -2 -1 0", id="drawdown from the last two, itself one"),
        pytest.param(Measure("drawdown", 1), "5 8 6", "0 0 0", id="drawdown from itself"),
        pytest.param(Measure("drawdown", 3), "5 _ 6 5 9 1", "_ _ _ _ 0 -8", id="drawdown with one unknown"),
        pytest.param(Measure("versus", since="2025-03"), "1 2 3 5 _ 4", "_ _ 0 2 _ 1", id="versus a fixed month"),
        pytest.param(Measure("versus", since="2025-02"), "1 _ 3", "_ _ _", id="versus a month that is not known"),
        pytest.param(Measure("versus", since="2031-01"), "1 2 3", "_ _ _", id="versus a month still to come"),
        pytest.param(Measure("versus", since="2019-01"), "1 2 3", "_ _ _", id="versus a month before history"),
    ],
)
def test_a_measure_is_the_number_its_name_says(measure: Measure, values: str, expected: str) -> None:
    assert measured(measure, values) == pytest.approx(numbers(expected), abs=1e-5)


@pytest.mark.parametrize(
    ("japan", "belgium", "expected"),
    [
        ("10 9", "9 10", "1 2"),
        ("10 9.9", "10 10", "1 2"),
        ("_ 9", "9 10", "_ 2"),
        ("10 9", "_ _", "1 1"),
    ],
)
def test_rank_one_is_the_largest_and_equals_share_the_better_place(japan: str, belgium: str, expected: str) -> None:
    of = view(monthly({"Japan": japan, "Belgium": belgium, "France": "1 1"}))
    assert series(rule(measure=Measure("rank")), of) == numbers(expected)


def test_a_total_among_holders_takes_nobodys_place() -> None:
    of = view(monthly({"Japan": "10", "Grand Total": "99", "Foreign Official": "50"}, "tic.long_term"))
    assert series(rule(data="tic.long_term", measure=Measure("rank")), of) == [1]


def test_a_share_is_percent_of_the_grand_total_of_the_same_month() -> None:
    figures = monthly({"Japan": "10 10 10"}) | monthly({"Grand Total": "40 80 _"}, "tic.totals")
    assert series(rule(measure=Measure("share")), view(figures)) == [25, 12.5, None]


def test_where_no_total_was_published_no_share_can_be_said() -> None:
    assert measured(Measure("share"), "10") == [None]


def test_a_group_is_one_series_and_unknown_where_one_member_is() -> None:
    of = view(monthly({"Japan": "10 11 12", "Belgium": "1 _ 3"}))
    pair = Group("pair", ("Japan", "Belgium"))
    assert series(rule(each=None, combine=pair), of, "pair") == [11, None, 15]
    assert series(rule(each=None, combine=Group("trio", (*pair.members, "France"))), of, "trio") == [None] * 3


def test_the_last_auction_of_a_tenor_is_one_step_back_whenever_it_was_held() -> None:
    days = {
        "10-Year Note": {"2025-01-08": [2.5], "2025-02-12": [2.4], "2025-03-12": [2.6]},
        "20-Year Bond": {"2025-02-19": [2.7], "2025-03-19": [2.2]},
    }
    of = view(auctions(days, "auction.bid_to_cover"))
    asked = rule(data="auction.bid_to_cover", each="tenor", measure=Measure("change", 1))
    assert series(asked, of, "10-Year Note") == [None, -0.1, 0.2]
    assert series(asked, of, "20-Year Bond") == [None, -0.5, None]


def test_the_top_two_may_be_three_where_two_are_equal() -> None:
    panel = view(monthly({"Japan": "9", "Belgium": "8", "France": "8", "India": "7"})).panel("tic.holdings")
    assert dict(zip(panel.columns, largest(panel.values, 2)[0].tolist(), strict=True)) == {
        "Japan": True,
        "Belgium": True,
        "France": True,
        "India": False,
    }


@given(st.lists(st.integers(-9999, 9999), min_size=2, max_size=20), st.integers(2, 6))
def test_a_zscore_is_that_of_the_textbook(tenths: list[int], n: int) -> None:
    found = measured(Measure("zscore", n), " ".join(f"{value / 10:.1f}" for value in tenths))
    for t, score in enumerate(found):
        before = [Fraction(value, 10) for value in tenths[max(t - n, 0) : t]]
        if len(before) < n or len(set(before)) == 1:
            assert score is None
            continue
        mean = sum(before) / n
        deviation = math.sqrt(sum((value - mean) ** 2 for value in before) / (n - 1))
        assert score == pytest.approx(float(Fraction(tenths[t], 10) - mean) / deviation, abs=2e-6, rel=1e-9)
