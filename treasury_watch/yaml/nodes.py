"""What a YAML file is made of: values as they were written, mappings and lists, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_NULL = frozenset(("", "~", "null", "Null", "NULL"))


_TRUE = frozenset(("true", "True", "TRUE"))


_FALSE = frozenset(("false", "False", "FALSE"))


_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?|0o[0-7]+|0x[0-9a-fA-F]+")


_LONGEST_NUMBER = 100


class Scalar(NamedTuple):
    """One value as written. ``plain`` is one without quotes: only that can be other than text."""

    text: str
    plain: bool
    line: int
    column: int

    @property
    def value(self) -> bool | int | float | str | None:
        """What YAML 1.2's core schema makes of it. Infinity and not-a-number stay text: nothing is asked in them."""
        text = self.text
        if not self.plain:
            return text
        if text in _NULL:
            return None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
            return text
        if text.startswith(("0o", "0x")):
            return int(text, 0)
        number = float(text)
        return int(text) if text.lstrip("+-").isdigit() else number

    @property
    def empty(self) -> bool:
        """Nothing was written after the key (or ``null``, ``~``)."""
        return self.plain and self.text in _NULL


class Entries(NamedTuple):
    """A mapping: keys and values in the order of the file, each key once."""

    items: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        """The value of a key, None where it is not written."""
        return next((value for name, value in self.items if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its place."""
        return next((name for name, _ in self.items if name.text == key), None)


class Listing(NamedTuple):
    """A list: items in the order of the file."""

    items: tuple[Node, ...]
    line: int
    column: int


class BrokenNode(NamedTuple):
    """Where something stood that was refused and reported already; a reader adds no second problem."""

    line: int
    column: int


Node = Scalar | Entries | Listing | BrokenNode


def as_plain(node: Node | None) -> Any:
    """Nodes as dicts, lists and values, for a reader that checks with a model of its own. Broken ones are None."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Entries):
        return {key.text: as_plain(value) for key, value in node.items}
    if isinstance(node, Listing):
        return [as_plain(item) for item in node.items]
    return None


def walk(node: Node | None) -> Iterator[Scalar]:
    """Every scalar under a node, keys left out."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Entries):
        for _, value in node.items:
            yield from walk(value)
    elif isinstance(node, Listing):
        for item in node.items:
            yield from walk(item)
