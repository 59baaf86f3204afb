"""The numbers between a series and what is compared, as a person would check them by hand."""

from __future__ import annotations

import pytest

from tests.core.small import Figures, auctions, change, holdings, monthly, rule, view
from treasury_watch.core.explain.explain import explain
from treasury_watch.core.rules.model import Also, Condition, Group, Measure, Rule

LOW = "50 40 45 44 43 42 48 47 46 49 51 52 53 39"


def steps(asked: Rule, text: str, period: str) -> dict[str, str]:
    return {step.label: step.says for step in explain(asked, "Japan", period, holdings(Japan=text)).steps}


@pytest.mark.parametrize(
    ("measure", "text", "label", "says"),
    [
        (Measure("zscore", 3), "10 12 14 20", "mean of the 3 months before", "12.0 bn"),
        (Measure("zscore", 3), "10 12 14 20", "their standard deviation", "2.000"),
        (Measure("versus_mean", 2), "1 10 12 9", "mean of the 2 months before", "11.0 bn"),
        (Measure("drawdown", 3), "99 10 12 9", "highest of the 3 months", "12.0 bn in Mar 2025"),
        (Measure("drawdown"), "99 10 12 9", "highest of the months so far", "99.0 bn in Jan 2025"),
        (Measure("sum", 3), "1 -2 3 4", "the 3 months added up", "−2.0 bn +3.0 bn +4.0 bn"),
    ],
)
def test_what_a_measure_is_made_of_is_shown(measure: Measure, text: str, label: str, says: str) -> None:
    assert steps(rule(measure=measure), text, "2025-04")[label] == says


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (Condition("lowest_in", n=12), "40.0 bn in Feb 2025, of 12"),
        (Condition("lowest_in", n=13), "40.0 bn in Feb 2025, of 13"),
        (Condition("lowest_since", since="2025-03"), "42.0 bn in Jun 2025, of 11"),
        (Condition("highest_in", n=12), "53.0 bn in Jan 2026, of 12"),
    ],
)
def test_the_value_that_an_extreme_must_beat_is_shown_with_its_month(condition: Condition, says: str) -> None:
    label = f"{condition.op.partition('_')[0]} before"
    assert steps(rule(condition), LOW, "2026-02")[label] == says


def test_a_group_is_shown_by_its_members() -> None:
    pair = rule(Condition("below", 0.0), each=None, combine=Group("pair", ("Japan", "China, Mainland")))
    of = view(monthly({"Japan": "50", "China, Mainland": "40"}))
    shown = {step.label: step.says for step in explain(pair, "pair", "2025-01", of).steps}
    assert shown["made of"] == "Japan 50.0 bn; China, Mainland 40.0 bn"


def test_of_auctions_the_workings_count_auctions() -> None:
    days = {"10-Year Note": {"2025-01-08": [2.5], "2025-02-12": [2.3], "2025-03-12": [2.4]}}
    asked = rule(data="auction.bid_to_cover", each="tenor", measure=Measure("versus_mean", 2))
    of = view(auctions(days, "auction.bid_to_cover"))
    shown = {step.label: step.says for step in explain(asked, "10-Year Note", "2025-03-12", of).steps}
    assert shown["mean of the 2 auctions before"] == "2.40×"


def test_a_change_has_no_workings_beyond_its_two_figures() -> None:
    assert list(steps(rule(measure=change()), "10 12", "2025-02")) == [
        "data", "Feb 2025", "Jan 2025", "change over 1 month", "fire", "verdict",
    ]  # fmt: skip


def test_a_month_that_a_part_of_all_does_not_have_yet_is_said_to_be_unpublished() -> None:
    part = Also("tic.holdings", change(), Condition("below", 0.0, said="0bn"))
    sells = rule(Condition("below", -1.0), data="tic.net_long_term", also=(part,))
    figures = monthly({"Japan": "1 -2"}, "tic.net_long_term") | monthly({"Japan": "50"})
    shown = [(step.label, step.says) for step in explain(sells, "Japan", "2025-02", view(figures)).steps]
    assert ("undecided because", "tic.holdings: Feb 2025 is not published yet") in shown


def test_stress_is_shown_by_its_three_scores() -> None:
    def held(data: str, *values: float) -> Figures:
        days = {f"{2024 + at // 12}-{at % 12 + 1:02}-10": [value] for at, value in enumerate(values)}
        return auctions({"10-Year Note": days}, data)

    figures = (
        held("auction.bid_to_cover", *[2.4, 2.6] * 6, 2.4)
        | held("auction.dealer_share", *[10.0, 12.0] * 6, 13.0)
        | held("auction.indirect_share", *[70.0, 72.0] * 6, 73.0)
    )
    asked = rule(data="auction.stress", each="tenor")
    explained = explain(asked, "10-Year Note", "2025-01-10", view(figures))
    shown = {step.label: step.says for step in explained.steps}
    assert shown["z(bid-to-cover)"] == "−0.96: 2.40× against the 12 before"
    assert shown["z(dealers)"] == "1.91: 13.0% against the 12 before"
    assert shown["z(indirects)"] == "1.91: 73.0% against the 12 before"
    assert shown["stress"] == "(−(−0.96) + 1.91 − 1.91) / 3"
    assert explained.value == pytest.approx(0.96 / 3, abs=0.01)
