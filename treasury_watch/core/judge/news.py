"""
What is news: what the figures imply, less what was told.

``judge`` is the one way to it, for a release as it comes, a source's first, a vintage added to the past and an edited
rule alike; they differ in what was told, from when on a rule is judged, and what changed. An alert that no longer holds
is retracted or corrected, one that holds only now is told as found by revision, and nothing is told twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from treasury_watch.core.figures.arrays import Bools
from treasury_watch.core.figures.datasets import DATASETS, Calendar
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.published import Change, Period
from treasury_watch.core.judge.alert import Alert
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.judge.cells import alerts_of
from treasury_watch.core.judge.comparison import ToldComparison
from treasury_watch.core.judge.episodes import Events
from treasury_watch.core.judge.findings import Findings
from treasury_watch.core.judge.implied import batches, undecided_of
from treasury_watch.core.judge.scope import Scope
from treasury_watch.core.judge.told import Entry, ToldLog
from treasury_watch.core.rules.model import Mode, Rule, Verdict
from treasury_watch.core.rules.numbers import Numbers


@dataclass(frozen=True, slots=True)
class News:
    """
    What one release has to say.

    ``alerts`` are to be told: what is taken back or corrected, then what is new, each oldest period first. ``silent``
    is to be noted and told to nobody. ``undecided`` counts, per rule, the new periods that are undecided,
    where that was asked for.
    """

    alerts: tuple[Alert, ...] = ()
    silent: tuple[Entry, ...] = ()
    undecided: Mapping[str, int] = field(default_factory=dict)

    def entries(self, rules: Sequence[Rule]) -> list[Entry]:
        """All of it as lines for the log."""
        lasting = {rule.id: rule.mode is Mode.UNTIL_CLEAR for rule in rules}
        told = [
            Entry(a.rule, a.entity, a.period, a.kind, a.severity, lasting[a.rule], a.value, a.measure, a.was)
            for a in self.alerts
        ]
        return [*self.silent, *told]


def judge(
    rules: Sequence[Rule],
    after: View,
    changes: Sequence[Change] | None,
    told: ToldLog,
    *,
    before: View | None = None,
    judged_after: Mapping[str, Period] | None = None,
    baseline: bool = False,
    news_after: Mapping[str, Period] | None = None,
    counting: bool = False,
    withdrawn: bool = False,
) -> News:
    """
    Judge a release: ``after`` is the view with it, ``changes`` what it brought (None: everything is new).

    ``before`` is the view without it, on the same rows; None where the changes undone give that. ``judged_after``
    holds, for a rule worded while the bot ran, the newest period that was there: it is judged from the next one on, and
    what it told before stands as it is. ``baseline``: it is the first release of its source; nothing in it is news, but
    what other sources gave rise to is followed up. Where later releases are there already, what a dataset has after
    ``news_after`` is news all the same. ``counting`` asks for how much was undecided. ``withdrawn``: a release is no
    longer believed, and what was told of figures that only it had is taken back. Disabled and sleeping rules are the
    caller's to leave out.
    """
    if before is None and changes is not None:
        before = after.before(changes)
    views = Numbers(after), Numbers(before) if before is not None else None
    alerts: list[Alert] = []
    silent: list[Entry] = []
    undecided: dict[str, int] = {}
    for batch in batches(rules, views[0]):
        scope = Scope(
            batch,
            after,
            before,
            None if baseline else changes,
            judged_after or {},
            baseline=baseline,
            news_after=news_after or {},
        )
        if scope.first_row == len(scope.rows):
            continue
        part = ToldComparison(batch, scope, *views, told, withdrawn=withdrawn)
        undecided |= undecided_of(batch, part.now, scope) if counting else {}
        if scope.first_row and scope.old.any():
            # What turned of an episode can rest on any of its periods: it is read anew from the beginning. Of all other
            # episodes only what is new can say anything.
            lasting, turned = part.turned_episodes()
            if turned.any():
                again = RuleBatch(batch.rules_of(turned), views[0], batch.calendar)
                whole = Scope(again, after, before, None, judged_after or {})
                whole.pass_over(~again.marked(batch, turned))
                ToldComparison(again, whole, *views, told, withdrawn=withdrawn).tell(alerts, silent)
            scope.pass_over(turned)
            scope.judge_only_new(lasting & ~turned)
        part.tell(alerts, silent)
    alerts += _judge_revisions([rule for rule in rules if rule.of_revisions], after, changes or ())
    # What is taken back comes first: an episode can end and another begin by one revision.
    alerts.sort(key=lambda alert: (alert.was is None, alert.period))
    return News(tuple(alerts), tuple(silent), undecided)


def _judge_revisions(rules: Sequence[Rule], after: View, changes: Sequence[Change]) -> list[Alert]:
    """What rules about revisions say of those that this release made: each is told once, whatever was told before."""
    revised = [change for change in changes if DATASETS[change.dataset].revises]
    if not rules or not revised:
        return []
    numbers = Numbers(after)
    batch = RuleBatch(rules, numbers, Calendar.MONTH)
    scope = Scope(batch, after, None, revised, {})
    table = batch.table(numbers, scope.first_row)
    asked: Bools = np.zeros(table.verdicts.shape, dtype=bool)
    for change in revised:
        row = scope.rows.row(change.period, change.entity)
        for rule in batch.rules:
            series = batch.series(rule.id, change.entity) if rule.data == change.dataset else None
            if series is not None and row is not None:
                asked[row - scope.first_row, series] = True
    rows, series_found = np.nonzero(asked & (table.verdicts == Verdict.BREACHED))
    findings = Findings()
    findings.add_new(
        Events(
            (rows + scope.first_row).astype(np.int32),
            series_found.astype(np.int32),
            np.zeros(rows.size, dtype=bool),
            table.severities[rows, series_found],
        )
    )
    return alerts_of(findings, batch, numbers, scope.rows)
