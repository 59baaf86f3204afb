"""
Episodes of one series as spans of rows, and which of those that were told and those that are implied are one story.

An opening that moved by a month, or an all-clear that came and went, is the same episode told another way: spans that
share a row, directly or over others, are compared together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Step(NamedTuple):
    """In one row, a series opens (or sharpens) at a severity, or ends."""

    row: int
    ends: bool
    severity: int


class Span(NamedTuple):
    """
    One episode: its first row and the last in which it was open; ``ended`` is the row that ended it, None while open.

    ``firings`` are the rows in which it opened or grew sharper, with their severities. ``carried`` is the severity with
    which it was open already before the first row; -1 of one that opened later.
    """

    first: int
    last: int
    ended: int | None
    carried: int
    firings: tuple[tuple[int, int], ...]

    @property
    def severity(self) -> int:
        """How sharp it became."""
        return max([self.carried, *(severity for _, severity in self.firings)])

    def severity_at(self, row: int) -> int:
        """How sharp it was by a row."""
        return max([self.carried, *(severity for at, severity in self.firings if at <= row)])


class EpisodeGroup(NamedTuple):
    """Spans that are one story, oldest first."""

    told: tuple[Span, ...]
    implied: tuple[Span, ...]


def spans_of(steps: Iterable[Step], *, carried: tuple[int, int] | None, newest: int) -> list[Span]:
    """
    Steps, oldest first, as spans. ``newest`` is the last row, to which an open one reaches.

    ``carried`` is the row before the first and the severity, where an episode was open there already.
    """
    spans: list[Span] = []
    firings: list[tuple[int, int]] = []
    first, before = carried or (None, -1)
    for step in steps:
        if step.ends and first is not None:
            if step.row > first:
                spans.append(Span(first, step.row - 1, step.row, before, tuple(firings)))
            first, before, firings = None, -1, []
        elif not step.ends:
            first = step.row if first is None else first
            firings = [*firings, (step.row, step.severity)]
    if first is not None:
        spans.append(Span(first, max(newest, first), None, before, tuple(firings)))
    return spans


def groups(told: Sequence[Span], implied: Sequence[Span]) -> list[EpisodeGroup]:
    """The spans that share a row, directly or over others, together; oldest first."""
    found: list[EpisodeGroup] = []
    reaches = -1
    marked = [(span, True) for span in told] + [(span, False) for span in implied]
    for span, was_told in sorted(marked, key=lambda one: (one[0].first, one[0].last)):
        if not found or span.first > reaches:
            found.append(EpisodeGroup((), ()))
            reaches = span.last
        mine, theirs = found[-1]
        found[-1] = EpisodeGroup((*mine, span), theirs) if was_told else EpisodeGroup(mine, (*theirs, span))
        reaches = max(reaches, span.last)
    return found
