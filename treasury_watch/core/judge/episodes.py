"""
The life of an alert, as one table; and its fold over periods, oldest first.

``each_release`` rules have no life: every breached period is news (``cooldown`` keeps some of it quiet).
``until_clear`` rules open once and close once; a sharper level reached while open is told. Thousands of series (a rule
and an entity) are folded at once, a period at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from treasury_watch.core.figures.arrays import Bools
from treasury_watch.core.rules.conditions import Verdicts
from treasury_watch.core.rules.model import Verdict

Ints = NDArray[np.int32]
Severities = NDArray[np.int8]


class EpisodeStep(IntEnum):
    """What one period does to one series."""

    NOTHING = 0
    OPENED = 1
    CONTINUED = 2
    CLOSED = 3


_LIFE = {
    # (open, verdict, clearing): step
    (False, Verdict.BREACHED, False): EpisodeStep.OPENED,
    (False, Verdict.BREACHED, True): EpisodeStep.OPENED,
    (True, Verdict.BREACHED, False): EpisodeStep.CONTINUED,
    (True, Verdict.CLEAR, False): EpisodeStep.CONTINUED,  # below the line, not yet back above the one that clears
    (True, Verdict.UNDECIDED, False): EpisodeStep.NOTHING,
    (True, Verdict.BREACHED, True): EpisodeStep.CONTINUED,  # refused at load where it can be seen: both at once
    (True, Verdict.CLEAR, True): EpisodeStep.CLOSED,
    (True, Verdict.UNDECIDED, True): EpisodeStep.NOTHING,  # a part of `all` is undecided: that closes nothing either
}


def _where(open_before: bool, step: EpisodeStep) -> tuple[tuple[Verdict, bool], ...]:
    """The verdicts, clearing or not, by which a series that is open, or is not, takes a step."""
    return tuple(
        (verdict, ends) for (is_open, verdict, ends), taken in _LIFE.items() if (is_open, taken) == (open_before, step)
    )


_OPENS, _CLOSES = _where(False, EpisodeStep.OPENED), _where(True, EpisodeStep.CLOSED)


class Cells(NamedTuple):
    """
    What is said of series, rows × series; only ``judged`` cells count.

    ``told`` marks breaches of which an alert stands that is as sharp as they are: each starts a cooldown, though the
    figures as they are now might have kept it quiet.
    """

    verdicts: Verdicts
    severities: Severities
    clearing: Bools
    judged: Bools
    told: Bools

    def only(self, series: NDArray[np.intp]) -> Cells:
        """Some of the series."""
        return Cells(
            np.take(self.verdicts, series, axis=1),
            np.take(self.severities, series, axis=1),
            np.take(self.clearing, series, axis=1),
            np.take(self.judged, series, axis=1),
            np.take(self.told, series, axis=1),
        )

    def are(self, pairs: tuple[tuple[Verdict, bool], ...]) -> Bools:
        """Where one of these verdicts was given, clearing or not."""
        given = [self.judged & (self.verdicts == verdict) & (self.clearing == ends) for verdict, ends in pairs]
        found: Bools = np.logical_or.reduce(given)
        return found

    @property
    def breached(self) -> Bools:
        """Where the verdict is breached."""
        found: Bools = self.judged & (self.verdicts == Verdict.BREACHED)
        return found


@dataclass(slots=True)
class States:
    """
    Where many series stand between two rows; every array has one value a series.

    ``lasting`` is until_clear. ``severity`` is the sharpest since it opened (in a cooldown: that of the last alert),
    ``since`` the row in which it opened, ``cooldown_left`` how many periods are still quiet.
    """

    lasting: Bools
    cooldown: Ints
    open: Bools
    severity: Severities
    since: Ints
    cooldown_left: Ints

    @staticmethod
    def fresh(lasting: Bools, cooldown: Ints) -> States:
        """Series of which nothing is known yet: none is open."""
        count = len(lasting)
        return States(
            lasting=lasting,
            cooldown=cooldown,
            open=np.zeros(count, dtype=bool),
            severity=np.full(count, -1, dtype=np.int8),
            since=np.full(count, -1, dtype=np.int32),
            cooldown_left=np.zeros(count, dtype=np.int32),
        )

    def only(self, series: NDArray[np.intp]) -> States:
        """Some of the series, as a copy."""
        return States(
            lasting=self.lasting[series],
            cooldown=self.cooldown[series],
            open=self.open[series],
            severity=self.severity[series],
            since=self.since[series],
            cooldown_left=self.cooldown_left[series],
        )


class Events(NamedTuple):
    """What a fold gives rise to, oldest first: in which row and series, whether it opens (or sharpens) or ends."""

    row: Ints
    series: Ints
    ends: Bools
    severity: Severities

    def only(self, chosen: Bools) -> Events:
        """Some of them."""
        return Events(self.row[chosen], self.series[chosen], self.ends[chosen], self.severity[chosen])

    def each(self) -> Iterator[tuple[int, int, bool, int]]:
        """One after another."""
        return zip(*(part.tolist() for part in self), strict=True)


def fold(states: States, cells: Cells, first_row: int) -> tuple[Events, States]:
    """
    Fold rows into the states, oldest first: what they give rise to, and the states after them.

    ``first_row`` is the number of the first of these rows in the view.
    """
    # Series are many, and most neither breach nor are open: nothing becomes of them.
    alive = states.open | cells.breached.any(axis=0)
    after = states.only(np.arange(len(states.open)))
    found = []
    for chosen, fold_these in (
        (~states.lasting & (states.cooldown == 0), _news),
        (~states.lasting & (states.cooldown > 0), _spaced_news),
        (states.lasting, _episodes),
    ):
        these = np.flatnonzero(chosen & alive)
        own = after.only(these)
        found += [part._replace(series=these[part.series]) for part in fold_these(own, cells.only(these), first_row)]
        after.open[these], after.severity[these], after.since[these] = own.open, own.severity, own.since
    row, series, ends, severity = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(row, kind="stable")
    events = Events(
        (row[order] + first_row).astype(np.int32), series[order].astype(np.int32), ends[order], severity[order]
    )
    return events, after


class _Part(NamedTuple):
    """Some of the events, by the numbers of row and series in the arrays they were read from."""

    row: NDArray[np.intp]
    series: NDArray[np.intp]
    ends: Bools
    severity: Severities


def _part(where: Bools, severities: Severities, *, ends: bool = False) -> _Part:
    found = np.flatnonzero(where)
    row, series = np.divmod(found, max(where.shape[1], 1))
    return _Part(row, series, np.full(found.size, ends), severities.ravel()[found])


def _episodes(states: States, cells: Cells, first_row: int) -> list[_Part]:
    """Series that last: opened, told again where sharper, closed. Leaves them as they stand after the last row."""
    opens, closes = cells.are(_OPENS), cells.are(_CLOSES)
    fired, closed = (np.zeros(opens.shape, dtype=bool) for _ in range(2))
    sharpest = np.empty(opens.shape, dtype=np.int8)
    is_open, sharp, since = states.open, states.severity, states.since
    for row, severity in enumerate(cells.severities):
        fired[row] = opens[row] & (~is_open | (severity > sharp))
        closed[row] = is_open & closes[row]
        sharpest[row] = sharp = np.where(fired[row], severity, sharp)
        since = np.where(opens[row] & ~is_open, first_row + row, since)
        is_open = (is_open | opens[row]) & ~closes[row]
    states.open, states.severity, states.since = is_open, sharp.astype(np.int8), since.astype(np.int32)
    return [_part(fired, sharpest), _part(closed, sharpest, ends=True)]


def _spaced_news(states: States, cells: Cells, _: int) -> list[_Part]:
    """Series whose every breach is news, but for those within the cooldown of one that was told."""
    breaches = cells.breached
    fired = np.empty(breaches.shape, dtype=bool)
    sharp, left = states.severity, states.cooldown_left
    for row, severity in enumerate(cells.severities):
        fired[row] = breaches[row] & ((left == 0) | (severity > sharp) | cells.told[row])
        sharp = np.where(fired[row], severity, sharp)
        left = np.where(fired[row], states.cooldown, np.maximum(left - cells.judged[row], 0))
    return [_part(fired, cells.severities)]


def _news(_: States, cells: Cells, __: int) -> list[_Part]:
    """Series whose every breach is news."""
    return [_part(cells.breached, cells.severities)]
