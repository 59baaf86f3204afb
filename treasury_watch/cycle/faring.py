"""
How sources fare: an episode of trouble begins, is told to the operator, and ends with one all-clear.

A source can be out of reach, refused, late or frozen. Late and frozen are judged by the newest month against the
release calendar, never by what the server says: a "not modified" can be answered for years. Each trouble is told once
an episode, however often it comes and goes.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from treasury_watch.core import wording
from treasury_watch.core.calendar import ReleaseCalendar
from treasury_watch.core.clock import from_utc_text, utc_text
from treasury_watch.core.published import Period
from treasury_watch.core.quantities import period_words
from treasury_watch.core.rules import Severity
from treasury_watch.cycle.dates import release_calendar
from treasury_watch.cycle.desk import Desk
from treasury_watch.cycle.telling import tell_operator
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Connection, Engine, reading, writing
from treasury_watch.store.sources import Faring, State, faring, note_faring

PATIENCE = timedelta(hours=1)
"""A source out of reach for less than this is the network's passing mood, not the operator's concern."""

ON_SCHEDULE = frozenset({"tic.table5", "tic.table1", "tic.table3"})
"""
Sources that have a new month on every release day.

The history has one a year, on no announced day; auctions have a calendar of their own.
"""

_KNOWN_FROZEN = "frozen"
"""The kind under which a parser refuses a file that is known to stand still."""

_HEADLINES = {
    State.REFUSED: "refused",
    State.FAILING: "out of reach",
    State.LATE: "late",
    State.FROZEN: "frozen",
}


class Content(NamedTuple):
    """What a source's newest month says: fresh, late or frozen, and in words why."""

    state: State
    kind: str
    problem: str


def content_state(newest: Period | None, calendar: ReleaseCalendar, now: datetime) -> Content:
    """
    Judge freshness by content.

    Late: one release day has passed, with its grace, and its month is not there. Frozen: the next one has passed as
    well. Two months that were folded into one day make one day.
    """
    missed = calendar.missed(newest, now) if newest else ()
    if not missed:
        return Content(State.FRESH, "", "")
    owed = calendar.expected_newest(now)
    has = f"its newest month is {period_words(newest or '')}"
    if len(missed) == 1:
        due = f"{period_words(owed)} was due on {_day(missed[0])}"
        return Content(State.LATE, "late", f"{has}; {due} and is not there")
    days = " and ".join([", ".join(_day(day) for day in missed[:-1]), _day(missed[-1])])
    return Content(
        State.FROZEN, "still", f"{has}, and the releases of {days} did not move it; see whether the url moved"
    )


def _day(day: date) -> str:
    return period_words(day.isoformat())


def fares_well(
    conn: Connection,
    desk: Desk,
    source: Source,
    newest: Period | None,
    validators: str,
    now: datetime,
    *,
    by_hand: bool = False,
) -> Faring:
    """
    Note that a source answered with what could be believed, which may still be late; how it fares now.

    An episode that was told of ends with an all-clear once nothing is wrong. A file taken in ``by_hand`` says nothing
    of how the source answers: an old one makes nothing late.
    """
    before = faring(conn, source.name)
    at = utc_text(now)
    newest = newest or before.newest
    content = _content(conn, source, newest, now)
    if by_hand:
        row = before._replace(newest=newest)
        if before.state is State.NEVER:
            row = row._replace(state=State.FRESH, since=at, last_success=at)
        if content.state is not State.FRESH or before.state not in (State.LATE, State.FROZEN):
            note_faring(conn, row)
            return row
    else:
        row = before._replace(last_attempt=at, last_success=at, newest=newest, validators=validators)
    return _settle(conn, desk, source, row, content, now)


def check_freshness(engine: Engine, desk: Desk, now: datetime) -> dict[str, Faring]:
    """
    Judge every source's freshness at ``now``, whether or not it answered; those whose state changed, by name.

    To be called after polls and by the clock: a source that answers "not modified" for ever becomes late all the same.
    """
    with reading(engine) as conn:
        due = [source for source in desk.sources.values() if _to_settle(conn, source, now)]
    if not due:
        return {}
    changed = {}
    with writing(engine) as conn:
        for source in due:
            content = _to_settle(conn, source, now)
            if content:
                changed[source.name] = _settle(conn, desk, source, faring(conn, source.name), content, now)
    return changed


def _to_settle(conn: Connection, source: Source, now: datetime) -> Content | None:
    """What the content says, where that is not what is noted and nothing worse is."""
    row = faring(conn, source.name)
    if not source.enabled or row.state in (State.NEVER, State.FAILING, State.REFUSED):
        return None
    if row.problem_kind == _KNOWN_FROZEN:
        return None  # only another file can end that
    content = _content(conn, source, row.newest, now)
    return None if (content.state, content.kind) == (row.state, row.problem_kind) else content


def _content(conn: Connection, source: Source, newest: Period | None, now: datetime) -> Content:
    if source.name not in ON_SCHEDULE:
        return Content(State.FRESH, "", "")
    return content_state(newest, release_calendar(conn), now)


def _settle(conn: Connection, desk: Desk, source: Source, row: Faring, content: Content, now: datetime) -> Faring:
    """Note what the content says of a source that is not out of reach, and tell it where it is news."""
    at = utc_text(now)
    if content.state is not State.FRESH:
        return _note_trouble(conn, desk, source, row, content, now, due=True)
    if row.told:
        here = f"Data to {period_words(row.newest)} are here. " if row.newest else ""
        message = wording.operator_message(
            f"{source.title}: all clear",
            f"{here}What was wrong: {row.problem or row.state.value}",
            Severity.INFO,
        )
        tell_operator(conn, desk, f"operator|{source.name}|clear|{row.episode}", source.name, message, now)
    since = row.since if row.state is State.FRESH else at
    row = row._replace(state=State.FRESH, problem="", problem_kind="", since=since, told=False, episode="")
    note_faring(conn, row)
    return row


def fares_badly(
    conn: Connection, desk: Desk, source: Source, state: State, kind: str, problem: str, now: datetime
) -> bool:
    """
    Note trouble with a source; True where it was not in the same trouble at the poll before.

    A refused file is told at once, a source out of reach only when it stays so. A file that is known to stand still is
    frozen, whatever it holds.
    """
    if kind == _KNOWN_FROZEN:
        state = State.FROZEN
    before = faring(conn, source.name)
    new = (before.state, before.problem_kind) != (state, kind)
    since = utc_text(now) if new else before.since
    due = state is not State.FAILING or now - from_utc_text(since) >= PATIENCE
    row = before._replace(last_attempt=utc_text(now))
    _note_trouble(conn, desk, source, row, Content(state, kind, problem), now, due=due)
    return new


def _note_trouble(
    conn: Connection, desk: Desk, source: Source, row: Faring, trouble: Content, now: datetime, *, due: bool
) -> Faring:
    """Write a trouble down; where ``due``, tell the operator, unless this one was told in this episode already."""
    at = utc_text(now)
    episode = row.episode or at
    if due:
        text = (
            f"{trouble.problem[:1].upper()}{trouble.problem[1:]}. The last good data stay in force. This is told once."
        )
        if trouble.state is State.REFUSED:
            text = (
                f"{trouble.problem}. Nothing was alerted from it; the last good data stay in force. This is told once."
            )
        headline = f"{source.title}: {_HEADLINES[trouble.state]}"
        key = f"operator|{source.name}|{trouble.state}|{trouble.kind}|{episode}"
        tell_operator(conn, desk, key, source.name, wording.operator_message(headline, text), now)
    same = (row.state, row.problem_kind) == (trouble.state, trouble.kind)
    row = row._replace(
        state=trouble.state,
        problem=trouble.problem,
        problem_kind=trouble.kind,
        since=row.since if same else at,
        told=row.told or due,
        episode=episode,
    )
    note_faring(conn, row)
    return row
