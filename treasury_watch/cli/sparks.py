"""Small pictures in characters: how alerts spread over the years, and bars that compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

_STEPS = "▁▂▃▄▅▆▇█"
_NONE = "·"
_HALVES = " ▏▎▍▌▋▊▉"


def years_of(since: str, until: str) -> range:
    """The years that a span touches; none where nothing was looked at."""
    return range(int(since[:4]), int(until[:4]) + 1) if since and until else range(0)


def spark(periods: Sequence[str], years: range, since: str, until: str) -> str:
    """
    One character a year: how many of the periods fall in it, against the fullest year.

    A dot is a year without any, a blank one that was not looked at.
    """
    counts = Counter(int(period[:4]) for period in periods)
    most = max(counts.values(), default=0)
    own = years_of(since, until)
    return "".join(" " if year not in own else _step(counts[year], most) for year in years)


def bar(value: float, most: float, width: int) -> str:
    """A bar as long as the value is of the greatest, to an eighth of a character; at least a hair for what is some."""
    eighths = round(8 * width * value / most) if most else 0
    eighths = max(eighths, 1) if value else 0
    return "█" * (eighths // 8) + _HALVES[eighths % 8].strip()


def _step(count: int, most: int) -> str:
    return _STEPS[-(-count * len(_STEPS) // most) - 1] if count else _NONE
