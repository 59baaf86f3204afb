"""Telling: a judgement becomes rows and messages, queued in the transaction that judged. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from treasury_watch.core import wording
from treasury_watch.core.clock import from_utc_text
from treasury_watch.core.datasets import HOLDINGS, TOTALS, Calendar
from treasury_watch.core.explaining import explain, newest_period
from treasury_watch.core.judging import Alert, Incident, Judged, Kind
from treasury_watch.core.messages import Message, Section
from treasury_watch.core.panels import Change, View
from treasury_watch.core.rules import Rule, Severity
from treasury_watch.cycle.desk import Desk, calendars_of, needed_datasets, rules_of, view_of, washington_day
from treasury_watch.store import judgements, outbox
from treasury_watch.store.database import Connection
from treasury_watch.store.releases import Kept


def tell(
    conn: Connection,
    desk: Desk,
    kept: Kept,
    judged: Judged,
    before: Mapping[tuple[str, str], Incident],
    view: View,
    changes: Sequence[Change],
    now: datetime,
    *,
    late: Kept | None = None,
) -> int:
    """
    Record a judgement and queue its messages, one a channel; how many alerts were new.

    ``late`` is the release whose late arrival made this one be judged again: there is no digest then, and the message
    is its own, not the one that was told at the time.
    """
    rules = {rule.id: rule for rule in desk.rules}
    titles = [wording.title(rules[alert.rule], alert, view) for alert in judged.alerts]
    rows = judgements.record(conn, judged, before, kept, titles, now)
    sections: dict[str, list[Section]] = {}
    carried: dict[str, list[int]] = {}
    for alert, title, row in zip(judged.alerts, titles, rows, strict=True):
        if row is None or alert.late:
            continue
        section = wording.alert_section(rules[alert.rule], alert, view, title)
        for channel in desk.route(alert.severity, alert.kind.value, alert.rule, kept.source):
            sections.setdefault(channel, []).append(section)
            carried.setdefault(channel, []).append(row)
    told = sum(row is not None for row in rows)
    digest = [] if late else _digest(kept, view, changes, judged.alerts)
    listeners = desk.route(Severity.INFO, "digest", "", kept.source) if digest else ()
    key = f"{kept.source}@{kept.released_at}" + (f"|after {late.source}@{late.released_at}" if late else "")
    for channel in sorted({*sections, *listeners}):
        message = wording.compose(
            sections.get(channel, []),
            digest if channel in listeners else [],
            _context(desk, kept, now),
            source_title=desk.sources[kept.source].title,
        )
        alerts = carried.get(channel, [])
        _put(conn, f"{key}|{channel}", channel, message, kept, now, alerts)
    return told


def _digest(kept: Kept, view: View, changes: Sequence[Change], alerts: Sequence[Alert]) -> list[Section]:
    """The digest of a release of holdings; other releases speak only when a rule does."""
    held = [change for change in changes if change.dataset in (HOLDINGS, TOTALS)]
    if not held:
        return []
    late = [alert for alert in alerts if alert.late]
    return [wording.holdings_digest(view, kept.newest, held, len(alerts) - len(late), late=late)]


def tell_baseline(
    conn: Connection, desk: Desk, kept: Kept, opened: Sequence[Incident], view: View, now: datetime
) -> None:
    """Tell of a source's first release: what it shows, and what was found to hold; nothing of it is news."""
    sections = []
    if HOLDINGS in desk.sources[kept.source].datasets:
        newest = view.months.period(view.panel(HOLDINGS).newest_row())
        sections += [wording.holdings_digest(view, newest, [], 0, first_sight=True)] if newest == kept.newest else []
    sections += _standing_sections(conn, desk, opened, view)
    if sections:
        title = f"First look at {desk.sources[kept.source].title}"
        message = wording.compose([], sections, _context(desk, kept, now), source_title=title)
        key = f"{kept.source}@{kept.released_at}"
        for channel in desk.route(message.severity, "digest", "", kept.source):
            _put(conn, f"{key}|{channel}", channel, message, kept, now)


def tell_first_sight(conn: Connection, desk: Desk, now: datetime) -> None:
    """Tell once, when a store is new: the newest figures of bundled history, what holds already, the next dates."""
    rules = rules_of(desk.awake(now), Calendar.MONTH)
    view = view_of(conn, needed_datasets(rules, Calendar.MONTH), rules)
    newest = view.months.period(view.panel(HOLDINGS).newest_row())
    sections = [wording.holdings_digest(view, newest, [], 0, first_sight=True)]
    sections += _standing_sections(conn, desk, judgements.open_incidents(conn), view)
    context = wording.release_context(newest, "", monthly=True, today=washington_day(now))
    message = wording.compose([], sections, context, source_title="Bundled history, before any poll")
    for channel in desk.route(message.severity, "digest", "", "bundled"):
        _put(conn, f"first-sight|{channel}", channel, message, None, now)


def tell_operator(
    conn: Connection, desk: Desk, key: str, source: str, message: Message, now: datetime, *, kind: str = "operator"
) -> None:
    """Queue a word to whoever runs the bot, once for each key, and list it among the alerts."""
    row = judgements.record_notice(conn, key, kind, source, message.headline, message.severity, now)
    if row is None:
        return
    for channel in desk.route(message.severity, kind, "", source):
        _put(conn, f"{key}|{channel}", channel, message, None, now, [row])


def _put(
    conn: Connection,
    key: str,
    channel: str,
    message: Message,
    kept: Kept | None,
    now: datetime,
    alerts: Sequence[int] = (),
) -> None:
    outbox.queue(
        conn,
        key=key,
        channel=channel,
        message=message,
        release_id=kept.id if kept else None,
        now=now,
        alert_ids=alerts,
    )


def _context(desk: Desk, kept: Kept, now: datetime) -> tuple[str, ...]:
    monthly = Calendar.MONTH in calendars_of(desk.sources[kept.source])
    released_on = washington_day(from_utc_text(kept.released_at)).isoformat()
    return wording.release_context(kept.newest, released_on, monthly=monthly, today=washington_day(now))


def _standing_sections(conn: Connection, desk: Desk, incidents: Sequence[Incident], view: View) -> list[Section]:
    """What holds already, each in its rule's own words with the newest figures; ``view`` is of the release told."""
    rules = {rule.id: rule for rule in desk.rules}
    titles: dict[tuple[str, str], str] = {}
    for calendar in Calendar:
        mine = [one for one in incidents if one.rule in rules and rules[one.rule] in rules_of(desk.rules, calendar)]
        if not mine:
            continue
        asked = [rules[one.rule] for one in mine]
        there = view if all(view.panel(rule.data).columns for rule in asked) else None
        there = there or view_of(conn, needed_datasets(asked, calendar), asked)
        for one in mine:
            titles[one.rule, one.entity] = wording.title(
                rules[one.rule], _at_present(rules[one.rule], one, there), there
            )
    section = wording.standing_section(incidents, titles)
    return [section] if section else []


def _at_present(rule: Rule, incident: Incident, view: View) -> Alert:
    """An incident as an alert about the newest period, so that its title is written with today's figures."""
    period = newest_period(rule, incident.entity, view) or incident.since
    now = explain(rule, incident.entity, period, view)
    level = next((level for severity, level in rule.levels if severity == incident.severity), rule.fire)
    return Alert(rule.id, incident.entity, period, Kind.FIRED, incident.severity, now.value, now.measure, level.said)
