"""A mapping that holds one word and what stands after it: a measure, a condition."""

from __future__ import annotations

from collections.abc import Callable

from treasury_watch.core.figures.datasets import Calendar
from treasury_watch.rulefiles.problems import Problems
from treasury_watch.yaml.nodes import Node, Scalar

Entry = tuple[Scalar, Node]
"""A word and what stands after it."""


def one_entry(
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


def plural(calendar: Calendar, count: int) -> str:
    """``month``, ``months``."""
    return calendar.value if count == 1 else f"{calendar.value}s"
