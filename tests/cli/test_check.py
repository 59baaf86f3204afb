"""``check``, ``test`` and ``schema``."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from typer.testing import CliRunner

from tests.cli.store import RULES, Setup, install
from treasury_watch.cli.app import app

FIVE_MISTAKES = """\
rules:
  - id: one
    title: "Japan at {value}"
    data: tic.holdings
    only: {holder: Japn}
    fire: {below: 1.1tn}
  - id: two
    title: "x"
    data: tic.holdngs
    fire: {below: 1.1tn}
  - id: three
    title: "x"
    data: tic.totals
    only: {aggregate: Grand Total}
    fire: {belw: 9tn}
  - id: four
    title: "x"
    data: tic.totals
    only: {aggregate: Grand Total}
    fire: {below: 9}
  - id: five
    title: "x"
    data: tic.totals
    only: {aggregate: Grand Total}
    measure: {change: 1 auction}
    fire: {below: -9bn}
"""

FAILING = """\
rules:
  - id: japan-floor
    title: "Japan at {value}"
    data: tic.holdings
    only: {holder: Japan}
    fire: {below: 1.1tn}
    tests:
      - name: said to fire where it does not
        series: {Japan: 1120bn 1110bn}
        start: 2025-01
        expect: [{at: 2025-02, fires: {Japan: notice}}]
"""


def test_five_mistakes_are_five_lines_with_their_places_and_carets_in_no_time(tmp_path: Path) -> None:
    context = install(tmp_path, rules=FIVE_MISTAKES)
    context.run("check", code=2)
    began = time.monotonic()
    ran = context.run("check", code=2)
    assert time.monotonic() - began < 0.3
    lines = ran.said.splitlines()
    places = [found for line in lines if (found := re.search(r"mine\.yaml:(\d+):(\d+): (\w+): ", line))]
    assert [(int(place[1]), place[3]) for place in places] == [
        (5, "one"),
        (9, "two"),
        (15, "three"),
        (20, "four"),
        (25, "five"),
    ]
    source = FIVE_MISTAKES.splitlines()
    for place in places:
        at = lines.index(place.string)
        assert lines[at + 1] == source[int(place[1]) - 1]
        assert lines[at + 2] == " " * int(place[2]) + "^"
    assert lines[-1] == "5 mistakes"


def test_the_same_mistakes_as_json(tmp_path: Path) -> None:
    found = install(tmp_path, rules=FIVE_MISTAKES).run("check", "--json", code=2).json
    assert len(found) == 5
    assert all(set(one) >= {"file", "line", "column", "rule", "problem"} for one in found)
    assert [one["line"] for one in found] == [5, 9, 15, 20, 25]


def test_mistakes_of_the_config_are_among_them(tmp_path: Path) -> None:
    context = install(tmp_path, more="log_level: loud")
    [found] = context.run("check", "--json", code=2).json
    assert found["file"].endswith("config.yaml")
    assert "log_level" in found["problem"]


def test_sound_rules_are_counted(context: Setup) -> None:
    assert context.run("check").said == "2 rules in 1 file, 1 test: all well\n"
    assert context.run("check", "--json").json == []


def test_a_test_that_fails_is_a_problem_with_a_place_and_another_exit_code(tmp_path: Path) -> None:
    context = install(tmp_path, rules=FAILING)
    ran = context.run("check", code=1)
    assert "mine.yaml:8:" in ran.said
    assert "'said to fire where it does not' at 2025-02: expected fires Japan notice" in ran.said
    assert context.run("test", code=1).said.splitlines()[-1] == "1 test of 1 rule: 1 failed"
    [found] = context.run("check", "--json", code=1).json
    assert (found["line"], found["rule"]) == (8, "japan-floor")


def test_a_test_that_fails_in_two_periods_is_one_test_wherever_it_is_counted(tmp_path: Path) -> None:
    twice = FAILING.replace("{at: 2025-02,", "{at: 2025-01, fires: {Japan: notice}}, {at: 2025-02,")
    context = install(tmp_path, rules=twice)
    ran = context.run("check", code=1).said
    assert ran.count("expected fires Japan notice") == 2
    assert "\n1 test failed\n" in ran
    assert context.run("test", code=1).said.endswith("1 test of 1 rule: 1 failed\n")


def test_tests_are_run_for_the_files_asked(context: Setup) -> None:
    (context.folder / "rules" / "other.yaml").write_text(FAILING.replace("japan-floor", "other"), encoding="utf-8")
    mine, other = (str(context.folder / "rules" / name) for name in ("mine.yaml", "other.yaml"))
    assert context.run("test", mine).said == "1 test of 2 rules: all passed\n"
    assert "1 failed" in context.run("test", other, code=1).said
    assert "2 tests of 3 rules: 1 failed" in context.run("test", code=1).said


def test_a_rule_without_a_test_fails_where_tests_are_required(context: Setup) -> None:
    ran = context.run("test", "--require-tests", code=1)
    assert "big-cut: has no tests" in ran.said
    assert "japan-floor: has" not in ran.said
    assert ran.said.endswith("1 test of 2 rules: all passed; 1 rule without a test, which --require-tests fails\n")


def test_a_rule_that_sleeps_is_said(tmp_path: Path) -> None:
    asleep = RULES.replace("    severity: high\n", "    severity: high\n    until: 2020-01-31\n")
    assert "japan-floor: sleeps: until 2020-01-31 has passed" in install(tmp_path, rules=asleep).run("check").said


def test_schemas_are_json() -> None:
    for words in (["schema"], ["schema", "rules"], ["schema", "config"]):
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0
        assert "json-schema.org" in json.loads(done.stdout)["$schema"]
