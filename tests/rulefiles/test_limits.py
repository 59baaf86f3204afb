"""No rule file can make anything run, read or grow without bound; what goes beyond a bound is told in one line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from treasury_watch.rulefiles import folder, limits, load
from treasury_watch.rulefiles.problems import MOST_PROBLEMS

HEAD = "title: t\n    data: tic.holdings\n    each: holder\n"


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    made = Path("rules")
    made.mkdir()
    begun = time.monotonic()
    yield made
    assert time.monotonic() - begun < 20, "a file that goes beyond a bound must be refused before it costs anything"


def rule(name: str, keys: str = "", fire: str = "{below: 1tn}") -> str:
    return f"  - id: {name}\n    {HEAD}    fire: {fire}\n{keys}"


def told(rules: Path, text: str) -> list[str]:
    (rules / "a.yaml").write_text(text, encoding="utf-8")
    return [problem.problem for problem in load(rules).problems]


EXAMPLE = "\n      - {name: n, start: 2025-01, series: {Japan: 1tn}, expect: []}"
PART = "\n      - {data: tic.holdings, is: {below: 1tn}}"


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ("    for: 61 releases\n", "for: expected at most 60"),
        ("    remind: 601 releases\n    mode: until_clear\n", 'remind: "601 releases" reaches too far'),
        ("    measure: {zscore: 601 months}\n", 'measure: zscore: "601 months" reaches too far; expected at most 600'),
        (f"    tests:{EXAMPLE * 51}\n", "tests: has 51 examples; expected at most 50"),
        (f"    all:{PART * 11}\n", "all: has 11 conditions; expected at most 10"),
        (f"    links: [{', '.join(['https://example.org'] * 11)}]\n", "links: has 11 items; expected at most 10"),
        (f"    except: {{holder: [{', '.join(['Japan'] * 701)}]}}\n", "except: holder: has 701 items"),
    ],
)  # fmt: skip
def test_one_rule_asks_for_so_much_at_most(rules: Path, keys: str, problem: str) -> None:
    found = told(rules, "rules:\n" + rule("a", keys))
    assert [each for each in found if problem in each], found


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("MOST_RULES", rule("a") + rule("b") + rule("c"), "holds more than 2 rules"),
        (
            "MOST_NUMBERS",
            "".join(rule(f"a{n}", f"    measure: {{change: {n} months}}\n") for n in (1, 2, 3)),
            "holds more than 2 different measures",
        ),
        (
            "MOST_NUMBERS",
            "".join(rule(f"a{n}", fire=f"{{lowest_in: {n} months}}") for n in (12, 13, 14)),
            "holds more than 2 different measures",
        ),
        (
            "MOST_COUNTS",
            "".join(rule(f"a{n}", f"    count: {{below: {n}bn}}\n", "{at_least: 3}") for n in (1, 2, 3)),
            "holds more than 2 different counts",
        ),
        ("MOST_EXAMPLE_PERIODS", rule("a", f"    tests:{EXAMPLE * 3}\n"), "holds more than 2 periods in the examples"),
    ],
)
def test_all_rules_of_a_folder_ask_for_so_much_at_most(
    rules: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, problem: str
) -> None:
    monkeypatch.setattr(limits, name, 2)
    (found,) = told(rules, "rules:\n" + text)
    assert problem in found
    monkeypatch.setattr(limits, name, 3)
    assert told(rules, "rules:\n" + text) == []


def test_rules_that_share_a_measure_share_its_allowance(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_NUMBERS", 1)
    assert told(rules, "rules:\n" + "".join(rule(f"a{n}", fire=f"{{below: {n}bn}}") for n in range(50))) == []


def test_a_folder_has_so_many_files_at_most(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MOST_FILES", 2)
    for name in "abc":
        (rules / f"{name}.yaml").write_text("rules: []")
    (problem,) = load(rules).problems
    assert problem.show() == "rules: holds 3 rule files; expected at most 2: put the rules into fewer"


def test_groups_are_so_many_at_most(rules: Path) -> None:
    (rules / "groups.yaml").write_text("groups:\n" + "".join(f"  g{n}: [Japan]\n" for n in range(300)))
    (problem,) = [each for each in load(rules).problems if each.file.endswith("groups.yaml")]
    assert problem.problem == "groups: more than 200 groups; expected at most so many"


def test_a_file_of_nothing_but_mistakes_is_given_up_and_not_pondered(rules: Path) -> None:
    found = told(rules, "rules:\n  - id: a\n" + "".join(f"    tresh{n}: 1\n" for n in range(50_000)))
    assert MOST_PROBLEMS < len(found) <= 3 * MOST_PROBLEMS


def test_every_rule_is_known_as_its_author_wrote_it(rules: Path) -> None:
    first, second = rule("a"), rule("b", "    why: >-\n      two\n      lines\n")
    (rules / "a.yaml").write_text(f"# of the desk\nrules:\n{first}\n# the second\n{second}# end\n")
    assert load(rules).texts == {"a": first.rstrip("\n"), "b": second.rstrip("\n")}
