"""What was told, laid on the rows of one batch: where each series stood before them, and what was told within them."""

from __future__ import annotations

from typing import NamedTuple

from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.judge.episodes import States
from treasury_watch.core.judge.scope import Scope
from treasury_watch.core.judge.spans import Step
from treasury_watch.core.judge.told import Fired, ToldLog, ToldSeries


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
    fired: dict[int, Fired]


class ToldRows:
    """The log on a batch's rows; ``states`` is where its series stood before the first row that each is judged of."""

    def __init__(self, batch: RuleBatch, scope: Scope, told: ToldLog) -> None:
        self.states: States = batch.states()
        self.by_series: dict[int, SeriesRows] = {}
        for (rule, entity), known in told.series.items():
            series = batch.series(rule, entity)
            # What a rule told under another mode is neither continued nor taken back.
            if series is not None and known.lasting == bool(self.states.lasting[series]):
                self.by_series[series] = self._read(scope, series, entity, known)

    def _read(self, scope: Scope, series: int, entity: str, known: ToldSeries) -> SeriesRows:
        start = int(scope.start[series])
        begins = scope.period_at(start, entity)
        carried = None
        if known.lasting and (episode := known.open_before(begins)):
            carried = (start - 1, int(episode.severity), episode.silent)
            since = scope.rows.row(episode.since, entity)
            self.states.open[series], self.states.severity[series] = True, episode.severity
            self.states.since[series] = start - 1 if since is None else since
        fired: dict[int, Fired] = {}
        steps: list[Step] = []
        for period, one in known.steps():
            row = scope.rows.row(period, entity)
            if row is None or (one and one.silent and row > scope.newest_before[series]):
                continue  # what is new is told, though it was noted once
            if period >= begins:
                steps.append(Step(row, one is None, int(one.severity) if one else -1))
                if one:
                    fired[row] = one
            elif one:
                self._cool_down(series, start, row, one)
        return SeriesRows(series, known, carried, tuple(steps), fired)

    def _cool_down(self, series: int, start: int, row: int, fired: Fired) -> None:
        """Let an alert of an earlier row keep the first rows quiet."""
        left = int(self.states.cooldown[series]) - (start - 1 - row)
        if left > self.states.cooldown_left[series]:
            self.states.cooldown_left[series], self.states.severity[series] = left, fired.severity
