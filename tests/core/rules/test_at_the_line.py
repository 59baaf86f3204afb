"""Every measure, a printed step short of the line, at the line and beyond it; and one period short of its history."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.core.small import monthly, rule, said, view
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Condition, Measure


class Line(NamedTuple):
    """
    A series of Japan whose last value brings a measure exactly to a level.

    ``needed`` is how many values the measure needs, the last among them; ``step`` moves the measure by the least that
    is printed (of counted measures, by one), ``below`` is the last value that does so downwards, ``above`` upwards.
    """

    measure: Measure
    values: str
    level: float
    below: str
    above: str
    needed: int
    data: str = "tic.holdings"
    others: str = ""


LINES = {
    "value": Line(Measure(), "1100.0", 1100.0, "1099.9", "1100.1", 1),
    "change": Line(Measure("change", 1), "1061.4 1031.4", -30.0, "1031.3", "1031.5", 2),
    "change over 3": Line(Measure("change", 3), "1061.4 1 1 1031.4", -30.0, "1031.3", "1031.5", 4),
    "percent_change": Line(Measure("percent_change", 1), "1000.0 950.0", -5.0, "949.9", "950.1", 2),
    "sum": Line(Measure("sum", 3), "0.1 0.2 0.3", 0.6, "0.2", "0.4", 3, "tic.net_long_term"),
    "share": Line(Measure("share"), "30.0", 30.0, "29.9", "30.1", 1),
    "rank": Line(Measure("rank"), "50.0", 2.0, "60.0", "40.0", 1, others="55.0 45.0"),
    "zscore": Line(Measure("zscore", 3), "1.0 2.0 3.0 0.0", -2.0, "-0.1", "0.1", 4),
    "versus_mean": Line(Measure("versus_mean", 3), "0.1 0.2 0.3 0.1", -0.1, "0.0", "0.2", 4),
    "versus": Line(Measure("versus", since="2025-01"), "4.3 9.0 4.2", -0.1, "4.1", "4.3", 1),
    "falling": Line(Measure("falling"), "4.0 3.0 2.0", 2.0, "3.0", "_", 2),
    "rising": Line(Measure("rising"), "1.0 2.0 3.0", 2.0, "2.0", "_", 2),
    "drawdown of all": Line(Measure("drawdown"), "5.0 9.3 9.0", -0.3, "8.9", "9.1", 1),
    "drawdown of 2": Line(Measure("drawdown", 2), "20.0 9.3 9.0", -0.3, "8.9", "9.1", 2),
    "percentile of 3": Line(Measure("percentile", 3), "1.0 2.0 3.0 2.0", 50.0, "1.9", "2.1", 4),
    "percentile of all": Line(Measure("percentile"), "1 1 1 1 1 2 2 3 3 3 3 3 2.0", 50.0, "1.9", "2.1", 13),
}


def last(line: Line, values: str, op: str) -> str:
    """What the rule says of Japan's last month: ``B``, ``c`` or ``?``."""
    figures = monthly({"Japan": values}, line.data) | monthly(
        {"Grand Total": "100.0 " * len(values.split())}, "tic.totals"
    )
    for number, other in enumerate(line.others.split()):
        figures |= monthly({("Belgium", "France")[number]: other}, line.data)
    asked = rule(Condition(op, line.level), data=line.data, measure=line.measure)
    return said(asked, view(figures))["Japan"][-1]


def with_last(line: Line, value: str) -> str:
    return " ".join([*line.values.split()[:-1], value])


@pytest.mark.parametrize("name", LINES)
def test_the_line_itself_belongs_to_at_most_and_at_least_alone(name: str) -> None:
    line = LINES[name]
    found = {op: last(line, line.values, op) for op in ("below", "at_most", "at_least", "above")}
    assert found == {"below": "c", "at_most": "B", "at_least": "B", "above": "c"}


@pytest.mark.parametrize("name", LINES)
def test_the_least_printed_step_below_the_line_is_below_it(name: str) -> None:
    line = LINES[name]
    beyond = with_last(line, line.below)
    found = {op: last(line, beyond, op) for op in ("below", "at_most", "at_least", "above")}
    assert found == {"below": "B", "at_most": "B", "at_least": "c", "above": "c"}


@pytest.mark.parametrize("name", [name for name, line in LINES.items() if line.above != "_"])
def test_the_least_printed_step_above_the_line_is_above_it(name: str) -> None:
    line = LINES[name]
    beyond = with_last(line, line.above)
    found = {op: last(line, beyond, op) for op in ("below", "at_most", "at_least", "above")}
    assert found == {"below": "c", "at_most": "c", "at_least": "B", "above": "B"}


@pytest.mark.parametrize("name", LINES)
def test_a_period_short_of_its_history_a_measure_is_undecided(name: str) -> None:
    line = LINES[name]
    values = line.values.split()[-line.needed :]
    enough, short = " ".join(values), " ".join(values[1:])
    if line.measure.kind != "versus":  # its fixed month is the first here, whatever is left out
        assert last(line, enough, "at_most") in "Bc"
    if short:
        assert last(line, short, "at_most") == "?"


def test_no_measure_is_left_out() -> None:
    assert {line.measure.kind for line in LINES.values()} == set(MEASURES)
