"""What is wrong with a file, gathered while it is read; and the simple things that are read from a node."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar

from treasury_watch.core.figures.quantities import Unreadable
from treasury_watch.grammar.words import OFTEN_MEANT
from treasury_watch.yaml.nodes import BrokenNode, Entries, Listing, Node, Scalar
from treasury_watch.yaml.problem import did_you_mean

T = TypeVar("T")

_MOST_LISTED = 15
_SHORT = 3
_MOST_ITEMS = 700
"""In any list: more than there are holders, or periods in an example."""
MOST_PROBLEMS = 1000
"""Beyond these a file is some other file: the rest is counted, not listed."""


_REST = re.compile(r"\d{3}[\d.]*\s?[a-z%]*")
_THOUSANDS = re.compile(r"[-+\N{MINUS SIGN}]?\d{1,3}")


class Problems:
    """
    The mistakes of one file, each at its place and under its rule.

    Readers return None for what they have told; what was refused by YAML already is passed over in silence.
    """

    def __init__(self) -> None:
        self.found: list[tuple[int, int, str, str]] = []
        self.rule = ""

    def say(self, at: Node, key: str, problem: str) -> None:
        """A mistake at a node, under the rule being read. ``key`` is what it is about, ``fire`` or ``levels: high``."""
        # One rule can hold more mistakes than anybody reads; the file is given up right after it.
        if not isinstance(at, BrokenNode) and len(self.found) <= 2 * MOST_PROBLEMS:
            self.found.append((at.line, at.column, self.rule, f"{key}: {problem}" if key else problem))

    def text(self, node: Node, key: str, *, most: int = 2000, one_line: bool = False) -> str | None:
        """A text that says something."""
        if isinstance(node, Entries | Listing):
            self.say(node, key, 'expected a text; put it in "quotes"')
            return None
        if isinstance(node, BrokenNode):
            return None
        text = node.text.strip()
        if node.empty or not text:
            self.say(node, key, "nothing is written after it; expected a text")
        elif one_line and "\n" in text:
            self.say(node, key, "expected one line")
        elif len(text) > most:
            self.say(node, key, f"has {len(text)} characters; expected at most {most}")
        else:
            return text
        return None

    def scalar(self, node: Node, key: str, expected: str) -> Scalar | None:
        """One value, not a list or a mapping."""
        if isinstance(node, Scalar) and not node.empty:
            return node
        said = "nothing is written after it; expected" if isinstance(node, Scalar) else "expected"
        self.say(node, key, f"{said} {expected}")
        return None

    def entries(self, node: Node, key: str, expected: str) -> Entries | None:
        """A mapping with something in it."""
        if isinstance(node, Entries) and node.items:
            return node
        self.say(node, key, f"expected {expected}")
        return None

    def some(self, node: Node, key: str, expected: str, *, most: int = _MOST_ITEMS) -> list[Scalar]:
        """One value or a list of them; empty where that is not what stands there."""
        if isinstance(node, Listing) and len(node.items) > most:
            self.say(node.items[most], key, f"has {len(node.items):,} items; expected at most {most}")
            return []
        if isinstance(node, Listing) and node.items:
            read = [self.scalar(item, key, expected) for item in node.items]
            return [item for item in read if item is not None]
        one = self.scalar(node, key, expected)
        return [one] if one else []

    def word(self, node: Node, key: str, known: Iterable[str]) -> str | None:
        """One of the known words."""
        options = tuple(known)
        listed = f"one of {', '.join(options)}" if len(options) > 1 else options[0]
        written = self.scalar(node, key, listed)
        if not written:
            return None
        if written.text not in options:
            self.say(written, key, self.unknown("word", written.text, options))
            return None
        return written.text

    def unknown(self, what: str, written: str, known: Iterable[str], there: Collection[str] = ()) -> str:
        """
        ``unknown word "belw" (did you mean "below"?)``, or what there is to choose from.

        ``there`` are words that stand beside it: what was meant may be said already.
        """
        options = tuple(known)
        said = f'unknown {what} "{shortened(written)}"'
        head, colon, rest = written.partition(":")
        if colon and rest and head in options:
            return f'a space is missing after the ":"; write {head}: {shortened(rest)}'
        if len(self.found) > MOST_PROBLEMS:
            return said  # to look for what was meant takes its time, and nobody will read it
        meant = OFTEN_MEANT.get(written.lower(), "")
        if not did_you_mean(written, options):
            # "treshold" is near a word of other tools, whose word here is another.
            known_elsewhere = [word for word in OFTEN_MEANT if OFTEN_MEANT[word] in options and len(word) > _SHORT]
            near = did_you_mean(written, known_elsewhere).partition('"')[2].partition('"')[0]
            meant = meant or OFTEN_MEANT.get(near, "")
        if meant in there:
            return f'{said}; "{meant}" says that, and stands here already: delete this line'
        if meant in options:
            return f'{said} (did you mean "{meant}"?)'
        listed = "expected " + ", ".join(options) if len(options) <= _MOST_LISTED else "rules/README.md has all of them"
        near = did_you_mean(written, options)
        if any(f'"{word}"' in near for word in there):
            return f"{said}{near}; that stands here already: keep one of them"
        return said + (near or f" ({listed})")

    def not_known(
        self,
        what: str,
        before: Node | None,
        name: Scalar,
        value: Node,
        known: Iterable[str],
        there: Collection[str] = (),
    ) -> str:
        """What is wrong with a key that is none: ``unknown``, or the rest of a number with a comma (``1,100bn``)."""
        alone = isinstance(value, Scalar) and value.empty and _REST.fullmatch(name.text)
        if alone and isinstance(before, Scalar) and _THOUSANDS.fullmatch(before.text):
            return f"write {before.text}{name.text}: a number has no comma"
        return self.unknown(what, name.text, known, there)

    def read(self, node: Node, key: str, reader: Callable[[str], T], expected: str) -> T | None:
        """A quantity, a span, a period: what ``reader`` makes of the text, or its complaint."""
        written = self.scalar(node, key, expected)
        if not written:
            return None
        try:
            return reader(written.text)
        except Unreadable as told:
            self.say(written, key, str(told))
            return None

    def fields(
        self, node: Entries, key: str, known: Iterable[str], strays: Mapping[str, str] | None = None
    ) -> dict[str, Node]:
        """
        The entries of a mapping whose keys are known words.

        ``strays`` are keys that belong elsewhere: word -> what to say of it.
        """
        options = tuple(known)
        kept = {name.text: value for name, value in node.items if name.text in options}
        before: Node | None = None
        for name, value in node.items:
            if name.text not in options:
                stray = strays.get(name.text) if strays else None
                self.say(
                    name, key, stray or self.not_known("key" if not key else "word", before, name, value, options, kept)
                )
                if name.text.lower() in options:
                    # Read all the same, so that what is wrong behind it is told with it.
                    kept.setdefault(name.text.lower(), value)
            before = value
        return kept


def shortened(text: str) -> str:
    """A user's word as it is quoted back: on one line, not endless."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
