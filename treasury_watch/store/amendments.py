"""What a vintage that is added to the past does to what was decided: alerts rest on other releases, or on none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, not_, select, update

from treasury_watch.core.judge.judging import Alert, AlertKind, Standing
from treasury_watch.store.alerts import alert_key, alert_of, close_incident, open_incident, standing
from treasury_watch.store.releases import StoredRelease
from treasury_watch.store.schema import alerts, incidents


class SupersedableAlert(NamedTuple):
    """An alert as it stands in the store."""

    row: int
    alert: Alert
    release_id: int | None


def recorded(conn: Connection, rules: Collection[str]) -> list[SupersedableAlert]:
    """Every alert of some rules that was not superseded, as they were decided."""
    query = select(alerts).where(alerts.c.kind.in_([kind.value for kind in AlertKind]), not_(alerts.c.superseded))
    return [
        SupersedableAlert(
            row.id,
            alert_of(row),
            row.release_id,
        )
        for row in conn.execute(query.order_by(alerts.c.id))
        if row.rule in rules
    ]


def rest_on(conn: Connection, resting: Sequence[tuple[int, Alert, StoredRelease]]) -> None:
    """
    Say on which releases alerts rest, after a vintage was added to the past: (row, as decided now, release).

    What was told is not told again: the alert keeps its row, its title and its messages.
    """
    for row, _, _ in resting:
        # Two alerts may exchange their keys: neither must find the other's still there.
        conn.execute(update(alerts).where(alerts.c.id == row).values(key=f"moving|{row}"))
    for row, alert, release in resting:
        values = {
            "key": alert_key(alert, release),
            "release_id": release.id,
            "value": alert.value,
            "measure": alert.measure,
            "threshold": alert.threshold,
            "by_revision": alert.by_revision,
            "late": alert.late,
            "was": None if alert.was is None else int(alert.was),
        }
        conn.execute(update(alerts).where(alerts.c.id == row).values(values))


def supersede(conn: Connection, rows: Collection[int]) -> None:
    """Mark alerts that would not have been given, had every vintage come in its turn. They stay listed as told."""
    for row in rows:
        values = {"superseded": True, "key": alerts.c.key + f"|superseded {row}"}
        conn.execute(update(alerts).where(alerts.c.id == row).values(values))


def settle_incidents(conn: Connection, settled: Standing, rules: Collection[str]) -> None:
    """Make the incidents of some rules what all vintages in their order say: those open, and the newest that ended."""
    mine = incidents.c.rule.in_(sorted(rules))
    before = standing(conn).of(rules)
    if dict(before.incidents) == dict(settled.incidents) and dict(before.cleared) == dict(settled.cleared):
        return
    conn.execute(update(incidents).where(mine).values(closed_why="superseded", closed=""))
    for key, (period, incident) in settled.cleared.items():
        open_incident(conn, incident)
        close_incident(conn, key, period, AlertKind.CLEARED.value)
    for incident in settled.incidents.values():
        open_incident(conn, incident)


def close_superseded(conn: Connection, keys: Iterable[tuple[str, str]]) -> None:
    """Close incidents that a first look shows not to be open; nobody is told, as nobody was when they opened."""
    for key in keys:
        close_incident(conn, key, "", "superseded")
