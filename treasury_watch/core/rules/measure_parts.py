"""
What several kinds of measure share: the rows they read, the months they cover, their span in words.

And what a percentile is among.
"""

from __future__ import annotations

import numpy as np

from treasury_watch.core.figures import arrays
from treasury_watch.core.figures.arrays import Floats, rounded
from treasury_watch.core.figures.datasets import Calendar, Dataset
from treasury_watch.core.rules.kinds import History, Reach, Working
from treasury_watch.core.rules.model import Measure


def steps(measure: Measure) -> int:
    """How many periods it looks back."""
    return measure.n or 1


def span(measure: Measure, calendar: Calendar) -> str:
    """``3 months``; ``all months``."""
    step = calendar.value
    return f"{measure.n} {step}{'s' if measure.n != 1 else ''}" if measure.n else f"all {step}s"


def own_row(_: Measure, row: int, __: int | None) -> Reach:
    """The row itself."""
    return Reach((row,), row)


def two_ends(measure: Measure, row: int, _: int | None) -> Reach:
    """The row, and that of so many periods before."""
    return Reach((row - steps(measure), row), max(row - steps(measure), 0))


def with_those_before(measure: Measure, row: int, _: int | None) -> Reach:
    """The row, and each of so many before."""
    return Reach(tuple(range(row - steps(measure), row + 1)), max(row - steps(measure), 0))


def one_step(_: Measure, row: int, __: int | None) -> Reach:
    """The row and the one before; further back only a run goes, as far as it lasts."""
    return Reach((row - 1, row), row)


def nothing_missing(_: Measure, __: History) -> str:
    """Nothing, where its figures are there."""
    return ""


def fits_all(_: Dataset, __: bool) -> str:
    """Every dataset has it."""
    return ""


def one_month(_: Measure, __: int, ___: int | None) -> int:
    """The split is of the month itself."""
    return 1


def all_months(measure: Measure, _: int, __: int | None) -> int:
    """The split is of all the months that it looks back over."""
    return steps(measure)


def no_workings(_: Measure, __: History) -> list[Working]:
    """The figures themselves are all there is to check."""
    return []


def _prior(measure: Measure, history: History) -> Floats:
    """The known ones of those before that a percentile is among."""
    first = 0 if measure.n is None else max(history.row - measure.n, 0)
    prior = history.values[first : history.row]
    return arrays.exact(prior[~np.isnan(prior)])


def among(measure: Measure, calendar: Calendar) -> str:
    """``the 12 months before``; ``all months before``."""
    return f"{'the ' if measure.n else ''}{span(measure, calendar)} before"


def percentile_missing(measure: Measure, history: History) -> str:
    """That too few of those before are known."""
    known, needed = len(_prior(measure, history)), arrays.enough(measure.n)
    if known >= needed:
        return ""
    return f"known of {among(measure, history.dataset.calendar)}: {known}; needed: {needed}"


def percentile_workings(measure: Measure, history: History) -> list[Working]:
    """How many are known, and how they stand to the figure."""
    own, prior = rounded(float(history.values[history.row])), _prior(measure, history)
    if own is None or len(prior) < arrays.enough(measure.n):
        return []
    lower, equal = int((prior < own).sum()), int((prior == own).sum())
    counted = f"{lower} lower, {equal} equal, {len(prior) - lower - equal} higher"
    return [(f"known of {among(measure, history.dataset.calendar)}", f"{len(prior)}: {counted}")]
