"""``run --once``, ``demo`` and ``send-test``."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from rich.console import Console

from tests.cli.store import RULES, Setup, install
from tests.sources.tic_files import next_table5
from tests.standins.publisher import page, publisher
from treasury_watch.demo import replay
from treasury_watch.rulefiles import load


@pytest.mark.slow("every source is tried three times")
def test_without_a_network_one_round_tells_the_digest_once_and_each_source_in_a_line(context: Setup) -> None:
    ran = context.run("run", "--once", code=1)
    [line] = [line for line in ran.said.splitlines() if "tic.table5" in line]
    assert line.startswith("tic.table5: out of reach: http://127.0.0.1:9/t5.txt: ")
    assert ran.said.count("Foreign holdings") == 1
    again = context.run("run", "--once", code=1)
    assert "Foreign holdings" not in again.said
    assert again.said.splitlines()[-1] == "Nothing to tell."


def test_a_round_takes_in_a_month_tells_the_next_one_and_then_nothing(tmp_path: Path) -> None:
    with publisher() as treasury:
        treasury.serve("/t5.txt", page(200, next_table5("2026-05")))
        context = install(tmp_path, address=treasury.url)
        assert "first look, nothing alerted" in context.run("run", "--once").said
        treasury.serve("/t5.txt", page(200, next_table5("2026-06", {"Japan": 1050.0})))
        ran = context.run("run", "--once")
        assert "tic.table5: data to 2026-06, 2 alerts" in ran.said
        assert "Japan at 1,050.0 bn" in ran.said
        assert "1 message sent" in ran.said
        assert context.run("run", "--once").said.splitlines()[-1] == "Nothing to tell."
        treasury.serve("/t5.txt", page(200, b"<html>maintenance</html>"))
        ran = context.run("run", "--once", code=1)
        assert "tic.table5: refused: " in ran.said
        assert context.run("run", "--once", code=1).said.count("refused") == 1
        refused = [each for each in context.run("alerts", "--json").json if "refused" in each["title"]]
        assert [each["kind"] for each in refused] == ["operator"], context.run("alerts").said


def test_the_demo_shows_alerts_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = install(tmp_path, rules=RULES)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with (tmp_path / "seen.txt").open("w+", encoding="utf-8") as seen:
        shown = replay(load(context.folder / "rules").rules, Console(file=seen, width=80), months=4)
        seen.seek(0)
        said = seen.read()
    assert (shown.since, shown.until) == ("2025-12", "2026-04")
    opening = " ".join(said.split("▲")[0].split("●")[0].split())
    assert opening.startswith(
        "Demo: Dec 2025 to Apr 2026, as the bot would have alerted 5 months of foreign holdings go "
    )
    assert "The figures are the newest that come with the bot, not those of the day." in opening
    # The first of five months is the baseline; Canada's fall of the last one is in the Treasury's own figures.
    assert shown.alerts["big-cut", "fired"] >= 1
    assert "Canada −42.3 bn in Apr 2026" in said
    assert "Foreign holdings" in said
    assert list(scratch.iterdir()) == []
    assert not context.store.exists()


def test_a_test_message_goes_to_each_channel_and_says_where_it_did_not(tmp_path: Path) -> None:
    context = install(tmp_path)
    ran = context.run("send-test")
    assert "Treasury Watch: test message" in ran.said
    assert ran.said.splitlines()[-1] == "console: sent"
    config = tmp_path / "config.yaml"
    hook = "channels: {console: {kind: console}, room: {kind: slack-webhook, url: 'http://127.0.0.1:9/secret-part'}}"
    config.write_text(config.read_text().replace("channels: {console: {kind: console}}", hook))
    ran = context.run("send-test", code=1)
    assert "room: not sent: " in ran.said
    assert "secret-part" not in ran.said + ran.told
    assert not context.store.exists()


def test_a_channel_without_its_secret_is_not_tried_and_said(tmp_path: Path) -> None:
    context = install(tmp_path, more="routes: [{to: [console]}]")
    config = tmp_path / "config.yaml"
    hook = 'channels: {console: {kind: console}, room: {kind: slack-webhook, url: "${NO_SUCH_HOOK}"}}'
    config.write_text(config.read_text().replace("channels: {console: {kind: console}}", hook))
    assert "room: not tried: NO_SUCH_HOOK is not set" in context.run("send-test").said
    context.run("send-test", "room", code=1)
