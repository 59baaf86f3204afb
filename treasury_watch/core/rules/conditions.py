"""
Conditions: what is asked of a number.

Every condition comes down to a comparison of an array with a level, so that thousands of rules are compared at once.
"Lowest in 24" compares the number with the lowest of the 24 before: ``reduced`` makes the one from the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from treasury_watch.core.figures.panels import Bools, Floats, earlier, exact
from treasury_watch.core.rules.measures import shifted
from treasury_watch.core.rules.model import Condition, Verdict

Verdicts = NDArray[np.int8]

LEAST_HISTORY = 12
"""``lowest_in`` and its kin say nothing with fewer earlier values than this."""

CONDITIONS: dict[str, Callable[[Floats, Floats, Floats], Bools]] = {
    "below": lambda x, a, _: x < a,
    "above": lambda x, a, _: x > a,
    "at_most": lambda x, a, _: x <= a,
    "at_least": lambda x, a, _: x >= a,
    "outside": lambda x, a, b: (x < a) | (x > b),
    "differs": lambda x, a, _: x != a,
}

_EXTREMES = {
    "lowest_in": ("below", np.fmin),
    "lowest_since": ("below", np.fmin),
    "highest_in": ("above", np.fmax),
    "highest_since": ("above", np.fmax),
}


class Comparison(NamedTuple):
    """What a condition comes down to: compare ``values`` by ``op`` with ``a`` (and ``b``)."""

    values: Floats
    op: str
    a: float
    b: float


def reach(values: Floats, condition: Condition, inside: Bools) -> Floats:
    """
    The value to beat: the lowest (highest) earlier one in reach, NaN with fewer than 12 of them.

    ``inside`` is rows × entities: periods that ``..._since`` lets count.
    """
    _, better = _EXTREMES[condition.op]
    if condition.op.endswith("_in"):
        prior = earlier(values, condition.n)
        seen = (~np.isnan(prior)).sum(axis=2)
        best = better.reduce(prior, axis=2, initial=np.nan) if len(values) else values
    else:
        counted = shifted(np.where(inside, values, np.nan), 1)
        seen = (~np.isnan(counted)).cumsum(axis=0)
        best = better.accumulate(counted, axis=0) if len(values) else values
        # A period before the start has no reach of its own, however many values follow it.
        best = np.where(inside, best, np.nan)
    return np.where(seen >= LEAST_HISTORY, best, np.nan)


def reduced(values: Floats, condition: Condition, inside: Bools) -> Comparison:
    """The comparison a condition comes down to, over the whole panel."""
    if condition.op == "changes":
        return Comparison(exact(values - shifted(values, 1)), "differs", 0.0, 0.0)
    if condition.op in _EXTREMES:
        op, _ = _EXTREMES[condition.op]
        return Comparison(exact(exact(values) - exact(reach(values, condition, inside))), op, 0.0, 0.0)
    return Comparison(exact(values), condition.op, condition.a, condition.b)


def compare(op: str, values: Floats, a: Floats, b: Floats) -> Verdicts:
    """Breached, clear, or undecided where the value is missing. Shapes broadcast."""
    holds = CONDITIONS[op](values, exact(a), exact(b)).view(np.int8)
    return np.where(np.isnan(values), np.int8(Verdict.UNDECIDED), holds)


def in_a_row(verdicts: Verdicts, periods: int) -> Verdicts:
    """
    Breached when the last ``periods`` all are; clear as soon as one is; else undecided.

    Rows before the first count as undecided.
    """
    joined = verdicts.copy()
    for back in range(1, periods):
        past = np.full_like(verdicts, Verdict.UNDECIDED)
        past[back:] = verdicts[: len(verdicts) - back] if back < len(verdicts) else past[back:]
        clear = (joined == Verdict.CLEAR) | (past == Verdict.CLEAR)
        unknown = (joined == Verdict.UNDECIDED) | (past == Verdict.UNDECIDED)
        joined = np.where(clear, Verdict.CLEAR, np.where(unknown, Verdict.UNDECIDED, Verdict.BREACHED)).astype(np.int8)
    return joined
