"""
What an edit of a rule changes, in the words of the rule file: ``below −20bn → −30bn``.

Pure. Whether the edit matters is another question: ``analysis.plan`` judges history by both wordings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from treasury_watch.core.rules.kinds import Takes
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Condition, Measure, Rule, Selection

_NOTHING = "none"
_UNWRITTEN = {"enabled": "true", "on_revision": "correct", "for": "1", "measure": "value"}
"""What a key says that is not written, where that is more than nothing."""
_LONGEST = 60


class Edit(NamedTuple):
    """One key of a rule before and after, each as its author would write it; its default where it is not written."""

    key: str
    before: str
    after: str

    def __str__(self) -> str:
        # What is compared is said once: "below −20bn → −30bn".
        word, _, rest = self.before.partition(" ")
        other, _, level = self.after.partition(" ")
        shown = self.after
        if rest and level and word == other and self.key in _CONDITIONS:
            shown = level
        key = "" if self.key == "fire" else f"{self.key} "
        return f"{key}{_short(self.before)} → {_short(shown)}"


_CONDITIONS = frozenset(("fire", "clear", "count"))


def edits(before: Rule, after: Rule) -> tuple[Edit, ...]:
    """The keys in which two wordings of a rule differ; empty where they say the same."""
    old, new = as_words(before), as_words(after)
    keys = [*old, *(key for key in new if key not in old)]
    changed = [Edit(key, *(words.get(key, _UNWRITTEN.get(key, _NOTHING)) for words in (old, new))) for key in keys]
    found = [edit for edit in changed if edit.before != edit.after]
    if before.tests != after.tests:
        old_tests, new_tests = _examples(before), _examples(after)
        found.append(Edit("tests", old_tests, "rewritten" if new_tests == old_tests else new_tests))
    return tuple(found)


def as_words(rule: Rule) -> Mapping[str, str]:
    """The keys of a rule that are not at their defaults, each as text; examples are left out."""
    words = {
        "fire": _condition(rule.fire),
        **{f"levels: {severity.word}": _condition(level) for severity, level in rule.levels},
        "clear": _condition(rule.clear) if rule.clear else "",
        "measure": _measure(rule.measure),
        "count": _condition(rule.count) if rule.count else "",
        "data": rule.data,
        "each": rule.each or "",
        "only": _selection(rule.only),
        "except": _selection(rule.without),
        "among": f"top {rule.among.top}, ranked {rule.among.ranked}" if rule.among else "",
        "combine": f"{rule.combine.name} ({', '.join(rule.combine.members)})" if rule.combine else "",
        **{
            f"all: {number}": f"{part.data} {_measure(part.measure) or 'value'} {_condition(part.condition)}"
            for number, part in enumerate(rule.also, start=1)
        },
        "for": str(rule.periods) if rule.periods != 1 else "",
        "mode": rule.mode.value,
        "severity": rule.severity.word,
        "remind": str(rule.remind or ""),
        "cooldown": str(rule.cooldown or ""),
        "basis": rule.basis.value,
        "on_revision": "" if rule.correct else "silent",
        "enabled": "" if rule.enabled else "false",
        "until": rule.until,
        "title": rule.title,
        "why": rule.why,
        "owner": rule.owner,
        "links": ", ".join(rule.links),
    }
    return {key: text for key, text in words.items() if text}


def _condition(condition: Condition) -> str:
    said = condition.said.replace("-", "\N{MINUS SIGN}") if not condition.since else condition.said
    if condition.n or condition.since:
        return said
    return f"{condition.op} {said or f'{condition.a:g}'}"


def _measure(measure: Measure) -> str:
    open_ended = MEASURES[measure.kind].takes is Takes.STEPS_OR_ALL
    far = measure.since or (str(measure.n) if measure.n else "all" if open_ended else "")
    return "" if measure.is_figure else f"{measure.kind} {far}".strip()


def _selection(selection: Selection) -> str:
    return ", ".join([*sorted(selection.names), *sorted(selection.types)])


def _examples(rule: Rule) -> str:
    return f"{len(rule.tests)} example{'s' * (len(rule.tests) != 1)}" if rule.tests else _NOTHING


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
