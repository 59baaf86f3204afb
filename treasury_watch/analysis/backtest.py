"""Backtest: when each rule would have fired, by the evaluator and over the figures that live alerts are judged by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from treasury_watch.core.figures.arrays import Floats
from treasury_watch.core.figures.datasets import DATASETS, Calendar
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.periods import first_day, is_month, month_number
from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.judge.implied import implied
from treasury_watch.core.judge.news import News
from treasury_watch.core.rules.model import Basis, Rule
from treasury_watch.pipeline.replay import replay_history
from treasury_watch.pipeline.view import judged_datasets, rules_of, view_of
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Connection

_DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """
    One rule over history.

    ``alerts`` are those that would have fired, oldest first; ``undecided`` counts the verdicts that could not be given.
    ``since`` and ``until`` are the first and last period looked at, empty where there is no data; ``per_year`` alerts
    a year between them.
    """

    rule: str
    alerts: tuple[Alert, ...]
    undecided: int
    per_year: float
    since: Period
    until: Period


def backtest(
    conn: Connection,
    rules: Sequence[Rule],
    sources: Mapping[str, Source],
    *,
    since: Period = "",
    until: Period = "",
    basis: Basis | None = None,
    vintages: bool = True,
) -> list[RuleResult]:
    """
    Judge everything kept as if the rules had always been in force.

    ``since`` and ``until`` bound the periods counted, both included; rules see the history before ``since`` all the
    same. ``basis`` overrides that of every rule. Disabled rules are judged too: that is how one finds out what they
    would do. ``vintages`` False judges history once, as it now stands, instead of release by release as it came:
    quicker where many releases are kept, and the same but for what was revised.
    """
    asked = [replace(rule, basis=basis) if basis else rule for rule in rules]
    fired: dict[str, list[Alert]] = {rule.id: [] for rule in asked}
    undecided = dict.fromkeys(fired, 0)
    spans: dict[str, tuple[Period, Period]] = {}
    for calendar in Calendar:
        these = rules_of(asked, calendar)
        newest: View | None = None
        releases = 0
        judge_all = replay_history(conn, these, calendar, sources) if vintages else _at_once(conn, these, calendar)
        for view, news in judge_all if these else ():
            newest = view
            releases += 1
            for alert in news.alerts:
                if alert.kind is AlertKind.FIRED and _inside(alert.period, since, until):
                    fired[alert.rule].append(alert)
            for rule_id, count in news.undecided.items():
                undecided[rule_id] += count
        # One release revises nothing: history that came with the bot has no data on revisions, which is not "never".
        known = {rule.data for rule in these if releases > 1 or not rule.of_revisions}
        spans_of = {data: _span(data, newest, since, until) for data in known} if newest else {}
        for rule in these:
            spans[rule.id] = spans_of.get(rule.data, ("", ""))
    return [
        RuleResult(
            rule=rule.id,
            alerts=tuple(sorted(fired[rule.id], key=lambda alert: (alert.period, alert.entity))),
            undecided=undecided[rule.id],
            per_year=round(len(fired[rule.id]) / years, 2) if (years := years_between(*spans[rule.id])) else 0.0,
            since=spans[rule.id][0],
            until=spans[rule.id][1],
        )
        for rule in asked
    ]


def _at_once(conn: Connection, rules: Sequence[Rule], calendar: Calendar) -> Iterator[tuple[View, News]]:
    """What all that is kept implies, in its newest vintages."""
    view = view_of(conn, judged_datasets(rules, calendar), rules)
    for part in implied(rules, view):
        yield view, News(tuple(part.fired()), undecided=part.undecided())


def _inside(period: Period, since: Period, until: Period) -> bool:
    # A month bounds auctions too: 2025-06 as an end includes the whole of June.
    return (not since or period >= since) and (not until or period[: len(until)] <= until)


def _span(data: str, view: View, since: Period, until: Period) -> tuple[Period, Period]:
    """The first and last period that a dataset has between two bounds; of revisions, that what they revise has."""
    data = DATASETS[data].revises or data
    panel = view.panel(data)
    rows = view.rows(DATASETS[data].calendar)
    known = [
        period
        for column, entity in enumerate(panel.columns)
        for row in _ends(panel.values[:, column])
        if (period := rows.period(row, entity))
    ]
    if not known:
        return "", ""
    first, last = min(known), max(known)
    return max(first, since), min(last, until) if until and until < last[: len(until)] else last


def _ends(values: Floats) -> list[int]:
    known = np.flatnonzero(~np.isnan(values))
    return [int(known[0]), int(known[-1])] if known.size else []


def years_between(since: Period, until: Period) -> float:
    """How many years were looked at, both ends included; 0 where nothing was."""
    if not since or not until:
        return 0.0
    if is_month(since) and is_month(until):
        return max((month_number(until) - month_number(since) + 1) / 12, 0.0)
    return max((first_day(until) - first_day(since)).days / _DAYS_A_YEAR, 0.0)
