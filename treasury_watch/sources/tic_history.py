"""
TIC history (mfhhis01): what the named holders held in every month since 2000, one block a year.

Billions of dollars. The file ends with the last full year and is re-issued now and then, stamped with the day. Its All
Other is not taken: more holders are named here than in Table 5, so the two are different series under one name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from treasury_watch.core.figures.datasets import AGGREGATES, HOLDINGS, TOTALS
from treasury_watch.core.figures.names import canonical, without_marks
from treasury_watch.core.figures.published import Figure, Period, Refusal, Release
from treasury_watch.core.plausibility.tables import holders_doubts
from treasury_watch.sources import tables
from treasury_watch.sources.days import EXAMPLE, read_day
from treasury_watch.sources.source import Obligation, Source
from treasury_watch.sources.tables import Row
from treasury_watch.sources.units import FileUnit, unit_of

NAME = "tic.history"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_YEAR = re.compile(r"[12][0-9]{3}")
_SIGNATURE = "department of the treasury"
_ALL_OTHER = "All Other"

# What these checks cannot see: digits changed within the tolerances; values of one month exchanged between holders;
# the values (not the headings) of two whole months exchanged, unless one of them was printed twice; a holder's line
# under another's name, where that name is not in the block already.


@dataclass(frozen=True, slots=True)
class _Column:
    """``again`` is the place of the same month's second column, the old series shown for comparison only."""

    month: Period
    place: int
    again: int | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    header: Row
    columns: tuple[_Column, ...]
    rows: dict[str, Row]
    values: dict[str, tuple[float | None, ...]]
    """Every column's value, the second printings included, in billions of dollars."""


def parse(body: bytes) -> Release:
    """
    The figures of the history: ``tic.holdings`` by holder, ``tic.totals`` of Grand Total and the official part.

    Where a benchmark survey made the publisher print a month twice, the series that continues is taken.

    Raises Refusal: ``empty``, ``html``, ``encoding``, ``frozen``, ``header``, ``months``, ``truncated``, ``stamp``,
    ``rows``, ``cells``, ``number``, ``label``, ``duplicate``, ``series``, ``sums`` or ``official``.
    """
    rows = tables.rows_of(tables.text_of(NAME, body))
    end, stamped = _stamp(rows)
    bounds = _bounds(rows, end)
    unit = unit_of(NAME, ((row.label, *row.cells) for row in rows[: bounds[0][0]]))
    blocks = [_block(rows, start, stop, unit) for start, stop in bounds]
    months = [column.month for block in blocks for column in block.columns]
    tables.months_fit(NAME, months, "the month rows, block after block")
    if stamped.isoformat()[:7] <= months[0]:
        raise Refusal(
            NAME,
            "stamp",
            f"stamped {stamped}, but it speaks of {months[0]}",
            where=rows[end].where,
            expected="a later day",
        )
    printed = (cell for block in blocks for row in block.rows.values() for cell in row.cells)
    rounding = tables.rounding_in_billions(unit, printed)
    off: dict[Period, float] = {}
    for block in blocks:
        off |= _adds_up(block, rounding)
        _continues(block)
    return Release(
        source=NAME,
        newest=months[0],
        figures=tuple(figure for block in blocks for figure in _figures(block)),
        stamped=stamped,
        mentions=tables.sums_off(off),
    )


def _stamp(rows: list[Row]) -> tuple[int, date]:
    """Where the figures end, and the day printed under the publisher's name below them."""
    for place, row in enumerate(rows):
        if not row.label.casefold().startswith(_SIGNATURE):
            continue
        following = rows[place + 1] if place + 1 < len(rows) else row
        if not following.label:
            break
        try:
            return place, read_day(without_marks(following.label))
        except ValueError:
            raise Refusal(
                NAME,
                "stamp",
                f"{following.label!r} is no day",
                where=following.where,
                expected=EXAMPLE,
            ) from None
    raise Refusal(
        NAME,
        "truncated",
        "no release date below the last block",
        where=f"line {len(rows)}",
        expected="Department of the Treasury, and below it a day such as 5/18/2026: the file may be cut",
    )


def _bounds(rows: list[Row], end: int) -> list[tuple[int, int]]:
    """For each block: the place of its ``Country`` line, and the place where its lines end."""
    starts = [place for place in range(end) if rows[place].label.casefold() == "country" and rows[place].cells]
    if not starts:
        raise Refusal(NAME, "header", "no line begins with Country", expected="Country and a year above each block")
    for row in rows[: starts[0]]:
        if row.label and row.cells:
            # Below a header that is lost; the newest year would be missing without a sign.
            raise Refusal(NAME, "header", "figures above the first header", where=row.where, expected="Country first")
    return list(zip(starts, [*starts[1:], end], strict=True))


def _block(rows: list[Row], start: int, stop: int, unit: FileUnit) -> _Block:
    header = rows[start]
    width = len(header.cells)
    columns = _columns(header, rows[start - 1] if start else header)
    named: dict[str, Row] = {}
    values: dict[str, tuple[float | None, ...]] = {}
    for row in rows[start + 1 : stop]:
        if not row.label or not row.cells:
            continue  # rules of dashes, `Of which:`, and the month rows of the next block
        name = canonical(row.label)
        if name not in AGGREGATES:
            name = tables.holder(NAME, row.label, row.where)
        tables.no_more_than_once(NAME, name, row.where, named)
        if len(row.cells) != width:
            raise Refusal(
                NAME, "cells", f"{len(row.cells)} values", where=row.where, expected=f"{width}, as the block's header"
            )
        named[name] = row
        read = (tables.holding(NAME, cell, row.where) for cell in row.cells)
        values[name] = tuple(None if value is None else unit.billions(value) for value in read)
    missing = [name for name in AGGREGATES if name not in named]
    if missing:
        raise Refusal(
            NAME, "rows", f"no line for {', '.join(missing)}", where=header.where, expected="it in every block"
        )
    return _Block(header, columns, named, values)


def _columns(header: Row, above: Row) -> tuple[_Column, ...]:
    """The months of a block. A month printed twice running is one column that remembers the second printing."""
    years = [without_marks(cell) for cell in header.cells]
    year = years[0]
    if not _YEAR.fullmatch(year) or set(years) != {year}:
        raise Refusal(
            NAME, "header", "no single year", where=header.where, expected="Country and one year in each column"
        )
    if (
        above.label
        or len(above.cells) != len(header.cells)
        or not {without_marks(cell) for cell in above.cells} <= set(_MONTHS)
    ):
        raise Refusal(
            NAME,
            "months",
            "no month above each year",
            where=above.where,
            expected=f"{len(header.cells)} months such as Dec",
        )
    columns: list[_Column] = []
    for place, name in enumerate(without_marks(cell) for cell in above.cells):
        month = f"{year}-{_MONTHS.index(name) + 1:02d}"
        if columns and columns[-1].month == month and columns[-1].again is None:
            columns[-1] = _Column(month, columns[-1].place, again=place)
        else:
            columns.append(_Column(month, place))
    return tuple(columns)


def _holders(block: _Block) -> list[str]:
    return [name for name in block.rows if name not in AGGREGATES]


def _adds_up(block: _Block, rounding: float) -> dict[Period, float]:
    off = {}
    # Only the columns that are taken: the comparison column of June 2006 is off by 2.5 in the publisher's own file.
    for column in block.columns:
        here = {name: series[column.place] for name, series in block.values.items()}
        off[column.month] = tables.holdings_add_up(NAME, here, rounding, column.month)
    return off


def _continues(block: _Block) -> None:
    """
    The first of two printings must be the one the later months carry on from.

    In all eleven cases it lies two to seven times nearer to the month after than the second does.
    """
    for later, column in pairwise(block.columns):
        if column.again is None:
            continue
        kept, other = _apart(block, later.place, column.place), _apart(block, later.place, column.again)
        if kept > other:
            raise Refusal(
                NAME,
                "series",
                f"{column.month} is printed twice, and the second printing is nearer to {later.month}",
                where=block.header.where,
                expected="the series that continues to stand first",
            )


def _apart(block: _Block, one: int, other: int) -> float:
    """How far two columns differ over all holders, in billions of dollars."""
    pairs = ((block.values[name][one], block.values[name][other]) for name in _holders(block))
    return sum(abs(a - b) for a, b in pairs if a is not None and b is not None)


def _figures(block: _Block) -> Iterator[Figure]:
    for name, row in block.rows.items():
        if name == _ALL_OTHER:
            continue
        dataset = TOTALS if name in AGGREGATES else HOLDINGS
        for column in block.columns:
            value = block.values[name][column.place]
            if value is not None:
                yield Figure(dataset, name, column.month, value, row.cells[column.place])


SOURCE = Source(
    name=NAME,
    title="TIC history of holders",
    url="https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/mfhhis01.txt",
    every=timedelta(hours=12),
    parse=parse,
    owes=Obligation.YEAR,
    datasets=frozenset({HOLDINGS, TOTALS}),
    doubts=holders_doubts,
)
