"""Explaining a verdict: each step with its value, and of the undecided what was missing."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.generated import history, sheets
from tests.core.small import Figures, Tape, auctions, change, holdings, monthly, rule, verdicts, view
from treasury_watch.core.explain.explain import (
    Explanation,
    NotCovered,
    covered_entities,
    explain,
    newest_decided,
    newest_period,
)
from treasury_watch.core.figures.panels import View
from treasury_watch.core.rules.model import (
    Also,
    Among,
    Basis,
    Condition,
    Group,
    Measure,
    Mode,
    Rule,
    Selection,
    Severity,
    Verdict,
)

BECAUSE = "undecided because"
CUT = rule(Condition("below", -30.0, said="-30bn"), measure=change())


def said(explanation: Explanation, label: str) -> list[str]:
    return [step.says for step in explanation.steps if step.label == label]


def of_japan(asked: Rule, text: str, period: str) -> Explanation:
    return explain(asked, "Japan", period, holdings(Japan=text))


def test_a_breach_is_explained_by_its_figures_its_number_and_its_line() -> None:
    explained = of_japan(CUT, "1120.5 1085.2", "2025-02")
    assert (explained.verdict, explained.severity) == (Verdict.BREACHED, Severity.NOTICE)
    assert (explained.value, explained.measure) == (1085.2, -35.3)
    assert [(step.label, step.says) for step in explained.steps[1:]] == [
        ("Feb 2025", "1,085.2 bn"),
        ("Jan 2025", "1,120.5 bn"),
        ("change over 1 month", "−35.3 bn"),
        ("fire", "below −30 bn: yes"),
        ("verdict", "breached, notice"),
    ]


def test_each_level_is_explained() -> None:
    asked = replace(CUT, levels=((Severity.HIGH, Condition("below", -50.0, said="-50bn")),))
    explained = of_japan(asked, "1100 1040", "2025-02")
    assert (said(explained, "high"), said(explained, "verdict")) == (["below −50 bn: yes"], ["breached, high"])
    assert said(of_japan(asked, "1100 1050", "2025-02"), "high") == ["below −50 bn: no"]


def test_the_line_that_clears_is_explained() -> None:
    asked = rule(
        Condition("below", 1100.0), mode=Mode.UNTIL_CLEAR, clear=Condition("above", 1120.0, said="1.12tn"), periods=2
    )
    explained = of_japan(asked, "1110 1110", "2025-02")
    assert said(explained, "clear") == ["above 1.12 tn: no"]
    assert said(explained, "for") == ["2 in a row"]


def test_each_part_of_all_is_explained() -> None:
    part = Also("tic.net_long_term", Measure(), Condition("at_most", -20.0, said="-20bn"))
    figures = monthly({"Japan": "1100 1060"}) | monthly({"Japan": "-1 -19.5"}, "tic.net_long_term")
    explained = explain(replace(CUT, also=(part,)), "Japan", "2025-02", view(figures))
    assert said(explained, "and tic.net_long_term value") == ["−19.5 bn; at or below −20 bn: no"]
    assert explained.verdict is Verdict.CLEAR


def test_shares_and_rates_are_explained_in_points_and_basis_points() -> None:
    days = {"10-Year Note": {"2025-01-10": [65.0, 4.3], "2025-02-10": [59.9, 4.42]}}
    part = Also("auction.stop", change(), Condition("at_least", 0.1, said="0.1%"))
    fell = rule(
        Condition("below", -5.0, said="-5%"),
        data="auction.indirect_share",
        each="tenor",
        measure=change(),
        also=(part,),
    )
    both = view(auctions(days, "auction.indirect_share", "auction.stop"))
    explained = explain(fell, "10-Year Note", "2025-02-10", both)
    assert said(explained, "change over 1 auction") == ["−5.1 pts"]
    assert said(explained, "fire") == ["below −5 pts: yes"]
    assert said(explained, "and auction.stop change over 1 auction") == ["+12.0 bp; at or above 10 bp: yes"]


def test_a_count_is_explained_by_its_members() -> None:
    broad = rule(
        Condition("at_least", 2.0, said="2"),
        measure=change(),
        count=Condition("below", 0.0, said="0bn"),
        among=Among(3),
    )
    of = holdings(Japan="50 49", Belgium="40 39", France="30 31", India="1 0")
    explained = explain(broad, "top 3", "2025-02", of)
    assert said(explained, "of 3 asked, below 0 bn") == ["2: Japan; Belgium"]
    assert (explained.value, explained.measure, explained.verdict) == (None, 2, Verdict.BREACHED)


def test_the_vintage_that_is_read_is_said() -> None:
    assert said(of_japan(replace(CUT, basis=Basis.FIRST_PUBLISHED), "1 2", "2025-02"), "basis") == [
        "figures as first published"
    ]


# What was missing.


def reasons(asked: Rule, text: str, period: str) -> list[str]:
    explained = of_japan(asked, text, period)
    assert explained.verdict is Verdict.UNDECIDED
    return said(explained, BECAUSE)


@pytest.mark.parametrize(
    ("measure", "text", "period", "reason"),
    [
        pytest.param(change(), "1 2", "2025-01", "history does not reach", id="change in the first month"),
        pytest.param(change(12), "1 2 3", "2025-03", "history does not reach", id="change over more than there is"),
        pytest.param(change(), "1 _ 3", "2025-03", "no figure for Japan in Feb 2025", id="the month before is missing"),
        pytest.param(change(), "1 _ 3", "2025-02", "inside All Other, which is not zero", id="not in the release"),
        pytest.param(Measure("sum", 3), "1 2 3", "2025-02", "history does not reach", id="sum"),
        pytest.param(Measure("sum", 3), "1 _ 3", "2025-03", "Feb 2025", id="sum with a gap in the middle"),
        pytest.param(Measure("zscore", 3), "1 _ 3 4", "2025-04", "Feb 2025", id="score with a gap in the middle"),
        pytest.param(Measure("zscore", 3), "5 5 5 6", "2025-04", "the 3 before are all equal", id="no deviation"),
        pytest.param(Measure("percent_change", 1), "0 5", "2025-02", "percentage of zero", id="percent of zero"),
        pytest.param(Measure("falling"), "5", "2025-01", "history does not reach", id="a run of one month"),
        pytest.param(Measure("drawdown", 2), "5 _ 4", "2025-03", "Feb 2025", id="drawdown over a gap"),
        pytest.param(Measure("share"), "5", "2025-01", "no Grand Total", id="share of nothing"),
        pytest.param(
            Measure("versus", since="2025-03"), "1 2 3", "2025-02", "Mar 2025 is not known yet", id="versus later"
        ),
        pytest.param(Measure("versus", since="2025-02"), "1 _ 3", "2025-03", "Feb 2025", id="versus a missing month"),
        pytest.param(Measure("versus", since="2031-01"), "1 2", "2025-02", "Jan 2031 is not known", id="versus never"),
    ],
)
def test_of_the_undecided_it_says_what_was_missing(measure: Measure, text: str, period: str, reason: str) -> None:
    [only] = reasons(rule(measure=measure), text, period)
    assert reason in only


@pytest.mark.parametrize(
    ("measure", "text", "period"),
    [
        (Measure("sum", 3), "1 2 3", "2025-03"),
        (Measure("sum", 1), "1", "2025-01"),
        (Measure("drawdown", 3), "1 2 3", "2025-03"),
        (Measure("drawdown"), "1", "2025-01"),
        (Measure("zscore", 3), "1 2 3 9", "2025-04"),
    ],
)
def test_of_the_decided_nothing_was_missing(measure: Measure, text: str, period: str) -> None:
    explained = of_japan(rule(measure=measure), text, period)
    assert explained.verdict is not Verdict.UNDECIDED
    assert said(explained, BECAUSE) == []


def test_too_few_earlier_values_are_said() -> None:
    lowest = rule(Condition("lowest_in", n=24, said="lowest in 24 months"))
    [reason] = reasons(lowest, "10 " * 11 + "9", "2025-12")
    assert reason == "lowest in 24 months needs 12 earlier values in its reach, and there are fewer"


def test_of_the_first_rank_there_is_no_change() -> None:
    [reason] = reasons(rule(Condition("changes"), measure=Measure("rank")), "10 9", "2025-01")
    assert "no place of the period before" in reason


def test_an_undecided_part_of_all_is_named() -> None:
    part = Also("tic.net_long_term", Measure(), Condition("at_most", -20.0))
    assert reasons(replace(CUT, also=(part,)), "1100 1060", "2025-02") == [
        "tic.net_long_term: there is no figure of Japan at all"
    ]


def test_an_undecided_period_in_a_row_is_named() -> None:
    twice = rule(Condition("below", 10.0), periods=2)
    assert reasons(twice, "9 _ 9", "2025-03") == ["Feb 2025, one of the 2 in a row, is undecided"]
    assert reasons(twice, "9 9", "2025-01") == ["history does not reach 2 months back"]


def test_who_is_not_among_the_largest_is_not_asked_and_that_is_said() -> None:
    asked = replace(CUT, among=Among(1))
    explained = explain(asked, "Belgium", "2025-02", holdings(Japan="50 50", Belgium="40 40"))
    assert said(explained, "among the top 1 of the release before") == ["no, so the rule does not cover it"]
    assert said(explained, BECAUSE) == ["Belgium is outside the top 1, so the rule does not cover it"]


def test_a_group_with_a_member_missing_says_so() -> None:
    pair = rule(Condition("below", 0.0), each=None, combine=Group("pair", ("Japan", "Belgium")))
    explained = explain(pair, "pair", "2025-02", holdings(Japan="50 50", Belgium="40 _"))
    assert said(explained, BECAUSE) == ["no figure for one of Japan, Belgium in Feb 2025"]


def counted(of: View, *, data: str = "tic.holdings", among: Among | None = None) -> list[str]:
    measure = change() if data == "tic.holdings" else Measure()
    asked = rule(Condition("at_least", 1.0), data=data, measure=measure, count=Condition("below", 0.0), among=among)
    return said(explain(asked, f"top {among.top}" if among else "all", "2025-02", of), BECAUSE)


def test_a_count_says_of_whom_it_is_not_known() -> None:
    assert counted(holdings(Japan="50 49", Belgium="40 _")) == ["not known for Belgium"]
    assert counted(holdings(Japan="50 49", Belgium="40 _", France="30 29"), among=Among(2)) == ["not known for Belgium"]


def test_a_count_says_of_whom_there_is_no_series() -> None:
    figures = monthly({"Japan": "50 50", "Belgium": "40 40"}) | monthly({"Japan": "-1 -1"}, "tic.net_long_term")
    assert counted(view(figures), data="tic.net_long_term", among=Among(2)) == ["not known for Belgium"]


def test_auctions_are_explained_by_their_days() -> None:
    days = {"10-Year Note": {"2025-01-08": [2.5], "2025-02-12": [2.29]}}
    asked = rule(Condition("below", 2.3, said="2.30"), data="auction.bid_to_cover", each="tenor")
    explained = explain(asked, "10-Year Note", "2025-02-12", view(auctions(days, "auction.bid_to_cover")))
    assert said(explained, "12 Feb 2025") == ["2.29×"]
    assert said(explained, "fire") == ["below 2.30: yes"]


# Who can be asked about.


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (rule(only=Selection(frozenset({"Japan"}))), "Belgium is not among only of r; it covers Japan"),
        (rule(without=Selection(frozenset({"Belgium"}))), "Belgium is left out by except of r; it covers Japan"),
        (rule(each=None, combine=Group("both", ("Japan", "Belgium"))), "r adds both up to one; Belgium is part of it"),
        (
            rule(each=None, combine=Group("asia", ("Japan", "India"))),
            "r adds asia up to one; Belgium is no part of it; it covers asia",
        ),
        (rule(each=None, count=Condition("at_least", 3)), "r counts how many; it does not cover Belgium alone"),
    ],
)
def test_an_entity_that_the_rule_is_not_asked_of_is_refused_with_the_reason(asked: Rule, why: str) -> None:
    with pytest.raises(NotCovered, match=why):
        explain(asked, "Belgium", "2025-01", holdings(Japan="1", Belgium="1"))


def test_a_period_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotCovered, match=r"tic\.holdings has no period '2031-01' for Japan"):
        of_japan(CUT, "1 2", "2031-01")


def test_before_anything_is_known_nobody_is_asked() -> None:
    with pytest.raises(NotCovered, match="nobody: no data yet"):
        explain(CUT, "Japan", "2025-01", view({}))
    assert covered_entities(CUT, view({})) == []
    assert newest_period(CUT, "Japan", view({})) is None


def test_the_newest_month_that_can_be_judged_is_one_for_everybody() -> None:
    figures = monthly({"Japan": "5 4 3", "Belgium": "5 _ _"}) | monthly({"Japan": "-1 -2"}, "tic.net_long_term")
    both = replace(CUT, also=(Also("tic.net_long_term", Measure(), Condition("below", 0.0)),))
    assert newest_decided(CUT, view(figures)) == {"Belgium": "2025-03", "Japan": "2025-03"}
    # Net sales of the third month are not published yet.
    assert newest_decided(both, view(figures)) == {"Belgium": "2025-02", "Japan": "2025-02"}
    # Nothing can be judged at all: the newest then.
    assert newest_decided(replace(CUT, measure=change(12)), view(figures))["Japan"] == "2025-03"


def test_of_auctions_it_is_each_tenor_s_own() -> None:
    days = {"10-Year Note": {"2025-01-10": [2.4], "2025-02-10": [2.5]}, "20-Year Bond": {"2025-01-15": [2.6]}}
    cover = rule(data="auction.bid_to_cover", each="tenor", fire=Condition("below", 2.3))
    found = newest_decided(cover, view(auctions(days, "auction.bid_to_cover")))
    assert found == {"10-Year Note": "2025-02-10", "20-Year Bond": "2025-01-15"}


@pytest.mark.parametrize(
    ("condition", "short"),
    [
        (Condition("below", -30.0), 20.0),
        (Condition("at_least", 5.0), 15.0),
        (Condition("outside", -40.0, 5.0), 15.0),
        (Condition("above", -30.0), -20.0),
        (Condition("lowest_in", n=12), None),
    ],
)
def test_by_how_much_it_falls_short_of_firing_is_told(condition: Condition, short: float | None) -> None:
    assert of_japan(replace(CUT, fire=condition), "100 90", "2025-02").short == short


def test_the_newest_period_is_the_dataset_s_for_months_and_the_tenor_s_for_auctions() -> None:
    days = {"10-Year Note": {"2025-02-12": [2.5]}, "20-Year Bond": {"2025-01-15": [2.5]}}
    figures: Figures = monthly({"Japan": "1 2", "Belgium": "1"}) | auctions(days, "auction.bid_to_cover")
    cover = rule(data="auction.bid_to_cover", each="tenor")
    assert newest_period(CUT, "Belgium", view(figures)) == "2025-02"
    assert newest_period(cover, "20-Year Bond", view(figures)) == "2025-01-15"
    assert covered_entities(cover, view(figures)) == ["10-Year Note", "20-Year Bond"]


@settings(max_examples=20, deadline=None)
@given(sheets(), st.integers(0, 10**9), st.integers(3, 16))
def test_the_verdict_is_that_of_judging_and_what_is_undecided_has_a_reason(
    rules: list[Rule], seed: int, count: int
) -> None:
    tape = Tape(rules)
    for figures in history(seed, count, revising=True):
        tape.latest |= figures
        tape.first = figures | tape.first
    of = tape.view()
    chance = Random(seed)
    for asked in rules:
        for entity, found in verdicts(asked, of).items():
            row = chance.randrange(len(found))
            explained = explain(asked, entity, of.months.period(row), of)
            assert explained.verdict is found[row]
            assert bool(said(explained, BECAUSE)) == (found[row] is Verdict.UNDECIDED)
