"""Who a rule is about: ``each``, ``only``, ``except``, ``among``, ``combine``, and whether one series is left."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from treasury_watch.core.figures.datasets import AGGREGATES, SECURITY_TYPES, TENORS, Dataset, Entity
from treasury_watch.core.figures.names import HOLDERS
from treasury_watch.core.rules.model import Among, Group, Selection
from treasury_watch.grammar.words import SELECTORS
from treasury_watch.rulefiles import names
from treasury_watch.rulefiles.problems import Problems, shortened
from treasury_watch.yaml.nodes import BrokenNode, Entries, Node, Scalar
from treasury_watch.yaml.problem import did_you_mean

_MOST_TOP = 100
EVERYBODY = Selection()
"""A selection that asks nothing."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of groups.yaml; ``broken`` where that file has a mistake, so that no group can be trusted."""

    members: Mapping[str, tuple[str, ...]]
    broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitySelection:
    """Whose figures a rule compares. ``kind`` is what its alerts are about."""

    kind: Entity
    each: Entity | None = None
    only: Selection = EVERYBODY
    without: Selection = EVERYBODY
    among: Among | None = None
    combine: Group | None = None

    def covers(self, entity: str) -> bool:
        """Whether the rule covers this series."""
        if self.combine:
            return entity == self.combine.name
        if self.kind is Entity.HOLDER and entity in AGGREGATES:
            return False
        return self.only.has(entity) and (self.without == EVERYBODY or not self.without.has(entity))


def read_selection(
    fields: Mapping[str, Node], at: Node, dataset: Dataset, groups: Groups, notes: Problems
) -> EntitySelection | None:
    """Read all keys that say who; None where one of them is wrong (and told)."""
    before = len(notes.found)
    carried = dataset.entities
    each = _each(fields, dataset, carried, notes)
    combine = _combine(fields, dataset, groups, notes)
    among = _among(fields, dataset, notes)
    kind = each or _kind_chosen(fields, carried) or dataset.entity
    only = _selection(fields, "only", dataset, kind, groups, notes)
    without = _selection(fields, "except", dataset, kind, groups, notes)
    if "count" in fields and dataset.entity is not Entity.HOLDER:
        notes.say(fields["count"], "count", _no_count(fields["count"], dataset))
    _refuse_together(fields, notes)
    if len(notes.found) > before or any(_unread(fields.get(key)) for key in ("only", "except", "each")):
        return None
    if kind is Entity.AGGREGATE and only == EVERYBODY:
        # Where holders and totals stand side by side, the evaluator asks totals only by name.
        only = Selection(frozenset(names.aggregates_of(dataset)))
    who = EntitySelection(kind=kind, each=each, only=only, without=without, among=among, combine=combine)
    return who if _one_series_left(who, fields, at, dataset, notes) else None


def _unread(node: Node | None) -> bool:
    """Whether YAML has refused it, or what stands in it: told already."""
    if isinstance(node, Entries):
        return any(isinstance(value, BrokenNode) for _, value in node.items)
    return isinstance(node, BrokenNode)


def _no_count(count: Node, dataset: Dataset) -> str:
    """That these are not counted, and how to ask each of them what was to be counted."""
    said = f"counts holders, and {dataset.name} has {dataset.entity.value}s"
    if isinstance(count, Entries) and count.items and isinstance(count.items[0][1], Scalar):
        asked = f"fire: {{{count.items[0][0].text}: {count.items[0][1].text}}}"
        kind = dataset.entity.value
        return (
            f"{said}, which cannot be counted; for an alert of each write {asked} and each: {kind}, without count "
            f"(and {{{kind if kind == 'tenor' else 'holder'}}} in the title)"
        )
    return f"{said}, which cannot be counted; delete count, and write what was to be counted after fire"


def _each(fields: Mapping[str, Node], dataset: Dataset, carried: frozenset[Entity], notes: Problems) -> Entity | None:
    node = fields.get("each")
    if node is None:
        return None
    word = notes.word(node, "each", (kind.value for kind in Entity))
    if not word:
        return None
    if Entity(word) not in carried:
        notes.say(node, "each", f"{dataset.name} has no {word}s; write each: {dataset.entity.value}")
        return None
    return Entity(word)


def _kind_chosen(fields: Mapping[str, Node], carried: frozenset[Entity]) -> Entity | None:
    """``only: {aggregate: …}`` makes it a rule about totals."""
    node = fields.get("only")
    if isinstance(node, Entries):
        chosen = {SELECTORS[name.text].entity for name, _ in node.items if name.text in SELECTORS}
        if len(chosen & carried) == 1:
            return next(iter(chosen & carried))
    return None


def _selection(
    fields: Mapping[str, Node], key: str, dataset: Dataset, kind: Entity, groups: Groups, notes: Problems
) -> Selection:
    node = fields.get(key)
    if node is None:
        return EVERYBODY
    example = {"holder": "{holder: Japan}", "aggregate": "{aggregate: Grand Total}", "tenor": "{tenor: 10-Year Note}"}
    entries = notes.entries(node, key, f"whom, such as {example[kind.value]}")
    if not entries or _torn_value(entries, key, dataset, notes):
        return EVERYBODY
    chosen: set[str] = set()
    types: set[str] = set()
    for word, value in notes.fields(entries, key, SELECTORS).items():
        if SELECTORS[word].entity is not kind:
            at = entries.key(word) or value
            fitting = " or ".join(name for name, its in SELECTORS.items() if its.entity is kind)
            notes.say(at, key, f"this rule is about {kind.value}s of {dataset.name}; choose by {fitting}, not {word}")
            continue
        listed = notes.some(value, f"{key}: {word}", "a name, or a list of names")
        if say_torn(names.torn(listed, dataset), key, notes):
            continue
        for written in listed:
            chosen |= _named(written, key, word, dataset, groups, notes)
            types |= {written.text} if word == "type" and written.text in SECURITY_TYPES else set()
    return Selection(frozenset(chosen), frozenset(types))


def _named(written: Scalar, key: str, word: str, dataset: Dataset, groups: Groups, notes: Problems) -> set[str]:
    name = written.text
    match word:
        case "group":
            group = read_group(written, key, groups, notes)
            return set(group.members) if group else set()
        case "type":
            if name not in SECURITY_TYPES:
                notes.say(written, key, notes.unknown("type", name, SECURITY_TYPES))
            return set()
        case "tenor":
            known = names.is_tenor(name) or names.is_short_tenor(name)
        case _:
            known = names.belongs(dataset, name) and (name in AGGREGATES) == (word == "aggregate")
    if not known:
        notes.say(written, key, names.no_such(dataset, SELECTORS[word].entity, name))
    return {name} if known else set()


def say_torn(torn: tuple[Scalar, str] | None, key: str, notes: Problems) -> bool:
    """Tell of a name that YAML tore at its comma, once."""
    if torn:
        notes.say(torn[0], key, f'write "{torn[1]}" in quotes: the name has a comma')
    return torn is not None


def _torn_value(entries: Entries, key: str, dataset: Dataset, notes: Problems) -> bool:
    """``{holder: China, Mainland}``: the rest of the name has become a key with nothing after it."""
    for (_, value), (name, after) in itertools.pairwise(entries.items):
        if isinstance(value, Scalar) and isinstance(after, Scalar) and after.empty:
            return say_torn(names.torn((value, name), dataset), key, notes)
    return False


def read_group(written: Scalar, key: str, groups: Groups, notes: Problems) -> Group | None:
    """A group by its name."""
    if groups.broken:
        notes.say(written, key, f'group "{written.text}" waits for groups.yaml, which has a mistake of its own')
        return None
    if written.text not in groups.members:
        otherwise = "expected one of " + ", ".join(groups.members) if groups.members else "groups.yaml names none"
        said = f'no group "{shortened(written.text)}"'
        notes.say(written, key, said + did_you_mean(written.text, groups.members, otherwise))
        return None
    return Group(written.text, groups.members[written.text])


def _combine(fields: Mapping[str, Node], dataset: Dataset, groups: Groups, notes: Problems) -> Group | None:
    node = fields.get("combine")
    if node is None:
        return None
    if dataset.entity is not Entity.HOLDER:
        notes.say(node, "combine", f"adds up holders; {dataset.name} has {dataset.entity.value}s")
        return None
    entries = notes.entries(node, "combine", "a group, such as {sum: china-complex}")
    if not entries:
        return None
    value = notes.fields(entries, "combine", ("sum",)).get("sum")
    written = notes.scalar(value, "combine: sum", "a group of groups.yaml") if value is not None else None
    return read_group(written, "combine", groups, notes) if written else None


def _among(fields: Mapping[str, Node], dataset: Dataset, notes: Problems) -> Among | None:
    node = fields.get("among")
    if node is None:
        return None
    if dataset.entity is not Entity.HOLDER:
        notes.say(node, "among", f"chooses the largest holders; {dataset.name} has {dataset.entity.value}s")
        return None
    entries = notes.entries(node, "among", "such as {top: 20, ranked: previous}")
    if not entries:
        return None
    fields = notes.fields(entries, "among", ("top", "ranked"))
    if "top" not in fields:
        notes.say(entries, "among", "top is missing; expected such as {top: 20, ranked: previous}")
        return None
    ranked = (
        notes.word(fields["ranked"], "among: ranked", ("previous", "current")) if "ranked" in fields else "previous"
    )
    written = notes.scalar(fields["top"], "among: top", "a whole number such as 20")
    if not written:
        return None
    top = written.value
    if isinstance(top, bool) or not isinstance(top, int) or not 1 <= top <= _MOST_TOP:
        notes.say(written, "among: top", f"expected a whole number from 1 to {_MOST_TOP}")
        return None
    return Among(top, ranked) if ranked else None


def _refuse_together(fields: Mapping[str, Node], notes: Problems) -> None:
    """``combine`` leaves one series: nothing else can choose among several."""
    if "combine" in fields:
        for other in ("each", "only", "except", "among", "count"):
            if other in fields:
                notes.say(
                    fields[other],
                    other,
                    f"cannot stand beside combine, which adds up to one series; {_not_both(other)}",
                )


def _not_both(other: str) -> str:
    """What to do where a key stands beside ``combine``."""
    if other in ("each", "count"):
        alike = "an alert for each member" if other == "each" else "a count of its members"
        return f"delete {other}, or, for {alike}, combine: choose them with only: {{group: …}}"
    return f"delete {other}, or combine: a group has its members in groups.yaml"


def _one_series_left(
    who: EntitySelection, fields: Mapping[str, Node], at: Node, dataset: Dataset, notes: Problems
) -> bool:
    if who.combine or isinstance(fields.get("combine"), BrokenNode):
        return True
    asked = (name for name in _all_of(dataset, who) if who.covers(name))
    several = bool(who.each) or "count" in fields
    left = list(itertools.islice(asked, 1)) if several else list(asked)
    if not left:
        notes.say(fields.get("only", at), "only", "only and except leave nobody")
        return False
    if len(left) == 1 or several:
        return True
    one = {Entity.HOLDER: "{holder: Japan}", Entity.AGGREGATE: "{aggregate: Grand Total}"}
    add_up = ", or add them up: combine: {sum: a group of groups.yaml}" if who.kind is Entity.HOLDER else ""
    choose = one.get(who.kind, "{tenor: 10-Year Note}")
    kind = who.kind.value
    said = f"the rule asks {len(left)} {kind}s at once; add each: {kind} (an alert for each), or name one with "
    said += f"only: {choose}{add_up}"
    notes.say(fields.get("only", at), "each", said)
    return False


def _all_of(dataset: Dataset, who: EntitySelection) -> list[str]:
    if who.kind is Entity.TENOR:
        odd = [name for name in who.only.names if name not in TENORS and not names.is_short_tenor(name)]
        return [*TENORS, *odd]
    return list(names.aggregates_of(dataset) if who.kind is Entity.AGGREGATE else HOLDERS)
