"""
Numbers: the arrays that rules compare, each computed once per view however many rules ask for it.

A number is a panel (a dataset, or a group summed as one series) after a measure. A count is how many entities satisfy a
condition. Both come as (columns, values): one column an entity.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from treasury_watch.core.figures.arrays import Bools, Floats, largest
from treasury_watch.core.figures.datasets import (
    AGGREGATES,
    DATASETS,
    GRAND_TOTAL,
    HOLDINGS,
    TOTALS,
    Calendar,
    Entity,
)
from treasury_watch.core.figures.panels import Panel, View, aligned
from treasury_watch.core.rules import breaks, conditions
from treasury_watch.core.rules.conditions import Comparison, Verdicts
from treasury_watch.core.rules.kinds import Frame
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Among, Basis, Condition, Selection, Verdict
from treasury_watch.core.rules.series import SeriesSpec


class CountSpec(NamedTuple):
    """What a count is of: the number each entity has, the condition it must satisfy, and who is asked."""

    asked: SeriesSpec
    condition: Condition
    only: Selection
    without: Selection
    among: Among | None


def selected(data: str, columns: tuple[str, ...], only: Selection, without: Selection) -> list[int]:
    """
    The columns that ``only`` asks for and ``except`` leaves.

    Table 1 carries totals among its holders: those are asked only by name.
    """
    nothing = Selection()
    holders = DATASETS[data].entity is Entity.HOLDER
    return [
        position
        for position, entity in enumerate(columns)
        if only.has(entity)
        and (without == nothing or not without.has(entity))
        and not (holders and entity in AGGREGATES and entity not in only.names)
    ]


class Numbers:
    """All numbers of one view, made when first asked for."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._values: dict[SeriesSpec, Panel] = {}
        self._counts: dict[CountSpec, Panel] = {}
        self._members: dict[tuple[str, Among, Basis], Bools] = {}
        self._comparisons: dict[tuple[object, ...], Comparison] = {}
        self._inside: dict[tuple[str, str, tuple[str, ...]], Bools] = {}
        self._breaks: dict[tuple[bool, tuple[str, ...], tuple[str, ...]], Bools | None] = {}

    def base(self, asked: SeriesSpec) -> Panel:
        """The series themselves, before the measure."""
        view = self.view.first if asked.basis is Basis.FIRST_PUBLISHED else self.view
        panel = view.panel(asked.data)
        if asked.combine is None:
            return panel
        return Panel((asked.combine.name,), aligned(panel, asked.combine.members).sum(axis=1, keepdims=True))

    def number(self, asked: SeriesSpec) -> Panel:
        """The series after the measure."""
        known = self._values.get(asked)
        if known is None:
            panel = self.base(asked)
            values = self._measured(asked, panel)
            broken = self._broken(asked, panel) if breaks.looks_back(asked.measure) else None
            known = self._values[asked] = Panel(
                panel.columns, values if broken is None else np.where(broken, np.nan, values)
            )
        return known

    def _broken(self, asked: SeriesSpec, panel: Panel) -> Bools | None:
        """Where the step from the period before is no trading, so that nothing can be said of it; None: nowhere."""
        members = asked.combine.members if asked.combine else ()
        key = (DATASETS[asked.data].held, panel.columns, members)
        if key not in self._breaks:
            self._breaks[key] = breaks.broken(self.view, asked.data, panel.columns, members)
        return self._breaks[key]

    def _measured(self, asked: SeriesSpec, panel: Panel) -> Floats:
        view = self.view.first if asked.basis is Basis.FIRST_PUBLISHED else self.view
        frame = Frame(
            values=panel.values,
            holders=np.array([column not in AGGREGATES for column in panel.columns], dtype=bool),
            broken=self._broken(asked, panel),
            grand_total=aligned(view.panel(TOTALS), (GRAND_TOTAL,)),
            row_of=view.months.row,
        )
        return MEASURES[asked.measure.kind].compute(frame, asked.measure)

    def comparison(self, asked: SeriesSpec | CountSpec, condition: Condition) -> Comparison:
        """A condition on a number (or a count) as one comparison over the whole panel."""
        kind = conditions.CONDITIONS[condition.op]
        extreme = (condition.op, condition.n, condition.since)
        key = (asked, *extreme)
        known = self._comparisons.get(key)
        if known is None:
            panel = self.count(asked) if isinstance(asked, CountSpec) else self.number(asked)
            data = asked.asked.data if isinstance(asked, CountSpec) else asked.data
            inside = self._since(data, condition.since, panel)
            known = conditions.reduced(panel.values, condition, inside)
            if kind.looks_back and not isinstance(asked, CountSpec):
                broken = self._broken(asked, panel)
                if broken is not None:
                    known = known._replace(values=np.where(broken, np.nan, known.values))
                blind = self._blind(data, condition, panel)
                if blind is not None:
                    known = known._replace(values=np.where(blind, np.nan, known.values))
            self._comparisons[key] = known
        return known._replace(a=condition.a, b=condition.b) if kind.has_level else known

    def _blind(self, data: str, condition: Condition, panel: Panel) -> Bools | None:
        """Where "the lowest in (or since)" looks across auctions that are not known here; None: nowhere."""
        if DATASETS[data].calendar is not Calendar.AUCTION or not conditions.CONDITIONS[condition.op].is_extreme:
            return None
        unknown = self.view.auctions.unknown(panel.columns)
        if unknown is None:
            return None
        so_far = unknown.cumsum(axis=0)
        before = np.zeros_like(so_far)
        if condition.n:
            before[condition.n :] = so_far[: -condition.n]
            return np.asarray(so_far > before)
        # What is unknown just before the first auction in reach may itself lie within reach.
        inside = self._since(data, condition.since, panel) & ~unknown
        first = np.argmax(inside, axis=0)
        start = np.where(first > 1, so_far[np.maximum(first - 2, 0), np.arange(len(first))], 0)
        return np.asarray(so_far > start[None, :])

    def _since(self, data: str, since: str, panel: Panel) -> Bools:
        if not since:
            return np.ones(panel.values.shape, dtype=bool)
        key = (data, since, panel.columns)
        if key not in self._inside:
            rows = self.view.rows(DATASETS[data].calendar)
            self._inside[key] = rows.at_or_after(since, panel.columns)
        return self._inside[key]

    def among(self, among: Among, columns: tuple[str, ...], basis: Basis) -> Bools:
        """
        Rows × columns: whether the holder is one of the largest by holdings, in this release or the one before.

        Ranked by the period before, a holder that has fallen out of the table still counts; in the first period there
        is no period before, and nobody is asked.
        """
        key = (HOLDINGS, among, basis)
        holdings = (self.view.first if basis is Basis.FIRST_PUBLISHED else self.view).panel(HOLDINGS)
        if key not in self._members:
            self._members[key] = largest(holdings.values, among.top)
        inside = self._members[key]
        if among.ranked == "previous":
            inside = np.vstack([np.zeros((1, inside.shape[1]), dtype=bool), inside[:-1]]) if len(inside) else inside
        chosen = np.zeros((len(inside), len(columns)), dtype=bool)
        for position, entity in enumerate(columns):
            column = holdings.column(entity)
            if column is not None:
                chosen[:, position] = inside[:, column]
        return chosen

    def count(self, counted: CountSpec) -> Panel:
        """
        How many of those asked satisfy the condition: one column.

        Undecided for one of them is undecided for the count: a holder that has left the table is inside "All Other",
        and whether it fell is not known.
        """
        known = self._counts.get(counted)
        if known is None:
            columns, asked = self.asked_for(counted)
            answers = verdicts(self.comparison(counted.asked, counted.condition), columns)
            missing = np.logical_or.reduce(self.without_series(counted)[1], axis=1)
            unknown = ((answers == Verdict.UNDECIDED) & asked).any(axis=1) | missing | ~asked.any(axis=1)
            totals = np.where(unknown, np.nan, ((answers == Verdict.BREACHED) & asked).sum(axis=1))
            known = self._counts[counted] = Panel((counted_name(counted.among),), totals[:, None].astype(np.float64))
        return known

    def asked_for(self, counted: CountSpec) -> tuple[list[int], Bools]:
        """The columns that a count can be of, and rows × those columns: whether it is of them in that period."""
        panel = self.base(counted.asked)
        columns = selected(counted.asked.data, panel.columns, counted.only, counted.without)
        if counted.among:
            entities = tuple(panel.columns[column] for column in columns)
            return columns, self.among(counted.among, entities, counted.asked.basis)
        # Asked is who stands in this release or stood in the one before: a series that ended years ago, or begins years
        # later, does not leave every count undecided.
        there = ~np.isnan(panel.values[:, columns])
        asked = there.copy()
        asked[1:] |= there[:-1]
        return columns, asked

    def without_series(self, counted: CountSpec) -> tuple[tuple[str, ...], Bools]:
        """Holders of whom this data has no series at all, and in which rows they are among the largest asked."""
        if counted.among is None:
            return (), np.zeros((len(self.view.rows(DATASETS[counted.asked.data].calendar)), 0), dtype=bool)
        view = self.view.first if counted.asked.basis is Basis.FIRST_PUBLISHED else self.view
        holders = view.panel(HOLDINGS).columns
        known = self.base(counted.asked).columns
        chosen = (holders[position] for position in selected(HOLDINGS, holders, counted.only, counted.without))
        names = tuple(name for name in chosen if name not in known)
        return names, self.among(counted.among, names, counted.asked.basis)


def counted_name(among: Among | None) -> str:
    """The entity of a count's alerts: it is about many, so it has a name of its own."""
    return f"top {among.top}" if among else "all"


def verdicts(compared: Comparison, columns: list[int]) -> Verdicts:
    """The comparison's answers for some columns: int8, rows × columns."""
    a, b = np.array(compared.a), np.array(compared.b)
    return conditions.compare(compared.op, compared.values[:, columns], a, b)


def newest_rows(view: View, data: str, columns: tuple[str, ...]) -> list[int]:
    """
    Per column, the last row that is published: of the whole dataset for months, of the tenor for auctions.

    A month is published for every holder at once: one that is not in it is inside "All Other".
    """
    panel = view.panel(data)
    if DATASETS[data].calendar is Calendar.MONTH:
        return [panel.newest_row()] * len(columns)
    newest = []
    for tenor in columns:
        rows = [
            np.flatnonzero(~np.isnan(view.panel(name).values[:, column]))[-1:]
            for name, dataset in DATASETS.items()
            if dataset.entity is Entity.TENOR and (column := view.panel(name).column(tenor)) is not None
        ]
        newest.append(max((int(row[0]) for row in rows if row.size), default=-1))
    return newest
