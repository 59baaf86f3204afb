"""
Tables by holder and month beside the release before: what is beyond anything on record is doubted.

The bounds and what is on record (releases from 2000 to 2026):

=======================  ===============================================  ======================================
doubt                    on record, at most                               doubted
=======================  ===============================================  ======================================
``rewritten``            10 of 240 old figures changed                    more than half, by 2 % or more
``scale``                1                                                median of new / old beyond 0.75, 1.33
``jump``                 0.938 (2005-06), 1.069 (2002-06)                 median of the 20 largest, month / month
                                                                          before, beyond 0.75, 1.33
``total``                0.947 (2005-06), 1.064 (2008-10)                 Grand Total likewise beyond 0.85, 1.18
``moved``                2 of 246 figures equal to another month's        more than half of a month or a holder
``still``                2 of the 20 largest unchanged in a new month     12
``exchanged``            none                                             two holders' figures under each other's
                                                                          name, further than 5 % apart
``sums``                 0.2 bn                                           holders' revisions and the total's part by
                                                                          more than the rounding of what changed
``label``                none                                             a known holder with the whole history
                                                                          of one that is gone
=======================  ===============================================  ======================================

One holder's own jump is no doubt: El Salvador's was 77-fold in March 2025, and true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from treasury_watch.core.figures.arrays import Bools, Floats
from treasury_watch.core.figures.datasets import AGGREGATES, DATASETS, GRAND_TOTAL, HOLDINGS, TOTALS, Unit
from treasury_watch.core.figures.names import HOLDERS
from treasury_watch.core.figures.published import Figure, Period
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.core.plausibility.doubt import Doubt, Odd
from treasury_watch.core.plausibility.exchanged import exchanges
from treasury_watch.core.plausibility.grid import Grid, grids, same, together

LOWEST, HIGHEST = 0.75, 1.33
LOWEST_TOTAL, HIGHEST_TOTAL = 0.85, 1.18
_SMALL = 0.02
"""A benchmark survey can move every figure by less than this."""
_STILL = 12
_ROUNDED = 0.1
"""Billions: a figure and its revision are rounded by half of this each."""
_FEWEST = 8
"""Fewer figures of a month or a holder say nothing about all of them."""
_SCALES = ((1e3, "a thousand times"), (1e-3, "a thousandth of"), (1e6, "a million times"), (1e-6, "a millionth of"))


def holders_doubts(known: Mapping[tuple[str, str, Period], float], figures: Sequence[Figure]) -> list[Doubt]:
    """
    What is odd about a release beside what the same source said before; empty where nothing is.

    ``known`` is (dataset, entity, month) -> value.
    """
    found: list[Doubt] = []
    parts = grids(known, figures)
    for grid in parts:
        if grid.common.any() and len(grid.entities) >= _FEWEST:
            found += [*_rewritten(grid), *_moved(grid), *_label(grid)]
        found += _newest(grid)
    levels = [grid for grid in parts if grid.dataset in (HOLDINGS, TOTALS)]
    if len({grid.periods for grid in levels}) == 1:
        # A holder's figures can stand under All Other's name as well as under another holder's.
        parts = [together(levels), *(grid for grid in parts if grid.dataset not in (HOLDINGS, TOTALS))]
        found += _sums(parts[0])
    for grid in parts:
        found += exchanges(grid) if grid.common.any() else []
    return _one_of_each(found)


def _one_of_each(doubts: Iterable[Doubt]) -> list[Doubt]:
    """A fault shows in every column of a file: one doubt of each kind says it, and what it is before that it is."""
    first: dict[str, Doubt] = {}
    for doubt in doubts:
        first.setdefault(doubt.kind, doubt)
    if len(first) > 1:
        first.pop("rewritten", None)
    return list(first.values())


def _rewritten(grid: Grid) -> Iterator[Doubt]:
    """Most old figures are others, or all are another unit's, or those of a single month are."""
    common, changed = grid.common, grid.changed
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(common & (grid.old != 0), np.abs(grid.new / grid.old), np.nan)
    if not np.isfinite(ratio).any():
        return
    middle = float(np.nanmedian(ratio))
    if common.sum() >= _FEWEST and not LOWEST <= middle <= HIGHEST:
        likely = next((words for scale, words in _SCALES if 0.8 * scale <= middle <= 1.25 * scale), "")
        times = f"{likely} what they were: another unit?" if likely else f"{middle:.3g} times what they were"
        yield Doubt("scale", f"The figures are {times}", grid.odd(changed))
        return
    apart = np.where(changed, np.abs(np.where(np.isnan(ratio), np.inf, ratio) - 1), np.nan)
    apart = np.where(changed & (np.sign(grid.new) != np.sign(grid.old)), np.inf, apart)
    for part, words in ((slice(None), "the old figures"), *_by_month(grid)):
        those, all_of_it = changed[:, part], common[:, part]
        if all_of_it.sum() >= _FEWEST and those.sum() > all_of_it.sum() / 2:
            rows = [np.median(row[~np.isnan(row)]) for row in apart[:, part] if not np.isnan(row).all()]
            if max(rows) >= _SMALL and (part == slice(None) or np.median(rows) >= _SMALL):
                where = np.zeros_like(changed)
                where[:, part] = those
                says = f"{int(those.sum())} of {int(all_of_it.sum())} of {words} are others than in the release before"
                yield Doubt("rewritten", says, grid.odd(where))
                return


def _by_month(grid: Grid) -> Iterator[tuple[slice, str]]:
    for column, month in enumerate(grid.periods):
        if grid.changed[:, column].any():
            yield slice(column, column + 1), f"the figures of {period_words(month)}"


def _moved(grid: Grid) -> Iterator[Doubt]:
    """The figures of a month are another month's, or those of a holder each the month's beside it."""
    changed = grid.changed
    fresh = set(grid.added)
    for column in range(len(grid.periods) - 1, -1, -1):
        month = grid.periods[column]
        if column not in fresh and changed[:, column].sum() < _FEWEST:
            continue
        now = grid.new[:, column]
        for other in range(len(grid.periods)):
            was = grid.old[:, other]
            if other == column or np.isnan(was).all():
                continue
            asked = ~np.isnan(now) & ~np.isnan(was) & (now != 0)
            if column not in fresh:
                asked &= ~same(grid.old[:, column], was)
            equal = asked & same(now, was)
            if asked.sum() >= _FEWEST and equal.sum() > asked.sum() / 2:
                says = (
                    f"{int(equal.sum())} of {int(asked.sum())} figures of {period_words(month)} are those that "
                    f"{period_words(grid.periods[other])} had"
                )
                yield Doubt("moved", says, _side_by_side(grid, column, equal))
                return
    for row in np.flatnonzero(changed.sum(axis=1) >= _FEWEST).tolist():
        for step in (1, -1):
            beside = np.roll(grid.old[row], step)
            beside[0 if step == 1 else -1] = np.nan
            equal = changed[row] & same(grid.new[row], beside)
            if equal.sum() > changed[row].sum() / 2:
                where = np.zeros_like(changed)
                where[row] = equal
                name = grid.entities[row]
                says = f"{int(equal.sum())} figures of {name} are each those of the month beside it"
                yield Doubt("moved", says, grid.odd(where))
                return


def _side_by_side(grid: Grid, column: int, equal: Bools) -> tuple[Odd, ...]:
    rows = [row for row in grid.largest(column) if equal[row]][:3]
    old = grid.old[rows, column].tolist()
    return tuple(
        Odd(grid.entities[row], grid.periods[column], None if np.isnan(was) else was, float(grid.new[row, column]))
        for row, was in zip(rows, old, strict=True)
    )


def _sums(grid: Grid) -> Iterator[Doubt]:
    """A month whose holders changed and whose total did not, or the other way round, beyond what rounding explains."""
    total = next((row for row, name in enumerate(grid.entities) if name == GRAND_TOTAL), None)
    parts = [row for row, name in enumerate(grid.entities) if name == "All Other" or name not in AGGREGATES]
    if total is None:
        return
    for column in np.flatnonzero(grid.changed[[total, *parts]].any(axis=0)).tolist():
        old, new = grid.old[parts, column], grid.new[parts, column]
        if (np.isnan(old) != np.isnan(new)).any() or np.isnan(grid.old[total, column]):
            continue
        off = float(np.nansum(new - old) - (grid.new[total, column] - grid.old[total, column]))
        if abs(off) > _ROUNDED * (grid.changed[[total, *parts], column].sum() + 1) + 1e-9:
            where = np.zeros_like(grid.common)
            where[[total, *parts], column] = grid.changed[[total, *parts], column]
            month = period_words(grid.periods[column])
            yield Doubt(
                "sums", f"In {month} the holders' revisions and the total's differ by {off:.1f} bn", grid.odd(where)
            )


def _label(grid: Grid) -> Iterator[Doubt]:
    """A holder that has a name already stands with the whole history of another that is gone."""
    for gone, came in renamed(grid):
        if grid.entities[came] in HOLDERS:
            says = f"{grid.entities[came]} has the figures of {grid.entities[gone]}, which is gone"
            where = np.zeros_like(grid.common)
            where[came] = ~np.isnan(grid.new[came])
            yield Doubt("label", says, grid.odd(where, np.broadcast_to(grid.old[gone], grid.old.shape)))


def renamed(grid: Grid) -> list[tuple[int, int]]:
    """
    Rows of holders that are gone and of new ones with their history: (gone, came).

    The same history: 12 of the 12 newest months that both have (fewer where fewer are there, but 6) within 0.1.
    """
    absent_now, absent_before = np.isnan(grid.new).all(axis=1), np.isnan(grid.old).all(axis=1)
    found = []
    for came in np.flatnonzero(absent_before & ~absent_now).tolist():
        for gone in np.flatnonzero(absent_now & ~absent_before).tolist():
            both = np.flatnonzero(~np.isnan(grid.new[came]) & ~np.isnan(grid.old[gone]))[-12:]
            apart = np.abs(grid.new[came, both] - grid.old[gone, both])
            if len(both) >= 6 and (apart <= 0.1 + 1e-9).all():
                found.append((gone, came))
    return found


def likely_renames(known: Mapping[tuple[str, str, Period], float], figures: Sequence[Figure]) -> list[tuple[str, str]]:
    """Holders that are gone from a table, each with the new name that has its history: (gone, came)."""
    held = [grid for grid in grids(known, figures) if grid.dataset == HOLDINGS]
    return [(grid.entities[gone], grid.entities[came]) for grid in held for gone, came in renamed(grid)]


def _newest(grid: Grid) -> Iterator[Doubt]:
    """New months beside the month before them, in the same file; only what is held has a level that can jump."""
    dataset = DATASETS.get(grid.dataset)
    if dataset is None or not dataset.held or dataset.unit is not Unit.BILLIONS:
        return
    total = grid.entities.index(GRAND_TOTAL) if GRAND_TOTAL in grid.entities else None
    columns = grid.added if grid.common.any() else [len(grid.periods) - 1]
    for column in columns:
        if column == 0:
            continue
        now, before = grid.new[:, column], grid.new[:, column - 1]
        if total is not None and before[total] and not np.isnan(now[total] / before[total]):
            ratio = float(now[total] / before[total])
            if not LOWEST_TOTAL <= ratio <= HIGHEST_TOTAL:
                says = f"Grand Total is {ratio:.3g} times that of the month before"
                yield Doubt("total", says, _month(grid, column, [total]))
        rows = [row for row in grid.largest(column - 1, 25) if grid.entities[row] not in AGGREGATES][:20]
        rows = [row for row in rows if not np.isnan(now[row])]
        if len(rows) < _FEWEST:
            continue
        middle = float(np.median(now[rows] / before[rows]))
        if not LOWEST <= middle <= HIGHEST:
            says = f"The holders of {period_words(grid.periods[column])} have {middle:.3g} times what they had"
            yield Doubt("jump", says, _month(grid, column, rows))
        still = [row for row in rows if same(now[row : row + 1], before[row : row + 1])[0]]
        if len(still) >= _STILL:
            month = period_words(grid.periods[column])
            says = f"{len(still)} of the {len(rows)} largest holders have in {month} exactly what they had before"
            yield Doubt("still", says, _month(grid, column, still))


def _month(grid: Grid, column: int, rows: Sequence[int]) -> tuple[Odd, ...]:
    before: Floats = np.full_like(grid.new, np.nan)
    before[:, column] = grid.new[:, column - 1]
    where = np.zeros(grid.new.shape, dtype=bool)
    where[list(rows), column] = True
    return (
        grid.odd(where, before)
        if len(rows) == 1
        else tuple(
            Odd(grid.entities[row], grid.periods[column], float(before[row, column]), float(grid.new[row, column]))
            for row in rows[:3]
        )
    )
