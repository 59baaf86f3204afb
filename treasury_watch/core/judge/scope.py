"""
What one release can have said anything new about: the rows that are new, and those that it may have changed.

A verdict never reads a later row, so nothing before the oldest changed figure can have turned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from treasury_watch.core.figures.arrays import Bools
from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.figures.panels import Rows, View
from treasury_watch.core.figures.published import Change, Period
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.judge.episodes import Ints
from treasury_watch.core.judge.told import BEYOND
from treasury_watch.core.rules.numbers import newest_rows


class Scope:
    """
    The rows of one batch of rules and one release, from ``first_row`` of the view on.

    ``new`` and ``old`` are rows × series: the periods judged for the first time, and those that were there before.
    ``start`` is each series' first row that is judged; ``newest`` and ``newest_before`` are its last published rows.
    What opens or fires up to ``silent_until`` is not told: at a source's first release (``baseline``), all of it, but
    for what ``news_after`` says of a dataset that later releases have followed already.
    """

    def __init__(
        self,
        batch: RuleBatch,
        after: View,
        before: View | None,
        changes: Sequence[Change] | None,
        judged_after: Mapping[str, Period],
        *,
        baseline: bool = False,
        news_after: Mapping[str, Period] = MappingProxyType({}),
    ) -> None:
        self.rows: Rows = after.rows(batch.calendar)
        self.newest = _newest(batch, after)
        self.newest_before = _newest(batch, before) if before else np.full(batch.size, -1, dtype=np.int32)
        self.silent_until: Ints = self.newest.copy() if baseline else np.full(batch.size, -1, dtype=np.int32)
        for data, period in news_after.items():
            self._count_as_new(batch, data, period)
        self.first_row = self._first_row(batch, changes)
        # Of the rows that `for` looks back on, the first lack those before them; none of them has changed.
        begin = self.first_row + (batch.margin() if self.first_row else 0)
        self.start: Ints = np.full(batch.size, begin, dtype=np.int32)
        for rule_id, period in judged_after.items():
            self._begin_after(batch, rule_id, period)
        row = np.arange(self.first_row, len(self.rows), dtype=np.int32)[:, None]
        judged = row >= self.start
        self.new: Bools = judged & (row > self.newest_before) & (row <= self.newest)
        self.old: Bools = judged & (row <= self.newest_before)

    def _first_row(self, batch: RuleBatch, changes: Sequence[Change] | None) -> int:
        if changes is None:
            return 0
        touched = [
            row
            for change in changes
            if DATASETS[change.dataset].calendar is batch.calendar
            and (row := self.rows.row(change.period, change.entity)) is not None
        ]
        # A month in which nothing at all was published is passed over like any other, though no change speaks of it.
        passed = self.newest_before[self.newest > self.newest_before] + 1
        first_passed = int(passed.min()) if passed.size else len(self.rows)
        return max(min([*touched, first_passed]) - batch.margin(), 0)

    def _count_as_new(self, batch: RuleBatch, data: str, period: Period) -> None:
        """Count what a dataset has after a period as new, even where it was known before."""
        for rule in batch.rules:
            for series in batch.series_range(rule.id) if rule.data == data else ():
                last = int(self.newest_before[series])
                while last >= 0 and self.rows.period(last, batch.entity(series)) > period:
                    last -= 1
                self.newest_before[series] = self.silent_until[series] = last

    def _begin_after(self, batch: RuleBatch, rule_id: str, period: Period) -> None:
        """Let a rule that was worded while the bot ran be judged from the period after one that was there already."""
        series = batch.series_range(rule_id)
        if not period or not series:
            return
        columns = [batch.entity(one) for one in series]
        later = self.rows.at_or_after(period, columns)
        for one, entity, mask in zip(series, columns, later.T, strict=True):
            own = self.rows.row(period, entity)
            if own is not None:
                mask[own] = False
            first = int(np.argmax(mask)) if mask.any() else len(self.rows)
            self.start[one] = max(self.start[one], first)

    def pass_over(self, series: Bools) -> None:
        """Leave some series unjudged."""
        self.start[series] = len(self.rows)
        self.new[:, series] = self.old[:, series] = False

    def judge_only_new(self, series: Bools) -> None:
        """Leave the old periods of some series as they are."""
        self.start[series] = np.maximum(self.start, self.newest_before + 1)[series]
        self.old[:, series] = False

    def period_at(self, row: int, entity: str) -> Period:
        """The period of a row, or of the first after it that has one; beyond all periods where there is none."""
        for at in range(row, len(self.rows)):
            if period := self.rows.period(at, entity):
                return period
        return BEYOND


def _newest(batch: RuleBatch, view: View) -> Ints:
    """Per series, the last published row of its data in a view; -1 where there is none."""
    newest = [newest_rows(view, data, columns) for data, columns in batch.layouts]
    begins = np.cumsum([0, *map(len, newest)])[:-1].astype(np.int32)
    flat = np.array([row for rows in newest for row in rows], dtype=np.int32)
    rows: Ints = flat[begins[batch.layout_of()] + batch.column_of]
    return rows
