"""
What a health check asks of the store: a few rows, read without the libraries that judging needs.

A check runs every minute beside the service and must not weigh as much as it does.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from treasury_watch.core.figures.published import Period
from treasury_watch.core.rules.model import Severity
from treasury_watch.store.schema import incidents, notifications


class OpenEpisode(NamedTuple):
    """One open incident."""

    rule: str
    entity: str
    since: Period
    severity: Severity


def open_now(conn: Connection) -> list[OpenEpisode]:
    """Every open incident, sharpest first, then oldest."""
    query = select(incidents).where(incidents.c.closed_why.is_(None))
    order = (incidents.c.severity.desc(), incidents.c.since, incidents.c.rule, incidents.c.entity)
    return [
        OpenEpisode(row.rule, row.entity, row.since, Severity(row.severity))
        for row in conn.execute(query.order_by(*order))
    ]


def oldest_unsent(conn: Connection) -> str | None:
    """When the longest waiting message was queued (UTC text); None where none waits."""
    waiting = notifications.c.state.in_(("due", "sending"))
    return conn.execute(select(func.min(notifications.c.queued_at)).where(waiting)).scalar()


def latest_problem(conn: Connection) -> str:
    """What the channel last said of a message that waits or failed; empty where nothing is amiss."""
    amiss = (notifications.c.state != "sent", notifications.c.problem != "")
    query = select(notifications.c.problem).where(*amiss).order_by(notifications.c.id.desc()).limit(1)
    return conn.execute(query).scalar() or ""
