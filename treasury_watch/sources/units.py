"""The unit that a TIC file says of itself, and how far rounding can part a sum of its figures from their total."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from treasury_watch.core.figures.names import without_marks
from treasury_watch.core.figures.published import Refusal

_LINE = re.compile(r"\(?(?:in )?([a-z]+) of (?:u\.s\. )?dollars\)?\.?", re.IGNORECASE)
_LIKE_ONE = re.compile(r"\b(?:thousand|million|billion|trillion|dollar|euro|percent)s?\b", re.IGNORECASE)
_MOST_WORDS = 8
_PER_BILLION = {"thousands": 1_000_000.0, "millions": 1_000.0, "billions": 1.0, "trillions": 0.001}


class FileUnit(NamedTuple):
    """``per_billion`` of the file's unit are a billion dollars."""

    name: str
    per_billion: float

    def billions(self, value: float) -> float:
        """A figure of the file in billions of dollars. Divided, so that 1206200 millions are exactly 1206.2."""
        return value / self.per_billion if self.per_billion >= 1 else round(value * round(1 / self.per_billion), 9)


def unit_of(source: str, head: Iterable[Sequence[str]]) -> FileUnit:
    """
    The unit by the lines above the figures, as cells.

    Raises Refusal (``unit``), with the line: none is named, an unknown one, or two.
    """
    found: dict[str, str] = {}
    like = ""
    for number, cells in enumerate(head, start=1):
        for cell in cells:
            said = without_marks(cell)
            named = _LINE.fullmatch(said)
            if named:
                found.setdefault(named[1].casefold(), f"line {number}")
            elif not like and len(said.split()) <= _MOST_WORDS and _LIKE_ONE.search(said):
                like = said
    known = ", ".join(f"{one.capitalize()} of dollars" for one in _PER_BILLION)
    for name, where in found.items():
        if name not in _PER_BILLION:
            problem = f"the unit is '{name.capitalize()} of dollars'"
            raise Refusal(source, "unit", problem, where=where, expected=known)
    if len(found) > 1:
        said = " and ".join(f"{name.capitalize()} of dollars" for name in found)
        raise Refusal(source, "unit", f"two units are named: {said}", expected="one of them")
    if not found:
        problem = f"no line names the unit{f', unless {like!r} does' if like else ''}"
        raise Refusal(source, "unit", problem, expected="a line such as Billions of dollars above the figures")
    (name,) = found
    return FileUnit(name, _PER_BILLION[name])


def rounding_of(printed: Iterable[str]) -> float:
    """The most by which rounding moved one figure, by the last place that any of them has; in the file's unit."""
    places = [int(Decimal(text).normalize().as_tuple().exponent) for text in printed if text and Decimal(text) != 0]
    return 0.5 * 10.0 ** min(places, default=0)


def most_apart(addends: int, rounding: float) -> float:
    """How far a sum of so many rounded figures and their rounded total can part."""
    return rounding * (addends + 1)
