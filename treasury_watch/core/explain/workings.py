"""
Workings: the numbers between a series and what is compared, for a person who checks an alert by hand.

The mean and deviation of a score, the highest of a drawdown, the line that a "lowest in" must beat, the members of a
group. Nothing here decides anything: what it needs is read where the evaluator reads it.
"""

from __future__ import annotations

import numpy as np

from treasury_watch.core.figures.datasets import DATASETS, STRESS, Calendar
from treasury_watch.core.figures.panels import STRESS_PRIOR, Floats, aligned, zscore
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import MINUS, number
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.rules.model import Basis, Rule
from treasury_watch.core.rules.numbers import CountSpec, Numbers, rounded
from treasury_watch.core.rules.series import series_of
from treasury_watch.core.rules.words import figure_words, measure_words, when


def workings(rule: Rule, entity: str, row: int, numbers: Numbers, sheet: RuleBatch) -> list[tuple[str, str]]:
    """Label and value of each number on the way, in the order of the way; empty where the figure itself is compared."""
    if rule.count:
        return []
    base = numbers.base(series_of(rule))
    column = base.column(entity)
    if column is None:
        return []
    series = base.values[:, column]
    steps = _members(rule, row, numbers) + _stress(rule, entity, row, numbers)
    steps += _measured(rule, entity, series, row, numbers)
    return steps + _beaten(rule, entity, row, numbers, sheet)


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


def _measured(rule: Rule, entity: str, series: Floats, row: int, numbers: Numbers) -> list[tuple[str, str]]:
    dataset, n = DATASETS[rule.data], rule.measure.n
    unit = "month" if dataset.calendar is Calendar.MONTH else "auction"
    span = f"{n} {unit}{'s' if n != 1 else ''}" if n else f"{unit}s so far"
    reach = row + 1 if n is None else n
    prior = series[max(row - reach, 0) : row]
    own = series[max(row - reach + 1, 0) : row + 1]
    match rule.measure.kind:
        case "zscore" | "versus_mean" if len(prior) == reach and not np.isnan(prior).any():
            steps = [(f"mean of the {span} before", figure_words(dataset, rounded(float(prior.mean()))))]
            if rule.measure.kind == "zscore" and reach > 1:
                steps.append(("their standard deviation", number(float(prior.std(ddof=1)), 3)))
            return steps
        case "drawdown" if not np.isnan(own).all():
            at = row - len(own) + 1 + int(np.nanargmax(own))
            return [(f"highest of the {span}", _figure_at(rule, entity, series, at, numbers))]
        case "sum":
            known = [figure_words(dataset, rounded(float(value)), signed=True) for value in own]
            return [(f"the {span} added up", " ".join(known))] if len(own) <= _MOST_ADDED else []
        case _:
            return []


_MOST_ADDED = 12


def _beaten(rule: Rule, entity: str, row: int, numbers: Numbers, sheet: RuleBatch) -> list[tuple[str, str]]:
    """For "lowest in" and its kin: the value to beat, and when it was."""
    condition = rule.fire
    extreme, _, way = condition.op.partition("_")
    if extreme not in ("lowest", "highest"):
        return []
    subject = sheet.subject(0)
    panel = numbers.count(subject) if isinstance(subject, CountSpec) else numbers.number(subject)
    column = panel.column(entity)
    if column is None:
        return []
    rows = numbers.view.rows(DATASETS[rule.data].calendar)
    values = panel.values[:, column]
    first = max(row - condition.n, 0) if way == "in" else 0
    reach = [
        at
        for at in range(first, row)
        if not np.isnan(values[at]) and (way == "in" or rows.period(at, entity) >= condition.since)
    ]
    if not reach:
        return []
    best = (min if extreme == "lowest" else max)(reach, key=lambda at: float(values[at]))
    words = measure_words(rule, rounded(float(values[best])))
    return [(f"{extreme} before", f"{words} {when(rows.period(best, entity))}, of {len(reach)}")]


def _figure_at(rule: Rule, entity: str, series: Floats, row: int, numbers: Numbers) -> str:
    period: Period = numbers.view.rows(DATASETS[rule.data].calendar).period(row, entity)
    return f"{figure_words(DATASETS[rule.data], rounded(float(series[row])))} {when(period)}"
