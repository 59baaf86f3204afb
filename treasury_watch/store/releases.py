"""
Releases and their figures: kept, and read back as of any of them.

Only what is new or changed against the same source's release before is kept as figures; the bytes are kept whole, so
that everything can be made again. Bundled history comes first in every order: what was polled supersedes it, and its
months past the newest polled one are not known yet to the service that polls.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    true,
)

from treasury_watch.core.figures.panels import Change
from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Figure, Period, Release
from treasury_watch.store.schema import figures, releases, series
from treasury_watch.store.view_cache import ViewKey, cached_figures


class StoredRelease(NamedTuple):
    """A release as it stands in the store."""

    id: int
    source: str
    released_at: str
    newest: Period
    bundled: bool
    baseline: bool
    sha256: str


_KEPT = (
    releases.c.id,
    releases.c.source,
    releases.c.released_at,
    releases.c.newest,
    releases.c.bundled,
    releases.c.baseline,
    releases.c.sha256,
)


_COMPRESSION = 3
"""Of a body of a megabyte: a hundredth of a second for a fifth of its size; the best level takes ten times as long."""

_INSERT = {
    "qmark": "INSERT INTO figures (series_id, period, release_id, value, printed) VALUES (?, ?, ?, ?, ?)",
    "pyformat": "INSERT INTO figures (series_id, period, release_id, value, printed) VALUES (%s, %s, %s, %s, %s)",
}
"""By the driver's style of parameters. A Table 1 has 25,000 figures: each may cost the driver's work and no more."""


def stored_releases(conn: Connection, *, source: str = "", polled: bool | None = None) -> list[StoredRelease]:
    """All releases in their order: bundled ones first, then as they were released."""
    query = select(*_KEPT).order_by(releases.c.bundled.desc(), releases.c.released_at, releases.c.id)
    if source:
        query = query.where(releases.c.source == source)
    if polled is not None:
        query = query.where(releases.c.bundled == (not polled))
    return [StoredRelease(*row) for row in conn.execute(query)]


def body_of(conn: Connection, release_id: int) -> bytes | None:
    """The publisher's bytes of a release, None for bundled history."""
    packed = conn.execute(select(releases.c.body).where(releases.c.id == release_id)).scalar()
    return None if packed is None else zlib.decompress(packed)


def store_release(
    conn: Connection,
    release: Release,
    body: bytes | None,
    *,
    released_at: datetime,
    seen_at: datetime,
    bundled: bool = False,
    baseline: bool = False,
    known: Mapping[tuple[str, str, Period], float] | None = None,
) -> StoredRelease:
    """
    Keep a release: its bytes, and the figures that are new or changed since the source's release before.

    ``known`` are the source's figures before it (``source_figures``), where the caller has read them already.
    """
    sha256 = hashlib.sha256(body if body is not None else repr(release.figures).encode()).hexdigest()
    row = {
        "source": release.source,
        "released_at": utc_text(released_at),
        "first_seen_at": utc_text(seen_at),
        "newest": release.newest,
        "bundled": bundled,
        "baseline": baseline,
        "sha256": sha256,
        "body": None if body is None else zlib.compress(body, _COMPRESSION),
    }
    number = conn.execute(insert(releases).values(row).returning(releases.c.id)).scalar_one()
    kept = StoredRelease(number, release.source, utc_text(released_at), release.newest, bundled, baseline, sha256)
    _keep_figures(conn, kept, release.figures, known)
    return kept


def _keep_figures(
    conn: Connection,
    kept: StoredRelease,
    printed: Sequence[Figure],
    known: Mapping[tuple[str, str, Period], float] | None = None,
) -> None:
    if known is None:
        known = source_figures(conn, kept.source, before=kept, bundled=kept.bundled)
    news = [f for f in printed if known.get((f.dataset, f.entity, f.period)) != f.value]
    ids = _series_ids(conn, {(figure.dataset, figure.entity) for figure in news})
    rows = [(ids[f.dataset, f.entity], f.period, kept.id, f.value, f.printed) for f in news]
    if rows:
        conn.exec_driver_sql(_INSERT[conn.dialect.paramstyle], rows)


def rediff_release(conn: Connection, kept: StoredRelease, release: Release) -> None:
    """Work out anew which figures of a release are news, after one was taken in that came before it."""
    conn.execute(figures.delete().where(figures.c.release_id == kept.id))
    _keep_figures(conn, kept, release.figures)


def _series_ids(conn: Connection, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    query = select(series.c.dataset, series.c.entity, series.c.id)
    known = {(dataset, entity): number for dataset, entity, number in conn.execute(query)}
    missing = sorted(set(wanted) - set(known))
    if missing:
        conn.execute(insert(series), [{"dataset": dataset, "entity": entity} for dataset, entity in missing])
        known = {(dataset, entity): number for dataset, entity, number in conn.execute(query)}
    return known


def source_figures(
    conn: Connection, source: str, *, before: StoredRelease | None = None, bundled: bool = False
) -> dict[tuple[str, str, Period], float]:
    """What one source last said of each figure: (dataset, entity, period) -> value."""
    wanted = and_(releases.c.source == source, releases.c.bundled == bundled)
    if before:
        wanted = and_(wanted, _precedes(before))
    return _by_figure(conn, wanted)


def _by_figure(conn: Connection, wanted: ColumnElement[bool]) -> dict[tuple[str, str, Period], float]:
    """The newest vintage of each figure among the releases wanted: (dataset, entity, period) -> value."""
    rows = conn.execute(_four_columns(_newest_vintage(wanted, first=False))).all()
    return {(dataset, entity, period): value for dataset, entity, period, value in rows}


def _four_columns(query: Select[Any]) -> Select[Any]:
    """A query of vintages, for those who only ask for the values: twenty-five thousand rows may be wanted of it."""
    columns = query.selected_columns
    return query.with_only_columns(columns.dataset, columns.entity, columns.period, columns.value)


def _precedes(kept: StoredRelease) -> ColumnElement[bool]:
    same_day = and_(releases.c.released_at == kept.released_at, releases.c.id < kept.id)
    earlier = or_(releases.c.released_at < kept.released_at, same_day)
    if kept.bundled:
        return and_(releases.c.bundled, earlier)
    return or_(releases.c.bundled, earlier)


def _newest_vintage(wanted: ColumnElement[bool], *, first: bool) -> Select[Any]:
    """One row a figure: its newest vintage (or its first) among the releases wanted; polled before bundled."""
    ranked = _ranked(wanted, _OLDEST if first else _NEWEST)
    return select(ranked).where(ranked.c.place == 1)


_NEWEST = (releases.c.bundled.asc(), releases.c.released_at.desc(), releases.c.id.desc())
_OLDEST = (releases.c.bundled.asc(), releases.c.released_at.asc(), releases.c.id.asc())
_AS_RELEASED = (releases.c.released_at.desc(), releases.c.bundled.asc(), releases.c.id.desc())
"""Bundled history at its own release date, among the others."""


def _ranked(wanted: ColumnElement[bool], order: Sequence[ColumnElement[Any]]) -> Subquery:
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


def _known(
    conn: Connection,
    *,
    until: StoredRelease | None = None,
    before: StoredRelease | None = None,
    bundled_until: Mapping[str, Period] | None = None,
) -> ColumnElement[bool]:
    """The figures that the service knew as of a release or just before it (neither: now)."""
    bound: ColumnElement[bool] = true()
    if until:
        bound = or_(_precedes(until), releases.c.id == until.id)
    if before:
        bound = _precedes(before)
    if bundled_until is not None:
        bound = releases.c.bundled
        first_polled = dict(bundled_until)
    else:
        polled = select(releases.c.source, func.min(releases.c.newest)).where(not_(releases.c.bundled), bound)
        first_polled = {row[0]: row[1] for row in conn.execute(polled.group_by(releases.c.source))}
    for source, period in first_polled.items():
        # What the source published since it was first polled is known from the polls alone: bundled months beyond
        # that are tomorrow's news.
        hidden = and_(releases.c.bundled, releases.c.source == source, figures.c.period > period)
        bound = and_(bound, not_(hidden))
    return bound


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
        known = _known(conn, until=until, bundled_until=bundled_until)
        return _frame(conn, _newest_vintage(and_(chosen, known), first=first))

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
    rows = conn.execute(_four_columns(query)).all()
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
    old = _by_figure(conn, and_(_known(conn, before=kept), mine))
    own = select(series.c.dataset, series.c.entity, figures.c.period).join(figures, figures.c.series_id == series.c.id)
    keys = {tuple(row) for row in conn.execute(own.where(figures.c.release_id == kept.id)).all()}
    return [
        Change(dataset, entity, period, old.get((dataset, entity, period)), value)
        for dataset, entity, period, value in zip(*(after[name].tolist() for name in after.columns), strict=True)
        if (dataset, entity, period) in keys and old.get((dataset, entity, period)) != value
    ]


def revisions(conn: Connection, kept: StoredRelease) -> list[Change]:
    """What a release changed of what was published before, by any source: the largest first."""
    query = select(series.c.dataset).join_from(figures, series, figures.c.series_id == series.c.id)
    datasets = set(conn.execute(query.where(figures.c.release_id == kept.id).distinct()).scalars())
    changes = changes_of(conn, kept, view_figures(conn, datasets, until=kept))
    revised = [(change, change.old) for change in changes if change.old is not None]
    return [change for change, old in sorted(revised, key=lambda one: (-abs(one[0].new - one[1]), one[0]))]


def last_revisions(conn: Connection, datasets: Collection[str], *, until: StoredRelease | None = None) -> list[Change]:
    """Each figure's last revision, as of a release (None: now); a source's first poll revises nothing."""
    ranked = _ranked(and_(series.c.dataset.in_(sorted(datasets)), _known(conn, until=until)), _NEWEST)
    newer, older = ranked.alias(), ranked.alias()
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
    ranked = _ranked(wanted, _AS_RELEASED)
    query = select(ranked).order_by(ranked.c.entity, ranked.c.period, ranked.c.released_at, ranked.c.id)
    if not every:
        query = query.where(ranked.c.place == 1)
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
