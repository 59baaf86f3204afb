"""
When data months come out, as far as the store knows: what the Treasury's page says, and what was seen to come.

Read without the libraries that judging needs: a health check asks it every minute.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from treasury_watch.core.figures.published import Period
from treasury_watch.store.releases import ReleaseState
from treasury_watch.store.schema import figures, releases, series

RELEASE_DAYS = "tic.release_day"
"""Of the release calendar's page: the day (``printed``, ISO) on which a data month (``period``) comes out."""


class ReleaseDateSeen(NamedTuple):
    """One polled release: its newest month, and when it came (UTC text)."""

    newest: Period
    released_at: str


def page_days(conn: Connection) -> dict[Period, date]:
    """What the Treasury's page of release dates last said: data month -> day. Empty where it was never read."""
    query = (
        select(figures.c.period, figures.c.printed)
        .join_from(figures, series, figures.c.series_id == series.c.id)
        .join(releases, figures.c.release_id == releases.c.id)
        .where(series.c.dataset == RELEASE_DAYS, releases.c.bundled.is_(False))
        .order_by(releases.c.released_at, releases.c.id)
    )
    # Of a day that was moved the newer word counts.
    return {row.period: date.fromisoformat(row.printed) for row in conn.execute(query)}


def releases_of(conn: Connection, source: str) -> list[ReleaseDateSeen]:
    """What a source was seen to release, oldest first."""
    query = select(releases.c.newest, releases.c.released_at).where(
        releases.c.source == source, releases.c.bundled.is_(False), releases.c.state == ReleaseState.ACCEPTED
    )
    return [ReleaseDateSeen(*row) for row in conn.execute(query.order_by(releases.c.released_at, releases.c.id))]
