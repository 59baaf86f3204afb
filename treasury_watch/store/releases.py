"""
Releases as they were published: which there are, in which order, and the publisher's bytes of each.

Bundled history comes first in every order: what was polled supersedes it.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from sqlalchemy import Connection, not_, select

from treasury_watch.core.figures.published import Period
from treasury_watch.store.schema import releases


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


def move_baseline(conn: Connection, kept: StoredRelease) -> bool:
    """Make a release the baseline of its source where it is now the first; whether it is."""
    first = stored_releases(conn, source=kept.source, polled=True)[0]
    if first.id == kept.id:
        mine = (releases.c.source == kept.source, not_(releases.c.bundled))
        conn.execute(releases.update().where(*mine).values(baseline=releases.c.id == kept.id))
    return first.id == kept.id
