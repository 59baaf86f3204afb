"""``plan``, ``backtest --sweep``, ``backtest --plot`` and ``rules history`` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.store import RULES, Setup

CUT = ("backtest", "--rule", "big-cut")
SWEEP = ("--sweep", "-30bn..-60bn step 15bn")
PNG = b"\x89PNG\r\n\x1a\n"


def edited(context: Setup, text: str, name: str = "other") -> Path:
    """A second folder of rules beside the desk's own."""
    folder = context.folder / name
    folder.mkdir()
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_table_of_a_backtest_fits_a_terminal_and_shows_the_years(
    context: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = context.run("backtest").said.splitlines()
    assert lines[0].split()[:4] == ["rule", "alerts", "a", "year"]
    assert all(len(line) <= 80 for line in lines)
    assert any("▁" in line or "█" in line for line in lines[1:])


def test_a_sweep_tells_each_level_and_marks_the_one_in_force(context: Setup) -> None:
    said = context.run(*CUT, *SWEEP).said.splitlines()
    assert [line.split("bn")[0].strip() for line in said[2:]] == ["at_most −30", "at_most −45", "at_most −60"]
    assert ["now" in line for line in said[2:]] == [True, False, False]
    bars = [line.count("█") for line in said[2:]]
    assert bars == sorted(bars, reverse=True)


def test_a_sweep_tells_the_last_five_years_apart(context: Setup) -> None:
    said = context.run(*CUT, *SWEEP).said.splitlines()
    assert said[1].split("  ")[-2:] == ["a year", "last 5 years"]
    assert "last 5 years" not in context.run(*CUT, *SWEEP, "--since", "2023-01").said
    first = context.run(*CUT, *SWEEP, "--json").json["levels"][0]
    assert first["per_year_recent"] > first["per_year"]


def test_a_sweep_says_which_levels_check_would_refuse(context: Setup) -> None:
    assert "✗" not in context.run(*CUT, *SWEEP).said
    mine = context.folder / "rules" / "mine.yaml"
    mine.write_text(RULES.replace("at_most: -30bn}", "at_most: -30bn}\n    levels: {high: -50bn}"), encoding="utf-8")
    said = context.run(*CUT, *SWEEP).said.splitlines()
    assert ["✗" in line for line in said] == [False, False, False, False, True, True]
    assert said[-1] == "✗ `check` would refuse these as long as high is at −50 bn."
    told = context.run(*CUT, *SWEEP, "--json").json["levels"]
    assert [level["refused"] for level in told] == [[], [], ["high is at −50 bn"]]
    assert told[-1]["by_severity"] == {"notice": 0, "high": told[-1]["alerts"]}


def test_a_sweep_as_json_falls_with_the_level(context: Setup) -> None:
    told = context.run(*CUT, *SWEEP, "--json").json
    assert [level["said"] for level in told["levels"]] == ["-30bn", "-45bn", "-60bn"]
    counts = [level["alerts"] for level in told["levels"]]
    assert counts == sorted(counts, reverse=True)
    assert told["levels"][0]["alerts"] == len(context.run(*CUT, "--json").json["rules"][0]["alerts"])


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--sweep", "-30bn..-60bn step 15bn"), "--sweep is of one rule; add --rule with its id"),
        (("--plot", "x.png"), "--plot is of one rule; add --rule with its id"),
        (("--rule", "big-cut", "--sweep", "all"), 'cannot read the sweep "all"; expected such as "-10bn..-60bn step'),
        (("--rule", "big-cut", "--plot", "no/such/folder/x.png"), "--plot: no/such/folder/x.png: cannot be written"),
    ],
)
def test_what_cannot_be_drawn_or_swept_is_said_in_one_line(
    context: Setup, words: tuple[str, ...], problem: str
) -> None:
    done = context.run("backtest", *words, code=2)
    assert problem in done.told
    assert len(done.told.splitlines()) == 1


def test_a_picture_is_written(context: Setup) -> None:
    path = context.folder / "cut.png"
    said = context.run(*CUT, "--since", "2020-01", "--plot", str(path)).said
    assert path.read_bytes().startswith(PNG)
    assert f"Drawn: {path}" in said


@pytest.mark.slow("draws a picture")
def test_a_picture_of_a_sweep_says_whose_alerts_it_shows(context: Setup) -> None:
    path = str(context.folder / "cut.png")
    few, many = SWEEP, ("--sweep", "-30bn..-60bn step 1bn")
    drawn = f"Drawn: {path}, the 6 of 53 series with the most alerts; the rule as it stands"
    assert context.run(*CUT, *few, "--plot", path).said.endswith(f"{drawn} and 3 levels as thin lines.\n")
    assert context.run(*CUT, *many, "--plot", path).said.endswith(f"{drawn}, not the levels that were tried.\n")


def test_a_picture_of_a_rule_that_never_fires_is_one_too(context: Setup) -> None:
    never = RULES.replace("1.1tn", "1bn").replace("    tests:", "    enabled: true\n    tests:")
    (context.folder / "rules" / "mine.yaml").write_text(never.split("    tests:")[0], encoding="utf-8")
    path = context.folder / "never.png"
    context.run("backtest", "--rule", "japan-floor", "--since", "2020-01", "--plot", str(path))
    assert path.read_bytes().startswith(PNG)


def test_a_plan_tells_the_words_the_alerts_and_how_often(context: Setup) -> None:
    before = edited(context, RULES.replace("at_most: -30bn", "at_most: -60bn"))
    done = context.run("plan", "--against", str(before))
    first, *alerts, last = done.said.splitlines()
    assert first.startswith("big-cut: at_most −60bn → −30bn; would have fired ")
    assert first.endswith(" a year")
    assert all(line.startswith("  +") for line in alerts)
    assert last.startswith(f"1 rule differs from {before}: ")


def test_a_plan_as_json_has_every_alert(context: Setup) -> None:
    before = edited(context, RULES.replace("at_most: -30bn", "at_most: -60bn"))
    told = context.run("plan", "--against", str(before), "--json").json
    (one,) = told["rules"]
    assert (one["rule"], one["change"]) == ("big-cut", "edited")
    assert one["words"] == [{"key": "fire", "before": "at_most −60bn", "after": "at_most −30bn"}]
    assert len(one["gained"]) > 20
    assert one["lost"] == []
    assert one["per_year_before"] < one["per_year_after"]


def test_a_plan_without_a_difference_says_so(context: Setup) -> None:
    assert context.run("plan", "--against", str(edited(context, RULES))).said.startswith("No rule differs from ")


def test_a_plan_of_broken_rules_is_refused(context: Setup) -> None:
    before = edited(context, RULES)
    (context.folder / "rules" / "mine.yaml").write_text(RULES.replace("at_most", "atmost"), encoding="utf-8")
    assert "unknown word" in context.run("plan", "--against", str(before), code=2).told


def test_a_plan_against_broken_rules_says_whose_count_as_new(context: Setup) -> None:
    before = edited(context, RULES.replace("at_most", "atmost"))
    (before / "more.yaml").write_text("rules: []\n")
    said = context.run("plan", "--against", str(before), code=None)
    assert "atmost" in said.told or "has mistakes; rules of these files count as new" in said.said


def test_rules_alone_lists_them_with_their_places_and_who_sleeps(context: Setup) -> None:
    mine = context.folder / "rules" / "mine.yaml"
    mine.write_text(RULES + "    enabled: false\n", encoding="utf-8")
    head, first, second = context.run("rules").said.splitlines()
    assert head.split() == ["rule", "severity", "mode", "where"]
    assert first.split()[:3] == ["japan-floor", "high", "until_clear"]
    assert first.endswith("mine.yaml:2")
    assert second.split()[:3] == ["big-cut", "notice", "each_release"]
    assert second.endswith("sleeps: enabled is false")
    assert [one["sleeps"] for one in context.run("rules", "--json").json] == [False, True]
    assert "of which rule?" in context.run("rules", "history", code=2).told


@pytest.mark.slow("two starts of the whole bot")
def test_the_history_of_a_rule_begins_with_its_first_start(context: Setup) -> None:
    context.run("run", "--once", code=None)
    rules = context.folder / "rules" / "mine.yaml"
    rules.write_text(RULES.replace("at_most: -30bn", "at_most: -40bn"), encoding="utf-8")
    context.run("run", "--once", code=None)
    first, second = context.run("rules", "history", "big-cut", "--json").json
    assert ("-30bn" in first["text"], "-40bn" in second["text"]) == (True, True)
    assert first["sha256"] != second["sha256"]
    assert (first["alerts"], second["removed"]) == ([], False)
    said = context.run("rules", "history", "big-cut").said
    assert "-     fire: {at_most: -30bn}" in said
    assert "+     fire: {at_most: -40bn}" in said
    titles = [one["title"] for one in context.run("alerts", "--json").json if one["kind"] == "operator"]
    assert any(title.startswith("Rules: big-cut: at_most −30bn → −40bn; would have fired ") for title in titles)


@pytest.mark.slow("three starts of the whole bot")
def test_a_start_with_a_broken_file_runs_its_last_good_rules_and_ends_with_2_when_asked_once(
    context: Setup,
) -> None:
    context.run("run", "--once", code=None)
    (context.folder / "rules" / "mine.yaml").write_text(RULES.replace("at_most", "atmost"), encoding="utf-8")
    done = context.run("run", "--once", code=2)
    assert "The last good rules of these files are in force until this is mended." in done.told
    assert json.loads(context.run("rules", "history", "big-cut", "--json").said)[-1]["removed"] is False


def test_the_history_of_a_rule_that_never_was_offers_the_nearest(context: Setup) -> None:
    context.run("run", "--once", code=None)
    assert 'no rule "big-cutt" (did you mean "big-cut"?)' in context.run("rules", "history", "big-cutt", code=2).told
