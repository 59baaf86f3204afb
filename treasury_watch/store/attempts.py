"""Attempts at delivery: a message of the outbox is claimed under a lease, and what became of each try is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, and_, func, insert, or_, select, update
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from treasury_watch.core.figures.periods import from_utc_text, utc_text
from treasury_watch.store.schema import deliveries, notifications

_ABANDONED: Final = "the sender ended before it could say what became of it"


class Outcome(StrEnum):
    """What became of one attempt. ``ambiguous``: it may have been posted, look before sending again."""

    SENT = "sent"
    FOUND = "found"
    RETRY = "retry"
    AMBIGUOUS = "ambiguous"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMessage:
    """
    A message that the holder ``by`` may send until ``lease_until``.

    ``message`` is the text that ``Message.from_json`` reads. ``uncertain``: an earlier attempt may have posted it, the
    first of those at ``since``. ``attempts`` counts this one.
    """

    id: int
    attempt: int
    key: str
    channel: str
    message: str
    attempts: int
    by: str
    lease_until: datetime
    uncertain: bool
    since: datetime
    amending: MessageEdit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdit:
    """
    An edit: of which message, and how.

    ``key`` and ``ref`` are the original's; ``ref`` is empty where it stands nowhere that could be edited. ``told``: the
    original was sent at all. ``short`` is said where it cannot be edited (empty: nothing need be said there), and in
    its thread where ``replies``.
    """

    key: str
    ref: str
    told: bool
    short: str
    replies: bool


def holders(conn: Connection, channel: str) -> tuple[str, ...]:
    """Everybody who has left the channel's messages ``sending``, alive or not."""
    holding = select(notifications.c.lease_by).distinct()
    mine = (notifications.c.channel == channel, notifications.c.state == "sending", notifications.c.lease_by != "")
    return tuple(conn.execute(holding.where(*mine)).scalars())


def claim(
    conn: Connection, channel: str, now: datetime, lease: timedelta, by: str, gone: Collection[str] = ()
) -> DueMessage | None:
    """
    Take the oldest message of a channel that is due, for as long as the lease.

    None if nothing is due, or if somebody else is sending on this channel now: one at a time keeps a channel's messages
    in order. An edit waits for the message itself and for every earlier edit of it, else an older one that was put off
    would overwrite its words. A lease that ran out, or whose holder is in ``gone``, counts as none.
    """
    # The write comes first and alone decides. Reading first would let two workers see the same row free, and SQLite
    # refuses a transaction that turns from reading to writing after somebody else has written.
    row, other = notifications, notifications.alias()
    at = utc_text(now)
    original = notifications.alias()
    settled = select(original.c.id).where(original.c.id == other.c.amends, original.c.state.in_(("sent", "failed")))
    earlier = notifications.alias()
    unsettled = select(earlier.c.id).where(
        earlier.c.amends == other.c.amends, earlier.c.id < other.c.id, earlier.c.state.in_(("due", "sending"))
    )
    oldest = select(func.min(other.c.id)).where(
        other.c.channel == channel,
        other.c.due_at <= at,
        or_(other.c.amends.is_(None), and_(settled.exists(), ~unsettled.exists())),
        or_(other.c.state == "due", and_(other.c.state == "sending", _free(other.c, at, gone))),
    )
    held = select(other.c.id).where(other.c.channel == channel, other.c.state == "sending", ~_free(other.c, at, gone))
    taken = conn.execute(
        update(row)
        .where(
            row.c.id == oldest.scalar_subquery(),
            or_(row.c.state == "due", and_(row.c.state == "sending", _free(row.c, at, gone))),
            ~held.exists(),
        )
        .values(state="sending", attempts=row.c.attempts + 1, lease_by=by, lease_until=utc_text(now + lease))
        .returning(row.c.id, row.c.key, row.c.message, row.c.attempts, row.c.amends, row.c.short, row.c.replies)
    ).one_or_none()
    if taken is None:
        return None
    conn.execute(
        update(deliveries)
        .where(deliveries.c.notification_id == taken.id, deliveries.c.outcome == "")
        .values(outcome=Outcome.AMBIGUOUS, ended_at=at, problem=_ABANDONED)
    )
    doubtful = _doubtful_since(conn, taken.id)
    began = insert(deliveries).values(notification_id=taken.id, started_at=at)
    attempt = conn.execute(began.returning(deliveries.c.id)).scalar_one()
    return DueMessage(
        id=taken.id,
        attempt=attempt,
        key=taken.key,
        channel=channel,
        message=_newest_words(conn, taken.amends, taken.id) or taken.message,
        attempts=taken.attempts,
        by=by,
        lease_until=now + lease,
        uncertain=doubtful is not None,
        since=from_utc_text(doubtful) if doubtful else now,
        amending=None if taken.amends is None else _amending(conn, taken.amends, taken.short or "", taken.replies),
    )


def _newest_words(conn: Connection, original: int | None, edit: int) -> str | None:
    """What a later edit of the same message already says: an edit that failed and is tried again must not undo it."""
    row = notifications.c
    later = select(row.message).where(row.amends == original, row.id > edit, row.state == "sent")
    return conn.execute(later.order_by(row.id.desc()).limit(1)).scalar()


def _amending(conn: Connection, original: int, short: str, replies: bool) -> MessageEdit:
    columns = notifications.c.key, notifications.c.ref, notifications.c.state
    key, ref, state = conn.execute(select(*columns).where(notifications.c.id == original)).one()
    return MessageEdit(key=key, ref=ref, told=state == "sent", short=short, replies=replies)


def note(
    conn: Connection,
    due: DueMessage,
    outcome: Outcome,
    *,
    now: datetime,
    ref: str = "",
    problem: str = "",
    again_at: datetime | None = None,
) -> bool:
    """
    Write down what became of an attempt; ``again_at`` is when to go on after ``retry`` and ``ambiguous``.

    False where the row was no longer ours to change: the lease had run out and another worker has it. That a message
    was posted is written down even then. ``ref`` of an edit is where the message now stands: the next one of the
    same original begins there.
    """
    at = utc_text(now)
    again = utc_text(again_at or now)
    changes: dict[Outcome, dict[str, str]] = {
        Outcome.SENT: {"state": "sent", "sent_at": at, "ref": ref, "problem": ""},
        Outcome.FOUND: {"state": "sent", "sent_at": at, "ref": ref, "problem": ""},
        Outcome.RETRY: {"state": "due", "due_at": again, "problem": problem},
        Outcome.AMBIGUOUS: {"state": "sending", "due_at": again, "problem": problem},
        Outcome.FAILED: {"state": "failed", "problem": problem},
    }
    conn.execute(
        update(deliveries).where(deliveries.c.id == due.attempt).values(outcome=outcome, ended_at=at, problem=problem)
    )
    posted = outcome in (Outcome.SENT, Outcome.FOUND)
    mine = notifications.c.state != "sent" if posted else notifications.c.lease_by == due.by
    changed = conn.execute(
        update(notifications)
        .where(notifications.c.id == due.id, mine)
        .values(**changes[outcome], lease_by=None, lease_until=None)
    )
    if posted and ref and due.amending:
        mine = select(notifications.c.amends).where(notifications.c.id == due.id).scalar_subquery()
        conn.execute(update(notifications).where(notifications.c.id == mine).values(ref=ref))
    return changed.rowcount == 1


def _free(columns: ReadOnlyColumnCollection[str, Column[Any]], at: str, gone: Collection[str]) -> ColumnElement[bool]:
    """No living holder has the row."""
    return or_(columns.lease_until.is_(None), columns.lease_until <= at, columns.lease_by.in_(list(gone)))


def _doubtful_since(conn: Connection, notification_id: int) -> str | None:
    """
    When the first attempt began that may have posted the message; None where none may have.

    An attempt that was refused after a doubtful one settles nothing about the doubtful one: before the refused one was
    made, the channel was searched, and did not have the message.
    """
    attempts = deliveries.c.notification_id == notification_id
    last = select(deliveries.c.outcome).where(attempts).order_by(deliveries.c.id.desc()).limit(1)
    if conn.execute(last).scalar_one_or_none() != Outcome.AMBIGUOUS:
        return None
    doubtful = select(func.min(deliveries.c.started_at)).where(attempts, deliveries.c.outcome == Outcome.AMBIGUOUS)
    since: str = conn.execute(doubtful).scalar_one()
    return since
