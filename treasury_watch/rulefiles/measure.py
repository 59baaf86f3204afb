"""The measure of a rule, read against the data that it is of."""

from __future__ import annotations

from treasury_watch.core.figures.datasets import Dataset
from treasury_watch.core.figures.quantities import read_period, read_steps
from treasury_watch.core.rules.kinds import Takes
from treasury_watch.core.rules.measures import MEASURES, misfit
from treasury_watch.core.rules.model import Measure
from treasury_watch.rulefiles.entry import Entry, one_entry, plural
from treasury_watch.rulefiles.problems import Problems
from treasury_watch.yaml.nodes import Node, Scalar


def read_measure(node: Node, key: str, dataset: Dataset, notes: Problems, *, summed: bool = False) -> Measure | None:
    """``value``, ``{change: 1 month}``: a measure that this data has. ``summed``: of a group added up."""
    if isinstance(node, Scalar) and not node.empty:
        word = notes.word(node, key, MEASURES)
        if word and MEASURES[word].takes is not Takes.NOTHING:
            example = MEASURES[word].how_far(dataset.calendar)
            notes.say(node, key, f"{word} needs to know how far; write {{{word}: {example}}}")
            return None
        return Measure(word) if word and _fits(node, key, word, dataset, notes, summed=summed) else None
    one = one_entry(node, key, "a measure such as {change: 1 month}, or rank", tuple(MEASURES), notes, _one_measure)
    if not one:
        return None
    name, value = one
    known = MEASURES[name.text]
    where = f"{key}: {name.text}"
    if not _fits(name, key, name.text, dataset, notes, summed=summed):
        return None
    if known.takes is Takes.NOTHING:
        notes.say(value, where, f"takes nothing; write {key.split(': ')[-1]}: {name.text}")
        return None
    if known.takes is Takes.PERIOD:
        period = notes.read(value, where, lambda text: read_period(text, dataset.calendar), "a month such as 2024-10")
        return Measure(name.text, since=period) if period else None
    if known.takes is Takes.STEPS_OR_ALL and isinstance(value, Scalar) and value.text == "all":
        return Measure(name.text)
    steps = notes.read(value, where, lambda text: read_steps(text, dataset.calendar), known.how_far(dataset.calendar))
    if steps is None:
        return None
    if steps.periods < known.least:
        notes.say(value, where, f"needs at least {known.least} {plural(dataset.calendar, known.least)}")
        return None
    return Measure(name.text, steps.periods)


def _fits(node: Node, key: str, word: str, dataset: Dataset, notes: Problems, *, summed: bool) -> bool:
    problem = misfit(MEASURES[word], dataset, summed=summed)
    if problem:
        notes.say(node, key, problem)
    return not problem


def _one_measure(first: Entry, _: Entry) -> str:
    return f'one measure only, and "{first[0].text}" stands there already; ask for the other in a rule of its own'
