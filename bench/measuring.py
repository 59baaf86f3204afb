"""A measured row of the table, and how it is taken."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Row(NamedTuple):
    """One line of the table; ``reference`` is what ``ratio`` compares with, where there is one."""

    what: str
    seconds: float
    reference: str = ""
    ratio: float | None = None


def timed(work: Callable[[], T], repeat: int = 3) -> tuple[float, T]:
    """The best of a first run and its repeats, in seconds, and what the work gave."""
    begun = time.perf_counter()
    result = work()
    best = time.perf_counter() - begun
    for _ in range(repeat):
        begun = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - begun)
    return best, result


def show(rows: list[Row]) -> None:
    """Print the table."""
    sys.stdout.write(f"{'seconds':>9}  {'ratio':>8}  what\n")
    for row in rows:
        ratio = f"{row.ratio:8.1f}" if row.ratio is not None else " " * 8
        beside = f"  (beside {row.reference})" if row.reference else ""
        sys.stdout.write(f"{row.seconds:9.3f}  {ratio}  {row.what}{beside}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory of this run: {peak:.0f} MB\n")
