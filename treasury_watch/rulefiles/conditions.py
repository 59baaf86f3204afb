"""Measures and conditions of a rule, read against the data they are of."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from treasury_watch.core.figures.datasets import DATASETS, RATES, Calendar, Dataset, Unit
from treasury_watch.core.figures.quantities import (
    Quantity,
    Unreadable,
    period_words,
    read_period,
    read_quantity,
    read_steps,
)
from treasury_watch.core.rules.model import Condition, Measure
from treasury_watch.grammar import CONDITIONS_BY_NAME, LEAST_HISTORY, MEASURES_BY_NAME, Compared, MeasureWord, Takes
from treasury_watch.grammar.fitting import misfit
from treasury_watch.rulefiles.problems import Problems
from treasury_watch.yaml.file import Entries, Listing, Node, Scalar

_UNREAD = "unread"
"""In place of a measure with a mistake in it: what stands beside it is read all the same."""


class Scale(NamedTuple):
    """What a condition's levels are written in, and what its periods are. ``data`` is empty of a count."""

    unit: Unit
    rate: bool
    calendar: Calendar
    measure: str
    data: str = ""

    def read(self, text: str) -> Quantity:
        """A level as written. Raises Unreadable."""
        try:
            if self.measure == _UNREAD:
                return _in_some_unit(text, self.unit)
            return read_quantity(text, self.unit, rate=self.rate, of=self.called())
        except Unreadable as told:
            if text.strip().endswith("%") and self.unit is Unit.BILLIONS:
                raise Unreadable(f"{told}; {_percentages(self.data)}") from None
            raise

    def called(self) -> str:
        """What has the unit: the data, or the measure that has one of its own."""
        if not self.data:
            return "a count"
        own = self.measure != _UNREAD and MEASURES_BY_NAME[self.measure].unit is not Compared.DATA
        return f"measure: {self.measure}" if own else self.data


def _in_some_unit(text: str, likely: Unit) -> Quantity:
    for unit in Unit:
        with suppress(Unreadable):
            return read_quantity(text, unit, rate=True)
    return read_quantity(text, likely)


def _percentages(data: str) -> str:
    """Which measures of money are compared in percent."""
    fitting = {"share": "measure: share (of Grand Total)", "percent_change": "measure: {percent_change: 1 month}"}
    asked = [said for word, said in fitting.items() if not misfit(word, DATASETS[data])]
    return f"for a percentage add {' or '.join(asked)}" if asked else f"{data} has no percentages"


def scale_of(dataset: Dataset, measure: Measure | None) -> Scale:
    """The scale of a measure of a dataset; of one that could not be read (None) any unit will do."""
    if measure is None:
        return Scale(dataset.unit, rate=True, calendar=dataset.calendar, measure=_UNREAD, data=dataset.name)
    compared = MEASURES_BY_NAME[measure.kind].unit
    if compared is Compared.DATA:
        return Scale(dataset.unit, dataset.name in RATES, dataset.calendar, measure.kind, dataset.name)
    unit = Unit.PERCENT if compared is Compared.PERCENT else Unit.PLAIN
    return Scale(unit, rate=False, calendar=dataset.calendar, measure=measure.kind, data=dataset.name)


def counted(calendar: Calendar) -> Scale:
    """The scale of "how many"."""
    return Scale(Unit.PLAIN, rate=False, calendar=calendar, measure="count")


def read_measure(node: Node, key: str, dataset: Dataset, notes: Problems) -> Measure | None:
    """``value``, ``{change: 1 month}``: a measure that this data has."""
    if isinstance(node, Scalar) and not node.empty:
        word = notes.word(node, key, MEASURES_BY_NAME)
        if word and MEASURES_BY_NAME[word].takes is not Takes.NOTHING:
            example = _example(MEASURES_BY_NAME[word], dataset.calendar)
            notes.say(node, key, f"{word} needs to know how far; write {{{word}: {example}}}")
            return None
        return Measure(word) if word and _fits(node, key, word, dataset, notes) else None
    one = _one(node, key, "a measure such as {change: 1 month}, or rank", tuple(MEASURES_BY_NAME), notes, _one_measure)
    if not one:
        return None
    name, value = one
    known = MEASURES_BY_NAME[name.text]
    where = f"{key}: {name.text}"
    if not _fits(name, key, name.text, dataset, notes):
        return None
    if known.takes is Takes.NOTHING:
        notes.say(value, where, f"takes nothing; write {key.split(': ')[-1]}: {name.text}")
        return None
    if known.takes is Takes.PERIOD:
        period = notes.read(value, where, lambda text: read_period(text, dataset.calendar), "a month such as 2024-10")
        return Measure(name.text, since=period) if period else None
    if known.takes is Takes.STEPS_OR_ALL and isinstance(value, Scalar) and value.text == "all":
        return Measure(name.text)
    steps = notes.read(value, where, lambda text: read_steps(text, dataset.calendar), _example(known, dataset.calendar))
    if steps is None:
        return None
    if steps.periods < known.least:
        notes.say(value, where, f"needs at least {known.least} {_plural(dataset.calendar, known.least)}")
        return None
    return Measure(name.text, steps.periods)


def _example(word: MeasureWord, calendar: Calendar) -> str:
    if word.takes is Takes.PERIOD:
        return "2024-10"
    return f"12 {calendar.value}s" if word.least > 1 else f"1 {calendar.value}"


def _plural(calendar: Calendar, count: int) -> str:
    return calendar.value if count == 1 else f"{calendar.value}s"


def _fits(node: Node, key: str, word: str, dataset: Dataset, notes: Problems) -> bool:
    problem = misfit(word, dataset)
    if problem:
        notes.say(node, key, problem)
    return not problem


def read_condition(node: Node, key: str, scale: Scale, notes: Problems) -> Condition | None:
    """``{below: 1.1tn}``: one comparison, its level in the scale's unit."""
    both = partial(_both, key=key, scale=scale)
    one = _one(node, key, "a condition such as {below: 1.1tn}", tuple(CONDITIONS_BY_NAME), notes, both)
    if not one:
        return None
    name, value = one
    return read_level(value, f"{key}: {name.text}", name.text, scale, notes)


Entry = tuple[Scalar, Node]
"""A word and what stands after it."""


def _one(
    node: Node,
    key: str,
    expected: str,
    known: tuple[str, ...],
    notes: Problems,
    too_many: Callable[[Entry, Entry], str],
) -> Entry | None:
    """The single known word of a mapping, and what stands after it; ``too_many`` says what to do with two."""
    entries = notes.entries(node, key, expected)
    if not entries:
        return None
    pairs = [(name, value) for name, value in entries.items if name.text in known]
    before: Node | None = None
    for name, value in entries.items:
        if name.text not in known:
            notes.say(name, key, notes.not_known("word", before, name, value, known))
        before = value
    if len(pairs) > 1:
        notes.say(pairs[1][0], key, too_many(pairs[0], pairs[1]))
    return pairs[0] if len(pairs) == 1 == len(entries.items) else None


def _one_measure(first: Entry, _: Entry) -> str:
    return f'one measure only, and "{first[0].text}" stands there already; ask for the other in a rule of its own'


def _both(first: Entry, second: Entry, *, key: str, scale: Scale) -> str:
    """What to write instead of two conditions: both ends of a range, or a second condition that must hold as well."""
    said = f'one condition only, and "{first[0].text}" stands there already'
    levels: dict[str, Scalar] = {}
    for name, value in (first, second):
        side = {"below": "low", "at_most": "low", "above": "high", "at_least": "high"}.get(name.text)
        if side and isinstance(value, Scalar):
            levels[side] = value
    try:
        if len(levels) == 2 and scale.read(levels["low"].text).value < scale.read(levels["high"].text).value:
            return f"{said}; to be told of either write outside: [{levels['low'].text}, {levels['high'].text}]"
    except Unreadable:
        return f"{said}; keep one"
    if key == "fire" and isinstance(second[1], Scalar):
        again = f"{{data: {scale.data}, is: {{{second[0].text}: {second[1].text}}}}}"
        more = "" if scale.measure == "value" else ", with the same measure beside its data"
        return f"{said}; where both must hold, move this one to all: [{again}]{more}"
    return f"{said}; keep one"


def read_level(node: Node, key: str, op: str, scale: Scale, notes: Problems) -> Condition | None:
    """What stands after a condition's word."""
    takes = CONDITIONS_BY_NAME[op].takes
    if scale.measure == "count" and takes not in (Takes.LEVEL, Takes.RANGE):
        notes.say(node, key, "does not fit a count; expected below, above, at_most, at_least or outside")
        return None
    if takes is Takes.LEVEL:
        if isinstance(node, Entries):
            notes.say(node, key, "expected the level alone, such as -50bn; the comparison is that of fire")
            return None
        level = notes.read(node, key, scale.read, "a level")
        return Condition(op, level.value, said=level.said) if level else None
    if takes is Takes.RANGE:
        return _range(node, key, op, scale, notes)
    if takes is Takes.TRUE:
        if scale.measure not in ("rank", _UNREAD):
            notes.say(node, key, "is for rank; write measure: rank")
            return None
        if not isinstance(node, Scalar) or node.value is not True:
            notes.say(node, key, "expected true")
            return None
        return Condition(op, said="any change")
    return _reach(node, key, op, scale, notes)


def _range(node: Node, key: str, op: str, scale: Scale, notes: Problems) -> Condition | None:
    if not isinstance(node, Listing) or len(node.items) != 2:
        notes.say(node, key, "expected the two ends, such as [-2, 2]")
        return None
    low, high = (notes.read(item, key, scale.read, "a level") for item in node.items)
    if low is None or high is None:
        return None
    if low.value >= high.value:
        notes.say(node, key, f"{low.said} is not below {high.said}; expected the lower end first")
        return None
    return Condition(op, low.value, high.value, said=f"{low.said} to {high.said}")


def _reach(node: Node, key: str, op: str, scale: Scale, notes: Problems) -> Condition | None:
    extreme, _, way = op.partition("_")
    if way == "since":
        since = notes.read(
            node, key, lambda text: read_period(text, scale.calendar, exact=False), "a month such as 2020-01"
        )
        return Condition(op, since=since, said=f"{extreme} since {period_words(since)}") if since else None
    steps = notes.read(
        node, key, lambda text: read_steps(text, scale.calendar, bare=True), f"such as 24 {scale.calendar.value}s"
    )
    if not steps:
        return None
    if steps.periods < LEAST_HISTORY:
        notes.say(
            node,
            key,
            f"{steps.periods} is too few to call anything lowest or highest; expected at least {LEAST_HISTORY}",
        )
        return None
    said = f"{extreme} in {steps.periods} {_plural(scale.calendar, steps.periods)}"
    return Condition(op, n=steps.periods, said=said)


def sharper(than: Condition, level: Condition) -> bool:
    """Does every value that satisfies ``level`` satisfy ``than`` as well, and fewer do? Then it is sharper."""
    match than.op:
        case "below" | "at_most":
            return level.a < than.a
        case "above" | "at_least":
            return level.a > than.a
        case "outside":
            return level.a <= than.a and level.b >= than.b and (level.a, level.b) != (than.a, than.b)
        case "lowest_in" | "highest_in":
            return level.n > than.n
        case "lowest_since" | "highest_since":
            return level.since < than.since
    return False


def overlap(fire: Condition, clear: Condition) -> bool:
    """Can one number both fire and clear? Only levels can be compared; of others nobody can say before the data."""
    for low, low_in, high, high_in in _satisfied(fire):
        for other_low, other_low_in, other_high, other_high_in in _satisfied(clear):
            floor = max((low, not low_in), (other_low, not other_low_in))
            ceiling = min((high, high_in), (other_high, other_high_in))
            if floor[0] < ceiling[0] or (floor[0] == ceiling[0] and not floor[1] and ceiling[1]):
                return True
    return False


_AWAY = {"below": "above", "at_most": "above", "above": "below", "at_least": "below"}
"""The side on which an alert can end that began on the other."""


def overlap_words(fire: Condition, clear: Condition) -> str:
    """What is wrong with a ``clear`` that one value can satisfy together with ``fire``, and what to write instead."""
    away = _AWAY.get(fire.op)
    if away is None:
        return f"{fire.op} {fire.said} ends by itself when the value is back between them; delete clear"
    instead = f"{{{away}: {fire.said}}}"
    if _AWAY.get(clear.op) in (None, away):
        return f"{clear.op} {clear.said} is on the side that fires ({fire.op} {fire.said}); write {instead}"
    if clear.a == fire.a:
        return f"{fire.said} itself would both fire and end it; write {instead}"
    further = "higher" if away == "above" else "lower"
    between = f"a value between {clear.said} and {fire.said} would both fire and end it"
    return f"{between}; write {instead}, or a {further} level"


def _satisfied(condition: Condition) -> list[tuple[float, bool, float, bool]]:
    """The numbers that satisfy a condition: (from, that itself, to, that itself)."""
    endless = float("inf")
    match condition.op:
        case "below":
            return [(-endless, False, condition.a, False)]
        case "at_most":
            return [(-endless, False, condition.a, True)]
        case "above":
            return [(condition.a, False, endless, False)]
        case "at_least":
            return [(condition.a, True, endless, False)]
        case "outside":
            return [(-endless, False, condition.a, False), (condition.b, False, endless, False)]
    return []
