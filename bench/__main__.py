"""
``make bench``: the waits a person notices, each the best of a few tries, on the bundled history.

What starts a process is measured as a process, imports included; the rest inside this one.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from treasury_watch.bundled import bundled_releases
from treasury_watch.core.panels import build_view

ROOT = Path(__file__).resolve().parents[1]
TRIES = 5


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest try: what the work costs when nothing else is going on."""
    spent = []
    for _ in range(TRIES):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return min(spent)


def command(*words: str) -> Callable[[], object]:
    """A command of the bot in a process of its own. Raises CalledProcessError where it fails."""
    return lambda: subprocess.run([sys.executable, "bot.py", *words], cwd=ROOT, check=True, capture_output=True)  # noqa: S603  # our own command line


def main() -> None:
    """Measure and print, in milliseconds."""
    figures = [figure for bundle in bundled_releases() for figure in bundle.release.figures]
    frame = pd.DataFrame(figures).drop_duplicates(["dataset", "entity", "period"], keep="last")
    for what, work in (
        ("the bundled history read", bundled_releases),
        (f"a view of {len(frame)} figures built", lambda: build_view(frame)),
        ("--help", command("--help")),
        ("check", command("check")),
        ("demo", command("demo")),
    ):
        sys.stdout.write(f"{best(work) * 1000:8.0f} ms  {what}\n")
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sys.stdout.write(f"{largest:8.0f} MB  the largest of these processes\n")


if __name__ == "__main__":
    main()
