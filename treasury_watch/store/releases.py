"""
Releases as they were published: which there are, in which order, and the publisher's bytes of each.

Bundled history comes first in every order: what was polled supersedes it. Only an accepted release has figures; of one
that is held, refused or taken back the bytes alone are kept.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, not_, select

from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.store.schema import releases


class ReleaseState(StrEnum):
    """Whether a release is believed."""

    ACCEPTED = "accepted"
    HELD = "held"
    REFUSED = "refused"
    TAKEN_BACK = "taken back"


class StoredRelease(NamedTuple):
    """
    A release as it stands in the store.

    ``decisions`` counts how often somebody decided otherwise of it than before: what is told of it again is told anew.
    """

    id: int
    source: str
    released_at: str
    newest: Period
    bundled: bool
    baseline: bool
    sha256: str
    state: ReleaseState = ReleaseState.ACCEPTED
    decisions: int = 0

    @property
    def key(self) -> str:
        """What the alerts and messages of it are named by."""
        return f"{self.source}@{self.released_at}{f'#{self.decisions}' if self.decisions else ''}"


_KEPT = (
    releases.c.id,
    releases.c.source,
    releases.c.released_at,
    releases.c.newest,
    releases.c.bundled,
    releases.c.baseline,
    releases.c.sha256,
    releases.c.state,
    releases.c.decisions,
)


def _stored(row: Any) -> StoredRelease:
    kept = StoredRelease(*row)
    return kept._replace(state=ReleaseState(kept.state))


def stored_releases(
    conn: Connection,
    *,
    source: str = "",
    polled: bool | None = None,
    states: Collection[ReleaseState] = (ReleaseState.ACCEPTED,),
) -> list[StoredRelease]:
    """Releases in their order: bundled ones first, then as they were released. Those that are believed, by default."""
    query = select(*_KEPT).order_by(releases.c.bundled.desc(), releases.c.released_at, releases.c.id)
    query = query.where(releases.c.state.in_([state.value for state in states]))
    if source:
        query = query.where(releases.c.source == source)
    if polled is not None:
        query = query.where(releases.c.bundled == (not polled))
    return [_stored(row) for row in conn.execute(query)]


def stored_release(conn: Connection, number: int) -> StoredRelease | None:
    """One release by its number, whatever its state; None where there is none."""
    row = conn.execute(select(*_KEPT).where(releases.c.id == number)).one_or_none()
    return None if row is None else _stored(row)


def decide(conn: Connection, kept: StoredRelease, state: ReleaseState, why: str, now: datetime) -> StoredRelease:
    """Write that a release is believed, or is not, from now on, and why."""
    values = {"state": state.value, "decisions": kept.decisions + 1, "decided_at": utc_text(now), "why": why}
    conn.execute(releases.update().where(releases.c.id == kept.id).values(values))
    return kept._replace(state=state, decisions=kept.decisions + 1)


class ReleaseRecord(NamedTuple):
    """A release as ``releases`` lists it. Times are UTC text; ``why`` it is held, or was decided; else empty."""

    number: int
    source: str
    state: ReleaseState
    newest: Period
    released_at: str
    first_seen_at: str
    decided_at: str
    why: str


def release_records(conn: Connection, source: str = "") -> list[ReleaseRecord]:
    """Every release that was polled or brought by hand, newest first, whatever its state."""
    columns = (releases.c.id, *(releases.c[name] for name in ReleaseRecord._fields[1:]))
    query = select(*columns).where(not_(releases.c.bundled))
    if source:
        query = query.where(releases.c.source == source)
    rows = conn.execute(query.order_by(releases.c.released_at.desc(), releases.c.id.desc()))
    return [ReleaseRecord(*row)._replace(state=ReleaseState(row.state)) for row in rows]


def body_of(conn: Connection, release_id: int) -> bytes | None:
    """The publisher's bytes of a release, None for bundled history."""
    packed = conn.execute(select(releases.c.body).where(releases.c.id == release_id)).scalar()
    return None if packed is None else zlib.decompress(packed)


def move_baseline(conn: Connection, kept: StoredRelease) -> bool:
    """Make a release the baseline of its source where it is now the first; whether it is."""
    first = stored_releases(conn, source=kept.source, polled=True)[0]
    if first.id == kept.id:
        make_baseline(conn, first)
    return first.id == kept.id


def make_baseline(conn: Connection, first: StoredRelease) -> None:
    """Let a release be the baseline of its source, and no other."""
    mine = (releases.c.source == first.source, not_(releases.c.bundled))
    conn.execute(releases.update().where(*mine).values(baseline=releases.c.id == first.id))
