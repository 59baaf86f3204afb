"""A user's mistake is told in a line, with what was expected and the right exit code, and never as a traceback."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.store import Setup, install
from tests.conftest import ROOT
from treasury_watch.cli.app import COMMANDS, app


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_and_no_type_of_python(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"])
    assert done.exit_code == 0
    says, found, examples = done.stdout.partition("Examples:")
    assert found
    assert re.match(rf"\s+bot\.py {command}\b", examples)
    assert says.splitlines()[2].strip() == COMMANDS[command]
    assert not re.search(r"[<>]|\[default: \(", says)


def test_help_lists_every_command_in_the_order_of_the_table() -> None:
    listed = CliRunner().invoke(app, ["--help"]).stdout.partition("Commands:\n")[2]
    assert re.findall(r"^  ([a-z-]+)  ", listed, re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["backtest", "--rule", "japan-flor"], 'no rule "japan-flor" (did you mean "japan-floor"?)'),
        (["backtest", "--since", "yesterday"], '--since: cannot read "yesterday"; expected a month such as 2012-01'),
        (["explain", "japan-flor"], 'no rule "japan-flor" (did you mean "japan-floor"?)'),
        (["explain", "big-cut", "Cananda"], '(did you mean "Canada"?) that big-cut covers'),
        (["explain", "japan-floor", "Japan", "2031-01"], "no period '2031-01' for Japan; the newest is 2026-04"),
        (["explain", "japan-floor", "Japan", "soon"], 'cannot read "soon" as a period'),
        (["series", "tic.holding"], 'no data "tic.holding" (did you mean "tic.holdings"?)'),
        (["series", "tic.holdings", "Jpan"], 'tic.holdings has no "Jpan" (did you mean "Japan"?)'),
        (["series", "tic.holdings", "Grand Total"], 'tic.holdings has no "Grand Total"; tic.totals,'),
        (["series", "tic.totals", "Japan"], 'tic.totals has no "Japan"; tic.holdings'),
        (["series", "auction.stress"], "auction.stress is computed, not published"),
        (["series", "tic.holdings", "Japan", "--as-of", "2026-02-30"], "--as-of: expected a day such as 2026-06-18"),
        (["series", "tic.holdings", "Japan", "--as-of", "2026-02-03T10:00"], "does not say its time zone"),
        (["alerts", "--since", "x"], "--since: expected a day such as 2026-06-18"),
        (["ingest", "tic.table6", "config.yaml"], 'no source "tic.table6" (did you mean "tic.table5"?)'),
        (["ingest", "tic.table5", "nowhere.txt"], "nowhere.txt: cannot be read: No such file or directory"),
        (["ingest", "tic.table5", "config.yaml", "--released", "June"], "--released: expected a day"),
        (
            ["ingest", "tic.table5", "config.yaml", "--released", "2999-01-01"],
            "--released: 2999-01-01 lies in the future",
        ),
        (["test", "nowhere.yaml"], "nowhere.yaml: is not a file; expected a rule file"),
        (["send-test", "consol"], 'no channel "consol" (did you mean "console"?)'),
        (["status", "--set", "nonsense"], '"nonsense" is not KEY=VALUE'),
        (["status", "--set", "databse=x"], "databse"),
        (["series", "--format", "xml", "tic.totals"], "xml"),
        (["calendar", "--count", "0"], "--count: 0 releases; expected 1 to 24"),
        (["explain"], "RULE"),
        (["ingest", "tic.table5"], "FILE"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_a_mistake_on_the_command_line_is_told_and_changes_nothing(context: Setup, words: list[str], told: str) -> None:
    ran = context.run(*words, code=2)
    assert told in " ".join(ran.told.split())
    assert ran.said == ""
    assert not context.store.exists()


@pytest.mark.parametrize("words", [["run", "--once"], ["backtest"], ["explain", "japan-floor"], ["demo"], ["check"]])
def test_a_mistake_in_a_rule_is_shown_with_its_place_by_every_command_that_reads_rules(
    tmp_path: Path, words: list[str]
) -> None:
    context = install(
        tmp_path, rules='rules:\n  - id: one\n    title: "x"\n    data: tic.totals\n    fire: {belw: 1tn}\n'
    )
    ran = context.run(*words, code=2)
    shown = (ran.said + ran.told).splitlines()
    [first] = [number for number, line in enumerate(shown) if 'unknown word "belw"' in line]
    assert shown[first].split(":")[1:3] == ["5", "11"]
    assert shown[first + 1 : first + 3] == ["    fire: {belw: 1tn}", " " * 11 + "^"]
    assert not context.store.exists()


@pytest.mark.parametrize("words", [["run", "--once"], ["status"], ["series", "tic.totals"], ["alerts"]])
def test_a_mistake_in_the_config_is_told_by_every_command(tmp_path: Path, words: list[str]) -> None:
    context = install(tmp_path, more="routes: [{to: [nobody]}]")
    assert "nobody" in context.run(*words, code=2).told


@pytest.mark.parametrize("words", [["run", "--once"], ["status"], ["series", "tic.totals"], ["alerts"]])
def test_a_database_that_cannot_be_opened_is_one_line(context: Setup, words: list[str]) -> None:
    context.store.mkdir(parents=True)
    ran = context.run(*words, code=2)
    [line] = ran.told.splitlines()
    assert "bot.db: unable to open database file" in line


def test_a_database_password_is_never_shown(context: Setup) -> None:
    address = "postgresql+psycopg://watch:s3cret-word@127.0.0.1:9/watch"
    ran = context.run("status", "--set", f"database={address}", code=2)
    assert "127.0.0.1" in ran.told
    assert "s3cret-word" not in ran.told


def test_a_secret_that_a_route_needs_is_named_before_anything_starts(tmp_path: Path) -> None:
    context = install(tmp_path)
    config = tmp_path / "config.yaml"
    slack = 'channels: {desk: {kind: slack, token: "${NO_SUCH_TOKEN}", channel: C0}}'
    config.write_text(config.read_text().replace("channels: {console: {kind: console}}", slack))
    for words in (["run", "--once"], ["send-test"]):
        assert "NO_SUCH_TOKEN is not set" in context.run(*words, code=2).told
    assert not context.store.exists()


@pytest.mark.parametrize("words", [["check"], ["test"], ["series", "tic.totals"], ["calendar"], ["alerts"]])
def test_who_sends_nothing_needs_no_secret(tmp_path: Path, words: list[str]) -> None:
    context = install(tmp_path)
    config = tmp_path / "config.yaml"
    slack = 'channels: {desk: {kind: slack, token: "${NO_SUCH_TOKEN}", channel: C0}}'
    config.write_text(config.read_text().replace("channels: {console: {kind: console}}", slack))
    ran = context.run(*words)
    assert ran.told == ""
    assert ("NO_SUCH_TOKEN is not set" in " ".join(ran.said.split())) is (words == ["check"])


def test_a_wrong_channel_setting_is_told_by_check_and_by_run(tmp_path: Path) -> None:
    context = install(tmp_path)
    config = tmp_path / "config.yaml"
    hook = "channels: {room: {kind: slack-webhook, url: not-an-address-xyzzy}}"
    config.write_text(config.read_text().replace("channels: {console: {kind: console}}", hook))
    for words in (["check"], ["run", "--once"]):
        ran = context.run(*words, code=2)
        assert "channels.room" in ran.said + ran.told
        assert "not-an-address-xyzzy" not in ran.told


def loaded_by(*words: str) -> set[str]:
    """The heavy libraries that a command loads, in a process of its own."""
    asked = (
        "import sys; from treasury_watch.cli.app import app\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(*{'numpy', 'pandas', 'sqlalchemy', 'apscheduler', 'slack_sdk'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked, *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.slow("four processes")
def test_help_and_mistakes_wait_for_no_library_that_judges(context: Setup) -> None:
    (context.folder / "rules" / "mine.yaml").write_text("rules:\n  - id: one\n", encoding="utf-8")
    config = ("--config", str(context.folder / "config.yaml"))
    assert loaded_by("--help") == set()
    # The kinds of measures, whose words are checked, say in the same entry how they are computed: numpy, no pandas.
    assert loaded_by("check", *config) == {"numpy"}
    assert loaded_by("calendar", *config) <= {"sqlalchemy", "numpy"}


@pytest.mark.slow("a process beside a run")
def test_the_health_check_loads_no_library_that_judges(context: Setup) -> None:
    context.run("run", "--once", code=1)
    assert loaded_by("status", "--config", str(context.folder / "config.yaml")) == {"sqlalchemy", "numpy"}


def test_a_python_without_what_the_bot_needs_is_told_which_one_has_it() -> None:
    without = [sys.executable, "-S", "bot.py", "status"]  # -S: nothing that was installed
    done = subprocess.run(without, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert "has no typer: `make run` installs" in line
    assert line.endswith(".venv/bin/python bot.py …")
