"""Taking in: a release is kept, judged and told of, in one transaction; nothing in it is slow and nothing fetches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import NamedTuple

from treasury_watch.core.calendar import WASHINGTON, release_date, release_moment
from treasury_watch.core.clock import from_utc_text, utc_text
from treasury_watch.core.datasets import Calendar
from treasury_watch.core.judging import Judged, Standing, judge
from treasury_watch.core.published import Period, Refused, Release
from treasury_watch.cycle.desk import Desk, calendars_of, needed_datasets, rules_of, view_of
from treasury_watch.cycle.faring import fares_well
from treasury_watch.cycle.replaying import replay
from treasury_watch.cycle.starting import open_silently, starts_of
from treasury_watch.cycle.telling import tell, tell_baseline
from treasury_watch.sources.source import Source
from treasury_watch.store import judgements
from treasury_watch.store.database import Connection, Engine, writing
from treasury_watch.store.releases import (
    Kept,
    body_of,
    changes_of,
    keep_again,
    keep_release,
    kept_releases,
    source_figures,
    view_figures,
)

_RELEASED_AT = time(16, 0)


class TakenIn(NamedTuple):
    """What became of a release: whether it held news, was its source's first, and how many alerts it gave."""

    news: bool
    baseline: bool
    alerts: int


def released_when(release: Release, previous: Kept | None, source: Source, now: datetime) -> datetime:
    """
    When a release was published, as well as that can be known.

    The file's own stamp; else, for a month not seen before, the calendar's date; else the moment it was first seen.
    """
    if release.stamped:
        return min(datetime.combine(release.stamped, _RELEASED_AT, WASHINGTON).astimezone(UTC), now)
    monthly = Calendar.MONTH in calendars_of(source)
    if (
        monthly
        and (previous is None or release.newest > previous.newest)
        and not release_date(release.newest).estimated
    ):
        return min(release_moment(release.newest), now)
    return now


def take_in(
    engine: Engine,
    release: Release,
    body: bytes,
    desk: Desk,
    *,
    now: datetime,
    released_at: datetime | None = None,
    validators: str = "",
) -> TakenIn:
    """
    Take in one parsed release: keep, judge, queue. Raises Refused when it is older than what is stored.

    ``released_at`` is what ``ingest`` was told: one before the newest stored release adds a vintage to the past, and
    everything since is judged again.
    """
    source = desk.sources[release.source]
    with writing(engine) as conn:
        polled = kept_releases(conn, source=release.source, polled=True)
        previous = polled[-1] if polled else None
        when = released_at or released_when(release, previous, source, now)
        past = released_at is not None and previous is not None and utc_text(when) < previous.released_at
        if previous and not past:
            _refuse_older(release, previous)
            # Two releases of one moment would have no order; a clock that jumped back must not make one.
            when = max(when, from_utc_text(previous.released_at))
        if previous and _known_already(conn, release, polled, when, past=past):
            fares_well(conn, desk, source, release.newest, validators, now)
            return TakenIn(news=False, baseline=False, alerts=0)
        kept = keep_release(conn, release, body, released_at=when, seen_at=now, baseline=previous is None)
        if past:
            _keep_follower_again(conn, kept, source)
            alerts = _judge_past(conn, desk, kept, now)
        else:
            alerts = _judge_newest(conn, desk, kept, now)
            fares_well(conn, desk, source, release.newest, validators, now)
        return TakenIn(news=True, baseline=previous is None, alerts=alerts)


def _refuse_older(release: Release, previous: Kept) -> None:
    if release.newest < previous.newest:
        raise Refused(
            release.source,
            "older",
            f"its newest period is {release.newest}, but {previous.newest} is stored already",
            expected=f"{previous.newest} or later; an old copy was served",
        )


def _known_already(conn: Connection, release: Release, polled: Sequence[Kept], when: datetime, *, past: bool) -> bool:
    """Numbers are compared, never bytes: the publisher writes 1200 one day and 1200.0 the next."""
    if past:
        return any(kept.released_at == utc_text(when) for kept in polled)
    known = source_figures(conn, release.source)
    return all(known.get((f.dataset, f.entity, f.period)) == f.value for f in release.figures)


def _judge_newest(conn: Connection, desk: Desk, kept: Kept, now: datetime) -> int:
    told = 0
    source = desk.sources[kept.source]
    for calendar in calendars_of(source):
        rules = rules_of(desk.awake(now), calendar)
        datasets = needed_datasets(rules, calendar) | source.datasets
        figures = view_figures(conn, datasets, until=kept)
        view = view_of(conn, datasets, rules, until=kept, figures=figures)
        if kept.baseline:
            tell_baseline(conn, desk, kept, open_silently(conn, rules, view), view, now)
            continue
        changes = changes_of(conn, kept, figures)
        earliest = min((change.period for change in changes), default="")
        standing = judgements.standing(conn, since=_long_before(earliest))
        standing = standing.of({rule.id for rule in rules})
        judged = judge(rules, view, changes, standing, starts=starts_of(conn))
        told += tell(conn, desk, kept, judged, standing.incidents, view, changes, now)
    return told


def _judge_past(conn: Connection, desk: Desk, kept: Kept, now: datetime) -> int:
    """A vintage was added to the past: all since is judged again, and what was not told before is told now."""
    told = 0
    for calendar in calendars_of(desk.sources[kept.source]):
        rules = rules_of(desk.awake(now), calendar)
        standing = Standing()
        outcomes = []
        for outcome in replay(conn, rules, calendar, desk.sources):
            standing = standing.after(outcome.judged)
            outcomes.append(outcome)
        before = judgements.standing(conn, since="9999").of({rule.id for rule in rules}).incidents
        settled = Judged((), standing.incidents, {})
        judgements.record(conn, settled, before, kept, [], now)
        for outcome in outcomes:
            only_alerts = Judged(outcome.judged.alerts, standing.incidents, {})
            told += tell(
                conn, desk, outcome.kept, only_alerts, standing.incidents, outcome.view, outcome.changes, now, late=kept
            )
    return told


def _keep_follower_again(conn: Connection, kept: Kept, source: Source) -> None:
    """The release after an inserted one was compared with the one before it: compare it again, from its bytes."""
    later = [
        one
        for one in kept_releases(conn, source=kept.source, polled=True)
        if (one.released_at, one.id) > (kept.released_at, kept.id)
    ]
    for one in later[:1]:
        body = body_of(conn, one.id)
        if body is not None:
            keep_again(conn, one, source.parse(body))


def _long_before(period: Period) -> Period:
    """Three years before a period: further back than any cooldown or revision reaches."""
    return f"{int(period[:4]) - 3:04d}{period[4:]}" if period else ""
