"""
Treasury's daily par yield curve: what each maturity yielded at about 15:30 on each day.

Known only in the evening, so at most a proxy beside an auction's stop: ``auction.tail_proxy`` is made of the two.
Percent.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from treasury_watch.core.auctions.tails import TAIL_PROXY
from treasury_watch.core.figures.published import Figure, Note, Refusal, Release
from treasury_watch.core.plausibility.curve import PAR_YIELDS, curve_doubts, odd_days
from treasury_watch.sources.auction_release import RefusedRow
from treasury_watch.sources.days import read_day
from treasury_watch.sources.source import Obligation, Source

NAME = "yields"

_MATURITY = re.compile(r"(\d+(?:\.\d)?) (Mo|Month|Yr|Year)")
_YIELD = re.compile(r"-?\d{1,2}(?:\.\d{1,4})?")
_MISSING = ("", "N/A", ".")
_KNOWN = frozenset(
    [f"{months}-Month" for months in ("1", "1.5", "2", "3", "4", "6")]
    + [f"{years}-Year" for years in (1, 2, 3, 5, 7, 10, 20, 30)]
)
_FIRST = date(1962, 1, 2)
_MOST_BAD = 3


class ParYields(NamedTuple):
    """
    What the file says: day -> maturity -> percent; the lines that were refused by themselves; and what is new in it.

    A maturity is written as tenors are: ``10-Year``, ``3-Month``, ``1.5-Month``. What was not published is absent.
    """

    curve: dict[date, dict[str, float]]
    printed: dict[tuple[date, str], str]
    refused: list[RefusedRow]
    notes: list[Note]


def parse_par_yields(body: bytes) -> dict[date, dict[str, float]]:
    """Day -> maturity -> par yield in percent, of the days that can be believed. Raises Refusal as ``read`` does."""
    return read(body).curve


def read(body: bytes) -> ParYields:
    """
    Every line that can be believed by itself and beside the days around it; the others are refused one by one.

    Raises Refusal: ``empty``, ``html``, ``encoding``, ``csv``, ``columns``, and the first line's own where more than a
    third of all lines are bad.
    """
    rows = _lines(body)
    maturities, notes = _maturities(rows[0])
    found = ParYields({}, {}, [], notes)
    for number, row in enumerate(rows[1:], start=2):
        where = f"line {number} ({row[0]:.20})"
        try:
            if len(row) != len(rows[0]):
                raise Refusal(NAME, "cells", f"has {len(row)} cells", where=where, expected=str(len(rows[0])))  # noqa: TRY301
            day = _day(row[0], where)
            if day in found.curve:
                raise Refusal(NAME, "duplicate", "the day stands twice", where=where, expected="once")  # noqa: TRY301
            cells = {maturities[at]: row[at].strip() for at in maturities if row[at].strip() not in _MISSING}
            found.curve[day] = {name: _percent(cell, f"{where}, {name}") for name, cell in cells.items()}
            found.printed.update({(day, name): cell for name, cell in cells.items()})
        except Refusal as fault:
            found.refused.append(RefusedRow(refused=fault, row=row))
    for day, why in odd_days(found.curve).items():
        del found.curve[day]
        found.refused.append(RefusedRow(refused=Refusal(NAME, "odd", why, where=f"the day {day}")))
    if found.refused and len(found.refused) > max(_MOST_BAD, (len(rows) - 1) // 3):
        raise found.refused[0].refused
    if not found.curve:
        raise found.refused[0].refused if found.refused else Refusal(NAME, "empty", "no day in it", expected="days")
    return found


def _lines(body: bytes) -> list[list[str]]:
    if not body.strip():
        raise Refusal(NAME, "empty", "the answer is empty", expected="the daily par yield curve")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(NAME, "encoding", f"byte {error.start} is not UTF-8", expected="CSV in UTF-8") from None
    if text.lstrip().startswith("<"):
        raise Refusal(NAME, "html", "the answer is a web page", expected="the daily par yield curve")
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error as error:
        raise Refusal(NAME, "csv", f"not CSV: {error}", expected="the daily par yield curve") from None
    if not rows:
        raise Refusal(NAME, "empty", "the answer has no line", expected="the daily par yield curve")
    return rows


def _maturities(heading: list[str]) -> tuple[dict[int, str], list[Note]]:
    """The maturity of each column, and what is new among them; ``10 Yr`` is ``10-Year``, as tenors are written."""
    found: dict[int, str] = {}
    notes = []
    lengths: list[float] = []
    for at, cell in enumerate(heading[1:], start=1):
        name = cell.strip()
        read_as = _MATURITY.fullmatch(name)
        if read_as is None:
            notes.append(
                Note(f"column {name}", f"A column {name!r:.40} is new in the file of yields; it is read past.")
            )
            continue
        years = read_as[2].startswith("Y")
        found[at] = f"{read_as[1]}-{'Year' if years else 'Month'}"
        lengths.append(float(read_as[1]) * (12 if years else 1))
        if found[at] not in _KNOWN:
            says = f"The maturity {name} is new in the file of yields; it was taken in as {found[at]}."
            notes.append(Note(f"maturity {found[at]}", says))
    if heading[0].strip() != "Date" or "10-Year" not in found.values():
        raise Refusal(NAME, "columns", f"the heading is {heading!r:.120}", expected="Date, then maturities like 10 Yr")
    if len(set(found.values())) != len(found):
        raise Refusal(NAME, "columns", "a maturity stands twice in the heading", expected="each once")
    if lengths != sorted(lengths):
        raise Refusal(NAME, "columns", f"the heading is {heading!r:.120}", expected="maturities from short to long")
    return found, notes


def _day(text: str, where: str) -> date:
    try:
        day = read_day(text)
    except ValueError:
        raise Refusal(NAME, "dates", f"{text!r} is no day", where=where, expected="07/11/2025") from None
    if day < _FIRST:
        raise Refusal(NAME, "dates", f"{text!r} is before any curve", where=where, expected=f"{_FIRST} or later")
    return day


def _percent(text: str, where: str) -> float:
    if _YIELD.fullmatch(text) is None:
        raise Refusal(NAME, "number", f"{text!r} is no yield", where=where, expected="percent such as 4.43")
    return float(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class YieldsRelease(Release):
    """A curve of many days. Further figures, the tail proxies, are made where the auctions' stops are known."""

    curve: Mapping[date, Mapping[str, float]]
    refused: tuple[RefusedRow, ...] = ()


def parse(body: bytes) -> YieldsRelease:
    """The curve as figures of ``yields.par``, in percent; ``newest`` is its last day. Raises Refusal as ``read``."""
    found = read(body)
    figures = tuple(
        Figure(PAR_YIELDS, maturity, day.isoformat(), percent, found.printed[day, maturity])
        for day, row in sorted(found.curve.items())
        for maturity, percent in row.items()
    )
    return YieldsRelease(
        source=NAME,
        newest=max(found.curve).isoformat(),
        figures=figures,
        curve=found.curve,
        refused=tuple(found.refused),
        notes=tuple(found.notes),
    )


SOURCE = Source(
    name=NAME,
    url="https://home.treasury.gov/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv/{year}/all"
    "?type=daily_treasury_yield_curve&field_tdr_date_value={year}&page&_format=csv",
    every=timedelta(hours=1),
    parse=parse,
    owes=Obligation.CURVE,
    datasets=frozenset({TAIL_PROXY}),
    doubts=curve_doubts,
    title="Treasury par yield curve",
)
