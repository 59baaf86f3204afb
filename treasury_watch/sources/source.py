"""What a source is: where it stands, how often to look, and how to read what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from treasury_watch.core.published import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """
    One publication of one publisher.

    ``parse`` is pure: bytes in, a Release out, or Refused. ``url`` and ``every`` are defaults that config.yaml can
    change. ``datasets`` are those it feeds.
    """

    name: str
    url: str
    every: timedelta
    parse: Callable[[bytes], Release]
    datasets: frozenset[str]
    title: str
    """How a message names it: ``TIC Table 5``."""
    enabled: bool = True
