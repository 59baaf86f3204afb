"""Starting the bot as its user does, in a folder of its own, against a publisher and a Slack on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.standins.publisher import Answer, Publisher, page
from tests.standins.slack import TOKEN

TABLE5, HISTORY, AUCTIONS = "/slt_table5.txt", "/mfhhis01.txt", "/auctioned"

RULES = """
rules:
  - id: top20-monthly-cut
    title: "{holder} {measure} in {period}"
    why: A large cut by a major holder; custody and valuation can be behind it.
    data: tic.holdings
    each: holder
    among: {top: 20, ranked: previous}
    measure: {change: 1 month}
    fire: {below: -30bn}
    levels: {high: -50bn}
  - id: japan-floor
    title: "Japan at {value}, below {threshold}"
    data: tic.holdings
    only: {holder: Japan}
    fire: {below: 1.2tn}
    clear: {above: 1.205tn}
    mode: until_clear
    severity: high
  - id: broad-selling
    title: "{count} of the top 20 fell in {period}"
    data: tic.holdings
    each: holder
    among: {top: 20, ranked: previous}
    measure: {change: 1 month}
    count: {below: 0}
    fire: {at_least: 14}
  - id: emirates-any
    title: "{holder} at {value}"
    data: tic.holdings
    only: {holder: United Arab Emirates}
    fire: {below: 10bn}
"""


@dataclass(frozen=True, slots=True)
class Bot:
    """One installation: its folder, and how to run commands in it."""

    folder: Path

    def command(self, *words: str) -> list[str]:
        """The command line of one command."""
        return [sys.executable, str(ROOT / "bot.py"), *words, "--config", str(self.folder / "config.yaml")]

    def run(self, *words: str, exit_code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, and hold it to its exit code."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=120, cwd=self.folder)
        assert exit_code is None or done.returncode == exit_code, f"{words}: {done.stdout}\n{done.stderr}"
        return done

    def json(self, *words: str, exit_code: int | None = 0) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.run(*words, "--json", exit_code=exit_code).stdout)

    def figure(self, dataset: str, entity: str, period: str) -> float:
        """One figure as ``series`` tells it."""
        found = [row for row in self.json("series", dataset, entity) if row["period"] == period]
        assert len(found) == 1, found
        value: float = found[0]["value"]
        return value

    def alerts(self, *kinds: str) -> set[tuple[str, str, str, str, str]]:
        """What was told: (rule, entity, period, kind, severity), digests left out."""
        told = self.json("alerts")
        keep = {"fired", "cleared", "corrected", "retracted", "reminded", *kinds}
        rows = [(a["rule"], a["entity"], a["period"], a["kind"], a["severity"]) for a in told if a["kind"] in keep]
        assert len(rows) == len(set(rows)), f"told twice: {rows}"
        return set(rows)


def install(folder: Path, publisher: Publisher, *, rules: str = RULES, slack: tuple[str, str] | None = None) -> Bot:
    """A bot that asks ``publisher`` and tells ``slack`` (api, channel), or the console."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "rules" / "story.yaml").write_text(rules, encoding="utf-8")
    channel = "desk: {kind: console}"
    if slack:
        channel = f"desk: {{kind: slack, token: {TOKEN}, channel: {slack[1]}, api: '{slack[0]}'}}"
    (folder / "config.yaml").write_text(
        textwrap.dedent(f"""\
        database: sqlite:///bot.db
        rules: rules
        sources:
          tic.table5: {{url: "{publisher.url}{TABLE5}", every: 10 minutes}}
          tic.history: {{url: "{publisher.url}{HISTORY}", every: 1 day}}
          tic.table1: {{enabled: false}}
          tic.table3: {{enabled: false}}
          tic.calendar: {{enabled: false}}
          auctions.treasurydirect: {{url: "{publisher.url}{AUCTIONS}", every: 1 minute}}
          auctions.fiscaldata: {{enabled: false}}
          auctions.upcoming: {{enabled: false}}
          yields: {{enabled: false}}
        channels:
          {channel}
        routes:
          - {{to: [desk]}}
        """),
        encoding="utf-8",
    )
    return Bot(folder)


def serves(publisher: Publisher, table5: bytes, history: bytes, auctions: bytes) -> None:
    """Let the publisher serve three files."""
    for path, body in ((TABLE5, table5), (HISTORY, history), (AUCTIONS, auctions)):
        publisher.serve(path, page(200, body))


def answers(publisher: Publisher, answer: Answer) -> None:
    """Let the publisher answer for Table 5 in another way."""
    publisher.serve(TABLE5, answer)
