"""
Conditions: what is asked of a number. One entry a kind.

"Lowest in 24" compares the number with the lowest of the 24 before: what is compared is by how much it is lower, with
zero. To add one: an entry here, its name in ``CONDITIONS``, and its line in tests/core/rules/test_kinds.py.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from treasury_watch.core.figures.arrays import Bools, Floats, earlier, exact, shifted
from treasury_watch.core.rules.kinds import ConditionKind, Interval, MeasureKind, Side, Takes, registry
from treasury_watch.core.rules.measures import RANK
from treasury_watch.core.rules.model import Condition, Verdict

Verdicts = NDArray[np.int8]

LEAST_HISTORY: Final = 12
"""``lowest_in`` and its kin say nothing with fewer earlier values than this."""

_ENDLESS = float("inf")


def _below(values: Floats, a: Floats, _: Floats) -> Bools:
    return values < a


def _above(values: Floats, a: Floats, _: Floats) -> Bools:
    return values > a


def _itself(values: Floats, _: Condition, __: Bools) -> Floats:
    return exact(values)


def _own_row(_: Condition, row: int, __: int | None) -> int:
    return row


def _over(value: float, a: float, _: float) -> float:
    return value - a


def _under(value: float, a: float, _: float) -> float:
    return a - value


def _fits_all(_: MeasureKind) -> str:
    return ""


def _lower(than: Condition, level: Condition) -> bool:
    return level.a < than.a


def _higher(than: Condition, level: Condition) -> bool:
    return level.a > than.a


BELOW: Final = ConditionKind(
    word="below",
    also_written=("under", "less_than", "lt", "<"),
    takes=Takes.LEVEL,
    help="less than the level",
    words="below",
    threshold=lambda said, _: f"below {said}",
    side=Side.LOW,
    reduce=_itself,
    compare=_below,
    satisfied=lambda asked: [Interval(-_ENDLESS, False, asked.a, False)],
    sharper=_lower,
    shortfall=_over,
    reads=_own_row,
    missing="",
    fits=_fits_all,
)

ABOVE: Final = ConditionKind(
    word="above",
    also_written=("over", "more_than", "gt", ">"),
    takes=Takes.LEVEL,
    help="more than the level",
    words="above",
    threshold=lambda said, _: f"above {said}",
    side=Side.HIGH,
    reduce=_itself,
    compare=_above,
    satisfied=lambda asked: [Interval(asked.a, False, _ENDLESS, False)],
    sharper=_higher,
    shortfall=_under,
    reads=_own_row,
    missing="",
    fits=_fits_all,
)

AT_MOST: Final = ConditionKind(
    word="at_most",
    also_written=("<=", "max"),
    takes=Takes.LEVEL,
    help="the level or less",
    words="at or below",
    threshold=lambda said, level: f"{said} or {'worse' if level < 0 else 'less'}",
    side=Side.LOW,
    reduce=_itself,
    compare=lambda values, a, _: values <= a,
    satisfied=lambda asked: [Interval(-_ENDLESS, False, asked.a, True)],
    sharper=_lower,
    shortfall=_over,
    reads=_own_row,
    missing="",
    fits=_fits_all,
)

AT_LEAST: Final = ConditionKind(
    word="at_least",
    also_written=(">=", "min"),
    takes=Takes.LEVEL,
    help="the level or more",
    words="at or above",
    threshold=lambda said, _: f"{said} or more",
    side=Side.HIGH,
    reduce=_itself,
    compare=lambda values, a, _: values >= a,
    satisfied=lambda asked: [Interval(asked.a, True, _ENDLESS, False)],
    sharper=_higher,
    shortfall=_under,
    reads=_own_row,
    missing="",
    fits=_fits_all,
)

OUTSIDE: Final = ConditionKind(
    word="outside",
    also_written=(),
    takes=Takes.RANGE,
    help="less than a or more than b",
    words="outside",
    threshold=lambda said, _: "below {} or above {}".format(*said.split(" to ")),
    side=Side.BOTH,
    reduce=_itself,
    compare=lambda values, a, b: (values < a) | (values > b),
    satisfied=lambda asked: [Interval(-_ENDLESS, False, asked.a, False), Interval(asked.b, False, _ENDLESS, False)],
    sharper=lambda than, level: level.a <= than.a and level.b >= than.b and (level.a, level.b) != (than.a, than.b),
    shortfall=lambda value, a, b: min(value - a, b - value),
    reads=_own_row,
    missing="",
    fits=_fits_all,
)


def _gap(values: Floats, best: Floats, seen: NDArray[np.int_]) -> Floats:
    """By how much each value is above the one to beat; NaN with fewer than 12 earlier ones."""
    return exact(exact(values) - exact(np.where(seen >= LEAST_HISTORY, best, np.nan)))


def _extreme_in(values: Floats, asked: Condition, better: np.ufunc) -> Floats:
    prior = earlier(values, asked.n)
    best = better.reduce(prior, axis=2, initial=np.nan) if len(values) else values
    return _gap(values, best, (~np.isnan(prior)).sum(axis=2))


def _extreme_since(values: Floats, inside: Bools, better: np.ufunc) -> Floats:
    counted = shifted(np.where(inside, values, np.nan), 1)
    best = better.accumulate(counted, axis=0) if len(values) else values
    # A period before the start has no reach of its own, however many values follow it.
    return _gap(values, np.where(inside, best, np.nan), (~np.isnan(counted)).cumsum(axis=0))


def _extreme(word: str, *, takes: Takes, side: Side) -> ConditionKind:
    """The lowest or the highest, in so many periods or since one: four kinds that differ in nothing else."""
    low = side is Side.LOW
    better: np.ufunc = np.fmin if low else np.fmax
    reaching = takes is Takes.STEPS
    said = word.replace("_", " ")
    return ConditionKind(
        word=word,
        also_written=(),
        takes=takes,
        help=f"{'lower' if low else 'higher'} than each "
        f"{'of the N before' if reaching else 'since then'}, at least {LEAST_HISTORY} of them known",
        words=said,
        threshold=lambda said, _: said,
        side=side,
        reduce=lambda values, asked, inside: (
            _extreme_in(values, asked, better) if reaching else _extreme_since(values, inside, better)
        ),
        compare=_below if low else _above,
        satisfied=lambda _: [],
        sharper=lambda than, level: level.n > than.n if reaching else level.since < than.since,
        shortfall=_over if low else _under,
        reads=lambda asked, row, since: max(row - asked.n, 0) if reaching else since or 0,
        missing=f"needs {LEAST_HISTORY} earlier values in its reach, and there are fewer",
        fits=_fits_all,
    )


LOWEST_IN: Final = _extreme("lowest_in", takes=Takes.STEPS, side=Side.LOW)
HIGHEST_IN: Final = _extreme("highest_in", takes=Takes.STEPS, side=Side.HIGH)
LOWEST_SINCE: Final = _extreme("lowest_since", takes=Takes.PERIOD, side=Side.LOW)
HIGHEST_SINCE: Final = _extreme("highest_since", takes=Takes.PERIOD, side=Side.HIGH)

CHANGES: Final = ConditionKind(
    word="changes",
    also_written=(),
    takes=Takes.TRUE,
    help="not what it was the period before; for rank",
    words="a change",
    threshold=lambda *_: "any change",
    side=Side.NEITHER,
    reduce=lambda values, _, __: exact(values - shifted(values, 1)),
    compare=lambda values, a, _: values != a,
    satisfied=lambda _: [],
    sharper=lambda _, __: False,
    shortfall=lambda *_: None,
    reads=lambda _, row, __: max(row - 1, 0),
    missing="there is no place of the period before to compare with",
    fits=lambda measure: "" if measure is RANK else f"is for {RANK.word}; write measure: {RANK.word}",
)

CONDITIONS: Final = registry(
    BELOW, ABOVE, AT_MOST, AT_LEAST, OUTSIDE, LOWEST_IN, HIGHEST_IN, LOWEST_SINCE, HIGHEST_SINCE, CHANGES
)
"""Every kind of condition, in the order of rules/README."""


_LEVELLED = [kind.word for kind in CONDITIONS.values() if kind.has_level]
NOT_OF_A_COUNT: Final = f"does not fit a count; expected {', '.join(_LEVELLED[:-1])} or {_LEVELLED[-1]}"
"""Of a condition that compares with history: how many there were before is not asked."""


def opposite(kind: ConditionKind) -> ConditionKind | None:
    """The condition with which an alert ends that began on one side of a level; None where it has no one side."""
    return {Side.LOW: ABOVE, Side.HIGH: BELOW}.get(kind.side) if kind.takes is Takes.LEVEL else None


def levels_of(condition: Condition) -> list[float]:
    """The levels of a condition; none of one that compares with history."""
    takes = CONDITIONS[condition.op].takes
    return [condition.a] if takes is Takes.LEVEL else [condition.a, condition.b] if takes is Takes.RANGE else []


def overlap(fire: Condition, clear: Condition) -> bool:
    """Can one number both fire and clear? Only levels can be compared; of others nobody can say before the data."""
    for own in CONDITIONS[fire.op].satisfied(fire):
        for other in CONDITIONS[clear.op].satisfied(clear):
            floor = max((own.low, not own.has_low), (other.low, not other.has_low))
            ceiling = min((own.high, own.has_high), (other.high, other.has_high))
            if floor[0] < ceiling[0] or (floor[0] == ceiling[0] and not floor[1] and ceiling[1]):
                return True
    return False


class Comparison(NamedTuple):
    """What a condition comes down to: whether ``values`` hold against ``a`` (and ``b``), by the kind ``op``."""

    values: Floats
    op: str
    a: float
    b: float


def reduced(values: Floats, condition: Condition, inside: Bools) -> Comparison:
    """
    The comparison that a condition comes down to, over the whole panel.

    ``inside`` is rows × entities: the periods that a condition lets count which names one.
    """
    kind = CONDITIONS[condition.op]
    a, b = (condition.a, condition.b) if kind.has_level else (0.0, 0.0)
    return Comparison(kind.reduce(values, condition, inside), condition.op, a, b)


def compare(op: str, values: Floats, a: Floats, b: Floats) -> Verdicts:
    """Breached, clear, or undecided where the value is missing. Shapes broadcast."""
    holds = CONDITIONS[op].compare(values, exact(a), exact(b)).view(np.int8)
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
