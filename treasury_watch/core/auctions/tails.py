"""
Tails: how far above the market's own yield an auction stopped.

The when-issued yield at the close is in no public source. Where somebody gives it, the difference is the tail. Where
nobody does there is only a proxy, the difference from the Treasury's par yield of the same evening (standard deviation
1.9 bp), and it is called a proxy wherever it is shown. How far the stop lay from the median bid is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from treasury_watch.core.auctions.model import Auction
from treasury_watch.core.figures.datasets import TENORS
from treasury_watch.core.figures.published import Figure, Period

TAIL = "auction.tail"
TAIL_PROXY = "auction.tail_proxy"

NOMINAL = ("Note", "Bond")
"""The par yield curve is of nominal coupons: bills are sold at a discount, TIPS at a real yield, FRN at a margin."""

_HIGHEST_YIELD = 25


class WhenIssued(NamedTuple):
    """A when-issued yield that somebody gave: of which tenor, for the auction of which day, in percent."""

    entity: str
    day: Period
    percent: Decimal


class UnreadableYield(ValueError):
    """What was given is no tenor, or no yield. The text says what was expected."""


def tenor_named(text: str) -> str:
    """
    The entity that a person means: ``10-Year`` is the ``10-Year Note``, ``10-year tips`` the ``10-Year TIPS``.

    A bare maturity is the nominal one. Raises UnreadableYield.
    """
    asked = " ".join(text.split()).casefold()
    named = {entity.casefold(): entity for entity in TENORS}
    if asked in named:
        return named[asked]
    for kind in (*NOMINAL, "Bill"):
        entity = named.get(f"{asked} {kind.casefold()}")
        if entity:
            return entity
    raise UnreadableYield(f'no tenor "{text}"; expected such as 10-Year, 30-Year, 10-Year TIPS or 13-Week')


def percent_of(text: str) -> Decimal:
    """A yield such as ``4.512`` (or ``4.512%``), in percent. Raises UnreadableYield."""
    try:
        percent = Decimal(text.strip().removesuffix("%").strip())
    except InvalidOperation:
        raise UnreadableYield(f'cannot read "{text}" as a yield; expected percent such as 4.512') from None
    if not percent.is_finite() or not -5 < percent < _HIGHEST_YIELD:
        raise UnreadableYield(f'"{text}" is no yield that Treasuries trade at; expected percent such as 4.512')
    return percent


def nearest_day(day: Period, known: Iterable[Period]) -> Period:
    """Of known auction days, at least one, that nearest to a day; of two the later."""
    asked = date.fromisoformat(day)
    return min(sorted(known, reverse=True), key=lambda one: abs(date.fromisoformat(one) - asked))


def tails(auctions: Iterable[Auction], given: Mapping[tuple[str, Period], Decimal]) -> list[Figure]:
    """The tails, in basis points, of those auctions whose when-issued yield was given."""
    return [
        _figure(TAIL, auction.entity, auction.period, auction.stop - given[auction.entity, auction.period])
        for auction in auctions
        if auction.stop is not None and (auction.entity, auction.period) in given
    ]


def tail_proxies(
    stops: Mapping[tuple[str, Period], Decimal], curve: Mapping[date, Mapping[str, float]]
) -> list[Figure]:
    """
    Stop minus the par yield of the same day and maturity, in basis points; oldest first.

    Only of notes and bonds, and only where the day's curve has that maturity. ``curve`` is in percent.
    """
    figures = []
    for (entity, period), stop in sorted(stops.items(), key=lambda known: (known[0][1], known[0][0])):
        maturity, _, kind = entity.rpartition(" ")
        par = curve.get(date.fromisoformat(period), {}).get(maturity) if kind in NOMINAL else None
        if par is not None:
            figures.append(_figure(TAIL_PROXY, entity, period, stop - Decimal(repr(par))))
    return figures


def _figure(dataset: str, entity: str, period: Period, percent: Decimal) -> Figure:
    basis_points = percent * 100
    return Figure(dataset, entity, period, float(basis_points), f"{basis_points:.1f}")
