"""
What a health check asks of the store: a few rows, read without the libraries that judging needs.

A check runs every minute beside the service and must not weigh as much as it does.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from treasury_watch.core.judge.told import OpenEpisode
from treasury_watch.store.alerts import open_episodes
from treasury_watch.store.schema import notifications


def open_now(conn: Connection) -> list[OpenEpisode]:
    """Every open episode, sharpest first, then oldest."""
    return sorted(open_episodes(conn), key=lambda one: (-one.severity, one.since, one.rule, one.entity))


def oldest_unsent(conn: Connection) -> str | None:
    """When the longest waiting message was queued (UTC text); None where none waits."""
    waiting = notifications.c.state.in_(("due", "sending"))
    return conn.execute(select(func.min(notifications.c.queued_at)).where(waiting)).scalar()


def latest_problem(conn: Connection) -> str:
    """What the channel last said of a message that waits or failed; empty where nothing is amiss."""
    amiss = (notifications.c.state != "sent", notifications.c.problem != "")
    query = select(notifications.c.problem).where(*amiss).order_by(notifications.c.id.desc()).limit(1)
    return conn.execute(query).scalar() or ""
