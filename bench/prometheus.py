"""
The same history and thresholds, asked of Prometheus on this machine in the same run.

Every month becomes one minute: in PromQL a month has no length, and 31 days for it gives thousands of false alerts.
The levels lie between printed figures, because PromQL compares the dust of floats. So both sides must count the same.
"""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import numpy as np

from bench.measuring import Row, timed
from bench.rules import as_yaml
from treasury_watch.core.figures.datasets import HOLDINGS
from treasury_watch.core.figures.panels import Panel, View
from treasury_watch.core.figures.published import Change
from treasury_watch.core.judge.news import judge
from treasury_watch.core.judge.told import ToldLog
from treasury_watch.core.rules.model import Condition, Measure, Rule
from treasury_watch.rulefiles import load

MINUTE = 60
_BEGIN = 1_699_999_200  # any full hour in the past
_SPANS = (1, 2, 3, 6, 12)
_PATIENCE = 60.0


class Beside(NamedTuple):
    """What both sides gave: the rows of the table, and how many alerts each counted."""

    rows: list[Row]
    ours: int
    theirs: tuple[int, ...]


def installed() -> str:
    """Why the comparison cannot be made here; empty where it can."""
    missing = [name for name in ("prometheus", "promtool") if not shutil.which(name)]
    return f"{' and '.join(missing)} not on the PATH; Debian's package prometheus has both" if missing else ""


def thresholds(count: int) -> list[Rule]:
    """Rules that PromQL can ask as well: a fall over so many months beyond a level, told each month."""
    return [
        Rule(
            id=f"threshold-{number}",
            title="{holder} {measure} in {period}",
            data=HOLDINGS,
            each="holder",
            measure=Measure("change", span := _SPANS[number % len(_SPANS)]),
            fire=Condition("below", round(round(-20 * span**0.5 - 0.1 * (number // len(_SPANS)), 1) - 0.05, 2)),
        )
        for number in range(count)
    ]


def beside(rules: Sequence[Rule], view: View, folder: Path) -> Beside:
    """Check, replay and judge live on both sides. ``view`` must have no breaks: PromQL knows of none."""
    panel = view.panel(HOLDINGS)
    months = len(panel.values)
    checked, _ = timed(lambda: _ours_checked(rules, folder))
    promtool, _ = timed(lambda: _theirs_checked(rules, folder))
    whole, judged = timed(lambda: judge(rules, view, None, ToldLog()))
    live, _ = timed(lambda: judge(rules, view, _newest(view), ToldLog()))
    with _running(folder, rules, panel) as server:
        each, by_rule = timed(lambda: sum(server.count(_asked(rule), months) for rule in rules), repeat=0)
        queries = list(_vectorised(panel))
        joined, by_holder = timed(lambda: sum(server.count(query, months) for query in queries), repeat=0)
        round_of = server.round()
    count = len(rules)
    rows = [
        Row(f"check {count} threshold rules", checked, f"promtool check rules {promtool:.2f} s", promtool / checked),
        Row(
            f"{count} thresholds over the whole history, {len(judged.alerts)} alerts",
            whole,
            f"Prometheus, query_range a rule {each:.2f} s, {by_rule} alerts",
            each / whole,
        ),
        Row("the same", whole, f"Prometheus, vectorised {joined:.2f} s, {by_holder} alerts", joined / whole),
        Row(f"one release by {count} thresholds", live, f"a round of Prometheus {round_of:.3f} s", round_of / live),
    ]
    return Beside(rows, len(judged.alerts), (by_rule, by_holder))


def _newest(view: View) -> list[Change]:
    month = view.months.labels[-1]
    values = ((holder, view.value(HOLDINGS, holder, month)) for holder in view.panel(HOLDINGS).columns)
    return [Change(HOLDINGS, holder, month, None, value) for holder, value in values if value is not None]


def _ours_checked(rules: Sequence[Rule], folder: Path) -> None:
    path = folder / "ours"
    path.mkdir(exist_ok=True)
    if not (path / "thresholds.yaml").exists():
        (path / "thresholds.yaml").write_text(as_yaml(list(rules)), encoding="utf-8")
    assert not load(path).problems  # noqa: S101 - a benchmark of files with mistakes would be of something else


def _asked(rule: Rule, at: int | None = None) -> str:
    moment = f" @ {at}" if at else ""
    ago = (rule.measure.n or 1) * MINUTE
    return f"holdings{moment} - holdings{moment} offset {ago}s < {rule.fire.a:.2f}"


def _theirs_checked(rules: Sequence[Rule], folder: Path, at: int | None = None) -> Path:
    path = folder / "theirs.yaml"
    if not path.exists():
        lines = ["groups:", "  - name: thresholds", "    interval: 1s", "    rules:"]
        for rule in rules:
            lines += [
                f"      - alert: {rule.id}",
                f"        expr: {_asked(rule, at)}",
                f"        labels: {{severity: {rule.severity.word}}}",
                '        annotations: {summary: "{{ $labels.holder }} {{ $value }}"}',
            ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = ["promtool", "check", "rules", str(path)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - Debian's program, on a file of ours
    return path


def _vectorised(panel: Panel) -> Iterator[str]:
    """All levels of a span against one holder at a time: as many at once as PromQL's matching allows."""
    for span in _SPANS:
        for holder in panel.columns:
            series = f'holdings{{holder="{holder}"}}'
            change = f"({series} - {series} offset {span * MINUTE}s)"
            yield f'(level{{span="{span}"}} @ {_BEGIN}) > on() group_left() {change}'


class _Server:
    """A running Prometheus."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)

    def get(self, path: str, **words: object) -> Any:
        """What the API answers."""
        self._connection.request("GET", f"/api/v1/{path}?{urlencode(words)}")
        answer = json.loads(self._connection.getresponse().read())
        if answer["status"] != "success":
            raise RuntimeError(f"Prometheus: {answer.get('error')}")
        return answer["data"]

    def ready(self) -> bool:
        """Whether it answers queries yet."""
        try:
            self._connection.request("GET", "/-/ready")
            answer = self._connection.getresponse()
            answer.read()
        except OSError:
            self._connection.close()
            return False
        return answer.status == http.HTTPStatus.OK

    def count(self, query: str, months: int) -> int:
        """In how many months of how many series it holds."""
        end = _BEGIN + (months - 1) * MINUTE
        found = self.get("query_range", query=query, start=_BEGIN, end=end, step=MINUTE)
        return sum(len(series["values"]) for series in found["result"])

    def round(self) -> float:
        """How long it takes to evaluate its rules once, in seconds, by its own account."""
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            (group,) = self.get("rules")["groups"]
            if group["evaluationTime"]:
                return float(group["evaluationTime"])
            time.sleep(0.2)
        raise RuntimeError("Prometheus did not evaluate its rules")


@contextmanager
def _running(folder: Path, rules: Sequence[Rule], panel: Panel) -> Iterator[_Server]:
    lines = ["# TYPE holdings gauge"]
    for column, holder in enumerate(panel.columns):
        for month in np.flatnonzero(~np.isnan(panel.values[:, column])):
            value, at = float(panel.values[month, column]), _BEGIN + int(month) * MINUTE
            lines.append(f'holdings{{holder="{holder}"}} {value!r} {at}')
    lines.append("# TYPE level gauge")
    lines += [f'level{{rule="{rule.id}",span="{rule.measure.n}"}} {rule.fire.a:.2f} {_BEGIN}' for rule in rules]
    figures = folder / "figures.txt"
    figures.write_text("\n".join([*lines, "# EOF", ""]), encoding="utf-8")
    blocks = folder / "blocks"
    subprocess.run(  # noqa: S603 - a program of this benchmark's own choosing
        ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(figures), str(blocks)],  # noqa: S607 - as installed
        check=True,
        capture_output=True,
    )
    (folder / "theirs.yaml").unlink(missing_ok=True)
    live = _theirs_checked(rules, folder, _BEGIN + (len(panel.values) - 1) * MINUTE)
    config = folder / "prometheus.yaml"
    config.write_text(f"rule_files: [{live}]\n", encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={blocks}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
        # Shorter than a month: a holder that has left must not live on.
        f"--query.lookback-delta={MINUTE // 2}s",
        "--log.level=error",
    ]
    with (folder / "prometheus.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:  # noqa: S603 - as above
        try:
            server = _Server(port)
            ends = time.monotonic() + _PATIENCE
            while not server.ready():
                if process.poll() is not None or time.monotonic() > ends:
                    raise RuntimeError(f"Prometheus did not start: {(folder / 'prometheus.log').read_text()[-300:]}")
                time.sleep(0.1)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=20)
