"""Auctions that are not known: nothing is said by looking back across them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tests.auction_rows import list_rows
from treasury_watch.core.auctions.model import tenor
from treasury_watch.core.explain.explain import explain
from treasury_watch.core.figures.gaps import NO_DAY, is_unknown, longest_step, marked
from treasury_watch.core.figures.panels import View, build_view
from treasury_watch.core.rules.model import Condition, Measure, Rule, Verdict
from treasury_watch.core.rules.numbers import Numbers
from treasury_watch.core.rules.series import series_of


def monthly(first: str, count: int) -> list[str]:
    """Days 30 apart."""
    return [(date.fromisoformat(first) + timedelta(days=30 * step)).isoformat() for step in range(count)]


def view_of(days: list[str], entity: str = "10-Year Note") -> View:
    """Bid-to-cover of 2.01, 2.02, ... on those days."""
    rows = [("auction.bid_to_cover", entity, day, 2 + number / 100) for number, day in enumerate(days, 1)]
    return build_view(pd.DataFrame(rows, columns=["dataset", "entity", "period", "value"]))


def rule(measure: Measure, fire: Condition) -> Rule:
    return Rule(id="r", title="t", data="auction.bid_to_cover", each="tenor", measure=measure, fire=fire)


BUNDLED, POLLED = monthly("2022-06-01", 20), monthly("2026-03-02", 14)
HIGHEST_OF_12 = Condition("highest_in", n=12, said="12")
HIGHEST_SINCE = Condition("highest_since", since="2023-01", said="2023-01")


def verdict_at(asked: Rule, view: View, day: str) -> Verdict:
    return explain(asked, "10-Year Note", day, view).verdict


def test_a_row_without_a_day_stands_where_years_of_auctions_are_not_known() -> None:
    days = marked("10-Year Note", [*BUNDLED, *POLLED])
    assert days.count(NO_DAY) == 1
    assert days[len(BUNDLED)] == NO_DAY
    assert is_unknown("10-Year Note", POLLED[0])


@pytest.mark.parametrize(
    ("measure", "fire"),
    [
        (Measure("zscore", 12), Condition("at_least", 1, said="1")),
        (Measure("versus_mean", 6), Condition("above", 0, said="0")),
        (Measure("change", 1), Condition("above", 0, said="0")),
        (Measure("value"), HIGHEST_OF_12),
        (Measure("value"), HIGHEST_SINCE),
    ],
)
def test_whatever_looks_back_across_the_gap_is_undecided(measure: Measure, fire: Condition) -> None:
    asked, whole = rule(measure, fire), monthly("2022-06-01", 60)
    view = view_of([*BUNDLED, *POLLED])
    assert verdict_at(asked, view, POLLED[0]) is Verdict.UNDECIDED
    assert verdict_at(asked, view_of(whole), whole[-1]) is Verdict.BREACHED
    said = [step.says for step in explain(asked, "10-Year Note", POLLED[0], view).steps]
    assert any("not known here: auctions.fiscaldata" in says for says in said)


def test_twelve_auctions_after_the_gap_the_window_speaks_again_and_since_a_year_before_it_does_not() -> None:
    view = view_of([*BUNDLED, *POLLED])
    zscore = rule(Measure("zscore", 12), Condition("at_least", 1, said="1"))
    assert verdict_at(zscore, view, POLLED[11]) is Verdict.UNDECIDED
    assert verdict_at(zscore, view, POLLED[12]) is Verdict.BREACHED
    assert verdict_at(rule(Measure("value"), HIGHEST_OF_12), view, POLLED[12]) is Verdict.BREACHED
    assert verdict_at(rule(Measure("value"), HIGHEST_SINCE), view, POLLED[13]) is Verdict.UNDECIDED
    later = Condition("highest_since", since="2026-03-15", said="2026-03-15")
    assert verdict_at(rule(Measure("value"), later), view, POLLED[13]) is Verdict.BREACHED


def test_what_begins_in_the_gap_is_not_known_either() -> None:
    since = Condition("highest_since", since="2025-01", said="2025-01")
    assert verdict_at(rule(Measure("value"), since), view_of([*BUNDLED, *POLLED]), POLLED[13]) is Verdict.UNDECIDED


def test_once_the_whole_history_is_there_nothing_is_marked() -> None:
    assert NO_DAY not in marked("10-Year Note", monthly("2022-06-01", 60))
    assert view_of(monthly("2022-06-01", 60)).auctions.unknown(("10-Year Note",)) is None


def test_years_in_which_treasury_sold_none_are_no_ignorance_of_ours() -> None:
    days = ["1986-01-08", *(day for day in monthly("2020-05-20", 14))]
    assert marked("20-Year Bond", days)[1] == NO_DAY
    view = view_of(days, "20-Year Bond")
    assert view.auctions.unknown(("20-Year Bond",)) is None
    asked = rule(Measure("value"), Condition("highest_since", since="2007-01", said="2007-01"))
    assert explain(asked, "20-Year Bond", days[-1], view).verdict is Verdict.BREACHED
    change = rule(Measure("change", 1), Condition("above", 0, said="0"))
    assert explain(change, "20-Year Bond", "2020-05-20", view).verdict is Verdict.UNDECIDED


def test_bills_sold_as_need_arises_have_no_gaps() -> None:
    assert longest_step("15-Day CMB", date(2026, 1, 1)) is None
    assert NO_DAY not in marked("15-Day CMB", ["2009-01-05", "2012-08-14", "2026-01-05"])


def test_a_gap_has_no_figure_and_moves_no_other() -> None:
    view = view_of([*BUNDLED, *POLLED])
    panel = Numbers(view).number(series_of(rule(Measure("value"), Condition("above", 0, said="0"))))
    assert np.isnan(panel.values[len(BUNDLED), 0])
    assert view.value("auction.bid_to_cover", "10-Year Note", POLLED[0]) == 2.21
    assert view.value("auction.bid_to_cover", "10-Year Note", NO_DAY) is None


def test_no_two_auctions_since_2010_that_really_followed_each_other_lie_further_apart() -> None:
    days: dict[str, set[date]] = {}
    for row in list_rows():
        day, kind = date.fromisoformat(row["Auction Date"]), row["Security Type"]
        name = tenor(kind, row["Security Term"], day)
        if day.year >= 2010 and name.endswith(("-Year", "-Week")):
            days.setdefault(f"{name} {kind}", set()).add(day)
    checked = 0
    for entity, held in days.items():
        for earlier, later in pairwise(sorted(held)):
            longest = longest_step(entity, later)
            resumed = earlier.year < 2010 or not is_unknown(entity, later.isoformat())
            assert resumed or (longest is not None and later - earlier <= longest), (entity, earlier, later)
            checked += 1
    assert checked > 4000
