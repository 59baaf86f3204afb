"""Rule files: what they give, and how every mistake is told."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from treasury_watch.core.figures.datasets import DATASETS, TENORS
from treasury_watch.core.rules.model import (
    Also,
    Among,
    Basis,
    Condition,
    Expectation,
    Group,
    Measure,
    Mode,
    Rule,
    Selection,
    Severity,
)
from treasury_watch.core.rules.numbers import selected
from treasury_watch.rulefiles import RuleBook, digest, load, notices
from treasury_watch.rulefiles.selection import EntitySelection

GOLDEN = Path(__file__).parents[1] / "golden" / "rules"
GROUPS = 'groups:\n  china-complex: ["China, Mainland", Belgium, Hong Kong]\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder ``rules`` of the place one stands in, with its groups."""
    monkeypatch.chdir(tmp_path)
    rules = Path("rules")
    rules.mkdir()
    (rules / "groups.yaml").write_text(GROUPS)
    return rules


def book(folder: Path, text: str) -> RuleBook:
    (folder / "holders.yaml").write_text(text)
    return load(folder)


def one(folder: Path, **keys: str) -> Rule:
    """The one rule of a file, Japan's floor but for the keys given."""
    read = book(folder, written(**keys))
    assert [problem.show() for problem in read.problems] == []
    return read.rules[0]


def written(**keys: str) -> str:
    told = {
        "id": "japan-floor",
        "title": "Treasury holdings",
        "data": "tic.holdings",
        "only": "{holder: Japan}",
        "fire": "{below: 1.1tn}",
    } | keys
    lines = [f"{key.rstrip('_')}: {value}" for key, value in told.items() if value]
    return "rules:\n  - " + "\n    ".join(lines) + "\n"


def told(folder: Path, **keys: str) -> list[str]:
    return [problem.problem for problem in book(folder, written(**keys)).problems]


AUCTION = {"data": "auction.bid_to_cover", "only": "{tenor: 10-Year Note}", "fire": "{below: 2.30}"}
RATE = {"data": "auction.stop", "only": "{tenor: 10-Year Note}"}
FLOW = {"data": "tic.net_long_term"}


# What a rule says


def test_the_rules_of_the_handbook_are_read(folder: Path) -> None:
    read = book(folder, HANDBOOK)
    assert [problem.show() for problem in read.problems] == []
    rules = {rule.id: rule for rule in read.rules}

    cut = rules["top20-monthly-cut"]
    assert cut.fire == Condition("below", -30.0)
    assert cut.fire.said == "-30bn"
    assert cut.levels == ((Severity.HIGH, Condition("below", -50.0)), (Severity.CRITICAL, Condition("below", -80.0)))
    assert cut.among == Among(20, "previous")
    assert cut.without == Selection(frozenset({"Canada"}))
    assert cut.measure == Measure("change", 1)
    (example,) = cut.tests
    assert example.series[1] == ("tic.holdings", "China, Mainland", (700.0, 695.0, 690.0, 685.0))
    assert example.expect[0] == Expectation("2025-02", fires=(("Japan", Severity.NOTICE),))
    assert example.expect[2] == Expectation("2025-04")

    floor = rules["japan-floor"]
    assert (floor.mode, floor.periods, floor.clear) == (Mode.UNTIL_CLEAR, 2, Condition("above", 1120.0))
    assert rules["japan-sells"].also == (Also("tic.holdings", Measure("change", 1), Condition("at_most", -20.0)),)
    assert rules["broad-selling"].count == Condition("below", 0.0)
    assert rules["broad-selling"].fire == Condition("at_least", 14.0)
    group = rules["china-complex-cut"].combine
    assert group == Group("china-complex", ("China, Mainland", "Belgium", "Hong Kong"))
    assert rules["weak-cover"].only == Selection(types=frozenset({"Note", "Bond"}))
    assert rules["weak-cover"].each == "tenor"


def test_a_rule_that_says_little_has_the_defaults_of_the_handbook(folder: Path) -> None:
    rule = one(folder)
    assert rule == Rule(
        id="japan-floor",
        title="Treasury holdings",
        data="tic.holdings",
        fire=Condition("below", 1100.0),
        only=Selection(frozenset({"Japan"})),
        measure=Measure("value"),
        mode=Mode.EACH_RELEASE,
        severity=Severity.NOTICE,
        basis=Basis.LATEST,
        periods=1,
        correct=True,
        enabled=True,
    )
    assert (rule.file, rule.line) == ("rules/holders.yaml", 2)


@pytest.mark.parametrize(
    ("keys", "condition"),
    [
        ({"measure": "share", "fire": "{at_least: 30%}"}, Condition("at_least", 30.0)),
        ({"measure": "{percent_change: 12 months}", "fire": "{below: -10%}"}, Condition("below", -10.0)),
        ({"measure": "rank", "fire": "{changes: true}"}, Condition("changes")),
        ({"measure": "falling", "fire": "{at_least: 3}"}, Condition("at_least", 3.0)),
        ({"measure": "{zscore: 24 months}", "fire": "{outside: [-2, 2.5]}"}, Condition("outside", -2.0, 2.5)),
        ({"measure": "{drawdown: all}", "fire": "{below: -100bn}"}, Condition("below", -100.0)),
        ({"measure": "{versus: 2024-10}", "fire": "{below: -500mn}"}, Condition("below", -0.5)),
        ({"fire": "{lowest_in: 24 months}"}, Condition("lowest_in", n=24)),
        ({"fire": "{lowest_in: 24}"}, Condition("lowest_in", n=24)),
        ({"fire": "{lowest_since: 2008-01}"}, Condition("lowest_since", since="2008-01")),
        (AUCTION | {"fire": "{highest_since: 2007-01}"}, Condition("highest_since", since="2007-01")),
        (RATE | {"measure": "{change: 1 auction}", "fire": "{at_least: 5bp}"}, Condition("at_least", 0.05)),
        (AUCTION | {"data": "auction.indirect_share", "fire": "{below: 60%}"}, Condition("below", 60.0)),
    ],
)  # fmt: skip
def test_levels_are_in_the_unit_of_their_measure(folder: Path, keys: dict[str, str], condition: Condition) -> None:
    assert one(folder, **keys).fire == condition


def test_a_tenor_without_its_type_is_every_type_of_it(folder: Path) -> None:
    rule = one(folder, **AUCTION | {"only": "{tenor: [10-Year, 119-Day CMB]}", "each": "tenor"})
    assert rule.only.names == {"10-Year", "119-Day CMB"}


def test_holders_and_totals_of_one_file_are_never_mixed(folder: Path) -> None:
    everybody = one(folder, data="tic.net_long_term", only="", each="holder", fire="{below: -20bn}")
    assert (everybody.only, everybody.without) == (Selection(), Selection())
    totals = one(folder, data="tic.net_long_term", only="", each="aggregate", fire="{below: -20bn}")
    assert totals.only.names == {"Grand Total", "Foreign Official"}
    official = one(folder, data="tic.net_long_term", only="{aggregate: Foreign Official}", fire="{below: -20bn}")
    assert (official.only, official.each) == (Selection(frozenset({"Foreign Official"})), None)


def test_a_revision_of_an_example_is_one_figure_or_the_series_anew(folder: Path) -> None:
    tests = """
      - name: a figure is revised
        series: {Japan: 1120bn 1085bn _}
        start: 2025-01
        revise: {at: 2025-03, with: {Japan: {2025-02: 1110bn}}}
        expect: [{at: 2025-02, fires: {Japan: notice}}, {at: 2025-03, corrects: [Japan]}]
      - name: the series is printed anew
        series: {Japan: 1120bn 1085bn 1080bn}
        start: 2025-01
        revise: {at: 2025-03, with: {Japan: 1121bn 1110bn}}
        expect: {}"""
    first, second = one(folder, tests=tests).tests
    assert first.series == (("tic.holdings", "Japan", (1120.0, 1085.0, None)),)
    assert first.revise == (("2025-03", "Japan", "2025-02", 1110.0),)
    assert first.expect[1] == Expectation("2025-03", corrects=("Japan",))
    assert second.revise == (("2025-03", "Japan", "2025-01", 1121.0), ("2025-03", "Japan", "2025-02", 1110.0))
    assert second.expect == ()


def test_an_example_is_no_longer_than_the_furthest_a_rule_looks_back(folder: Path) -> None:
    tests = f"[{{name: n, start: 2000-01, series: {{Japan: {'1tn ' * 601}}}, expect: []}}]"
    assert told(folder, tests=tests) == ["tests: series: Japan: has 601 values; expected at most 600"]


def test_stress_is_given_as_its_parts(folder: Path) -> None:
    tests = """
      - name: n
        start: 2025-01
        series: {SERIES}
        expect: [{at: 2025-01, fires: {}}]"""
    keys = {"data": "auction.stress", "only": "{tenor: 10-Year Note}", "fire": "{at_least: 2}"}
    parts = "{auction.bid_to_cover: {10-Year Note: 2.40}, auction.dealer_share: {10-Year Note: 20%}}"
    assert told(folder, **keys, tests=tests.replace("{SERIES}", parts)) == []
    (problem,) = told(folder, **keys, tests=tests.replace("{SERIES}", "{10-Year Note: 1.2}"))
    assert "auction.stress is computed; give its parts (auction.bid_to_cover, " in problem


def test_an_example_can_hold_other_data_under_its_name(folder: Path) -> None:
    tests = """
      - name: both fall
        series: {Japan: 1120bn 1085bn, tic.net_long_term: {Japan: 0 -25bn}}
        start: 2025-01
        expect: []"""
    (example,) = one(folder, tests=tests).tests
    assert example.series[1] == ("tic.net_long_term", "Japan", (0.0, -25.0))


# How mistakes are told


def test_the_two_problems_of_the_handbook_are_printed_as_it_says(folder: Path) -> None:
    lines = [""] * 22
    lines[0] = "rules:"
    lines[9:14] = ["  - id: japan-floor", "    title: t", "    data: tic.holdings", "    only: {holder: Japan}", ""]
    lines[13] = "    fire: {belw: 1.1tn}"
    lines[16:20] = ["  - id: top20-monthly-cut", "    title: t", "    data: tic.holdings", "    each: holder"]
    lines[20] = "    fire: {below: 1.1tn}"
    lines[21] = "    except: {holder: Cananda}"
    assert "\n".join(problem.show() for problem in book(folder, "\n".join(lines)).problems) == (
        'rules/holders.yaml:14:11: japan-floor: fire: unknown word "belw" (did you mean "below"?)\n'
        "    fire: {belw: 1.1tn}\n"
        "           ^\n"
        'rules/holders.yaml:22:21: top20-monthly-cut: except: no holder "Cananda" (did you mean "Canada"?)\n'
        "    except: {holder: Cananda}\n"
        "                     ^"
    )


def test_five_mistakes_in_one_file_are_five_problems_each_with_its_line(folder: Path) -> None:
    text = """rules:
  - id: japan-floor
    title: "{country} at {value}"
    data: tic.holdings
    only: {holder: Jpan}
    fire: {below: 1100}
    severity: loud
    mode: until_cleared
"""
    read = book(folder, text)
    assert [(problem.line, problem.column) for problem in read.problems] == [
        (3, 11),
        (5, 19),
        (6, 18),
        (7, 14),
        (8, 10),
    ]
    for problem in read.problems:
        said, line, caret = problem.show().splitlines()
        assert said.startswith(f"rules/holders.yaml:{problem.line}:{problem.column}: japan-floor: ")
        assert line == text.splitlines()[problem.line - 1]
        assert caret == " " * problem.column + "^"


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.yaml")))
def test_a_mistake_is_told_once_in_words_its_author_can_act_on(folder: Path, name: str) -> None:
    (folder / f"{name}.yaml").write_bytes((GOLDEN / f"{name}.yaml").read_bytes())
    (problem,) = load(folder).problems
    assert problem.show() + "\n" == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"id": "Japan Floor"}, 'id: expected small letters, digits, "-", "." and "_" only, such as japan-floor'),
        ({"title": '"{threshold}"', "measure": "rank", "fire": "{changes: true}"}, "title: {threshold} is not known"),
        ({"title": '"{count}"'}, "title: {count} is known only where the rule has the key count"),
        ({"title": "x" * 151}, "title: has 151 characters; expected at most 150"),
        ({"title": ""}, "title: is missing; every rule needs one, such as title: "),
        ({"why": "~"}, "why: nothing is written after it; expected a text"),
        ({"data": "[tic.holdings]"}, "data: expected a dataset such as tic.holdings"),
        ({"each": "tenor"}, "each: tic.holdings has no tenors; write each: holder"),
        ({"only": "{tenor: 10-Year Note}"}, "only: this rule is about holders of tic.holdings; choose by holder or"),
        ({"only": "{holder: Grand Total}"}, 'only: no holder "Grand Total"'),
        ({"only": "{holder: Japan}", "except": "{holder: Japan}"}, "only: only and except leave nobody"),
        ({"only": "", "each": "holder", "among": "{top: 0}"}, "among: top: expected a whole number from 1 to 100"),
        ({"only": "", "each": "holder", "among": "{ranked: current}"}, "among: top is missing"),
        ({"measure": "{zscore: 1 month}"}, "measure: zscore: needs at least 2 months"),
        ({"measure": "change"}, "measure: change needs to know how far; write {change: 1 month}"),
        ({"measure": "{rank: 3}"}, "measure: rank: takes nothing; write measure: rank"),
        ({"fire": "{changes: true}"}, "fire: changes: is for rank; write measure: rank"),
        ({"fire": "{outside: [2tn, 1tn]}"}, "fire: outside: 2tn is not below 1tn"),
        ({"fire": "[below, 1tn]"}, "fire: expected a condition such as {below: 1.1tn}"),
        ({"levels": "{high: 1tn, critical: 1.05tn}"}, "levels: critical: 1.05tn is no further out than 1tn"),
        ({"remind": "3 releases"}, "remind: works only with mode: until_clear; add that, or delete remind"),
        ({"for": "0 releases"}, "for: expected at least 1"),
        ({"links": "[https://example.org, javascript:x]"}, "links: expected an address that begins with https://"),
        ({"all": "{data: tic.holdings, is: {below: 1tn}}"}, "all: expected a list"),
        ({"all": "[{is: {below: 1tn}}]"}, "all: data is missing"),
        (AUCTION | {"measure": "rank"}, "measure: rank is a place among holders"),
        (AUCTION | {"among": "{top: 3}"}, "among: chooses the largest holders; auction.bid_to_cover has tenors"),
        (AUCTION | {"only": "", "combine": "{sum: china-complex}"}, "combine: adds up holders"),
        (AUCTION | {"only": "{type: Notes}", "each": "tenor"}, 'only: unknown type "Notes" (did you mean "Note"?)'),
        (AUCTION | {"only": "{tenor: 10-Year}"}, "each: the rule asks 2 tenors at once; add each: tenor"),
        (AUCTION | {"measure": "{versus: 2024-10}"}, "measure: versus compares with a month"),
        (FLOW | {"measure": "{percent_change: 1 month}", "fire": "{below: 3%}"}, "measure: percent_change says"),
        ({"data": "tic.long_term", "measure": "share", "fire": "{below: 3%}"}, "measure: share is of the Grand Total"),
        ({"data": "tic.totals", "only": "{aggregate: Grand Totl}"}, 'only: no aggregate "Grand Totl" (did you mean'),
        ({"tests": "{}"}, "tests: expected a list of examples"),
        ({"tests": "[{name: x}]"}, "tests: series is missing"),
    ],
)  # fmt: skip
def test_every_key_is_checked(folder: Path, keys: dict[str, str], problem: str) -> None:
    assert any(said.startswith(problem) for said in told(folder, **keys)), told(folder, **keys)


@pytest.mark.parametrize(
    ("fire", "clear", "said"),
    [
        ("{below: 1.1tn}", "{above: 1.1tn}", ""),
        ("{below: 1.1tn}", "{at_least: 1.1tn}", ""),
        ("{above: 1.1tn}", "{below: 1.1tn}", ""),
        ("{at_most: 1.1tn}", "{at_least: 1.1tn}", "1.1tn itself would both fire and end it; write {above: 1.1tn}"),
        (
            "{below: 1.1tn}",
            "{above: 1.05tn}",
            "a value between 1.05tn and 1.1tn would both fire and end it; write {above: 1.1tn}, or a higher level",
        ),
        (
            "{at_least: 1.1tn}",
            "{below: 1.2tn}",
            "a value between 1.2tn and 1.1tn would both fire and end it; write {below: 1.1tn}, or a lower level",
        ),
        (
            "{below: 1.1tn}",
            "{below: 1tn}",
            "below 1tn is on the side that fires (below 1.1tn); write {above: 1.1tn}",
        ),
        (
            "{outside: [1tn, 2tn]}",
            "{above: 1.5tn}",
            "outside 1tn to 2tn ends by itself when the value is back between them; delete clear",
        ),
    ],
)
def test_no_value_may_both_fire_and_clear(folder: Path, fire: str, clear: str, said: str) -> None:
    assert told(folder, mode="until_clear", fire=fire, clear=clear) == ([f"clear: {said}"] if said else [])


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            {"fire": "{below: 1tn, above: 1.2tn}"},
            'fire: one condition only, and "below" stands there already; to be told of either write '
            "outside: [1tn, 1.2tn]",
        ),
        (
            {"fire": "{below: -30bn, above: -50bn}", "measure": "{change: 1 month}"},
            'fire: one condition only, and "below" stands there already; where both must hold, move this one to '
            "all: [{data: tic.holdings, is: {above: -50bn}}], with the same measure beside its data",
        ),
        (
            {"fire": "{below: 1tn, lowest_in: 24 months}"},
            'fire: one condition only, and "below" stands there already; where both must hold, move this one to '
            "all: [{data: tic.holdings, is: {lowest_in: 24 months}}]",
        ),
        (
            {"mode": "until_clear", "clear": "{above: 1.2tn, at_least: 1.3tn}"},
            'clear: one condition only, and "above" stands there already; keep one',
        ),
        (
            {"measure": "{change: 1 month, zscore: 12 months}"},
            'measure: one measure only, and "change" stands there already; ask for the other in a rule of its own',
        ),
    ],
)
def test_two_where_one_belongs_are_told_what_to_write_instead(folder: Path, keys: dict[str, str], said: str) -> None:
    assert said in told(folder, **keys)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (
            "treshold",
            'unknown key "treshold"; "fire" says that, and stands here already: delete this line',
        ),
        ("titel", 'unknown key "titel" (did you mean "title"?); that stands here already: keep one of them'),
        ("severty", 'unknown key "severty" (did you mean "severity"?)'),
    ],
)
def test_a_key_is_not_suggested_where_it_stands_already(folder: Path, key: str, said: str) -> None:
    assert told(folder, **{key: "x"}) == [said]


def test_mistakes_behind_a_mistake_are_told_with_it(folder: Path) -> None:
    tests = "[{name: x, series: {Japan: 1120 1110}, start: 2025-13, expect: [{at: 2025-14, fires: {Japan: loud}}]}]"
    found = told(
        folder,
        measure="{chnge: 1 month}",
        fire="{below: 1,100bn}",
        levels="{hgh: -50bn}",
        mode="until_clear",
        clear="{above: x}",
        tests=tests,
    )
    begun = [": ".join(said.split(": ")[:-1]) for said in found]
    assert begun == [
        "fire: write 1100bn",
        "measure",
        "levels",
        "clear: above",
        "tests: series: Japan",
        "tests: start",
        "tests: expect: at",
        "tests: expect: fires: Japan",
    ]


@pytest.mark.parametrize("name", ["30-Year Note", "31-Year Bond", "6-Month Note", "2-Year Bill"])
def test_a_security_that_was_never_sold_is_no_tenor(folder: Path, name: str) -> None:
    auction = {"data": "auction.stop", "title": '"{tenor} at {value}"', "fire": "{above: 5%}"}
    [said] = told(folder, only=f"{{tenor: {name}}}", **auction)
    assert said.startswith(f'only: no tenor "{name}"')


@pytest.mark.parametrize("name", ["42-Day CMB", "17-Week Bill", "30-Year Bond", "10-Year"])
def test_odd_terms_of_bills_are_tenors(folder: Path, name: str) -> None:
    auction = {"data": "auction.stop", "title": '"{tenor} at {value}"', "fire": "{above: 5%}", "each": "tenor"}
    assert told(folder, only=f"{{tenor: {name}}}", **auction) == []


def test_ids_are_unique_over_all_files(folder: Path) -> None:
    (folder / "a.yaml").write_text(written())
    (folder / "b.yaml").write_text(written())
    read = load(folder)
    assert [problem.problem for problem in read.problems] == [
        'id: "japan-floor" is taken already, in rules/a.yaml:2; every rule needs its own'
    ]
    assert read.rejected == {"rules/b.yaml"}


def test_a_file_with_a_mistake_gives_no_rules_and_the_others_all_of_theirs(folder: Path) -> None:
    (folder / "bad.yaml").write_text(written(id="a") + written(id="b", fire="{belw: 1}").removeprefix("rules:\n"))
    (folder / "good.yaml").write_text(written(id="c"))
    read = load(folder)
    assert [rule.id for rule in read.rules] == ["c"]
    assert read.rejected == {"rules/bad.yaml"}
    assert read.files == ("rules/bad.yaml", "rules/good.yaml", "rules/groups.yaml")


def test_mistakes_before_broken_yaml_are_told_in_the_same_pass(folder: Path) -> None:
    text = written(fire="{belw: 1tn}") + "  - id: torso\n    title: a: b\n"
    assert [(problem.rule, problem.line) for problem in book(folder, text).problems] == [
        ("japan-floor", 6),
        ("torso", 8),
    ]


def test_a_mistake_in_the_groups_holds_back_the_rules_that_use_them(folder: Path) -> None:
    (folder / "groups.yaml").write_text("groups:\n  china-complex: [China, Mainland]\n")
    (folder / "other.yaml").write_text(written(id="other"))
    read = book(folder, written(only="", combine="{sum: china-complex}"))
    assert [problem.problem for problem in read.problems] == [
        'groups: china-complex: write "China, Mainland" in quotes: the name has a comma',
        'combine: group "china-complex" waits for groups.yaml, which has a mistake of its own',
    ]
    assert [rule.id for rule in read.rules] == ["other"]


def test_a_folder_that_watches_nothing_is_a_problem(folder: Path) -> None:
    assert "holds no rule files" in load(folder).problems[0].problem
    missing = load(Path("absent"))
    assert "cannot be read" in missing.problems[0].show()
    assert missing.rejected == {"absent"}


def test_a_file_that_would_be_passed_over_is_told(folder: Path) -> None:
    (folder / "mine.yml").write_text(written())
    assert "rules/mine.yml: is not read: only *.yaml is; rename it to mine.yaml" in [
        problem.show() for problem in load(folder).problems
    ]


def test_an_empty_file_asks_nothing_and_is_no_mistake(folder: Path) -> None:
    read = book(folder, "# nothing yet\n")
    assert (read.rules, read.problems) == ((), ())
    assert book(folder, "rules:\n").problems == ()


def test_a_sleeping_rule_is_a_notice_not_a_problem(folder: Path) -> None:
    rules = (one(folder, until="2026-01-31"), one(folder, enabled="false"), one(folder, until="2027-01-31"))
    assert [notice.text for notice in notices(rules, date(2026, 11, 23))] == [
        "sleeps: until 2026-01-31 has passed",
        "sleeps: enabled is false",
    ]


# What it asks, as a digest


def test_the_digest_changes_with_what_is_asked_and_not_with_its_words(folder: Path) -> None:
    plain = digest(one(folder))
    assert digest(one(folder, title="another", why="because", owner="desk", links="https://example.org")) == plain
    assert digest(one(folder, fire="{below: 1100bn}")) == plain
    asked = [
        {"fire": "{below: 1.2tn}"}, {"fire": "{at_most: 1.1tn}"}, {"only": "{holder: Belgium}"}, {"severity": "high"},
        {"mode": "until_clear"}, {"for": "2 releases"}, {"basis": "first_published"}, {"measure": "{change: 1 month}"},
        {"levels": "{high: 1tn}"}, {"cooldown": "3"}, {"enabled": "false"}, {"data": "tic.long_term"},
    ]  # fmt: skip
    digests = {digest(one(folder, **keys)) for keys in asked}
    assert len(digests | {plain}) == len(asked) + 1


def test_the_digest_of_today_is_that_of_years_to_come(folder: Path) -> None:
    assert digest(one(folder)) == "a649801f15badcc1"


# The words


@given(
    st.sets(st.sampled_from((*TENORS, "10-Year", "5-Year")), max_size=3),
    st.sets(st.sampled_from(("Note", "TIPS")), max_size=2),
    st.sets(st.sampled_from(TENORS), max_size=3),
)
def test_the_checker_and_the_evaluator_choose_the_same_series(
    names: set[str], types: set[str], without: set[str]
) -> None:
    only, excepted = Selection(frozenset(names), frozenset(types)), Selection(frozenset(without))
    who = EntitySelection(kind=DATASETS["auction.stop"].entity, only=only, without=excepted)
    assert [TENORS[column] for column in selected("auction.stop", TENORS, only, excepted)] == [
        name for name in TENORS if who.covers(name)
    ]


# Anything at all

WORDS = (  # noqa: SIM905 (as the words of a file they are read at a glance)
    "rules: - id: a title: data: tic.holdings auction.stop each: holder only: {holder: Japan} fire: {below: 1tn} [ ] , "
    "measure: {change: 1 month} all: count: among: {top: 5} tests: name: series: start: 2025-01 expect: at: & * 5bn "
    "levels: {high: combine: {sum: china-complex} clear: mode: until_clear ~ _ revise: with: until: links: for:"
).split()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=30), st.randoms(use_true_random=False))
def test_any_text_gives_rules_or_problems_and_nothing_else(folder: Path, words: list[str], rng: random.Random) -> None:
    text = "".join(word + rng.choice((" ", " ", "\n", "\n    ", "\n  - ")) for word in words)
    (folder / "holders.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    read = load(folder)
    assert all(problem.show() for problem in read.problems)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.randoms(use_true_random=False))
def test_a_handbook_with_a_word_misplaced_gives_rules_or_problems(folder: Path, rng: random.Random) -> None:
    lines = HANDBOOK.splitlines()
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(1, len(lines))
        words = lines[place].split(" ")
        words[rng.randrange(len(words))] = rng.choice([*WORDS, "", "{}", "[]", "null"])
        lines[place] = " ".join(words)
    read = book(folder, "\n".join(lines))
    assert read.problems or read.rules
    for problem in read.problems:
        assert problem.line == 0 or problem.excerpt in lines


HANDBOOK = """rules:
  - id: top20-monthly-cut
    title: "{holder} cut {measure} in {period}"
    why: A large cut by a major holder; custody and valuation can be behind it.
    data: tic.holdings
    each: holder
    among: {top: 20, ranked: previous}       # ranked by the release before
    except: {holder: Canada}
    measure: {change: 1 month}
    fire: {below: -30bn}
    levels: {high: -50bn, critical: -80bn}
    severity: notice
    mode: each_release
    tests:
      - name: two cuts in a row are two alerts, the flat month is none
        series: {Japan: 1120bn 1085bn 1030bn 1030bn, "China, Mainland": 700bn 695bn 690bn 685bn}
        start: 2025-01
        expect:
          - {at: 2025-02, fires: {Japan: notice}}
          - {at: 2025-03, fires: {Japan: high}}
          - {at: 2025-04, fires: {}}

  - id: japan-floor
    title: "Japan at {value}, below {threshold}"
    data: tic.holdings
    only: {holder: Japan}
    fire: {below: 1.1tn}
    clear: {above: 1.12tn}
    for: 2 releases
    mode: until_clear
    severity: high

  - id: japan-sells
    title: "Japan sold {measure} net of long-term Treasuries in {period}"
    data: tic.net_long_term
    only: {holder: Japan}
    fire: {at_most: -20bn}
    all:
      - {data: tic.holdings, measure: {change: 1 month}, is: {at_most: -20bn}}
    severity: high

  - id: broad-selling
    title: "{count} of the top 20 fell in {period}"
    data: tic.holdings
    each: holder
    among: {top: 20, ranked: previous}
    measure: {change: 1 month}
    count: {below: 0}
    fire: {at_least: 14}

  - id: china-complex-cut
    title: "China and its custodians cut {measure} in {period}"
    data: tic.holdings
    combine: {sum: china-complex}
    measure: {change: 1 month}
    fire: {at_most: -40bn}

  - id: weak-cover
    title: "{tenor}: bid-to-cover {value}, {measure} sd from its last 12"
    data: auction.bid_to_cover
    each: tenor
    only: {type: [Note, Bond]}
    measure: {zscore: 12 auctions}
    fire: {at_most: -2}
"""
