"""One rule: every key read and checked against the data it is of, every mistake told."""

from __future__ import annotations

from collections.abc import Mapping

from treasury_watch.core.figures.datasets import Calendar
from treasury_watch.core.figures.quantities import MOST_PERIODS, read_steps
from treasury_watch.core.rules.model import Basis, Example, Measure, Mode, Rule, Severity
from treasury_watch.grammar.words import EXAMPLE_KEYS, KEY_NAMES, KEYS
from treasury_watch.rulefiles.also import read_also
from treasury_watch.rulefiles.conditions import read_condition
from treasury_watch.rulefiles.examples import read_examples
from treasury_watch.rulefiles.levels import read_clear, read_levels
from treasury_watch.rulefiles.limits import MOST_IN_A_ROW
from treasury_watch.rulefiles.measure import read_measure
from treasury_watch.rulefiles.plain_keys import PlainKeys, rule_id
from treasury_watch.rulefiles.problems import Problems
from treasury_watch.rulefiles.scale import counted, scale_of
from treasury_watch.rulefiles.selection import Groups, read_selection
from treasury_watch.yaml.nodes import BrokenNode, Node

_STRAYS = {
    word: f'{word} is a line of an example; indent it as far as the "name" of its example under tests'
    for word in EXAMPLE_KEYS
}
"""Keys of an example that stand among those of the rule."""
_REQUIRED = tuple(key.name for key in KEYS if key.required)
_EXAMPLES = {
    "id": "id: japan-floor",
    "title": 'title: "{holder} at {value} in {period}"',
    "data": "data: tic.holdings",
    "fire": "fire: {below: 1.1tn}",
}


def read_rule(node: Node, groups: Groups, file: str, notes: Problems) -> Rule | None:
    """The rule, or None where anything in it is wrong (and told)."""
    notes.rule = rule_id(node)
    before = len(notes.found)
    try:
        rule = _read(node, groups, file, notes)
    finally:
        notes.rule = ""
    return rule if len(notes.found) == before else None


def _read(node: Node, groups: Groups, file: str, notes: Problems) -> Rule | None:
    entries = notes.entries(node, "", 'a rule: "- id: …" with its keys below')
    if not entries:
        return None
    fields = notes.fields(entries, "", KEY_NAMES, _STRAYS if entries.get("tests") is not None else None)
    for key in _REQUIRED:
        if key not in fields:
            notes.say(entries, key, f"is missing; every rule needs one, such as {_EXAMPLES[key]}")
    words = PlainKeys(fields, notes)
    identity = words.id()
    severity = words.severity()
    mode = Mode(words.choice("mode", [mode.value for mode in Mode], Mode.EACH_RELEASE.value))
    basis = Basis(words.choice("basis", [basis.value for basis in Basis], Basis.LATEST.value))
    correct = words.choice("on_revision", ["correct", "silent"], "correct") == "correct"
    why, owner, links = words.text("why"), words.text("owner"), words.links()
    enabled, until = words.enabled(), words.until()
    _check_mode(fields, mode, notes)
    dataset = words.data("data", fields.get("data"))
    if not dataset:
        words.title(None)
        return None

    if dataset.revises:
        _check_revision(fields, notes)
    who = read_selection(fields, entries, dataset, groups, notes)
    title = words.title(dataset)
    measure: Measure | None = Measure()
    if "measure" in fields:
        measure = read_measure(fields["measure"], "measure", dataset, notes, summed="combine" in fields)
    scale = scale_of(dataset, measure)
    count = read_condition(fields["count"], "count", scale, notes) if "count" in fields else None
    if "count" in fields:
        scale = counted(dataset.calendar)
    fire = read_condition(fields["fire"], "fire", scale, notes) if "fire" in fields else None
    levels = read_levels(fields, fire, severity, scale, notes)
    clear = read_clear(fields, fire, scale, notes)
    also = read_also(fields, dataset, who, notes)
    periods = _steps(fields, "for", dataset.calendar, 1, notes, most=MOST_IN_A_ROW)
    remind = _steps(fields, "remind", dataset.calendar, 0, notes)
    cooldown = _steps(fields, "cooldown", dataset.calendar, 0, notes, least=0)
    tests: tuple[Example, ...] = ()
    if who and "tests" in fields:
        unread = "levels" in fields and not levels  # told already: which severities there are is not known
        severities = set(Severity) if unread else {severity, *(named for named, _ in levels)}
        tests = read_examples(fields["tests"], dataset, who, mode, severities, notes, counts=count is not None)
    if not (identity and title and fire and who and measure):
        return None
    return Rule(
        id=identity,
        title=title,
        data=dataset.name,
        fire=fire,
        why=why,
        owner=owner,
        links=links,
        each=who.each.value if who.each else None,
        only=who.only,
        without=who.without,
        among=who.among,
        combine=who.combine,
        measure=measure,
        count=count,
        levels=levels,
        also=also,
        periods=periods,
        clear=clear,
        mode=mode,
        severity=severity,
        remind=remind,
        cooldown=cooldown,
        basis=basis,
        correct=correct,
        enabled=enabled,
        until=until,
        tests=tests,
        file=file,
        line=entries.line,
    )


def _check_mode(fields: Mapping[str, Node], mode: Mode, notes: Problems) -> None:
    if isinstance(fields.get("mode"), BrokenNode):
        return
    for key, needed in (("clear", Mode.UNTIL_CLEAR), ("remind", Mode.UNTIL_CLEAR), ("cooldown", Mode.EACH_RELEASE)):
        if key in fields and mode is not needed:
            add = "add that" if "mode" not in fields else "write that"
            notes.say(
                fields[key],
                key,
                f"works only with mode: until_clear; {add}, or delete {key}" if key != "cooldown" else _FLOW,
            )


def _check_revision(fields: Mapping[str, Node], notes: Problems) -> None:
    """A revision is an event of one release, about one series: nothing lasts, adds up or is counted over periods."""
    for key in ("mode", "combine", "count", "for", "cooldown", "on_revision"):
        if key in fields:
            notes.say(fields[key], key, "does not apply to revisions (each is told once, with its release). Delete it.")


_FLOW = "works only with mode: each_release; an until_clear alert is told once anyway: delete cooldown"


def _steps(
    fields: Mapping[str, Node],
    key: str,
    calendar: Calendar,
    default: int,
    notes: Problems,
    *,
    least: int = 1,
    most: int = MOST_PERIODS,
) -> int:
    node = fields.get(key)
    if node is None:
        return default
    expected = f"a number of periods such as 2 {'releases' if calendar is Calendar.MONTH else 'auctions'}"
    steps = notes.read(node, key, lambda text: read_steps(text, calendar, releases=True, bare=True), expected)
    if steps and steps.periods < least:
        notes.say(node, key, f"expected at least {least}")
    if steps and steps.periods > most:
        notes.say(node, key, f"expected at most {most}")
    return steps.periods if steps else default
