"""Measure, and print a table: what was done, how long it took, and the same done plainly in the same run."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from bench.plain import count_alerts
from bench.rules import as_yaml, generated
from treasury_watch.backtest import backtest
from treasury_watch.bundled import bundled_releases
from treasury_watch.core.datasets import HOLDINGS
from treasury_watch.core.judging import Kind, Standing, judge
from treasury_watch.core.panels import Change
from treasury_watch.core.rules import Severity
from treasury_watch.cycle.desk import Desk, view_of
from treasury_watch.cycle.starting import lay_foundation
from treasury_watch.rulefiles import load
from treasury_watch.sources import SOURCES
from treasury_watch.store.database import open_store, reading

T = TypeVar("T")
RULES = 1000


class Row(NamedTuple):
    """One line of the table; ``reference`` is what ``ratio`` compares with, where there is one."""

    what: str
    seconds: float
    reference: str = ""
    ratio: float | None = None


def timed(work: Callable[[], T], repeat: int = 3) -> tuple[float, T]:
    """The best of a few runs, in seconds, and what the work gave."""
    best, result = float("inf"), work()
    for _ in range(repeat):
        begun = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - begun)
    return best, result


def nowhere(_severity: Severity, _kind: str, _rule: str, _source: str) -> tuple[str, ...]:
    """Tell nobody."""
    return ()


def main() -> int:
    """Run everything; the exit code is 1 where the evaluator and the plain loop disagree."""
    rows = [*starting()]
    with tempfile.TemporaryDirectory() as folder:
        rules = generated(RULES)
        path = Path(folder) / "rules"
        path.mkdir()
        (path / "generated.yaml").write_text(as_yaml(rules), encoding="utf-8")
        seconds, book = timed(lambda: load(path))
        rows.append(Row(f"check {RULES} rules in one file", seconds))
        assert [rule.fire for rule in book.rules] == [rule.fire for rule in rules], book.problems[:3]  # noqa: S101
        engine = open_store(f"sqlite:///{folder}/bench.db")
        desk = Desk(rules=(), digests={}, route=nowhere, sources=SOURCES)
        seconds, _ = timed(lambda: lay_foundation(engine, bundled_releases(), desk, datetime.now(UTC)), repeat=0)
        with reading(engine) as conn:
            seconds, results = timed(lambda: backtest(conn, rules, SOURCES))
            ours = sum(len(result.alerts) for result in results)
            view = view_of(conn, {HOLDINGS}, rules)
        begun = time.perf_counter()
        theirs = count_alerts(rules, view.panel(HOLDINGS))
        plain = time.perf_counter() - begun
        months, holders = view.panel(HOLDINGS).values.shape
        rows.append(
            Row(
                f"backtest {RULES} rules x {holders} holders x {months} months, store to alerts ({ours} of them)",
                seconds,
                f"plain loop {plain:.1f} s, {theirs} alerts",
                plain / seconds,
            )
        )
        alone, judged = timed(lambda: judge(rules, view, None, Standing()))
        rows.append(Row("the same, judging alone", alone, f"plain loop {plain:.1f} s", plain / alone))
        newest = view.months.labels[-1]
        changes = [
            Change(HOLDINGS, holder, newest, None, value)
            for holder in view.panel(HOLDINGS).columns
            if (value := view.value(HOLDINGS, holder, newest)) is not None
        ]
        live, _ = timed(lambda: judge(rules, view, changes, Standing(judged.incidents)))
        rows.append(Row(f"judge one release live by {RULES} rules", live, "the whole history", alone / live))
    show(rows)
    fired = sum(alert.kind is Kind.FIRED for alert in judged.alerts)
    if not ours == theirs == fired:
        sys.stderr.write(f"alerts must agree: backtest {ours}, judging {fired}, plain loop {theirs}\n")
        return 1
    return 0


def starting() -> list[Row]:
    """How long a command takes to say anything, beside Python itself starting."""
    python, _ = timed(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
    rows = []
    for words in (["--help"], ["check"]):
        seconds, _ = timed(partial(subprocess.run, [sys.executable, "bot.py", *words], check=True, capture_output=True))
        rows.append(Row(f"bot.py {' '.join(words)}", seconds, "python alone", seconds / python))
    return rows


def show(rows: list[Row]) -> None:
    """Print the table."""
    sys.stdout.write(f"{'seconds':>9}  {'ratio':>8}  what\n")
    for row in rows:
        ratio = f"{row.ratio:8.1f}" if row.ratio is not None else " " * 8
        beside = f"  (beside {row.reference})" if row.reference else ""
        sys.stdout.write(f"{row.seconds:9.3f}  {ratio}  {row.what}{beside}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory of this run: {peak:.0f} MB\n")


if __name__ == "__main__":
    sys.exit(main())
