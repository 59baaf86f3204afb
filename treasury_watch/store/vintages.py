"""
Vintages: every figure in each release that printed it anew, and which of them was known when.

Bundled history counts as older than every poll; its months past the first polled one are not known yet to the service
that polls.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, func, not_, or_, select, true

from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Change, Period
from treasury_watch.store.releases import ReleaseState, StoredRelease
from treasury_watch.store.schema import figures, releases, series

_NEWEST = (releases.c.bundled.asc(), releases.c.released_at.desc(), releases.c.id.desc())


_OLDEST = (releases.c.bundled.asc(), releases.c.released_at.asc(), releases.c.id.asc())


_AS_RELEASED = (releases.c.released_at.desc(), releases.c.bundled.asc(), releases.c.id.desc())
"""Bundled history at its own release date, among the others."""


def ranked(wanted: ColumnElement[bool], order: Sequence[ColumnElement[Any]]) -> Subquery:
    """Every vintage of each figure among the releases wanted, with its ``place`` in the order: 1 is first."""
    place = func.row_number().over(partition_by=(figures.c.series_id, figures.c.period), order_by=order)
    return (
        select(
            series.c.dataset,
            series.c.entity,
            figures.c.period,
            figures.c.value,
            figures.c.printed,
            releases.c.source,
            releases.c.released_at,
            releases.c.bundled,
            releases.c.baseline,
            releases.c.id,
            place.label("place"),
        )
        .join_from(figures, series, figures.c.series_id == series.c.id)
        .join(releases, figures.c.release_id == releases.c.id)
        .where(wanted)
        .subquery()
    )


def newest_vintage(wanted: ColumnElement[bool], *, first: bool) -> Select[Any]:
    """One row a figure: its newest vintage (or its first) among the releases wanted; polled before bundled."""
    placed = ranked(wanted, _OLDEST if first else _NEWEST)
    return select(placed).where(placed.c.place == 1)


def four_columns(query: Select[Any]) -> Select[Any]:
    """A query of vintages, for those who only ask for the values: twenty-five thousand rows may be wanted of it."""
    columns = query.selected_columns
    return query.with_only_columns(columns.dataset, columns.entity, columns.period, columns.value)


def by_figure(conn: Connection, wanted: ColumnElement[bool]) -> dict[tuple[str, str, Period], float]:
    """The newest vintage of each figure among the releases wanted: (dataset, entity, period) -> value."""
    rows = conn.execute(four_columns(newest_vintage(wanted, first=False))).all()
    return {(dataset, entity, period): value for dataset, entity, period, value in rows}


def precedes(kept: StoredRelease) -> ColumnElement[bool]:
    """Whether a release comes before another in the order of all."""
    same_day = and_(releases.c.released_at == kept.released_at, releases.c.id < kept.id)
    earlier = or_(releases.c.released_at < kept.released_at, same_day)
    if kept.bundled:
        return and_(releases.c.bundled, earlier)
    return or_(releases.c.bundled, earlier)


def known_figures(
    conn: Connection,
    *,
    until: StoredRelease | None = None,
    before: StoredRelease | None = None,
    bundled_until: Mapping[str, Period] | None = None,
) -> ColumnElement[bool]:
    """The figures that the service knew as of a release or just before it (neither: now)."""
    bound: ColumnElement[bool] = true()
    if until:
        bound = or_(precedes(until), releases.c.id == until.id)
    if before:
        bound = precedes(before)
    if bundled_until is not None:
        bound = releases.c.bundled
        first_polled = dict(bundled_until)
    else:
        polled = select(releases.c.source, func.min(releases.c.newest)).where(
            not_(releases.c.bundled), releases.c.state == ReleaseState.ACCEPTED, bound
        )
        first_polled = {row[0]: row[1] for row in conn.execute(polled.group_by(releases.c.source))}
    for source, period in first_polled.items():
        # What the source published since it was first polled is known from the polls alone: bundled months beyond
        # that are tomorrow's news.
        hidden = and_(releases.c.bundled, releases.c.source == source, figures.c.period > period)
        bound = and_(bound, not_(hidden))
    return bound


def source_figures(
    conn: Connection, source: str, *, before: StoredRelease | None = None, bundled: bool = False
) -> dict[tuple[str, str, Period], float]:
    """What one source last said of each figure: (dataset, entity, period) -> value."""
    wanted = and_(releases.c.source == source, releases.c.bundled == bundled)
    if before:
        wanted = and_(wanted, precedes(before))
    return by_figure(conn, wanted)


def data_figures(conn: Connection, datasets: Collection[str]) -> dict[tuple[str, str, Period], float]:
    """What is known now of some data, whoever published it: (dataset, entity, period) -> value."""
    return by_figure(conn, and_(series.c.dataset.in_(sorted(datasets)), known_figures(conn)))


def last_revisions(conn: Connection, datasets: Collection[str], *, until: StoredRelease | None = None) -> list[Change]:
    """Each figure's last revision, as of a release (None: now); a source's first poll revises nothing."""
    placed = ranked(and_(series.c.dataset.in_(sorted(datasets)), known_figures(conn, until=until)), _NEWEST)
    newer, older = placed.alias(), placed.alias()
    same = and_(newer.c.dataset == older.c.dataset, newer.c.entity == older.c.entity, newer.c.period == older.c.period)
    query = (
        select(newer.c.dataset, newer.c.entity, newer.c.period, older.c.value, newer.c.value)
        .join_from(newer, older, same)
        .where(newer.c.place == 1, older.c.place == 2, not_(newer.c.baseline), not_(newer.c.bundled))
        .where(newer.c.value != older.c.value)
    )
    return [Change(*row) for row in conn.execute(query)]


class Vintage(NamedTuple):
    """One figure with where it comes from, for ``series``."""

    dataset: str
    entity: str
    period: Period
    value: float
    printed: str
    release: str
    released_at: str


def vintages(
    conn: Connection,
    dataset: str,
    entity: str | None = None,
    *,
    as_of: datetime | None = None,
    every: bool = False,
) -> list[Vintage]:
    """
    Figures of a dataset as published up to ``as_of``: the newest vintage of each period, or every one.

    Here bundled history stands at its own release date, among the others.
    """
    wanted: ColumnElement[bool] = series.c.dataset == dataset
    if entity is not None:
        wanted = and_(wanted, series.c.entity == entity)
    if as_of:
        wanted = and_(wanted, releases.c.released_at <= utc_text(as_of))
    placed = ranked(wanted, _AS_RELEASED)
    query = select(placed).order_by(placed.c.entity, placed.c.period, placed.c.released_at, placed.c.id)
    if not every:
        query = query.where(placed.c.place == 1)
    return [
        Vintage(
            row.dataset,
            row.entity,
            row.period,
            row.value,
            row.printed,
            f"{row.source}{' (bundled)' if row.bundled else ''} {row.released_at[:10]}",
            row.released_at,
        )
        for row in conn.execute(query)
    ]


def entities(conn: Connection, dataset: str) -> list[str]:
    """Every entity that a dataset has ever had a figure for."""
    query = select(series.c.entity).where(series.c.dataset == dataset).order_by(series.c.entity)
    return list(conn.execute(query).scalars())
