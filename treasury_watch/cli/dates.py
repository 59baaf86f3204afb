"""Moments and periods as people type them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from treasury_watch.cli.errors import ErrorReport
from treasury_watch.core.figures.periods import NEW_YORK
from treasury_watch.core.figures.quantities import period_words

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d{2})?")
END_OF_DAY = time(23, 59, 59)


def read_moment(option: str, text: str, *, at: time) -> datetime:
    """A day (``at`` that time in New York) or an ISO instant with its zone, as UTC. Raises Told."""
    expected = f"{option}: expected a day such as 2026-06-18, or an instant such as 2026-06-18T20:00Z"
    try:
        if _DAY.fullmatch(text.strip()):
            return datetime.combine(date.fromisoformat(text.strip()), at, NEW_YORK).astimezone(UTC)
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ErrorReport(f'{expected}; "{text[:40]}" is neither') from None
    if moment.tzinfo is None:
        raise ErrorReport(f'{expected}; "{text[:40]}" does not say its time zone (add Z for UTC)')
    return moment.astimezone(UTC)


def read_bound(option: str, text: str) -> str:
    """A month or a day that bounds periods; empty for none. Raises Told."""
    if not text:
        return ""
    if not is_period(text):
        raise ErrorReport(
            f'{option}: cannot read "{text[:40]}"; expected a month such as 2012-01, or a day such as 2012-01-31'
        )
    return text.strip()


def is_period(text: str) -> bool:
    """Whether it is a month or an auction's day."""
    found = _PERIOD.fullmatch(text.strip())
    if not found:
        return False
    try:
        date.fromisoformat(text.strip() if found[2] else f"{text.strip()}-01")
    except ValueError:
        return False
    return True


def span(every: timedelta) -> str:
    """``10 minutes``."""
    seconds = int(every.total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % length == 0:
            count = seconds // length
            return f"{count} {unit}s" if count != 1 else unit
    return f"{seconds} seconds"


def washington(at: datetime, *, estimated: bool) -> str:
    """``15 Dec 2026, 16:00 Washington``."""
    local = at.astimezone(NEW_YORK)
    return f"{period_words(local.date().isoformat())}, {local:%H:%M} Washington{' (estimated)' if estimated else ''}"
