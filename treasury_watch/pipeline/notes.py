"""What is new in a file and no damage is said once to the operator, all of one release in one message."""

from __future__ import annotations

from datetime import datetime

from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Release
from treasury_watch.core.messages.operator import operator_message
from treasury_watch.core.rules.model import Severity
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.operator import OperatorProblem, report
from treasury_watch.store.database import Connection
from treasury_watch.store.notes import keep_new

_MOST_SAID = 10


def report_notes(conn: Connection, context: Context, release: Release, now: datetime) -> None:
    """Tell the operator the notes of a release that were never said before."""
    new = keep_new(conn, release.source, release.notes, now)
    if not new:
        return
    said = [note.says for note in new[:_MOST_SAID]]
    if len(new) > _MOST_SAID:
        said.append(f"... and {len(new) - _MOST_SAID} more.")
    title = context.sources[release.source].title
    count = f"{len(new)} things are" if len(new) > 1 else "one thing is"
    text = "\n".join([*said, "The rest of the file was read as ever. This message is sent once."])
    message = operator_message(f"{title}: {count} new", text, Severity.NOTICE)
    report(conn, context, OperatorProblem(release.source, "notes", utc_text(now)), message, now)
