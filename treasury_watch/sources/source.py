"""What a source is: where it stands, how often to look, and how to read what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from treasury_watch.core.figures.published import Figure, Period, Release
from treasury_watch.core.plausibility.doubt import Doubt

Known = Mapping[tuple[str, str, Period], float]
"""What a source said before: (dataset, entity, period) -> value."""

Doubts = Callable[[Known, Sequence[Figure]], list[Doubt]]
"""What is odd about the figures of a release beside those known before."""


class Obligation(Enum):
    """What a source owes, by which it can be late or frozen; ``pipeline/freshness.py`` has the bounds."""

    NOTHING = "nothing"
    MONTH = "a month on each release day"
    YEAR = "the year, some weeks after the release of its December"
    CURVE = "the curve of each business day"
    RESULTS = "the results of each announced auction"
    ANNOUNCEMENTS = "an auction announced within a week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """
    How a publication that comes in pages is read whole.

    ``further(url, first body)`` are the addresses after the first, ``joined(bodies)`` one body that ``parse`` reads,
    ``recent(url, newest)`` the address to ask once everything up to ``newest`` is stored.
    """

    further: Callable[[str, bytes], tuple[str, ...]]
    joined: Callable[[Sequence[bytes]], bytes]
    recent: Callable[[str, Period], str]


def _no_doubts(known: Known, figures: Sequence[Figure]) -> list[Doubt]:  # noqa: ARG001 - what others ask by
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """
    One publication of one publisher.

    ``parse`` is pure: bytes in, a Release out, or Refusal. ``url`` and ``every`` are defaults that config.yaml can
    change; ``{year}`` in an address is the year in New York. ``datasets`` are those it feeds.
    """

    name: str
    url: str
    every: timedelta
    parse: Callable[[bytes], Release]
    datasets: frozenset[str]
    title: str
    """How a message names it: ``TIC Table 5``."""
    enabled: bool = True
    owes: Obligation = Obligation.NOTHING
    """What is owed of it, and when: by that it can be late, and frozen."""
    pages: Pages | None = None
    """For a publication in pages; None where one answer is all of it."""
    doubts: Doubts = _no_doubts
    """What is odd about its figures beside those that it gave before: a release of which there is a doubt is held."""
    compared: frozenset[str] = frozenset()
    """Data of other sources that its doubts are about as well: those are among what it is given."""
