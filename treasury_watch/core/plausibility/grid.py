"""A release beside the one before it: the figures of one dataset, entities by periods, as they were and as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from treasury_watch.core.figures.arrays import Bools, Floats
from treasury_watch.core.figures.published import Figure, Period
from treasury_watch.core.plausibility.doubt import MOST_ODD, Odd

_SAME = 1e-9


class Grid(NamedTuple):
    """``old`` and ``new`` have a row for each of ``entities`` and a column for each of ``periods``, oldest first."""

    dataset: str
    entities: tuple[str, ...]
    periods: tuple[Period, ...]
    old: Floats
    new: Floats

    @property
    def common(self) -> Bools:
        """Where both have a figure."""
        found: Bools = ~np.isnan(self.old) & ~np.isnan(self.new)
        return found

    @property
    def changed(self) -> Bools:
        """Where both have one, and it is another."""
        return self.common & ~same(self.old, self.new)

    @property
    def added(self) -> list[int]:
        """The columns that are new: periods later than all that were there."""
        was = ~np.isnan(self.old).all(axis=0)
        newest = int(np.flatnonzero(was).max()) if was.any() else len(self.periods)
        return [column for column in range(newest + 1, len(self.periods)) if not np.isnan(self.new[:, column]).all()]

    def largest(self, column: int, count: int = 20) -> list[int]:
        """The rows with the largest figures of a column."""
        sizes = np.nan_to_num(np.abs(self.new[:, column]), nan=-1.0)
        return [int(row) for row in np.argsort(-sizes, kind="stable")[:count] if sizes[row] > 0]

    def odd(self, where: Bools, was: Floats | None = None) -> tuple[Odd, ...]:
        """The figures of these cells that moved most, beside ``was`` (default: what they were)."""
        before = self.old if was is None else was
        moved = np.where(where, np.abs(self.new - before), np.nan)
        order = np.argsort(-np.nan_to_num(moved, nan=-1.0), axis=None, kind="stable")[:MOST_ODD]
        found = []
        for place in order.tolist():
            row, column = divmod(place, len(self.periods))
            if where[row, column]:
                old = float(before[row, column])
                now = float(self.new[row, column])
                found.append(Odd(self.entities[row], self.periods[column], None if np.isnan(old) else old, now))
        return tuple(found)


def together(parts: Sequence[Grid]) -> Grid:
    """Grids of one file as one, where they have the same periods and no entity in common."""
    first = parts[0]
    return Grid(
        first.dataset,
        tuple(name for part in parts for name in part.entities),
        first.periods,
        np.vstack([part.old for part in parts]),
        np.vstack([part.new for part in parts]),
    )


def same(one: Floats, other: Floats) -> Bools:
    """Where two figures are the same, rounding of the machine aside."""
    found: Bools = np.abs(one - other) < _SAME
    return found


def grids(known: Mapping[tuple[str, str, Period], float], figures: Iterable[Figure]) -> list[Grid]:
    """One grid for each dataset of a release, with what was ``known`` of it; unit as the dataset's."""
    new: dict[str, dict[tuple[str, Period], float]] = {}
    for figure in figures:
        new.setdefault(figure.dataset, {})[figure.entity, figure.period] = figure.value
    old: dict[str, dict[tuple[str, Period], float]] = {}
    for (dataset, entity, period), value in known.items():
        if dataset in new:
            old.setdefault(dataset, {})[entity, period] = value
    return [_grid(dataset, old.get(dataset, {}), now) for dataset, now in new.items()]


def _grid(dataset: str, old: dict[tuple[str, Period], float], new: dict[tuple[str, Period], float]) -> Grid:
    # Beside a file of thirteen months, what was known of twenty years says nothing.
    oldest = min(period for _, period in new)
    old = {cell: value for cell, value in old.items() if cell[1] >= oldest}
    cells = [*new, *old]
    entities = {name: row for row, name in enumerate(dict.fromkeys(entity for entity, _ in cells))}
    periods = {period: column for column, period in enumerate(sorted({period for _, period in cells}))}
    parts = []
    for side in (old, new):
        values = np.full((len(entities), len(periods)), np.nan)
        for (entity, period), value in side.items():
            values[entities[entity], periods[period]] = value
        parts.append(values)
    return Grid(dataset, tuple(entities), tuple(periods), *parts)
