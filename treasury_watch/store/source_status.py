"""The status of each source, one row each; and the bytes of what was refused."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.store.schema import refusals, sources

_KEPT_REFUSALS = 20
"""Bytes of the newest refused files, per source: a page that changes at every poll must not fill the disk."""


class SourceState(StrEnum):
    """The state of a source."""

    NEVER = "never"
    FRESH = "fresh"
    LATE = "late"
    FROZEN = "frozen"
    FAILING = "failing"
    REFUSED = "refused"
    HELD = "held"


class SourceStatus(NamedTuple):
    """
    A source's row.

    ``since`` is when its present state began. Two troubles have lives of their own, each empty while there is none:
    ``episode`` is since when it cannot be read (out of reach, refused, or both in turn), ``told`` whether the operator
    was told of that; ``lag`` is late or frozen, by the calendar, and ``lag_since`` since when.
    """

    source: str
    state: SourceState
    problem: str
    problem_kind: str
    since: str
    last_attempt: str | None
    last_success: str | None
    newest: Period | None
    validators: str
    told: bool
    episode: str = ""
    lag: str = ""
    lag_since: str = ""


def source_status(conn: Connection, source: str) -> SourceStatus:
    """The status of a source; ``never`` where it was not polled yet."""
    row = conn.execute(select(sources).where(sources.c.source == source)).first()
    if row is None:
        return SourceStatus(source, SourceState.NEVER, "", "", "", None, None, None, "", told=False)
    return SourceStatus(
        row.source,
        SourceState(row.state),
        row.problem,
        row.problem_kind,
        row.since,
        row.last_attempt,
        row.last_success,
        row.newest,
        row.validators,
        row.told,
        row.episode,
        row.lag,
        row.lag_since,
    )


def store_status(conn: Connection, status: SourceStatus) -> None:
    """Write the status of a source."""
    values = status._asdict() | {"state": status.state.value}
    changed = conn.execute(update(sources).where(sources.c.source == status.source).values(values))
    if not changed.rowcount:
        conn.execute(insert(sources).values(values))


def store_refused(conn: Connection, source: str, body: bytes, kind: str, problem: str, now: datetime) -> None:
    """Keep the bytes of a refused file once, and no more than the newest few of a source."""
    sha256 = hashlib.sha256(body).hexdigest()
    same = select(refusals.c.id).where(refusals.c.source == source, refusals.c.sha256 == sha256)
    if conn.execute(same).first():
        return
    conn.execute(
        insert(refusals).values(
            source=source,
            first_seen_at=utc_text(now),
            kind=kind,
            problem=problem,
            sha256=sha256,
            body=zlib.compress(body, 9),
        )
    )
    newest = select(refusals.c.id).where(refusals.c.source == source).order_by(refusals.c.id.desc())
    kept = list(conn.execute(newest.limit(_KEPT_REFUSALS)).scalars())
    conn.execute(delete(refusals).where(refusals.c.source == source, refusals.c.id.not_in(kept)))


class RefusedFile(NamedTuple):
    """A file, or a row of one, that could not be believed, and why. UTC text."""

    source: str
    first_seen_at: str
    kind: str
    problem: str


def refused_files(conn: Connection, source: str = "") -> list[RefusedFile]:
    """What was refused and is kept, newest first."""
    query = select(refusals.c.source, refusals.c.first_seen_at, refusals.c.kind, refusals.c.problem)
    if source:
        query = query.where(refusals.c.source == source)
    return [RefusedFile(*row) for row in conn.execute(query.order_by(refusals.c.id.desc()))]
