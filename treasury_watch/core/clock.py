"""
Instants as text, in the one form that is stored.

UTC, ISO 8601, always with microseconds and a Z: as text they sort as they do in time. Nothing here reads a clock.
"""

from __future__ import annotations

from datetime import UTC, datetime


def utc_text(instant: datetime) -> str:
    """
    ``2026-09-16T20:00:00.000000Z``.

    Raises ValueError for a datetime without a zone: a guess at the zone would be wrong twice a year.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; expected an aware datetime")
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_utc_text(text: str) -> datetime:
    """
    Read back the instant that ``utc_text`` wrote, in UTC.

    Raises ValueError for text that says no zone.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone; expected UTC text such as 2026-09-16T20:00:00.000000Z")
    return instant.astimezone(UTC)
