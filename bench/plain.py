"""The reference: the same questions asked one rule, one holder, one month at a time, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import mean, stdev

from treasury_watch.core.figures.panels import Panel
from treasury_watch.core.rules.model import Measure, Mode, Rule

Series = Sequence[float]


def count_alerts(rules: Sequence[Rule], panel: Panel) -> int:
    """How many alerts the rules give over the whole panel."""
    columns = [panel.values[:, column].tolist() for column in range(len(panel.columns))]
    ranks = _ranks(columns)
    return sum(_alerts(rule, series, ranks[column]) for rule in rules for column, series in enumerate(columns))


def _alerts(rule: Rule, series: Series, ranks: Sequence[float]) -> int:
    alerts, is_open, sharpest = 0, False, -1
    sharper = rule.levels[0] if rule.levels else None
    for month in range(len(series)):
        if rule.among and not (month and ranks[month - 1] <= rule.among.top):
            continue
        number = _number(rule.measure, series, month)
        if math.isnan(number):
            continue
        breached = number < rule.fire.a
        severity = int(sharper[0]) if sharper and number < sharper[1].a else int(rule.severity)
        if rule.mode is Mode.EACH_RELEASE:
            alerts += breached
        elif breached and (not is_open or severity > sharpest):
            alerts, is_open, sharpest = alerts + 1, True, severity
        elif not breached:
            is_open, sharpest = False, -1
    return alerts


def _number(measure: Measure, series: Series, month: int) -> float:
    if measure.kind == "value":
        return round(series[month], 6)
    n = measure.n or 1
    if month < n:
        return math.nan
    match measure.kind:
        case "change":
            return round(series[month] - series[month - n], 6)
        case "percent_change":
            base = series[month - n]
            return round(100 * (series[month] / base - 1), 6) if base else math.nan
        case _:
            prior = series[month - n : month]
            if any(math.isnan(value) for value in prior):
                return math.nan
            deviation = stdev(prior)
            return round((series[month] - mean(prior)) / deviation, 6) if round(deviation, 6) else math.nan


def _ranks(columns: Sequence[Series]) -> list[list[float]]:
    ranks = [[math.nan] * len(columns[0]) for _ in columns]
    for month in range(len(columns[0])):
        known = sorted((series[month] for series in columns if not math.isnan(series[month])), reverse=True)
        for number, series in enumerate(columns):
            if not math.isnan(series[month]):
                ranks[number][month] = 1 + known.index(series[month])
    return ranks
