"""
The release calendar as it is known here: the bundled dates, the Treasury's page as last read, what was seen.

Light on purpose, as what it reads: a health check asks it too.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from treasury_watch.core.figures.calendar import PUBLISHED, ReleaseCalendar
from treasury_watch.core.figures.periods import from_utc_text, month_number, month_text, new_york_day
from treasury_watch.core.figures.published import Period
from treasury_watch.sources import tic_table5
from treasury_watch.store.database import Connection
from treasury_watch.store.release_dates import page_days, releases_of


def release_calendar(conn: Connection) -> ReleaseCalendar:
    """The bundled calendar, corrected by the page, and both by what was seen to come out."""
    return PUBLISHED.corrected({**page_days(conn), **_seen(conn)})


def _seen(conn: Connection) -> dict[Period, date]:
    """When each month came out, by Table 5. The first release of all says nothing: it may have stood there for long."""
    return {
        month_text(month): new_york_day(from_utc_text(later.released_at))
        for before, later in pairwise(releases_of(conn, tic_table5.NAME))
        for month in range(month_number(before.newest) + 1, month_number(later.newest) + 1)
    }
