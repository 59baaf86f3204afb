"""
The layout that TIC Tables 1 and 3 share: one line per country and month, a header for machines on line 9, words below.

Totals, memos and kinds of owner stand among the countries, so countries are taken by an allow-list of their codes
(``tic_codes``). A file is believed only if every code speaks of the same unbroken months and its sums hold, but for a
country that begins later. Its end is ``Definitions:`` in Table 1 and ``Notes:`` in Table 3; either is read in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import numpy as np

from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.figures.names import COUNTRY_CODES, canonical, without_marks
from treasury_watch.core.figures.published import Figure, Note, Period, Refusal, Release
from treasury_watch.core.plausibility.tables import holders_doubts
from treasury_watch.sources import tables
from treasury_watch.sources.file_head import signs_as_ever
from treasury_watch.sources.source import Doubts, Obligation, Source
from treasury_watch.sources.tic_codes import TAKEN, CountryMonth, known_lines
from treasury_watch.sources.units import FileUnit, most_apart, unit_of

_KEYS = ("country", "country_code", "date")
_ENDS = ("definitions", "notes:")
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

_COARSEST = 0.1
"""Billions: the publisher prints no coarser figure."""
_QUICK = 15
"""As many digits fit into a number exactly; what has more is looked at twice."""
_WHOLE = 1e-4
"""As near to a whole number counts as one."""


class Column(NamedTuple):
    """A column that is taken: ``header`` in the file's machine header as ``dataset`` (billions)."""

    dataset: str
    header: str


class Identity(NamedTuple):
    """Columns of one line that must give another column of it, where all of them are printed."""

    total: str
    parts: tuple[str, ...]


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
        owes=Obligation.MONTH,
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
    signs_as_ever(source, lines[:start], needed=signed)
    said, whole = _lines(source, lines, start, header)
    kept, notes = known_lines(source, table, said)
    newest = _same_months(source, kept, whole, table, notes)

    checked = [identity for identity in identities if {identity.total, *identity.parts} <= at.keys()]
    asked = [column.header for column in columns]
    asked += [name for identity in checked for name in (identity.total, *identity.parts)]
    values = {name: _column(source, kept, at[name], name) for name in dict.fromkeys(asked)}
    rounding = _rounding(unit, values.values())
    by_cell: dict[tuple[str, str], dict[Period, float]] = {}
    figures = []
    for column in columns:
        place = at[column.header]
        for line, value in zip(kept, values[column.header], strict=True):
            if value is None:
                continue
            by_cell.setdefault((column.header, line.code), {})[line.month] = value
            if line.code in TAKEN:
                # + 0.0, because a printed -0 is no other figure than 0
                entity, printed = TAKEN[line.code], line.cells[place].strip()
                figures.append(Figure(column.dataset, entity, line.month, unit.billions(value) + 0.0, printed))
    _lines_add_up(source, kept, values, checked, rounding)
    _totals_add_up(source, by_cell, columns, rounding)
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


def _lines(source: str, lines: list[list[str]], start: int, header: list[str]) -> tuple[list[CountryMonth], bool]:
    """The data lines, and whether the definitions that close the file were reached."""
    kept: list[CountryMonth] = []
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
            code = code.strip("\"' \xa0").lstrip("0")
        if len(month) != len("2026-04"):
            month = tables.plain_number(without_marks(month))
        name = names.get(label)
        if name is None:
            name = names[label] = canonical(label)
        kept.append(CountryMonth(number, code, month, name, cells))
    return kept, False


def _same_months(source: str, kept: list[CountryMonth], whole: bool, table: str, notes: list[Note]) -> Period:
    """
    The newest month. Every code must speak of every month, once, without a gap.

    But for countries that begin later than the others: each is a note more.
    """
    if not kept:
        raise Refusal(source, "rows", "no line of figures below the header", expected="lines by country and month")
    months: dict[str, set[Period]] = {}
    for line in kept:
        seen = months.setdefault(line.code, set())
        tables.no_more_than_once(source, line.month, line.where, seen)
        seen.add(line.month)
    if _GRAND_TOTAL not in months:
        if whole:
            raise Refusal(source, "rows", "no line of Grand Total", expected="lines of code 99996")
        raise Refusal(
            source,
            "truncated",
            "the file ends before its Grand Total and its notes",
            where=kept[-1].where,
            expected="lines of code 99996, and a line that says Notes: or Definitions:",
        )
    last_line = {line.code: line for line in kept}
    every = set().union(*months.values())
    tables.months_fit(source, sorted(every, reverse=True), "the months of all lines")
    for code, seen in months.items():
        missing = every - seen
        if missing:
            line = last_line[code]
            cut = line is kept[-1] and not whole
            if code in COUNTRY_CODES and min(seen) > max(missing) and not cut:
                name = COUNTRY_CODES[code]
                notes.append(Note(f"begins {name}", f"{name} begins in {min(seen)} in Table {table}."))
                continue
            raise Refusal(
                source,
                "truncated" if cut else "months",
                f"{line.cells[0].strip()} has no line for {max(missing)}",
                where=f"line {line.line}",
                expected=f"a line for each month from {min(every)} to {max(every)}",
            )
    return max(every)


def _column(source: str, kept: list[CountryMonth], place: int, header: str) -> list[float | None]:
    """One column's values in the file's unit, None where not reported."""
    values: list[float | None] = []
    for line in kept:
        cell = line.cells[place]
        # The quick way first: nearly all of some 130,000 cells are plain whole numbers or n.a.
        digits = cell[1:] if cell[:1] == "-" else cell
        if digits.isascii() and digits.isdigit() and len(digits) <= _QUICK:
            values.append(float(cell))
        elif cell == "n.a.":
            values.append(None)
        else:
            values.append(tables.number(source, tables.unquoted(cell), f"{line.where}, {header}"))
    return values


def _rounding(unit: FileUnit, columns: Iterable[Sequence[float | None]]) -> float:
    """
    The most by which each figure was rounded, in the file's unit: half of the last place that any of them has.

    A file in thousands can be one of millions times a thousand, hence by the figures and not by what is printed.
    """
    known = np.array([value for column in columns for value in column if value is not None])
    million = unit.per_billion / 1000
    # In millions, none is coarser only because all happen to be even tens.
    step = million if million >= 1 else unit.per_billion * _COARSEST
    while step > million / 1000 and (np.abs(known / step - np.rint(known / step)) > _WHOLE).any():
        step /= 10
    return step / 2


def _lines_add_up(
    source: str,
    kept: list[CountryMonth],
    values: Mapping[str, Sequence[float | None]],
    identities: Sequence[Identity],
    rounding: float,
) -> None:
    for total, parts in identities:
        bound = most_apart(len(parts), rounding)
        said = f"{' + '.join(parts)} against {total}"
        for line, whole, *pieces in zip(kept, values[total], *(values[part] for part in parts), strict=True):
            known = [piece for piece in pieces if piece is not None]
            if whole is not None and len(known) == len(pieces) and abs(sum(known) - whole) > bound:
                tables.adds_up(source, "sums", said, sum(known), whole, bound, line.where)


def _totals_add_up(
    source: str,
    by_cell: dict[tuple[str, str], dict[Period, float]],
    columns: Sequence[Column],
    rounding: float,
) -> None:
    for column in columns:
        for total, parts in _SUMS:
            whole = by_cell.get((column.header, total), {})
            pieces = [by_cell.get((column.header, part), {}) for part in parts]
            said = f"{column.header} of codes {' + '.join(parts)} against {total}"
            bound = most_apart(len(parts), rounding)
            for month, printed in whole.items():
                known = [piece[month] for piece in pieces if month in piece]
                if len(known) == len(pieces):
                    tables.adds_up(source, "sums", said, sum(known), printed, bound, month)
