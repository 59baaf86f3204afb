"""
The folder of rule files as checked rules, and every mistake of every file in one pass.

A file with a mistake gives no rules at all, so that the caller keeps the last good ones of that file; the others are
not touched by it. Nothing here keeps state or reads a clock.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from treasury_watch.core.figures.datasets import AGGREGATES, DATASETS, HOLDINGS, Entity
from treasury_watch.core.figures.names import HOLDERS
from treasury_watch.core.rules.model import Rule
from treasury_watch.rulefiles import names
from treasury_watch.rulefiles.folder import Folder, read_folder
from treasury_watch.rulefiles.limits import MOST_GROUPS, Allowance
from treasury_watch.rulefiles.plain_keys import rule_id
from treasury_watch.rulefiles.problems import MOST_PROBLEMS, Problems
from treasury_watch.rulefiles.rule import read_rule
from treasury_watch.rulefiles.selection import Groups, say_torn
from treasury_watch.yaml.file import Document
from treasury_watch.yaml.nodes import Entries, Listing, Node, Scalar
from treasury_watch.yaml.problem import Problem

__all__ = [
    "GROUPS_FILE",
    "Folder",
    "Notice",
    "Problem",
    "RuleBook",
    "digest",
    "load",
    "notices",
    "read_folder",
    "read_rules",
]

GROUPS_FILE = "groups.yaml"
_NO_RULES = "holds no rule files (*.yaml); nothing would be watched"


@dataclass(frozen=True, slots=True)
class RuleBook:
    """
    All rules of a folder.

    ``rules`` are in the order of the files (by name) and of the rules in them. ``files`` are all files that were read,
    as they are called in problems; ``rejected`` those with a mistake, which give no rules. A folder that cannot be read
    is itself the one rejected file. ``texts`` is each rule as its author wrote it.
    """

    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]
    files: tuple[str, ...]
    rejected: frozenset[str]
    groups: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """What is no mistake, and yet worth saying when rules are checked."""

    file: str
    line: int
    rule: str
    text: str


def load(folder: Path) -> RuleBook:
    """Read every ``*.yaml`` of the folder. Never raises for what a person wrote: it is in ``problems``."""
    return read_rules(read_folder(folder))


def read_rules(folder: Folder) -> RuleBook:
    """The files of a folder as checked rules, from what was read of them. Never raises for what a person wrote."""
    if folder.unread:
        return RuleBook((), (Problem(folder.shown, 0, 0, "", folder.unread),), (), frozenset((folder.shown,)), {})
    documents = folder.documents()
    problems = [
        Problem(folder.called(name), 0, 0, "", f"is not read: only *.yaml is; rename it to {Path(name).stem}.yaml")
        for name in folder.misnamed
    ]
    if not any(name != GROUPS_FILE for name in documents):
        problems.append(Problem(folder.shown, 0, 0, "", _NO_RULES))
    files = tuple(folder.called(name) for name in documents)
    groups, found = _read_groups(documents.pop(GROUPS_FILE, None))
    problems += found

    taken: dict[str, tuple[str, int]] = {}
    allowed = Allowance()
    rules: list[Rule] = []
    for document in documents.values():
        read, found = _read_rules(document, groups, taken)
        found += allowed.problems(read, document) if not found else []
        problems += found
        if not found:
            rules += read
    return RuleBook(
        tuple(rules),
        tuple(sorted(problems)),
        files,
        frozenset(problem.file for problem in problems),
        groups.members,
        written(rules, {document.file: document.text for document in documents.values()}),
    )


def written(rules: Sequence[Rule], texts: Mapping[str, str]) -> dict[str, str]:
    """Each rule as its author wrote it: the lines from its own first to the next rule's, of its file's text."""
    found: dict[str, str] = {}
    for file, own in itertools.groupby(sorted(rules, key=lambda rule: (rule.file, rule.line)), lambda rule: rule.file):
        lines = texts[file].splitlines()
        placed = list(own)
        for rule, after in itertools.zip_longest(placed, placed[1:]):
            kept = lines[rule.line - 1 : after.line - 1 if after else len(lines)]
            while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith("#")):
                kept.pop()  # a remark above the next rule is that one's
            found[rule.id] = "\n".join(kept)
    return found


def notices(rules: tuple[Rule, ...], today: date) -> tuple[Notice, ...]:
    """What ``check`` says of rules that sleep."""
    said: list[Notice] = []
    for rule in rules:
        if not rule.enabled:
            said.append(Notice(rule.file, rule.line, rule.id, "sleeps: enabled is false"))
        elif rule.until and rule.until < today.isoformat():
            said.append(Notice(rule.file, rule.line, rule.id, f"sleeps: until {rule.until} has passed"))
    return tuple(said)


_WORDS_ONLY = frozenset(("title", "why", "owner", "links", "tests", "file", "line", "said"))


def digest(rule: Rule) -> str:
    """
    A short text that changes exactly when what the rule asks changes.

    Its wording (title, why, owner, links), its examples and how a level was spelt do not count. What is at its default
    is left out, so that a new key of the grammar leaves the digests of older rules as they were.
    """
    asked = json.dumps(_asked(rule), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(asked.encode("ascii")).hexdigest()[:16]


def _asked(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        kept = {}
        for field in fields(value):
            own = getattr(value, field.name)
            if field.name not in _WORDS_ONLY and (field.default is MISSING or own != field.default):
                kept[field.name] = _asked(own)
        return kept
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_asked(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def _read_groups(document: Document | None) -> tuple[Groups, list[Problem]]:
    if document is None:
        return Groups({}), []
    notes = Problems()
    members: dict[str, tuple[str, ...]] = {}
    node = _top(document, "groups", "named sets of holders", notes)
    if isinstance(node, Entries):
        if len(node.items) > MOST_GROUPS:
            notes.say(node.items[MOST_GROUPS][0], "groups", f"more than {MOST_GROUPS} groups; expected at most so many")
        for name, value in node.items[:MOST_GROUPS]:
            members[name.text] = _members(name, value, notes)
    elif node is not None and not (isinstance(node, Scalar) and node.empty):
        notes.say(node, "groups", "expected names with their holders, such as asia: [Japan, India]")
    problems = _problems(document, notes, ())
    return Groups(members, broken=bool(problems)), problems


def _members(name: Scalar, node: Node, notes: Problems) -> tuple[str, ...]:
    key = f"groups: {name.text}"
    if not name.text.strip() or name.text in HOLDERS or name.text in AGGREGATES:
        notes.say(name, "groups", f'"{name.text}" cannot be the name of a group; choose one that is nobody\'s yet')
    members: list[str] = []
    listed = notes.some(node, key, "a list of holders, such as [Japan, India]")
    if say_torn(names.torn(listed), key, notes):
        return ()
    for written in listed:
        if written.text not in HOLDERS:
            notes.say(written, key, names.no_such(DATASETS[HOLDINGS], Entity.HOLDER, written.text))
        elif written.text in members:
            notes.say(written, key, f'"{written.text}" stands twice; it would be counted twice')
        members.append(written.text)
    return tuple(members)


def _top(document: Document, key: str, says: str, notes: Problems) -> Node | None:
    """What stands under the one key of a file; None in a file with nothing in it."""
    root = document.root
    if root is None:
        return None
    if not isinstance(root, Entries):
        notes.say(root, "", f'expected "{key}:" first, with {says} below it')
        return None
    for name, _ in root.items:
        if name.text == "groups" and key == "rules":
            notes.say(name, "groups", f"groups stand in {GROUPS_FILE}; move them there")
        elif name.text == "rules" and key == "groups":
            notes.say(name, "rules", "this file is for groups only; move the rules to another file")
        elif name.text != key:
            notes.say(name, "", notes.unknown("key", name.text, (key,)))
    return root.get(key)


def _read_rules(
    document: Document, groups: Groups, taken: dict[str, tuple[str, int]]
) -> tuple[list[Rule], list[Problem]]:
    notes = Problems()
    rules: list[Rule] = []
    node = _top(document, "rules", "a list of rules", notes)
    items: tuple[Node, ...] = ()
    if isinstance(node, Listing):
        # Where reading stopped inside the list its last rule is a torso: its missing keys are no mistakes of their own.
        items = node.items[:-1] if document.cut else node.items
    elif node is not None and not (isinstance(node, Scalar) and node.empty) and not document.cut:
        notes.say(node, "rules", 'expected a list of rules, each beginning with "- id: …"')
    for item in items:
        rule = read_rule(item, groups, document.file, notes)
        _note_id(item, document.file, taken, notes)
        if rule:
            rules.append(rule)
        if len(notes.found) > MOST_PROBLEMS:
            notes.say(item, "", f"more than {MOST_PROBLEMS:,} mistakes up to here; the rest of the file was not read")
            break
    return rules, _problems(document, notes, node.items if isinstance(node, Listing) else ())


def _note_id(node: Node, file: str, taken: dict[str, tuple[str, int]], notes: Problems) -> None:
    name = rule_id(node)
    if not name or not isinstance(node, Entries):
        return
    at = node.get("id")
    if name in taken and at is not None:
        where, line = taken[name]
        notes.rule = name
        place = f"line {line}" if where == file else f"{where}:{line}"
        notes.say(at, "id", f'"{name}" is taken already, in {place}; every rule needs its own')
        notes.rule = ""
    elif at is not None:
        taken[name] = (file, at.line)


def _problems(document: Document, notes: Problems, rules: tuple[Node, ...]) -> list[Problem]:
    """YAML's faults and the checker's, each with its line; a fault is given the rule in whose lines it stands."""
    starts = [(item.line, rule_id(item)) for item in rules]
    found = list(notes.found)
    for line, column, problem in document.faults:
        rule = next((name for start, name in reversed(starts) if start <= line), "")
        found.append((line, column, rule, problem))
    return document.problems(sorted(set(found)))
