"""
The par yield curve beside the days around it and beside what was published before.

The bounds and what is on record (1,115 days of 2021 to 2025, March 2023 and the bills of that spring among them), in
percent points: the median of the curve moved by 0.285 at most in a day (doubted beyond 0.75); a maturity went away from
both days beside it and came back by 0.26 at most (0.40); from one day to the next it parted from the rest of the curve
by as much as ``_APART`` has for each, a half added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median

import numpy as np

from treasury_watch.core.figures.published import Figure, Period
from treasury_watch.core.plausibility.doubt import Doubt
from treasury_watch.core.plausibility.grid import Grid, grids, same

PAR_YIELDS = "yields.par"
"""Par yields in percent: maturity (``10-Year``) by day. No rule can ask about them; tail proxies are made of them."""

_MEDIAN = 0.75
_SPIKE = 0.40
_APART = {
    "1-Month": 1.65,
    "1.5-Month": 0.45,
    "2-Month": 0.45,
    "3-Month": 0.45,
    "4-Month": 0.45,
    "6-Month": 0.45,
    "1-Year": 0.60,
    "2-Year": 0.55,
    "3-Year": 0.35,
    "5-Year": 0.25,
    "7-Year": 0.25,
    "10-Year": 0.25,
    "20-Year": 0.25,
    "30-Year": 0.32,
}
_APART_ELSE = 0.60
_NEAR = timedelta(days=7)
"""Days further apart than this are not beside each other: the file has a gap."""
REVISED = 0.10
"""A day that was known is not printed anew by so much: nothing on record was."""
_DAYS = 20

Curve = Mapping[date, Mapping[str, float]]


def odd_days(curve: Curve) -> dict[date, str]:
    """The days that cannot be believed beside those around them, each with why in words."""
    days = sorted(curve)
    found: dict[date, str] = {}
    before: date | None = None
    for place, day in enumerate(days):
        # The first day has nothing before it to be odd beside; where it was known, it cannot have changed.
        beside = [one for one in (before, *days[place + 1 : place + 2]) if one and before]
        beside = [one for one in beside if abs(one - day) <= _NEAR]
        why = next(_oddities(curve, day, beside), "")
        if why:
            found[day] = why
        else:
            before = day
    return found


def _oddities(curve: Curve, day: date, beside: Sequence[date]) -> Iterator[str]:
    if not beside:
        return
    moves = [_moves(curve, one, day) for one in beside]
    middles = [median(move.values()) if move else 0.0 for move in moves]
    if all(abs(middle) > _MEDIAN for middle in middles):
        yield f"the curve is {middles[0]:+.2f} points away from the day beside it"
    for maturity in curve[day]:
        steps = [move[maturity] for move in moves if maturity in move]
        if len(steps) != len(moves):
            continue
        if len(steps) == 1:
            apart = abs(steps[0] - middles[0])
            odd = apart > _APART.get(maturity, _APART_ELSE)
        else:
            apart = min(abs(step) for step in steps)
            odd = apart > _SPIKE and steps[0] * steps[1] > 0
        if odd:
            yield f"the {maturity} yield {curve[day][maturity]:g} is {apart:.2f} points away from the days beside it"


def _moves(curve: Curve, other: date, day: date) -> dict[str, float]:
    return {name: value - curve[other][name] for name, value in curve[day].items() if name in curve[other]}


def revised_days(known: Mapping[tuple[str, str, Period], float], curve: Curve) -> dict[date, str]:
    """The days that were known otherwise, by more than a correction can be, each with why in words."""
    found: dict[date, str] = {}
    for day, row in curve.items():
        for maturity, value in row.items():
            was = known.get((PAR_YIELDS, maturity, day.isoformat()))
            if was is not None and abs(value - was) >= REVISED - 1e-9:
                found[day] = f"the {maturity} yield was {was:g} and is {value:g}"
    return found


def curve_doubts(known: Mapping[tuple[str, str, Period], float], figures: Sequence[Figure]) -> list[Doubt]:
    """What is odd about a whole curve: maturities rewritten, or under each other's names; ``known`` in percent."""
    for grid in grids(known, (figure for figure in figures if figure.dataset == PAR_YIELDS)):
        for doubt in (*_rewritten(grid), *_neighbours(grid)):
            return [doubt]
    return []


def _rewritten(grid: Grid) -> Iterator[Doubt]:
    common, changed = grid.common, grid.changed
    revised = changed & (np.abs(grid.new - grid.old) >= REVISED - 1e-9)
    days, known = int(revised.any(axis=0).sum()), int(common.any(axis=0).sum())
    if days > known / 2:
        yield Doubt("rewritten", f"{days} of {known} known days are others by 10 bp or more", grid.odd(revised))
    for row, maturity in enumerate(grid.entities):
        if common[row].sum() >= _DAYS and changed[row].sum() > common[row].sum() / 2:
            where = np.zeros_like(changed)
            where[row] = changed[row]
            count = f"{int(changed[row].sum())} of {int(common[row].sum())}"
            yield Doubt("rewritten", f"{count} known days of the {maturity} yield are others", grid.odd(where))


def _neighbours(grid: Grid) -> Iterator[Doubt]:
    """A maturity that says what another does over twenty days running."""
    for row, maturity in enumerate(grid.entities):
        for other in range(row):
            both = np.flatnonzero(~np.isnan(grid.new[row]) & ~np.isnan(grid.new[other]))[-_DAYS:]
            if len(both) == _DAYS and same(grid.new[row, both], grid.new[other, both]).all():
                where = np.zeros_like(grid.common)
                where[row, both] = True
                says = f"The {maturity} yield is the {grid.entities[other]} yield on each of {_DAYS} days"
                yield Doubt("moved", says, grid.odd(where, np.broadcast_to(grid.new[other], grid.new.shape)))
