"""Figures as of a release, as tables that views are built from; and what a release changed of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, and_, exists, not_, select

from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.figures.published import Change, Period
from treasury_watch.store.releases import StoredRelease, stored_releases
from treasury_watch.store.schema import figures, releases, series
from treasury_watch.store.view_cache import ViewKey, cached_figures
from treasury_watch.store.vintages import by_figure, four_columns, known_figures, newest_vintage


def view_figures(
    conn: Connection,
    datasets: Collection[str],
    *,
    until: StoredRelease | None = None,
    first: bool = False,
    bundled_until: Mapping[str, Period] | None = None,
) -> pd.DataFrame:
    """
    What the service knew as of a release, itself included (None: now).

    Columns dataset, entity, period, value; one row a figure. ``first`` reads first vintages. With ``bundled_until``,
    bundled history alone, each source's months up to the one given (all, where none is).
    """
    chosen = series.c.dataset.in_(sorted(datasets))

    def read() -> pd.DataFrame:
        known = known_figures(conn, until=until, bundled_until=bundled_until)
        return _frame(conn, newest_vintage(and_(chosen, known), first=first))

    if first or bundled_until is not None:
        return read()

    def news(release_ids: Sequence[int]) -> pd.DataFrame:
        own = (
            select(series.c.dataset, series.c.entity, figures.c.period, figures.c.value)
            .join_from(figures, series, figures.c.series_id == series.c.id)
            .join(releases, figures.c.release_id == releases.c.id)
            .where(chosen, figures.c.release_id.in_(release_ids))
            .order_by(releases.c.released_at, releases.c.id)
        )
        return _frame(conn, own)

    order = [ViewKey(kept, kept.id, kept.source, not kept.bundled) for kept in stored_releases(conn)]
    if until:
        order = order[: 1 + next(place for place, one in enumerate(order) if one.release_id == until.id)]
    return cached_figures(conn.engine, frozenset(datasets), order, read, news)


def _frame(conn: Connection, query: Select[Any]) -> pd.DataFrame:
    """Figures as columns of objects: a view is built at every release, and reading it is most of its time."""
    rows = conn.execute(four_columns(query)).all()
    names = ("dataset", "entity", "period", "value")
    same: dict[str, str] = {}  # one text for all rows that say it: a view is remembered for as long as the bot runs
    read = zip(*rows, strict=True) if rows else ((),) * len(names)
    columns = {
        name: pd.Series(values if name == "value" else [same.setdefault(text, text) for text in values], dtype=object)
        for name, values in zip(names, read, strict=True)
    }
    return pd.DataFrame(columns).astype({"value": float})


Figured = tuple[str, str, Period, float]
"""dataset, entity, period and value of a figure."""


def news_of(conn: Connection, release_ids: Sequence[int], datasets: Collection[str]) -> list[list[Figured]]:
    """Per release, in the order given, what it was first to print, or printed anew, of some datasets."""
    query = (
        select(figures.c.release_id, series.c.dataset, series.c.entity, figures.c.period, figures.c.value)
        .join_from(figures, series, figures.c.series_id == series.c.id)
        .join(releases, figures.c.release_id == releases.c.id)
        .where(series.c.dataset.in_(sorted(datasets)), not_(releases.c.bundled))
    )
    found: dict[int, list[Figured]] = {number: [] for number in release_ids}
    for number, *figure in conn.execute(query):
        if number in found:
            found[number].append(tuple(figure))
    return list(found.values())


def changes_of(conn: Connection, kept: StoredRelease, after: pd.DataFrame) -> list[Change]:
    """What a release added or revised, given the figures of the view that it made (``view_figures(until=kept)``)."""
    touched = figures.alias()
    same = and_(touched.c.series_id == figures.c.series_id, touched.c.period == figures.c.period)
    mine = exists().where(and_(touched.c.release_id == kept.id, same))
    old = by_figure(conn, and_(known_figures(conn, before=kept), mine))
    own = select(series.c.dataset, series.c.entity, figures.c.period).join(figures, figures.c.series_id == series.c.id)
    keys = {tuple(row) for row in conn.execute(own.where(figures.c.release_id == kept.id)).all()}
    return [
        Change(dataset, entity, period, old.get((dataset, entity, period)), value)
        for dataset, entity, period, value in zip(*(after[name].tolist() for name in after.columns), strict=True)
        if (dataset, entity, period) in keys and old.get((dataset, entity, period)) != value
    ]


def revisions(conn: Connection, kept: StoredRelease) -> list[Change]:
    """
    What a release changed of what was published before, by any source: the largest first.

    Of data that can be asked about: days of the calendar and figures kept to compare with are not among them.
    """
    query = select(series.c.dataset).join_from(figures, series, figures.c.series_id == series.c.id)
    datasets = set(conn.execute(query.where(figures.c.release_id == kept.id).distinct()).scalars()) & DATASETS.keys()
    changes = changes_of(conn, kept, view_figures(conn, datasets, until=kept))
    revised = [(change, change.old) for change in changes if change.old is not None]
    return [change for change, old in sorted(revised, key=lambda one: (-abs(one[0].new - one[1]), one[0]))]
