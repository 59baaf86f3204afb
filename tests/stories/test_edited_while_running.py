"""
A rule file is edited ten times a second under a running bot, met half-written as often as not.

Ten seconds of editing by default; ``TREASURY_WATCH_EDITING=60`` makes it a whole minute.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.sources import tic_files
from tests.standins.publisher import page, publisher
from tests.stories.bot import TABLE5, Bot, install

EDITING = float(os.environ.get("TREASURY_WATCH_EDITING", "10"))
"""Seconds of editing."""
BURST = 5.0
"""Seconds after which the editor rests, so that the bot can take what stands there."""
REST = 8.0
BEFORE = tic_files.next_table5("2026-08", {"Japan": 1200.0, "China, Mainland": 655.0})
AFTER = tic_files.next_table5(
    "2026-09",
    {"Japan": 1140.0, "China, Mainland": 650.0},
    {("Japan", "2026-08"): 1200.0, ("China, Mainland", "2026-08"): 655.0},
)
"""Japan falls by 60, China by 5."""


def rules(number: int, level: int) -> str:
    """Two rules. Cut off anywhere behind a line, it can be a sound file of one rule, or of a rule that asks less."""
    return f"""rules:
  - id: cut
    title: "{{holder}} cut {{measure}} by edit {number}"
    data: tic.holdings
    each: holder
    measure: {{change: 1 month}}
    fire: {{below: -{level}bn}}
    levels: {{high: -{level + 100}bn}}
    why: edit {number} ends here.
  - id: floor
    title: "{{holder}} at {{value}}"
    data: tic.holdings
    only: {{holder: Japan}}
    fire: {{below: 1.15tn}}
    mode: until_clear
    why: edit {number} ends here.
"""


def save_slowly(path: Path, text: str, draw: random.Random) -> None:
    """As an editor does that writes in place: for a while the file is only begun."""
    cut = draw.randrange(len(text))
    with path.open("w", encoding="utf-8") as file:
        file.write(text[:cut])
        file.flush()
        time.sleep(draw.uniform(0.0, 0.06))
        file.write(text[cut:])


def whole(texts: list[str]) -> set[str]:
    """Every single rule of whole files, as its author wrote it."""
    found = set()
    for text in texts:
        first, _, second = text.removeprefix("rules:\n").partition("  - id: floor")
        found |= {first.rstrip(), ("  - id: floor" + second).rstrip()}
    return found


@pytest.mark.slow("ten seconds of editing under a running bot")
def test_a_file_edited_ten_times_a_second_is_never_half_read_and_nothing_is_told_twice(tmp_path: Path) -> None:
    draw = random.Random(20261123)
    with publisher() as treasury:
        treasury.serve(TABLE5, page(200, BEFORE))
        bot = install(tmp_path, treasury, rules=rules(0, 20))
        config = bot.folder / "config.yaml"
        text = config.read_text().replace("every: 10 minutes", "every: 1 second")
        # Its other sources have nothing to say here, and to find that out takes their retries.
        config.write_text(text.replace("every: 1 day", "enabled: false").replace("every: 1 minute", "enabled: false"))
        bot.run("run", "--once", exit_code=None)
        written = [rules(0, 20)]
        with (
            (bot.folder / "log").open("wb") as log,
            subprocess.Popen(bot.command("run"), stdout=log, stderr=log) as run,
        ):
            try:
                time.sleep(REST)
                for burst in range(max(round(EDITING / BURST), 2)):
                    written += edit(bot, draw, burst * 1000)
                    assert run.poll() is None, (bot.folder / "log").read_text()
                    time.sleep(REST)
                    if burst == 0:
                        treasury.serve(TABLE5, page(200, AFTER))
                run.send_signal(signal.SIGTERM)
                assert run.wait(timeout=15) == 0
            finally:
                run.kill()
        said = (bot.folder / "log").read_text()
        assert "Traceback" not in said
        assert "our fault" not in said
        in_force(bot, written)
        told_once(bot)


def edit(bot: Bot, draw: random.Random, first: int) -> list[str]:
    """Edit for a while, ten times a second; the good texts that were written, the one that stays last."""
    good = []
    ends = time.monotonic() + BURST
    number = first
    while time.monotonic() < ends:
        number += 1
        text = rules(number, draw.randrange(10, 50))
        broken = draw.random() < 0.3
        save_slowly(bot.folder / "rules" / "story.yaml", text.replace("below", "belw") if broken else text, draw)
        good += [] if broken else [text]
        time.sleep(draw.uniform(0.03, 0.11))
    good.append(rules(number + 1, 30))
    save_slowly(bot.folder / "rules" / "story.yaml", good[-1], draw)
    return good


def in_force(bot: Bot, written: list[str]) -> None:
    """Whatever was in force was written so, from its first line to its last; and at last what was written last."""
    for rule in ("cut", "floor"):
        versions = bot.json("rules", "history", rule)
        assert len(versions) > 1, "no edit was ever taken: nothing was shown"
        assert {version["text"] for version in versions} <= whole(written)
        assert versions[-1]["text"] in whole(written[-1:])


def told_once(bot: Bot) -> None:
    """Japan's cut and its fall below the floor, each once, whatever became of the rules in between."""
    told = [one for one in bot.json("alerts") if one["kind"] in ("fired", "cleared", "corrected", "retracted")]
    assert [(one["rule"], one["entity"], one["period"], one["kind"]) for one in told] == [
        ("cut", "Japan", "2026-09", "fired"),
        ("floor", "Japan", "2026-09", "fired"),
    ]
    operator = [one["title"] for one in bot.json("alerts") if one["kind"] == "operator"]
    assert operator, "edits are told to the operator"
