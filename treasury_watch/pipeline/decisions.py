"""
What somebody decides about a release: to accept one that is held, to refuse it, or to take back one that was believed.

Nothing is deleted: a release that was refused or taken back can be accepted again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from treasury_watch.core.figures.periods import from_utc_text, new_york_day
from treasury_watch.core.figures.published import Refusal, Release
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.messages.operator import operator_message
from treasury_watch.core.rules.model import Severity
from treasury_watch.pipeline.auctions import FIRST_LOOK, keep_records, prepare_auctions
from treasury_watch.pipeline.backdated import Withdrawal, insert_backdated, views_before, withdraw
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.hold import figures_before
from treasury_watch.pipeline.ingest import judge_newest
from treasury_watch.pipeline.notes import report_notes
from treasury_watch.pipeline.notify import notify
from treasury_watch.pipeline.operator import OperatorProblem, report
from treasury_watch.pipeline.source_status import record_success
from treasury_watch.sources.auction_release import AuctionRelease
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Connection, Engine, writing
from treasury_watch.store.release_writer import drop_figures, keep_figures
from treasury_watch.store.releases import (
    ReleaseState,
    StoredRelease,
    body_of,
    decide,
    make_baseline,
    stored_release,
    stored_releases,
)
from treasury_watch.user_error import UserError

_DEFAULT_WHY = "by hand"


class Decision(NamedTuple):
    """What a decision came to: the release as it is now, and how many alerts were new, corrected or taken back."""

    release: StoredRelease
    alerts: int


def accept(engine: Engine, context: Context, number: int, why: str, now: datetime) -> Decision:
    """
    Believe a release that was held, refused or taken back: it is judged as if it had just come.

    What is held beside it and no longer odd is accepted as well. Raises UserError where there is no such release, or
    where it is believed already; Refusal where its file can no longer be read.
    """
    with writing(engine) as conn:
        kept = _asked(conn, context, number)
        if kept.state is ReleaseState.ACCEPTED:
            raise UserError(f"release {number} is accepted already; `releases` lists those that are held or taken back")
        decided = _accept(conn, context, kept, why or _DEFAULT_WHY, now)
        source = context.sources[kept.source]
        for other in stored_releases(conn, source=kept.source, polled=True, states=(ReleaseState.HELD,)):
            before = figures_before(conn, source, from_utc_text(other.released_at))
            if not source.doubts(before, _parsed(conn, source, other).figures):
                also = _accept(conn, context, other, f"it agrees with release {number}", now)
                decided = decided._replace(alerts=decided.alerts + also.alerts)
        _well_again(conn, context, source, now)
        return decided


def refuse(engine: Engine, context: Context, number: int, why: str, now: datetime) -> Decision:
    """Close a release that is held: it is not believed. Raises UserError where it is not held."""
    with writing(engine) as conn:
        kept = _asked(conn, context, number)
        if kept.state is not ReleaseState.HELD:
            other = "; `take-back` undoes one that was believed" if kept.state is ReleaseState.ACCEPTED else ""
            raise UserError(f"release {number} is {kept.state}, not held{other}")
        kept = decide(conn, kept, ReleaseState.REFUSED, why or _DEFAULT_WHY, now)
        if not stored_releases(conn, source=kept.source, polled=True, states=(ReleaseState.HELD,)):
            _well_again(conn, context, context.sources[kept.source], now)
        return Decision(kept, 0)


def take_back(engine: Engine, context: Context, number: int, why: str, now: datetime) -> Decision:
    """
    Let a release stand no more: what stood before it stands again, and what was told from it is corrected.

    One message to the operator sums it up, before the corrections go out. Raises UserError where it is not believed.
    """
    with writing(engine) as conn:
        kept = _asked(conn, context, number)
        if kept.state is not ReleaseState.ACCEPTED:
            raise UserError(f"release {number} is {kept.state} already; only one that is accepted can be taken back")
        source = context.sources[kept.source]
        views = views_before(conn, context, source, now)
        drop_figures(conn, kept)
        taken = decide(conn, kept, ReleaseState.TAKEN_BACK, why or _DEFAULT_WHY, now)
        withdrawn = withdraw(conn, context, taken, views, now)
        _restore_records(conn, source)
        _report(conn, context, taken, why or _DEFAULT_WHY, withdrawn, now)
        told = 0
        for news, view, changes in withdrawn:
            told += notify(conn, context, taken, news, view, changes, now, backdated=True)
        _well_again(conn, context, source, now)
        return Decision(taken, told)


def _asked(conn: Connection, context: Context, number: int) -> StoredRelease:
    kept = stored_release(conn, number)
    if kept is None or kept.bundled or kept.source not in context.sources:
        raise UserError(f"no release {number}; `releases` lists them with their numbers")
    return kept


def _accept(conn: Connection, context: Context, kept: StoredRelease, why: str, now: datetime) -> Decision:
    source = context.sources[kept.source]
    release = _parsed(conn, source, kept)
    polled = stored_releases(conn, source=kept.source, polled=True)
    past = any((other.released_at, other.id) > (kept.released_at, kept.id) for other in polled)
    views = views_before(conn, context, source, now) if past else []
    report_notes(conn, context, release, now)
    release, _ = prepare_auctions(conn, context, release, now)
    kept = decide(conn, kept, ReleaseState.ACCEPTED, why, now)
    if not polled:
        make_baseline(conn, kept)
        kept = kept._replace(baseline=True)
    keep_figures(conn, kept, release.figures)
    told = insert_backdated(conn, context, kept, views, now) if past else judge_newest(conn, context, kept, now)
    return Decision(kept, told)


def _parsed(conn: Connection, source: Source, kept: StoredRelease) -> Release:
    body = body_of(conn, kept.id)
    if body is None:
        raise Refusal(source.name, "empty", f"no bytes are kept of release {kept.id}")
    return source.parse(body)


def _well_again(conn: Connection, context: Context, source: Source, now: datetime) -> None:
    """The source is as its newest believed release says; a hold that was reported gets its all-clear."""
    polled = stored_releases(conn, source=source.name, polled=True)
    newest = max((kept.newest for kept in polled), default=None)
    record_success(conn, context, source, newest, "", now, by_hand=True)


def _restore_records(conn: Connection, source: Source) -> None:
    """What the first look says of auctions is again what its newest believed list says."""
    polled = stored_releases(conn, source=source.name, polled=True)
    if source.name != FIRST_LOOK or not polled:
        return
    release = _parsed(conn, source, polled[-1])
    if isinstance(release, AuctionRelease):
        keep_records(conn, release)


_TAKEN_WORDS: Mapping[AlertKind, str] = {
    AlertKind.RETRACTED: "withdrawn",
    AlertKind.CORRECTED: "corrected",
    AlertKind.FIRED: "found to hold without it",
    AlertKind.CLEARED: "ended without it",
}


def _report(
    conn: Connection, context: Context, kept: StoredRelease, why: str, withdrawn: list[Withdrawal], now: datetime
) -> None:
    title = context.sources[kept.source].title
    counts = Counter(alert.kind for one in withdrawn for alert in one.news.alerts)
    said = ", ".join(f"{counts[kind]} {words}" for kind, words in _TAKEN_WORDS.items() if counts[kind])
    day = period_words(new_york_day(from_utc_text(kept.released_at)).isoformat())
    text = (
        f"Release {kept.id}, of {day}, data to {period_words(kept.newest)}, stands no more ({why}). "
        f"The figures before it stand again. Alerts: {said or 'none rested on it'}. "
        f"`bot.py accept {kept.id}` undoes this."
    )
    message = operator_message(f"{title}: a release was taken back", text, Severity.NOTICE)
    report(conn, context, OperatorProblem(kept.source, "taken-back", f"{kept.id}|{kept.decisions}"), message, now)
