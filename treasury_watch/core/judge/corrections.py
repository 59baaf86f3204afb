"""What a release turns of what was told: an alert taken back, another severity, another figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from treasury_watch.core.figures.arrays import exact
from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.judge.cells import figures_at, threshold_of
from treasury_watch.core.judge.findings import Turn
from treasury_watch.core.judge.told import StandingAlert
from treasury_watch.core.judge.told_rows import ToldRows
from treasury_watch.core.rules.model import Severity, Verdict
from treasury_watch.core.rules.numbers import Numbers

_MINOR = 20
"""A figure that moved by less than a twentieth of its threshold is mended where it stands; nobody is called back."""


class MovedFigure(NamedTuple):
    """That the figures of an alert are others now, and whether by so little that nobody need be called back."""

    minor: bool


def moved_figures(batch: RuleBatch, numbers: Numbers, told: ToldRows) -> dict[tuple[int, int], MovedFigure]:
    """Of the breaches told within the rows, by (row, series), those whose figures are others now."""
    standing = list(_standing(told))
    if not standing:
        return {}
    rows, series = np.array([one[:2] for one in standing], dtype=np.int32).T
    values, measures = figures_at(batch, numbers, rows, series)
    moved = {}
    for (row, one, fired), value, measure in zip(standing, values.tolist(), measures.tolist(), strict=True):
        if _differs(fired.measure, measure) or _differs(fired.value, value):
            rule = batch.rule(one)
            level = threshold_of(rule, AlertKind.FIRED, fired.severity)
            scale = max(abs(level.a), abs(level.b)) or abs(fired.measure or 0.0)
            minor = fired.measure is None or not abs(measure - fired.measure) > scale / _MINOR
            moved[row, one] = MovedFigure(minor)
    return moved


def _standing(told: ToldRows) -> Iterator[tuple[int, int, StandingAlert]]:
    for one in told.by_series.values():
        for row, fired in one.fired.items():
            if not fired.silent:
                yield row, one.series, fired


def _differs(told: float | None, now: float) -> bool:
    return told is not None and not np.isnan(now) and float(exact(np.array(told))) != now


def turn_of(
    fired: StandingAlert, verdict: int, severity: int, moved: MovedFigure | None, *, borne_out: bool = False
) -> Turn | None:
    """
    What has become of a told breach whose cell now says ``verdict`` at ``severity``; None where it stands as told.

    ``borne_out``: another period of the same episode says as much as was told, so that nothing is taken back.
    """
    if verdict == Verdict.BREACHED and severity == fired.severity:
        return Turn(AlertKind.CORRECTED, fired.severity, moved.minor) if moved else None
    if borne_out and (verdict != Verdict.BREACHED or severity < fired.severity):
        return None
    if verdict != Verdict.BREACHED:
        return Turn(AlertKind.RETRACTED, fired.severity)
    return Turn(AlertKind.CORRECTED, Severity(severity))
