"""
Why a verdict is undecided: what a number needed and was not there, in words.

Only ``explain`` asks this, of a verdict that is undecided already; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from treasury_watch.core.explain.workings import history_of
from treasury_watch.core.figures.datasets import DATASETS, HOLDINGS, Calendar
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.rules.conditions import CONDITIONS
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Condition, Rule, Verdict
from treasury_watch.core.rules.numbers import Numbers
from treasury_watch.core.rules.series import SeriesSpec, series_of
from treasury_watch.core.rules.words import condition_words

_MOST_NAMED = 3


def reasons(rule: Rule, entity: str, row: int, numbers: Numbers) -> list[str]:
    """Everything that was missing for a verdict on this row; of a count its members tell."""
    found: list[str] = []
    if not rule.count:
        found += _of_number(series_of(rule), rule.fire, entity, row, numbers)
        for part in rule.also:
            other = SeriesSpec(part.data, part.measure, rule.combine, rule.basis)
            found += [f"{part.data}: {said}" for said in _of_number(other, part.condition, entity, row, numbers)]
    if rule.among and not rule.count and not numbers.among(rule.among, (entity,), rule.basis)[row, 0]:
        found.append(f"{entity} is outside the top {rule.among.top}, so the rule does not cover it")
    return found or list(_of_earlier(rule, entity, row, numbers))


def _of_number(asked: SeriesSpec, condition: Condition, entity: str, row: int, numbers: Numbers) -> list[str]:
    """What a number, or its comparison, lacks; nothing where it is known."""
    panel = numbers.number(asked)
    column = panel.column(entity)
    if column is None:
        return [f"there is no figure of {entity} at all"]
    if not np.isnan(panel.values[row, column]):
        known = not np.isnan(numbers.comparison(asked, condition).values[row, column])
        return [] if known else [_no_comparison(condition)]
    rows = numbers.view.rows(DATASETS[asked.data].calendar)
    kind, measure = MEASURES[asked.measure.kind], asked.measure
    series = numbers.base(asked).values[:, column]
    fixed = rows.row(measure.since or "", entity)
    needed = kind.reads(measure, row, fixed).needed
    missing = [at for at in needed if at >= 0 and rows.period(at, entity) and np.isnan(series[at])]
    later = numbers.view.panel(asked.data).newest_row()
    if DATASETS[asked.data].calendar is Calendar.MONTH and missing and missing[-1] > later:
        # Of a month that nobody has yet, nobody can be inside All Other.
        return [f"{period_words(rows.period(missing[-1], entity))} is not published yet"]
    said = [_absent(asked, entity, [rows.period(at, entity) for at in missing])] if missing else []
    if needed[0] < 0:
        said.append("history does not reach far enough back")
    if not said:
        lacks = kind.missing(measure, history_of(asked, entity, row, numbers, series))
        said += [lacks] if lacks else []
    return said


def _absent(asked: SeriesSpec, entity: str, periods: list[str]) -> str:
    named = ", ".join(period_words(period) for period in periods[:_MOST_NAMED])
    more = f" and {len(periods) - _MOST_NAMED} more" if len(periods) > _MOST_NAMED else ""
    if asked.combine:
        return f"no figure for one of {', '.join(asked.combine.members)} in {named}{more}"
    inside = " (it is inside All Other, which is not zero)" if asked.data == HOLDINGS else ""
    return f"no figure for {entity} in {named}{more}{inside}"


def _no_comparison(condition: Condition) -> str:
    kind = CONDITIONS[condition.op]
    return f"{condition_words(condition, condition.said)} {kind.missing}" if kind.is_extreme else kind.missing


def _of_earlier(rule: Rule, entity: str, row: int, numbers: Numbers) -> Iterator[str]:
    """Of the periods in a row that ``for`` asks about, those that are undecided themselves."""
    if rule.periods == 1:
        return
    alone = replace(rule, periods=1)
    batch = RuleBatch([alone], numbers, DATASETS[rule.data].calendar)
    series = batch.series(rule.id, entity)
    if series is None:
        return
    verdicts = batch.table(numbers, 0).verdicts[:, series]
    rows = numbers.view.rows(DATASETS[rule.data].calendar)
    for at in range(row, row - rule.periods, -1):
        if at < 0:
            yield f"history does not reach {rule.periods} {batch.calendar.value}s back"
            return
        if verdicts[at] == Verdict.UNDECIDED and at != row:
            yield f"{period_words(rows.period(at, entity))}, one of the {rule.periods} in a row, is undecided"
