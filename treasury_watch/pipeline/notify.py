"""
Notify: news becomes rows and messages, queued in the transaction that judged. Nothing is sent here.

News goes into one message a release and channel. What a release turns of what was told before goes to where that was
told (``message_edits``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from treasury_watch.core.figures.datasets import HOLDINGS, TOTALS, Calendar
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.periods import from_utc_text, new_york_day
from treasury_watch.core.figures.published import Change, Period
from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.judge.implied import implied
from treasury_watch.core.judge.news import News
from treasury_watch.core.judge.told import OpenEpisode, Silent
from treasury_watch.core.messages import compose, digest
from treasury_watch.core.messages.alert import PriorAlert, alert_section
from treasury_watch.core.messages.auction import CARD_DATASETS
from treasury_watch.core.messages.history import Background
from treasury_watch.core.messages.message import Message, MessageKind, Section
from treasury_watch.core.messages.title import title_of
from treasury_watch.core.rules.model import Mode, Severity
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.dates import release_calendar
from treasury_watch.pipeline.message_edits import MessageCorrections, complete, messages_standing, new_months
from treasury_watch.pipeline.notify_auctions import RoutedAlert, notify_auctions
from treasury_watch.pipeline.view import calendars_of, needed_datasets, rules_of, view_of
from treasury_watch.store import alerts as alert_store
from treasury_watch.store import outbox
from treasury_watch.store.database import Connection
from treasury_watch.store.releases import StoredRelease


def notify(
    conn: Connection,
    context: Context,
    kept: StoredRelease,
    news: News,
    view: View,
    changes: Sequence[Change],
    now: datetime,
    *,
    backdated: bool = False,
) -> int:
    """
    Record what a release has to say and queue its messages, one a channel; how many alerts were new.

    Of a source's first release nothing is news: its message says what it shows and what holds. ``backdated``: the
    release was added to the past. It has no digest, and completes nothing.
    """
    rules = {rule.id: rule for rule in context.rules}
    lasting = {rule.id for rule in context.rules if rule.mode is Mode.UNTIL_CLEAR}
    titles = [title_of(rules[alert.rule], alert, view) for alert in news.alerts]
    alert_store.note_silently(conn, news.silent, now)
    rows = alert_store.record(conn, news.alerts, titles, lasting, kept, now)
    told = [
        (alert, title, row)
        for alert, title, row in zip(news.alerts, titles, rows, strict=True)
        if row is not None and not alert.late
    ]
    background = Background([rules[name] for name in sorted({alert.rule for alert, _, _ in told})], view)
    corrections = MessageCorrections()
    routed: list[RoutedAlert] = []
    for alert, title, row in told:
        corrected = alert.kind in (AlertKind.CORRECTED, AlertKind.RETRACTED)
        earlier = alert_store.told_before(conn, alert, row) if corrected else None
        standing = messages_standing(conn, earlier.number) if earlier else {}
        # What is taken back is named as it was told; its figures now are in the sentence below.
        prior = PriorAlert(row, earlier.title if earlier and alert.kind is AlertKind.RETRACTED else title)
        section = alert_section(rules[alert.rule], alert, prior, background)
        for original in standing.values():
            corrections.add(original, earlier.number if earlier else 0, section, minor=alert.minor)
        if alert.of_figure_alone or (alert.kind is AlertKind.RETRACTED and standing):
            continue  # who never heard of it need not hear that it is not so
        channels = context.route(alert.severity, alert.kind.value, alert.rule, kept.source)
        routed += [RoutedAlert(alert, section, row, channel) for channel in channels if channel not in standing]
    footer = _footer(conn, context, kept, now)
    corrections.queue(conn, kept.key, footer, now)
    if CARD_DATASETS & context.sources[kept.source].datasets and not (backdated or kept.baseline):
        notify_auctions(conn, context, kept, view, changes, routed, footer, now)
        return sum(row is not None for row in rows)
    summary = [] if backdated else _summary(conn, context, kept, news, view, changes, now)
    _queue(conn, context, kept, routed, summary, footer, now)
    if not backdated:
        complete(conn, context, kept, view, {kept.newest} if kept.baseline else new_months(changes), footer, now)
    return sum(row is not None for row in rows)


def _summary(
    conn: Connection,
    context: Context,
    kept: StoredRelease,
    news: News,
    view: View,
    changes: Sequence[Change],
    now: datetime,
) -> list[Section]:
    """What a release shows: the digest of holdings; of a source's first also what was found to hold."""
    today, calendar = new_york_day(now), release_calendar(conn)
    if not kept.baseline:
        held = [change for change in changes if change.dataset in (HOLDINGS, TOTALS)]
        if not held:
            return []
        return [digest.holdings_digest(view, kept.newest, held, news.alerts, today=today, calendar=calendar)]
    sections = []
    if HOLDINGS in context.sources[kept.source].datasets:
        newest = view.months.period(view.panel(HOLDINGS).newest_row())
        if newest == kept.newest:
            sections.append(_first_digest(conn, view, newest, now))
    opened = [
        OpenEpisode(one.rule, one.entity, one.period, one.severity, silent=True)
        for one in news.silent
        if one.kind is Silent.OPENED
    ]
    return [*sections, *_standing_sections(conn, context, opened, view)]


def _queue(
    conn: Connection,
    context: Context,
    kept: StoredRelease,
    routed: Sequence[RoutedAlert],
    summary: Sequence[Section],
    footer: tuple[str, ...],
    now: datetime,
) -> None:
    """One message a channel: its alerts, and the digest where it is wanted."""
    key = kept.key
    of_channel: dict[str, list[RoutedAlert]] = defaultdict(list)
    for one in routed:
        of_channel[one.channel].append(one)
    listeners = context.route(Severity.INFO, MessageKind.DIGEST, "", kept.source) if summary else ()
    listed = _list_digest(conn, key, kept.source, summary[0].title, now, kept) if summary else []
    title = f"First look at {footer[0]}" if kept.baseline else footer[0]
    for channel in sorted({*of_channel, *listeners}):
        mine, its_digest = of_channel[channel], summary if channel in listeners else ()
        message = compose.compose([one.section for one in mine], its_digest, footer[1:], source_title=title)
        rows = [*(one.number for one in mine), *(listed if its_digest else ())]
        _put(conn, f"{key}|{channel}", channel, message, kept, now, rows)


def _first_digest(conn: Connection, view: View, month: Period, now: datetime) -> Section:
    calendar, today = release_calendar(conn), new_york_day(now)
    return digest.holdings_digest(view, month, [], [], today=today, calendar=calendar, first_sight=True)


def notify_first_sight(conn: Connection, context: Context, now: datetime) -> None:
    """Queue one message for a new store: the newest figures of bundled history, what holds already, the next dates."""
    rules = rules_of(context.awake(now), Calendar.MONTH)
    view = view_of(conn, needed_datasets(rules, Calendar.MONTH), rules)
    newest = view.months.period(view.panel(HOLDINGS).newest_row())
    sections = [_first_digest(conn, view, newest, now)]
    sections += _standing_sections(conn, context, alert_store.open_episodes(conn), view)
    footer = compose.release_context(newest, "", monthly=True, today=new_york_day(now), calendar=release_calendar(conn))
    message = compose.compose([], sections, footer, source_title="Bundled history, before any poll")
    listed = _list_digest(conn, "first-sight", "bundled", message.headline, now)
    for channel in context.route(message.severity, MessageKind.DIGEST, "", "bundled"):
        _put(conn, f"first-sight|{channel}", channel, message, None, now, listed)


def _list_digest(
    conn: Connection, key: str, source: str, title: str, now: datetime, kept: StoredRelease | None = None
) -> list[int]:
    """List a digest among the alerts, once; its row, for the messages that carry it."""
    row = alert_store.record_notice(
        conn, f"{MessageKind.DIGEST}|{key}", MessageKind.DIGEST, source, title, Severity.INFO, now, release=kept
    )
    return [] if row is None else [row]


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
    """The small print of a release's message: its source, its month, when it came out and when the next does."""
    source = context.sources[kept.source]
    released_on = new_york_day(from_utc_text(kept.released_at)).isoformat()
    calendar, today = release_calendar(conn), new_york_day(now)
    monthly = Calendar.MONTH in calendars_of(source)
    said = compose.release_context(kept.newest, released_on, monthly=monthly, today=today, calendar=calendar)
    return (source.title, *said)


def _standing_sections(
    conn: Connection, context: Context, episodes: Sequence[OpenEpisode], view: View
) -> list[Section]:
    """What holds already, each in its rule's own words with the newest figures; ``view`` is that of the release."""
    wanted = {(one.rule, one.entity) for one in episodes}
    titles: dict[tuple[str, str], str] = {}
    for calendar in Calendar:
        asked = [rule for rule in rules_of(context.rules, calendar) if rule.id in {name for name, _ in wanted}]
        if not asked:
            continue
        there = view
        if not all(view.panel(rule.data).columns for rule in asked):
            there = view_of(conn, needed_datasets(asked, calendar), asked)
        rules = {rule.id: rule for rule in asked}
        for part in implied(asked, there):
            for alert in part.open_at_present():
                if (alert.rule, alert.entity) in wanted:
                    titles[alert.rule, alert.entity] = title_of(rules[alert.rule], alert, there)
    section = digest.standing_section(episodes, titles)
    return [section] if section else []
