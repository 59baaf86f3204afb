"""
The life of an alert, as one table; and its fold over periods, oldest first.

``each_release`` rules have no life: every breached period is news (``cooldown`` keeps some of it quiet).
``until_clear`` rules open once and close once; a sharper level reached while open is told, a reminder when asked for.
Thousands of lanes (a rule and an entity) are advanced at once, a period at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from treasury_watch.core.figures.panels import Bools
from treasury_watch.core.rules.conditions import Verdicts
from treasury_watch.core.rules.model import Verdict

Ints = NDArray[np.int32]


class EpisodeStep(IntEnum):
    """What one period does to one lane."""

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
    (
        True,
        Verdict.BREACHED,
        True,
    ): EpisodeStep.CONTINUED,  # refused at load where it can be seen: fire and clear overlap
    (True, Verdict.CLEAR, True): EpisodeStep.CLOSED,
    (True, Verdict.UNDECIDED, True): EpisodeStep.NOTHING,  # a part of `all` is undecided: that closes nothing either
}


def _where(open_before: bool, step: EpisodeStep) -> tuple[tuple[Verdict, bool], ...]:
    """The verdicts, clearing or not, by which a lane that is open, or is not, takes a step."""
    return tuple(
        (verdict, ends) for (is_open, verdict, ends), taken in _LIFE.items() if (is_open, taken) == (open_before, step)
    )


_OPENS, _CLOSES = _where(False, EpisodeStep.OPENED), _where(True, EpisodeStep.CLOSED)


class EpisodeEvent(IntEnum):
    """What a step tells."""

    FIRED = 1
    CLEARED = 2
    REMINDED = 3


@dataclass(slots=True)
class Lanes:
    """
    The standing of many lanes; every array has one value a lane.

    ``lasting`` is until_clear; ``severity`` the sharpest told since it opened (or, in cooldown, by the last alert);
    ``quiet`` periods of cooldown left; ``waited`` periods since last told while open.
    """

    lasting: Bools
    cooldown: Ints
    remind: Ints
    open: Bools
    severity: NDArray[np.int8]
    quiet: Ints
    waited: Ints

    @staticmethod
    def fresh(lasting: Bools, cooldown: Ints, remind: Ints) -> Lanes:
        """Lanes of which nothing is known yet: none is open."""
        count = len(lasting)
        return Lanes(
            lasting=lasting,
            cooldown=cooldown,
            remind=remind,
            open=np.zeros(count, dtype=bool),
            severity=np.full(count, -1, dtype=np.int8),
            quiet=np.zeros(count, dtype=np.int32),
            waited=np.zeros(count, dtype=np.int32),
        )

    def only(self, which: NDArray[np.intp]) -> Lanes:
        """Some of the lanes, as a copy."""
        return Lanes(
            lasting=self.lasting[which],
            cooldown=self.cooldown[which],
            remind=self.remind[which],
            open=self.open[which],
            severity=self.severity[which],
            quiet=self.quiet[which],
            waited=self.waited[which],
        )


class Events(NamedTuple):
    """What a fold tells: one entry an event, oldest first."""

    row: Ints
    lane: Ints
    told: NDArray[np.int8]
    severity: NDArray[np.int8]


def advance(
    lanes: Lanes, verdicts: Verdicts, severities: NDArray[np.int8], clearing: Bools, judged: Bools, first_row: int
) -> Events:
    """
    Fold rows into the lanes, oldest first, and say what is told.

    ``verdicts``, ``severities``, ``clearing`` and ``judged`` are rows × lanes; only ``judged`` cells count.
    ``first_row`` is the number of the first of these rows in the view.
    """
    # Lanes are many, and most neither breach nor are open: nothing becomes of them.
    alive = lanes.open | (judged & (verdicts == Verdict.BREACHED)).any(axis=0)
    told = []
    for which, fold in (
        (~lanes.lasting & (lanes.cooldown == 0), _news),
        (~lanes.lasting & (lanes.cooldown > 0), _spaced_news),
        (lanes.lasting, _episodes),
    ):
        these = np.flatnonzero(which & alive)
        cells = _Cells(
            np.take(verdicts, these, axis=1),
            np.take(severities, these, axis=1),
            np.take(clearing, these, axis=1),
            np.take(judged, these, axis=1),
        )
        told += [part._replace(lane=these[part.lane]) for part in fold(lanes.only(these), cells)]
    row, lane, kind, severity = (np.concatenate(parts) for parts in zip(*told, strict=True))
    order = np.argsort(row, kind="stable")
    return Events(
        (row[order] + first_row).astype(np.int32),
        lane[order].astype(np.int32),
        kind[order].astype(np.int8),
        severity[order],
    )


class _Cells(NamedTuple):
    """What is said of some lanes, rows × lanes."""

    verdicts: Verdicts
    severities: NDArray[np.int8]
    clearing: Bools
    judged: Bools

    def are(self, pairs: tuple[tuple[Verdict, bool], ...]) -> Bools:
        """Where one of these verdicts was given, clearing or not."""
        given = [self.judged & (self.verdicts == verdict) & (self.clearing == ends) for verdict, ends in pairs]
        found: Bools = np.logical_or.reduce(given)
        return found


class _Part(NamedTuple):
    """Some of what is told, by the numbers of row and lane in the arrays it was read from."""

    row: NDArray[np.intp]
    lane: NDArray[np.intp]
    told: NDArray[np.int_]
    severity: NDArray[np.int8]


def _part(where: Bools, told: EpisodeEvent, severities: NDArray[np.int8]) -> _Part:
    found = np.flatnonzero(where)
    row, lane = np.divmod(found, max(where.shape[1], 1))
    return _Part(row, lane, np.full(found.size, told), severities.ravel()[found])


def _episodes(lanes: Lanes, cells: _Cells) -> list[_Part]:
    """Lanes that last: opened, told again where sharper or as a reminder, closed."""
    opens, closes = cells.are(_OPENS), cells.are(_CLOSES)
    fired, closed, reminded = (np.zeros(opens.shape, dtype=bool) for _ in range(3))
    sharpest = np.empty(opens.shape, dtype=np.int8)
    is_open, sharp, waited = lanes.open, lanes.severity, lanes.waited
    remind = lanes.remind > 0
    reminding = bool(remind.any())
    for row, severity in enumerate(cells.severities):
        fired[row] = opens[row] & (~is_open | (severity > sharp))
        closed[row] = is_open & closes[row]
        sharpest[row] = sharp = np.where(fired[row], severity, sharp)
        is_open = (is_open | opens[row]) & ~closes[row]
        if reminding:
            waited = np.where(fired[row], 0, waited + (cells.judged[row] & is_open))
            reminded[row] = cells.judged[row] & is_open & remind & (waited >= lanes.remind)
            waited = np.where(reminded[row], 0, waited)
    return [
        _part(fired, EpisodeEvent.FIRED, sharpest),
        _part(closed, EpisodeEvent.CLEARED, sharpest),
        _part(reminded, EpisodeEvent.REMINDED, sharpest),
    ]


def _spaced_news(lanes: Lanes, cells: _Cells) -> list[_Part]:
    """Lanes whose every breach is news, but for those within the cooldown of one that was told."""
    breaches = cells.judged & (cells.verdicts == Verdict.BREACHED)
    fired = np.empty(breaches.shape, dtype=bool)
    sharp, quiet = lanes.severity, lanes.quiet
    for row, severity in enumerate(cells.severities):
        fired[row] = breaches[row] & ((quiet == 0) | (severity > sharp))
        sharp = np.where(fired[row], severity, sharp)
        quiet = np.where(fired[row], lanes.cooldown, np.maximum(quiet - cells.judged[row], 0))
    return [_part(fired, EpisodeEvent.FIRED, cells.severities)]


def _news(_: Lanes, cells: _Cells) -> list[_Part]:
    """Lanes whose every breach is news."""
    return [_part(cells.judged & (cells.verdicts == Verdict.BREACHED), EpisodeEvent.FIRED, cells.severities)]
