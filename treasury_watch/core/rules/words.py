"""
The words that every message shares: how a number, a level and a span of time are said.

Pure, and the same on every channel: every number has its unit, a sign is a true minus.
"""

from __future__ import annotations

import re
from decimal import Decimal

from treasury_watch.core.figures.datasets import DATASETS, GRAND_TOTAL, RATES, Calendar, Dataset, Unit
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import (
    Unreadable,
    basis_points,
    number,
    period_words,
    points,
    quantity,
    read_quantity,
)
from treasury_watch.core.rules.model import Condition, Measure, Rule

_SIGNED = frozenset({"change", "percent_change", "versus_mean", "versus", "drawdown", "sum"})
_DIFFERENCES = frozenset({"change", "versus", "versus_mean", "drawdown"})
_PERCENT = frozenset({"percent_change", "share"})
_PLAIN = frozenset({"zscore", "rank", "falling", "rising"})
_LEVEL = re.compile(r"([-+−]?[\d.,]+)\s*(tn|bn|mn|bp|pts|%|x)?")
_OPS = {
    "below": "below",
    "above": "above",
    "at_most": "at or below",
    "at_least": "at or above",
    "outside": "outside",
    "lowest_in": "lowest in",
    "highest_in": "highest in",
    "lowest_since": "lowest since",
    "highest_since": "highest since",
    "changes": "a change",
}


def measure_words(rule: Rule, value: float | None) -> str:
    """What was compared, with its unit: ``−47.7 bn``, ``−2.3``, ``15``."""
    if rule.count and value is not None:
        return number(value, 0)
    return measured_words(rule.data, rule.measure, value)


def measured_words(data: str, measure: Measure, value: float | None) -> str:
    """A measure of some data, with its unit. Between two shares lie points, between two rates basis points."""
    if value is None:
        return "n/a"
    dataset, kind = DATASETS[data], measure.kind
    if kind in {"rank", "falling", "rising"}:
        return number(value, 0)
    match percent_unit(data, measure):
        case "bp":
            return basis_points(100 * value, signed=True)
        case "pts":
            return points(value, dataset.decimals, signed=True)
    if kind in _PERCENT:
        return quantity(value, Unit.PERCENT, 1, signed=kind == "percent_change")
    if kind in _PLAIN:
        return number(value, 2)
    return figure_words(dataset, value, signed=kind in _SIGNED)


def percent_unit(data: str, measure: Measure) -> str:
    """What a measure of percentages is said in, value and level alike: ``%``, ``pts`` or ``bp``; empty of others."""
    if DATASETS[data].unit is not Unit.PERCENT:
        return ""
    if measure.kind in _DIFFERENCES:
        return "bp" if data in RATES else "pts"
    return "%" if measure.kind == "value" else ""


def unit_of(rule: Rule) -> str:
    """``percent_unit`` of what a rule compares; of a count it is none."""
    return "" if rule.count else percent_unit(rule.data, rule.measure)


def figure_words(dataset: Dataset, value: float | None, *, signed: bool = False) -> str:
    """A figure of a dataset as it is read: billions to one decimal whatever the file prints."""
    if value is None:
        return "n/a"
    return quantity(value, dataset.unit, 1 if dataset.unit is Unit.BILLIONS else dataset.decimals, signed=signed)


def level_words(said: str, unit: str = "") -> str:
    """
    A level as its author wrote it, spaced and signed as everywhere: ``-30bn`` is ``−30 bn``.

    ``unit`` is that of ``percent_unit``: a level written in another, 0.12% for 12 bp, is said in it.
    """
    if " to " in said:
        return " to ".join(level_words(end, unit) for end in said.split(" to "))
    if unit:
        said = _in_unit(said.strip(), unit)
    found = _LEVEL.fullmatch(said.strip())
    if not found:
        return said.replace("_", " ")
    level, unit = found[1].replace("-", "−"), found[2] or ""
    return f"{level} {unit}" if unit in {"tn", "bn", "mn", "bp", "pts"} else f"{level}{unit}"


def _in_unit(said: str, unit: str) -> str:
    try:
        percent = Decimal(repr(read_quantity(said, Unit.PERCENT, rate=True).value))
    except Unreadable:
        return said  # "lowest in 24 auctions"
    if said.endswith("bp") == (unit == "bp"):
        return said if unit == "bp" else f"{said.removesuffix('%')}{unit}"
    return f"{(100 * percent if unit == 'bp' else percent).normalize():f}{unit}"


def condition_words(condition: Condition, said: str, unit: str = "") -> str:
    """``below −30 bn``; ``lowest in 24 auctions``. ``unit`` as in ``level_words``."""
    words = _OPS[condition.op]
    level = level_words(said, unit)
    if condition.op == "changes" or not level:
        return words
    return level if level.startswith(words) else f"{words} {level}"


def span_words(measure: Measure, calendar: Calendar) -> str:
    """How a measure is named in a sentence: ``change over 3 months``."""
    unit = "month" if calendar is Calendar.MONTH else "auction"
    span = f"{measure.n} {unit}{'s' if measure.n != 1 else ''}" if measure.n else f"all {unit}s"
    match measure.kind:
        case "change" | "percent_change":
            return f"change over {span}"
        case "sum":
            return f"sum of {span}"
        case "share":
            return f"share of {GRAND_TOTAL}"
        case "zscore":
            return f"standard deviations from the mean of the {span} before"
        case "versus_mean":
            return f"against the mean of the {span} before"
        case "versus":
            return f"against {period_words(measure.since or '')}"
        case "falling" | "rising":
            return f"{unit}s {measure.kind} in a row"
        case "drawdown":
            return f"below the highest of {span}"
        case kind:
            return kind


def when(period: Period) -> str:
    """``in Mar 2026``; ``on 11 Feb 2026``."""
    return f"{'on' if len(period) > len('2026-03') else 'in'} {period_words(period)}"
