"""The key ``all``: further conditions that must hold for the same entity and period."""

from __future__ import annotations

from collections.abc import Mapping

from treasury_watch.core.figures.datasets import DATASETS, Dataset
from treasury_watch.core.rules.model import Also, Measure
from treasury_watch.rulefiles.conditions import read_condition
from treasury_watch.rulefiles.limits import MOST_PARTS
from treasury_watch.rulefiles.measure import read_measure
from treasury_watch.rulefiles.plain_keys import read_data
from treasury_watch.rulefiles.problems import Problems
from treasury_watch.rulefiles.scale import scale_of
from treasury_watch.rulefiles.selection import EntitySelection
from treasury_watch.yaml.nodes import Listing, Node


def read_also(
    fields: Mapping[str, Node], dataset: Dataset, who: EntitySelection | None, notes: Problems
) -> tuple[Also, ...]:
    """Every further condition, each of data that come in the same periods and are about the same entities."""
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
    if who and who.kind not in other.entities:
        said = f"{other.name} is about {other.entity.value}s, this rule about {who.kind.value}s"
        notes.say(fields["data"], "all: data", f"{said}; {_elsewhere(dataset)}")
        return None
    measure: Measure | None = Measure()
    if "measure" in fields:
        summed = bool(who and who.combine)
        measure = read_measure(fields["measure"], "all: measure", other, notes, summed=summed)
    if not measure or "is" not in fields:
        return None
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
