"""
What a kind of measure and a kind of condition are: everything that the bot knows of one, in one entry.

The entries stand in ``measures`` and ``conditions``. No field has a default: an aspect that is forgotten does not
type-check. Checker, editor schema, rules/README, judge, messages, explain, sweep and plot read the entries and know no
word by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import NamedTuple, TypeVar

from treasury_watch.core.figures.arrays import Bools, Floats
from treasury_watch.core.figures.datasets import Calendar, Dataset, Unit
from treasury_watch.core.figures.published import Period
from treasury_watch.core.rules.model import Condition, Measure


class Takes(StrEnum):
    """What stands after a measure or a condition. The value is how rules/README writes it."""

    NOTHING = ""
    STEPS = "N"
    STEPS_OR_ALL = "N or all"
    PERIOD = "2024-10"
    LEVEL = "level"
    RANGE = "[a, b]"
    TRUE = "true"


class MeasuredIn(Enum):
    """What a measure is said in; its conditions are written in that, too."""

    DATA = "a level in the unit of the data"
    DIFFERENCE = "a difference in the unit of the data: between percentages points, between rates basis points"
    PERCENT = "percent"
    DEVIATIONS = "standard deviations, a plain number with two decimals"
    PERCENTILE = "a percentile, a plain number with one decimal"
    COUNT = "a whole number"

    @property
    def word(self) -> str:
        """What stands after the number where it has no unit."""
        return "sd" if self is MeasuredIn.DEVIATIONS else ""

    @property
    def of_data(self) -> bool:
        """Whether the unit is that of the data."""
        return self in (MeasuredIn.DATA, MeasuredIn.DIFFERENCE)

    def unit(self, data: Unit) -> Unit:
        """The unit, of data in a unit."""
        return data if self.of_data else Unit.PERCENT if self is MeasuredIn.PERCENT else Unit.PLAIN


class AcrossBreak(Enum):
    """What a measure says of a month in which what is held changed without anyone trading."""

    STANDS = "it compares with nothing earlier"
    UNDECIDED = "the step into that month is no trading"
    BEGINS_ANEW = "so does the run that it counts"


class Move(Enum):
    """Whether a measure is a move, which has a size and a direction, or a level."""

    NEVER = "a level"
    ALWAYS = "a rise or a fall"
    OF_FLOWS = "a move where the data are flows"


class Side(Enum):
    """On which side of its level a condition holds."""

    LOW = "low"
    HIGH = "high"
    BOTH = "both"
    NEITHER = "neither"


class Frame(NamedTuple):
    """
    The series that a measure is computed of, and what else it may read.

    ``values`` are rows × entities; ``holders`` marks the columns that are no total; ``broken`` the cells that begin
    anew (None: nowhere). ``grand_total`` is one column on the same rows, for monthly data. ``row_of`` finds a month.
    """

    values: Floats
    holders: Bools
    broken: Bools | None
    grand_total: Floats
    row_of: Callable[[Period], int | None]


class Reach(NamedTuple):
    """
    The rows that a measure of one row reads: those whose figures it needs, oldest first, and the earliest it looks at.

    A row below 0 is history that is not there.
    """

    needed: tuple[int, ...]
    first: int


class History(NamedTuple):
    """
    One entity's series up to a row, for a person who checks a number.

    ``fixed`` is the row of the period that the measure names, None where there is none.
    """

    dataset: Dataset
    values: Floats
    row: int
    fixed: int | None
    period: Callable[[int], Period]

    @property
    def step(self) -> str:
        """What one step back is: ``month``."""
        return self.dataset.calendar.value


Working = tuple[str, str]
"""A number on the way to what is compared: label and value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureKind:
    """
    One kind of measure.

    ``least`` is the smallest N that gives a number. ``compute`` gives rows × entities, NaN where it cannot be said.
    ``missing`` says what it lacks where every figure that ``reads`` needs is there; empty where nothing. ``fits``
    says why data have no such measure, and what to write instead (the flag: a group added up); empty where they
    have. ``signed``: a rise is printed with its plus. ``ranked``: a message says where it stands in its own
    history. ``split_over`` is over how many months the split of a change explains it. ``span`` names it in a
    sentence; ``workings`` are what a person checks by hand.
    """

    word: str
    also_written: tuple[str, ...]
    takes: Takes
    least: int
    help: str
    compute: Callable[[Frame, Measure], Floats]
    reads: Callable[[Measure, int, int | None], Reach]
    missing: Callable[[Measure, History], str]
    across_break: AcrossBreak
    measured_in: MeasuredIn
    fits: Callable[[Dataset, bool], str]
    signed: bool
    ranked: bool
    move: Move
    split_over: Callable[[Measure, int, int | None], int]
    span: Callable[[Measure, Calendar], str]
    workings: Callable[[Measure, History], list[Working]]

    def how_far(self, calendar: Calendar) -> str:
        """An example of what stands after the word."""
        if self.takes is Takes.PERIOD:
            return Takes.PERIOD.value
        return f"12 {calendar.value}s" if self.least > 1 else f"1 {calendar.value}"

    def example(self, calendar: Calendar) -> str:
        """An example of the measure as a rule writes it."""
        return self.word if self.takes is Takes.NOTHING else f"{{{self.word}: {self.how_far(calendar)}}}"


class Interval(NamedTuple):
    """Numbers from ``low`` to ``high``, and whether each end is one of them."""

    low: float
    has_low: bool
    high: float
    has_high: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionKind:
    """
    One kind of condition.

    Each comes down to comparing an array with levels, so that thousands of rules are compared at once: ``reduce``
    makes the array (the flags: rows × entities that a period it names lets count), ``compare`` asks it. ``words``
    stand before the level in messages, ``threshold`` names the level by itself, given its words and the level.
    ``satisfied`` are the numbers that a level lets pass; none where only history can tell. ``sharper``: every
    number that satisfies the second satisfies the first, and fewer do. ``shortfall`` is by how much a number falls
    short, given the levels; None where that cannot be said. ``reads`` is the earliest row that a row's answer looks
    at, given the row of the period it names. ``missing`` says what it lacks where the number itself is known;
    ``fits`` why it is not for a measure.
    """

    word: str
    also_written: tuple[str, ...]
    takes: Takes
    help: str
    words: str
    threshold: Callable[[str, float], str]
    side: Side
    reduce: Callable[[Floats, Condition, Bools], Floats]
    compare: Callable[[Floats, Floats, Floats], Bools]
    satisfied: Callable[[Condition], list[Interval]]
    sharper: Callable[[Condition, Condition], bool]
    shortfall: Callable[[float, float, float], float | None]
    reads: Callable[[Condition, int, int | None], int]
    missing: str
    fits: Callable[[MeasureKind], str]

    @property
    def has_level(self) -> bool:
        """Whether it compares with levels that its author writes."""
        return self.takes in (Takes.LEVEL, Takes.RANGE)

    @property
    def looks_back(self) -> bool:
        """Whether it compares with earlier numbers of the series."""
        return not self.has_level

    @property
    def is_extreme(self) -> bool:
        """Whether it compares with the lowest or highest of earlier numbers."""
        return self.takes in (Takes.STEPS, Takes.PERIOD)


Kind = TypeVar("Kind", bound=MeasureKind | ConditionKind)


def registry(*kinds: Kind) -> Mapping[str, Kind]:
    """The kinds by their word. Raises ValueError where two share one."""
    found: dict[str, Kind] = {}
    given: list[str] = []
    for kind in kinds:
        given += [kind.word, *kind.also_written]
        found[kind.word] = kind
    twice = sorted({word for word in given if given.count(word) > 1})
    if twice:
        raise ValueError(f"given twice: {', '.join(twice)}")
    return found
