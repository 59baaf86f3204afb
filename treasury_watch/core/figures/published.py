"""
What a publisher published.

A figure is one printed value of one series in one period. A release is one publication of a source: all
the figures of one file. A revision is simply the same figure, printed differently, in a later release.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

Period = str
"""A month as ``2026-04``, or an auction's day as ``2026-02-11``. Sorts as text."""


class Figure(NamedTuple):
    """One value as printed. ``value`` is in the dataset's unit (billions of dollars, percent, ...)."""

    dataset: str
    entity: str
    period: Period
    value: float
    printed: str
    """The publisher's own characters (``1209.9``, ``-23912``), or ours where the value is derived."""


class Note(NamedTuple):
    """
    What is new or odd in a file and no damage: a holder, a code, a column, a row left out. Said once to the operator.

    ``subject`` tells one note of a source from another (``holder Poland``), for ever.
    """

    subject: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """
    One publication of one source, parsed.

    ``stamped`` is the release date the file itself carries, where it carries one. ``newest`` is the newest
    period that the file speaks of: the only thing that proves it is fresh. ``notes`` are what to say of it once,
    ``mentions`` what `revisions` says.
    """

    source: str
    newest: Period
    figures: tuple[Figure, ...]
    stamped: date | None = None
    notes: tuple[Note, ...] = ()
    mentions: tuple[str, ...] = ()


def _printable(text: str) -> str:
    """A publisher's characters as they can be stored and shown: no control character, no half of a pair."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


class Refusal(Exception):
    """
    A file that must not be believed: not this publisher's table, cut off, or at odds with itself.

    Nothing is alerted from it. ``where`` names a line, field or auction; ``expected`` says what should have stood
    there. ``kind`` is a stable short name (``html``, ``empty``, ``sums``, ``older`` ...) by which an operator's alert
    knows a new fault from the one it already told.
    """

    def __init__(self, source: str, kind: str, problem: str, *, where: str = "", expected: str = "") -> None:
        self.source = source
        self.kind = kind
        self.problem = problem = _printable(problem)
        self.where = where = _printable(where)
        self.expected = expected
        place = f"{source}: {where}: " if where else f"{source}: "
        tail = f"; expected {expected}" if expected else ""
        super().__init__(f"{place}{problem}{tail}")


class Change(NamedTuple):
    """A figure that a release brought: ``old`` is None where it is new, the value before where it was revised."""

    dataset: str
    entity: str
    period: Period
    old: float | None
    new: float
