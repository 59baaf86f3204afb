"""What was said once to the operator of a source's files: it is not said again at the next release."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select

from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Note
from treasury_watch.store.schema import notes


def keep_new(conn: Connection, source: str, said: Iterable[Note], now: datetime) -> list[Note]:
    """Keep the notes of a source that were never kept before, and give those."""
    known = set(conn.execute(select(notes.c.subject).where(notes.c.source == source)).scalars())
    new = list({note.subject: note for note in said if note.subject not in known}.values())
    rows = [{"source": source, "subject": one.subject, "says": one.says, "noted_at": utc_text(now)} for one in new]
    if rows:
        conn.execute(insert(notes), rows)
    return new
