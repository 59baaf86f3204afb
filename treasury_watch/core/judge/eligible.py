"""
Which cells may give rise to news: those that are new, that this release turned, or of which was told already.

History that stood there before anybody was told is none of these: it neither fires nor starts a cooldown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from treasury_watch.core.figures.arrays import Bools
from treasury_watch.core.judge.batch import RuleBatch, VerdictTable
from treasury_watch.core.judge.episodes import Cells, Severities
from treasury_watch.core.judge.scope import Scope
from treasury_watch.core.judge.told import StandingAlert
from treasury_watch.core.judge.told_rows import ToldRows
from treasury_watch.core.rules.conditions import Verdicts
from treasury_watch.core.rules.model import Verdict


class CellsToFold(NamedTuple):
    """
    The cells of one release, rows × series from the scope's first row on.

    ``cells`` is what is folded. ``given`` marks what was told and stands, whatever the figures say now: nothing can be
    said of it any more, or its rule is silent on revisions. ``decided_before``: the view without this release knew.
    """

    cells: Cells
    given: Bools
    decided_before: Bools


def judged_cells(
    batch: RuleBatch,
    scope: Scope,
    now: VerdictTable,
    was: VerdictTable | None,
    told: ToldRows,
    *,
    withdrawn: bool = False,
) -> CellsToFold:
    """The cells to fold. ``withdrawn``: what was decided before and no longer can be is not so."""
    judged = scope.new | scope.old
    unknown_before = np.zeros(judged.shape, dtype=bool)
    if was is None and not told.by_series:
        return CellsToFold(Cells(*now, judged, unknown_before), unknown_before, unknown_before)
    verdicts, severities, clearing = now.verdicts.copy(), now.severities.copy(), now.clearing.copy()
    silent = ~batch.per_series(lambda rule: rule.correct).astype(bool) & (not withdrawn)
    decided_before = unknown_before if was is None else was.verdicts != Verdict.UNDECIDED
    if was is not None and silent.any():
        stays = scope.old & silent & decided_before
        for part, before in ((verdicts, was.verdicts), (severities, was.severities), (clearing, was.clearing)):
            np.copyto(part, before, where=stays)
    if withdrawn:
        verdicts[decided_before & (verdicts == Verdict.UNDECIDED)] = Verdict.CLEAR
    given = np.zeros(judged.shape, dtype=bool)
    for one in told.by_series.values():
        for step in one.steps:
            at = step.row - scope.first_row, one.series
            if silent[one.series] or given[at] or verdicts[at] == Verdict.UNDECIDED:
                given[at], clearing[at] = True, step.ends
                verdicts[at] = Verdict.CLEAR if step.ends else Verdict.BREACHED
                severities[at] = severities[at] if step.ends else step.severity
    if was is not None:
        # An episode is compared as a whole, with what was told of it; one that nobody heard of can only be over.
        single = ~told.states.lasting | silent
        turned = (was.verdicts != Verdict.BREACHED) | (severities > was.severities)
        stale = single & scope.old & (verdicts == Verdict.BREACHED) & ~turned & ~given
        stale &= ~_accounted_for(batch, scope, told, verdicts, severities)
        stale &= np.arange(scope.first_row, len(scope.rows))[:, None] > scope.silent_until
        verdicts[stale], clearing[stale] = Verdict.CLEAR, False
    standing = _standing(scope, told, verdicts, severities)
    return CellsToFold(Cells(verdicts, severities, clearing, judged, standing), given, decided_before)


def _accounted_for(batch: RuleBatch, scope: Scope, told: ToldRows, verdicts: Verdicts, severities: Severities) -> Bools:
    """
    Where an alert was told, or was kept from being told by the cooldown of one that no longer stands so.

    An alert that is taken back, or made milder, keeps nothing quiet any more.
    """
    marked = np.zeros(verdicts.shape, dtype=bool)
    for row, one, fired in _single(told):
        at = row - scope.first_row
        milder = not _as_sharp(verdicts, severities, at, one, fired)
        marked[at : at + 1 + (batch.rule(one).cooldown if milder else 0), one] = True
    return marked


def _standing(scope: Scope, told: ToldRows, verdicts: Verdicts, severities: Severities) -> Bools:
    """Where an alert was told that the cell still bears out."""
    marked = np.zeros(verdicts.shape, dtype=bool)
    for row, one, fired in _single(told):
        at = row - scope.first_row
        marked[at, one] = _as_sharp(verdicts, severities, at, one, fired)
    return marked


def _single(told: ToldRows) -> Iterator[tuple[int, int, StandingAlert]]:
    """The alerts told each for its own period: row, series and the alert."""
    for one in told.by_series.values():
        for row, fired in () if one.known.lasting else one.fired.items():
            yield row, one.series, fired


def _as_sharp(verdicts: Verdicts, severities: Severities, at: int, series: int, fired: StandingAlert) -> bool:
    return bool(verdicts[at, series] == Verdict.BREACHED and severities[at, series] >= fired.severity)
