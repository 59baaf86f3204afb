"""
A picture of a rule over history: what it compares, its levels, and where it would have fired.

The one door to matplotlib, which takes half a second to load: imported when something is drawn, and not before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from treasury_watch.analysis.backtest import RuleResult
from treasury_watch.core.figures.datasets import DATASETS, Calendar, Unit
from treasury_watch.core.figures.names import entity_words
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.periods import first_day
from treasury_watch.core.figures.quantities import Quantity
from treasury_watch.core.judge.alert import Alert
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.rules.conditions import levels_of
from treasury_watch.core.rules.model import Condition, Mode, Rule, Severity
from treasury_watch.core.rules.numbers import CountSpec, Numbers
from treasury_watch.core.rules.words import condition_words, level_words, span_words, unit_of
from treasury_watch.rulefiles.scale import scale_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_SERIES = 6
"""Series in one picture: those with the most alerts."""
_WIDTH, _HEIGHT, _DOTS = 10.0, 2.4, 130  # inches of a picture, inches of one series, dots an inch
_INK, _PALE, _CLEAR = "#1f3b57", "#8a9aab", "#2e8b57"
MOST_SWEPT = 25
"""Swept levels in one picture; more would be a grey field."""
_COLOURS = {
    Severity.INFO: "#5b8db8",
    Severity.NOTICE: "#d99a00",
    Severity.HIGH: "#d2601a",
    Severity.CRITICAL: "#b00020",
}
_UNITS = {
    Unit.BILLIONS: "$ bn",
    Unit.RATIO: "times",
    Unit.PERCENT: "%",
    Unit.BASIS_POINTS: "bp",
    Unit.PLAIN: "",
}


class Line(NamedTuple):
    """One series of a rule: its days, the number compared on each (NaN where there is none), and its alerts."""

    entity: str
    days: tuple[date, ...]
    values: tuple[float, ...]
    alerts: tuple[Alert, ...]


def lines_of(rule: Rule, result: RuleResult, view: View) -> list[Line]:
    """The series that a rule compares in the periods that were looked at, those with the most alerts first."""
    calendar = DATASETS[rule.data].calendar
    numbers = Numbers(view)
    batch = RuleBatch([rule], numbers, calendar)
    subject = batch.subject(0)
    panel = numbers.count(subject) if isinstance(subject, CountSpec) else numbers.number(subject)
    rows = view.rows(calendar)
    made = []
    for series in range(batch.size):
        entity, column = batch.entity(series), int(batch.column_of[series])
        days, values = [], []
        for row in range(len(rows)):
            period = rows.period(row, entity)
            if period and result.since <= period <= result.until:
                days.append(first_day(period))
                values.append(float(panel.values[row, column]))
        alerts = tuple(alert for alert in result.alerts if alert.entity == entity)
        if not np.isnan(values).all():
            made.append(Line(entity, tuple(days), tuple(values), alerts))
    return sorted(made, key=lambda line: (-len(line.alerts), line.entity))


def draw(rule: Rule, result: RuleResult, view: View, path: Path, swept: Sequence[Quantity] = ()) -> int:
    """
    Write the picture as a PNG; how many series of how many stand in it is for the caller to say.

    ``swept`` are levels that were tried: thin lines, the alerts stay those of the rule as it stands.

    Gives the number of series that the rule has. Raises OSError where the file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    lines = lines_of(rule, result, view)
    shown = lines[:MOST_SERIES] or [Line("no figures", (), (), ())]
    figure = Figure(figsize=(_WIDTH, _HEIGHT * len(shown) + 0.9), dpi=_DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    parts = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
    for axes, line in zip(parts, shown, strict=True):
        _draw(axes, rule, line)
        for level in swept:
            axes.axhline(level.value, color=_PALE, linewidth=0.5, zorder=1.6)
    count = len(result.alerts)
    span = f"{result.since[:7]} to {result.until[:7]}" if result.since else "no data"
    often = f"{count} alert{'s' * (count != 1)}, {result.per_year:.1f} a year, {span}"
    figure.suptitle(f"{rule.id}: {often}", x=0.01, ha="left", fontsize=11, fontweight="bold", color=_INK)
    _explain(figure, parts[0], rule, shown, swept)
    # Whatever its name ends in, it is what was asked for.
    figure.savefig(path, format="png")
    return len(lines)


def _draw(axes: Axes, rule: Rule, line: Line) -> None:
    calendar = DATASETS[rule.data].calendar
    # An axis of dates takes dates; its annotations know only of numbers.
    axes.plot(line.days, line.values, color=_INK, linewidth=1.1, zorder=2)  # type: ignore[arg-type]  # dates
    for severity, condition in _levels(rule):
        for level in levels_of(condition):
            axes.axhline(level, color=_COLOURS[severity], linewidth=0.9, linestyle="--", zorder=1)
    if rule.mode is Mode.UNTIL_CLEAR and rule.clear:
        for level in levels_of(rule.clear):
            axes.axhline(level, color=_CLEAR, linewidth=0.9, linestyle="--", zorder=1)
    compared = dict(zip(line.days, line.values, strict=True))
    for severity in sorted({alert.severity for alert in line.alerts}):
        days = [
            day for alert in line.alerts if alert.severity is severity and (day := first_day(alert.period)) in compared
        ]
        values = [compared[day] for day in days]
        axes.scatter(days, values, s=26, color=_COLOURS[severity], edgecolors="white", linewidths=0.6, zorder=3)  # type: ignore[arg-type]  # dates
    axes.set_title(f"{entity_words(line.entity)}  ({len(line.alerts)})", loc="left", fontsize=9, color=_INK)
    axes.set_ylabel(_unit(rule), fontsize=8, color=_PALE)
    axes.tick_params(labelsize=8, colors="#444444")
    axes.grid(visible=True, color="#e6eaee", linewidth=0.6)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if calendar is Calendar.AUCTION:
        axes.lines[0].set_marker(".")
        axes.lines[0].set_markersize(2.5)


def _explain(figure: Figure, axes: Axes, rule: Rule, shown: Sequence[Line], swept: Sequence[Quantity]) -> None:
    """The legend: what the line is, each level in its author's words, and what a dot is."""
    from matplotlib.lines import Line2D

    compared = "how many satisfy " + condition_words(rule.count, rule.count.said) if rule.count else ""
    measured = compared or span_words(rule.measure, DATASETS[rule.data].calendar)
    keys = [Line2D([], [], color=_INK, linewidth=1.1, label=f"{rule.data}, {measured}")]
    keys += [
        Line2D(
            [], [], color=_COLOURS[severity], linestyle="--" if levels_of(condition) else "", linewidth=0.9,
            marker="o", markersize=5, markeredgecolor="white",
            label=f"{severity.word}: {condition_words(condition, condition.said)}",
        )
        for severity, condition in _levels(rule)
    ]  # fmt: skip
    if rule.mode is Mode.UNTIL_CLEAR and rule.clear:
        clears = f"clear: {condition_words(rule.clear, rule.clear.said)}"
        keys.append(
            Line2D([], [], color=_CLEAR, linestyle="--" if levels_of(rule.clear) else "", linewidth=0.9, label=clears)
        )
    if swept:
        ends = [level_words(level.said, unit_of(rule)) for level in (swept[0], swept[-1])]
        keys.append(Line2D([], [], color=_PALE, linewidth=0.5, label=f"swept: {' … '.join(ends)}"))
    figure.legend(handles=keys, loc="outside lower left", ncols=min(len(keys), 3), fontsize=8, frameon=False)
    if len(shown) == 1:
        axes.margins(x=0.01)


def _levels(rule: Rule) -> list[tuple[Severity, Condition]]:
    return [(rule.severity, rule.fire), *rule.levels]


def _unit(rule: Rule) -> str:
    if rule.count:
        return "how many"
    return _UNITS[scale_of(DATASETS[rule.data], rule.measure).unit] or rule.measure.kind
