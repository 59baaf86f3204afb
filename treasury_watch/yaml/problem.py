"""A mistake in a file as its author is shown it, and the word that was perhaps meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

_MOST_EXCERPT = 160


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """
    One mistake in one file, for the person who wrote it.

    ``line`` counts from 1 (0: the file as a whole); ``column`` is how many characters stand left of the mistake, as the
    caret shows. ``problem`` starts with the key it is about; ``excerpt`` is the line as written.
    """

    file: str
    line: int
    column: int
    rule: str
    problem: str
    excerpt: str = ""

    def show(self) -> str:
        """``file:line:column: rule: key: what is wrong``, then the line itself and a caret under the place."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        said = ": ".join(part for part in (place, self.rule, self.problem) if part)
        if not self.excerpt.strip():
            return said
        left, column = self.excerpt, self.column
        if column > _MOST_EXCERPT // 2 and len(left) > _MOST_EXCERPT:
            cut = column - _MOST_EXCERPT // 2
            left, column = "…" + left[cut + 1 :], column - cut
        if len(left) > _MOST_EXCERPT:
            left = left[: _MOST_EXCERPT - 1] + "…"
        caret = "".join("\t" if character == "\t" else " " for character in left[:column].ljust(column))
        return f"{said}\n{left}\n{caret}^"


_ALIKE = 0.65
"""How alike two words must be (difflib's ratio) for one to be a slip for the other: Tunisia is none for Russia."""


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """`` (did you mean "below"?)``; where nothing is near, ``otherwise`` in the same place, or nothing."""
    names = list(known)
    lowered = {name.lower(): name for name in reversed(names)}
    if word.lower() in lowered:
        return f' (did you mean "{lowered[word.lower()]}"?)'
    begun = [name for name in lowered if len(word) > 2 and name.startswith(word.lower())]
    near = begun[:1] or difflib.get_close_matches(word.lower()[:80], lowered, n=1, cutoff=_ALIKE)
    if near:
        return f' (did you mean "{lowered[near[0]]}"?)'
    return f" ({otherwise})" if otherwise else ""
