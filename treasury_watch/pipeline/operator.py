"""
Operator problems: each is reported once, however often it occurs, and its end once.

The key of a problem is all that tells it from others. Keys are stored: what they are made of must not change.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from treasury_watch.core.messages.message import Message, MessageKind
from treasury_watch.core.messages.operator import operator_message
from treasury_watch.core.rules.model import Severity
from treasury_watch.pipeline.context import Context
from treasury_watch.store import outbox
from treasury_watch.store.alerts import record_notice
from treasury_watch.store.database import Connection


class OperatorProblem(NamedTuple):
    """
    One thing that is wrong, or the end of it: with which source (or ``rules``), of what kind, and which one it is.

    Two that are equal are the same problem.
    """

    source: str
    kind: str
    subject: str

    @property
    def key(self) -> str:
        """What it is stored under."""
        return "|".join((MessageKind.OPERATOR, self.source, self.kind, self.subject))


def report(conn: Connection, context: Context, problem: OperatorProblem, message: Message, now: datetime) -> None:
    """Queue a message to the operator, unless this problem was reported before, and list it among the alerts."""
    row = note_problem(conn, problem, message.headline, message.severity, now)
    if row is not None:
        queue_report(conn, context, problem, message, [row], now)


def note_problem(
    conn: Connection, problem: OperatorProblem, headline: str, severity: Severity, now: datetime
) -> int | None:
    """List a problem among the alerts: its row, None where it was reported before."""
    return record_notice(conn, problem.key, MessageKind.OPERATOR, problem.source, headline, severity, now)


def queue_report(
    conn: Connection,
    context: Context,
    problem: OperatorProblem,
    message: Message,
    rows: Sequence[int],
    now: datetime,
) -> None:
    """Queue one message about problems that were noted, of which this is the first."""
    for channel in context.route(message.severity, MessageKind.OPERATOR, "", problem.source):
        outbox.queue(
            conn,
            key=f"{problem.key}|{channel}",
            channel=channel,
            message=message,
            release_id=None,
            now=now,
            alert_ids=list(rows),
        )


def report_end(
    conn: Connection, context: Context, source: str, subject: str, headline: str, text: str, now: datetime
) -> None:
    """Queue the all-clear of a trouble that was reported; ``subject`` is which of the source's troubles has ended."""
    message = operator_message(f"{headline}: all clear", text, Severity.INFO)
    report(conn, context, OperatorProblem(source, "clear", subject), message, now)
