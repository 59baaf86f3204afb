"""Publications: one file each, and this list of them. Fetching is http.py's alone."""

from __future__ import annotations

from treasury_watch.sources import (
    auctions_fiscaldata,
    auctions_treasurydirect,
    auctions_upcoming,
    tic_calendar,
    tic_history,
    tic_table1,
    tic_table3,
    tic_table5,
    yields,
)
from treasury_watch.sources.source import Source

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        tic_table5.SOURCE,
        tic_history.SOURCE,
        tic_table1.SOURCE,
        tic_table3.SOURCE,
        tic_calendar.SOURCE,
        auctions_treasurydirect.SOURCE,
        auctions_fiscaldata.SOURCE,
        auctions_upcoming.SOURCE,
        yields.SOURCE,
    )
}
"""Every source by its name, in the order in which they are listed to people."""
