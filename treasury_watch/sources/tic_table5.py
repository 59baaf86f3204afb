"""
TIC Table 5: what the twenty largest holders, and all together, held in each of the newest thirteen months.

Billions of dollars, one decimal, newest month first. The file carries no release date. A country that is not in it is
inside All Other, so it yields no figure at all.
"""

from __future__ import annotations

from datetime import timedelta

from treasury_watch.core.figures.datasets import AGGREGATES, HOLDINGS, TOTALS
from treasury_watch.core.figures.names import HOLDERS, canonical, without_marks
from treasury_watch.core.figures.published import Figure, Note, Refusal, Release
from treasury_watch.core.plausibility.tables import holders_doubts
from treasury_watch.sources import tables
from treasury_watch.sources.source import Obligation, Source
from treasury_watch.sources.tables import Row
from treasury_watch.sources.units import FileUnit, unit_of

NAME = "tic.table5"

_FEWEST_HOLDERS = 20
# What these checks cannot see, and only a later release or a second file can: a digit changed by no more than the
# tolerance leaves room for; two holders' whole lines under each other's names; values of one month exchanged between
# holders; the values of two months exchanged in every line at once; one month's figures scaled or moved together.


def parse(body: bytes) -> Release:
    """
    The figures of one Table 5: ``tic.holdings`` by holder, ``tic.totals`` by aggregate, in billions of dollars.

    Raises Refusal: ``empty``, ``html``, ``encoding``, ``frozen``, ``table``, ``header``, ``months``, ``truncated``,
    ``rows``, ``unit``, ``cells``, ``number``, ``label``, ``duplicate``, ``sums`` or ``official``.
    """
    rows = tables.rows_of(tables.text_of(NAME, body, table="5"))
    header = _header(rows)
    unit = unit_of(NAME, ((row.label, *row.cells) for row in rows[: header.line]))
    months = tuple(without_marks(cell) for cell in header.cells)
    tables.months_fit(NAME, months, header.where)

    holders: dict[str, Row] = {}
    aggregates: dict[str, Row] = {}
    for row in _body(rows, header):
        name = canonical(row.label)
        if name not in AGGREGATES and row.label.casefold().startswith("of which"):
            continue  # a further breakdown of the total, which is no holder
        if name not in AGGREGATES:
            name = tables.holder(NAME, row.label, row.where)
        kept = aggregates if name in AGGREGATES else holders
        tables.no_more_than_once(NAME, name, row.where, kept)
        _has_a_cell_a_month(row, months)
        kept[name] = row
    _all_there(holders, aggregates)

    values = {
        name: [
            _billions(unit, tables.holding(NAME, cell, f"{row.where}, {month}"))
            for month, cell in zip(months, row.cells, strict=True)
        ]
        for name, row in (holders | aggregates).items()
    }
    rounding = tables.rounding_in_billions(
        unit, (cell for row in (holders | aggregates).values() for cell in row.cells)
    )
    off = {}
    for at, month in enumerate(months):
        here = {name: series[at] for name, series in values.items()}
        off[month] = tables.holdings_add_up(NAME, here, rounding, month)

    figures = tuple(
        Figure(HOLDINGS if name in holders else TOTALS, name, month, value, cell)
        for name, row in (holders | aggregates).items()
        for month, value, cell in zip(months, values[name], row.cells, strict=True)
        if value is not None
    )
    unknown = (name for name in holders if name not in HOLDERS)
    new = (Note(f"holder {name}", f"{name} is a new name in Table 5; it was taken in under it.") for name in unknown)
    return Release(source=NAME, newest=months[0], figures=figures, notes=tuple(new), mentions=tables.sums_off(off))


def _billions(unit: FileUnit, value: float | None) -> float | None:
    return None if value is None else unit.billions(value)


def _header(rows: list[Row]) -> Row:
    headers = [row for row in rows if row.label.casefold() == "country" and row.cells]
    if not headers:
        raise Refusal(NAME, "header", "no line begins with Country", expected="Country and months such as 2026-04")
    if len(headers) > 1:
        raise Refusal(NAME, "duplicate", "a second header", where=headers[1].where, expected="one line of months")
    return headers[0]


def _body(rows: list[Row], header: Row) -> list[Row]:
    """The lines between the header and ``Notes:``, without the blank ones."""
    lines: list[Row] = []
    for row in rows[header.line :]:
        if row.label.casefold().startswith("notes:"):
            return lines
        if row.label or row.cells:
            lines.append(row)
    raise Refusal(
        NAME,
        "truncated",
        "the file ends before its notes",
        where=f"line {len(rows)}",
        expected="a line that says Notes:",
    )


def _has_a_cell_a_month(row: Row, months: tuple[str, ...]) -> None:
    if len(row.cells) != len(months):
        raise Refusal(
            NAME, "cells", f"{len(row.cells)} values", where=row.where, expected=f"one for each of {len(months)} months"
        )


def _all_there(holders: dict[str, Row], aggregates: dict[str, Row]) -> None:
    missing = [name for name in AGGREGATES if name not in aggregates]
    if missing:
        raise Refusal(NAME, "rows", f"no line for {', '.join(missing)}", expected="all five lines below the holders")
    if len(holders) < _FEWEST_HOLDERS:
        raise Refusal(NAME, "rows", f"{len(holders)} holders", expected=f"at least {_FEWEST_HOLDERS}")


SOURCE = Source(
    name=NAME,
    title="TIC Table 5",
    url="https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/slt_table5.txt",
    every=timedelta(minutes=10),
    parse=parse,
    datasets=frozenset({HOLDINGS, TOTALS}),
    owes=Obligation.MONTH,
    doubts=holders_doubts,
)
