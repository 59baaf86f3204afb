"""
A batch: many rules laid out as series, one a rule and an entity, so that all are compared at once.

Rules that share a number share its array; the cost of judging grows with distinct numbers, not with rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from treasury_watch.core.figures.arrays import Bools
from treasury_watch.core.figures.datasets import DATASETS, Calendar
from treasury_watch.core.figures.panels import Panel
from treasury_watch.core.judge.episodes import Ints, Severities, States
from treasury_watch.core.rules import conditions
from treasury_watch.core.rules.conditions import Verdicts
from treasury_watch.core.rules.model import Among, Basis, Condition, Mode, Rule, Verdict
from treasury_watch.core.rules.numbers import CountSpec, Numbers, counted_name, selected
from treasury_watch.core.rules.series import SeriesSpec, series_of

_CELLS_AT_ONCE = 2_000_000
"""Cells compared in one step: small enough to stay in the processor's cache, large enough to be few steps."""


class VerdictTable(NamedTuple):
    """Rows × series: the verdict, how sharp it is, and whether it would end an open episode."""

    verdicts: Verdicts
    severities: Severities
    clearing: Bools


class _Members(NamedTuple):
    """Who is asked, period by period: of these holders, the largest."""

    among: Among
    basis: Basis
    holders: tuple[str, ...]


class _Tests:
    """
    Comparisons of many rules that read the same columns of the same array by the same operator.

    A rule's series begin at its entry of ``starts``, one a column; ``a`` and ``b`` are its levels. ``members`` are
    those who are asked at all; None: everybody is.
    """

    def __init__(self, columns: Ints, members: _Members | None) -> None:
        self.columns = columns
        self.members = members
        self.starts: list[int] = []
        self.a: list[float] = []
        self.b: list[float] = []


class _Batch:
    """Comparisons of many rules, those that read the same columns of the same array by the same operator together."""

    def __init__(self) -> None:
        self._groups: dict[tuple[int, str, int, str, int, _Members | None], _Tests] = {}

    def add(
        self, subject: int, condition: Condition, columns: Ints, start: int, members: _Members | None = None
    ) -> None:
        # Columns are told apart by identity: rules that choose alike share one array, and hashing it would cost more.
        key = (subject, condition.op, condition.n, condition.since, id(columns), members)
        tests = self._groups.get(key)
        if tests is None:
            tests = self._groups[key] = _Tests(columns, members)
        tests.starts.append(start)
        tests.a.append(condition.a)
        tests.b.append(condition.b)

    def run(
        self,
        numbers: Numbers,
        subjects: Sequence[SeriesSpec | CountSpec],
        first_row: int,
        put: Callable[[Ints, Verdicts], None],
    ) -> None:
        """Compare everything from ``first_row`` on and ``put`` (series, verdicts), a bounded piece at a time."""
        for (subject, op, n, since, *_), tests in self._groups.items():
            compared = numbers.comparison(subjects[subject], Condition(op, n=n, since=since))
            # A last column of nothing: what an entity (-1) has that this data does not know, which may know nobody yet.
            padded = np.pad(compared.values[first_row:], ((0, 0), (0, 1)), constant_values=np.nan)
            values = padded[:, None, tests.columns]
            if tests.members:
                # Who is not asked is undecided: it opens nothing and closes nothing.
                among, basis, holders = tests.members
                inside = numbers.among(among, holders, basis)[first_row:, tests.columns]
                values = np.where(inside[:, None], values, np.nan)
            fixed = conditions.CONDITIONS[op].looks_back
            starts = np.array(tests.starts, dtype=np.int32)
            a = np.zeros(len(starts)) if fixed else np.array(tests.a)
            b = np.zeros(len(starts)) if fixed else np.array(tests.b)
            step = max(_CELLS_AT_ONCE // max(values.size, 1), 1)
            across = np.arange(len(tests.columns), dtype=np.int32)
            for begin in range(0, len(starts), step):
                part = slice(begin, begin + step)
                found = conditions.compare(compared.op, values, a[part, None], b[part, None])
                series = (starts[part, None] + across).ravel()
                put(series, found.reshape(len(values), series.size))


class _Choice(NamedTuple):
    """Whom rules ask: the ``columns`` of their data, which of them are ``chosen``, and where each of those stands."""

    columns: tuple[str, ...]
    chosen: Ints
    layout: int
    places: dict[str, int]


class RuleBatch:
    """
    Rules of one calendar on one view's columns.

    ``rule_of`` and ``column_of`` are per series; ``columns`` per rule are the entities of its data, ``chosen`` which of
    them it is asked of. Rules of one number share one of the ``subjects`` (``subject_of`` says which, per rule), rules
    of one panel a ``layout``.
    """

    def __init__(self, rules: Sequence[Rule], numbers: Numbers, calendar: Calendar) -> None:
        self.calendar = calendar
        self.rules = [rule for rule in rules if DATASETS[rule.data].calendar is calendar]
        self.columns: list[tuple[str, ...]] = []
        self.starts: list[int] = []
        self.chosen: list[Ints] = []
        self.layouts: dict[tuple[str, tuple[str, ...]], int] = {}
        self._layout: list[int] = []
        self._subjects: dict[SeriesSpec | CountSpec, int] = {}
        self._subject: list[int] = []
        self._position = {rule.id: number for number, rule in enumerate(self.rules)}
        self._fire, self._clear = _Batch(), _Batch()
        self._also: list[_Batch] = []
        self._levels: dict[int, _Batch] = defaultdict(_Batch)
        self._selected: dict[tuple[object, ...], _Choice] = {}
        self._found: dict[tuple[object, ...], Ints] = {}
        self._places: list[dict[str, int]] = []
        size = 0
        for rule in self.rules:
            size += self._lay_out(rule, numbers, size)
        self.size = size
        self.subjects = tuple(self._subjects)
        self.subject_of = np.array(self._subject, dtype=np.int32)
        self.widths = np.array([len(chosen) for chosen in self.chosen], dtype=np.int64)
        self.rule_of = np.repeat(np.arange(len(self.rules), dtype=np.int32), self.widths)
        self.column_of = np.concatenate([*self.chosen, np.empty(0, dtype=np.int32)]).astype(np.int32)

    def subject(self, number: int) -> SeriesSpec | CountSpec:
        """What the rule of that number compares."""
        return self.subjects[int(self.subject_of[number])]

    def layout_of(self) -> Ints:
        """Per series, which of ``layouts`` its column is one of."""
        return np.array(self._layout, dtype=np.int32)[self.rule_of]

    def _lay_out(self, rule: Rule, numbers: Numbers, start: int) -> int:
        asked = series_of(rule)
        about: SeriesSpec | CountSpec = asked
        if rule.count:
            about = CountSpec(asked, rule.count, rule.only, rule.without, rule.among)
        subject = self._subjects.setdefault(about, len(self._subjects))
        columns, chosen, layout, places = self._select(rule, asked, numbers)
        self._subject.append(subject)
        self._layout.append(layout)
        self._places.append(places)
        self.columns.append(columns)
        self.starts.append(start)
        self.chosen.append(chosen)
        members = _Members(rule.among, rule.basis, columns) if rule.among and not rule.count else None
        self._fire.add(subject, rule.fire, chosen, start, members)
        for severity, level in rule.levels:
            self._levels[severity].add(subject, level, chosen, start)
        if rule.clear:
            self._clear.add(subject, rule.clear, chosen, start)
        for number, part in enumerate(rule.also):
            if number == len(self._also):
                self._also.append(_Batch())
            other = SeriesSpec(part.data, part.measure, rule.combine, rule.basis)
            elsewhere = self._elsewhere(numbers.base(other), columns, chosen)
            theirs = self._subjects.setdefault(other, len(self._subjects))
            self._also[number].add(theirs, part.condition, elsewhere, start)
        return len(chosen)

    def _select(self, rule: Rule, asked: SeriesSpec, numbers: Numbers) -> _Choice:
        name = counted_name(rule.among) if rule.count else ""
        key = (rule.data, rule.combine, rule.only, rule.without, rule.basis, name)
        known = self._selected.get(key)
        if known is None:
            columns = (name,) if name else numbers.base(asked).columns
            # A group is a series of its own: what `only` and `except` name are its members' peers, not the group.
            alone = bool(name) or rule.combine is not None
            chosen = [0] if alone else selected(rule.data, columns, rule.only, rule.without)
            layout = self.layouts.setdefault((rule.data, columns), len(self.layouts))
            places = {columns[column]: place for place, column in enumerate(chosen)}
            known = self._selected[key] = _Choice(columns, np.array(chosen, dtype=np.int32), layout, places)
        return known

    def _elsewhere(self, panel: Panel, columns: tuple[str, ...], chosen: Ints) -> Ints:
        """The columns that the same entities have in another panel, -1 where it has none."""
        key = (panel.columns, columns, id(chosen))
        if key not in self._found:
            same = [panel.column(columns[column]) for column in chosen]
            self._found[key] = np.array([-1 if column is None else column for column in same], dtype=np.int32)
        return self._found[key]

    def series(self, rule: str, entity: str) -> int | None:
        """The number of a rule's series of an entity, None where the rule is not asked of it."""
        number = self._position.get(rule)
        if number is None:
            return None
        place = self._places[number].get(entity)
        return None if place is None else self.starts[number] + place

    def series_range(self, rule: str) -> range:
        """The numbers of all series of a rule; empty where it is not of this batch."""
        number = self._position.get(rule)
        if number is None:
            return range(0)
        return range(self.starts[number], self.starts[number] + len(self.chosen[number]))

    def entity(self, series: int) -> str:
        """Whose series it is."""
        return self.columns[int(self.rule_of[series])][int(self.column_of[series])]

    def rule(self, series: int) -> Rule:
        """Which rule's series it is."""
        return self.rules[int(self.rule_of[series])]

    def rules_of(self, chosen: Bools) -> list[Rule]:
        """The rules of some series."""
        return [self.rules[number] for number in np.unique(self.rule_of[chosen])]

    def marked(self, other: RuleBatch, chosen: Bools) -> Bools:
        """Which of these series are those of another batch that are chosen there."""
        found: Bools = np.zeros(self.size, dtype=bool)
        for series in np.flatnonzero(chosen).tolist():
            own = self.series(other.rule(series).id, other.entity(series))
            if own is not None:
                found[own] = True
        return found

    def per_series(self, of: Callable[[Rule], bool | int]) -> NDArray[Any]:
        """What holds of each rule, once for each of its series."""
        values: NDArray[Any] = np.array([of(rule) for rule in self.rules], dtype=np.int64)[self.rule_of]
        return values

    def states(self) -> States:
        """Series of which nothing is known yet."""
        lasting = self.per_series(lambda rule: rule.mode is Mode.UNTIL_CLEAR).astype(bool)
        return States.fresh(lasting, self.per_series(lambda rule: rule.cooldown).astype(np.int32))

    def margin(self) -> int:
        """How many rows before a period its verdict reads verdicts of."""
        return max((rule.periods - 1 for rule in self.rules), default=0)

    def table(self, numbers: Numbers, first_row: int) -> VerdictTable:
        """
        Every rule's verdict on every entity, from ``first_row`` on.

        Verdicts of the first ``margin()`` rows lack the rows before them: start that much earlier.
        """
        shape = (max(len(numbers.view.rows(self.calendar)) - first_row, 0), self.size)
        verdicts = np.full(shape, Verdict.UNDECIDED, dtype=np.int8)
        base = np.array([rule.severity for rule in self.rules], dtype=np.int8)[self.rule_of]
        severities = np.broadcast_to(base, shape).copy() if self._levels else np.broadcast_to(base, shape)

        def fire(series: Ints, found: Verdicts) -> None:
            verdicts[:, series] = found

        def also(series: Ints, found: Verdicts) -> None:
            so_far = verdicts[:, series]
            unknown = (so_far == Verdict.UNDECIDED) | (found == Verdict.UNDECIDED)
            verdicts[:, series] = np.where(unknown, Verdict.UNDECIDED, np.minimum(so_far, found))

        self._fire.run(numbers, self.subjects, first_row, fire)
        for batch in self._also:
            batch.run(numbers, self.subjects, first_row, also)
        for severity in sorted(self._levels):

            def sharpen(series: Ints, found: Verdicts, severity: int = severity) -> None:
                severities[:, series] = np.where(found == Verdict.BREACHED, severity, severities[:, series])

            self._levels[severity].run(numbers, self.subjects, first_row, sharpen)
        clearing: Bools = verdicts == Verdict.CLEAR

        def clear(series: Ints, found: Verdicts) -> None:
            clearing[:, series] = found == Verdict.BREACHED

        self._clear.run(numbers, self.subjects, first_row, clear)
        for periods in sorted({rule.periods for rule in self.rules} - {1}):
            these = np.flatnonzero(np.array([rule.periods == periods for rule in self.rules])[self.rule_of])
            verdicts[:, these] = conditions.in_a_row(verdicts[:, these], periods)
        return VerdictTable(verdicts, severities, clearing)
