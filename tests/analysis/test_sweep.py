"""Sweeping: how often a rule would have fired at each level."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.made_up import CUT, JAPAN, store_of
from treasury_watch.analysis.backtest import backtest
from treasury_watch.analysis.sweep import MOST_LEVELS, CannotSweep, Sweep, read_levels, sweep
from treasury_watch.core.rules.model import Condition, Measure, Mode, Rule, Severity
from treasury_watch.sources import SOURCES
from treasury_watch.store.database import reading

VALUE = replace(CUT, measure=Measure(), fire=Condition("below", 1020.0, said="1.02tn"), levels=())


def swept(rule: Rule, text: str) -> Sweep:
    with reading(store_of({"Japan": JAPAN})) as conn:
        return sweep(conn, rule, read_levels(text, rule), SOURCES)


@pytest.mark.parametrize(
    ("text", "rule", "levels"),
    [
        ("-10bn..-30bn step 10bn", CUT, [("-10bn", -10.0), ("-20bn", -20.0), ("-30bn", -30.0)]),
        ("-30bn..-10bn step 10bn", CUT, [("-30bn", -30.0), ("-20bn", -20.0), ("-10bn", -10.0)]),
        (" -10bn .. -30bn  step  -20bn ", CUT, [("-10bn", -10.0), ("-30bn", -30.0)]),
        ("1.1tn..1.0tn step 40bn", VALUE, [("1100bn", 1100.0), ("1060bn", 1060.0), ("1020bn", 1020.0)]),
        ("-0.1bn..-0.3bn step 0.1bn", CUT, [("-0.1bn", -0.1), ("-0.2bn", -0.2), ("-0.3bn", -0.3)]),
        ("-1..-2 step 0.5", replace(CUT, measure=Measure("zscore", 12)), [("-1", -1.0), ("-1.5", -1.5), ("-2", -2.0)]),
        ("0..1bn step 1bn", CUT, [("0bn", 0.0), ("1bn", 1.0)]),
        (
            "4.5%..4.6% step 5bp",
            replace(CUT, data="auction.stop", measure=Measure()),
            [("450bp", 4.5), ("455bp", 4.55), ("460bp", 4.6)],
        ),
    ],
)
def test_a_sweep_is_read_with_both_its_ends_and_without_dust(
    text: str, rule: Rule, levels: list[tuple[str, float]]
) -> None:
    assert [(level.said, level.value) for level in read_levels(text, rule)] == levels


@pytest.mark.parametrize(
    ("text", "rule", "problem"),
    [
        ("-10bn to -60bn", CUT, 'cannot read the sweep "-10bn to -60bn"; expected such as "-10bn..-60bn step 5bn"'),
        ("-10bn..-60bn step 0bn", CUT, "a step of 0bn never arrives"),
        ("-10..-60 step 5", CUT, '"-10" has no unit'),
        ("-10%..-60% step 5%", CUT, 'the unit "%" does not fit this data'),
        ("-10bn..-60bn step 1mn", CUT, f"50,001 levels; expected at most {MOST_LEVELS:,}: take a larger step"),
        ("1..2 step 1", replace(CUT, fire=Condition("lowest_in", n=24)), "cut fires at no single level (lowest_in)"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused_with_what_would_do(text: str, rule: Rule, problem: str) -> None:
    with pytest.raises(CannotSweep) as told:
        read_levels(text, rule)
    assert problem in str(told.value)


def test_each_level_tells_what_a_rule_with_that_level_would_have_told() -> None:
    told = swept(CUT, "-5bn..-50bn step 5bn")
    with reading(store_of({"Japan": JAPAN})) as conn:
        for level in told.levels:
            alone = replace(CUT, fire=Condition("at_most", level.level), levels=())
            (result,) = backtest(conn, [alone], SOURCES)
            assert (level.alerts, level.per_year) == (len(result.alerts), result.per_year)
    assert [level.alerts for level in told.levels] == [6, 5, 4, 3, 3, 2, 2, 1, 1, 0]


def test_the_level_that_the_rule_has_is_marked() -> None:
    told = swept(CUT, "-10bn..-40bn step 10bn")
    assert [level.said for level in told.levels if level.present] == ["-20bn"]
    assert (told.op, told.since, told.until) == ("at_most", "2025-01", "2025-12")


def test_beyond_a_sharper_level_every_alert_is_of_its_severity_and_check_would_refuse() -> None:
    first, second, last = swept(CUT, "-35bn..-45bn step 5bn").levels
    assert (dict(first.by_severity), first.refused) == ({Severity.NOTICE: 1, Severity.HIGH: 1}, ())
    for level in (second, last):
        assert dict(level.by_severity) == {Severity.NOTICE: 0, Severity.HIGH: 1}
        assert level.refused == ("high is at −40 bn",)


def test_an_all_clear_keeps_its_distance() -> None:
    lasting = replace(VALUE, mode=Mode.UNTIL_CLEAR, clear=Condition("above", 1030.0, said="1.03tn"))
    # At 1020 it opens at 1015, ends at 1040 and opens again at 1000; at 1050 only 1060 would end it.
    assert [level.alerts for level in swept(lasting, "1020bn..1050bn step 30bn").levels] == [2, 1]


def test_the_last_five_years_are_counted_apart_where_there_are_five() -> None:
    calm, wild = [1000.0] * 60, [1000.0, 900.0] * 30
    with reading(store_of({"Japan": [*calm, *wild]})) as conn:
        (level,) = sweep(conn, CUT, read_levels("-20bn..-20bn step 1bn", CUT), SOURCES).levels
    assert (level.per_year, level.per_year_recent) == (3.0, 6.0)
    assert [level.per_year_recent for level in swept(CUT, "-20bn..-30bn step 10bn").levels] == [None, None]
