"""Ingest: a release is stored, judged, and its messages queued, in one transaction; nothing in it is slow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from treasury_watch.core.figures.calendar import GRACE, ReleaseCalendar, published_on
from treasury_watch.core.figures.datasets import Calendar
from treasury_watch.core.figures.gaps import still_sold
from treasury_watch.core.figures.periods import from_utc_text, utc_text, years_before
from treasury_watch.core.figures.published import Period, Refusal, Release
from treasury_watch.core.figures.revisions import with_revisions
from treasury_watch.core.judge.news import judge
from treasury_watch.pipeline.auctions import prepare_auctions
from treasury_watch.pipeline.backdated import insert_backdated, views_before
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.dates import release_calendar
from treasury_watch.pipeline.hold import figures_before, hold_if_odd, refuse_future, settle_held, with_renames
from treasury_watch.pipeline.notes import report_notes
from treasury_watch.pipeline.notify import notify
from treasury_watch.pipeline.source_status import record_success
from treasury_watch.pipeline.view import calendars_of, needed_datasets, rules_of, view_of
from treasury_watch.sources.source import Source
from treasury_watch.store.alerts import told_log
from treasury_watch.store.database import Connection, Engine, writing
from treasury_watch.store.release_writer import store_release
from treasury_watch.store.releases import ReleaseState, StoredRelease, stored_releases
from treasury_watch.store.rules import judged_after
from treasury_watch.store.source_status import source_status
from treasury_watch.store.views import changes_of, view_figures
from treasury_watch.store.vintages import source_figures


class IngestResult(NamedTuple):
    """
    What became of a release: whether it held news, was its source's first, and how many alerts it gave.

    ``refused_rows`` is what was wrong with single rows of it, ``held`` why it is held; each empty where nothing is.
    ``closed`` is the state that somebody decided it to have; None of any other.
    """

    news: bool
    baseline: bool
    alerts: int
    refused_rows: str = ""
    held: str = ""
    closed: ReleaseState | None = None


def released_when(
    release: Release,
    previous: StoredRelease | None,
    source: Source,
    calendar: ReleaseCalendar,
    looked: datetime | None,
    now: datetime,
) -> datetime:
    """
    When a release was published, as well as that can be known.

    The file's own stamp; else, for a month not seen before, the calendar's date, unless the source was ``looked`` at
    well after it and the month was not there; else the moment it was first seen.
    """
    if release.stamped:
        return min(published_on(release.stamped), now)
    monthly = Calendar.MONTH in calendars_of(source)
    news = previous is None or release.newest > previous.newest
    if not monthly or not news or calendar.release_date(release.newest).estimated:
        return now
    moment = calendar.release_moment(release.newest)
    moved = looked is not None and looked > moment + GRACE
    return now if moved else min(moment, now)


def ingest(
    engine: Engine,
    release: Release,
    body: bytes,
    context: Context,
    *,
    now: datetime,
    released_at: datetime | None = None,
    validators: str = "",
) -> IngestResult:
    """
    Store one parsed release, judge it, queue its messages; or hold it, where it is odd beside the one before.

    Raises Refusal where it is older than what is stored, or speaks of what nobody can know yet. ``released_at`` is
    given by hand: before that of the newest stored release it adds a vintage to the past, and everything since is
    judged again.
    """
    source = context.sources[release.source]
    with writing(engine) as conn:
        polled = stored_releases(conn, source=release.source, polled=True)
        previous = polled[-1] if polled else None
        last = source_status(conn, release.source).last_success
        looked = from_utc_text(last) if last else None
        when = released_at or released_when(release, previous, source, release_calendar(conn), looked, now)
        past = released_at is not None and previous is not None and utc_text(when) < previous.released_at
        refuse_future(source, release, when if released_at else now)
        if previous and not past:
            _refuse_older(release, previous)
            # Two releases of one moment would have no order; a clock that jumped back must not make one.
            when = max(when, from_utc_text(previous.released_at))
        newest = max(release.newest, previous.newest if previous else "")
        by_hand = released_at is not None
        known = None if past else source_figures(conn, release.source)
        if not (previous and _known_already(release, known, polled, when)):
            before = figures_before(conn, source, when, known)
            hold = hold_if_odd(conn, context, release, body, before, when, now)
            if hold and hold.closed:
                believed = previous.newest if previous else None
                record_success(conn, context, source, believed, validators, now, by_hand=by_hand)
            if hold:
                return IngestResult(not hold.closed, False, 0, held=hold.said, closed=hold.closed)
            settle_held(conn, release.source, now)
            release = with_renames(release, before)
        report_notes(conn, context, release, now)
        release, refused_rows = prepare_auctions(conn, context, release, now)
        if previous and _known_already(release, known, polled, when):
            record_success(conn, context, source, newest, validators, now, by_hand=by_hand)
            return IngestResult(news=False, baseline=False, alerts=0, refused_rows=refused_rows)
        views = views_before(conn, context, source, now) if past else []
        kept = store_release(conn, release, body, released_at=when, seen_at=now, baseline=previous is None, known=known)
        alerts = insert_backdated(conn, context, kept, views, now) if past else judge_newest(conn, context, kept, now)
        record_success(conn, context, source, newest, validators, now, by_hand=by_hand)
        return IngestResult(True, previous is None, alerts, refused_rows)


def _refuse_older(release: Release, previous: StoredRelease) -> None:
    if release.newest < previous.newest:
        raise Refusal(
            release.source,
            "older",
            f"its newest period is {release.newest}, but {previous.newest} is stored already",
            expected=f"{previous.newest} or later; an old copy was served",
        )


def _known_already(
    release: Release,
    known: Mapping[tuple[str, str, Period], float] | None,
    polled: Sequence[StoredRelease],
    when: datetime,
) -> bool:
    """
    Whether it says nothing new. ``known`` are the source's figures; None for a vintage added to the past.

    Numbers are compared, never bytes: the publisher writes 1200 one day and 1200.0 the next.
    """
    if known is None:
        return any(kept.released_at == utc_text(when) for kept in polled)
    return all(known.get((f.dataset, f.entity, f.period)) == f.value for f in release.figures)


def judge_newest(conn: Connection, context: Context, kept: StoredRelease, now: datetime) -> int:
    """Judge the newest release and queue its messages; how many alerts were new."""
    told = 0
    source = context.sources[kept.source]
    for calendar in calendars_of(source):
        rules = rules_of(context.awake(now), calendar)
        datasets = needed_datasets(rules, calendar) | source.datasets
        figures = still_sold(view_figures(conn, datasets, until=kept))
        view = view_of(conn, datasets, rules, until=kept, figures=figures)
        changes = changes_of(conn, kept, figures)
        earliest = min((change.period for change in changes), default="")
        log = told_log(conn, since="" if kept.baseline else years_before(earliest))
        view, asked = with_revisions(view, [] if kept.baseline else changes)
        news = judge(
            rules,
            view,
            changes if kept.baseline else asked,
            log,
            judged_after=judged_after(conn),
            baseline=kept.baseline,
        )
        told += notify(conn, context, kept, news, view, changes, now)
    return told
