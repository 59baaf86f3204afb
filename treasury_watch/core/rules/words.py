"""
The words that every message shares: how a number, a level and a span of time are said.

Pure, and the same on every channel: every number has its unit, a sign is a true minus.
"""

from __future__ import annotations

import re
from decimal import Decimal

from treasury_watch.core.figures.datasets import DATASETS, Calendar, Unit
from treasury_watch.core.figures.quantities import (
    Unreadable,
    basis_points,
    figure_words,
    number,
    points,
    quantity,
    read_quantity,
)
from treasury_watch.core.rules.conditions import CONDITIONS
from treasury_watch.core.rules.kinds import MeasuredIn, Takes
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Condition, Measure, Rule

_LEVEL = re.compile(r"([-+−]?[\d.,]+)\s*(tn|bn|mn|bp|pts|%|x)?")


def measure_words(rule: Rule, value: float | None) -> str:
    """What was compared, with its unit: ``−47.7 bn``, ``−2.3``, ``15``."""
    if rule.count and value is not None:
        return number(value, 0)
    return measured_words(rule.data, rule.measure, value)


def measured_words(data: str, measure: Measure, value: float | None) -> str:
    """A measure of some data, with its unit. Between two shares lie points, between two rates basis points."""
    if value is None:
        return "n/a"
    dataset, kind = DATASETS[data], MEASURES[measure.kind]
    match percent_unit(data, measure):
        case "bp":
            return basis_points(100 * value, signed=True)
        case "pts":
            return points(value, dataset.decimals, signed=True)
    match kind.measured_in:
        case MeasuredIn.COUNT:
            return number(value, 0)
        case MeasuredIn.DEVIATIONS:
            return number(value, 2)
        case MeasuredIn.PERCENTILE:
            return number(value, 1)
        case MeasuredIn.PERCENT:
            return quantity(value, Unit.PERCENT, 1, signed=kind.signed)
        case MeasuredIn.DATA | MeasuredIn.DIFFERENCE:
            return figure_words(dataset, value, signed=kind.signed)


def percent_unit(data: str, measure: Measure) -> str:
    """What a measure of percentages is said in, value and level alike: ``%``, ``pts`` or ``bp``; empty of others."""
    dataset, measured_in = DATASETS[data], MEASURES[measure.kind].measured_in
    if dataset.unit is not Unit.PERCENT or not measured_in.of_data:
        return ""
    if measured_in is MeasuredIn.DATA:
        return "%"
    return "bp" if dataset.rate else "pts"


def unit_of(rule: Rule) -> str:
    """``percent_unit`` of what a rule compares; of a count it is none."""
    return "" if rule.count else percent_unit(rule.data, rule.measure)


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
    kind = CONDITIONS[condition.op]
    level = level_words(said, unit)
    if kind.takes is Takes.TRUE or not level:
        return kind.words
    return level if level.startswith(kind.words) else f"{kind.words} {level}"


def threshold_words(condition: Condition, said: str, unit: str = "") -> str:
    """``−30 bn or worse``; ``below 1.1 tn``; ``lowest in 24 auctions``. ``unit`` as in ``level_words``."""
    return CONDITIONS[condition.op].threshold(level_words(said, unit), condition.a)


def span_words(measure: Measure, calendar: Calendar) -> str:
    """How a measure is named in a sentence: ``change over 3 months``."""
    return MEASURES[measure.kind].span(measure, calendar)
