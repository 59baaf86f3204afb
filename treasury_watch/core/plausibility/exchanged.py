"""Two holders' figures under each other's names: of whole histories (labels exchanged), or of single months."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from treasury_watch.core.figures.arrays import Bools
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.core.plausibility.doubt import Doubt
from treasury_watch.core.plausibility.grid import Grid, same

_APART = 0.05
"""Two holders nearer to each other than this cannot be told apart by their figures."""
_YEAR = 12
_OF_YEAR = 10
_FAR, _NEAR = 0.25, 0.01
"""In a new month two holders that were far apart do not each land near where the other was: since 2000 none did."""


def exchanges(grid: Grid) -> Iterator[Doubt]:
    """At most one doubt: two holders of a grid whose figures stand under each other's names."""
    for one, other, columns in _pairs(grid):
        where: Bools = np.zeros_like(grid.common)
        where[one, columns] = where[other, columns] = True
        count = f"{len(columns)} months" if len(columns) > 1 else period_words(grid.periods[int(columns[0])])
        names = f"{grid.entities[one]} and {grid.entities[other]}"
        yield Doubt("exchanged", f"{names} have each other's figures in {count}", grid.odd(where))
        return


def _pairs(grid: Grid) -> Iterator[tuple[int, int, np.ndarray]]:
    moved = grid.changed & (np.abs(grid.new - grid.old) > _APART * np.abs(grid.old))
    rows = np.flatnonzero(moved.any(axis=1)).tolist()
    for place, one in enumerate(rows):
        for other in rows[place + 1 :]:
            both = moved[one] & moved[other]
            exact = both & same(grid.new[one], grid.old[other]) & same(grid.new[other], grid.old[one])
            if exact.any():
                yield one, other, np.flatnonzero(exact)
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
    for column in grid.added:
        if column == 0:
            continue
        now, before = grid.new[:, column], grid.new[:, column - 1]
        rows = [row for row in grid.largest(column) if not np.isnan(before[row])]
        for place, one in enumerate(rows):
            for other in rows[place + 1 :]:
                far = abs(before[one] - before[other]) > _FAR * max(abs(before[one]), abs(before[other]))
                if far and _lands(now[one], before[other]) and _lands(now[other], before[one]):
                    yield one, other, np.array([column])


def _lands(now: float, where: float) -> bool:
    return bool(abs(now - where) <= _NEAR * abs(where))
