"""The title an alert is listed under: its rule's own line, filled in; of an all-clear, what ended it."""

from __future__ import annotations

import re

import numpy as np

from treasury_watch.core.figures.datasets import DATASETS, HOLDINGS
from treasury_watch.core.figures.names import entity_words
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import figure_words, period_words, when
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.rules.model import Rule
from treasury_watch.core.rules.words import condition_words, level_words, measure_words, unit_of

_FIELD = re.compile(r"\{(\w+)\}")


def title_of(rule: Rule, alert: Alert, view: View) -> str:
    """The rule's title with its fields filled in; an all-clear says what ended it, since the title says what held."""
    if alert.kind is AlertKind.CLEARED:
        return _ended(rule, alert)
    dataset = DATASETS[rule.data]
    fields = {
        "holder": entity_words(alert.entity),
        "tenor": alert.entity,
        "value": figure_words(dataset, alert.value, signed=bool(dataset.revises)),
        "measure": measure_words(rule, alert.measure),
        "threshold": level_words(alert.threshold, unit_of(rule)),
        "period": period_words(alert.period),
        "count": measure_words(rule, alert.measure),
        "rank": _rank(alert.entity, alert.period, view),
    }
    return _FIELD.sub(lambda field: fields.get(field[1], field[0]), rule.title)


def _ended(rule: Rule, alert: Alert) -> str:
    asked = condition_words(rule.clear or rule.fire, alert.threshold, unit_of(rule))
    said = figure_words(DATASETS[rule.data], alert.value)
    if rule.count or not rule.measure.is_figure:
        said = measure_words(rule, alert.measure)
    return (
        f"{entity_words(alert.entity)} at {said} {when(alert.period)}, {asked if rule.clear else f'no longer {asked}'}"
    )


def _rank(entity: str, period: Period, view: View) -> str:
    own = view.value(HOLDINGS, entity, period)
    if own is None:
        return "n/a"
    panel = view.panel(HOLDINGS)
    row = view.months.row(period)
    known = [value for value in panel.values[row if row is not None else -1] if not np.isnan(value)]
    return str(1 + sum(value > own for value in known))
