"""Alerts made of cells: for a row and a series, the figure, what was compared, and the level that was reached."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from treasury_watch.core.figures.arrays import Floats, exact
from treasury_watch.core.figures.panels import Rows
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.judge.episodes import Ints
from treasury_watch.core.judge.findings import Findings
from treasury_watch.core.rules.model import Condition, Rule, Severity
from treasury_watch.core.rules.numbers import CountSpec, Numbers


def figures_at(batch: RuleBatch, numbers: Numbers, rows: Ints, series: Ints) -> tuple[Floats, Floats]:
    """
    Of cells: the figure, and what is compared; NaN where there is none. Without float dust.

    Read a subject at a time, for there can be many cells. A count is of many series and has no figure of its own.
    """
    values, measures = np.full((2, len(rows)), np.nan)
    asked, columns = batch.subject_of[batch.rule_of[series]], batch.column_of[series]
    for subject in np.unique(asked):
        these = np.flatnonzero(asked == subject)
        cells = rows[these], columns[these]
        about = batch.subjects[subject]
        if isinstance(about, CountSpec):
            measures[these] = numbers.count(about).values[cells]
        else:
            values[these] = numbers.base(about).values[cells]
            measures[these] = numbers.number(about).values[cells]
    return exact(values), exact(measures)


def alerts_of(findings: Findings, batch: RuleBatch, numbers: Numbers, periods: Rows) -> list[Alert]:
    """Findings as alerts, in their order."""
    rows, series = np.array(findings.row, dtype=np.int32), np.array(findings.series, dtype=np.int32)
    values, measures = figures_at(batch, numbers, rows, series)
    places = list(zip(batch.rule_of[series].tolist(), batch.column_of[series].tolist(), strict=True))
    entities = [batch.columns[rule][column] for rule, column in places]
    severities = [_SEVERITIES[severity] for severity in findings.severity]
    return list(
        map(
            Alert,
            [batch.rules[rule].id for rule, _ in places],
            entities,
            map(periods.period, findings.row, entities),
            findings.kind,
            severities,
            _known(values),
            _known(measures),
            _thresholds([rule for rule, _ in places], findings.kind, severities, batch),
            findings.by_revision,
            findings.was,
            findings.late,
            findings.minor,
        )
    )


_SEVERITIES = tuple(Severity)


def _known(values: Floats) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def _thresholds(
    rules: Sequence[int], kinds: Sequence[AlertKind], severities: Sequence[Severity], batch: RuleBatch
) -> list[str]:
    """Per finding the level that it speaks of, as its author wrote it."""
    written: dict[tuple[int, AlertKind, Severity], str] = {}
    levels = []
    for asked in zip(rules, kinds, severities, strict=True):
        if asked not in written:
            rule, kind, severity = asked
            written[asked] = threshold_of(batch.rules[rule], kind, severity).said
        levels.append(written[asked])
    return levels


def threshold_of(rule: Rule, kind: AlertKind, severity: Severity) -> Condition:
    """The level that an alert speaks of: the one reached, or the one that clears."""
    if kind is AlertKind.CLEARED and rule.clear:
        return rule.clear
    return next((level for named, level in rule.levels if named == severity), rule.fire)
