"""
The layout that TIC Tables 1 and 3 share: one line per country and month, millions of dollars, a header for machines.

Totals, memos and kinds of owner stand among the countries, so countries are taken by an allow-list of their codes. A
file is believed only if every code speaks of the same unbroken months and its sums hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from treasury_watch.core.figures.names import AGGREGATE_CODES, COUNTRY_CODES, HOLDERS, canonical
from treasury_watch.core.figures.published import Figure, Period, Refusal, Release
from treasury_watch.core.plausibility.tables import holders_doubts
from treasury_watch.sources import tables
from treasury_watch.sources.source import Source

_KEYS = ("country", "country_code", "date")
_TAKEN = COUNTRY_CODES | AGGREGATE_CODES
_GRAND_TOTAL = "99996"

_SUMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("99996", ("99990", "99991")),  # official and non-official
    ("99996", ("69995", "79995")),  # all countries, and international and regional organisations
    ("69995", ("19992", "29998", "34401", "39942", "49999", "59994", "69906")),  # the regions, Canada one of them
    ("79995", ("72907", "76929")),  # international, regional
)
"""
Total and parts by code. Exact to the million in all 77 months of the release of 2026-07-14, for holdings, net sales and
valuation alike. Countries do not add up to their region: the small ones are in the region's total alone.
"""

_ROUNDING = 1
"""What rounding to the million makes between a line's classes of security and their total: measured, never more."""


class Column(NamedTuple):
    """A column that is taken: ``header`` in the file's machine header (millions) as ``dataset`` (billions)."""

    dataset: str
    header: str


class Identity(NamedTuple):
    """Columns of one line that must give another column of it, where all of them are printed."""

    total: str
    parts: tuple[str, ...]


class _Line(NamedTuple):
    line: int
    code: str
    month: Period
    cells: Sequence[str]

    @property
    def where(self) -> str:
        return f"line {self.line} ({self.cells[0]} {self.month})"


def source_of(table: str, columns: Sequence[Column], identities: Sequence[Identity], *, enabled: bool = True) -> Source:
    """The source of one of these tables, by its number; its ``parse`` is ``read``."""
    name = f"tic.table{table}"
    return Source(
        name=name,
        title=f"TIC Table {table}",
        url=f"https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/slt_table{table}.txt",
        every=timedelta(minutes=10),
        parse=partial(read, name, table=table, columns=columns, identities=identities),
        datasets=frozenset(column.dataset for column in columns),
        enabled=enabled,
        on_release_days=True,
        doubts=holders_doubts,
    )


def read(
    source: str, body: bytes, *, table: str, columns: Sequence[Column], identities: Sequence[Identity] = ()
) -> Release:
    """
    The figures of ``columns`` for every allow-listed country, Grand Total and Foreign Official, in billions of dollars.

    ``printed`` keeps the publisher's millions.

    Raises Refusal: ``empty``, ``html``, ``encoding``, ``frozen``, ``table``, ``header``, ``rows``, ``truncated``,
    ``cells``, ``months``, ``label``, ``duplicate``, ``number`` or ``sums``.
    """
    # 130,000 cells are read here while other sources wait, hence plain lists instead of a Row for each line.
    text = tables.text_of(source, body, table=table)
    lines = [line.split("\t") for line in tables.lines_of(text)]
    start, header = _header(source, lines, [*_KEYS, *(column.header for column in columns)])
    at = {name: place for place, name in enumerate(header)}
    kept, whole = _lines(source, lines, start, header)
    newest = _same_months(source, kept, whole)
    _labels_agree(source, kept)

    by_cell: dict[tuple[str, str], dict[Period, float]] = {}
    figures = []
    for column in columns:
        place = at[column.header]
        values = _column(source, kept, place, column.header)
        for line, value in zip(kept, values, strict=True):
            if value is None:
                continue
            by_cell.setdefault((column.header, line.code), {})[line.month] = value
            if line.code in _TAKEN:
                # + 0.0, because a printed -0 is no other figure than 0
                entity, printed = _TAKEN[line.code], line.cells[place].strip()
                figures.append(Figure(column.dataset, entity, line.month, value / 1000 + 0.0, printed))
    _lines_add_up(source, kept, at, identities)
    _totals_add_up(source, by_cell, columns)
    return Release(source=source, newest=newest, figures=tuple(figures))


def _header(source: str, lines: list[list[str]], needed: list[str]) -> tuple[int, list[str]]:
    """Where the machine header stands (0 is the first line) and its names."""
    for place, cells in enumerate(lines):
        names = [tables.unquoted(cell) for cell in cells]
        while names and not names[-1]:
            names.pop()
        if tuple(names[:3]) != _KEYS:
            continue
        where = f"line {place + 1}"
        absent = [name for name in needed if name not in names]
        if absent:
            raise Refusal(source, "header", f"no column {', '.join(absent)}", where=where, expected=", ".join(needed))
        twice = [name for name in needed if names.count(name) > 1]
        if twice:
            raise Refusal(source, "header", f"two columns {', '.join(twice)}", where=where, expected="each name once")
        return place, names
    raise Refusal(
        source, "header", "no line begins with country, country_code, date", expected="the header for machines"
    )


def _lines(source: str, lines: list[list[str]], start: int, header: list[str]) -> tuple[list[_Line], bool]:
    """The data lines, and whether the definitions that close the file were reached."""
    kept: list[_Line] = []
    width = len(header)
    for number, cells in enumerate(lines[start + 1 :], start=start + 2):
        label = cells[0].strip()
        if label.casefold().startswith("definitions"):
            return kept, True
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            raise Refusal(
                source,
                "cells",
                f"{len(cells)} cells",
                where=f"line {number} ({label})" if label else f"line {number}",
                expected=f"{width}, one for each name of the header",
            )
        kept.append(_Line(number, cells[1].strip(), cells[2].strip(), cells))
    return kept, False


def _same_months(source: str, kept: list[_Line], whole: bool) -> Period:
    """The newest month. Every code must speak of every month, once, without a gap."""
    if not kept:
        raise Refusal(source, "rows", "no line of figures below the header", expected="lines by country and month")
    months: dict[str, set[Period]] = {}
    for line in kept:
        if not (line.code.isascii() and line.code.isdigit()):
            raise Refusal(source, "label", f"{line.code!r} is no country code", where=line.where, expected="digits")
        seen = months.setdefault(line.code, set())
        tables.no_more_than_once(source, line.month, line.where, seen)
        seen.add(line.month)
    if not whole and _GRAND_TOTAL not in months:
        raise Refusal(
            source,
            "truncated",
            "the file ends before its Grand Total and its definitions",
            where=kept[-1].where,
            expected="lines of code 99996, or a line that says Definitions:",
        )
    last_line = {line.code: line for line in kept}
    every = set().union(*months.values())
    tables.months_fit(source, sorted(every, reverse=True), "the months of all lines")
    for code, seen in months.items():
        missing = every - seen
        if missing:
            line = last_line[code]
            raise Refusal(
                source,
                "truncated" if line is kept[-1] and not whole else "months",
                f"{line.cells[0].strip()} has no line for {max(missing)}",
                where=f"line {line.line}",
                expected=f"a line for each month from {min(every)} to {max(every)}",
            )
    return max(every)


def _labels_agree(source: str, kept: list[_Line]) -> None:
    """A code keeps one label, and never another country's."""
    labels: dict[str, str] = {}
    for line in kept:
        label = labels.setdefault(line.code, line.cells[0])
        if label != line.cells[0]:
            raise Refusal(
                source, "label", f"code {line.code} was {label!r} before", where=line.where, expected="one label a code"
            )
    for line in kept:
        expected = _TAKEN.get(line.code)
        if expected is None:
            continue
        name = canonical(line.cells[0])
        # A new spelling is no matter, since the code says who it is. Another's name beside the code is.
        if name != expected and (name in HOLDERS or name in _TAKEN.values()):
            raise Refusal(
                source, "label", f"code {line.code} beside {name!r}", where=line.where, expected=repr(expected)
            )


def _column(source: str, kept: list[_Line], place: int, header: str) -> list[float | None]:
    """One column's values in millions, None where not reported."""
    values: list[float | None] = []
    for line in kept:
        cell = line.cells[place]
        # The quick way first: nearly all of some 130,000 cells are plain whole numbers or n.a.
        digits = cell[1:] if cell[:1] == "-" else cell
        if digits.isascii() and digits.isdigit():
            values.append(float(cell))
        elif cell == "n.a.":
            values.append(None)
        else:
            values.append(tables.number(source, tables.unquoted(cell), f"{line.where}, {header}"))
    return values


def _lines_add_up(source: str, kept: list[_Line], at: dict[str, int], identities: Sequence[Identity]) -> None:
    for total, parts in identities:
        if any(name not in at for name in (total, *parts)):
            continue
        totals = _column(source, kept, at[total], total)
        columns = [_column(source, kept, at[part], part) for part in parts]
        said = f"{' + '.join(parts)} against {total}"
        for line, printed, values in zip(kept, totals, zip(*columns, strict=True), strict=True):
            known = [value for value in values if value is not None]
            if printed is not None and len(known) == len(values) and abs(sum(known) - printed) > _ROUNDING:
                tables.adds_up(source, "sums", said, sum(known), printed, _ROUNDING, line.where)


def _totals_add_up(source: str, by_cell: dict[tuple[str, str], dict[Period, float]], columns: Sequence[Column]) -> None:
    for column in columns:
        for total, parts in _SUMS:
            whole = by_cell.get((column.header, total), {})
            pieces = [by_cell.get((column.header, part), {}) for part in parts]
            said = f"{column.header} of codes {' + '.join(parts)} against {total}"
            for month, printed in whole.items():
                known = [piece[month] for piece in pieces if month in piece]
                if len(known) == len(pieces):
                    tables.adds_up(source, "sums", said, sum(known), printed, _ROUNDING, month)
