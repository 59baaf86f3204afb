"""
The evaluator once more: slow, in plain loops, straight from the rules' own page, knowing nothing of the fast one.

Figures are exact fractions of what was printed; only a standard deviation is a float. It answers for one rule, one
entity and one period at a time, and folds answers of figures that are never revised into what is told.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from treasury_watch.core.rules.model import Among, Basis, Condition, Measure, Mode, Rule, Selection, Severity, Verdict

Number = Fraction | float
Series = list[Number | None]
"""One value a period of the timeline, None where it is not known."""
TOTALS_AMONG_HOLDERS = (
    "Grand Total",
    "All Other",
    "Foreign Official",
    "Foreign Official Bills",
    "Foreign Official Bonds & Notes",
)
NEEDED_FOR_AN_EXTREME = 12


class Answer(NamedTuple):
    """One verdict; how sharp it is where it is breached; whether the period would end an open incident."""

    verdict: Verdict
    severity: Severity
    ends: bool


class Event(NamedTuple):
    """Something told."""

    entity: str
    period: str
    kind: str
    severity: Severity


class Data:
    """Monthly figures as they are known: dataset -> entity -> month -> printed text, newest and first vintages."""

    def __init__(
        self, latest: Mapping[tuple[str, str, str], float], first: Mapping[tuple[str, str, str], float]
    ) -> None:
        self._vintages = {Basis.LATEST: latest, Basis.FIRST_PUBLISHED: first}
        known = sorted({period for _, _, period in latest})
        self.months = self._between(known[0], known[-1]) if known else []

    @staticmethod
    def _between(first: str, last: str) -> list[str]:
        found, year, month = [], int(first[:4]), int(first[5:])
        while f"{year:04d}-{month:02d}" <= last:
            found.append(f"{year:04d}-{month:02d}")
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return found

    def entities(self, dataset: str) -> list[str]:
        """Everybody of whom there is a figure."""
        return sorted({entity for data, entity, _ in self._vintages[Basis.LATEST] if data == dataset})

    def newest(self, dataset: str) -> int:
        """The position of the last month that the dataset was published for, -1 for none."""
        known = [period for data, _, period in self._vintages[Basis.LATEST] if data == dataset]
        return self.months.index(max(known)) if known else -1

    def series(self, dataset: str, entity: str, basis: Basis) -> Series:
        """An entity's figures over all months."""
        vintage = self._vintages[basis]
        found: Series = []
        for month in self.months:
            value = vintage.get((dataset, entity, month))
            found.append(None if value is None else Fraction(repr(value)))
        return found


class Reference:
    """Answers over one state of the data."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self._measured: dict[tuple[object, ...], Series] = {}

    # Which number.

    def base(self, rule: Rule, dataset: str, entity: str) -> Series:
        """The series of an entity, or of a group added up."""
        if rule.combine is None:
            return self.data.series(dataset, entity, rule.basis)
        members = [self.data.series(dataset, member, rule.basis) for member in rule.combine.members]
        added: Series = []
        for values in zip(*members, strict=True):
            known = [value for value in values if value is not None]
            added.append(sum(known, Fraction(0)) if len(known) == len(values) else None)
        return added

    def measured(self, rule: Rule, dataset: str, measure: Measure, entity: str) -> Series:
        """The series after the measure."""
        key = (dataset, measure, entity, rule.combine, rule.basis)
        if key not in self._measured:
            series = self.base(rule, dataset, entity)
            context = (rule, dataset, entity)
            self._measured[key] = [self._number(measure, series, t, context) for t in range(len(series))]
        return self._measured[key]

    def _number(self, measure: Measure, series: Series, t: int, context: tuple[Rule, str, str]) -> Number | None:
        x = series[t]
        if x is None:
            return None
        n = measure.n or 0
        match measure.kind:
            case "value":
                return x
            case "change":
                before = series[t - n] if t >= n else None
                return None if before is None else x - before
            case "percent_change":
                before = series[t - n] if t >= n else None
                return None if not before else 100 * (x / before - 1)
            case "sum":
                return _added(series[t - n + 1 : t + 1], n) if t + 1 >= n else None
            case "share":
                total = self.data.series("tic.totals", "Grand Total", context[0].basis)[t]
                return None if total is None else 100 * x / total
            case "rank":
                return self._rank(context[0].basis, context[1], context[2], t)
            case "zscore":
                return _zscore(x, series[max(t - n, 0) : t], n)
            case "versus_mean":
                total = _added(series[t - n : t], n) if t >= n else None
                return None if total is None else x - total / n
            case "versus":
                months = self.data.months
                fixed = months.index(measure.since) if measure.since in months else None
                there = series[fixed] if fixed is not None and fixed <= t else None
                return None if there is None else x - there
            case "falling" | "rising":
                return _run(series, t, -1 if measure.kind == "falling" else 1)
            case "drawdown":
                reach = series[: t + 1] if measure.n is None else series[max(t - n + 1, 0) : t + 1]
                known = [value for value in reach if value is not None]
                if measure.n is not None and len(known) < n:
                    return None
                return x - max(known)
        raise AssertionError(measure.kind)

    def _rank(self, basis: Basis, dataset: str, entity: str, t: int) -> Fraction | None:
        if entity in TOTALS_AMONG_HOLDERS:
            return None
        place, own = 1, self.data.series(dataset, entity, basis)[t]
        if own is None:
            return None
        for other in self.data.entities(dataset):
            value = self.data.series(dataset, other, basis)[t]
            if other not in TOTALS_AMONG_HOLDERS and value is not None and value > own:
                place += 1
        return Fraction(place)

    # What is asked of it.

    def holds(self, condition: Condition, numbers: Series, t: int) -> Verdict:
        """A condition on the number of one period."""
        x = numbers[t]
        if x is None:
            return Verdict.UNDECIDED
        x = _comparable(x)
        match condition.op:
            case "below":
                return _verdict(x < _level(condition.a))
            case "above":
                return _verdict(x > _level(condition.a))
            case "at_most":
                return _verdict(x <= _level(condition.a))
            case "at_least":
                return _verdict(x >= _level(condition.a))
            case "outside":
                return _verdict(x < _level(condition.a) or x > _level(condition.b))
            case "changes":
                before = numbers[t - 1] if t else None
                return Verdict.UNDECIDED if before is None else _verdict(x != _comparable(before))
        first = t - condition.n if condition.op.endswith("_in") else self._position(condition.since)
        earlier = [_comparable(value) for value in numbers[max(first, 0) : t] if value is not None]
        if len(earlier) < NEEDED_FOR_AN_EXTREME:
            return Verdict.UNDECIDED
        return _verdict(x < min(earlier) if condition.op.startswith("lowest") else x > max(earlier))

    def _position(self, month: str) -> int:
        return sum(known < month for known in self.data.months)

    # Of whom.

    def asked(self, rule: Rule) -> list[str]:
        """Whom the rule is about."""
        if rule.combine:
            return [rule.combine.name]
        if rule.count:
            return [f"top {rule.among.top}" if rule.among else "all"]
        return [entity for entity in self.data.entities(rule.data) if _chosen(entity, rule)]

    def _is_among(self, among: Among, basis: Basis, entity: str, t: int) -> bool:
        at = t - 1 if among.ranked == "previous" else t
        place = self._rank(basis, "tic.holdings", entity, at) if at >= 0 else None
        return place is not None and place <= among.top

    def _counted(self, rule: Rule) -> Series:
        assert rule.count is not None
        found: Series = []
        for t in range(len(self.data.months)):
            names = sorted({*self.data.entities(rule.data), *self.data.entities("tic.holdings")})
            answers = []
            for entity in names:
                if not _chosen(entity, rule):
                    continue
                numbers = self.measured(rule, rule.data, rule.measure, entity)
                if rule.among and not self._is_among(rule.among, rule.basis, entity, t):
                    continue
                # Who is in neither this release nor the one before is not counted; who left just now is not known.
                if not rule.among and all(
                    value is None for value in self.base(rule, rule.data, entity)[max(t - 1, 0) : t + 1]
                ):
                    continue
                answers.append(self.holds(rule.count, numbers, t))
            known = answers and Verdict.UNDECIDED not in answers
            found.append(Fraction(answers.count(Verdict.BREACHED)) if known else None)
        return found

    # The verdict.

    def answers(self, rule: Rule, entity: str) -> list[Answer]:
        """One answer a month."""
        numbers = self._counted(rule) if rule.count else self.measured(rule, rule.data, rule.measure, entity)
        alone = [self._alone(rule, entity, numbers, t) for t in range(len(numbers))]
        found = []
        for t, verdict in enumerate(alone):
            severity = rule.severity
            for named, level in rule.levels:
                if self.holds(level, numbers, t) is Verdict.BREACHED:
                    severity = named
            over = self.holds(rule.clear, numbers, t) is Verdict.BREACHED if rule.clear else verdict is Verdict.CLEAR
            found.append(Answer(_in_a_row(alone[max(t - rule.periods + 1, 0) : t + 1], rule.periods), severity, over))
        return found

    def _alone(self, rule: Rule, entity: str, numbers: Series, t: int) -> Verdict:
        if rule.among and not rule.count and not self._is_among(rule.among, rule.basis, entity, t):
            return Verdict.UNDECIDED
        parts = [self.holds(rule.fire, numbers, t)]
        parts += [
            self.holds(part.condition, self.measured(rule, part.data, part.measure, entity), t) for part in rule.also
        ]
        if Verdict.UNDECIDED in parts:
            return Verdict.UNDECIDED
        return Verdict.CLEAR if Verdict.CLEAR in parts else Verdict.BREACHED

    # What is told, when nothing is ever revised.

    def events(self, rule: Rule, entity: str) -> list[Event]:
        """All that is told of one entity, oldest first."""
        answers = self.answers(rule, entity)[: self.data.newest(rule.data) + 1]
        lasting = rule.mode is Mode.UNTIL_CLEAR
        found = _episodes(rule, answers) if lasting else _news(rule, answers)
        return [Event(entity, self.data.months[t], kind, severity) for t, kind, severity in found]


def _news(rule: Rule, answers: list[Answer]) -> list[tuple[int, str, Severity]]:
    told: list[tuple[int, str, Severity]] = []
    for t, answer in enumerate(answers):
        if answer.verdict is Verdict.BREACHED:
            last = told[-1] if told else None
            quiet = last is not None and t - last[0] <= rule.cooldown
            if last is None or not quiet or answer.severity > last[2]:
                told.append((t, "fired", answer.severity))
    return told


def _episodes(rule: Rule, answers: list[Answer]) -> list[tuple[int, str, Severity]]:
    told: list[tuple[int, str, Severity]] = []
    sharpest: Severity | None = None
    spoken = 0
    for t, answer in enumerate(answers):
        breached = answer.verdict is Verdict.BREACHED
        if breached and (sharpest is None or answer.severity > sharpest):
            sharpest, spoken = answer.severity, t
            told.append((t, "fired", sharpest))
        elif sharpest is not None and answer.verdict is Verdict.CLEAR and answer.ends:
            told.append((t, "cleared", sharpest))
            sharpest = None
        elif sharpest is not None and rule.remind and t - spoken >= rule.remind:
            told.append((t, "reminded", sharpest))
            spoken = t
    return told


def _in_a_row(last: list[Verdict], periods: int) -> Verdict:
    if Verdict.CLEAR in last:
        return Verdict.CLEAR
    return Verdict.BREACHED if last == [Verdict.BREACHED] * periods else Verdict.UNDECIDED


def _chosen(entity: str, rule: Rule) -> bool:
    """``only`` and ``except`` by name; totals among holders are asked only by name."""
    nothing = Selection()
    if entity in TOTALS_AMONG_HOLDERS and rule.data != "tic.totals" and entity not in rule.only.names:
        return False
    if rule.only != nothing and entity not in rule.only.names:
        return False
    return entity not in rule.without.names


def _verdict(answer: bool) -> Verdict:
    return Verdict.BREACHED if answer else Verdict.CLEAR


def _comparable(x: Number) -> Number:
    """Rounded far below any printed precision, as both sides of a comparison are; -0.3 is three tenths, not a float."""
    return Fraction(repr(round(x, 6))) if isinstance(x, float) else Fraction(round(x, 6))


def _level(a: float) -> Number:
    return _comparable(Fraction(repr(a)))


def _added(values: Series, n: int) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if len(known) == n else None


def _zscore(x: Number, before: Series, n: int) -> float | None:
    total = _added(before, n)
    if total is None or n < 2:
        return None
    mean = total / n
    squares = sum(((value - mean) ** 2 for value in before if value is not None), Fraction(0))
    return None if squares == 0 else float(x - mean) / math.sqrt(squares / (n - 1))


def _run(series: Series, t: int, sign: int) -> Fraction | None:
    """How many steps in a row lead down (or up) to this period; at least one step must be known."""
    if t == 0 or series[t - 1] is None:
        return None
    steps = 0
    while t > 0:
        now, before = series[t], series[t - 1]
        if now is None or before is None or (now - before) * sign <= 0:
            break
        steps, t = steps + 1, t - 1
    return Fraction(steps)
