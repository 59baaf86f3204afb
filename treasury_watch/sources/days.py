"""Days in every form that the publishers have used."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})")
_WORDS = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{1,2}), ?([0-9]{4})")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CENTURY_TURNS = 80
EXAMPLE = "a day such as 5/18/2026"


def read_day(text: str) -> date:
    """``5/18/2026``, ``5/18/26`` (2000 to 2079), ``May 18, 2026`` or ISO. Raises ValueError for anything else."""
    clean = " ".join(text.split())
    if _ISO.fullmatch(clean):
        return date.fromisoformat(clean)
    if found := _SLASHES.fullmatch(clean):
        month, day, year = (int(part) for part in found.groups())
        if year < _CENTURY_TURNS:
            year += 2000
        return date(year, month, day)
    if found := _WORDS.fullmatch(clean):
        return date(int(found[3]), _MONTHS.index(found[1].casefold()[:3]) + 1, int(found[2]))
    raise ValueError(f"{text!r} is no day")
