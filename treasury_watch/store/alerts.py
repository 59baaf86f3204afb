"""The log: alerts in the order in which they were decided, and episodes noted without a message."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, insert, not_, or_, select

from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.judge.told import Entry, OpenEpisode, Silent, ToldLog
from treasury_watch.core.messages.message import MessageKind
from treasury_watch.core.rules.model import Severity
from treasury_watch.store.releases import StoredRelease
from treasury_watch.store.schema import alerts, deliveries, notifications, told

_ALERTS = tuple(kind.value for kind in AlertKind)
_SILENT = tuple(kind.value for kind in Silent)
_FIRING = (AlertKind.FIRED, AlertKind.CORRECTED, AlertKind.RETRACTED)


_COLUMNS: dict[type[Alert | Entry], list[str]] = {
    made: [name for name in made._fields if name in alerts.c] for made in (Alert, Entry)
}
"""The columns of the table that are fields of what is made of a row."""


class StoredAlert(NamedTuple):
    """An alert that was told: its row, and its title then."""

    number: int
    title: str


def told_log(conn: Connection, *, since: Period = "") -> ToldLog:
    """The log of what was told of periods from ``since`` on, and all of what lasts, however old."""
    wanted = and_(
        alerts.c.kind.in_(_ALERTS + _SILENT),
        not_(alerts.c.superseded),
        or_(alerts.c.lasting, alerts.c.period >= since),
    )
    return ToldLog(_entry(row) for row in conn.execute(select(alerts).where(wanted).order_by(alerts.c.id)))


def _entry(row: Any) -> Entry:
    return Entry(  # each by name: a log can have a hundred thousand lines
        rule=row.rule,
        entity=row.entity,
        period=row.period,
        kind=Silent(row.kind) if row.kind in _SILENT else AlertKind(row.kind),
        severity=Severity(row.severity),
        lasting=row.lasting,
        value=row.value,
        measure=row.measure,
        was=None if row.was is None else Severity(row.was),
    )


def alert_of(row: Any) -> Alert:
    """An alert as it was decided, from its row of the table."""
    same = {name: getattr(row, name) for name in _COLUMNS[Alert]}
    was = None if row.was is None else Severity(row.was)
    return Alert(**same | {"kind": AlertKind(row.kind), "severity": Severity(row.severity), "was": was})


def _row_of(one: Alert | Entry) -> dict[str, Any]:
    """The columns that are fields of an alert, or of a line of the log."""
    was = None if one.was is None else int(one.was)
    same = {name: getattr(one, name) for name in _COLUMNS[type(one)]}
    return same | {"kind": one.kind.value, "severity": int(one.severity), "was": was}


def open_episodes(conn: Connection) -> list[OpenEpisode]:
    """Every open episode, oldest first."""
    log = told_log(conn, since=_NEVER)
    return sorted(log.open_episodes().values(), key=lambda episode: (episode.since, episode.rule, episode.entity))


_NEVER = "9999"


def alert_key(alert: Alert, release: StoredRelease) -> str:
    """The same for the same decision about the same publication, however often it is reached."""
    # An all-clear that no longer holds is another thing than an alert of that period whose severity turned.
    kind = "all-clear-corrected" if alert.retracts_all_clear else alert.kind
    return "|".join((alert.rule, alert.entity, alert.period, kind, alert.severity.word, release.key))


def record(
    conn: Connection,
    decided: Sequence[Alert],
    titles: Sequence[str],
    lasting: Collection[str],
    release: StoredRelease,
    now: datetime,
) -> list[int | None]:
    """
    Write alerts, each with its title; ``lasting`` are the rules that are until_clear.

    Gives each alert's row, None where the same decision was written before.
    """
    known = set(conn.execute(select(alerts.c.key).where(alerts.c.release_id == release.id)).scalars())
    ids: list[int | None] = []
    for alert, title in zip(decided, titles, strict=True):
        key = alert_key(alert, release)
        if key in known:
            ids.append(None)
            continue
        row = _row_of(alert) | {
            "key": key,
            "lasting": alert.rule in lasting,
            "title": title,
            "release_id": release.id,
            "decided_at": utc_text(now),
        }
        ids.append(conn.execute(insert(alerts).values(row).returning(alerts.c.id)).scalar_one())
    return ids


def note_silently(conn: Connection, entries: Iterable[Entry], now: datetime) -> None:
    """Write what is noted of episodes without a message."""
    at = utc_text(now)
    rows = [
        _row_of(one) | {"key": f"{one.rule}|{one.entity}|{one.period}|{one.kind}|{at}", "title": "", "decided_at": at}
        for one in entries
    ]
    if rows:
        conn.execute(insert(alerts), rows)


def end_removed(conn: Connection, living: Collection[str], now: datetime) -> None:
    """Note that the episodes of rules that are no more have ended."""
    log = told_log(conn, since=_NEVER)
    gone = [episode for episode in log.open_episodes().values() if episode.rule not in living]
    note_silently(
        conn,
        (
            Entry(
                rule=one.rule,
                entity=one.entity,
                period=max(log.series[one.rule, one.entity].fired),
                kind=Silent.ENDED,
                severity=one.severity,
                lasting=True,
            )
            for one in gone
        ),
        now,
    )


def told_before(conn: Connection, alert: Alert, number: int) -> StoredAlert | None:
    """What was last told, before alert ``number``, of the rule, entity and period that it corrects; None if nothing."""
    kinds = (AlertKind.CLEARED,) if alert.retracts_all_clear else _FIRING
    query = (
        select(alerts.c.id, alerts.c.title)
        .where(
            alerts.c.rule == alert.rule,
            alerts.c.entity == alert.entity,
            alerts.c.period == alert.period,
            alerts.c.kind.in_(kinds),
            alerts.c.id < number,
        )
        .order_by(alerts.c.id.desc())
        .limit(1)
    )
    found = conn.execute(query).one_or_none()
    return StoredAlert(found.id, found.title) if found else None


def alerts_by_number(conn: Connection, numbers: Iterable[int]) -> dict[int, tuple[Alert, str]]:
    """Alerts as they were decided, each with its title then, by their row."""
    query = select(alerts).where(alerts.c.id.in_(sorted(numbers)), alerts.c.kind.in_(_ALERTS))
    return {row.id: (alert_of(row), row.title) for row in conn.execute(query)}


def record_notice(
    conn: Connection,
    key: str,
    kind: MessageKind,
    source: str,
    title: str,
    severity: Severity,
    now: datetime,
    *,
    release: StoredRelease | None = None,
) -> int | None:
    """
    List among the alerts what no rule decided: a message to the operator, the digest of a release.

    Gives its row, None where this key was written before.
    """
    if conn.execute(select(alerts.c.id).where(alerts.c.key == key)).first():
        return None
    row = {
        "key": key,
        "rule": kind.value,
        "entity": source,
        "period": release.newest if release else "",
        "release_id": release.id if release else None,
        "kind": kind.value,
        "severity": int(severity),
        "title": title,
        "decided_at": utc_text(now),
    }
    written: int = conn.execute(insert(alerts).values(row).returning(alerts.c.id)).scalar_one()
    return written


_LISTED = (
    *("id", "rule", "entity", "period", "kind", "severity", "value", "measure", "threshold", "title"),
    *("by_revision", "superseded", "release", "decided_at", "told_at", "deliveries"),
)
_DELIVERY = ("channel", "state", "attempts", "ref", "sent_at", "problem")
"""The keys of an alert and of its deliveries in ``alerts --json``, in order. Other programs read them: none may go."""


def told_alerts(conn: Connection, *, since: str = "") -> list[dict[str, Any]]:
    """Alerts decided since an instant (UTC text), newest last, each with its deliveries: ``alerts --json``."""
    sent_by: dict[int, list[dict[str, Any]]] = {}
    carried = (
        select(told.c.alert_id, notifications)
        .join_from(told, notifications, told.c.notification_id == notifications.c.id)
        .order_by(notifications.c.id)
    )
    for row in conn.execute(carried):
        delivery = {name: getattr(row, name) for name in _DELIVERY}
        sent_by.setdefault(row.alert_id, []).append(delivery)
    query = select(alerts).where(alerts.c.decided_at >= since, alerts.c.kind.not_in(_SILENT)).order_by(alerts.c.id)
    listed = []
    for row in conn.execute(query):
        ways = sent_by.get(row.id, [])
        told_at = min((way["sent_at"] for way in ways if way["sent_at"]), default=None)
        listed.append(
            {name: getattr(row, name, None) for name in _LISTED}
            | {
                "severity": Severity(row.severity).word,
                "release": row.key.rsplit("|", 1)[-1].partition("#")[0] if row.release_id else "",
                "told_at": told_at,
                "deliveries": ways,
            }
        )
    return listed


def attempts(conn: Connection) -> int:
    """How many deliveries were ever attempted."""
    return conn.execute(select(func.count()).select_from(deliveries)).scalar_one()
