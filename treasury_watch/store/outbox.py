"""
The outbox: the messages to send, and what became of them.

A message is queued in the transaction that decided it. A row is ``due`` when it has certainly not been posted,
``sending`` when it may have been (a sender has it, or ended without an answer), then ``sent`` or ``failed``. Every
attempt has its own row. Functions only; the caller owns the transaction.

An edit is a row of its own: it replaces the message of an earlier row, or follows it where the channel cannot edit. It
waits until the fate of the earlier one is known.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.core.messages.message import Message
from treasury_watch.store.schema import notifications, releases, told


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """
    A message of a release that was queued, sent or not.

    ``message`` is what it says by now, edits included; ``month`` the release's newest period.
    """

    id: int
    key: str
    channel: str
    source: str
    month: Period
    message: Message


class Counts(NamedTuple):
    """How many messages wait, and how many failed for good."""

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
    edits = select(row.c.id, row.c.state, row.c.short, row.c.replies).where(row.c.amends == original)
    last = conn.execute(edits.order_by(row.c.id.desc()).limit(1)).one_or_none()
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
    """The messages that carry an alert or its correction, one a channel."""
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
        edited = conn.execute(newer.order_by(notifications.c.id.desc()).limit(1)).scalar()
        message = Message.from_json(edited or row.message)
        originals.append(
            SentMessage(
                id=row.id, key=row.key, channel=row.channel, source=row.source, month=row.newest, message=message
            )
        )
    return originals


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


def oldest_unsent(conn: Connection) -> str | None:
    """When the longest waiting message was queued (UTC text); None where none waits."""
    waiting = notifications.c.state.in_(("due", "sending"))
    return conn.execute(select(func.min(notifications.c.queued_at)).where(waiting)).scalar()


def latest_problem(conn: Connection) -> str:
    """What the channel last said of a message that waits or failed; empty where nothing is amiss."""
    amiss = (notifications.c.state != "sent", notifications.c.problem != "")
    query = select(notifications.c.problem).where(*amiss).order_by(notifications.c.id.desc()).limit(1)
    return conn.execute(query).scalar() or ""
