"""
The status of sources: trouble begins, is reported to the operator once, and ends with one all-clear.

Two troubles have lives of their own. A source cannot be read: it is out of reach, or what it gives is refused. Or it
can be read, and a month is missing: it is late or frozen, by the newest month against the release calendar, never by
what the server says, for a "not modified" can be answered for years.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from treasury_watch.core.figures.periods import from_utc_text, utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.core.messages.operator import operator_message
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.dates import release_calendar
from treasury_watch.pipeline.freshness import PATIENCE, SOUND, Freshness, freshness_of
from treasury_watch.pipeline.operator import OperatorProblem, report, report_end
from treasury_watch.sources.source import Obligation, Source
from treasury_watch.store.auctions import auctions_ahead
from treasury_watch.store.database import Connection, Engine, reading, writing
from treasury_watch.store.source_status import SourceState, SourceStatus, source_status, store_status

_KNOWN_FROZEN = "frozen"
"""The kind under which a parser refuses a file that is known to stand still."""

_ONCE = "This message is sent once."
_STAYS = "Nothing was alerted from it; the last good data stay in force."
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
    content = freshness_of(source, newest, release_calendar(conn), now, auctions_ahead(conn))
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
        if before.told and not _same_episode(conn, context, before):
            text = f"It can be read again. What was wrong: {before.problem}"
            report_end(conn, context, source.name, before.episode, source.title, text, now)
        row = row._replace(state=SourceState.NEVER, told=False, episode="")
    return _note_lag(conn, context, source, row, content, now)


def check_freshness(engine: Engine, context: Context, now: datetime) -> dict[str, SourceStatus]:
    """
    Judge every source's freshness at ``now``, whether or not it answered; those whose state changed, by name.

    To be called after polls and by the clock: a source that answers "not modified" for ever becomes late all the same.
    What is late or frozen for one cause is reported here, in one message.
    """
    with reading(engine) as conn:
        if not _to_settle(conn, context.sources.values(), now):
            return {}
    changed = {}
    with writing(engine) as conn:
        causes: dict[tuple[str, Obligation], list[tuple[Source, SourceStatus]]] = {}
        for source, content in _to_settle(conn, context.sources.values(), now):
            row = _note_lag(conn, context, source, source_status(conn, source.name), content, now)
            if content.lag:
                row = _noted(conn, row._replace(lag=content.lag, lag_since=row.lag_since or utc_text(now)))
                # Tables that wait for one release have one cause; any other source has its own.
                causes.setdefault((content.lag, source.owes), []).append((source, row))
            changed[source.name] = row
        for (lag, _), found in causes.items():
            _report_lag(conn, context, lag, found, now)
    return changed


def _report_lag(
    conn: Connection, context: Context, lag: str, found: Sequence[tuple[Source, SourceStatus]], now: datetime
) -> None:
    first, row = found[0]
    titles = ", ".join(source.title for source, _ in found)
    said = "\n".join(
        f"{f'{source.title}: ' if len(found) > 1 else ''}{one.problem[:1].upper()}{one.problem[1:]}."
        for source, one in found
    )
    here = _here_already(conn, context, first, row) if lag == SourceState.LATE else ""
    message = operator_message(f"{titles}: {lag}", f"{said}{here} The last good data stay in force. {_ONCE}")
    report(conn, context, OperatorProblem(first.name, lag, row.lag_since), message, now)


def _here_already(conn: Connection, context: Context, first: Source, row: SourceStatus) -> str:
    """Which tables have the month that others wait for: files of two releases can stand side by side."""
    if first.owes is not Obligation.MONTH:
        return ""
    here = [
        source.title
        for source in context.sources.values()
        if source.enabled
        and source.owes is Obligation.MONTH
        and (source_status(conn, source.name).newest or "") > (row.newest or "")
    ]
    return f" {', '.join(here)} {'are' if len(here) > 1 else 'is'} here." if here else ""


def _to_settle(conn: Connection, sources: Iterable[Source], now: datetime) -> list[tuple[Source, Freshness]]:
    """The sources whose content says what was not told yet; not those that cannot be read, which is known."""
    calendar, ahead = release_calendar(conn), auctions_ahead(conn)
    found = []
    for source in sources:
        row = source_status(conn, source.name)
        if not source.enabled or row.state is SourceState.NEVER or row.episode:
            continue
        content = freshness_of(source, row.newest, calendar, now, ahead)
        if (content.state, content.lag) != (row.state, row.lag):
            found.append((source, content))
    return found


def _note_lag(
    conn: Connection, context: Context, source: Source, row: SourceStatus, content: Freshness, now: datetime
) -> SourceStatus:
    """Record what the content of a source that can be read says, and that what it lacked is there."""
    if row.lag and content.state is SourceState.FRESH:
        waiting = [
            one
            for one in context.sources.values()
            if one.name != source.name and source_status(conn, one.name).lag_since == row.lag_since
        ]
        if not waiting:
            here = f"Data to {period_words(row.newest or '')} are here"
            text = f"{here}; no release is missing. It was {row.lag}."
            report_end(conn, context, source.name, row.lag_since, source.title, text, now)
        row = row._replace(lag="", lag_since="")
    if row.state is not content.state:
        row = row._replace(state=content.state, since=utc_text(now))
    return _noted(conn, row._replace(problem=content.problem, problem_kind=content.kind))


def _noted(conn: Connection, row: SourceStatus) -> SourceStatus:
    store_status(conn, row)
    return row


def _failing_alike(conn: Connection, context: Context, source: Source, kind: str) -> list[SourceStatus]:
    """The other sources that cannot be reached for the same cause: one outage hides them all."""
    rows = [
        source_status(conn, one.name) for one in context.sources.values() if one.enabled and one.name != source.name
    ]
    return [row for row in rows if row.state is SourceState.FAILING and row.problem_kind == kind]


def _same_episode(conn: Connection, context: Context, row: SourceStatus) -> bool:
    """Whether another source still is in the trouble that was reported together with this one's."""
    others = (source_status(conn, name) for name in context.sources if name != row.source)
    return any(other.told and other.episode == row.episode for other in others)


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
    failing = state is SourceState.FAILING
    alike = _failing_alike(conn, context, source, kind) if due and failing and not before.told else []
    reported = next((row.episode for row in alike if row.told), "")
    episode = reported or episode
    if due and not reported and not (failing and before.told and not new):
        titles = ", ".join([source.title, *(context.sources[row.source].title for row in alike)])
        message = operator_message(f"{titles}: {_HEADLINES[state]}", text or f"{problem}. {_STAYS} {_ONCE}")
        report(conn, context, OperatorProblem(source.name, f"{state}|{kind}", episode), message, now)
        for row in alike:
            store_status(conn, row._replace(told=True, episode=episode))
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
