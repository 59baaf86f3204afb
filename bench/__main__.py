"""Measure, and print a table: what was done, how long it took, and the same done plainly in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench import prometheus
from bench.many import RULES as MANY
from bench.measuring import Row, show, timed
from bench.plain import count_alerts
from bench.rules import as_yaml, generated
from bench.years import polled_for_years
from treasury_watch.analysis.backtest import backtest
from treasury_watch.bundled import bundled_releases
from treasury_watch.cli.app import collect_rarely
from treasury_watch.core.figures.datasets import HOLDINGS
from treasury_watch.core.figures.panels import build_view
from treasury_watch.core.figures.periods import years_before
from treasury_watch.core.figures.published import Change
from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.judge.news import judge
from treasury_watch.core.judge.told import ToldLog
from treasury_watch.core.rules.model import Severity
from treasury_watch.pipeline.bootstrap import load_bundled_history
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.view import view_of
from treasury_watch.rulefiles import load
from treasury_watch.sources import SOURCES
from treasury_watch.store.database import open_store, reading, writing
from treasury_watch.store.views import view_figures

RULES = 1000


def nowhere(_severity: Severity, _kind: str, _rule: str, _source: str) -> tuple[str, ...]:
    """Tell nobody."""
    return ()


def main() -> int:
    """Run everything; the exit code is 1 where the evaluator and the plain loop disagree."""
    collect_rarely()  # as every command does that soon ends
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
        context = Context(rules=(), digests={}, route=nowhere, sources=SOURCES)
        seconds, _ = timed(
            lambda: load_bundled_history(engine, bundled_releases(), context, datetime.now(UTC)), repeat=0
        )
        with reading(engine) as conn:
            seconds, results = timed(lambda: backtest(conn, rules, SOURCES))
            ours = sum(len(result.alerts) for result in results)
            view = view_of(conn, {HOLDINGS}, rules)
            # Neither the plain loop nor PromQL knows of months that a series must not be read across.
            unbroken = build_view(view_figures(conn, {HOLDINGS}))
        begun = time.perf_counter()
        theirs = count_alerts(rules, unbroken.panel(HOLDINGS))
        plain = time.perf_counter() - begun
        months, holders = view.panel(HOLDINGS).values.shape
        alone, judged = timed(lambda: judge(rules, view, None, ToldLog()))
        whole = judge(rules, unbroken, None, ToldLog())
        fired, same = (sum(alert.kind is AlertKind.FIRED for alert in each.alerts) for each in (judged, whole))
        what = f"backtest {RULES} rules x {holders} holders x {months} months, store to alerts ({ours} of them)"
        rows.append(Row(what, seconds))
        rows.append(Row("the same, judging alone", alone, f"plain loop {plain:.1f} s, {theirs} alerts", plain / alone))
        newest = view.months.labels[-1]
        changes = [
            Change(HOLDINGS, holder, newest, None, value)
            for holder in view.panel(HOLDINGS).columns
            if (value := view.value(HOLDINGS, holder, newest)) is not None
        ]
        since = years_before(newest)
        told = [one for one in judged.entries(rules) if one.lasting or since <= one.period < newest]
        whole_log = ToldLog(told)
        is_open = whole_log.open_episodes()
        for log, what in (
            (ToldLog(one for one in told if (one.rule, one.entity) in is_open), f"{len(is_open)} open episodes"),
            (whole_log, f"a log of {len(told)} told alerts"),
        ):
            live, _ = timed(partial(judge, rules, view, changes, log))
            rows.append(
                Row(f"judge one release live by {RULES} rules, {what}", live, "the whole history", alone / live)
            )
        skipped = prometheus.installed()
        asked = None
        if not skipped:
            asked = prometheus.beside(prometheus.thresholds(RULES), unbroken, Path(folder))
            rows += asked.rows
    rows.append(years())
    rows.append(many())
    show(rows)
    if skipped:
        sys.stdout.write(f"beside Prometheus: skipped, {skipped}\n")
    if asked and {asked.ours} != set(asked.theirs):
        sys.stderr.write(f"alerts must agree: ours {asked.ours}, Prometheus {asked.theirs}\n")
        return 1
    if ours != fired or same != theirs:
        says = f"backtest {ours} and judging {fired}; judging without breaks {same} and the plain loop {theirs}"
        sys.stderr.write(f"alerts must agree: {says}\n")
        return 1
    return 0


def years() -> Row:
    """The rules that come with the bot over releases polled for years, each of which revises the one before."""
    rules = load(Path("rules")).rules
    engine = open_store("sqlite://")
    with writing(engine) as conn:
        polled = polled_for_years(conn)
    with reading(engine) as conn:
        at_once, _ = timed(lambda: backtest(conn, rules, SOURCES, vintages=False))
        one_by_one, _ = timed(lambda: backtest(conn, rules, SOURCES))
    what = f"backtest {len(rules)} rules over bundled history and {polled} polled releases, one by one"
    return Row(what, one_by_one, f"all of it at once {at_once:.2f} s", at_once / one_by_one)


def many() -> Row:
    """A hundred thousand rules, in a process of their own."""
    done = subprocess.run([sys.executable, "-m", "bench.many"], check=True, capture_output=True)
    told = json.loads(done.stdout)
    what = f"judge one release live by {MANY:,} rules: {told['megabytes']:.0f} MB, {told['alerts']:,} alerts"
    return Row(what, told["seconds"])


def starting() -> list[Row]:
    """How long a command takes to say anything, beside Python itself starting."""
    python, _ = timed(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
    rows = []
    for words in (["--help"], ["check"]):
        seconds, _ = timed(partial(subprocess.run, [sys.executable, "bot.py", *words], check=True, capture_output=True))
        rows.append(Row(f"bot.py {' '.join(words)}", seconds, "python alone", seconds / python))
    return rows


if __name__ == "__main__":
    sys.exit(main())
