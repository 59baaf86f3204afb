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

from treasury_watch.core.conditions import Verdicts
from treasury_watch.core.panels import Bools
from treasury_watch.core.rules import Verdict

Ints = NDArray[np.int32]


class Step(IntEnum):
    """What one period does to one lane."""

    NOTHING = 0
    OPENED = 1
    CONTINUED = 2
    CLOSED = 3


_LIFE = {
    # (open, verdict, clearing): step
    (False, Verdict.BREACHED, False): Step.OPENED,
    (False, Verdict.BREACHED, True): Step.OPENED,
    (True, Verdict.BREACHED, False): Step.CONTINUED,
    (True, Verdict.CLEAR, False): Step.CONTINUED,  # below the line, not yet back above the one that clears
    (True, Verdict.UNDECIDED, False): Step.NOTHING,
    (True, Verdict.BREACHED, True): Step.CONTINUED,  # refused at load where it can be seen: fire and clear overlap
    (True, Verdict.CLEAR, True): Step.CLOSED,
    (True, Verdict.UNDECIDED, True): Step.NOTHING,  # a part of `all` is undecided: that closes nothing either
}

_STEPS = np.zeros((2, 3, 2), dtype=np.int8)
for (_open, _verdict, _clearing), _step in _LIFE.items():
    _STEPS[int(_open), int(_verdict) + 1, int(_clearing)] = _step


class Told(IntEnum):
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

    def only(self, which: Ints) -> Lanes:
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
    breaches = judged & (verdicts == Verdict.BREACHED)
    # A lane without a life tells of every breach; the others are folded, but for those (most) that are closed and never
    # breach.
    lifeless = ~lanes.lasting & (lanes.cooldown == 0)
    flows = np.nonzero(breaches & lifeless)
    lively = np.flatnonzero(~lifeless & (lanes.open | breaches.any(axis=0))).astype(np.int32)
    rows: list[Ints] = [(flows[0] + first_row).astype(np.int32)]
    told_lanes: list[Ints] = [flows[1].astype(np.int32)]
    kinds: list[NDArray[np.int8]] = [np.full(flows[0].size, Told.FIRED, dtype=np.int8)]
    sharpness: list[NDArray[np.int8]] = [severities[flows]]
    lanes = lanes.only(lively)
    verdicts, severities = verdicts[:, lively], severities[:, lively]
    clearing, judged, breaches = clearing[:, lively], judged[:, lively], breaches[:, lively]

    def tell(row: int, which: Bools, told: Told) -> None:
        found = np.flatnonzero(which).astype(np.int32)
        if found.size:
            rows.append(np.full(found.size, row, dtype=np.int32))
            told_lanes.append(lively[found])
            kinds.append(np.full(found.size, told, dtype=np.int8))
            sharpness.append(lanes.severity[found])

    for offset in range(len(verdicts)):
        asked = judged[offset]
        if not asked.any():
            continue
        verdict, severity = verdicts[offset], severities[offset]
        breached = breaches[offset]
        step = _STEPS[lanes.open.view(np.int8), verdict + 1, clearing[offset].view(np.int8)]

        opened = asked & lanes.lasting & (step == Step.OPENED)
        closed = asked & lanes.lasting & (step == Step.CLOSED)
        sharper = breached & lanes.lasting & lanes.open & (step == Step.CONTINUED) & (severity > lanes.severity)
        flow = breached & ~lanes.lasting & ((lanes.quiet == 0) | (severity > lanes.severity))

        fired = opened | sharper | flow
        lanes.severity = np.where(fired, severity, lanes.severity)
        lanes.open = (lanes.open | opened) & ~closed

        lanes.waited = np.where(fired, 0, lanes.waited + (asked & lanes.open))
        reminded = asked & lanes.open & (lanes.remind > 0) & (lanes.waited >= lanes.remind)
        lanes.waited = np.where(reminded, 0, lanes.waited)
        lanes.quiet = np.where(flow, lanes.cooldown, np.maximum(lanes.quiet - asked, 0))

        tell(first_row + offset, fired, Told.FIRED)
        tell(first_row + offset, closed, Told.CLEARED)
        tell(first_row + offset, reminded, Told.REMINDED)
        lanes.severity = np.where(closed, -1, lanes.severity)

    all_rows = np.concatenate(rows)
    order = np.argsort(all_rows, kind="stable")
    others = (np.concatenate(told_lanes)[order], np.concatenate(kinds)[order], np.concatenate(sharpness)[order])
    return Events(all_rows[order], *others)
