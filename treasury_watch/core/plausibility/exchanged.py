"""Two holders' figures under each other's names: of whole histories (labels exchanged), or of single months."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from treasury_watch.core.figures.arrays import Bools
from treasury_watch.core.figures.datasets import AGGREGATES, DATASETS
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.core.plausibility.doubt import Doubt
from treasury_watch.core.plausibility.grid import Grid, same

_APART = 0.05
"""Two holders nearer to each other than this cannot be told apart by their figures..."""
_EXACTLY = 1.0
"""... but for two that have each other's very figures, where these are further apart than this, in billions."""
_YEAR = 12
_OF_YEAR = 10
_COMPARED = 20
_LANDINGS = ((0.15, 0.03), (0.25, 0.05), (0.40, 0.10))
"""In a new month two holders so far apart do not each land so near to where the other was: none did since 2000."""


def exchanges(grid: Grid) -> Iterator[Doubt]:
    """At most one doubt: two holders of a grid whose figures stand under each other's names."""
    for one, other, columns in _pairs(grid):
        where: Bools = np.zeros_like(grid.common)
        where[one, columns] = where[other, columns] = True
        count = f"{len(columns)} months" if len(columns) > 1 else period_words(grid.periods[int(columns[0])])
        names = f"{grid.entities[one]} and {grid.entities[other]}"
        before = np.where(np.isnan(grid.old), np.roll(grid.new, 1, axis=1), grid.old)
        yield Doubt("exchanged", f"{names} have each other's figures in {count}", grid.odd(where, before))
        return


def _pairs(grid: Grid) -> Iterator[tuple[int, int, np.ndarray]]:
    moved = grid.changed & (np.abs(grid.new - grid.old) > np.minimum(_EXACTLY, _APART * np.abs(grid.old)))
    rows = np.flatnonzero(moved.any(axis=1)).tolist()
    for place, one in enumerate(rows):
        for other in rows[place + 1 :]:
            both = moved[one] & moved[other]
            exact = both & same(grid.new[one], grid.old[other]) & same(grid.new[other], grid.old[one])
            # No revision is so large that a holder lands where another was, and that one where the first was.
            landed = [
                at for at in np.flatnonzero(both) if _landed(*grid.old[[one, other], at], *grid.new[[one, other], at])
            ]
            if exact.any() or landed:
                yield one, other, np.flatnonzero(exact) if exact.any() else np.array(landed)
                continue
            nearer = _nearer(grid, one, other) & _nearer(grid, other, one)
            compared = np.flatnonzero(grid.common[one] & grid.common[other] & _apart(grid, one, other))
            for begin in range(max(len(compared) - _YEAR, 0) + 1):
                year = compared[begin : begin + _YEAR]
                if len(year) >= _OF_YEAR and nearer[year].sum() >= _OF_YEAR:
                    yield one, other, year
                    break
    yield from _in_a_new_month(grid)


def _nearer(grid: Grid, one: int, other: int) -> Bools:
    """Where a row's new figures are nearer to the other's old ones than to its own."""
    found: Bools = np.abs(grid.new[one] - grid.old[other]) < np.abs(grid.new[one] - grid.old[one])
    return found


def _apart(grid: Grid, one: int, other: int) -> Bools:
    largest = np.maximum(np.abs(grid.old[one]), np.abs(grid.old[other]))
    found: Bools = np.abs(grid.old[one] - grid.old[other]) > _APART * largest
    return found


def _in_a_new_month(grid: Grid) -> Iterator[tuple[int, int, np.ndarray]]:
    dataset = DATASETS.get(grid.dataset)
    for column in grid.added if dataset and dataset.held else ():
        if column == 0:
            continue
        now, before = grid.new[:, column], grid.new[:, column - 1]
        sizes = grid.largest(column, len(grid.entities))
        holders = [row for row in sizes if grid.entities[row] not in AGGREGATES][:_COMPARED]
        totals = [row for row in sizes if grid.entities[row] in AGGREGATES]
        rows = [row for row in (*holders, *totals) if not np.isnan(before[row])]
        for place, one in enumerate(rows):
            for other in rows[place + 1 :]:
                if _landed(before[one], before[other], now[one], now[other]):
                    yield one, other, np.array([column])


def _landed(one: float, other: float, one_now: float, other_now: float) -> bool:
    apart = abs(one - other) / max(abs(one), abs(other))
    near = max(abs(one_now - other) / abs(other), abs(other_now - one) / abs(one)) if one and other else np.inf
    return any(apart > far and near <= close for far, close in _LANDINGS)
