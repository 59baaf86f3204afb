"""
The state of the bot: sources, open episodes, outbox, rules and next dates, read from the store without disturbing it.

Cheap on purpose: a container asks every minute, beside the service and within its memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from treasury_watch.core.auctions.schedule import Announcement
from treasury_watch.core.figures.calendar import PUBLISHED, ReleaseCalendar, ReleaseDate
from treasury_watch.core.figures.periods import from_utc_text, new_york_day
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import money, period_words
from treasury_watch.core.judge.told import OpenEpisode
from treasury_watch.pipeline.dates import release_calendar
from treasury_watch.pipeline.freshness import PATIENCE, freshness_of
from treasury_watch.rulefiles import Problem
from treasury_watch.sources.source import Source
from treasury_watch.store import alerts, auctions, outbox
from treasury_watch.store.auctions import AuctionsAhead
from treasury_watch.store.database import Connection
from treasury_watch.store.outbox import Counts
from treasury_watch.store.source_status import SourceState, source_status

_NEXT_AUCTIONS: Final = 3

_MISSED_POLLS: Final = 3
_LONG_SILENCE: Final = timedelta(minutes=10)
"""No source was tried for so many of the shortest intervals, and for so long (a fetch may hang): nobody is at work."""


class SourceHealth(NamedTuple):
    """The status of one source. ``since`` and ``last_success`` are UTC text, empty where nothing is known."""

    source: str
    state: SourceState
    newest: Period | None
    last_success: str | None
    problem: str
    since: str


class UpcomingDate(NamedTuple):
    """One date ahead. ``estimated``: by the publisher's rule of thumb, not from its list."""

    what: str
    at: datetime
    estimated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """
    Everything that ``status`` shows.

    ``rejected`` are the problems of rule files. ``complaints`` are the reasons for which it is unwell, one sentence
    each; none: well.
    """

    sources: tuple[SourceHealth, ...]
    incidents: tuple[OpenEpisode, ...]
    outbox: Counts
    rules: int
    rejected: tuple[Problem, ...]
    coming: tuple[UpcomingDate, ...]
    complaints: tuple[str, ...]


def health(
    conn: Connection, sources: Mapping[str, Source], rules: int, rejected: Iterable[Problem], now: datetime
) -> Health:
    """How the bot is at ``now``. ``sources`` are all of them; only those that are enabled are looked at."""
    calendar = release_calendar(conn)
    ahead = auctions.auctions_ahead(conn)
    seen = tuple(_source(conn, source, calendar, ahead, now) for source in sources.values() if source.enabled)
    counts = outbox.counts(conn)
    problems = tuple(rejected)
    complaints = _absence(conn, sources, now)
    complaints += [complaint for each in seen if (complaint := _complaint(each, now))]
    oldest = outbox.oldest_unsent(conn)
    said = outbox.latest_problem(conn)
    if oldest and now - from_utc_text(oldest) > PATIENCE:
        complaints.append(f"outbox: a message has waited since {oldest[:16]}Z{f': {said}' if said else ''}")
    if counts.failed:
        were = "messages were" if counts.failed > 1 else "message was"
        complaints.append(f"outbox: {counts.failed} {were} given up{f': {said}' if said else ''}")
    if problems:
        files = sorted({problem.file for problem in problems})
        complaints.append(f"rules: {len(problems)} mistake{'s' * (len(problems) > 1)} in {', '.join(files)}")
    return Health(
        sources=seen,
        incidents=tuple(sorted(alerts.open_episodes(conn), key=lambda one: -one.severity)),
        outbox=counts,
        rules=rules,
        rejected=problems,
        coming=tuple(
            sorted([*coming(now, calendar), *coming_auctions(conn, now)[:_NEXT_AUCTIONS]], key=lambda date: date.at)
        ),
        complaints=tuple(complaints),
    )


def coming(now: datetime, calendar: ReleaseCalendar = PUBLISHED, count: int = 2) -> list[UpcomingDate]:
    """The next monthly TIC releases after ``now``; ``calendar`` is the bundled one where no store knows better."""
    found: list[UpcomingDate] = []
    day = new_york_day(now)
    while len(found) < count:
        release = calendar.next_release(day)
        day = release.day + timedelta(days=1)
        at = calendar.release_moment(release.month)
        if at >= now:
            found.append(UpcomingDate(_release_words(release), at, release.estimated))
    return found


def coming_auctions(conn: Connection, now: datetime) -> list[UpcomingDate]:
    """The announced auctions by their closes, and those that closed and whose results are awaited; soonest first."""
    waiting = [one.auction for one in auctions.pending_results(conn, now)]
    return [UpcomingDate(_auction_words(auction), auction.closes, estimated=False) for auction in waiting]


def _auction_words(auction: Announcement) -> str:
    return f"{auction.entity} auction{'' if auction.offering is None else f', {money(auction.offering)}'}"


def _release_words(release: ReleaseDate) -> str:
    return f"TIC holdings for {period_words(release.month)}"


def _source(
    conn: Connection, source: Source, calendar: ReleaseCalendar, ahead: AuctionsAhead, now: datetime
) -> SourceHealth:
    known = source_status(conn, source.name)
    state, problem = known.state, known.problem
    if state is SourceState.FRESH:
        # By the clock as well: nobody may be running to note that it became late.
        state, _, problem = freshness_of(source, known.newest, calendar, now, ahead)
    return SourceHealth(source.name, state, known.newest, known.last_success, problem, known.since)


def _absence(conn: Connection, sources: Mapping[str, Source], now: datetime) -> list[str]:
    """What the newest try of any source says of whether the bot runs; nothing where none was tried yet."""
    enabled = [source for source in sources.values() if source.enabled]
    tried = [at for source in enabled if (at := source_status(conn, source.name).last_attempt)]
    if not tried:
        return []
    patience = max(_MISSED_POLLS * min(source.every for source in enabled), _LONG_SILENCE)
    return [f"not running: last seen {max(tried)[:16]}Z"] if now - from_utc_text(max(tried)) > patience else []


def _complaint(source: SourceHealth, now: datetime) -> str:
    match source.state:
        case SourceState.REFUSED | SourceState.HELD | SourceState.LATE | SourceState.FROZEN:
            return f"{source.source}: {source.state}: {source.problem}"
        case SourceState.FAILING if now - from_utc_text(source.since) > PATIENCE:
            return f"{source.source}: failing since {source.since[:16]}Z: {source.problem}"
        case _:
            return ""
