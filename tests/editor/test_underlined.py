"""What an editor underlines in a rule file while it is typed, and what it lets stand."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from typer.testing import CliRunner

from tests.core.generated import sheets
from tests.editor.files import AUCTION, FILE, MODELINE, ROOT, rule_of
from tests.standins.editor import PROGRAM, Editor, Remark
from tests.standins.node import node_for
from treasury_watch.cli.app import app
from treasury_watch.config import load_config
from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.rules.conditions import CONDITIONS
from treasury_watch.core.rules.kinds import Takes
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Condition, Measure, Mode, Rule
from treasury_watch.rulefiles import load

GOLDEN = ROOT / "tests" / "golden" / "rules"
UNSEEN = {
    "all-part-of-totals",
    "clear-overlaps-fire",
    "id-taken",
    "level-not-sharper",
    "space-missing-in-braces",
    "test-period-outside",
    "test-severity-never",
    "test-unknown-entity",
    "text-cut-by-a-remark",
    "typographic-quotes",
    "unknown-group",
}
"""What no JSON Schema can say: it compares no two values, reads no other file, and does not know what was meant."""
ELSEWHERE = {"bracket-not-closed", "quote-not-closed", "remark-in-braces", "several-series-without-each"}
"""Underlined, but not in the line that the checker names."""

SHIPPED = [*sorted((ROOT / "rules").glob("*.yaml")), ROOT / "config.yaml"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_nothing_is_underlined_in_the_files_that_come_with_the_bot(vscode: Editor, path: Path) -> None:
    assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=")
    assert vscode.remarks(path) == []
    broken = path.read_text("utf-8") + "\nnonsense: 1\n"
    assert [remark.marked for remark in vscode.remarks(path, broken)] == ["nonsense"], "the schema was not found"


def test_a_mistake_that_the_checker_tells_is_underlined_in_the_same_line(vscode: Editor) -> None:
    names = sorted(path.stem for path in GOLDEN.glob("*.yaml"))
    opened = {FILE.with_name(f"{name}.yaml"): MODELINE + (GOLDEN / f"{name}.yaml").read_text("utf-8") for name in names}
    remarks = {path.stem: found for path, found in vscode.all_remarks(opened).items()}
    assert {name for name, found in remarks.items() if not found} == UNSEEN
    checked = {name: int((GOLDEN / f"{name}.txt").read_text("utf-8").split(":")[1]) for name in names}
    # The modeline stands above what the checker was given.
    near = {name for name in names if checked[name] + 1 in [remark.line for remark in remarks[name]]}
    assert set(names) - near == UNSEEN | ELSEWHERE


MISTAKES: list[tuple[dict[str, str], str, str]] = [
    ({"treshold": "1tn"}, "treshold", "Property treshold is not allowed."),
    ({"data": "tic.holding"}, "tic.holding", 'Value is not accepted. Valid values: "tic.holdings", "tic.totals"'),
    ({"severity": "loud"}, "loud", 'Value is not accepted. Valid values: "info", "notice", "high", "critical".'),
    ({"mode": "until_cleared"}, "until_cleared", 'Value is not accepted. Valid values: "each_release", "until_c'),
    ({"only": "{holder: Jpan}"}, "Jpan", "no such holder; Ctrl+Space lists them. A name with a comma needs"),
    ({"only": "{holder: [Japan, Jpan]}", "each": "holder"}, "Jpan", "no such holder"),
    ({"only": "{tenor: 10-Year Note}"}, "tenor", "this data is not about these; choose by group or holder"),
    ({"each": "tenor"}, "tenor", "this data has holders"),
    ({"title": ""}, "i", 'Missing property "title".'),
    ({"fire": ""}, "i", 'Missing property "fire".'),
    ({"fire": "{below: 1100}"}, "1100", "this number has no unit; expected an amount of money with its unit, such"),
    ({"fire": '{below: "1100"}'}, '"1100"', "expected an amount of money with its unit, such as 30bn, 1.1tn or 5"),
    ({"fire": "{belw: 1tn}"}, "belw", "expected one condition, such as {below: 1.1tn}: below, above, at_most"),
    ({"fire": "{lowest_in: 6}"}, "6", "Value is below the minimum of 12."),
    ({"fire": "{changes: true}"}, "changes", "changes is for rank; write measure: rank"),
    ({"fire": "{outside: [1, 2tn]}"}, "1", "this number has no unit"),
    ({"levels": "{high: 1000}"}, "1000", "this number has no unit"),
    ({"levels": "{notice: 1tn}"}, "notice", "this is not louder than notice, the severity of the rule"),
    ({"measure": "{change: 2 auctions}"}, "2 auctions", "expected a number of months, such as 2 months"),
    ({"measure": "{change: 7}"}, "7", "expected a number of months, such as 2 months"),
    ({"measure": "{chnge: 1 month}"}, "{chnge: 1 month}", "expected a measure, such as rank or {change: 1 "),
    ({"measure": "rnk"}, "rnk", "expected a measure, such as rank or {change: 1 month}: value, "),
    ({"measure": "{sum: 3 months}"}, "sum", "sum adds up flows, and tic.holdings is none; for how it changed"),
    ({"measure": "share"}, "1.1tn", "expected a percentage such as 30%"),
    ({"measure": "share", "fire": "{below: 0.3}"}, "0.3", "a part or a percentage? write 30% or 0.3%"),
    ({"clear": "{above: 1.2tn}"}, "clear", "clear works only with mode: until_clear; add that, or delete it"),
    ({"for": "2 days"}, "2 days", "expected a number of months, such as 2 releases"),
    ({"links": "http://example.org"}, "http://example.org", "expected an address that begins with https://"),
    ({"enabled": "no"}, "no", "expected true or false"),
    ({"until": "2027-02-30"}, "2027-02-30", "expected a date such as 2027-01-31"),
    ({"title": '"{country}"'}, '"{country}"', "only these are filled in: {holder} {tenor} {value} {measure} {thr"),
    ({"title": '"{tenor}"'}, '"{tenor}"', "{tenor} cannot be filled in here: the rule is about holders"),
    ({"all": "[{data: tic.net, is: {below: 5}}]"}, "5", "this number has no unit; expected an amount of money"),
    (AUCTION | {"only": "{tenor: 10-Yer Note}"}, "10-Yer Note", "no such security; expected such as 10-Year Note"),
    (AUCTION | {"fire": "{below: 2bn}"}, "2bn", "expected a ratio such as 2.30"),
    (AUCTION | {"among": "{top: 3}"}, "among", "among chooses, adds up or counts holders, and this data has ten"),
    ({"tests": "[{nme: x}]"}, "nme", "Property nme is not allowed."),
    ({"tests": "[{series: {Japan: 1120 1085}}]"}, "1120 1085", "expected values with a space between, such as 112"),
    ({"tests": "[{series: {Jpan: 1tn}}]"}, "Jpan", "no such name; one with a comma needs quotes"),
    ({"tests": "[{series: {tic.net: {Japan: 5}}}]"}, "5", "this number has no unit"),
    ({"tests": "[{start: 2025}]"}, "2025", "expected a month such as 2024-10"),
    ({"tests": "[{expect: [{fires: {Japan: loud}}]}]"}, "loud", 'Value is not accepted. Valid values: "info", "no'),
    ({"tests": "[{expect: [{clears: Japan}]}]"}, "clears", "an each_release rule has no all-clear; delete it"),
]  # fmt: skip


@pytest.fixture(scope="module")
def underlined(vscode: Editor) -> list[list[Remark]]:
    """Of each mistake, what is underlined; the files are opened together, because the server waits before it looks."""
    opened = {FILE.with_name(f"mine{number}.yaml"): rule_of(**keys) for number, (keys, *_) in enumerate(MISTAKES)}
    return list(vscode.all_remarks(opened).values())


@pytest.mark.parametrize("number", range(len(MISTAKES)), ids=lambda number: f"{MISTAKES[number][0]}")
def test_what_is_underlined_says_what_to_write(underlined: list[list[Remark]], number: int) -> None:
    keys, marked, says = MISTAKES[number]
    line = 1 + next(at for at, written in enumerate(rule_of(**keys).splitlines()) if marked in written[4:])
    if says.startswith("Missing"):
        line = 3  # where the rule begins
    assert [
        remark.says for remark in underlined[number] if remark[:2] == (line, marked) and remark.says.startswith(says)
    ], underlined[number]


@pytest.mark.parametrize(
    ("groups", "marked", "says"),
    [
        ("asia: [Japan, Indja]", "Indja", "no such holder"),
        ("asia: [China, Mainland]", "China, Mainland", "no such holder"),
        ("asia: [Japan, Japan]", "[Japan, Japan]", "Array has duplicate items."),
        ("Japan: [Japan]", "Japan", "is taken, or empty; choose another name"),
        ("asia: {Japan: 1}", "{Japan: 1}", "no such holder"),
    ],
)
def test_a_mistake_in_the_groups_is_underlined(vscode: Editor, groups: str, marked: str, says: str) -> None:
    remarks = vscode.remarks(FILE.with_name("groups.yaml"), f"{MODELINE}groups:\n  {groups}\n")
    assert [(remark.line, remark.marked) for remark in remarks if remark.says.startswith(says)] == [(3, marked)], (
        remarks
    )


def test_groups_in_a_file_of_rules_are_underlined(vscode: Editor) -> None:
    (remark,) = vscode.remarks(FILE, rule_of() + "groups:\n  asia: [Japan]\n")
    assert (remark.marked, remark.says) == ("groups", "groups stand in groups.yaml; move them there")


ACCEPTED: list[dict[str, str]] = [
    {"id": "2024", "title": "2024", "why": "true", "owner": "7"},
    {"fire": "{below: -0.0}", "levels": "{high: -500mn, critical: -1 bn}"},
    {"fire": '{below: " 1.1tn "}', "levels": "{high: .5tn, critical: \N{MINUS SIGN}5bn}"},
    {"fire": "{lowest_in: 24}", "levels": "{high: 36 Months}"},
    {"measure": "{drawdown: all}", "fire": "{outside: [-5bn, 5bn]}", "levels": "{critical: [-7bn, 6bn]}"},
    {"measure": "rank", "fire": "{changes: true}", "for": "2", "cooldown": "0 releases"},
    {"data": "auction.stop", "only": "{tenor: 119-Day CMB}", "fire": "{at_least: 450bp}", "for": "2 Auctions"},
    AUCTION | {"only": "{tenor: 10-Year}", "each": "tenor", "fire": "{highest_since: 2020-01-15}"},
    {"only": "", "each": "holder", "count": "{below: 1tn}", "fire": "{at_least: 14}", "levels": "{high: 16}"},
    {"data": "tic.totals", "only": "", "except": "{aggregate: All Other}", "each": "aggregate"},
    {"links": "https://example.org", "until": '"2027-01-31 "', "mode": "until_clear", "remind": "3"},
    {"links": "[https://example.org]", "only": "{holder: [Japan, Japan]}"},
    {"tests": "[{name: 1, series: {Japan: [1tn, _ 900bn]}, start: 2025-01, expect: {}}]", "fire": "{below: 5bn}"},
    {"tests": "[{name: n, series: {Japan: 0}, start: 2025-01, expect: [{at: 2025-01, fires: {Japan: notice}}]}]"},
]


def test_what_the_checker_accepts_is_not_underlined(vscode: Editor, tmp_path: Path) -> None:
    opened = {f"mine{number}.yaml": rule_of(**{"id": f"r{number}"} | keys) for number, keys in enumerate(ACCEPTED)}
    for name, text in opened.items():
        (tmp_path / name).write_text(text, "utf-8")
    assert [problem.show() for problem in load(tmp_path).problems] == []
    found = vscode.all_remarks({FILE.with_name(name): text for name, text in opened.items()})
    assert {path.name: remarks for path, remarks in found.items() if remarks} == {}


def test_no_rule_that_the_checker_accepts_is_underlined(vscode: Editor, tmp_path: Path) -> None:
    texts = {f"r{number}.yaml": spelt(rules, number) for number, rules in enumerate(made_up())}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "groups.yaml").write_text("groups:\n  pair: [Japan, Belgium]\n", "utf-8")
    refused = {Path(name).name for name in load(tmp_path).rejected}
    accepted = {FILE.with_name(name): MODELINE + text for name, text in texts.items() if name not in refused}
    assert len(accepted) >= len(texts) / 2
    found = vscode.all_remarks(accepted)
    assert {path.name: remarks for path, remarks in found.items() if remarks} == {}


def made_up() -> list[list[Rule]]:
    """Rules of every kind, drawn anew each time, to be looked at together."""
    drawn: list[list[Rule]] = []

    @settings(max_examples=60, database=None, phases=[Phase.generate])
    @given(sheets())
    def draw(rules: list[Rule]) -> None:
        drawn.append(rules)

    draw()
    return drawn


def spelt(rules: list[Rule], number: int) -> str:
    """Made-up rules as a person would write them. JSON is YAML enough."""
    return json.dumps({"rules": [_rule(rule) | {"id": f"f{number}-{rule.id}"} for rule in rules]})


def _rule(rule: Rule) -> dict[str, Any]:
    condition = _condition(rule.fire, rule.data, Measure("rank") if rule.count else rule.measure)
    keys: dict[str, Any] = {"title": "Holdings", "data": rule.data, "fire": condition, "mode": rule.mode.value}
    keys["basis"] = rule.basis.value
    keys["measure"] = _measure(rule.measure)
    aggregate = rule.data == "tic.totals" or (rule.only.names & {"Grand Total", "Foreign Official"})
    if rule.each and not rule.count:
        keys["each"] = "aggregate" if aggregate else "holder"
    if rule.only.names:
        keys["only"] = {"aggregate" if aggregate else "holder": sorted(rule.only.names)}
    if rule.without.names:
        keys["except"] = {"holder": sorted(rule.without.names)}
    if rule.among:
        keys["among"] = {"top": rule.among.top, "ranked": rule.among.ranked}
    if rule.combine:
        keys["combine"] = {"sum": "pair"}
    if rule.count:
        keys["count"] = _condition(rule.count, rule.data, rule.measure)
    if rule.levels:
        written = {name.word: _condition(level, rule.data, rule.measure) for name, level in rule.levels}
        keys["levels"] = {name: next(iter(level.values())) for name, level in written.items()}
    if rule.also:
        parts = [(also.data, also.measure, _condition(also.condition, also.data, also.measure)) for also in rule.also]
        keys["all"] = [{"data": data, "measure": _measure(measure), "is": its} for data, measure, its in parts]
    if rule.clear:
        keys["clear"] = _condition(rule.clear, rule.data, rule.measure)
    keys["for"] = f"{rule.periods} releases"
    keys |= {"remind": rule.remind} if rule.remind else {}
    return keys | ({"cooldown": rule.cooldown} if rule.mode is Mode.EACH_RELEASE else {})


def _measure(measure: Measure) -> Any:
    takes = MEASURES[measure.kind].takes
    if takes is Takes.NOTHING:
        return measure.kind
    return {measure.kind: measure.since if takes is Takes.PERIOD else f"{measure.n} months" if measure.n else "all"}


def _condition(condition: Condition, data: str, measure: Measure) -> dict[str, Any]:
    mark = MEASURES[measure.kind].measured_in.unit(DATASETS[data].unit).value
    low, high = (f"{end:.1f}{mark}" for end in (condition.a, condition.b))
    match CONDITIONS[condition.op].takes:
        case Takes.LEVEL:
            return {condition.op: low}
        case Takes.RANGE:
            return {condition.op: [low, high]}
        case Takes.STEPS:
            return {condition.op: condition.n}
        case Takes.PERIOD:
            return {condition.op: condition.since}
    return {condition.op: True}


def test_a_desk_wires_its_own_rules_as_the_page_about_git_says(vscode: Editor, tmp_path: Path) -> None:
    said = (ROOT / "docs" / "rules-in-git" / "README.md").read_text("utf-8")
    (modeline,) = [line for line in said.splitlines() if line.startswith("# yaml-language-server:")]
    (tmp_path / "rules").mkdir()
    printed = CliRunner().invoke(app, ["schema"]).stdout
    (tmp_path / "rules.schema.json").write_text(printed, "utf-8")
    rules = tmp_path / "rules" / "mine.yaml"
    assert vscode.remarks(rules, rule_of().replace(MODELINE, f"{modeline}\n")) == []
    assert vscode.remarks(rules, rule_of(severity="loud").replace(MODELINE, f"{modeline}\n")) != []


COMPILED = """
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
const rules = JSON.parse(readFileSync(process.argv[1], "utf-8"));
new Ajv({ strict: false }).compile(rules);
"""


def test_the_schema_of_rules_is_sound_to_a_reader_that_forgives_nothing() -> None:
    node = node_for(PROGRAM, "yaml-language-server", "the JSON Schema reader that comes with it")
    # Its metaschema is draft 7, and an expression that JavaScript cannot read is an error.
    asked = [str(node), "--input-type=module", "--eval", COMPILED, str(ROOT / "treasury_watch" / "rules.schema.json")]
    done = subprocess.run(asked, cwd=PROGRAM.parent, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_config_that_names_one_where_several_may_stand_is_not_underlined(vscode: Editor, tmp_path: Path) -> None:
    text = "routes:\n  - {match: {severity: high, kind: fired, rule: japan-*}, to: console}\nauction_cards: Note\n"
    (tmp_path / "config.yaml").write_text(text)
    load_config(tmp_path / "config.yaml", [])
    modeline = "# yaml-language-server: $schema=treasury_watch/config.schema.json\n"
    assert vscode.remarks(ROOT / "config.yaml", modeline + text) == []
    remarks = vscode.remarks(ROOT / "config.yaml", modeline + text.replace("high", "loud"))
    assert [(remark.line, remark.marked) for remark in remarks] == [(3, "loud")]
