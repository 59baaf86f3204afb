"""
How much a folder of rules may ask for, so that no file can make anything run, read or grow without bound.

What one file may hold is bounded where it is read (``yaml.file``), how far a rule may look back where numbers are read.
Here is what adds up over all files. A folder within these bounds is judged in seconds, and in less than a gigabyte.
"""

from __future__ import annotations

from collections.abc import Sequence

from treasury_watch.core.rules.model import Condition, Rule
from treasury_watch.core.rules.series import SeriesSpec, series_of
from treasury_watch.yaml.file import Document
from treasury_watch.yaml.problem import Problem

MOST_RULES = 100_000
MOST_NUMBERS = 600
"""Different numbers (a measure of a dataset, or how far back "lowest" looks) that rules may compare: arrays each."""
MOST_COUNTS = 2_000
"""Different counts: each asks every holder by itself."""
MOST_EXAMPLE_PERIODS = 50_000
"""Periods of all examples together: each is a release that ``check`` judges."""
MOST_GROUPS = 200
MOST_PARTS = 10
"""Conditions under ``all``."""
MOST_TESTS = 50
"""Examples of one rule."""
MOST_LINKS = 10
MOST_IN_A_ROW = 60
"""What ``for`` may ask: five years of months."""


class Allowance:
    """What the files read so far have used of it."""

    def __init__(self) -> None:
        self._rules = 0
        self._periods = 0
        self._numbers: set[tuple[SeriesSpec, str, int, str]] = set()
        self._counts: set[tuple[object, ...]] = set()

    def problems(self, rules: Sequence[Rule], document: Document) -> list[Problem]:
        """Use some of it for a file; the first rule that goes beyond, of each kind, is told."""
        told: dict[str, tuple[int, int, str, str]] = {}
        for rule in rules:
            self._use(rule)
            for kind, problem in self._exceeded():
                told.setdefault(kind, (rule.line, 0, rule.id, problem))
        return document.problems(sorted(told.values()))

    def _use(self, rule: Rule) -> None:
        self._rules += 1
        self._periods += sum(max((len(values) for *_, values in test.series), default=0) for test in rule.tests)
        asked = series_of(rule)
        self._number(asked, rule.count or rule.fire)
        for part in rule.also:
            self._number(asked._replace(data=part.data, measure=part.measure), part.condition)
        if rule.count:
            self._counts.add((asked, rule.count, rule.only, rule.without, rule.among))
        else:
            for condition in (*(level for _, level in rule.levels), *([rule.clear] if rule.clear else [])):
                self._number(asked, condition)

    def _number(self, asked: SeriesSpec, condition: Condition) -> None:
        extreme = condition.op if condition.n or condition.since else ""
        self._numbers.add((asked, extreme, condition.n, condition.since))

    def _exceeded(self) -> list[tuple[str, str]]:
        used = (
            (self._rules, MOST_RULES, "rules"),
            (len(self._numbers), MOST_NUMBERS, "different measures (the same measure in many rules counts once)"),
            (len(self._counts), MOST_COUNTS, "different counts"),
            (self._periods, MOST_EXAMPLE_PERIODS, "periods in the examples of all rules together"),
        )
        return [
            (what, f"with this rule the folder holds more than {most:,} {what}; delete some, or shorten them")
            for count, most, what in used
            if count > most
        ]
