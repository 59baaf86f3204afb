"""
Telling: a judgement becomes rows and messages, queued in the transaction that judged. Nothing is sent here.

News goes into one message a release and channel. What a release turns of what was told before goes to where that was
told: the message itself is edited, and answered in its thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from treasury_watch.core.explain.explain import explain, newest_period
from treasury_watch.core.figures.datasets import HOLDINGS, TOTALS, Calendar
from treasury_watch.core.figures.panels import Change, View
from treasury_watch.core.figures.periods import from_utc_text, new_york_day
from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.judging import Alert, AlertKind, Incident, Judged
from treasury_watch.core.messages import alert as alert_words
from treasury_watch.core.messages import compose
from treasury_watch.core.messages import digest as digest_words
from treasury_watch.core.messages.alert import PriorAlert
from treasury_watch.core.messages.auction import CARD_DATASETS
from treasury_watch.core.messages.history import Background
from treasury_watch.core.messages.message import Message, Section
from treasury_watch.core.messages.title import title_of
from treasury_watch.core.rules.model import Rule, Severity
from treasury_watch.pipeline.completing import complete, new_months
from treasury_watch.pipeline.context import Context, calendars_of, needed_datasets, rules_of, view_of
from treasury_watch.pipeline.dates import release_calendar
from treasury_watch.pipeline.notify_auctions import RoutedAlert, notify_auctions
from treasury_watch.store import alerts as judgements
from treasury_watch.store import outbox
from treasury_watch.store.database import Connection
from treasury_watch.store.outbox import SentMessage
from treasury_watch.store.releases import StoredRelease


def tell(
    conn: Connection,
    context: Context,
    kept: StoredRelease,
    judged: Judged,
    before: Mapping[tuple[str, str], Incident],
    view: View,
    changes: Sequence[Change],
    now: datetime,
    *,
    late: StoredRelease | None = None,
) -> int:
    """
    Record a judgement and queue its messages, one a channel; how many alerts were new.

    ``late`` is the release whose late arrival made this one be judged again: there is no digest then, and the message
    is its own, not the one that was told at the time.
    """
    rules = {rule.id: rule for rule in context.rules}
    titles = [title_of(rules[alert.rule], alert, view) for alert in judged.alerts]
    rows = judgements.record(conn, judged, before, kept, titles, now)
    news = [
        (alert, title, row)
        for alert, title, row in zip(judged.alerts, titles, rows, strict=True)
        if row is not None and not alert.late
    ]
    background = Background([rules[name] for name in sorted({alert.rule for alert, _, _ in news})], view)
    sections: dict[str, list[Section]] = {}
    carried: dict[str, list[int]] = {}
    placed: list[RoutedAlert] = []
    turned = _Turned()
    for alert, title, row in news:
        earlier = judgements.told_before(conn, alert, row) if _turns(alert) else None
        where = _standing_in(conn, earlier.number) if earlier else {}
        # What is taken back is named as it was told; its figures now are in the sentence below.
        told = PriorAlert(row, earlier.title if earlier and alert.kind is AlertKind.RETRACTED else title)
        section = alert_words.alert_section(rules[alert.rule], alert, told, background)
        for original in where.values():
            turned.add(original, earlier.number if earlier else 0, section)
        if alert.kind is AlertKind.RETRACTED and where:
            continue  # who never heard of it need not hear that it is not so
        for channel in context.route(alert.severity, alert.kind.value, alert.rule, kept.source):
            if channel not in where:
                sections.setdefault(channel, []).append(section)
                carried.setdefault(channel, []).append(row)
                placed.append(RoutedAlert(alert, section, row, channel))
    digest = [] if late else _digest(conn, kept, view, changes, judged.alerts, now)
    listeners = context.route(Severity.INFO, "digest", "", kept.source) if digest else ()
    key = f"{kept.source}@{kept.released_at}" + (f"|after {late.source}@{late.released_at}" if late else "")
    footer = (context.sources[kept.source].title, *_footer(conn, context, kept, now))
    turned.queue(conn, key, footer, now)
    listed = _list_digest(conn, key, kept.source, digest[0].title, now, kept) if digest else []
    if not late and CARD_DATASETS & context.sources[kept.source].datasets:
        notify_auctions(conn, context, kept, view, changes, placed, footer, now)
        return sum(row is not None for row in rows)
    for channel in sorted({*sections, *listeners}):
        message = compose.compose(
            sections.get(channel, []),
            digest if channel in listeners else [],
            footer[1:],
            source_title=footer[0],
        )
        rows_told = [*carried.get(channel, []), *(listed if channel in listeners else [])]
        _put(conn, f"{key}|{channel}", channel, message, kept, now, rows_told)
    if not late:
        complete(conn, context, kept, view, new_months(changes), footer, now)
    return sum(row is not None for row in rows)


def _turns(alert: Alert) -> bool:
    return alert.kind in (AlertKind.CORRECTED, AlertKind.RETRACTED)


def _standing_in(conn: Connection, alert: int) -> dict[str, SentMessage]:
    """Channel -> the message in which an alert stands; a message that only lists it in passing cannot be corrected."""
    return {
        original.channel: original
        for original in outbox.messages_with_alert(conn, alert)
        if any(section.alert == alert for section in original.message.sections)
    }


class _Turned:
    """Told alerts that a release turned, gathered by the message in which each stands."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[SentMessage, dict[int, Section]]] = {}

    def add(self, original: SentMessage, alert: int, section: Section) -> None:
        """``section`` says what has become of ``alert``."""
        self._of.setdefault(original.id, (original, {}))[1][alert] = section

    def queue(self, conn: Connection, key: str, footer: tuple[str, ...], now: datetime) -> None:
        """Queue one amendment a message: the old words struck through in place, and an answer in its thread."""
        for original, now_said in self._of.values():
            sections = [
                compose.corrected(now_said[old.alert], old) if old.alert in now_said else old
                for old in original.message.sections
            ]
            turned = [section for section in sections if section.alert in {new.alert for new in now_said.values()}]
            outbox.queue_edit(
                conn,
                original.id,
                key=f"{original.key}|corrected by {key}",
                message=compose.reworded(original.message, sections),
                short=compose.compose(turned, [], footer[1:], source_title=footer[0]),
                replies=True,
                now=now,
                alert_ids=[section.alert for section in turned],
            )


def _digest(
    conn: Connection, kept: StoredRelease, view: View, changes: Sequence[Change], alerts: Sequence[Alert], now: datetime
) -> list[Section]:
    """The digest of a release of holdings; other releases speak only when a rule does."""
    held = [change for change in changes if change.dataset in (HOLDINGS, TOTALS)]
    if not held:
        return []
    return [
        digest_words.holdings_digest(
            view, kept.newest, held, alerts, today=new_york_day(now), calendar=release_calendar(conn)
        )
    ]


def tell_baseline(
    conn: Connection, context: Context, kept: StoredRelease, opened: Sequence[Incident], view: View, now: datetime
) -> None:
    """Tell of a source's first release: what it shows, and what was found to hold; nothing of it is news."""
    sections = []
    if HOLDINGS in context.sources[kept.source].datasets:
        newest = view.months.period(view.panel(HOLDINGS).newest_row())
        if newest == kept.newest:
            sections.append(_first_digest(conn, view, newest, now))
    sections += _standing_sections(conn, context, opened, view)
    if sections:
        title = f"First look at {context.sources[kept.source].title}"
        message = compose.compose([], sections, _footer(conn, context, kept, now), source_title=title)
        key = f"{kept.source}@{kept.released_at}"
        listed = _list_digest(conn, key, kept.source, message.headline, now, kept)
        for channel in context.route(message.severity, "digest", "", kept.source):
            _put(conn, f"{key}|{channel}", channel, message, kept, now, listed)
    complete(
        conn,
        context,
        kept,
        view,
        {kept.newest},
        (context.sources[kept.source].title, *_footer(conn, context, kept, now)),
        now,
    )


def _first_digest(conn: Connection, view: View, month: Period, now: datetime) -> Section:
    calendar, today = release_calendar(conn), new_york_day(now)
    return digest_words.holdings_digest(view, month, [], [], today=today, calendar=calendar, first_sight=True)


def tell_first_sight(conn: Connection, context: Context, now: datetime) -> None:
    """Tell once, when a store is new: the newest figures of bundled history, what holds already, the next dates."""
    rules = rules_of(context.awake(now), Calendar.MONTH)
    view = view_of(conn, needed_datasets(rules, Calendar.MONTH), rules)
    newest = view.months.period(view.panel(HOLDINGS).newest_row())
    sections = [_first_digest(conn, view, newest, now)]
    sections += _standing_sections(conn, context, judgements.open_incidents(conn), view)
    footer = compose.release_context(newest, "", monthly=True, today=new_york_day(now), calendar=release_calendar(conn))
    message = compose.compose([], sections, footer, source_title="Bundled history, before any poll")
    listed = _list_digest(conn, "first-sight", "bundled", message.headline, now)
    for channel in context.route(message.severity, "digest", "", "bundled"):
        _put(conn, f"first-sight|{channel}", channel, message, None, now, listed)


def _list_digest(
    conn: Connection, key: str, source: str, title: str, now: datetime, kept: StoredRelease | None = None
) -> list[int]:
    """List a digest among the alerts, once; its row, for the messages that carry it."""
    row = judgements.record_notice(conn, f"digest|{key}", "digest", source, title, Severity.INFO, now, release=kept)
    return [] if row is None else [row]


def tell_operator(
    conn: Connection,
    context: Context,
    key: str,
    source: str,
    message: Message,
    now: datetime,
    *,
    kind: str = "operator",
) -> None:
    """Queue a word to whoever runs the bot, once for each key, and list it among the alerts."""
    row = judgements.record_notice(conn, key, kind, source, message.headline, message.severity, now)
    if row is None:
        return
    for channel in context.route(message.severity, kind, "", source):
        _put(conn, f"{key}|{channel}", channel, message, None, now, [row])


def _put(
    conn: Connection,
    key: str,
    channel: str,
    message: Message,
    kept: StoredRelease | None,
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


def _footer(conn: Connection, context: Context, kept: StoredRelease, now: datetime) -> tuple[str, ...]:
    monthly = Calendar.MONTH in calendars_of(context.sources[kept.source])
    released_on = new_york_day(from_utc_text(kept.released_at)).isoformat()
    calendar, today = release_calendar(conn), new_york_day(now)
    return compose.release_context(kept.newest, released_on, monthly=monthly, today=today, calendar=calendar)


def _standing_sections(conn: Connection, context: Context, incidents: Sequence[Incident], view: View) -> list[Section]:
    """What holds already, each in its rule's own words with the newest figures; ``view`` is of the release told."""
    rules = {rule.id: rule for rule in context.rules}
    titles: dict[tuple[str, str], str] = {}
    for calendar in Calendar:
        mine = [one for one in incidents if one.rule in rules and rules[one.rule] in rules_of(context.rules, calendar)]
        if not mine:
            continue
        asked = [rules[one.rule] for one in mine]
        there = view if all(view.panel(rule.data).columns for rule in asked) else None
        there = there or view_of(conn, needed_datasets(asked, calendar), asked)
        for one in mine:
            titles[one.rule, one.entity] = title_of(rules[one.rule], _at_present(rules[one.rule], one, there), there)
    section = digest_words.standing_section(incidents, titles)
    return [section] if section else []


def _at_present(rule: Rule, incident: Incident, view: View) -> Alert:
    """An incident as an alert about the newest period, so that its title is written with today's figures."""
    period = newest_period(rule, incident.entity, view) or incident.since
    now = explain(rule, incident.entity, period, view)
    level = next((level for severity, level in rule.levels if severity == incident.severity), rule.fire)
    return Alert(
        rule.id, incident.entity, period, AlertKind.FIRED, incident.severity, now.value, now.measure, level.said
    )
