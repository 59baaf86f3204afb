"""One batch of rules beside what was told of it: what the figures of a release imply, less that."""

from __future__ import annotations

import numpy as np

from treasury_watch.core.figures.arrays import Bools
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.judge.batch import RuleBatch, VerdictTable
from treasury_watch.core.judge.cells import alerts_of
from treasury_watch.core.judge.corrections import moved_figures, turn_of
from treasury_watch.core.judge.eligible import judged_cells
from treasury_watch.core.judge.episode_news import EpisodeNews
from treasury_watch.core.judge.episodes import Events, fold
from treasury_watch.core.judge.findings import Findings
from treasury_watch.core.judge.scope import Scope
from treasury_watch.core.judge.spans import Step
from treasury_watch.core.judge.told import Entry, ToldLog
from treasury_watch.core.judge.told_rows import ToldRows
from treasury_watch.core.rules.numbers import Numbers

LATE_PERIODS = 3
"""A period that breaches only after a revision is told as such among the last 3; one further back is for the digest."""


class ToldComparison:
    """
    The verdicts over the rows of a scope, and what was told within them.

    ``numbers`` are those with the release, ``before`` (None: there was nothing) those without it. ``withdrawn`` as in
    ``judge``.
    """

    def __init__(
        self,
        batch: RuleBatch,
        scope: Scope,
        numbers: Numbers,
        before: Numbers | None,
        log: ToldLog,
        *,
        withdrawn: bool = False,
    ) -> None:
        self.scope = scope
        self._withdrawn = withdrawn
        self.now: VerdictTable = batch.table(numbers, scope.first_row)
        self._was = batch.table(before, scope.first_row) if before else None
        self._batch = batch
        self._numbers = numbers
        self._log = log
        self._findings = Findings()

    def turned_episodes(self) -> tuple[Bools, Bools]:
        """
        Per series, whether it lasts; and whether its episodes may stand otherwise than was told.

        So they may where an old period says something else, or the figure of an alert has moved.
        """
        told = ToldRows(self._batch, self.scope, self._log)
        lasting = told.states.lasting
        turned = np.zeros(self._batch.size, dtype=bool)
        if self._was is not None:
            for now, was in zip(self.now, self._was, strict=True):
                turned |= ((now != was) & self.scope.old).any(axis=0)
        turned[[series for _, series in moved_figures(self._batch, self._numbers, told)]] = True
        return lasting, lasting & turned

    def tell(self, alerts: list[Alert], silent: list[Entry]) -> None:
        """Add what is to be told to ``alerts``, and what is to be noted alone to ``silent``."""
        self._told = ToldRows(self._batch, self.scope, self._log)
        self._judged = judged_cells(self._batch, self.scope, self.now, self._was, self._told, withdrawn=self._withdrawn)
        self._moved = moved_figures(self._batch, self._numbers, self._told)
        events, after = fold(self._told.states, self._judged.cells, self.scope.first_row)
        self._correct_single()
        self._fire_single(events)
        silent += self._tell_episodes(events, after.open)
        alerts += alerts_of(self._findings, self._batch, self._numbers, self.scope.rows)

    def _correct_single(self) -> None:
        """Read again each alert that was about its own period alone."""
        cells = self._judged.cells
        for one in self._told.by_series.values():
            for row, fired in () if one.known.lasting else one.fired.items():
                at = row - self.scope.first_row, one.series
                turn = turn_of(
                    fired, int(cells.verdicts[at]), int(cells.severities[at]), self._moved.get((row, one.series))
                )
                if turn and not self._judged.given[at]:
                    self._findings.add_turn(row, one.series, turn, fired.severity)

    def _fire_single(self, events: Events) -> None:
        """Breaches that are news each for its own period; those of old periods are found by revision, or seen late."""
        audible = events.row > self.scope.silent_until[events.series]
        single = events.only(audible & ~self._told.states.lasting[events.series])
        known = np.zeros(len(single.row), dtype=bool)
        for at in np.flatnonzero(np.isin(single.series, list(self._told.by_series))).tolist():
            known[at] = int(single.row[at]) in self._told.by_series[int(single.series[at])].fired
        new = single.row > self.scope.newest_before[single.series]
        self._findings.add_new(single.only(new & ~known))
        for row, series, _, severity in single.only(~new & ~known).each():
            by_revision = bool(self._judged.decided_before[row - self.scope.first_row, series])
            late = row <= int(self.scope.newest[series]) - LATE_PERIODS
            self._findings.add(row, series, AlertKind.FIRED, severity, by_revision=by_revision, late=late)

    def _tell_episodes(self, events: Events, open_after: Bools) -> list[Entry]:
        """
        What lasts; gives what is to be noted alone.

        At once where all that is implied is new and nothing that was told is in its way, else series by series.
        """
        lasting, open_before = self._told.states.lasting, self._told.states.open
        ours = events.only(lasting[events.series])
        apart = np.zeros(self._batch.size, dtype=bool)
        apart[ours.series[ours.row <= self.scope.newest_before[ours.series]]] = True
        apart[[one.series for one in self._told.by_series.values() if one.steps]] = True
        reminding = self._batch.per_series(lambda rule: rule.remind) > 0
        noting = reminding | (self.scope.silent_until >= 0)
        apart[ours.series] |= noting[ours.series]
        apart |= noting & (open_before | open_after)
        apart[list(self._told.by_series)] |= (self.scope.silent_until >= 0)[list(self._told.by_series)]
        apart &= lasting
        self._findings.add_new(ours.only(~apart[ours.series]))
        steps: dict[int, list[Step]] = {series: [] for series in np.flatnonzero(apart).tolist()}
        for row, series, ends, severity in ours.only(apart[ours.series]).each():
            steps[series].append(Step(row, ends, severity))
        news = EpisodeNews(self._batch, self.scope, self._told, self._judged, self._moved)
        for series, own in steps.items():
            news.tell(series, own, self._findings)
        return news.silent
