"""
Whether a source is fresh, late or frozen: by its newest month against the release calendar.

Never by what the server says, for a "not modified" can be answered for years.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from treasury_watch.core.figures.calendar import ReleaseCalendar
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.sources.source import Source
from treasury_watch.store.source_status import SourceState

PATIENCE = timedelta(hours=1)
"""A source out of reach, or a message not taken, for less than this is the network's passing mood: nobody is called."""


class Freshness(NamedTuple):
    """What a source's newest month says: fresh, late or frozen, and in words why."""

    state: SourceState
    kind: str
    problem: str


SOUND = Freshness(SourceState.FRESH, "", "")


def freshness_of(source: Source, newest: Period | None, calendar: ReleaseCalendar, now: datetime) -> Freshness:
    """
    Judge freshness by content, of a source that has a new month on every release day; others cannot be late.

    Late: one release day has passed, with its grace, and its month is not there. Frozen: the next one has passed as
    well. Two months that were folded into one day make one day.
    """
    missed = calendar.missed(newest, now) if newest and source.on_release_days else ()
    if not missed:
        return SOUND
    owed = calendar.expected_newest(now)
    has = f"its newest month is {period_words(newest or '')}"
    if len(missed) == 1:
        due = f"{period_words(owed)} was due on {_day(missed[0])}"
        return Freshness(SourceState.LATE, "late", f"{has}; {due} and is not there")
    days = " and ".join([", ".join(_day(day) for day in missed[:-1]), _day(missed[-1])])
    return Freshness(
        SourceState.FROZEN, "still", f"{has}, and the releases of {days} did not move it; see whether the url moved"
    )


def _day(day: date) -> str:
    return period_words(day.isoformat())
