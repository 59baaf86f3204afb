"""Months as numbers. Apart from panels, so that who only reads a calendar or a rule loads no array library."""

from __future__ import annotations

from treasury_watch.core.published import Period


def month_number(month: Period) -> int:
    """Months since year 0, so that neighbours differ by one."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_text(number: int) -> Period:
    """The inverse of ``month_number``."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
