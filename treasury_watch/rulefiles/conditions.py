"""The conditions of a rule, each level read in the scale of what it is compared with."""

from __future__ import annotations

from functools import partial

from treasury_watch.core.figures.quantities import Unreadable, period_words, read_period, read_steps
from treasury_watch.core.rules.conditions import ABOVE, CONDITIONS, LEAST_HISTORY, NOT_OF_A_COUNT, opposite
from treasury_watch.core.rules.kinds import Side, Takes
from treasury_watch.core.rules.measures import VALUE
from treasury_watch.core.rules.model import Condition
from treasury_watch.rulefiles.entry import Entry, one_entry, plural
from treasury_watch.rulefiles.problems import Problems
from treasury_watch.rulefiles.scale import Scale
from treasury_watch.yaml.nodes import Entries, Listing, Node, Scalar


def read_condition(node: Node, key: str, scale: Scale, notes: Problems) -> Condition | None:
    """``{below: 1.1tn}``: one comparison, its level in the scale's unit."""
    both = partial(_both, key=key, scale=scale)
    one = one_entry(node, key, "a condition such as {below: 1.1tn}", tuple(CONDITIONS), notes, both)
    if not one:
        return None
    name, value = one
    return read_level(value, f"{key}: {name.text}", name.text, scale, notes)


def _both(first: Entry, second: Entry, *, key: str, scale: Scale) -> str:
    """What to write instead of two conditions: both ends of a range, or a second condition that must hold as well."""
    said = f'one condition only, and "{first[0].text}" stands there already'
    levels: dict[Side, Scalar] = {}
    for name, value in (first, second):
        kind = CONDITIONS[name.text]
        if kind.takes is Takes.LEVEL and isinstance(value, Scalar):
            levels[kind.side] = value
    try:
        if len(levels) == 2 and scale.read(levels[Side.LOW].text).value < scale.read(levels[Side.HIGH].text).value:
            ends = f"[{levels[Side.LOW].text}, {levels[Side.HIGH].text}]"
            return f"{said}; to be told of either write outside: {ends}"
    except Unreadable:
        return f"{said}; keep one"
    if key == "fire" and isinstance(second[1], Scalar):
        again = f"{{data: {scale.data}, is: {{{second[0].text}: {second[1].text}}}}}"
        more = "" if scale.measure is VALUE else ", with the same measure beside its data"
        return f"{said}; where both must hold, move this one to all: [{again}]{more}"
    return f"{said}; keep one"


def read_level(node: Node, key: str, op: str, scale: Scale, notes: Problems) -> Condition | None:
    """What stands after a condition's word."""
    kind = CONDITIONS[op]
    takes = kind.takes
    if not scale.data and not kind.has_level:
        notes.say(node, key, NOT_OF_A_COUNT)
        return None
    unfit = kind.fits(scale.measure) if scale.measure else ""
    if unfit:
        notes.say(node, key, unfit)
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
    kind = CONDITIONS[op]
    if kind.takes is Takes.PERIOD:
        since = notes.read(
            node, key, lambda text: read_period(text, scale.calendar, exact=False), "a month such as 2020-01"
        )
        return Condition(op, since=since, said=f"{kind.words} {period_words(since)}") if since else None
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
    said = f"{kind.words} {steps.periods} {plural(scale.calendar, steps.periods)}"
    return Condition(op, n=steps.periods, said=said)


def overlap_words(fire: Condition, clear: Condition) -> str:
    """What is wrong with a ``clear`` that one value can satisfy together with ``fire``, and what to write instead."""
    away = opposite(CONDITIONS[fire.op])
    if away is None:
        return f"{fire.op} {fire.said} ends by itself when the value is back between them; delete clear"
    instead = f"{{{away.word}: {fire.said}}}"
    if opposite(CONDITIONS[clear.op]) in (None, away):
        return f"{clear.op} {clear.said} is on the side that fires ({fire.op} {fire.said}); write {instead}"
    if clear.a == fire.a:
        return f"{fire.said} itself would both fire and end it; write {instead}"
    further = "higher" if away is ABOVE else "lower"
    between = f"a value between {clear.said} and {fire.said} would both fire and end it"
    return f"{between}; write {instead}, or a {further} level"
