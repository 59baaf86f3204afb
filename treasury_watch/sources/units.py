"""The unit that a TIC file says of itself, and how far rounding can part a sum of its figures from their total."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from treasury_watch.core.figures.published import Refusal

_LINE = re.compile(r"\(?(?:in )?([a-z]+) of (?:u\.s\. )?dollars\)?\.?", re.IGNORECASE)
_PER_BILLION = {"thousands": 1_000_000.0, "millions": 1_000.0, "billions": 1.0, "trillions": 0.001}


class FileUnit(NamedTuple):
    """``per_billion`` of the file's unit are a billion dollars."""

    name: str
    per_billion: float

    def billions(self, value: float) -> float:
        """A figure of the file in billions of dollars. Divided, so that 1206200 millions are exactly 1206.2."""
        return value / self.per_billion if self.per_billion >= 1 else value * round(1 / self.per_billion)


def unit_of(source: str, head: Iterable[Sequence[str]]) -> FileUnit:
    """The unit by the lines above the figures, as cells. Raises Refusal (``unit``): none is named, or an unknown."""
    for number, cells in enumerate(head, start=1):
        for cell in cells:
            found = _LINE.fullmatch(" ".join(cell.replace('"', " ").split()))
            if not found:
                continue
            name = found[1].casefold()
            if name not in _PER_BILLION:
                known = ", ".join(f"{one.capitalize()} of dollars" for one in _PER_BILLION)
                raise Refusal(source, "unit", f"the unit is {cell.strip()!r}", where=f"line {number}", expected=known)
            return FileUnit(name, _PER_BILLION[name])
    raise Refusal(source, "unit", "no line names the unit", expected="a line such as Billions of dollars above")


def rounding_of(printed: Iterable[str]) -> float:
    """The most by which rounding moved one figure, by the last place that any of them has; in the file's unit."""
    places = [int(Decimal(text).normalize().as_tuple().exponent) for text in printed if text and Decimal(text) != 0]
    return 0.5 * 10.0 ** min(places, default=0)


def most_apart(addends: int, rounding: float) -> float:
    """How far a sum of so many rounded figures and their rounded total can part."""
    return rounding * (addends + 1)
