"""
Measures: which number of a series is compared. One entry a kind.

To add one: an entry here, its name in ``MEASURES``, and its line in tests/core/rules/test_kinds.py.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from treasury_watch.core.figures import arrays
from treasury_watch.core.figures.arrays import Floats, rounded, shifted
from treasury_watch.core.figures.datasets import GRAND_TOTAL, HOLDINGS, TOTALS, Calendar, Dataset, Entity
from treasury_watch.core.figures.quantities import figure_words, number, period_words, when
from treasury_watch.core.rules import measure_parts as parts
from treasury_watch.core.rules.kinds import (
    AcrossBreak,
    Frame,
    History,
    MeasuredIn,
    MeasureKind,
    Move,
    Reach,
    Takes,
    Working,
    registry,
)
from treasury_watch.core.rules.model import Measure

_MOST_ADDED = 12
"""Figures of a sum that are listed."""


VALUE: Final[MeasureKind] = MeasureKind(
    word=Measure().kind,
    also_written=(),
    takes=Takes.NOTHING,
    least=1,
    help="the figure itself",
    compute=lambda frame, _: frame.values,
    reads=parts.own_row,
    missing=parts.nothing_missing,
    across_break=AcrossBreak.STANDS,
    measured_in=MeasuredIn.DATA,
    fits=parts.fits_all,
    signed=False,
    ranked=True,
    move=Move.OF_FLOWS,
    split_over=parts.one_month,
    span=lambda *_: VALUE.word,
    workings=parts.no_workings,
)

CHANGE: Final = MeasureKind(
    word="change",
    also_written=("delta",),
    takes=Takes.STEPS,
    least=1,
    help="the figure less the one N periods before",
    compute=lambda frame, measure: frame.values - shifted(frame.values, parts.steps(measure)),
    reads=parts.two_ends,
    missing=parts.nothing_missing,
    across_break=AcrossBreak.UNDECIDED,
    measured_in=MeasuredIn.DIFFERENCE,
    fits=parts.fits_all,
    signed=True,
    ranked=True,
    move=Move.ALWAYS,
    split_over=parts.all_months,
    span=lambda measure, calendar: f"change over {parts.span(measure, calendar)}",
    workings=parts.no_workings,
)


PERCENT_CHANGE: Final = MeasureKind(
    word="percent_change",
    also_written=("pct_change",),
    takes=Takes.STEPS,
    least=1,
    help="that change in percent of the earlier figure",
    compute=lambda frame, measure: arrays.percent_change(frame.values, parts.steps(measure)),
    reads=parts.two_ends,
    missing=lambda measure, history: (
        "there is no percentage of zero" if history.values[history.row - parts.steps(measure)] == 0 else ""
    ),
    across_break=AcrossBreak.UNDECIDED,
    measured_in=MeasuredIn.PERCENT,
    fits=lambda dataset, _: (
        f"percent_change says nothing of {dataset.name}, which can be zero or negative; use change"
        if dataset.signed
        else ""
    ),
    signed=True,
    ranked=True,
    move=Move.ALWAYS,
    split_over=parts.all_months,
    span=CHANGE.span,
    workings=parts.no_workings,
)


def _sum_fits(dataset: Dataset, _: bool) -> str:
    if dataset.flow:
        return ""
    bought = "; for what was bought or sold choose data: tic.net_long_term" if dataset.entity is Entity.HOLDER else ""
    return (
        f"sum adds up flows, and {dataset.name} is none; "
        f"for how it changed write {{change: 3 {dataset.calendar.value}s}}{bought}"
    )


def _sum_workings(measure: Measure, history: History) -> list[Working]:
    own = history.values[max(history.row - parts.steps(measure) + 1, 0) : history.row + 1]
    if len(own) > _MOST_ADDED:
        return []
    added = " ".join(figure_words(history.dataset, rounded(value), signed=True) for value in own.tolist())
    return [(f"the {parts.span(measure, history.dataset.calendar)} added up", added)]


SUM: Final = MeasureKind(
    word="sum",
    also_written=(),
    takes=Takes.STEPS,
    least=1,
    help="the last N added up; for flows",
    compute=lambda frame, measure: arrays.total(frame.values, parts.steps(measure)),
    reads=lambda measure, row, _: Reach(
        tuple(range(row - parts.steps(measure) + 1, row + 1)), max(row - parts.steps(measure) + 1, 0)
    ),
    missing=parts.nothing_missing,
    across_break=AcrossBreak.UNDECIDED,
    measured_in=MeasuredIn.DATA,
    fits=_sum_fits,
    signed=True,
    ranked=True,
    move=Move.OF_FLOWS,
    split_over=parts.all_months,
    span=lambda measure, calendar: f"sum of {parts.span(measure, calendar)}",
    workings=_sum_workings,
)

SHARE: Final = MeasureKind(
    word="share",
    also_written=(),
    takes=Takes.NOTHING,
    least=1,
    help="percent of Grand Total",
    compute=lambda frame, _: 100 * frame.values / frame.grand_total,
    reads=parts.own_row,
    missing=lambda *_: f"there is no {GRAND_TOTAL} of that month",
    across_break=AcrossBreak.STANDS,
    measured_in=MeasuredIn.PERCENT,
    fits=lambda dataset, _: (
        ""
        if dataset.name in (HOLDINGS, TOTALS)
        else f"share is of the {GRAND_TOTAL} of holdings; it fits {HOLDINGS} and {TOTALS}"
    ),
    signed=False,
    ranked=True,
    move=Move.NEVER,
    split_over=parts.one_month,
    span=lambda *_: f"share of {GRAND_TOTAL}",
    workings=parts.no_workings,
)


def _rank_fits(dataset: Dataset, summed: bool) -> str:
    if dataset.entity is not Entity.HOLDER:
        return "rank is a place among holders; it fits data of holders"
    return "rank is a place among holders; a group added up has none" if summed else ""


RANK: Final[MeasureKind] = MeasureKind(
    word="rank",
    also_written=(),
    takes=Takes.NOTHING,
    least=1,
    help="place among the holders, 1 is the largest",
    compute=lambda frame, _: arrays.rank(np.where(frame.holders, frame.values, np.nan)),
    reads=parts.own_row,
    missing=parts.nothing_missing,
    across_break=AcrossBreak.STANDS,
    measured_in=MeasuredIn.COUNT,
    fits=_rank_fits,
    signed=False,
    ranked=False,
    move=Move.NEVER,
    split_over=parts.one_month,
    span=lambda *_: RANK.word,
    workings=parts.no_workings,
)


def _mean_workings(measure: Measure, history: History) -> list[Working]:
    prior = history.values[max(history.row - parts.steps(measure), 0) : history.row]
    if len(prior) < parts.steps(measure) or np.isnan(prior).any():
        return []
    span = parts.span(measure, history.dataset.calendar)
    return [(f"mean of the {span} before", figure_words(history.dataset, rounded(float(prior.mean()))))]


def _zscore_workings(measure: Measure, history: History) -> list[Working]:
    mean = _mean_workings(measure, history)
    prior = history.values[max(history.row - parts.steps(measure), 0) : history.row]
    return [*mean, ("their standard deviation", number(float(prior.std(ddof=1)), 3))] if mean else []


def _zscore_missing(measure: Measure, history: History) -> str:
    prior = history.values[history.row - parts.steps(measure) : history.row]
    if np.ptp(prior) < 1e-6:
        return f"the {len(prior)} before are all equal: their standard deviation is 0"
    return ""


ZSCORE: Final = MeasureKind(
    word="zscore",
    also_written=("z",),
    takes=Takes.STEPS,
    least=2,
    help="standard deviations from the mean of the N before, itself excluded",
    compute=lambda frame, measure: arrays.zscore(frame.values, parts.steps(measure)),
    reads=parts.with_those_before,
    missing=_zscore_missing,
    across_break=AcrossBreak.UNDECIDED,
    measured_in=MeasuredIn.DEVIATIONS,
    fits=parts.fits_all,
    signed=False,
    ranked=True,
    move=Move.NEVER,
    split_over=parts.one_month,
    span=lambda measure, calendar: f"standard deviations from the mean of the {parts.span(measure, calendar)} before",
    workings=_zscore_workings,
)

VERSUS_MEAN: Final = MeasureKind(
    word="versus_mean",
    also_written=("mean",),
    takes=Takes.STEPS,
    least=1,
    help="the figure less the mean of the N before",
    compute=lambda frame, measure: arrays.versus_mean(frame.values, parts.steps(measure)),
    reads=parts.with_those_before,
    missing=parts.nothing_missing,
    across_break=AcrossBreak.UNDECIDED,
    measured_in=MeasuredIn.DIFFERENCE,
    fits=parts.fits_all,
    signed=True,
    ranked=True,
    move=Move.NEVER,
    split_over=parts.one_month,
    span=lambda measure, calendar: f"against the mean of the {parts.span(measure, calendar)} before",
    workings=_mean_workings,
)


def _versus(frame: Frame, measure: Measure) -> Floats:
    row = frame.row_of(measure.since or "")
    gap = frame.values - frame.values[row] if row is not None else np.full_like(frame.values, np.nan)
    # Before that period nobody could know it: history judged at once says what it said month by month.
    gap[:row] = np.nan
    return gap


def _versus_missing(measure: Measure, history: History) -> str:
    known = history.fixed is not None and history.fixed <= history.row
    return "" if known else f"{period_words(measure.since or '')} is not known yet"


VERSUS: Final = MeasureKind(
    word="versus",
    also_written=(),
    takes=Takes.PERIOD,
    least=1,
    help="the figure less the one of that period",
    compute=_versus,
    reads=lambda _, row, fixed: Reach((row,), row) if fixed is None else Reach((fixed, row), fixed),
    missing=_versus_missing,
    across_break=AcrossBreak.UNDECIDED,
    measured_in=MeasuredIn.DIFFERENCE,
    fits=lambda dataset, _: (
        "versus compares with a month; for auctions use change or versus_mean"
        if dataset.calendar is Calendar.AUCTION
        else ""
    ),
    signed=True,
    ranked=True,
    move=Move.NEVER,
    split_over=lambda _, row, fixed: row - fixed if fixed is not None and row > fixed else 1,
    span=lambda measure, _: f"against {period_words(measure.since or '')}",
    workings=parts.no_workings,
)


def _runs(word: str, help_: str, sign: int) -> MeasureKind:
    """A run of rises or of falls: two kinds that differ in their sign alone."""
    return MeasureKind(
        word=word,
        also_written=(),
        takes=Takes.NOTHING,
        least=1,
        help=help_,
        compute=lambda frame, _: arrays.runs(frame.values, sign, frame.broken),
        reads=parts.one_step,
        missing=parts.nothing_missing,
        across_break=AcrossBreak.BEGINS_ANEW,
        measured_in=MeasuredIn.COUNT,
        fits=parts.fits_all,
        signed=False,
        ranked=False,
        move=Move.NEVER,
        split_over=parts.one_month,
        span=lambda _, calendar: f"{calendar.value}s {word} in a row",
        workings=parts.no_workings,
    )


FALLING: Final = _runs("falling", "how many periods in a row it has fallen", -1)
RISING: Final = _runs("rising", "how many periods in a row it has risen", +1)


def _drawdown_reach(measure: Measure, row: int, _: int | None) -> Reach:
    if measure.n is None:
        return Reach((row,), 0)
    first = row - measure.n + 1
    return Reach(tuple(range(first, row + 1)), max(first, 0))


def _drawdown_workings(measure: Measure, history: History) -> list[Working]:
    first = 0 if measure.n is None else max(history.row - measure.n + 1, 0)
    own = history.values[first : history.row + 1]
    if np.isnan(own).all():
        return []
    at = first + int(np.nanargmax(own))
    span = parts.span(measure, history.dataset.calendar) if measure.n else f"{history.step}s so far"
    highest = figure_words(history.dataset, rounded(float(history.values[at])))
    return [(f"highest of the {span}", f"{highest} {when(history.period(at))}")]


DRAWDOWN: Final = MeasureKind(
    word="drawdown",
    also_written=(),
    takes=Takes.STEPS_OR_ALL,
    least=1,
    help="the figure less the highest of the last N, or of all: never above 0",
    compute=lambda frame, measure: arrays.drawdown(frame.values, measure.n),
    reads=_drawdown_reach,
    missing=parts.nothing_missing,
    across_break=AcrossBreak.UNDECIDED,
    measured_in=MeasuredIn.DIFFERENCE,
    fits=parts.fits_all,
    signed=True,
    ranked=False,
    move=Move.NEVER,
    split_over=parts.one_month,
    span=lambda measure, calendar: f"below the highest of {parts.span(measure, calendar)}",
    workings=_drawdown_workings,
)

PERCENTILE: Final = MeasureKind(
    word="percentile",
    also_written=(),
    takes=Takes.STEPS_OR_ALL,
    least=1,
    help="percent of the N before, or of all, that are lower, equal ones half: 0 to 100; "
    "nine tenths of the N must be known, of all 12",
    compute=lambda frame, measure: arrays.percentile(frame.values, measure.n),
    reads=lambda measure, row, _: Reach((row,), 0 if measure.n is None else max(row - measure.n, 0)),
    missing=parts.percentile_missing,
    across_break=AcrossBreak.UNDECIDED,
    measured_in=MeasuredIn.PERCENTILE,
    fits=parts.fits_all,
    signed=False,
    ranked=False,
    move=Move.NEVER,
    split_over=parts.one_month,
    span=lambda measure, calendar: f"percentile among {parts.among(measure, calendar)}",
    workings=parts.percentile_workings,
)

MEASURES: Final = registry(
    VALUE, CHANGE, PERCENT_CHANGE, SUM, SHARE, RANK, ZSCORE, VERSUS_MEAN, VERSUS, FALLING, RISING, DRAWDOWN, PERCENTILE
)
"""Every kind of measure, in the order of rules/README."""

STEP: Final = Measure(CHANGE.word, 1)
"""The change from the period before."""


def misfit(kind: MeasureKind, dataset: Dataset, *, summed: bool = False) -> str:
    """Why data have no such measure, and what to write instead; empty where they have. ``summed``: a group's sum."""
    found = kind.fits(dataset, summed)
    if not found and dataset.revises and kind is not VALUE:
        return "a revision is compared as it is; leave measure out"
    return found
