"""One installation in a folder of its own, its commands run in this process: what pandas costs to load is paid once."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from treasury_watch.cli.app import app
from treasury_watch.sources import SOURCES

NOBODY = "http://127.0.0.1:9"
"""A port that nobody listens on."""

RULES = """\
rules:
  - id: japan-floor
    title: "Japan at {value}, below {threshold}"
    why: Said with every alert.
    data: tic.holdings
    only: {holder: Japan}
    fire: {below: 1.1tn}
    mode: until_clear
    severity: high
    tests:
      - name: below it, once
        series: {Japan: 1120bn 1085bn 1080bn}
        start: 2025-01
        expect: [{at: 2025-02, fires: {Japan: high}}]
  - id: big-cut
    title: "{holder} {measure} in {period}"
    data: tic.holdings
    each: holder
    measure: {change: 1 month}
    fire: {at_most: -30bn}
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended. ``said`` is standard output, ``told`` standard error."""

    code: int
    said: str
    told: str

    @property
    def json(self) -> Any:
        """Standard output, which must be JSON and nothing else."""
        return json.loads(self.said)


@dataclass(frozen=True, slots=True)
class Setup:
    """The installation."""

    folder: Path

    @property
    def store(self) -> Path:
        """Where its database is, or would be."""
        return self.folder / "var" / "bot.db"

    def run(self, *words: str, code: int | None = 0) -> Ran:
        """Run a command to its end. Whatever it is, it leaves no traceback."""
        # The runner's standard error is gone after the call: a handler that keeps it would write into nothing.
        root = logging.getLogger()
        handlers, level = list(root.handlers), root.level
        try:
            done = CliRunner().invoke(app, [words[0], "--config", str(self.folder / "config.yaml"), *words[1:]])
        finally:
            root.handlers[:], root.level = handlers, level
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert "Traceback" not in done.output
        assert code is None or done.exit_code == code, f"{words}: {done.exit_code}\n{done.output}"
        return Ran(done.exit_code, done.stdout, done.stderr)


def install(folder: Path, *, rules: str = RULES, address: str = NOBODY, more: str = "") -> Setup:
    """An installation that polls Table 5 alone, at ``address``."""
    (folder / "rules").mkdir()
    (folder / "rules" / "mine.yaml").write_text(rules, encoding="utf-8")
    lines = [
        "database: sqlite:///var/bot.db",
        "rules: rules",
        "sources:",
        f'  tic.table5: {{url: "{address}/t5.txt", every: 1 minute}}',
        *(f"  {name}: {{enabled: false}}" for name in SOURCES if name != "tic.table5"),
        "channels: {console: {kind: console}}",
        more,
    ]
    (folder / "config.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Setup(folder)
