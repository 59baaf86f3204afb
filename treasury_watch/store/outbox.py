"""
The outbox: what is to be told, who is telling it, and what became of it.

A message is queued in the transaction that decided it. A row is ``due`` when it has certainly not been posted,
``sending`` when it may have been (a sender has it, or ended without an answer), then ``sent`` or ``failed``. Every
attempt has its own row. Functions only; the caller owns the transaction.

An amendment is a row of its own that stands in for an earlier one: what was told is edited, or followed where it cannot
be. It waits until the fate of the earlier one is known.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, Engine, and_, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from treasury_watch.core.figures.periods import from_utc_text, utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.core.messages.message import Message
from treasury_watch.store.schema import deliveries, notifications, releases, told

__all__ = [
    "Counts",
    "Due",
    "Engine",  # for delivery's signatures: sqlalchemy itself comes in by the store's door only
    "MessageEdit",
    "Outcome",
    "SentMessage",
    "claim",
    "counts",
    "holders",
    "messages_about_months",
    "messages_with_alert",
    "note",
    "queue",
    "queue_edit",
    "requeue_failed",
    "unsent",
]

_ABANDONED: Final = "the sender ended before it could say what became of it"


class Outcome(StrEnum):
    """What became of one attempt. ``ambiguous``: it may have been posted, look before sending again."""

    SENT = "sent"
    FOUND = "found"
    RETRY = "retry"
    AMBIGUOUS = "ambiguous"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
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
    What an amendment is of, and how.

    ``key`` and ``ref`` are the original's; ``ref`` is empty where it stands nowhere that could be edited. ``told``: the
    original was told at all. ``short`` is said where it cannot be edited (empty: nothing need be said there), and in
    its thread where ``replies``.
    """

    key: str
    ref: str
    told: bool
    short: str
    replies: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """
    A message of a release that was queued, told or not.

    ``message`` is what it says by now, amendments included; ``month`` the release's newest period.
    """

    id: int
    key: str
    channel: str
    source: str
    month: Period
    message: Message


class Counts(NamedTuple):
    """How many messages wait to be told, and how many never will be."""

    due: int
    failed: int


def queue(
    conn: Connection,
    *,
    key: str,
    channel: str,
    message: Message,
    release_id: int | None,
    now: datetime,
    alert_ids: Collection[int] = (),
) -> bool:
    """
    Put a message and the alerts it carries into the outbox.

    False, and nothing written, where the key is there already: what was queued once is not queued again.
    """
    # Of the two dialects' inserts the clause is spelled the same, but only theirs has it.
    add = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    at = utc_text(now)
    statement = (
        add(notifications)
        .values(key=key, channel=channel, release_id=release_id, message=message.as_json(), queued_at=at, due_at=at)
        .on_conflict_do_nothing(index_elements=["key"])
    )
    queued = conn.execute(statement.returning(notifications.c.id)).scalar_one_or_none()
    if queued is None:
        return False
    _carry(conn, queued, alert_ids)
    return True


def queue_edit(
    conn: Connection,
    original: int,
    *,
    key: str,
    message: Message,
    short: Message | None,
    replies: bool,
    now: datetime,
    alert_ids: Collection[int] = (),
) -> bool:
    """
    Put ``message`` in the place of one that was queued before; ``original`` is its row.

    One that has certainly not been posted simply says the new words. ``short`` is for channels that cannot edit (None:
    they need not be told), and for the original's thread where ``replies``. False where the key is there already.
    """
    row = notifications
    if conn.execute(select(row.c.id).where(row.c.key == key)).first():
        return False
    text, brief = message.as_json(), short.as_json() if short else None
    unsent = update(row).where(row.c.id == original, row.c.state == "due").values(message=text)
    if conn.execute(unsent).rowcount:
        _carry(conn, original, alert_ids)
        return True
    place = select(row.c.channel, row.c.release_id).where(row.c.id == original)
    channel, release = conn.execute(place).one()
    at = utc_text(now)
    # An edit that waits still is overtaken by this one: only the last words matter. What it would have said in short
    # on a channel that cannot edit is kept, unless there are newer words for that too.
    amendments = select(row.c.id, row.c.state, row.c.short, row.c.replies).where(row.c.amends == original)
    last = conn.execute(amendments.order_by(row.c.id.desc()).limit(1)).one_or_none()
    if last and last.state == "due" and not (last.replies or replies or alert_ids):
        overtaken = update(row).where(row.c.id == last.id, row.c.state == "due")
        if conn.execute(overtaken.values(message=text, short=brief or last.short)).rowcount:
            return True
    values = {
        "key": key,
        "channel": channel,
        "release_id": release,
        "message": text,
        "amends": original,
        "short": brief,
        "replies": replies,
        "queued_at": at,
        "due_at": at,
    }
    _carry(conn, conn.execute(insert(row).values(values).returning(row.c.id)).scalar_one(), alert_ids)
    return True


def _carry(conn: Connection, notification: int, alert_ids: Collection[int]) -> None:
    known = set(conn.execute(select(told.c.alert_id).where(told.c.notification_id == notification)).scalars())
    rows = [{"notification_id": notification, "alert_id": alert} for alert in alert_ids if alert not in known]
    if rows:
        conn.execute(insert(told), rows)


def messages_about_months(conn: Connection, months: Collection[Period]) -> list[SentMessage]:
    """The messages of releases whose newest period is one of these, oldest first."""
    mine = (releases.c.newest.in_(sorted(months)), notifications.c.amends.is_(None))
    return _originals(conn, *mine)


def messages_with_alert(conn: Connection, alert_id: int) -> list[SentMessage]:
    """The messages in which an alert was told, or corrected, one a channel."""
    carrying = select(func.coalesce(notifications.c.amends, notifications.c.id))
    carrying = carrying.join(told, told.c.notification_id == notifications.c.id).where(told.c.alert_id == alert_id)
    return _originals(conn, notifications.c.id.in_(carrying))


def messages_named(conn: Connection, prefix: str) -> list[SentMessage]:
    """The messages whose keys begin so, oldest first."""
    mine = (notifications.c.key.startswith(prefix, autoescape=True), notifications.c.amends.is_(None))
    return _originals(conn, *mine)


def _originals(conn: Connection, *wanted: ColumnElement[bool]) -> list[SentMessage]:
    rows = conn.execute(
        select(notifications, releases.c.source, releases.c.newest)
        .join(releases, notifications.c.release_id == releases.c.id)
        .where(*wanted)
        .order_by(notifications.c.id)
    ).all()
    originals = []
    for row in rows:
        newer = select(notifications.c.message).where(notifications.c.amends == row.id)
        amended = conn.execute(newer.order_by(notifications.c.id.desc()).limit(1)).scalar()
        message = Message.from_json(amended or row.message)
        originals.append(
            SentMessage(
                id=row.id, key=row.key, channel=row.channel, source=row.source, month=row.newest, message=message
            )
        )
    return originals


def holders(conn: Connection, channel: str) -> tuple[str, ...]:
    """Everybody who has left the channel's messages ``sending``, alive or not."""
    holding = select(notifications.c.lease_by).distinct()
    mine = (notifications.c.channel == channel, notifications.c.state == "sending", notifications.c.lease_by != "")
    return tuple(conn.execute(holding.where(*mine)).scalars())


def claim(
    conn: Connection, channel: str, now: datetime, lease: timedelta, by: str, gone: Collection[str] = ()
) -> Due | None:
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
    return Due(
        id=taken.id,
        attempt=attempt,
        key=taken.key,
        channel=channel,
        message=taken.message,
        attempts=taken.attempts,
        by=by,
        lease_until=now + lease,
        uncertain=doubtful is not None,
        since=from_utc_text(doubtful) if doubtful else now,
        amending=None if taken.amends is None else _amending(conn, taken.amends, taken.short or "", taken.replies),
    )


def _amending(conn: Connection, original: int, short: str, replies: bool) -> MessageEdit:
    columns = notifications.c.key, notifications.c.ref, notifications.c.state
    key, ref, state = conn.execute(select(*columns).where(notifications.c.id == original)).one()
    return MessageEdit(key=key, ref=ref, told=state == "sent", short=short, replies=replies)


def note(
    conn: Connection,
    due: Due,
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
    was posted is written down even then. ``ref`` of an amendment is where the message now stands: the next one of the
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


def counts(conn: Connection) -> Counts:
    """How the outbox stands, over all channels."""
    by_state = select(notifications.c.state, func.count().label("number")).group_by(notifications.c.state)
    found = {row.state: row.number for row in conn.execute(by_state)}
    return Counts(due=found.get("due", 0) + found.get("sending", 0), failed=found.get("failed", 0))


def unsent(conn: Connection) -> dict[str, int]:
    """Channel -> how many messages wait for it."""
    waiting = notifications.c.state.in_(("due", "sending"))
    number = select(notifications.c.channel, func.count().label("number")).where(waiting)
    return {row.channel: row.number for row in conn.execute(number.group_by(notifications.c.channel))}


def requeue_failed(conn: Connection, channel: str, now: datetime) -> int:
    """Make a channel's failed messages due again, once somebody has mended what was wrong; gives how many."""
    failed = (notifications.c.channel == channel, notifications.c.state == "failed")
    return conn.execute(update(notifications).where(*failed).values(state="due", due_at=utc_text(now))).rowcount


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
