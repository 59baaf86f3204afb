"""
Small data for tests of the evaluator: a few series as a view, a rule with defaults, releases one after another.

Values are written as in a rule's own examples: ``"1120 1085 _ 1030"``, one a month, ``_`` where nothing was published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from treasury_watch.core.figures.datasets import DATASETS, HOLDINGS, Calendar
from treasury_watch.core.figures.panels import View, build_view
from treasury_watch.core.figures.periods import month_number, month_text
from treasury_watch.core.figures.published import Change
from treasury_watch.core.judge.alert import Alert
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.judge.news import News, judge
from treasury_watch.core.judge.told import OpenEpisode, ToldLog
from treasury_watch.core.rules.model import Condition, Measure, Rule, Severity, Verdict
from treasury_watch.core.rules.numbers import Numbers

START = "2025-01"
Cell = tuple[str, str, str]
"""(dataset, entity, period)"""
Figures = dict[Cell, float]


def numbers(text: str) -> list[float | None]:
    """``1120 _ 1030`` as values."""
    return [None if word == "_" else float(word) for word in text.split()]


def months(count: int, start: str = START) -> list[str]:
    """So many months in a row."""
    return [month_text(month_number(start) + step) for step in range(count)]


def monthly(series: Mapping[str, str], data: str = HOLDINGS, start: str = START) -> Figures:
    """One dataset's monthly figures, a line of values an entity."""
    figures = {}
    for entity, text in series.items():
        values = numbers(text)
        for period, value in zip(months(len(values), start), values, strict=True):
            if value is not None:
                figures[data, entity, period] = value
    return figures


def auctions(days: Mapping[str, Mapping[str, Sequence[float]]], *data: str) -> Figures:
    """Auction figures: tenor -> day -> one value for each of ``data``."""
    return {
        (dataset, tenor, day): value
        for tenor, held in days.items()
        for day, values in held.items()
        for dataset, value in zip(data, values, strict=True)
    }


def _frame(figures: Figures) -> pd.DataFrame:
    rows = [(*cell, value) for cell, value in figures.items()]
    return pd.DataFrame(rows, columns=["dataset", "entity", "period", "value"])


def view(figures: Figures, first: Figures | None = None) -> View:
    """The view of figures, and of their first vintages where they are given."""
    return build_view(_frame(figures), None if first is None else _frame(first))


def holdings(start: str = START, **series: str) -> View:
    """A view of holders' holdings alone; an underscore in a name is a blank."""
    return view(monthly({name.replace("_", " "): text for name, text in series.items()}, start=start))


def rule(fire: Condition | None = None, **changes: Any) -> Rule:
    """A rule on holdings, asked of each holder, that fires below 0 unless told otherwise."""
    defaults: dict[str, Any] = {
        "id": "r",
        "title": "{holder} {measure} in {period}",
        "data": HOLDINGS,
        "each": "holder",
        "fire": fire or Condition("below", 0.0, said="0bn"),
    }
    return Rule(**{**defaults, **changes})


def change(n: int = 1) -> Measure:
    """Against so many periods before."""
    return Measure("change", n)


def verdicts(asked: Rule, of: View) -> dict[str, list[Verdict]]:
    """What a rule says of every entity, a verdict a row, oldest first."""
    known = Numbers(of)
    batch = RuleBatch([asked], known, DATASETS[asked.data].calendar)
    table = batch.table(known, 0)
    return {
        batch.entity(series): [Verdict(int(verdict)) for verdict in table.verdicts[:, series]]
        for series in range(batch.size)
    }


def spelled(found: Iterable[Verdict]) -> str:
    """Verdicts in short: ``B`` breached, ``c`` clear, ``?`` undecided."""
    letters = {Verdict.BREACHED: "B", Verdict.CLEAR: "c", Verdict.UNDECIDED: "?"}
    return "".join(letters[verdict] for verdict in found)


def said(asked: Rule, of: View) -> dict[str, str]:
    """``verdicts``, in short."""
    return {entity: spelled(found) for entity, found in verdicts(asked, of).items()}


class Brief(NamedTuple):
    """An alert in short."""

    period: str
    kind: str
    severity: str
    entity: str = "Japan"


def told(news: News | Iterable[Alert]) -> list[Brief]:
    """What was told, in short, in its order; a figure that moved within its level is not counted."""
    alerts = news.alerts if isinstance(news, News) else news
    return [
        Brief(alert.period, alert.kind.value, alert.severity.word, alert.entity)
        for alert in alerts
        if not alert.of_figure_alone
    ]


class Tape:
    """
    Releases one after another, judged as they come.

    ``latest`` and ``first`` are the figures known so far, in their newest and their first vintage; ``log`` is what has
    been told. ``judged_after`` is given to every judgement.
    """

    def __init__(self, rules: Rule | Sequence[Rule], *, judged_after: Mapping[str, str] | None = None) -> None:
        self.rules = [rules] if isinstance(rules, Rule) else list(rules)
        self.latest: Figures = {}
        self.first: Figures = {}
        self.log = ToldLog()
        self.judged_after = judged_after

    def view(self) -> View:
        """The view as of the newest release."""
        return view(self.latest, self.first)

    def release(self, figures: Figures, *, baseline: bool = False) -> News:
        """Take in a release: figures that are new, revised or as they were."""
        changes = [
            Change(*cell, self.latest.get(cell), value)
            for cell, value in figures.items()
            if self.latest.get(cell) != value
        ]
        self.latest |= figures
        self.first = figures | self.first
        news = judge(self.rules, self.view(), changes, self.log, judged_after=self.judged_after, baseline=baseline)
        self.log.write(news.entries(self.rules))
        return news

    def stands(self) -> dict[Cell, Severity]:
        """(rule, entity, period) -> severity of every breach that was told and not taken back."""
        return {
            (*key, period): one.severity
            for key, known in self.log.series.items()
            for period, one in known.fired.items()
            if not one.silent
        }

    def month(self, period: str, data: str = HOLDINGS, **values: float) -> News:
        """A release of one month's figures of some holders."""
        return self.release({(data, entity.replace("_", " "), period): value for entity, value in values.items()})

    def months(self, text: str, entity: str = "Japan", data: str = HOLDINGS, start: str = START) -> list[Brief]:
        """A release a month, and all that was told of them."""
        heard = []
        for period, value in zip(months(len(text.split()), start), numbers(text), strict=True):
            heard += told(self.release({(data, entity, period): value} if value is not None else {}))
        return heard

    def revise(self, **values: float) -> list[Brief]:
        """A release that only revises Japan's holdings: ``_2025_03=1101.0``."""
        cells = {(HOLDINGS, "Japan", period[1:].replace("_", "-")): value for period, value in values.items()}
        return told(self.release(cells))

    def open(self) -> dict[str, tuple[str, str]]:
        """Entity -> (since, severity) of what is open."""
        return {key[1]: (one.since, one.severity.word) for key, one in self.log.open_episodes().items()}


def episode(since: str, severity: Severity = Severity.NOTICE, entity: str = "Japan", **changes: Any) -> OpenEpisode:
    """An open episode of the rule ``r``."""
    return OpenEpisode(**{"rule": "r", "entity": entity, "since": since, "severity": severity, **changes})


def calendar_of(asked: Rule) -> Calendar:
    """What the rule's periods are."""
    return DATASETS[asked.data].calendar
