"""What was told, laid on the rows of one batch: where each series stood before them, and what was told within them."""

from __future__ import annotations

from typing import NamedTuple

from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.judge.episodes import States
from treasury_watch.core.judge.scope import Scope
from treasury_watch.core.judge.spans import Step
from treasury_watch.core.judge.told import StandingAlert, ToldLog, ToldSeries


class SeriesRows(NamedTuple):
    """
    What was told of one series.

    ``carried`` is the episode that was open before the first row that is judged: the row before it, its severity, and
    whether it was opened silently. ``steps`` are what stands of the rows that are judged again, ``fired`` its breaches.
    """

    series: int
    known: ToldSeries
    carried: tuple[int, int, bool] | None
    steps: tuple[Step, ...]
    fired: dict[int, StandingAlert]


class ToldRows:
    """The log on a batch's rows; ``states`` is where its series stood before the first row that each is judged of."""

    def __init__(self, batch: RuleBatch, scope: Scope, told: ToldLog) -> None:
        self.states: States = batch.states()
        self.by_series: dict[int, SeriesRows] = {}
        lasting, cooldown = self.states.lasting.tolist(), self.states.cooldown.tolist()
        for (rule, entity), known in told.series.items():
            series = batch.series(rule, entity)
            # What a rule told under another mode is neither continued nor taken back.
            if series is not None and known.lasting == lasting[series]:
                begins = scope.period_at(int(scope.start[series]), entity)
                if known.lasting or cooldown[series] or not known.is_before(begins):
                    self._read(scope, series, entity, known, begins)

    def _read(self, scope: Scope, series: int, entity: str, known: ToldSeries, begins: Period) -> None:
        start = int(scope.start[series])
        carried = None
        if episode := known.open_episode(begins):
            carried = (start - 1, int(episode.severity), episode.silent)
            since = scope.rows.row(episode.since, entity)
            self.states.open[series], self.states.severity[series] = True, episode.severity
            self.states.since[series] = start - 1 if since is None else since
        elif self.states.cooldown[series]:
            self._cool_down(scope, series, entity, known, begins)
        if not carried and known.is_before(begins):
            return
        fired: dict[int, StandingAlert] = {}
        steps: list[Step] = []
        for period, one in known.steps():
            row = scope.rows.row(period, entity) if period >= begins else None
            if row is None or (one and one.silent and row > scope.newest_before[series]):
                continue  # what is new is told, though it was noted once
            steps.append(Step(row, one is None, int(one.severity) if one else -1))
            if one:
                fired[row] = one
        self.by_series[series] = SeriesRows(series, known, carried, tuple(steps), fired)

    def _cool_down(self, scope: Scope, series: int, entity: str, known: ToldSeries, begins: Period) -> None:
        """Let alerts of earlier rows keep the first rows quiet."""
        for period, fired in known.fired.items():
            row = scope.rows.row(period, entity) if period < begins else None
            if row is not None:
                left = int(self.states.cooldown[series]) - (int(scope.start[series]) - 1 - row)
                if left > self.states.cooldown_left[series]:
                    self.states.cooldown_left[series], self.states.severity[series] = left, fired.severity
