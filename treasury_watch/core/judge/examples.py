"""
A rule's own examples, run: each period is a release, judged by the evaluator that judges live.

What an example does not name must not happen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from treasury_watch.core.figures.datasets import DATASETS, Calendar
from treasury_watch.core.figures.panels import Auctions, Months, Panel, View
from treasury_watch.core.figures.periods import month_number, month_text
from treasury_watch.core.figures.published import Change, Period
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.judge.news import judge
from treasury_watch.core.judge.told import ToldLog
from treasury_watch.core.rules.model import Basis, Example, Expectation, Rule


class Failure(NamedTuple):
    """An example that does not come out: in which period, what it expects and what happened."""

    rule: str
    example: str
    at: Period
    expected: str
    happened: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.example!r} at {self.at}: expected {self.expected}; what happened: {self.happened}"


def run_examples(rule: Rule) -> list[Failure]:
    """Run all of a rule's examples; an empty list where they all come out."""
    return [failure for example in rule.tests for failure in _run(rule, example)]


def _run(rule: Rule, example: Example) -> list[Failure]:
    run = ExampleRun(rule, example)
    expected = {expectation.at: expectation for expectation in example.expect}
    unknown = [at for at in expected if at not in run.labels]
    failures = [
        _failure(rule, example, at, "a period of `series`", f"series runs from {run.labels[0]} to {run.labels[-1]}")
        for at in unknown
    ]
    told = ToldLog()
    for count, label in enumerate(run.labels, start=1):
        news = judge([rule], run.view(count), run.changes(count), told)
        told.write(news.entries([rule]))
        wanted = expected.get(label, Expectation(label))
        open_now = {entity for _, entity in told.open_episodes()}
        wanted_words, got_words = _wanted(wanted), _got(news.alerts, open_now, wanted)
        if wanted_words != got_words:
            failures.append(_failure(rule, example, label, _words(wanted_words), _words(got_words)))
    return failures


def _failure(rule: Rule, example: Example, at: Period, expected: str, happened: str) -> Failure:
    return Failure(rule.id, example.name, at, expected, happened, example.line, example.column)


class ExampleRun:
    """An example's series as a row of releases; revisions rewrite it as they come."""

    def __init__(self, rule: Rule, example: Example) -> None:
        self._calendar = DATASETS[rule.data].calendar
        self._revise = example.revise
        self._first_vintages = rule.basis is Basis.FIRST_PUBLISHED
        length = max((len(values) for _, _, values in example.series), default=1)
        start = month_number(example.start)
        self.labels = [month_text(start + step) for step in range(length)]
        self._data = rule.data
        entities: dict[str, list[str]] = {}
        for data, entity, _ in example.series:
            entities.setdefault(data, []).append(entity)
        self._columns = {data: tuple(names) for data, names in entities.items()}
        self._tenors = tuple(dict.fromkeys(entity for _, entity, _ in example.series))
        if self._calendar is Calendar.AUCTION:
            self._columns = dict.fromkeys(self._columns, self._tenors)
        self._values = {data: np.full((length, len(names)), np.nan) for data, names in self._columns.items()}
        for data, entity, values in example.series:
            column = self._columns[data].index(entity)
            self._values[data][: len(values), column] = [np.nan if v is None else v for v in values]
        self._as_first = {data: values.copy() for data, values in self._values.items()}

    def view(self, count: int) -> View:
        """The view as of the release of the ``count``-th period, its revisions applied."""
        at = self.labels[count - 1]
        for when, entity, period, value in self._revise:
            if when == at and period in self.labels:
                column = self._columns[self._data].index(entity)
                self._values[self._data][self.labels.index(period), column] = np.nan if value is None else value
        first = self._view(count, self._as_first) if self._first_vintages else None
        return self._view(count, self._values, first)

    def _view(self, count: int, tape: dict[str, np.ndarray], first: View | None = None) -> View:
        monthly = self._calendar is Calendar.MONTH
        months = Months(self.labels[0], count) if monthly else Months("", 0)
        auctions = Auctions({} if monthly else dict.fromkeys(self._tenors, self.labels[:count]))
        panels = {data: Panel(self._columns[data], values[:count].copy()) for data, values in tape.items()}
        return View(months, auctions, panels, first)

    def changes(self, count: int) -> list[Change]:
        """What that release brought; to be asked after its ``view``."""
        changes = []
        at = self.labels[count - 1]
        for data, values in self._values.items():
            for column, entity in enumerate(self._columns[data]):
                newest = float(values[count - 1, column])
                if not np.isnan(newest):
                    changes.append(Change(data, entity, at, None, newest))
        for when, entity, period, value in self._revise:
            if when == at and period != at and period in self.labels and value is not None:
                column = self._columns[self._data].index(entity)
                old = float(self._as_first[self._data][self.labels.index(period), column])
                changes.append(Change(self._data, entity, period, None if np.isnan(old) else old, value))
        return changes


Happenings = frozenset[tuple[str, str, str]]


def _wanted(expectation: Expectation) -> Happenings:
    return frozenset(
        [
            *(("fires", entity, severity.word) for entity, severity in expectation.fires),
            *(("clears", entity, "") for entity in expectation.clears),
            *(("corrects", entity, "") for entity in expectation.corrects),
            *(("holds", entity, "") for entity in expectation.holds),
        ]
    )


def _got(alerts: Iterable[Alert], open_now: set[str], wanted: Expectation) -> Happenings:
    said = {
        AlertKind.FIRED: "fires",
        AlertKind.CLEARED: "clears",
        AlertKind.CORRECTED: "corrects",
        AlertKind.RETRACTED: "corrects",
    }
    happened = [
        (said[alert.kind], alert.entity, alert.severity.word if alert.kind is AlertKind.FIRED else "")
        for alert in alerts
        if alert.kind in said and not alert.late and not alert.of_figure_alone
    ]
    # An open episode is no happening: it is looked at only where the example speaks of it.
    return frozenset([*happened, *(("holds", entity, "") for entity in wanted.holds if entity in open_now)])


def _words(happenings: Iterable[tuple[str, str, str]]) -> str:
    said = [f"{what} {entity}{f' {severity}' if severity else ''}" for what, entity, severity in sorted(happenings)]
    return ", ".join(said) or "nothing"
