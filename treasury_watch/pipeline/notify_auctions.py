"""
Messages about auctions: one each, with its card and what fired, edited where a figure changes.

Two auctions of one release are two messages. An auction is told for a week: what a backfill brings of the years before
is history, and a correction of it goes where it was told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from treasury_watch.core.auctions.tails import TAIL, TAIL_PROXY
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.periods import new_york_day
from treasury_watch.core.figures.published import Change, Period
from treasury_watch.core.judge.alert import Alert
from treasury_watch.core.judge.told import ToldLog
from treasury_watch.core.messages import auction, compose
from treasury_watch.core.messages.auction import CARD_DATASETS
from treasury_watch.core.messages.message import Message, MessageKind, Section
from treasury_watch.core.rules.model import Severity
from treasury_watch.pipeline.context import Context
from treasury_watch.store import auctions as auction_store
from treasury_watch.store import outbox
from treasury_watch.store.alerts import told_log
from treasury_watch.store.database import Connection
from treasury_watch.store.outbox import SentMessage
from treasury_watch.store.releases import StoredRelease

NEWS_DAYS = 7
"""For so long an auction is news, and its row is read again for corrections."""

_ADDED_LATER = frozenset({TAIL, TAIL_PROXY})
"""What is filled in after the results: it completes a card, and is no correction of it."""


class RoutedAlert(NamedTuple):
    """One alert: its section, its number in the store, and one channel that gets it."""

    alert: Alert
    section: Section
    number: int
    channel: str


def notify_auctions(
    conn: Connection,
    context: Context,
    kept: StoredRelease,
    view: View,
    changes: Sequence[Change],
    placed: Sequence[RoutedAlert],
    footer: tuple[str, ...],
    now: datetime,
) -> None:
    """Queue one message an auction and channel: of those that are new, and of those that a rule says something of."""
    since = (new_york_day(now) - timedelta(days=NEWS_DAYS)).isoformat()
    news = [change for change in changes if change.dataset in CARD_DATASETS and change.period >= since]
    touched = {(change.period, change.entity) for change in news}
    touched |= {(one.alert.period, one.alert.entity) for one in placed}
    coming = [one.auction for one in auction_store.pending_results(conn, now)]
    log = told_log(conn, since=min((day for day, _ in touched), default=since))
    for day, entity in sorted(touched):
        mine = [one for one in placed if (one.alert.period, one.alert.entity) == (day, entity)]
        standing = {one.channel: one for one in outbox.messages_named(conn, _name(entity, day))}
        section = (
            auction.card(view, entity, day, _fired(log, entity, day), coming) if _has_card(view, entity, day) else None
        )
        revised = [c for c in changes if (c.period, c.entity) == (day, entity) and c.dataset in CARD_DATASETS]
        for channel, original in standing.items():
            said = [one for one in mine if one.channel == channel]
            _update_auction(conn, kept, original, section, said, revised, footer, now)
        _queue_auction(conn, context, kept, (entity, day), section, mine, standing, footer, now, since)


def _queue_auction(
    conn: Connection,
    context: Context,
    kept: StoredRelease,
    named: tuple[str, Period],
    section: Section | None,
    mine: Sequence[RoutedAlert],
    standing: Mapping[str, SentMessage],
    footer: tuple[str, ...],
    now: datetime,
    since: Period,
) -> None:
    entity, day = named
    listeners: set[str] = set()
    if section is not None and entity.rpartition(" ")[2] in context.cards and day >= since:
        listeners = set(context.route(Severity.INFO, MessageKind.AUCTION, "", kept.source))
    for channel in sorted({one.channel for one in mine} | listeners):
        if channel in standing:
            continue
        said = [one for one in mine if one.channel == channel]
        sections = [one.section for one in said]
        message = (
            compose.compose(sections, [], footer[1:], source_title=footer[0])
            if section is None
            else auction.message(section, sections, footer)
        )
        outbox.queue(
            conn,
            key=f"{_name(entity, day)}{channel}",
            channel=channel,
            message=message,
            release_id=kept.id,
            now=now,
            alert_ids=[one.number for one in said],
        )


def _update_auction(
    conn: Connection,
    kept: StoredRelease,
    original: SentMessage,
    section: Section | None,
    said: Sequence[RoutedAlert],
    revised: Sequence[Change],
    footer: tuple[str, ...],
    now: datetime,
) -> None:
    """Edit the message about an auction: its figures as they are now, and what fired since."""
    if section is None or not (revised or said):
        return
    corrections = [change for change in revised if change.old is not None]
    completing = not corrections and not said
    before = next((one for one in original.message.sections if one.kind == MessageKind.AUCTION), None)
    old_alerts = [one for one in original.message.sections if one.kind != MessageKind.AUCTION]
    if corrections and before is not None and before.title != section.title:
        section = compose.corrected(section, before)
    message = auction.message(section, [*old_alerts, *(one.section for one in said)], original.message.context)
    if message == original.message:
        return
    outbox.queue_edit(
        conn,
        original.id,
        key=f"{original.key}|{kept.key}",
        message=message,
        short=None if completing else _short(section, said, corrections, footer),
        replies=not completing,
        now=now,
        alert_ids=[one.number for one in said],
    )


def _short(
    section: Section, said: Sequence[RoutedAlert], corrections: Sequence[Change], footer: tuple[str, ...]
) -> Message:
    """The short message for a channel that cannot edit, and for the thread where it can."""
    sections = [one.section for one in said]
    if corrections:
        return auction.correction(section, corrections, sections, footer)
    return compose.compose(sections, [], footer[1:], source_title=footer[0])


def _has_card(view: View, entity: str, day: Period) -> bool:
    return view.value("auction.stop", entity, day) is not None


def _name(entity: str, day: Period) -> str:
    """How the messages about an auction are named in the outbox: whichever publisher shows it first."""
    return f"auction|{entity}|{day}|"


def _fired(log: ToldLog, entity: str, day: Period) -> list[str]:
    """The rules that fired for an auction and stand, with their severities; the sharpest first."""
    fired = [
        (rule, known.fired[day].severity)
        for (rule, whose), known in log.series.items()
        if whose == entity and day in known.fired and not known.fired[day].silent
    ]
    return [f"{rule} ({severity.word})" for rule, severity in sorted(fired, key=lambda one: (-one[1], one[0]))]
