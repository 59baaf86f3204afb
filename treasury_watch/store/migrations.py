"""What brings a database of an earlier version up to date, step by step. Append only: a store counts its steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, inspect, text

from treasury_watch.core.judge.told import Entry, OpenEpisode, Silent
from treasury_watch.core.rules.model import Severity
from treasury_watch.store.alerts import note_silently, told_log
from treasury_watch.store.schema import TABLES


def _create(conn: Connection) -> None:
    TABLES.create_all(conn)


def _log_episodes(conn: Connection) -> None:
    """
    Read open episodes from the log of alerts, and no longer from a table of their own.

    What that table knew and the log does not (episodes that were opened silently) is written into the log.
    """
    found = inspect(conn)
    if not found.has_table("incidents"):
        return
    if "lasting" not in {column["name"] for column in found.get_columns("alerts")}:
        conn.execute(text("ALTER TABLE alerts ADD COLUMN lasting BOOLEAN NOT NULL DEFAULT FALSE"))
    conn.execute(text("UPDATE alerts SET lasting = TRUE WHERE rule IN (SELECT rule FROM incidents)"))
    rows = conn.execute(text("SELECT rule, entity, since, severity, silent FROM incidents WHERE closed_why IS NULL"))
    was_open = {
        (row.rule, row.entity): OpenEpisode(row.rule, row.entity, row.since, Severity(row.severity), bool(row.silent))
        for row in rows
    }
    log = told_log(conn)
    is_open = log.open_episodes()
    ended = [
        Entry(*key, max(log.series[key].fired), Silent.ENDED, is_open[key].severity, lasting=True)
        for key in sorted(is_open.keys() - was_open.keys())
    ]
    opened = [
        Entry(*key, was_open[key].since, Silent.OPENED, was_open[key].severity, lasting=True)
        for key in sorted(was_open.keys() - is_open.keys())
    ]
    note_silently(conn, [*ended, *opened], datetime.now(UTC))
    conn.execute(text("DROP TABLE incidents"))


_RELEASE_COLUMNS = (
    ("state", "VARCHAR NOT NULL DEFAULT 'accepted'"),
    ("decisions", "INTEGER NOT NULL DEFAULT 0"),
    ("decided_at", "VARCHAR NOT NULL DEFAULT ''"),
    ("why", "TEXT NOT NULL DEFAULT ''"),
)


def _keep_decisions(conn: Connection) -> None:
    """Keep of every release whether it is believed, and by whose decision; every release until now was."""
    known = {column["name"] for column in inspect(conn).get_columns("releases")}
    for name, kind in _RELEASE_COLUMNS:
        if name not in known:
            conn.execute(text(f"ALTER TABLE releases ADD COLUMN {name} {kind}"))
    TABLES.create_all(conn)


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_create, _log_episodes, _keep_decisions)
