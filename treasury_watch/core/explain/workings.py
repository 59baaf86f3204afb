"""
Workings: the numbers between a series and what is compared, for a person who checks an alert by hand.

The mean and deviation of a score, the highest of a drawdown, the line that a "lowest in" must beat, the members of a
group. Nothing here decides anything: what it needs is read where the evaluator reads it.
"""

from __future__ import annotations

import numpy as np

from treasury_watch.core.figures.arrays import Floats, rounded, zscore
from treasury_watch.core.figures.datasets import DATASETS, STRESS
from treasury_watch.core.figures.panels import STRESS_PRIOR, aligned
from treasury_watch.core.figures.quantities import MINUS, figure_words, number, when
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.rules.conditions import CONDITIONS
from treasury_watch.core.rules.kinds import History, Side
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Basis, Rule
from treasury_watch.core.rules.numbers import CountSpec, Numbers
from treasury_watch.core.rules.series import SeriesSpec, series_of
from treasury_watch.core.rules.words import measure_words


def workings(rule: Rule, entity: str, row: int, numbers: Numbers, batch: RuleBatch) -> list[tuple[str, str]]:
    """Label and value of each number on the way, in the order of the way; empty where the figure itself is compared."""
    if rule.count:
        return []
    base = numbers.base(series_of(rule))
    column = base.column(entity)
    if column is None:
        return []
    series = base.values[:, column]
    steps = _members(rule, row, numbers) + _stress(rule, entity, row, numbers)
    history = history_of(series_of(rule), entity, row, numbers, series)
    steps += MEASURES[rule.measure.kind].workings(rule.measure, history)
    return steps + _beaten(rule, entity, row, numbers, batch)


def _members(rule: Rule, row: int, numbers: Numbers) -> list[tuple[str, str]]:
    if rule.combine is None:
        return []
    view = numbers.view.first if rule.basis is Basis.FIRST_PUBLISHED else numbers.view
    members = rule.combine.members
    values = aligned(view.panel(rule.data), members)[row]
    words = [figure_words(DATASETS[rule.data], rounded(float(value))) for value in values]
    return [("made of", "; ".join(f"{name} {figure}" for name, figure in zip(members, words, strict=True)))]


def _stress(rule: Rule, entity: str, row: int, numbers: Numbers) -> list[tuple[str, str]]:
    """The three scores that an auction's stress is the mean of, each signed so that more is weaker."""
    if rule.data != STRESS:
        return []
    view = numbers.view.first if rule.basis is Basis.FIRST_PUBLISHED else numbers.view
    steps, signed = [], []
    for data, (name, sign) in zip(DATASETS[STRESS].parts, _STRESS_PARTS, strict=True):
        values = aligned(view.panel(data), (entity,))
        value, score = rounded(float(values[row, 0])), rounded(float(zscore(values, STRESS_PRIOR)[row, 0]))
        words = number(score, 2) if score is not None else "n/a"
        steps.append(
            (f"z({name})", f"{words}: {figure_words(DATASETS[data], value)} against the {STRESS_PRIOR} before")
        )
        signed.append(f"{sign} {f'({words})' if score is not None and score < 0 else words}")
    formula = " ".join(signed).replace(f"{MINUS} ", MINUS, 1)
    return [*steps, ("stress", f"({formula}) / 3")]


_STRESS_PARTS = (("bid-to-cover", MINUS), ("dealers", "+"), ("indirects", MINUS))


def history_of(asked: SeriesSpec, entity: str, row: int, numbers: Numbers, series: Floats) -> History:
    """One entity's series up to a row, as the kinds of measures read it."""
    rows = numbers.view.rows(DATASETS[asked.data].calendar)
    fixed = rows.row(asked.measure.since or "", entity)
    return History(DATASETS[asked.data], series, row, fixed, lambda at: rows.period(at, entity))


def _beaten(rule: Rule, entity: str, row: int, numbers: Numbers, batch: RuleBatch) -> list[tuple[str, str]]:
    """For "lowest in" and its kin: the value to beat, and when it was."""
    condition, kind = rule.fire, CONDITIONS[rule.fire.op]
    if not kind.is_extreme:
        return []
    subject = batch.subject(0)
    panel = numbers.count(subject) if isinstance(subject, CountSpec) else numbers.number(subject)
    column = panel.column(entity)
    if column is None:
        return []
    rows = numbers.view.rows(DATASETS[rule.data].calendar)
    values = panel.values[:, column]
    first = max(row - condition.n, 0) if condition.n else 0
    reach = [at for at in range(first, row) if not np.isnan(values[at]) and rows.period(at, entity) >= condition.since]
    if not reach:
        return []
    low = kind.side is Side.LOW
    best = (min if low else max)(reach, key=lambda at: float(values[at]))
    words = measure_words(rule, rounded(float(values[best])))
    return [(f"{'lowest' if low else 'highest'} before", f"{words} {when(rows.period(best, entity))}, of {len(reach)}")]
