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
from datetime import date, datetime, timedelta

from treasury_watch.core.auctions.tails import TAIL_PROXY
from treasury_watch.core.figures.published import Refusal, Release
from treasury_watch.sources.source import Source

NAME = "yields"

_MATURITY = re.compile(r"(\d+(?:\.\d)?) (Mo|Month|Yr|Year)")
_YIELD = re.compile(r"-?\d{1,2}(?:\.\d{1,4})?")
_MISSING = ("", "N/A", ".")


def parse_par_yields(body: bytes) -> dict[date, dict[str, float]]:
    """
    Day -> maturity (``10-Year``, ``3-Month``, ``1.5-Month``) -> par yield in percent; what was not published is absent.

    Raises Refusal: ``empty``, ``html``, ``encoding``, ``csv``, ``columns``, ``cells`` (a row cut off), ``dates``,
    ``number``, ``duplicate`` (a day twice).
    """
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
    maturities = _maturities(rows[0])
    curve: dict[date, dict[str, float]] = {}
    for line, row in enumerate(rows[1:], start=2):
        where = f"line {line} ({row[0]})"
        if len(row) != len(rows[0]):
            raise Refusal(NAME, "cells", f"has {len(row)} cells", where=where, expected=str(len(rows[0])))
        day = _day(row[0], where)
        if day in curve:
            raise Refusal(NAME, "duplicate", "the day stands twice", where=where, expected="once")
        curve[day] = {
            maturity: _percent(cell.strip(), f"{where}, {maturity}")
            for maturity, cell in zip(maturities, row[1:], strict=True)
            if cell.strip() not in _MISSING
        }
    if not curve:
        raise Refusal(NAME, "empty", "no day in it", expected="a row for every business day")
    return curve


def _maturities(heading: list[str]) -> list[str]:
    """``10 Yr`` is ``10-Year``, as tenors are written."""
    read = [_MATURITY.fullmatch(cell.strip()) for cell in heading[1:]]
    names = [f"{m[1]}-{'Year' if m[2].startswith('Y') else 'Month'}" for m in read if m]
    if heading[0].strip() != "Date" or len(names) != len(read) or "10-Year" not in names:
        raise Refusal(NAME, "columns", f"the heading is {heading!r:.120}", expected="Date, then maturities like 10 Yr")
    if len(set(names)) != len(names):
        raise Refusal(NAME, "columns", "a maturity stands twice in the heading", expected="each once")
    return names


def _day(text: str, where: str) -> date:
    """``2025-07-11``, or ``07/11/2025`` as the Treasury's own download writes it."""
    try:
        if "/" in text:
            return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007  # a day, no instant: it has no zone
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(NAME, "dates", f"{text!r} is no day", where=where, expected="07/11/2025") from None


def _percent(text: str, where: str) -> float:
    if _YIELD.fullmatch(text) is None:
        raise Refusal(NAME, "number", f"{text!r} is no yield", where=where, expected="percent such as 4.43")
    return float(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class YieldsRelease(Release):
    """A curve of many days. Its figures, the tail proxies, are made where the auctions' stops are known."""

    curve: Mapping[date, Mapping[str, float]]


def parse(body: bytes) -> YieldsRelease:
    """The curve, without figures; ``newest`` is the last day. Raises Refusal as ``parse_par_yields`` does."""
    curve = parse_par_yields(body)
    return YieldsRelease(source=NAME, newest=max(curve).isoformat(), figures=(), curve=curve)


SOURCE = Source(
    name=NAME,
    url="https://home.treasury.gov/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv/{year}/all"
    "?type=daily_treasury_yield_curve&field_tdr_date_value={year}&page&_format=csv",
    every=timedelta(hours=1),
    parse=parse,
    datasets=frozenset({TAIL_PROXY}),
    title="Treasury par yield curve",
)
