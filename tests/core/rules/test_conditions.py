"""What is asked of a number: every condition below, at and above its line, and when it cannot be said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.small import Tape, change, holdings, monthly, rule, said, verdicts, view
from treasury_watch.core.rules.model import Also, Among, Condition, Measure, Rule, Selection, Severity, Verdict


def answers(fire: Condition, text: str, **changes: object) -> str:
    """``B`` breached, ``c`` clear, ``?`` undecided, one a month."""
    return said(rule(fire, **changes), holdings(Japan=text))["Japan"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("below", 10), "Bc?cc"),
        (Condition("at_most", 10), "BB?cc"),
        (Condition("above", 10), "cc?BB"),
        (Condition("at_least", 10), "cB?BB"),
        (Condition("outside", 10, 10.1), "Bc?cc"),
        (Condition("outside", 9.95, 10.05), "Bc?BB"),
    ],
)
def test_the_line_itself_belongs_to_the_inclusive_words_only(condition: Condition, expected: str) -> None:
    assert answers(condition, "9.9 10.0 _ 10.1 10.1") == expected


@pytest.mark.parametrize(
    ("op", "values", "expected"),
    [
        ("lowest", "9 8 8 7.9 8", "cccBc"),
        ("lowest", "8 8 8 8 8", "ccccc"),
        ("highest", "11 12 12 12.1 12", "cccBc"),
    ],
)
def test_an_extreme_is_strictly_beyond_every_earlier_value(op: str, values: str, expected: str) -> None:
    extreme = "8" if op == "lowest" else "12"
    history = f"{extreme} " + "10 " * 11
    for condition in (Condition(f"{op}_in", n=24), Condition(f"{op}_since", since="2025-01")):
        assert answers(condition, history + values)[12:] == expected


@pytest.mark.parametrize(("known", "expected"), [(11, "?"), (12, "B"), (13, "B")], ids=["eleven", "twelve", "thirteen"])
def test_an_extreme_needs_twelve_earlier_values(known: int, expected: str) -> None:
    for condition in (Condition("lowest_in", n=24), Condition("lowest_since", since="2020-01")):
        assert answers(condition, "10 " * known + "9")[-1] == expected
        assert answers(condition, "10 _ " * known + "9")[-1] == expected, "gaps among them"


def test_lowest_in_looks_back_so_many_and_no_further() -> None:
    history = "5 " + "10 " * 12
    assert answers(Condition("lowest_in", n=12), history + "9")[-1] == "B"
    assert answers(Condition("lowest_in", n=13), history + "9")[-1] == "c"


def test_lowest_in_counts_periods_and_not_the_values_among_them() -> None:
    assert answers(Condition("lowest_in", n=12), "10 " * 12 + "_ 9")[-1] == "?", "eleven of the twelve before are known"
    assert answers(Condition("lowest_in", n=13), "10 " * 12 + "_ 9")[-1] == "B"


def test_lowest_since_counts_from_that_month_on_itself_included() -> None:
    text = "5 " + "10 " * 12 + "9"
    assert answers(Condition("lowest_since", since="2025-02"), text)[-1] == "B"
    assert answers(Condition("lowest_since", since="2025-01"), text)[-1] == "c"
    assert answers(Condition("lowest_since", since="2025-03"), text)[-1] == "?", "only eleven are left"
    assert answers(Condition("lowest_since", since="2030-01"), text)[-1] == "?"


def test_an_extreme_can_be_of_a_measure() -> None:
    flat = "100 " * 14
    assert answers(Condition("lowest_in", n=12), flat + "99.9", measure=change())[-2:] == "cB"


@pytest.mark.parametrize(("japan", "expected"), [("10 8 8 10", "?BcB"), ("10 _ 8 8", "???c"), ("10 9.5 10 9", "?ccc")])
def test_a_change_of_rank_is_against_the_month_before(japan: str, expected: str) -> None:
    asked = rule(Condition("changes"), measure=Measure("rank"), only=Selection(frozenset({"Japan"})))
    assert said(asked, holdings(Japan=japan, Belgium="9 9 9 9"))["Japan"] == expected


# At the line: what was printed is what is compared.


@pytest.mark.parametrize(
    ("before", "now", "condition", "expected"),
    [
        ("4.30", "4.35", Condition("at_least", 0.05), Verdict.BREACHED),
        ("4.30", "4.35", Condition("below", 0.05), Verdict.CLEAR),
        ("4.257", "4.277", Condition("above", 0.02), Verdict.CLEAR),
        ("4.257", "4.277", Condition("at_least", 0.02), Verdict.BREACHED),
        ("4.257", "4.278", Condition("above", 0.02), Verdict.BREACHED),
        ("1061.4", "1031.4", Condition("at_most", -30), Verdict.BREACHED),
        ("1061.4", "1031.4", Condition("below", -30), Verdict.CLEAR),
        ("1061.4", "1031.3", Condition("below", -30), Verdict.BREACHED),
        ("1061.4", "1031.5", Condition("at_most", -30), Verdict.CLEAR),
    ],
)
def test_a_move_of_exactly_the_line_is_at_the_line(
    before: str, now: str, condition: Condition, expected: Verdict
) -> None:
    asked = rule(condition, measure=change())
    assert verdicts(asked, holdings(Japan=f"{before} {now}"))["Japan"][-1] is expected


def test_a_share_of_exactly_thirty_percent_is_not_above_thirty() -> None:
    figures = monthly({"Japan": "0.3 30.1"}) | monthly({"Grand Total": "1 100"}, "tic.totals")
    assert said(rule(Condition("above", 30), measure=Measure("share")), view(figures))["Japan"] == "cB"


_OPS = {
    "below": lambda x, a: x < a,
    "above": lambda x, a: x > a,
    "at_most": lambda x, a: x <= a,
    "at_least": lambda x, a: x >= a,
}


@given(
    st.sampled_from(sorted(_OPS)),
    st.integers(0, 3),
    st.lists(st.integers(-(10**7), 10**7), min_size=2, max_size=6),
    st.integers(-2, 2),
)
def test_the_comparison_is_that_of_decimal_arithmetic_on_what_was_printed(
    op: str, places: int, digits: list[int], off: int
) -> None:
    printed = [Decimal(value).scaleb(-places) for value in digits]
    moved = printed[-1] - printed[-2]
    added = sum(printed, Decimal(0))
    for measure, exact in ((change(), moved), (Measure("sum", len(printed)), added), (Measure(), printed[-1])):
        line = exact + Decimal(off).scaleb(-places)
        asked = rule(Condition(op, float(line)), measure=measure)
        found = verdicts(asked, holdings(Japan=" ".join(map(str, printed))))["Japan"][-1]
        assert (found is Verdict.BREACHED) == _OPS[op](exact, line)


# Several in a row.


@pytest.mark.parametrize(
    ("periods", "values", "expected"),
    [
        (1, "9 9 11 _ 9", "BBc?B"),
        (2, "9 9 11 9 9", "?BccB"),
        (2, "9 _ 9 9", "???B"),
        (2, "11 _ 9", "cc?"),
        (3, "9 9 9 9 11 9 9 9", "??BBcccB"),
        (3, "9", "?"),
    ],
)
def test_for_asks_that_the_last_periods_all_match(periods: int, values: str, expected: str) -> None:
    assert answers(Condition("below", 10), values, periods=periods) == expected


# All.


@pytest.mark.parametrize(
    ("flow", "expected"),
    [("-30", "B"), ("-20", "B"), ("-19.999", "c"), ("5", "c"), ("_", "?")],
    ids=["holds", "at the line", "above", "far above", "not published"],
)
def test_all_holds_where_every_part_does_for_the_same_entity_and_month(flow: str, expected: str) -> None:
    asked = rule(Condition("below", 100), also=(Also("tic.net_long_term", Measure(), Condition("at_most", -20)),))
    figures = monthly({"Japan": "90"}) | monthly({"Japan": flow, "Belgium": "-99"}, "tic.net_long_term")
    assert said(asked, view(figures))["Japan"] == expected


def test_an_undecided_part_leaves_all_undecided_even_where_another_part_fails() -> None:
    also = (Also("tic.net_long_term", Measure(), Condition("at_most", -20)),)
    of = view(monthly({"Japan": "110"}) | monthly({"Belgium": "-99"}, "tic.net_long_term"))
    assert said(rule(Condition("below", 100), also=also), of)["Japan"] == "?"


def test_all_of_a_dataset_that_nobody_has_published_is_undecided() -> None:
    also = (Also("tic.net_long_term", Measure(), Condition("at_most", -20)),)
    assert answers(Condition("below", 100), "90 90", also=also) == "??"


# Who is asked.


def asked_of(asked: Rule, *entities: str, data: str = "tic.holdings") -> list[str]:
    kind = "auction" if data.startswith("auction") else "month"
    period = "2025-01-08" if kind == "auction" else "2025-01"
    return sorted(said(asked, view({(data, entity, period): 1.0 for entity in entities})))


@pytest.mark.parametrize("data", ["tic.net_long_term", "tic.long_term", "tic.valuation"])
def test_totals_among_holders_are_asked_only_by_name(data: str) -> None:
    known = ("Japan", "Grand Total", "Foreign Official", "All Other")
    assert asked_of(rule(data=data), *known, data=data) == ["Japan"]
    named = Selection(frozenset({"Foreign Official"}))
    assert asked_of(rule(data=data, only=named), *known, data=data) == ["Foreign Official"]
    assert asked_of(rule(data=data, without=Selection(frozenset({"Japan"}))), *known, data=data) == []


def test_a_rule_on_foreign_official_is_not_asked_of_its_parts() -> None:
    known = ("Foreign Official", "Foreign Official Bills", "Foreign Official Bonds & Notes", "Grand Total")
    named = rule(data="tic.totals", only=Selection(frozenset({"Foreign Official"})))
    assert asked_of(named, *known, data="tic.totals") == ["Foreign Official"]
    but = rule(data="tic.totals", without=Selection(frozenset({"Foreign Official"})))
    assert asked_of(but, *known, data="tic.totals") == sorted(known[1:])


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (Selection(frozenset({"10-Year Note"})), ["10-Year Note"]),
        (Selection(frozenset({"10-Year"})), ["10-Year Note", "10-Year TIPS"]),
        (Selection(types=frozenset({"Note", "Bond"})), ["10-Year Note", "20-Year Bond", "3-Year Note"]),
        (Selection(frozenset({"10-Year"}), frozenset({"TIPS"})), ["10-Year TIPS"]),
        (Selection(frozenset({"10-Year Note"}), frozenset({"TIPS"})), []),
    ],
)
def test_a_tenor_is_chosen_by_name_by_type_or_by_both(only: Selection, expected: list[str]) -> None:
    data = "auction.bid_to_cover"
    known = ("10-Year Note", "10-Year TIPS", "20-Year Bond", "3-Year Note", "4-Week Bill")
    assert asked_of(rule(data=data, each="tenor", only=only), *known, data=data) == expected


def test_except_takes_out_of_what_only_asks_for() -> None:
    both = rule(only=Selection(frozenset({"Japan", "Canada"})), without=Selection(frozenset({"Canada"})))
    assert asked_of(both, "Japan", "Canada", "Belgium") == ["Japan"]


# Among the largest.


FALLEN_OUT = {"Japan": "50 50 50", "Belgium": "40 5 5", "France": "30 30 30"}


@pytest.mark.parametrize(
    ("ranked", "expected"),
    [
        ("previous", {"Japan": "?cc", "Belgium": "?B?", "France": "??c"}),
        ("current", {"Japan": "?cc", "Belgium": "???", "France": "?cc"}),
    ],
)
def test_a_holder_that_fell_out_still_counts_by_the_previous_ranking(ranked: str, expected: dict[str, str]) -> None:
    asked = rule(measure=change(), among=Among(2, ranked))
    assert said(asked, view(monthly(FALLEN_OUT))) == expected


def test_a_holder_that_left_the_table_is_undecided() -> None:
    asked = rule(measure=change(), among=Among(2))
    assert said(asked, holdings(Japan="50 49", Belgium="40 _", France="30 30")) == {
        "Japan": "?B",
        "Belgium": "??",
        "France": "??",
    }


def test_the_largest_are_ranked_by_holdings_whatever_data_is_asked() -> None:
    figures = monthly({"Japan": "50 50", "Belgium": "40 40", "France": "30 30"})
    figures |= monthly({"Japan": "-1 -1", "Belgium": "-2 -2", "France": "-99 -99"}, "tic.net_long_term")
    asked = rule(data="tic.net_long_term", among=Among(2))
    assert said(asked, view(figures)) == {"Japan": "?B", "Belgium": "?B", "France": "??"}


def test_in_the_first_month_there_is_no_ranking_of_the_month_before() -> None:
    assert said(rule(Condition("above", 0), among=Among(1)), holdings(Japan="50 50")) == {"Japan": "?B"}


# How many.


def counted(fire: Condition, **changes: object) -> Rule:
    return rule(fire, count=Condition("below", 0), measure=change(), **changes)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        pytest.param({"Japan": "50 49", "Belgium": "40 39", "France": "30 31"}, "?B", id="two of three fell"),
        pytest.param({"Japan": "50 49", "Belgium": "40 40", "France": "30 31"}, "?c", id="unchanged has not fallen"),
        pytest.param({"Japan": "50 49", "Belgium": "40 _", "France": "30 29"}, "??", id="one has left"),
        pytest.param({"Japan": "50 49 48", "Belgium": "40 39 38", "India": "_ _ 9"}, "?B?", id="one is new"),
    ],
)
def test_a_count_is_undecided_where_one_of_those_asked_is(figures: dict[str, str], expected: str) -> None:
    assert said(counted(Condition("at_least", 2)), view(monthly(figures))) == {"all": expected}


def test_a_count_of_the_largest_asks_who_was_among_them_before() -> None:
    asked = counted(Condition("at_least", 1), among=Among(2))
    assert said(asked, view(monthly(FALLEN_OUT))) == {"top 2": "?Bc"}
    current = counted(Condition("at_least", 1), among=Among(2, "current"))
    assert said(current, view(monthly(FALLEN_OUT))) == {"top 2": "?cc"}


def test_a_count_of_the_largest_is_undecided_where_one_of_them_left_the_table() -> None:
    asked = counted(Condition("at_least", 1), among=Among(2))
    assert said(asked, holdings(Japan="50 49 48", Belgium="40 _ 39", France="30 30 30")) == {"top 2": "??B"}


def test_a_count_of_the_largest_is_undecided_where_one_of_them_is_not_in_that_data_at_all() -> None:
    figures = monthly({"Japan": "50 50", "Belgium": "40 40"}) | monthly({"Japan": "-1 -1"}, "tic.net_long_term")
    asked = rule(Condition("at_least", 1), data="tic.net_long_term", count=Condition("below", 0), among=Among(2))
    assert said(asked, view(figures)) == {"top 2": "??"}


def test_a_count_leaves_out_whom_except_names() -> None:
    asked = counted(Condition("at_least", 1), without=Selection(frozenset({"Japan"})))
    assert said(asked, holdings(Japan="50 49", Belgium="40 40")) == {"all": "?c"}


def test_a_count_of_nobody_is_undecided() -> None:
    assert said(counted(Condition("at_most", 0), only=Selection(frozenset({"India"}))), holdings(Japan="50 49")) == {
        "all": "??"
    }


# How loud.


def test_the_sharpest_level_that_is_reached_is_the_severity() -> None:
    levels = ((Severity.HIGH, Condition("below", -50.0)), (Severity.CRITICAL, Condition("below", -80.0)))
    tape = Tape(rule(Condition("below", -30.0), measure=change(), levels=levels))
    heard = tape.months("1000 969.9 939.9 889.9 839.8 759.8 679.7")
    assert [(one.period, one.severity) for one in heard] == [
        ("2025-02", "notice"),
        ("2025-04", "notice"),
        ("2025-05", "high"),
        ("2025-06", "high"),
        ("2025-07", "critical"),
    ]
