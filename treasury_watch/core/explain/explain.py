"""
Explaining: one rule, one entity, one period, each step with its value, by the evaluator that judges.

Nothing here decides anything: the verdict is the batch's; the steps say how it came about, or what was missing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from treasury_watch.core.explain.undecided import reasons
from treasury_watch.core.explain.workings import workings
from treasury_watch.core.figures.arrays import rounded
from treasury_watch.core.figures.datasets import DATASETS, HOLDINGS, Calendar
from treasury_watch.core.figures.gaps import is_unknown
from treasury_watch.core.figures.names import listed
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import figure_words, period_words
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.rules import breaks
from treasury_watch.core.rules.conditions import CONDITIONS, Comparison, compare
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Basis, Mode, Rule, Selection, Severity, Verdict
from treasury_watch.core.rules.numbers import CountSpec, Numbers, newest_rows
from treasury_watch.core.rules.series import series_of
from treasury_watch.core.rules.words import (
    condition_words,
    measure_words,
    measured_words,
    percent_unit,
    span_words,
    unit_of,
)

BECAUSE = "undecided because"


class ExplainStep(NamedTuple):
    """One line of an explanation."""

    label: str
    says: str


class Explanation(NamedTuple):
    """
    Why a rule says what it says of an entity in a period.

    ``short`` is by how much the number falls short of firing, in its own unit; None where that cannot be said.
    """

    rule: str
    entity: str
    period: Period
    value: float | None
    measure: float | None
    verdict: Verdict
    severity: Severity
    steps: tuple[ExplainStep, ...]
    short: float | None


class NotCovered(Exception):
    """The rule does not cover that entity or period; says what it covers."""


def covered_entities(rule: Rule, view: View) -> list[str]:
    """Whom a rule covers in this view."""
    batch = RuleBatch([rule], Numbers(view), DATASETS[rule.data].calendar)
    return [batch.entity(series) for series in range(batch.size)]


def why_not_covered(rule: Rule, entity: str, view: View) -> str:
    """What in the rule leaves out somebody whom its data has; empty where the data has nobody of that name."""
    if entity not in view.panel(rule.data).columns:
        return ""
    if rule.combine:
        part = "is part of it" if entity in rule.combine.members else "is no part of it"
        return f"{rule.id} adds {rule.combine.name} up to one; {entity} {part}"
    if rule.count:
        return f"{rule.id} counts how many; it does not cover {entity} alone"
    if rule.without != Selection() and rule.without.has(entity):
        return f"{entity} is left out by except of {rule.id}"
    if not rule.only.has(entity):
        return f"{entity} is not among only of {rule.id}"
    return f"{rule.id} does not cover {entity}"


def newest_period(rule: Rule, entity: str, view: View) -> Period | None:
    """The newest period that the rule's data has, of that entity for auctions; None where there is none."""
    calendar = DATASETS[rule.data].calendar
    columns = (entity,) if calendar is Calendar.AUCTION else view.panel(rule.data).columns
    row = newest_rows(view, rule.data, columns)[0] if columns else -1
    return view.rows(calendar).period(row, entity) if row >= 0 else None


def newest_decided(rule: Rule, view: View) -> dict[str, Period]:
    """
    Per entity the newest period worth looking at: of months the newest in which anybody's verdict is decided, for all.

    Of auctions each tenor's own. Where nothing ever was decided it is the newest.
    """
    numbers, calendar = Numbers(view), DATASETS[rule.data].calendar
    batch = RuleBatch([rule], numbers, calendar)
    decided = batch.table(numbers, 0).verdicts != Verdict.UNDECIDED
    if calendar is Calendar.MONTH:
        decided = np.repeat(decided.any(axis=1)[:, None], batch.size, axis=1)
    chosen = {}
    for series in range(batch.size):
        entity, rows = batch.entity(series), np.flatnonzero(decided[:, series])
        period = view.rows(calendar).period(int(rows[-1]), entity) if rows.size else newest_period(rule, entity, view)
        if period:
            chosen[entity] = period
    return chosen


def explain(rule: Rule, entity: str, period: Period, view: View) -> Explanation:
    """Explain one verdict. Raises NotCovered."""
    numbers = Numbers(view)
    calendar = DATASETS[rule.data].calendar
    batch = RuleBatch([rule], numbers, calendar)
    series = batch.series(rule.id, entity)
    row = view.rows(calendar).row(period, entity)
    if series is None:
        asked = listed([batch.entity(known) for known in range(batch.size)]) or "nobody: no data yet"
        raise NotCovered(
            f"{why_not_covered(rule, entity, view) or f'{rule.id} does not cover {entity}'}; it covers {asked}"
        )
    if row is None:
        raise NotCovered(f"{rule.data} has no period {period!r} for {entity}")
    answers = batch.table(numbers, 0)
    verdict = Verdict(int(answers.verdicts[row, series]))
    severity = Severity(int(answers.severities[row, series]))
    subject, column = batch.subject(0), int(batch.column_of[series])
    counted = isinstance(subject, CountSpec)
    panel = numbers.count(subject) if isinstance(subject, CountSpec) else numbers.number(subject)
    value = None if counted else rounded(float(numbers.base(series_of(rule)).values[row, column]))
    measure = rounded(float(panel.values[row, column]))
    steps = [ExplainStep("data", f"{rule.data}: {DATASETS[rule.data].says}")]
    steps += _inputs(rule, entity, row, view, numbers)
    steps += [ExplainStep(*working) for working in workings(rule, entity, row, numbers, batch)]
    if isinstance(subject, CountSpec):
        steps += _members(rule, subject, row, numbers)
    elif not rule.measure.is_figure:
        steps.append(ExplainStep(span_words(rule.measure, calendar), measure_words(rule, measure)))
    steps += _conditions(rule, numbers, batch, row, series)
    steps += _breaks(rule, entity, period, verdict, view)
    if verdict is Verdict.UNDECIDED and not any(step.label == BECAUSE for step in steps):
        steps += [ExplainStep(BECAUSE, says) for says in reasons(rule, entity, row, numbers)]
    if verdict is not Verdict.UNDECIDED:
        # A period alone can be undecided, and yet `for` is decided by another of those in a row.
        steps = [ExplainStep("not known", step.says) if step.label == BECAUSE else step for step in steps]
    steps.append(ExplainStep("verdict", _verdict_words(verdict, severity)))
    short = _short(numbers.comparison(subject, rule.fire), row, column)
    return Explanation(rule.id, entity, period, value, measure, verdict, severity, tuple(steps), short)


def _short(compared: Comparison, row: int, column: int) -> float | None:
    short = CONDITIONS[compared.op].shortfall(float(compared.values[row, column]), compared.a, compared.b)
    return None if short is None else rounded(short)


def _verdict_words(verdict: Verdict, severity: Severity) -> str:
    if verdict is Verdict.BREACHED:
        return f"breached, {severity.word}"
    return "clear" if verdict is Verdict.CLEAR else "undecided: opens nothing and closes nothing"


def _breaks(rule: Rule, entity: str, period: Period, verdict: Verdict, view: View) -> list[ExplainStep]:
    """That the step into this month is no trading, or that the number looks back across such a month."""
    here = breaks.at(view, rule, entity, period)
    if not breaks.looks_back(rule.measure) and CONDITIONS[rule.fire.op].has_level:
        return [ExplainStep("break", f"{one.reason}; the level itself stands") for one in here]
    if here and verdict is Verdict.UNDECIDED:
        return [ExplainStep(BECAUSE, f"{one.reason}; the step into this month says nothing") for one in here]
    said = breaks.words(breaks.crossed(view, rule, entity, period))
    return [ExplainStep("break", said)] if said else []


def _inputs(rule: Rule, entity: str, row: int, view: View, numbers: Numbers) -> list[ExplainStep]:
    if rule.count:
        return []
    base = numbers.base(series_of(rule))
    column = base.column(entity)
    assert column is not None  # noqa: S101 (the series exists)
    rows = view.rows(DATASETS[rule.data].calendar)
    fixed = rows.row(rule.measure.since or "", entity)
    needed = MEASURES[rule.measure.kind].reads(rule.measure, row, fixed).needed
    wanted = [row, needed[0]] if needed[0] != row else [row]
    steps = []
    for at in wanted:
        if at < 0:
            continue
        if not rows.period(at, entity):
            continue  # told below: no auction stands in that row
        known = rounded(float(base.values[at, column]))
        words = figure_words(DATASETS[rule.data], known)
        steps.append(
            ExplainStep(period_words(rows.period(at, entity)), words if known is not None else _absent(rule, entity))
        )
    return steps + _gap(rule, entity, [at for at in wanted if at >= 0], row, view)


def _gap(rule: Rule, entity: str, wanted: list[int], row: int, view: View) -> list[ExplainStep]:
    """That the rule looks back across auctions that are not known, or across years in which none were held."""
    if DATASETS[rule.data].calendar is not Calendar.AUCTION:
        return []
    rows = view.auctions
    reach = min([*wanted, max(row - rule.fire.n, 0) if rule.fire.n else row])
    if rule.fire.since:
        reach = 0
    for at in range(row, reach - 1, -1):
        if not rows.period(at, entity):
            between = f"{period_words(rows.period(at - 1, entity))} and {period_words(rows.period(at + 1, entity))}"
            if is_unknown(entity, rows.period(at + 1, entity)):
                says = f"the auctions between {between} are not known here: auctions.fiscaldata brings them"
                return [ExplainStep(BECAUSE, says)]
            return [ExplainStep("note", f"none was held between {between}")]
    return []


def _absent(rule: Rule, entity: str) -> str:
    if rule.data == HOLDINGS and not rule.combine:
        return f"no figure: {entity} is not in the release (it is inside All Other, which is not zero)"
    return "no figure"


def _members(rule: Rule, subject: CountSpec, row: int, numbers: Numbers) -> list[ExplainStep]:
    """Who satisfied what is counted, and who could not be asked."""
    each = Rule(
        id=rule.id,
        title="",
        data=rule.data,
        fire=subject.condition,
        each="holder",
        only=rule.only,
        without=rule.without,
        among=rule.among,
        measure=rule.measure,
        basis=rule.basis,
    )
    batch = RuleBatch([each], numbers, DATASETS[rule.data].calendar)
    verdicts = batch.table(numbers, 0).verdicts[row]
    asked = numbers.asked_for(subject)[1][row]
    names, absent = numbers.without_series(subject)
    satisfied = [batch.entity(int(series)) for series in np.flatnonzero(asked & (verdicts == Verdict.BREACHED))]
    unknown = [batch.entity(int(series)) for series in np.flatnonzero(asked & (verdicts == Verdict.UNDECIDED))]
    unknown += [names[position] for position in np.flatnonzero(absent[row])]
    everybody = int(asked.sum() + absent[row].sum())
    asks = condition_words(subject.condition, subject.condition.said, percent_unit(rule.data, rule.measure))
    steps = [ExplainStep(f"of {everybody} asked, {asks}", f"{len(satisfied)}: {'; '.join(satisfied) or 'none'}")]
    if unknown:
        steps.append(ExplainStep(BECAUSE, f"not known for {'; '.join(unknown)}"))
    if not everybody:
        steps.append(ExplainStep(BECAUSE, "nobody is covered"))
    return steps


def _conditions(rule: Rule, numbers: Numbers, batch: RuleBatch, row: int, series: int) -> list[ExplainStep]:
    steps = []
    if rule.among and not rule.count:
        entity = batch.entity(series)
        inside = bool(numbers.among(rule.among, (entity,), rule.basis)[row, 0])
        when = "the release before" if rule.among.ranked == "previous" else "this release"
        says = "yes" if inside else "no, so the rule does not cover it"
        steps.append(ExplainStep(f"among the top {rule.among.top} of {when}", says))
    subject = batch.subject(0)
    column = int(batch.column_of[series])
    for label, condition in [("fire", rule.fire), *[(level.word, asked) for level, asked in rule.levels]]:
        compared = numbers.comparison(subject, condition)
        says = _holds(
            float(compared.values[row, column]), condition_words(condition, condition.said, unit_of(rule)), compared
        )
        steps.append(ExplainStep(label, says))
    for part in rule.also:
        other = series_of(rule)._replace(data=part.data, measure=part.measure)
        panel = numbers.number(other)
        where = panel.column(batch.entity(series))
        compared = numbers.comparison(other, part.condition)
        value = float("nan") if where is None else float(compared.values[row, where])
        measured = None if where is None else rounded(float(panel.values[row, where]))
        words = measured_words(part.data, part.measure, measured)
        asks = condition_words(part.condition, part.condition.said, percent_unit(part.data, part.measure))
        says = _holds(value, asks, compared)
        steps.append(ExplainStep(f"and {part.data} {span_words(part.measure, batch.calendar)}", f"{words}; {says}"))
    if rule.periods > 1:
        steps.append(ExplainStep("for", f"{rule.periods} in a row"))
    if rule.mode is Mode.UNTIL_CLEAR and rule.clear:
        compared = numbers.comparison(subject, rule.clear)
        says = _holds(
            compared.values[row, column], condition_words(rule.clear, rule.clear.said, unit_of(rule)), compared
        )
        steps.append(ExplainStep("clear", says))
    if rule.basis is Basis.FIRST_PUBLISHED:
        steps.append(ExplainStep("basis", "figures as first published"))
    return steps


_SAID = {Verdict.BREACHED: "yes", Verdict.CLEAR: "no", Verdict.UNDECIDED: "cannot be said"}


def _holds(value: float, asked: str, compared: Comparison) -> str:
    answer = compare(compared.op, np.array([value]), np.array(compared.a), np.array(compared.b))[0]
    return f"{asked}: {_SAID[Verdict(int(answer))]}"
