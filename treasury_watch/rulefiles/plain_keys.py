"""The keys of a rule that need no data to be read: id, title, why, links, and the words that are one of a few."""

from __future__ import annotations

import re
from collections.abc import Mapping

from treasury_watch.core.figures.datasets import DATASETS, Dataset, Entity
from treasury_watch.core.figures.quantities import read_day
from treasury_watch.core.rules.conditions import CHANGES
from treasury_watch.core.rules.model import Severity
from treasury_watch.grammar.words import FIELDS, ID_PATTERN, LINK_PATTERN, OFTEN_MEANT, SEVERITIES
from treasury_watch.rulefiles.limits import MOST_LINKS
from treasury_watch.rulefiles.problems import Problems
from treasury_watch.yaml.nodes import Entries, Node, Scalar
from treasury_watch.yaml.problem import did_you_mean

_ID = re.compile(ID_PATTERN)
_LINK = re.compile(LINK_PATTERN)
_FIELD = re.compile(r"\{([^{}]*)\}")
_LONGEST_TITLE = 150
"""What the narrowest channel shows of a headline."""


def rule_id(node: Node) -> str:
    """The id as written, by which even a rule that cannot be read is known; empty where there is none."""
    written = node.get("id") if isinstance(node, Entries) else None
    return written.text if isinstance(written, Scalar) and _ID.match(written.text) else ""


class PlainKeys:
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
        if field == "threshold" and isinstance(fire, Entries) and fire.key(CHANGES.word):
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
