"""How sources fare: an episode of trouble begins, is told to the operator once, and ends with one all-clear."""

from __future__ import annotations

from datetime import datetime, timedelta

from treasury_watch.core import wording
from treasury_watch.core.clock import from_utc_text, utc_text
from treasury_watch.core.published import Period
from treasury_watch.core.rules import Severity
from treasury_watch.cycle.desk import Desk
from treasury_watch.cycle.telling import tell_operator
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Connection
from treasury_watch.store.sources import Faring, State, faring, note_faring

PATIENCE = timedelta(hours=1)
"""A source out of reach for less than this is the network's passing mood, not the operator's concern."""


def fares_well(
    conn: Connection, desk: Desk, source: Source, newest: Period | None, validators: str, now: datetime
) -> None:
    """Note that a source answered with what could be believed; an episode that was told of ends with an all-clear."""
    before = faring(conn, source.name)
    at = utc_text(now)
    if before.told:
        trouble = before.problem or before.state.value
        message = wording.operator_message(
            f"{source.title}: all clear",
            f"It can be read again. What was wrong: {trouble}",
            Severity.INFO,
        )
        tell_operator(conn, desk, f"operator|{source.name}|clear|{before.since}", source.name, message, now)
    since = before.since if before.state is State.FRESH else at
    newest = newest or before.newest
    note_faring(conn, Faring(source.name, State.FRESH, "", "", since, at, at, newest, validators, told=False))


def fares_badly(
    conn: Connection, desk: Desk, source: Source, state: State, kind: str, problem: str, now: datetime
) -> bool:
    """
    Note trouble with a source; True where it was not in the same trouble at the poll before.

    A refused file is told at once, a source out of reach only when it stays so: each once an episode.
    """
    before = faring(conn, source.name)
    new = (before.state, before.problem_kind) != (state, kind)
    since = utc_text(now) if new else before.since
    told = before.told and not new
    if not told and (state is State.REFUSED or now - from_utc_text(since) >= PATIENCE):
        headline = f"{source.title}: {'refused' if state is State.REFUSED else 'out of reach'}"
        text = f"{problem}. Nothing was alerted from it; the last good data stay in force. This is told once."
        key = f"operator|{source.name}|{state}|{kind}|{since}"
        tell_operator(conn, desk, key, source.name, wording.operator_message(headline, text), now)
        told = True
    row = before._replace(
        state=state, problem=problem, problem_kind=kind, since=since, last_attempt=utc_text(now), told=told
    )
    note_faring(conn, row)
    return new
