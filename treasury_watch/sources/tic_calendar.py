"""
The Treasury's page of TIC release dates: which data month comes out on which day.

Years stand above their months; each month says on which of its days the monthly data come out, or names another month
where a release was moved (``Oct | Nov 18``). A page without such a table, or with days that cannot be right, is refused
whole: the bundled dates stay in force. The published text of the page is read as well as its HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser

from treasury_watch.core.figures.calendar import is_business_day
from treasury_watch.core.figures.periods import month_number, month_text
from treasury_watch.core.figures.published import Figure, Period, Refusal, Release
from treasury_watch.sources import tables
from treasury_watch.sources.source import Source

NAME = "tic.calendar"
DATASET = "tic.release_day"
ENTITY = "TIC"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = re.compile(r"20[0-9]{2}")
_DAY = re.compile(r"(?:([A-Za-z]{3,9})\.? )?([0-9]{1,2})(?: *(?:–|-|\()? *(?:tentative|revised)\)?)?", re.IGNORECASE)
_LAG_MONTHS = 2
_SOONEST, _LATEST = timedelta(days=35), timedelta(days=130)
"""Between a month's end and its release: 43 to 52 days as a rule, 79 at the most, and room for a longer shutdown."""
_FEWEST = 12
"""A page always shows a whole year."""


def parse(body: bytes) -> Release:
    """
    The release days as figures of ``tic.release_day``: ``period`` the data month, ``printed`` the day (ISO).

    Raises Refusal: ``empty``, ``encoding``, ``header``, ``months``, ``number``, ``duplicate`` or ``rows``.
    """
    days: dict[Period, date] = {}
    for where, year, month, cell in _rows(_text(body)):
        data_month = month_text(month_number(f"{year}-{month:02d}") - _LAG_MONTHS)
        tables.no_more_than_once(NAME, data_month, where, days)
        days[data_month] = _day(cell, year, month, where)
    if len(days) < _FEWEST:
        raise Refusal(NAME, "rows", f"{len(days)} release days", expected=f"at least {_FEWEST}, those of a year")
    _believable(days)
    figures = (
        Figure(DATASET, ENTITY, month, float(day.toordinal()), day.isoformat()) for month, day in sorted(days.items())
    )
    return Release(source=NAME, newest=max(days), figures=tuple(figures))


def _text(body: bytes) -> str:
    if not body.strip():
        raise Refusal(NAME, "empty", "the body is empty", expected="the page of release dates")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(NAME, "encoding", "the body is not UTF-8", expected="the page of release dates") from None


def _rows(text: str) -> Iterator[tuple[str, int, int, str]]:
    """For each month of the table: where it stands, its year, its number, and the cell of the monthly release."""
    year = 0
    seen = False
    for where, cells in _cells(text):
        if not cells:
            continue
        head = cells[0].casefold().rstrip(".")
        if _YEAR.fullmatch(head):
            year = int(head)
        elif year and head[:3] in _MONTHS and len(head) <= len("september"):
            seen = True
            if len(cells) < 2 or not cells[1]:
                raise Refusal(NAME, "number", f"no day beside {cells[0]}", where=where, expected="a day such as 18")
            yield where, year, _MONTHS.index(head[:3]) + 1, cells[1]
    if not seen:
        raise Refusal(
            NAME, "header", "no table of release dates: no year with months below it", expected="2026, Jan, 15 ..."
        )


def _cells(text: str) -> Iterator[tuple[str, list[str]]]:
    if "<tr" in text.casefold():
        reader = _Table()
        try:
            reader.feed(text)
            reader.close()
        except AssertionError:  # what the library raises at a declaration that it cannot read
            raise Refusal(NAME, "header", "its HTML cannot be read", expected="a page with a table") from None
        yield from ((f"row {number}", row) for number, row in enumerate(reader.rows, start=1))
        return
    for number, line in enumerate(tables.lines_of(text), start=1):
        if line.startswith("|"):
            yield f"line {number}", [" ".join(cell.split()) for cell in line.strip().strip("|").split("|")]


class _Table(HTMLParser):
    """The cells of every table row of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's
        if tag == "tr":
            self.rows.append([])
            self._inside = False  # a page need not close its cells
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())


def _day(cell: str, year: int, month: int, where: str) -> date:
    found = _DAY.fullmatch(cell)
    named = found[1].casefold()[:3] if found and found[1] else ""
    if not found or (named and named not in _MONTHS):
        raise Refusal(NAME, "number", f"cannot read the day {cell!r}", where=where, expected="18, or Nov 18")
    at = _MONTHS.index(named) + 1 if named else month
    try:
        # A December release that is moved comes out in the next year.
        return date(year + (at < month), at, int(found[2]))
    except ValueError:
        raise Refusal(NAME, "number", f"{cell!r} is no day", where=where, expected="a day of that month") from None


def _believable(days: dict[Period, date]) -> None:
    """Days run forward with their months, at a distance that releases have, and on days when somebody works."""
    before: date | None = None
    for month, day in sorted(days.items()):
        where = f"{month}, {day}"
        end = date.fromisoformat(f"{month_text(month_number(month) + 1)}-01") - timedelta(days=1)
        if not end + _SOONEST <= day <= end + _LATEST:
            raise Refusal(
                NAME,
                "months",
                f"{(day - end).days} days after the month",
                where=where,
                expected=f"{_SOONEST.days} to {_LATEST.days}: the table may have changed its columns",
            )
        if not is_business_day(day):
            raise Refusal(NAME, "number", "no release comes out on a day off", where=where, expected="a working day")
        if before and day < before:
            raise Refusal(NAME, "months", "it is before the day of the month before", where=where, expected="later")
        before = day


SOURCE = Source(
    name=NAME,
    title="TIC release dates",
    url="https://home.treasury.gov/data/treasury-international-capital-tic-system-home-page/release-dates-of-tic-data",
    every=timedelta(hours=12),
    parse=parse,
    datasets=frozenset({DATASET}),
)
