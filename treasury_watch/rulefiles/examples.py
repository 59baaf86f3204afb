"""The examples that a rule brings with it: made-up values, and what each period of them must tell."""

from __future__ import annotations

import re
from collections.abc import Collection

from treasury_watch.core.figures.datasets import DATASETS, Calendar, Dataset, Entity
from treasury_watch.core.figures.periods import month_after
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import MOST_PERIODS, read_period, read_quantity
from treasury_watch.core.rules.model import Example, Expectation, Mode, Severity
from treasury_watch.grammar.words import EXAMPLE_KEYS, EXPECT_KEYS, SEVERITIES
from treasury_watch.rulefiles import names
from treasury_watch.rulefiles.limits import MOST_TESTS
from treasury_watch.rulefiles.problems import Problems, shortened
from treasury_watch.rulefiles.selection import EntitySelection, say_torn
from treasury_watch.yaml.nodes import BrokenNode, Entries, Listing, Node, Scalar
from treasury_watch.yaml.problem import did_you_mean

Series = tuple[tuple[str, str, tuple[float | None, ...]], ...]
_MISSING = "_"
_VALUE = re.compile(r"_|[-+−]?[\d.]+\s?[a-z%]*")
_RATE = "auction.stop"


def read_examples(
    node: Node,
    dataset: Dataset,
    who: EntitySelection,
    mode: Mode,
    severities: Collection[Severity],
    notes: Problems,
    *,
    counts: bool,
) -> tuple[Example, ...]:
    """The examples of a rule; those that cannot be read are told and left out."""
    if isinstance(node, Entries) and node.items and node.items[0][0].text in EXAMPLE_KEYS:
        first = node.items[0][0].text
        said = f'examples are a list: begin this line two places further left with a dash, "- {first}: …"'
        notes.say(node, "tests", f"{said}; the lines below it stay as they are")
        return ()
    if not isinstance(node, Listing) or not node.items:
        notes.say(node, "tests", "expected a list of examples: - name: …, with series, start and expect below")
        return ()
    if len(node.items) > MOST_TESTS:
        notes.say(node.items[MOST_TESTS], "tests", f"has {len(node.items):,} examples; expected at most {MOST_TESTS}")
        return ()
    reader = _Reader(dataset, who, mode, severities, notes, counts=counts)
    read = [reader.example(item) for item in node.items]
    return tuple(example for example in read if example)


class _Reader:
    """Reads the examples of one rule."""

    def __init__(
        self,
        dataset: Dataset,
        who: EntitySelection,
        mode: Mode,
        severities: Collection[Severity],
        notes: Problems,
        *,
        counts: bool,
    ) -> None:
        self._dataset = dataset
        self._who = who
        self._mode = mode
        self._severities = severities
        self._notes = notes
        self._counts = counts

    def example(self, node: Node) -> Example | None:
        notes = self._notes
        entries = notes.entries(node, "tests", "an example: name, series, start, expect")
        if not entries:
            return None
        fields = notes.fields(entries, "tests", EXAMPLE_KEYS)
        for key in ("name", "series", "start", "expect"):
            if key not in fields:
                notes.say(entries, "tests", f"{key} is missing")
        name = notes.text(fields["name"], "tests: name", most=200, one_line=True) if "name" in fields else None
        start = self._month(fields["start"], "tests: start") if "start" in fields else None
        series = self._series(fields["series"]) if "series" in fields else ()
        if not (name and start and series and "expect" in fields):
            if "expect" in fields:
                self._expectations(fields["expect"], [], series)  # for what is wrong with it by itself
            return None
        count = max(len(values) for _, _, values in series)
        months = [month_after(start, step) for step in range(count)]
        revised = self._revisions(fields["revise"], months, series) if "revise" in fields else ()
        told = self._expectations(fields["expect"], months, series)
        return Example(
            name=name,
            start=start,
            series=series,
            expect=told,
            revise=revised,
            line=entries.line,
            column=entries.column,
        )

    def _month(self, node: Node, key: str) -> Period | None:
        return self._notes.read(node, key, lambda text: read_period(text, Calendar.MONTH), "a month such as 2025-01")

    def _within(self, node: Node, key: str, months: list[Period]) -> Period | None:
        month = self._month(node, key)
        if month and months and month not in months:
            span = f"the series runs from {months[0]} to {months[-1]}"
            self._notes.say(node, key, f"{month} is not in the example: {span}")
            return None
        return month

    def _series(self, node: Node) -> Series:
        key = "tests: series"
        entries = self._notes.entries(node, key, "values of each entity, such as {Japan: 1120bn 1085bn _}")
        if not entries:
            return ()
        read: list[tuple[str, str, tuple[float | None, ...]]] = []
        if say_torn(names.torn([name for name, _ in entries.items], self._dataset), key, self._notes):
            return ()
        for name, value in entries.items:
            if isinstance(value, Scalar) and value.empty and _VALUE.fullmatch(name.text):
                self._notes.say(name, key, "values stand with a space between and no comma, such as 1120bn 1085bn _")
                return ()
        for name, value in entries.items:
            if not isinstance(value, Entries):
                read += self._values_of(self._dataset, name, value, key)
            elif name.text in DATASETS:
                other = DATASETS[name.text]
                if other.calendar is not self._dataset.calendar:
                    said = f"{other.name} steps by {other.calendar.value}, this rule by {self._dataset.calendar.value}"
                    self._notes.say(name, key, said)
                    continue
                for entity, values in value.items:
                    read += self._values_of(other, entity, values, f"{key}: {other.name}")
            else:
                said = f'no data "{shortened(name.text)}"{did_you_mean(name.text, DATASETS)}'
                self._notes.say(name, key, said)
        return tuple(read)

    def _values_of(self, dataset: Dataset, name: Scalar, node: Node, key: str) -> Series:
        if dataset.parts:
            parts = ", ".join(dataset.parts)
            part = f"{{{dataset.parts[0]}: {{{shortened(name.text)}: …}}}}"
            self._notes.say(name, key, f"{dataset.name} is computed; give its parts ({parts}), such as {part}")
            return ()
        if not names.belongs(dataset, name.text):
            kind = Entity.AGGREGATE if self._who.kind is Entity.AGGREGATE else dataset.entity
            self._notes.say(name, key, names.no_such(dataset, kind, name.text))
            return ()
        where = f"{key}: {name.text}"
        values = self._values(node, where, dataset)
        return ((dataset.name, name.text, values),) if values else ()

    def _values(
        self, node: Node, key: str, dataset: Dataset, *, may_be_missing: bool = False
    ) -> tuple[float | None, ...]:
        example = {
            "bn": "1120bn 1085bn _",
            "x": "2.45 2.30 _",
            "%": "68.4% 70% _",
            "bp": "2bp 1.5bp _",
            "": "1.2 -0.4 _",
        }
        expected = f"values with a space between, such as {example[dataset.unit.value]}"

        def reader(text: str) -> float:
            return read_quantity(text, dataset.unit, rate=dataset.name == _RATE).value

        read: list[float | None] = []
        for written in self._notes.some(node, key, expected):
            for word in written.text.split():
                if word == _MISSING:
                    read.append(None)
                    continue
                value = self._notes.read(written._replace(text=word), key, reader, expected)
                if value is None:
                    return ()
                read.append(value)
        if len(read) > MOST_PERIODS:
            self._notes.say(node, key, f"has {len(read):,} values; expected at most {MOST_PERIODS}")
            return ()
        if read and not may_be_missing and all(value is None for value in read):
            self._notes.say(node, key, f"every value is missing; expected {expected}")
            return ()
        return tuple(read)

    def _revisions(
        self, node: Node, months: list[Period], series: Series
    ) -> tuple[tuple[Period, str, Period, float | None], ...]:
        items = node.items if isinstance(node, Listing) else (node,)
        return tuple(change for item in items for change in self._revision(item, months, series))

    def _revision(
        self, node: Node, months: list[Period], series: Series
    ) -> list[tuple[Period, str, Period, float | None]]:
        key = "tests: revise"
        notes = self._notes
        entries = notes.entries(node, key, "such as {at: 2025-04, with: {Japan: {2025-02: 1090bn}}}")
        if not entries:
            return []
        fields = notes.fields(entries, key, ("at", "with"))
        for word in ("at", "with"):
            if word not in fields:
                notes.say(entries, key, f"{word} is missing")
        at = self._within(fields["at"], f"{key}: at", months) if "at" in fields else None
        changed = (
            notes.entries(fields["with"], f"{key}: with", "entities and their new values") if "with" in fields else None
        )
        if not at or not changed:
            return []
        own = {name: values for data, name, values in series if data == self._dataset.name}
        read: list[tuple[Period, str, Period, float | None]] = []
        for name, value in changed.items:
            if name.text not in own:
                notes.say(name, f"{key}: with", f'no series "{shortened(name.text)}"{did_you_mean(name.text, own)}')
            else:
                read += self._new_values(at, name.text, value, months)
        return read

    def _new_values(
        self, at: Period, entity: str, node: Node, months: list[Period]
    ) -> list[tuple[Period, str, Period, float | None]]:
        """``{2025-02: 1090bn}``, or the whole series anew from its start: ``1120bn 1090bn``."""
        key = f"tests: revise: with: {entity}"
        if isinstance(node, Entries):
            read: list[tuple[Period, str, Period, float | None]] = []
            for month, value in node.items:
                period = self._within(month, key, months)
                values = self._values(value, key, self._dataset, may_be_missing=True)
                if period and len(values) == 1 and self._known_then(month, key, period, at):
                    read.append((at, entity, period, values[0]))
                elif len(values) > 1:
                    self._notes.say(value, key, "expected one value")
            return read
        anew = self._values(node, key, self._dataset, may_be_missing=True)
        if len(anew) > months.index(at) + 1:
            self._notes.say(node, key, f"has {len(anew)} values; by {at} only {months.index(at) + 1} periods are known")
            return []
        return [(at, entity, period, value) for period, value in zip(months, anew, strict=False)]

    def _known_then(self, node: Node, key: str, period: Period, at: Period) -> bool:
        if period > at:
            self._notes.say(node, key, f"{period} is not published yet in the release of {at}")
        return period <= at

    def _expectations(self, node: Node, months: list[Period], series: Series) -> tuple[Expectation, ...]:
        key = "tests: expect"
        if isinstance(node, Entries) and not node.items:
            return ()
        if not isinstance(node, Listing):
            self._notes.say(
                node, key, "expected a list: - {at: 2025-02, fires: {Japan: notice}}; {} where nothing is told"
            )
            return ()
        answering = self._answering(series) if series and months else None
        read = [self._expectation(item, months, answering) for item in node.items]
        seen: set[Period] = set()
        for item, expectation in zip(node.items, read, strict=True):
            if expectation and expectation.at in seen:
                self._notes.say(item, key, f"{expectation.at} stands twice; write all that it tells in one entry")
            seen |= {expectation.at} if expectation else set()
        return tuple(expectation for expectation in read if expectation)

    def _answering(self, series: Series) -> tuple[str, ...]:
        """The names under which the rule tells: its entities, its group's, or that of its count."""
        if self._who.combine:
            return (self._who.combine.name,)
        if self._counts:
            return (f"top {self._who.among.top}" if self._who.among else "all",)
        # Of computed data (stress) an example gives the parts: the entities of any of them answer.
        entities = dict.fromkeys(name for _, name, _ in series if names.belongs(self._dataset, name))
        return tuple(name for name in entities if self._who.covers(name))

    def _expectation(self, node: Node, months: list[Period], answering: tuple[str, ...] | None) -> Expectation | None:
        key = "tests: expect"
        notes = self._notes
        entries = notes.entries(node, key, "such as {at: 2025-02, fires: {Japan: notice}}")
        if not entries:
            return None
        fields = notes.fields(entries, key, EXPECT_KEYS)
        if "at" not in fields:
            notes.say(entries, key, "at is missing")
            return None
        at = self._within(fields["at"], f"{key}: at", months)
        if self._mode is Mode.EACH_RELEASE and "clears" in fields:
            notes.say(fields["clears"], f"{key}: clears", "an each_release rule has no all-clear; delete it")
        fires = self._fires(fields["fires"], answering) if "fires" in fields else ()
        named = {
            word: self._named(fields.get(word), f"{key}: {word}", answering) for word in EXPECT_KEYS if word != "at"
        }
        if not at:
            return None
        return Expectation(at, fires, named["holds"], named["clears"], named["corrects"])

    def _fires(self, node: Node, answering: tuple[str, ...] | None) -> tuple[tuple[str, Severity], ...]:
        key = "tests: expect: fires"
        if isinstance(node, Entries) and not node.items:
            return ()
        entries = self._notes.entries(node, key, "entity and severity, such as {Japan: notice}")
        read: list[tuple[str, Severity]] = []
        for name, value in entries.items if entries else ():
            possible = [severity.word for severity in sorted(self._severities)]
            word = self._notes.word(value, f"{key}: {name.text}", SEVERITIES)
            if word and word not in possible:
                said = f"this rule never is {word}; expected {' or '.join(possible)}"
                self._notes.say(value, f"{key}: {name.text}", said)
            if self._answers(name, key, answering) and word:
                read.append((name.text, SEVERITIES[word]))
        return tuple(read)

    def _named(self, node: Node | None, key: str, answering: tuple[str, ...] | None) -> tuple[str, ...]:
        if node is None or key.endswith(": fires") or isinstance(node, BrokenNode):
            return ()
        if isinstance(node, Entries | Listing) and not node.items:
            return ()
        if isinstance(node, Entries):
            written = [name for name, _ in node.items]
        else:
            written = self._notes.some(node, key, "an entity, or a list of them")
        return tuple(name.text for name in written if self._answers(name, key, answering))

    def _answers(self, name: Scalar, key: str, answering: tuple[str, ...] | None) -> bool:
        """Whether the rule tells of that name; of an example whose series cannot be read nobody can say (None)."""
        if answering is None or name.text in answering:
            return True
        said = f'the rule does not cover "{shortened(name.text)}" in this example'
        expected = f"expected {', '.join(answering)}" if answering else "its series are all of others"
        self._notes.say(name, key, said + did_you_mean(name.text, answering, expected))
        return False
