"""What was decided: rules and since when they are judged, incidents, alerts. Written where it is decided, at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, insert, not_, select, update

from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.judging import Alert, AlertKind, Incident, Judged, Standing
from treasury_watch.core.rules.model import Severity
from treasury_watch.store.releases import StoredRelease
from treasury_watch.store.schema import alerts, deliveries, incidents, notifications, rules, told

_FIRING = (AlertKind.FIRED, AlertKind.CORRECTED, AlertKind.RETRACTED)


class StoredAlert(NamedTuple):
    """An alert that was told: its row, and its title then."""

    number: int
    title: str


def standing(conn: Connection, *, since: Period = "") -> Standing:
    """What has been told of periods from ``since`` on, and every open incident."""
    open_now: dict[tuple[str, str], Incident] = {}
    cleared: dict[tuple[str, str], tuple[Period, Incident]] = {}
    for row in conn.execute(select(incidents).order_by(incidents.c.id)):
        incident = Incident(
            rule=row.rule,
            entity=row.entity,
            since=row.since,
            severity=Severity(row.severity),
            told_at=row.told_at,
            silent=row.silent,
        )
        if row.closed_why is None:
            open_now[row.rule, row.entity] = incident
        elif row.closed_why == AlertKind.CLEARED and row.closed >= since:
            cleared[row.rule, row.entity] = (row.closed, incident)
        elif row.closed_why == "withdrawn":
            # The all-clear that was taken back was the newest; an older one does not come to stand again by it.
            cleared.pop((row.rule, row.entity), None)
    spoken: dict[tuple[str, str, Period], Severity | None] = {}
    query = select(alerts).where(alerts.c.period >= since, alerts.c.kind.in_(_FIRING), not_(alerts.c.superseded))
    for row in conn.execute(query.order_by(alerts.c.id)):
        if row.kind == AlertKind.CORRECTED and row.was is None:
            continue  # an all-clear taken back is no alert of its period
        gone = row.kind == AlertKind.RETRACTED
        spoken[row.rule, row.entity, row.period] = None if gone else Severity(row.severity)
    return Standing(open_now, spoken, cleared)


def alert_key(alert: Alert, release: StoredRelease | None) -> str:
    """The same for the same decision about the same publication, however often it is reached."""
    about = f"{release.source}@{release.released_at}" if release else "-"
    return "|".join((alert.rule, alert.entity, alert.period, alert.kind, alert.severity.word, about))


def record(
    conn: Connection,
    judged: Judged,
    before: Mapping[tuple[str, str], Incident],
    release: StoredRelease,
    titles: Sequence[str],
    now: datetime,
) -> list[int | None]:
    """
    Write a judgement's alerts (with the titles they are told under) and incidents.

    Gives each alert's row, None where the same decision was written before.
    """
    known = set(conn.execute(select(alerts.c.key)).scalars()) if judged.alerts else set()
    ids: list[int | None] = []
    for alert, title in zip(judged.alerts, titles, strict=True):
        key = alert_key(alert, release)
        if key in known:
            ids.append(None)
            continue
        row = {
            "key": key,
            "rule": alert.rule,
            "entity": alert.entity,
            "period": alert.period,
            "kind": alert.kind.value,
            "severity": int(alert.severity),
            "value": alert.value,
            "measure": alert.measure,
            "threshold": alert.threshold,
            "title": title,
            "by_revision": alert.by_revision,
            "late": alert.late,
            "was": None if alert.was is None else int(alert.was),
            "release_id": release.id,
            "decided_at": utc_text(now),
        }
        ids.append(conn.execute(insert(alerts).values(row).returning(alerts.c.id)).scalar_one())
    endings = {
        (alert.rule, alert.entity): (alert.period, alert.kind)
        for alert in judged.alerts
        if alert.kind in (AlertKind.CLEARED, AlertKind.RETRACTED)
    }
    for alert in judged.alerts:
        if alert.withdraws:
            # The incident goes on in a row of its own: this one must not be taken for an all-clear that stands.
            mine = and_(incidents.c.rule == alert.rule, incidents.c.entity == alert.entity)
            ended = and_(incidents.c.closed_why == AlertKind.CLEARED.value, incidents.c.closed == alert.period)
            conn.execute(update(incidents).where(mine, ended).values(closed_why="withdrawn"))
    _write_incidents(conn, judged, before, endings)
    return ids


def told_before(conn: Connection, alert: Alert, number: int) -> StoredAlert | None:
    """What was last told, before alert ``number``, of the rule, entity and period that it corrects; None if nothing."""
    kinds = (AlertKind.CLEARED,) if alert.withdraws else _FIRING
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


def alert_of(row: Any) -> Alert:
    """An alert as it was decided, from its row of the table."""
    return Alert(
        row.rule,
        row.entity,
        row.period,
        AlertKind(row.kind),
        Severity(row.severity),
        row.value,
        row.measure,
        row.threshold,
        row.by_revision,
        None if row.was is None else Severity(row.was),
        row.late,
    )


def alerts_by_number(conn: Connection, numbers: Iterable[int]) -> dict[int, tuple[Alert, str]]:
    """Alerts as they were decided, each with the title it was told under, by their row."""
    query = select(alerts).where(
        alerts.c.id.in_(sorted(numbers)), alerts.c.kind.in_([kind.value for kind in AlertKind])
    )
    return {
        row.id: (
            alert_of(row),
            row.title,
        )
        for row in conn.execute(query)
    }


def record_notice(
    conn: Connection,
    key: str,
    kind: str,
    source: str,
    title: str,
    severity: Severity,
    now: datetime,
    *,
    release: StoredRelease | None = None,
) -> int | None:
    """
    Write what is told and no rule decided among the alerts: a word to the operator, the digest of a release.

    Gives its row, None where this key was written before.
    """
    if conn.execute(select(alerts.c.id).where(alerts.c.key == key)).first():
        return None
    row = {
        "key": key,
        "rule": kind,
        "entity": source,
        "period": release.newest if release else "",
        "release_id": release.id if release else None,
        "kind": kind,
        "severity": int(severity),
        "title": title,
        "decided_at": utc_text(now),
    }
    written: int = conn.execute(insert(alerts).values(row).returning(alerts.c.id)).scalar_one()
    return written


def _write_incidents(
    conn: Connection,
    judged: Judged,
    before: Mapping[tuple[str, str], Incident],
    endings: Mapping[tuple[str, str], tuple[Period, AlertKind]],
) -> None:
    for key in before.keys() - judged.incidents.keys():
        period, why = endings.get(key, ("", AlertKind.CLEARED))
        close_incident(conn, key, period, why.value)
    for key, incident in judged.incidents.items():
        if before.get(key) == incident:
            continue
        if key in before and before[key].since != incident.since:
            period, why = endings.get(key, ("", AlertKind.CLEARED))
            close_incident(conn, key, period, why.value)
        elif key in before:
            conn.execute(
                update(incidents)
                .where(incidents.c.rule == key[0], incidents.c.entity == key[1], incidents.c.closed_why.is_(None))
                .values(severity=int(incident.severity), told_at=incident.told_at, silent=incident.silent)
            )
            continue
        open_incident(conn, incident)
    for key, incident in judged.passing.items():
        if key in before:
            continue
        period, why = endings.get(key, ("", AlertKind.CLEARED))
        if key not in judged.incidents:
            open_incident(conn, incident)
            close_incident(conn, key, period, why.value)


def open_incident(conn: Connection, incident: Incident) -> None:
    """Write an incident that is open."""
    conn.execute(
        insert(incidents).values(
            rule=incident.rule,
            entity=incident.entity,
            since=incident.since,
            severity=int(incident.severity),
            told_at=incident.told_at,
            silent=incident.silent,
        )
    )


def close_incident(conn: Connection, key: tuple[str, str], period: Period, why: str) -> None:
    """Close the open incident of a rule and entity: by which period, and why."""
    conn.execute(
        update(incidents)
        .where(incidents.c.rule == key[0], incidents.c.entity == key[1], incidents.c.closed_why.is_(None))
        .values(closed=period, closed_why=why)
    )


def close_removed(conn: Connection, living: Iterable[str]) -> list[str]:
    """Close the incidents of rules that are no more; the rules' ids."""
    gone = and_(incidents.c.closed_why.is_(None), incidents.c.rule.not_in(sorted(living)))
    names = sorted(set(conn.execute(select(incidents.c.rule).where(gone)).scalars()))
    conn.execute(update(incidents).where(gone).values(closed="", closed_why="rule removed"))
    return names


def known_rules(conn: Connection) -> dict[str, tuple[str, dict[str, Period]]]:
    """Each rule's newest wording: id -> (digest, the newest periods that were there before it)."""
    newest = select(func.max(rules.c.id)).group_by(rules.c.rule)
    rows = conn.execute(select(rules).where(rules.c.id.in_(newest)))
    return {row.rule: (row.digest, json.loads(row.after or "{}")) for row in rows}


def note_rules(conn: Connection, wordings: Mapping[str, tuple[str, dict[str, Period]]], now: datetime) -> None:
    """Write rules that are new or worded anew: id -> (digest, the newest periods that are there already)."""
    rows = [
        {"rule": rule, "digest": digest, "first_seen_at": utc_text(now), "after": json.dumps(after)}
        for rule, (digest, after) in wordings.items()
    ]
    if rows:
        conn.execute(insert(rules), rows)


def open_incidents(conn: Connection) -> list[Incident]:
    """Every open incident, oldest first."""
    return sorted(standing(conn, since="9999").incidents.values(), key=lambda incident: (incident.since, incident.rule))


def told_alerts(conn: Connection, *, since: str = "") -> list[dict[str, Any]]:
    """Alerts decided since an instant (UTC text), newest last, each with its deliveries: ``alerts --json``."""
    sent_by: dict[int, list[dict[str, Any]]] = {}
    carried = (
        select(told.c.alert_id, notifications)
        .join_from(told, notifications, told.c.notification_id == notifications.c.id)
        .order_by(notifications.c.id)
    )
    for row in conn.execute(carried):
        delivery = {
            "channel": row.channel,
            "state": row.state,
            "attempts": row.attempts,
            "ref": row.ref,
            "sent_at": row.sent_at,
            "problem": row.problem,
        }
        sent_by.setdefault(row.alert_id, []).append(delivery)
    query = select(alerts).where(alerts.c.decided_at >= since).order_by(alerts.c.id)
    listed = []
    for row in conn.execute(query):
        ways = sent_by.get(row.id, [])
        told_at = min((way["sent_at"] for way in ways if way["sent_at"]), default=None)
        listed.append(
            {
                "id": row.id,
                "rule": row.rule,
                "entity": row.entity,
                "period": row.period,
                "kind": row.kind,
                "severity": Severity(row.severity).word,
                "value": row.value,
                "measure": row.measure,
                "threshold": row.threshold,
                "title": row.title,
                "by_revision": row.by_revision,
                "superseded": row.superseded,
                "release": row.key.rsplit("|", 1)[-1] if row.release_id else "",
                "decided_at": row.decided_at,
                "told_at": told_at,
                "deliveries": ways,
            }
        )
    return listed


def attempts(conn: Connection) -> int:
    """How many deliveries were ever attempted."""
    return conn.execute(select(func.count()).select_from(deliveries)).scalar_one()
