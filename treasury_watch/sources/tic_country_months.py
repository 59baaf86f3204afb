"""
The layout that TIC Tables 1 and 3 share: one line per country and month, millions of dollars, a header for machines.

Totals, memos and kinds of owner stand among the countries, so countries are taken by an allow-list of their codes. A
file is believed only if every code speaks of the same unbroken months and its sums hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.figures.names import (
    AGGREGATE_CODES,
    COUNTRY_CODES,
    HOLDERS,
    OTHER_LINES,
    canonical,
    without_marks,
)
from treasury_watch.core.figures.published import Figure, Note, Period, Refusal, Release
from treasury_watch.core.plausibility.tables import holders_doubts
from treasury_watch.sources import tables
from treasury_watch.sources.source import Doubts, Owes, Source
from treasury_watch.sources.units import most_apart, unit_of

_KEYS = ("country", "country_code", "date")
_ENDS = ("definitions", "notes:")
_SIGNS = re.compile(r"positive number .* denotes an? (\w+) in a foreign position", re.IGNORECASE)
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

_ROUNDING = 0.5
"""The most by which a figure is rounded, in the file's unit: all are whole."""


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
    name: str
    cells: Sequence[str]

    @property
    def where(self) -> str:
        return f"line {self.line} ({self.cells[0]} {self.month})"


def source_of(
    table: str,
    columns: Sequence[Column],
    identities: Sequence[Identity],
    *,
    signed: bool,
    doubts: Doubts = holders_doubts,
    compared: frozenset[str] = frozenset(),
) -> Source:
    """The source of one of these tables, by its number; its ``parse`` is ``read``."""
    name = f"tic.table{table}"
    return Source(
        name=name,
        title=f"TIC Table {table}",
        url=f"https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/slt_table{table}.txt",
        every=timedelta(minutes=10),
        parse=partial(read, name, table=table, columns=columns, identities=identities, signed=signed),
        datasets=frozenset(column.dataset for column in columns if column.dataset in DATASETS),
        owes=Owes.MONTH,
        doubts=doubts,
        compared=compared,
    )


def read(
    source: str,
    body: bytes,
    *,
    table: str,
    columns: Sequence[Column],
    identities: Sequence[Identity] = (),
    signed: bool = False,
) -> Release:
    """
    The figures of ``columns`` for every allow-listed country, Grand Total and Foreign Official, in billions of dollars.

    ``printed`` keeps the publisher's own unit. ``signed``: a line above the figures must say what the sign of net sales
    means.

    Raises Refusal: ``empty``, ``html``, ``encoding``, ``frozen``, ``table``, ``header``, ``rows``, ``truncated``,
    ``unit``, ``sign``, ``cells``, ``months``, ``label``, ``duplicate``, ``number`` or ``sums``.
    """
    # 130,000 cells are read here while other sources wait, hence plain lists instead of a Row for each line.
    text = tables.text_of(source, body, table=table)
    lines = [line.split("\t") for line in tables.lines_of(text)]
    start, header = _header(source, lines, [*_KEYS, *(column.header for column in columns)])
    at = {name: place for place, name in enumerate(header)}
    unit = unit_of(source, lines[:start])
    _signs(source, lines[:start], needed=signed)
    read, whole = _lines(source, lines, start, header)
    kept, notes = _known_lines(read, table)
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
                figures.append(Figure(column.dataset, entity, line.month, unit.billions(value) + 0.0, printed))
    _lines_add_up(source, kept, at, identities)
    _totals_add_up(source, by_cell, columns)
    return Release(source=source, newest=newest, figures=tuple(figures), notes=tuple(notes))


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
    names: dict[str, str] = {}
    width = len(header)
    for number, cells in enumerate(lines[start + 1 :], start=start + 2):
        label = cells[0].strip()
        if tables.unquoted(label).casefold().startswith(_ENDS):
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
        code, month = cells[1].strip(), cells[2].strip()
        if not code.isdigit() or code[0] == "0":
            code = tables.unquoted(code).lstrip("0")
        if len(month) != len("2026-04"):
            month = without_marks(month)
        name = names.get(label)
        if name is None:
            name = names[label] = canonical(label)
        kept.append(_Line(number, code, month, name, cells))
    return kept, False


def _signs(source: str, head: list[list[str]], *, needed: bool) -> None:
    """Raises Refusal (``sign``) unless a positive net means that foreigners bought."""
    for number, cells in enumerate(head, start=1):
        found = _SIGNS.search(cells[0])
        if found and found[1].casefold() == "increase":
            return
        if found:
            problem = "the sign of net sales has turned: " + " ".join(cells[0].split())
            expected = "that a positive number denotes an increase"
            raise Refusal(source, "sign", problem, where=f"line {number}", expected=expected)
    if needed:
        expected = "A positive number for net U.S. sales to foreigners denotes an increase in a foreign position"
        raise Refusal(source, "sign", "no line says what the sign of net sales means", expected=expected)


def _known_lines(read: list[_Line], table: str) -> tuple[list[_Line], list[Note]]:
    """
    The lines under the codes that are known, and what is new beside them.

    A country that is new is read past, also where it stands under a code that another has; one that is known and has
    another code is taken by its name.
    """
    own: dict[str, str] = {}
    for line in read:
        if _TAKEN.get(line.code) == line.name or (line.code not in own and line.code in OTHER_LINES):
            own[line.code] = line.name
    gone = {name: code for code, name in _TAKEN.items() if code not in own}
    kept: list[_Line] = []
    notes: dict[str, Note] = {}
    for line in read:
        if line.code in own and (line.name == own[line.code] or line.code in OTHER_LINES):
            kept.append(line)
        elif line.name in gone and line.code not in _TAKEN and line.code.isascii() and line.code.isdigit():
            says = f"{line.name} has the code {line.code} in Table {table}, and no longer {gone[line.name]}."
            notes[line.name] = Note(f"code {line.code} {line.name}", says)
            kept.append(line._replace(code=gone[line.name]))
        elif line.code not in own and (line.code in _TAKEN or not line.code.isdigit()):
            kept.append(line)  # a new spelling of it, or a damaged line: the checks that follow say which
        elif line.name in HOLDERS or line.name in _TAKEN.values():
            kept.append(line)  # another's name beside a known code: refused below
        else:
            says = f"{line.name} ({line.code}) is new in Table {table}: read past until it has a name here."
            notes[line.name] = Note(f"code {line.code} {line.name}", says)
    return kept, list(notes.values())


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
        label = labels.setdefault(line.code, line.name)
        if label != line.name:
            raise Refusal(
                source, "label", f"code {line.code} was {label!r} before", where=line.where, expected="one label a code"
            )
    for line in kept:
        expected = _TAKEN.get(line.code)
        if expected is None:
            continue
        name = line.name
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
            bound = most_apart(len(values), _ROUNDING)
            if printed is not None and len(known) == len(values) and abs(sum(known) - printed) > bound:
                tables.adds_up(source, "sums", said, sum(known), printed, bound, line.where)


def _totals_add_up(source: str, by_cell: dict[tuple[str, str], dict[Period, float]], columns: Sequence[Column]) -> None:
    for column in columns:
        for total, parts in _SUMS:
            whole = by_cell.get((column.header, total), {})
            pieces = [by_cell.get((column.header, part), {}) for part in parts]
            said = f"{column.header} of codes {' + '.join(parts)} against {total}"
            for month, printed in whole.items():
                known = [piece[month] for piece in pieces if month in piece]
                if len(known) == len(pieces):
                    bound = most_apart(len(known), _ROUNDING)
                    tables.adds_up(source, "sums", said, sum(known), printed, bound, month)
