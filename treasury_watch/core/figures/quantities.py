"""
Numbers as people write them in rules, and as messages print them.

``30bn`` is read against the unit of the data it is compared with; a unit that does not fit is an error that says what
would. Reading is exact: what is written in decimal is what is compared.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from treasury_watch.core.figures.datasets import Calendar, Dataset, Unit
from treasury_watch.core.figures.published import Period

MINUS = "\N{MINUS SIGN}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUANTITY = re.compile(r"([-+\N{MINUS SIGN}]?)(\d{1,12}(?:\.\d{0,9})?|\.\d{1,9})\s?([^\s\d.,]*)", re.ASCII)
_SPAN = re.compile(r"(\d{1,6})(?:\s+([A-Za-z]+))?", re.ASCII)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOST_PERIODS = 600
"""The furthest a rule may look back or count: fifty years of months."""

_SCALES: dict[Unit, dict[str, Decimal]] = {
    Unit.BILLIONS: {"tn": Decimal(1000), "bn": Decimal(1), "mn": Decimal("0.001")},
    Unit.PERCENT: {"%": Decimal(1), "": Decimal(1)},
    Unit.RATIO: {"": Decimal(1), "x": Decimal(1), "×": Decimal(1)},
    Unit.BASIS_POINTS: {"bp": Decimal(1), "": Decimal(1)},
    Unit.PLAIN: {"": Decimal(1)},
}
_EXPECTED = {
    Unit.BILLIONS: "an amount of money with its unit, such as 30bn, 1.1tn or 500mn",
    Unit.PERCENT: "a percentage such as 30%",
    Unit.RATIO: "a ratio such as 2.30",
    Unit.BASIS_POINTS: "basis points such as 2bp",
    Unit.PLAIN: "a plain number such as 2",
}
_RATE = "a rate such as 4.50%, or 2bp"


class Unreadable(ValueError):
    """What was written is not such a quantity. The text says what was expected instead."""


class Quantity(NamedTuple):
    """A number in the data's unit, and the text it was written as."""

    value: float
    said: str


class Steps(NamedTuple):
    """A number of periods of one dataset."""

    periods: int
    unit: str


def expected_of(unit: Unit, *, rate: bool = False) -> str:
    """What is to be written where a quantity of this unit is asked for, in words with an example."""
    return _RATE if rate else _EXPECTED[unit]


def suffixes(unit: Unit, *, rate: bool = False) -> tuple[str, ...]:
    """What may stand after the number; an empty one where the number may stand alone."""
    return (*_SCALES[unit], *(["bp"] if rate else []))


def read_quantity(text: str, unit: Unit, *, rate: bool = False, of: str = "this data") -> Quantity:
    """
    A number written by a person, in ``unit``: ``1.1tn`` is 1100.0 where the data is in billions.

    ``rate`` tells that a percentage is an interest rate, where ``2bp`` is 0.02. ``of`` is what has that unit, in words.
    Raises Unreadable.
    """
    expected = expected_of(unit, rate=rate)
    found = _QUANTITY.fullmatch(text.strip())
    if not found:
        hint = "; write it without commas or spaces" if re.fullmatch(r"[-+\d.,' ]+\s?[a-z%]*", text.strip()) else ""
        raise Unreadable(f'cannot read "{_short(text)}" as a number{hint}; expected {expected}')
    sign, digits, suffix = found.groups()
    scales = {**_SCALES[unit], "bp": Decimal("0.01")} if rate else _SCALES[unit]
    number = Decimal(digits) * (1 if sign in ("", "+") else -1)
    if suffix not in scales:
        if not suffix and number == 0:
            return Quantity(0.0, text.strip())
        if suffix.lower() in scales:
            raise Unreadable(f'write the unit of "{_short(text)}" in small letters: {suffix.lower()}')
        fault = f'the unit "{_short(suffix)}" does not fit {of}' if suffix else f'"{_short(text)}" has no unit'
        raise Unreadable(f"{fault}; expected {expected}")
    if unit is Unit.PERCENT and not rate and not suffix and 0 < abs(number) < 1:
        # 0.3 is as likely meant as 30 % as it is as 0.3 %: nobody but its writer knows.
        raise Unreadable(f'"{_short(text)}" could be a part or a percentage; write {digits}% or {number * 100:f}%')
    value = float(number * scales[suffix])
    return Quantity(value + 0.0 if value else 0.0, text.strip())


def read_steps(text: str, calendar: Calendar, *, releases: bool = False, bare: bool = False) -> Steps:
    """
    How many periods: ``1 month``, ``6 auctions``.

    ``releases`` also takes ``2 releases`` (and ``periods``), for what counts news; ``bare`` also takes a number alone.
    Raises Unreadable.
    """
    units = {calendar.value} | ({"release", "period"} if releases else set())
    example = f"2 releases or 2 {calendar.value}s" if releases else f"12 {calendar.value}s"
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise Unreadable(f'cannot read "{_short(text)}" as a number of periods; expected such as {example}')
    count, unit = int(found[1]), (found[2] or "").lower()
    if not unit and not bare:
        raise Unreadable(f'"{_short(text)}" does not say of what; expected such as {example}')
    if unit and unit.removesuffix("s") not in units:
        raise Unreadable(
            f'this data is counted in {calendar.value}s, not in "{_short(unit)}"; expected such as {example}'
        )
    if count > MOST_PERIODS:
        raise Unreadable(f'"{_short(text)}" reaches too far; expected at most {MOST_PERIODS}')
    return Steps(count, unit)


def read_period(text: str, calendar: Calendar, *, exact: bool = True) -> Period:
    """
    A month such as ``2024-10``; for auctions the day (or, where ``exact`` is False, also a month that has begun).

    Raises Unreadable.
    """
    text = text.strip()
    if _MONTH.fullmatch(text) and (calendar is Calendar.MONTH or not exact):
        return text
    if calendar is Calendar.AUCTION and _DAY.fullmatch(text):
        return read_day(text)
    expected = "a month such as 2024-10" if calendar is Calendar.MONTH else "an auction's day such as 2024-10-09"
    if calendar is Calendar.AUCTION and not exact:
        expected = "a month such as 2024-10, or a day such as 2024-10-09"
    raise Unreadable(f'cannot read "{_short(text)}" as a period; expected {expected}')


def read_day(text: str) -> str:
    """A date such as ``2027-01-31``. Raises Unreadable."""
    written = text.strip()
    cannot = f'cannot read "{_short(text)}" as a date'
    if not _DAY.fullmatch(written):
        raise Unreadable(f"{cannot}; expected such as 2027-01-31")
    year, month, _ = (int(part) for part in written.split("-"))
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        why = "there is no such month"
        if year and 1 <= month <= len(_MONTHS):
            why = f"{_MONTHS[month - 1]} {year} has {monthrange(year, month)[1]} days"
        raise Unreadable(f"{cannot}: {why}") from None


def number(value: float, decimals: int, *, signed: bool = False) -> str:
    """``−1,209.9``: a true minus sign, thousands apart; ``signed`` also writes the plus. Not a number: ``n/a``."""
    if not math.isfinite(value):
        return "n/a"
    # Rounded far below any printed precision first: 0.15 kept as 0.1499999 is printed as the 0.15 it was.
    exact = Decimal(repr(round(value, 9))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    sign = MINUS if exact < 0 else "+" if signed and exact > 0 else ""
    return f"{sign}{abs(exact):,f}"


def money(billions: float, decimals: int = 1, *, signed: bool = False) -> str:
    """``−47.7 bn``."""
    return _with(number(billions, decimals, signed=signed), " bn")


def percent(value: float, decimals: int = 1, *, signed: bool = False) -> str:
    """``68.4%``."""
    return _with(number(value, decimals, signed=signed), "%")


def ratio(value: float, decimals: int = 2) -> str:
    """``2.31×``."""
    return _with(number(value, decimals), "×")


def basis_points(value: float, decimals: int = 1, *, signed: bool = False) -> str:
    """``2.0 bp``."""
    return _with(number(value, decimals, signed=signed), " bp")


def points(value: float, decimals: int = 1, *, signed: bool = False) -> str:
    """``−3.1 pts``: what lies between two percentages."""
    return _with(number(value, decimals, signed=signed), " pts")


def quantity(value: float, unit: Unit, decimals: int, *, signed: bool = False) -> str:
    """A value with its unit, as a message prints it."""
    match unit:
        case Unit.BILLIONS:
            return money(value, decimals, signed=signed)
        case Unit.PERCENT:
            return percent(value, decimals, signed=signed)
        case Unit.BASIS_POINTS:
            return basis_points(value, decimals, signed=signed)
        case Unit.RATIO:
            return _with(number(value, decimals, signed=signed), "×")
        case Unit.PLAIN:
            return number(value, decimals, signed=signed)


def figure_words(dataset: Dataset, value: float | None, *, signed: bool = False) -> str:
    """A figure of a dataset as it is read: billions to one decimal whatever the file prints."""
    if value is None:
        return "n/a"
    return quantity(value, dataset.unit, 1 if dataset.unit is Unit.BILLIONS else dataset.decimals, signed=signed)


def period_words(period: Period) -> str:
    """``2026-04`` as ``Apr 2026``, ``2026-02-11`` as ``11 Feb 2026``; anything else as it stands."""
    parts = period.split("-")
    if len(parts) not in (2, 3) or not all(part.isdigit() for part in parts) or not 1 <= int(parts[1]) <= len(_MONTHS):
        return period
    month = f"{_MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return month if len(parts) == 2 else f"{int(parts[2])} {month}"


def when(period: Period) -> str:
    """``in Mar 2026``; ``on 11 Feb 2026``."""
    return f"{'on' if len(period) > len('2026-03') else 'in'} {period_words(period)}"


def _with(said: str, unit: str) -> str:
    return said if said == "n/a" else said + unit


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
