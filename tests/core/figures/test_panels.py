"""Panels and views: what is in which row, what was known before a release, and auction stress."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.auction_rows import panel_rows, search_rows
from tests.core.small import Figures, Tape, auctions, monthly, months, rule, told, view
from treasury_watch.core.auctions.model import figures_of
from treasury_watch.core.figures.arrays import earlier, exact, zscore
from treasury_watch.core.figures.datasets import HOLDINGS, STRESS, Calendar
from treasury_watch.core.figures.panels import Months, Panel, View, build_view
from treasury_watch.core.figures.periods import month_number, month_text
from treasury_watch.core.figures.published import Change
from treasury_watch.core.rules.model import Condition, Mode, Severity
from treasury_watch.core.rules.numbers import newest_rows
from treasury_watch.sources.auction_fields import auction_of

PARTS = ("auction.bid_to_cover", "auction.dealer_share", "auction.indirect_share")


def column(of: View, dataset: str, entity: str) -> list[float]:
    panel = of.panel(dataset)
    position = panel.column(entity)
    assert position is not None
    found: list[float] = panel.values[:, position].tolist()
    return found


@given(st.integers(0, 9999 * 12 - 1))
def test_a_month_and_its_number_are_each_others_inverse(number: int) -> None:
    assert month_number(month_text(number)) == number


@pytest.mark.parametrize(("month", "after"), [("2024-12", "2025-01"), ("2025-01", "2025-02"), ("1999-12", "2000-01")])
def test_neighbouring_months_differ_by_one(month: str, after: str) -> None:
    assert month_number(after) == month_number(month) + 1


def test_rows_of_months_are_consecutive_though_nothing_was_published_in_between() -> None:
    of = view({(HOLDINGS, "Japan", "2024-11"): 1.0, (HOLDINGS, "Japan", "2025-02"): 2.0})
    assert of.months.labels == ("2024-11", "2024-12", "2025-01", "2025-02")
    assert column(of, HOLDINGS, "Japan") == pytest.approx([1.0, np.nan, np.nan, 2.0], nan_ok=True)


@pytest.mark.parametrize(
    ("period", "row"),
    [("2025-01", 0), ("2025-03", 2), ("2024-12", None), ("2025-04", None), ("2025-01-08", None), ("", None)],
)
def test_a_month_outside_the_view_has_no_row(period: str, row: int | None) -> None:
    assert Months("2025-01", 3).row(period) == row


def test_all_monthly_datasets_share_their_rows() -> None:
    of = view(monthly({"Japan": "1 2"}) | monthly({"Japan": "3 4"}, "tic.net_long_term", "2025-02"))
    assert of.months.labels == ("2025-01", "2025-02", "2025-03")
    assert of.value("tic.net_long_term", "Japan", "2025-03") == 4
    assert of.value(HOLDINGS, "Japan", "2025-03") is None


def test_the_order_in_which_figures_come_does_not_matter() -> None:
    figures = monthly({"Japan": "1 2 3", "Belgium": "4 _ 6"})
    shuffled = list(figures.items())
    random.Random(0).shuffle(shuffled)
    one, other = view(figures), view(dict(shuffled))
    assert {name: column(one, HOLDINGS, name) for name in ("Japan",)} == {"Japan": column(other, HOLDINGS, "Japan")}
    assert column(one, HOLDINGS, "Belgium") == pytest.approx(column(other, HOLDINGS, "Belgium"), nan_ok=True)


def test_a_view_of_nothing_has_no_rows_and_no_figures() -> None:
    of = view({})
    assert (len(of.months), len(of.auctions)) == (0, 0)
    assert of.panel(HOLDINGS).columns == ()
    assert of.panel(STRESS).columns == ()
    assert of.value(HOLDINGS, "Japan", "2025-01") is None


def test_a_dataset_of_which_nothing_is_known_is_empty_over_the_same_rows() -> None:
    of = view(monthly({"Japan": "1 2"}))
    assert of.panel("tic.valuation").values.shape == (2, 0)


def test_a_panel_can_be_shown_as_a_table() -> None:
    frame = Panel(("Japan",), np.array([[1.0], [2.0]])).frame(months(2))
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"Japan": [1.0, 2.0]}, index=pd.Index(["2025-01", "2025-02"])))


# Auctions: a row is a tenor's k-th, whenever that was.

TWO_TENORS = {
    "10-Year Note": {"2025-01-08": [2.5], "2025-02-12": [2.4], "2025-03-12": [2.6]},
    "20-Year Bond": {"2025-02-19": [2.7], "2025-03-19": [2.2]},
}


def test_tenors_of_different_lengths_each_begin_in_the_first_row() -> None:
    of = view(auctions(TWO_TENORS, "auction.bid_to_cover"))
    assert len(of.auctions) == 3
    assert of.auctions.row("2025-03-12", "10-Year Note") == 2
    assert of.auctions.row("2025-03-19", "20-Year Bond") == 1
    assert of.auctions.row("2025-03-19", "10-Year Note") is None
    assert [of.auctions.period(row, "20-Year Bond") for row in range(3)] == ["2025-02-19", "2025-03-19", ""]
    assert of.value("auction.bid_to_cover", "20-Year Bond", "2025-03-19") == 2.2


def test_an_auction_with_only_some_figures_is_an_auction_all_the_same() -> None:
    figures = auctions({"10-Year Note": {"2025-01-08": [2.5]}}, "auction.bid_to_cover")
    figures |= auctions({"10-Year Note": {"2025-01-08": [60.0], "2025-02-12": [61.0]}}, "auction.indirect_share")
    of = view(figures)
    assert column(of, "auction.bid_to_cover", "10-Year Note") == pytest.approx([2.5, np.nan], nan_ok=True)
    assert newest_rows(of, "auction.bid_to_cover", ("10-Year Note",)) == [1]


def test_the_newest_month_is_that_of_the_dataset_and_not_of_the_holder() -> None:
    of = view(monthly({"Japan": "1 2 3", "Belgium": "1"}) | monthly({"Japan": "1 2"}, "tic.valuation"))
    assert newest_rows(of, HOLDINGS, ("Japan", "Belgium")) == [2, 2]
    assert newest_rows(of, "tic.valuation", ("Japan",)) == [1]
    assert newest_rows(of, "tic.net", ("Japan",)) == [-1]


def test_since_is_asked_of_days_and_of_months_alike() -> None:
    of = view(auctions(TWO_TENORS, "auction.bid_to_cover"))
    tenors = ("10-Year Note", "20-Year Bond")
    assert of.rows(Calendar.AUCTION).at_or_after("2025-02", tenors).tolist() == [[0, 1], [1, 1], [1, 0]]
    assert of.rows(Calendar.AUCTION).at_or_after("2025-03-12", tenors).tolist() == [[0, 0], [0, 1], [1, 0]]


# What was known before.


@given(st.integers(0, 10**9))
def test_a_view_before_some_changes_is_the_view_of_the_figures_before_them(seed: int) -> None:
    chance = random.Random(seed)
    before: Figures = {
        (HOLDINGS, name, month): float(chance.randint(1, 9)) for name in ("Japan", "Belgium") for month in months(4)
    }
    after = before | {cell: float(chance.randint(1, 9)) for cell in before if chance.random() < 0.4}
    after |= {(HOLDINGS, name, "2025-05"): 5.0 for name in ("Japan", "Belgium")}
    changes = [Change(*cell, before.get(cell), value) for cell, value in after.items() if before.get(cell) != value]
    again = view(after).before(changes)
    for name in ("Japan", "Belgium"):
        assert column(again, HOLDINGS, name)[:4] == column(view(before), HOLDINGS, name)
        assert np.isnan(column(again, HOLDINGS, name)[4])


def test_looking_at_the_past_leaves_the_present_as_it_is() -> None:
    of = view(monthly({"Japan": "1 2"}))
    of.before([Change(HOLDINGS, "Japan", "2025-02", 9.0, 2.0)])
    assert column(of, HOLDINGS, "Japan") == [1, 2]


def test_a_revision_does_not_touch_what_was_first_published() -> None:
    latest, first = monthly({"Japan": "1 2"}), monthly({"Japan": "1 9"})
    before = view(latest, first).before([Change(HOLDINGS, "Japan", "2025-02", 9.0, 2.0)])
    assert column(before, HOLDINGS, "Japan") == [1, 9]
    assert column(before.first, HOLDINGS, "Japan") == [1, 9]
    unborn = view(latest, first).before([Change(HOLDINGS, "Japan", "2025-02", None, 2.0)])
    assert np.isnan(column(unborn.first, HOLDINGS, "Japan")[1])


def test_a_change_of_something_that_the_view_does_not_have_is_passed_over() -> None:
    of = view(monthly({"Japan": "1"}))
    unknown = [
        Change("tic.valuation", "Japan", "2025-01", None, 1.0),
        Change(HOLDINGS, "India", "2025-01", None, 1.0),
        Change(HOLDINGS, "Japan", "2030-01", None, 1.0),
    ]
    assert column(of.before(unknown), HOLDINGS, "Japan") == [1]


# Numbers.


@pytest.mark.parametrize(
    ("left", "right"), [((4.35 - 4.30) * 100, 5.0), (4.277 - 4.257, 0.02), (0.1 + 0.2, 0.3), (1010.1 - 1000.0, 10.1)]
)
def test_what_is_equal_in_decimal_is_equal_here(left: float, right: float) -> None:
    assert left != right
    assert exact(np.array(left)) == exact(np.array(right))


def test_what_comes_before_reaches_no_further_than_history() -> None:
    before = earlier(np.array([[1.0], [2.0], [3.0]]), 2)
    assert before.shape == (3, 1, 2)
    assert before[2, 0].tolist() == [1, 2]
    assert np.isnan(before[0]).all()
    assert earlier(np.empty((0, 3)), 2).shape == (0, 3, 2)


def test_a_score_against_one_auction_cannot_be_said() -> None:
    assert np.isnan(zscore(np.array([[1.0], [2.0]]), 1)).all()


# Stress.


def stressed(covers: list[float], dealers: list[float], indirect: list[float]) -> list[float]:
    days = [f"2025-{month:02d}-{day:02d}" for month in range(1, 13) for day in (5, 20)][: len(covers)]
    held = {day: list(parts) for day, *parts in zip(days, covers, dealers, indirect, strict=True)}
    return column(view(auctions({"10-Year Note": held}, *PARTS)), STRESS, "10-Year Note")


def test_stress_is_a_third_of_three_scores_against_the_twelve_before() -> None:
    covers, dealers, indirect = [2.4, 2.6] * 6, [10.0, 20.0] * 6, [60.0, 70.0] * 6
    deviation = np.std([-1, 1] * 6, ddof=1)
    found = stressed([*covers, 2.3], [*dealers, 25.0], [*indirect, 55.0])
    assert np.isnan(found[:12]).all()
    assert found[12] == pytest.approx((2 + 2 + 2) / 3 / deviation)


def test_a_strong_auction_has_negative_stress() -> None:
    found = stressed([2.4, 2.6] * 6 + [2.8], [10.0, 20.0] * 6 + [5.0], [60.0, 70.0] * 6 + [80.0])
    assert found[12] < -1


@pytest.mark.parametrize("part", range(3))
def test_stress_cannot_be_said_where_a_part_of_it_never_varied(part: int) -> None:
    parts = [[2.4, 2.6] * 6 + [2.3], [10.0, 20.0] * 6 + [25.0], [60.0, 70.0] * 6 + [55.0]]
    parts[part] = [5.0] * 12 + [6.0]
    assert np.isnan(stressed(*parts)).all()


def test_stress_of_an_auction_is_judged_and_told() -> None:
    stress = rule(Condition("at_least", 1.5), data=STRESS, each="tenor", severity=Severity.HIGH, mode=Mode.EACH_RELEASE)
    tape = Tape(stress)
    days = [f"2024-{month:02d}-10" for month in range(1, 13)]
    calm = {day: [2.4 + 0.2 * (row % 2), 10 + row % 2, 60 + row % 2] for row, day in enumerate(days)}
    tape.release(auctions({"10-Year Note": calm}, *PARTS))
    [alert] = told(tape.release(auctions({"10-Year Note": {"2025-01-10": [2.0, 30, 40]}}, *PARTS)))
    assert alert == ("2025-01-10", "fired", "high", "10-Year Note")


def test_real_auctions_that_went_badly_score_as_they_should() -> None:
    real = figures_of(auction_of("panel", row) for row in panel_rows() if row["term"] != "0-Week")
    rows = [
        (figure.dataset, figure.entity, figure.period, figure.value)
        for figure in real
        if figure.entity in ("7-Year Note", "30-Year Bond") and figure.dataset in PARTS
    ]
    of = build_view(pd.DataFrame(rows, columns=["dataset", "entity", "period", "value"]))
    assert of.value(STRESS, "7-Year Note", "2021-02-25") == pytest.approx(6.6, abs=0.05)
    assert of.value(STRESS, "30-Year Bond", "2023-11-09") == pytest.approx(2.6, abs=0.05)


def test_real_reopenings_are_auctions_of_their_tenor_like_any() -> None:
    rows = [row for row in search_rows() if (row["type"], row["term"]) == ("Note", "10-Year")]
    rows = [row for row in rows if row["auctionDate"].startswith("2021")]
    held = figures_of(auction_of("search", row) for row in rows)
    of = view({(figure.dataset, figure.entity, figure.period): figure.value for figure in held})
    assert sum(row["reopening"] == "Yes" for row in rows) == 8
    assert not np.isnan(column(of, "auction.bid_to_cover", "10-Year Note")).any()
    assert len(of.auctions) == 12
