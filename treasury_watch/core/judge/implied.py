"""
What the figures of a view imply under the rules: the alerts and episodes that should stand, whatever was told.

A pure fold over the verdicts of all periods, oldest first. ``news`` compares it with what was told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from treasury_watch.core.figures.datasets import Calendar
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.judge.batch import RuleBatch, VerdictTable
from treasury_watch.core.judge.cells import alerts_of
from treasury_watch.core.judge.episodes import Cells, Events, States, fold
from treasury_watch.core.judge.findings import Findings
from treasury_watch.core.judge.scope import Scope
from treasury_watch.core.judge.told import OpenEpisode
from treasury_watch.core.rules.model import Rule, Severity, Verdict
from treasury_watch.core.rules.numbers import Numbers

RULES_AT_ONCE = 1000
"""Rules evaluated in one batch: what bounds memory, however many rules there are."""


class ImpliedAlerts(NamedTuple):
    """
    What one batch of rules implies over the rows of ``scope``.

    ``events`` are what opens, sharpens and ends, oldest first; ``after`` is where each series stands after the last
    row.
    """

    batch: RuleBatch
    numbers: Numbers
    scope: Scope
    table: VerdictTable
    events: Events
    after: States

    def fired(self) -> list[Alert]:
        """Every breach that is news, as alerts, oldest first."""
        findings = Findings()
        findings.add_new(self.events.only(~self.events.ends))
        return alerts_of(findings, self.batch, self.numbers, self.scope.rows)

    def open_episodes(self) -> list[OpenEpisode]:
        """What is open after the last row."""
        return [
            OpenEpisode(
                self.batch.rule(series).id,
                entity := self.batch.entity(series),
                self.scope.rows.period(int(self.after.since[series]), entity),
                Severity(int(self.after.severity[series])),
            )
            for series in np.flatnonzero(self.after.open).tolist()
        ]

    def open_at_present(self) -> list[Alert]:
        """What is open, as alerts about the newest period: told with the figures that it has now."""
        findings = Findings()
        for series in np.flatnonzero(self.after.open).tolist():
            severity = int(self.after.severity[series])
            findings.add(int(self.scope.newest[series]), series, AlertKind.FIRED, severity)
        return alerts_of(findings, self.batch, self.numbers, self.scope.rows)

    def breached_from_the_start(self) -> set[tuple[str, str, Period]]:
        """Of rules that last: what held in the first period that could be judged. Nobody knows when that began."""
        decided = self.table.verdicts != Verdict.UNDECIDED
        first = np.argmax(decided, axis=0)
        everyone = np.arange(self.batch.size)
        held = self.after.lasting & (self.table.verdicts[first, everyone] == Verdict.BREACHED)
        return {
            (self.batch.rule(series).id, entity := self.batch.entity(series), self.scope.rows.period(row, entity))
            for series, row in zip(np.flatnonzero(held).tolist(), first[held].tolist(), strict=True)
        }

    def undecided(self) -> dict[str, int]:
        """Per rule, how many new periods of its entities are undecided."""
        return undecided_of(self.batch, self.table, self.scope)


def implied(rules: Sequence[Rule], view: View) -> Iterator[ImpliedAlerts]:
    """What a whole view implies, a batch of rules at a time. Rules about revisions imply nothing: they are events."""
    numbers = Numbers(view)
    for batch in batches(rules, numbers):
        scope = Scope(batch, view, None, None, {})
        table = batch.table(numbers, 0)
        events, after = fold(batch.states(), Cells(*table, scope.new, np.zeros_like(scope.new)), 0)
        yield ImpliedAlerts(batch, numbers, scope, table, events, after)


def batches(rules: Sequence[Rule], numbers: Numbers) -> Iterator[RuleBatch]:
    """The rules of each calendar in batches, where there are figures for them."""
    lasting = [rule for rule in rules if not rule.of_revisions]
    for begin in range(0, len(lasting), RULES_AT_ONCE):
        for calendar in Calendar:
            batch = RuleBatch(lasting[begin : begin + RULES_AT_ONCE], numbers, calendar)
            if batch.size and len(numbers.view.rows(calendar)):
                yield batch


def undecided_of(batch: RuleBatch, table: VerdictTable, scope: Scope) -> dict[str, int]:
    """Per rule, how many new periods of its entities are undecided."""
    unknown = ((table.verdicts == Verdict.UNDECIDED) & scope.new).sum(axis=0, dtype=np.int32)
    so_far = np.concatenate([[0], np.cumsum(unknown)])
    starts = np.array(batch.starts, dtype=np.int64)
    totals = so_far[starts + batch.widths] - so_far[starts]
    return dict(zip((rule.id for rule in batch.rules), totals.tolist(), strict=True))
