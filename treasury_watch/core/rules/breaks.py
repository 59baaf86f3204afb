"""
Breaks: months in which what is held changed without anyone trading.

The step into such a month says nothing, so whatever compares with the month before is undecided there. What looks
further back is decided, and says that it crosses a break. Levels compare with nothing earlier: they stand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from treasury_watch.core.figures.arrays import Bools
from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.figures.names import Break
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.core.rules.conditions import CONDITIONS
from treasury_watch.core.rules.kinds import AcrossBreak
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Condition, Measure, Rule


def looks_back(measure: Measure) -> bool:
    """Tell whether the measure compares with an earlier period."""
    return MEASURES[measure.kind].across_break is not AcrossBreak.STANDS


def broken(view: View, data: str, columns: Sequence[str], members: Sequence[str] = ()) -> Bools | None:
    """
    Rows × columns: whether the month is a break of that series; None where none is.

    ``members`` are those of a group that is summed as the one column: it breaks where one of them does.
    """
    found = [(row, one) for one in view.breaks if (row := view.months.row(one.period)) is not None]
    if not DATASETS[data].held or not found:
        return None
    marked = np.zeros((len(view.months), len(columns)), dtype=bool)
    for row, one in found:
        if members:
            marked[row] |= any(one.concerns(member) for member in members)
        else:
            marked[row] |= [one.concerns(column) for column in columns]
    return marked if marked.any() else None


def at(view: View, rule: Rule, entity: str, period: Period) -> list[Break]:
    """The breaks of an entity's series in that very month."""
    return [one for one in _concerning(view, rule, entity) if one.period == period]


def crossed(view: View, rule: Rule, entity: str, period: Period) -> list[Break]:
    """The breaks between the earliest period that the rule's number looks back on and this one, oldest first."""
    row = view.months.row(period)
    concerning = _concerning(view, rule, entity)
    if row is None or not concerning:
        return []
    reaches = [_reach(view, rule.measure, row), *(_reach_of(view, asked, row) for asked in _asked(rule))]
    first = min(reaches)
    return [one for one in concerning if first < (view.months.row(one.period) or 0) <= row]


def words(crossing: Sequence[Break]) -> str:
    """``Looks back across a break of the series in Jun 2021: …``; empty where nothing is crossed."""
    if not crossing:
        return ""
    last = crossing[-1]
    when = f"in {period_words(last.period)}: {last.reason}"
    if len(crossing) == 1:
        return f"Looks back across a break of the series {when}."
    return f"Looks back across {len(crossing)} breaks of the series, the last {when}."


def _asked(rule: Rule) -> list[Condition]:
    return [rule.fire, *(level for _, level in rule.levels)]


def _concerning(view: View, rule: Rule, entity: str) -> list[Break]:
    if not DATASETS[rule.data].held:
        return []
    whose = rule.combine.members if rule.combine else (entity,)
    if rule.count:
        # A count is about many: what breaks everyone's series breaks it.
        return [one for one in view.breaks if not one.entities]
    return [one for one in view.breaks if any(one.concerns(name) for name in whose)]


def _reach(view: View, measure: Measure, row: int) -> int:
    """The earliest row that a measure of this row looks at."""
    return MEASURES[measure.kind].reads(measure, row, view.months.row(measure.since or "")).first


def _reach_of(view: View, condition: Condition, row: int) -> int:
    """The earliest row that a condition on this row's number looks at."""
    return CONDITIONS[condition.op].reads(condition, row, view.months.row(condition.since[:7]))
