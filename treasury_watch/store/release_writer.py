"""
A release is stored: its bytes whole, so that everything can be made again, and the figures that are news.

Only what is new or changed against the same source's release before is kept as figures.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Figure, Period, Release
from treasury_watch.store.releases import ReleaseState, StoredRelease
from treasury_watch.store.schema import figures, releases, series
from treasury_watch.store.vintages import source_figures

_COMPRESSION = 3
"""Of a body of a megabyte: a hundredth of a second for a fifth of its size; the best level takes ten times as long."""


_INSERT = {
    "qmark": "INSERT INTO figures (series_id, period, release_id, value, printed) VALUES (?, ?, ?, ?, ?)",
    "pyformat": "INSERT INTO figures (series_id, period, release_id, value, printed) VALUES (%s, %s, %s, %s, %s)",
}
"""By the driver's style of parameters. A Table 1 has 25,000 figures: each may cost the driver's work and no more."""


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
    state: ReleaseState = ReleaseState.ACCEPTED,
    why: str = "",
) -> StoredRelease:
    """
    Keep a release: its bytes, and the figures that are new or changed since the source's release before.

    Of one that is not accepted only the bytes are kept, and why.

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
        "state": state.value,
        "why": why,
    }
    number = conn.execute(insert(releases).values(row).returning(releases.c.id)).scalar_one()
    kept = StoredRelease(
        number, release.source, utc_text(released_at), release.newest, bundled, baseline, sha256, state
    )
    if state is ReleaseState.ACCEPTED:
        keep_figures(conn, kept, release.figures, known)
    return kept


def keep_figures(
    conn: Connection,
    kept: StoredRelease,
    printed: Sequence[Figure],
    known: Mapping[tuple[str, str, Period], float] | None = None,
) -> None:
    """Keep the figures of a release that are news; ``known`` as in ``store_release``."""
    if known is None:
        known = source_figures(conn, kept.source, before=kept, bundled=kept.bundled)
    news = [f for f in printed if known.get((f.dataset, f.entity, f.period)) != f.value]
    ids = _series_ids(conn, {(figure.dataset, figure.entity) for figure in news})
    rows = [(ids[f.dataset, f.entity], f.period, kept.id, f.value, f.printed) for f in news]
    if rows:
        conn.exec_driver_sql(_INSERT[conn.dialect.paramstyle], rows)


def rediff_release(conn: Connection, kept: StoredRelease, release: Release) -> None:
    """Work out anew which figures of a release are news, after one that came before it was stored."""
    drop_figures(conn, kept)
    keep_figures(conn, kept, release.figures)


def drop_figures(conn: Connection, kept: StoredRelease) -> None:
    """Let go of the figures of a release; its bytes stay, and give them again."""
    conn.execute(figures.delete().where(figures.c.release_id == kept.id))


def _series_ids(conn: Connection, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    query = select(series.c.dataset, series.c.entity, series.c.id)
    known = {(dataset, entity): number for dataset, entity, number in conn.execute(query)}
    missing = sorted(set(wanted) - set(known))
    if missing:
        conn.execute(insert(series), [{"dataset": dataset, "entity": entity} for dataset, entity in missing])
        known = {(dataset, entity): number for dataset, entity, number in conn.execute(query)}
    return known
