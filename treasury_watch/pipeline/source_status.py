"""
The status of sources: trouble begins, is reported to the operator once, and ends with one all-clear.

Two troubles have lives of their own. A source cannot be read: it is out of reach, or what it gives is refused. Or it
can be read, and a month is missing: it is late or frozen, by the newest month against the release calendar, never by
what the server says, for a "not modified" can be answered for years.
"""

from __future__ import annotations

from datetime import datetime

from treasury_watch.core.figures.periods import from_utc_text, utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.core.messages.operator import operator_message
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.dates import release_calendar
from treasury_watch.pipeline.freshness import PATIENCE, SOUND, Freshness, freshness_of
from treasury_watch.pipeline.operator import OperatorProblem, report, report_end
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Connection, Engine, reading, writing
from treasury_watch.store.source_status import SourceState, SourceStatus, source_status, store_status

_KNOWN_FROZEN = "frozen"
"""The kind under which a parser refuses a file that is known to stand still."""

_ONCE = "This message is sent once."
_HEADLINES = {
    SourceState.REFUSED: "refused",
    SourceState.HELD: "a release is held",
    SourceState.FAILING: "out of reach",
    SourceState.FROZEN: "frozen",
}


def record_success(
    conn: Connection,
    context: Context,
    source: Source,
    newest: Period | None,
    validators: str,
    now: datetime,
    *,
    by_hand: bool = False,
) -> SourceStatus:
    """
    Record that a source answered with what could be believed, which may still be late; gives its status now.

    Trouble that was reported gets an all-clear: that it could not be read, or that a month was missing. A file
    ingested ``by_hand`` says nothing of how the source answers: an old one makes nothing late.
    """
    before = source_status(conn, source.name)
    at = utc_text(now)
    newest = newest or before.newest
    content = freshness_of(source, newest, release_calendar(conn), now)
    row = before._replace(newest=newest)
    if not by_hand:
        row = row._replace(last_attempt=at, last_success=at, validators=validators)
    elif before.state is SourceState.FAILING:
        return _noted(conn, row)  # a file brought by hand does not mend the way to the publisher
    elif not row.lag:
        content = SOUND  # an old file makes nothing late
    if row.state is SourceState.NEVER or before.episode:
        row = row._replace(last_success=at)
    if before.episode:
        if before.told:
            text = f"It can be read again. What was wrong: {before.problem}"
            report_end(conn, context, source.name, before.episode, source.title, text, now)
        row = row._replace(state=SourceState.NEVER, told=False, episode="")
    return _note_lag(conn, context, source, row, content, now)


def check_freshness(engine: Engine, context: Context, now: datetime) -> dict[str, SourceStatus]:
    """
    Judge every source's freshness at ``now``, whether or not it answered; those whose state changed, by name.

    To be called after polls and by the clock: a source that answers "not modified" for ever becomes late all the same.
    """
    with reading(engine) as conn:
        due = [source for source in context.sources.values() if _to_settle(conn, source, now)]
    if not due:
        return {}
    changed = {}
    with writing(engine) as conn:
        for source in due:
            content = _to_settle(conn, source, now)
            if content:
                changed[source.name] = _note_lag(conn, context, source, source_status(conn, source.name), content, now)
    return changed


def _to_settle(conn: Connection, source: Source, now: datetime) -> Freshness | None:
    """What the content says, where that is not what is noted; None while the source cannot be read, which is known."""
    row = source_status(conn, source.name)
    if not source.enabled or row.state is SourceState.NEVER or row.episode:
        return None
    content = freshness_of(source, row.newest, release_calendar(conn), now)
    return None if content.state is row.state else content


def _note_lag(
    conn: Connection, context: Context, source: Source, row: SourceStatus, content: Freshness, now: datetime
) -> SourceStatus:
    """Record what the content of a source that can be read says, and report it where that is new."""
    at = utc_text(now)
    lag = "" if content.state is SourceState.FRESH else content.state.value
    if row.lag and not lag:
        here = f"Data to {period_words(row.newest or '')} are here"
        text = f"{here}; no release is missing. It was {row.lag}."
        report_end(conn, context, source.name, row.lag_since, source.title, text, now)
    elif lag and row.lag != lag:
        text = f"{content.problem[:1].upper()}{content.problem[1:]}. The last good data stay in force. {_ONCE}"
        message = operator_message(f"{source.title}: {lag}", text)
        report(conn, context, OperatorProblem(source.name, lag, row.lag_since or at), message, now)
    since = (row.lag_since or at) if lag else ""
    if row.state is not content.state:
        row = row._replace(state=content.state, since=at)
    return _noted(conn, row._replace(problem=content.problem, problem_kind=content.kind, lag=lag, lag_since=since))


def _noted(conn: Connection, row: SourceStatus) -> SourceStatus:
    store_status(conn, row)
    return row


def record_failure(
    conn: Connection,
    context: Context,
    source: Source,
    state: SourceState,
    kind: str,
    problem: str,
    now: datetime,
    *,
    text: str = "",
) -> bool:
    """
    Note trouble with a source; True where it was not in the same trouble at the poll before.

    ``text`` is what the operator is told, where that is more than the problem. A refused file is reported at once, a
    source out of reach only when it stays so. A file known to stand still is frozen, whatever it holds.
    """
    if kind == _KNOWN_FROZEN:
        state = SourceState.FROZEN
    before = source_status(conn, source.name)
    at = utc_text(now)
    new = (before.state, before.problem_kind) != (state, kind)
    since = at if new else before.since
    episode = before.episode or at
    due = state is not SourceState.FAILING or now - from_utc_text(since) >= PATIENCE
    if due:
        what = text or f"{problem}. Nothing was alerted from it; the last good data stay in force. {_ONCE}"
        message = operator_message(f"{source.title}: {_HEADLINES[state]}", what)
        report(conn, context, OperatorProblem(source.name, f"{state}|{kind}", episode), message, now)
    row = before._replace(
        state=state,
        problem=problem,
        problem_kind=kind,
        since=since,
        last_attempt=at,
        told=before.told or due,
        episode=episode,
    )
    store_status(conn, row)
    return new
