"""What stands beside ``fire``: sharper levels, and the condition that ends an alert."""

from __future__ import annotations

from collections.abc import Mapping

from treasury_watch.core.rules.conditions import CONDITIONS, overlap
from treasury_watch.core.rules.kinds import Takes
from treasury_watch.core.rules.model import Condition, Severity
from treasury_watch.grammar.words import SEVERITIES
from treasury_watch.rulefiles.conditions import overlap_words, read_condition, read_level
from treasury_watch.rulefiles.problems import Problems
from treasury_watch.rulefiles.scale import Scale
from treasury_watch.yaml.nodes import Node


def read_levels(
    fields: Mapping[str, Node], fire: Condition | None, severity: Severity, scale: Scale, notes: Problems
) -> tuple[tuple[Severity, Condition], ...]:
    """The severities beyond that of ``fire``, mildest first, each sharper than the one before."""
    node = fields.get("levels")
    if node is None:
        return ()
    entries = notes.entries(node, "levels", "severities and levels, such as {high: -50bn, critical: -80bn}")
    if not entries:
        return ()
    words = notes.fields(entries, "levels", SEVERITIES)
    if not fire:
        return ()
    if CONDITIONS[fire.op].takes is Takes.TRUE:
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
        elif not CONDITIONS[milder.op].sharper(milder, level):
            said = f"{level.said} is no further out than {milder.said}, where {milder_severity.word} begins"
            said += "; expected a level beyond that"
            notes.say(at, f"levels: {named.word}", said)
        milder_severity, milder = max(named, severity), level
    return tuple((named, level) for named, level, _, _ in read)


def read_clear(fields: Mapping[str, Node], fire: Condition | None, scale: Scale, notes: Problems) -> Condition | None:
    """The condition that ends an alert; one that no value can satisfy together with ``fire``."""
    node = fields.get("clear")
    if node is None:
        return None
    clear = read_condition(node, "clear", scale, notes)
    if clear and CONDITIONS[clear.op].takes is Takes.TRUE:
        notes.say(node, "clear", f"{clear.op} cannot end an alert; expected a level")
    elif clear and fire and overlap(fire, clear):
        notes.say(node, "clear", overlap_words(fire, clear))
    return clear
