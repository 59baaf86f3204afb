"""One rule: every key read and checked against the data it is of, every mistake told."""

from __future__ import annotations

import re
from collections.abc import Mapping

from treasury_watch.core.figures.datasets import DATASETS, Calendar, Dataset, Entity
from treasury_watch.core.figures.quantities import MOST_PERIODS, read_day, read_steps
from treasury_watch.core.rules.model import Also, Basis, Condition, Example, Measure, Mode, Rule, Severity
from treasury_watch.grammar import (
    CONDITIONS_BY_NAME,
    EXAMPLE_KEYS,
    FIELDS,
    ID_PATTERN,
    KEY_NAMES,
    KEYS,
    OFTEN_MEANT,
    SEVERITIES,
    Takes,
)
from treasury_watch.grammar.fitting import kinds
from treasury_watch.rulefiles.conditions import (
    Scale,
    counted,
    overlap,
    overlap_words,
    read_condition,
    read_level,
    read_measure,
    scale_of,
    sharper,
)
from treasury_watch.rulefiles.examples import read_examples
from treasury_watch.rulefiles.limits import MOST_IN_A_ROW, MOST_LINKS, MOST_PARTS
from treasury_watch.rulefiles.problems import Problems
from treasury_watch.rulefiles.selection import EntitySelection, Groups, read_selection
from treasury_watch.yaml.file import Broken, Entries, Listing, Node, Scalar, did_you_mean

_ID = re.compile(ID_PATTERN)
_FIELD = re.compile(r"\{([^{}]*)\}")
_LINK = re.compile(r"https://[^\s<>\"|]+")
_LONGEST_TITLE = 150
"""What the narrowest channel shows of a headline."""
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


def rule_id(node: Node) -> str:
    """The id as written, by which even a rule that cannot be read is known; empty where there is none."""
    written = node.get("id") if isinstance(node, Entries) else None
    return written.text if isinstance(written, Scalar) and _ID.match(written.text) else ""


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
    words = _Words(fields, notes)
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
        measure = read_measure(fields["measure"], "measure", dataset, notes)
        if measure and measure.kind == "rank" and "combine" in fields:
            notes.say(fields["measure"], "measure", "rank is a place among holders; a group added up has none")
    scale = scale_of(dataset, measure)
    count = read_condition(fields["count"], "count", scale, notes) if "count" in fields else None
    if "count" in fields:
        scale = counted(dataset.calendar)
    fire = read_condition(fields["fire"], "fire", scale, notes) if "fire" in fields else None
    levels = _levels(fields, fire, severity, scale, notes)
    clear = _clear(fields, fire, scale, notes)
    also = _also(fields, dataset, who, notes)
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


class _Words:
    """The keys that are words of their own: they need no data to be read."""

    def __init__(self, fields: Mapping[str, Node], notes: Problems) -> None:
        self._fields = fields
        self._notes = notes

    def id(self) -> str:
        node = self._fields.get("id")
        text = self._notes.text(node, "id", most=80, one_line=True) if node is not None else None
        if not text or node is None:
            return ""
        if not _ID.match(text):
            said = 'expected small letters, digits, "-", "." and "_" only, such as japan-floor'
            self._notes.say(node, "id", said)
            return ""
        return text

    def title(self, dataset: Dataset | None) -> str:
        node = self._fields.get("title")
        text = self._notes.text(node, "title", most=_LONGEST_TITLE, one_line=True) if node is not None else None
        if not text or node is None:
            return ""
        for field in _FIELD.findall(text):
            problem = self._field_problem(field, dataset)
            if problem:
                self._notes.say(node, "title", problem)
        return text

    def _field_problem(self, field: str, dataset: Dataset | None) -> str:
        shown = "{" + field[:30] + "}"
        if field not in FIELDS:
            braced = [f"{{{name}}}" for name in FIELDS]
            meant = OFTEN_MEANT.get(field, field)
            near = f"{{{meant}}}" if meant in FIELDS else shown
            return f"unknown field {shown}{did_you_mean(near, braced, 'expected ' + ' '.join(braced))}"
        if field == "count" and "count" not in self._fields:
            return "{count} is known only where the rule has the key count"
        if dataset is None:
            return ""
        if field == "tenor" and dataset.entity is not Entity.TENOR:
            return f"{{tenor}} is not known: {dataset.name} has {dataset.entity.value}s; use {{holder}}"
        if field in ("holder", "rank") and dataset.entity is Entity.TENOR:
            return f"{shown} is not known: {dataset.name} has tenors; use {{tenor}}"
        if field in ("holder", "rank") and "count" in self._fields:
            return f"{shown} is not known: a count is about many; use {{count}}"
        if field == "rank" and (dataset.entity is Entity.AGGREGATE or "combine" in self._fields):
            return "{rank} is known of single holders only"
        fire = self._fields.get("fire")
        if field == "threshold" and isinstance(fire, Entries) and fire.key("changes"):
            return "{threshold} is not known: changes has no level"
        return ""

    def text(self, key: str) -> str:
        node = self._fields.get(key)
        return (self._notes.text(node, key) or "") if node is not None else ""

    def choice(self, key: str, known: list[str], default: str) -> str:
        node = self._fields.get(key)
        return (self._notes.word(node, key, known) or default) if node is not None else default

    def severity(self) -> Severity:
        return SEVERITIES[self.choice("severity", list(SEVERITIES), Severity.NOTICE.word)]

    def links(self) -> tuple[str, ...]:
        node = self._fields.get("links")
        if node is None:
            return ()
        written = self._notes.some(node, "links", "an https address, or a list of them", most=MOST_LINKS)
        for link in written:
            if not _LINK.fullmatch(link.text):
                self._notes.say(link, "links", "expected an address that begins with https://")
        return tuple(link.text for link in written)

    def enabled(self) -> bool:
        node = self._fields.get("enabled")
        if node is None:
            return True
        value = node.value if isinstance(node, Scalar) else None
        if not isinstance(value, bool):
            self._notes.say(node, "enabled", "expected true or false")
            return True
        return value

    def until(self) -> str:
        node = self._fields.get("until")
        return (
            (self._notes.read(node, "until", read_day, "a date such as 2027-01-31") or "") if node is not None else ""
        )

    def data(self, key: str, node: Node | None) -> Dataset | None:
        return read_data(node, key, self._notes) if node is not None else None


def read_data(node: Node, key: str, notes: Problems) -> Dataset | None:
    """A dataset by its name."""
    written = notes.scalar(node, key, "a dataset such as tic.holdings")
    if not written:
        return None
    if written.text not in DATASETS:
        said = f'no data "{written.text[:60]}"'
        notes.say(written, key, said + did_you_mean(written.text, DATASETS, "expected one of " + ", ".join(DATASETS)))
        return None
    return DATASETS[written.text]


def _check_mode(fields: Mapping[str, Node], mode: Mode, notes: Problems) -> None:
    if isinstance(fields.get("mode"), Broken):
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
            notes.say(fields[key], key, "says nothing of a revision, which is told once with its release; delete it")


_FLOW = "works only with mode: each_release; an until_clear alert is told once anyway: delete cooldown"


def _levels(
    fields: Mapping[str, Node], fire: Condition | None, severity: Severity, scale: Scale, notes: Problems
) -> tuple[tuple[Severity, Condition], ...]:
    node = fields.get("levels")
    if node is None:
        return ()
    entries = notes.entries(node, "levels", "severities and levels, such as {high: -50bn, critical: -80bn}")
    if not entries:
        return ()
    words = notes.fields(entries, "levels", SEVERITIES)
    if not fire:
        return ()
    if CONDITIONS_BY_NAME[fire.op].takes is Takes.TRUE:
        notes.say(node, "levels", f"{fire.op} has no level that could be sharper")
        return ()
    read: list[tuple[Severity, Condition, Node, Node]] = []
    for word, value in words.items():
        level = read_level(value, f"levels: {word}", fire.op, scale, notes)
        if level:
            read.append((SEVERITIES[word], level, value, entries.key(word) or value))
    read.sort(key=lambda one: one[0])
    milder_severity, milder = severity, fire
    for named, level, at, name in read:
        if named <= severity:
            louder = [word for word, known in SEVERITIES.items() if known > severity]
            instead = f"write {' or '.join(louder)}" if louder else "nothing is: delete levels, or lower severity"
            said = f"is not louder than {severity.word}, the severity of the rule; {instead}"
            notes.say(name, f"levels: {named.word}", said)
        elif not sharper(milder, level):
            said = f"{level.said} is no further out than {milder.said}, where {milder_severity.word} begins"
            said += "; expected a level beyond that"
            notes.say(at, f"levels: {named.word}", said)
        milder_severity, milder = max(named, severity), level
    return tuple((named, level) for named, level, _, _ in read)


def _clear(fields: Mapping[str, Node], fire: Condition | None, scale: Scale, notes: Problems) -> Condition | None:
    node = fields.get("clear")
    if node is None:
        return None
    clear = read_condition(node, "clear", scale, notes)
    if clear and clear.op == "changes":
        notes.say(node, "clear", "changes cannot end an alert; expected a level")
    elif clear and fire and overlap(fire, clear):
        notes.say(node, "clear", overlap_words(fire, clear))
    return clear


def _also(
    fields: Mapping[str, Node], dataset: Dataset, who: EntitySelection | None, notes: Problems
) -> tuple[Also, ...]:
    node = fields.get("all")
    if node is None:
        return ()
    if not isinstance(node, Listing) or not node.items:
        notes.say(
            node, "all", "expected a list: - {data: tic.holdings, measure: {change: 1 month}, is: {at_most: -20bn}}"
        )
        return ()
    if "count" in fields:
        notes.say(node, "all", "cannot stand beside count: there is no single entity for it to hold of")
        return ()
    if len(node.items) > MOST_PARTS:
        notes.say(node.items[MOST_PARTS], "all", f"has {len(node.items)} conditions; expected at most {MOST_PARTS}")
        return ()
    parts = (_part(item, dataset, who, notes) for item in node.items)
    return tuple(part for part in parts if part)


def _part(node: Node, dataset: Dataset, who: EntitySelection | None, notes: Problems) -> Also | None:
    entries = notes.entries(node, "all", "data, measure and is")
    if not entries:
        return None
    fields = notes.fields(entries, "all", ("data", "measure", "is"))
    for key in ("data", "is"):
        if key not in fields:
            notes.say(entries, "all", f"{key} is missing")
    other = read_data(fields["data"], "all: data", notes) if "data" in fields else None
    if not other:
        return None
    if other.revises and not dataset.revises:
        said = "is known of one release only; write a rule of its own on it"
        notes.say(fields["data"], "all: data", f"{other.name} {said}")
        return None
    if other.calendar is not dataset.calendar:
        own, its = dataset.calendar.value, other.calendar.value
        said = f"{other.name} comes {its} by {its}, but {dataset.name} {own} by {own}"
        notes.say(fields["data"], "all: data", f"{said}; {_elsewhere(dataset)}")
        return None
    if who and who.kind not in kinds(other):
        said = f"{other.name} is about {other.entity.value}s, this rule about {who.kind.value}s"
        notes.say(fields["data"], "all: data", f"{said}; {_elsewhere(dataset)}")
        return None
    measure = read_measure(fields["measure"], "all: measure", other, notes) if "measure" in fields else Measure()
    if not measure or "is" not in fields:
        return None
    if measure.kind == "rank" and who and who.combine:
        notes.say(fields["measure"], "all: measure", "rank is a place among holders; a group added up has none")
    condition = read_condition(fields["is"], "all: is", scale_of(other, measure), notes)
    return Also(other.name, measure, condition) if condition else None


def _elsewhere(dataset: Dataset) -> str:
    """What to do with a part of ``all`` that asks data of another kind."""
    fitting = [
        name
        for name, other in DATASETS.items()
        if other.calendar is dataset.calendar and other.entity is dataset.entity and not other.revises
    ]
    return f"delete this part, or make it a rule of its own; here fit {', '.join(fitting)}"


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
