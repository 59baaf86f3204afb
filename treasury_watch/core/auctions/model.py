"""
What an auction is, which tenor it belongs to, and the figures that its results are.

Whether those results may be believed is decided in ``auction_checks``; nothing here reads a publisher's file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from treasury_watch.core.figures.periods import NEW_YORK
from treasury_watch.core.figures.published import Figure, Period

CLASSES_SINCE = date(2008, 4, 1)
"""Before this month results carry no bidder classes, and older ones not even the amounts."""

DATASETS = frozenset(
    f"auction.{name}"
    for name in ("bid_to_cover", "indirect_share", "direct_share", "dealer_share", "stop", "size", "dispersion", "tail")
)
"""What a source of results feeds. The tail is made of its stop and a when-issued yield that somebody gave."""

BILLION = 10**9

_SOLD = (2, 3, 5, 7, 10, 20, 30)
_TERM = re.compile(r"(?P<years>[1-9]\d?)-Year(?: (?P<months>[1-9]|1[01])-Month)?|[1-9]\d{0,2}-(?:Week|Day)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Auction:
    """
    One auction as one source told it; equal records say the same of the same auction.

    Amounts are whole dollars, rates and margins percent. None is "not published", never zero. ``day`` and ``closing``
    are New York's. ``stop``, ``median`` and ``low`` are of the kind the type is sold by: discount rate for bills, yield
    for notes, bonds and TIPS, discount margin for FRN.
    """

    cusip: str
    type: str
    term: str
    """What is left to run, as announced: ``9-Year 10-Month``. Never the term of the first issue."""
    day: date
    reopening: bool
    announced_cusip: str | None = None
    """The CUSIP it was announced under, where the coupon made it a reopening of an older issue."""
    announced: date | None = None
    issued: date | None = None
    matures: date | None = None
    closing: time | None = None
    offering: int | None = None
    noncompetitive_allowed: bool | None = None
    single_price: bool = True
    regular_coupons: bool = True
    """False where the first interest period is short or long."""

    competitive_tendered: int | None = None
    dealer_tendered: int | None = None
    direct_tendered: int | None = None
    indirect_tendered: int | None = None
    competitive: int | None = None
    """Competitive tenders accepted: what the shares divide by."""
    dealer: int | None = None
    direct: int | None = None
    indirect: int | None = None
    noncompetitive: int | None = None
    fima: int | None = None
    soma: int | None = None
    total: int | None = None
    """All that was accepted, the Federal Reserve's add-on (SOMA) included."""

    bid_to_cover: Decimal | None = None
    """As printed, two decimals."""
    stop: Decimal | None = None
    median: Decimal | None = None
    low: Decimal | None = None
    price: Decimal | None = None
    """Dollars per 100 at the stop; of TIPS before the inflation adjustment."""
    coupon: Decimal | None = None
    spread: Decimal | None = None
    """What an FRN pays over its index: fixed at its first auction."""
    results_file: str | None = None
    """Stem of the results' own document, ``R_20181213_3``."""
    updated: datetime | None = field(default=None, compare=False)
    """When this copy of it was last written, where the source says so."""

    @property
    def tenor(self) -> str:
        """``10-Year`` for a ``9-Year 10-Month`` reopening."""
        return tenor(self.type, self.term, self.day)

    @property
    def entity(self) -> str:
        """Whose figures these are: ``10-Year Note``. With the day it names the auction though its CUSIP change."""
        return f"{self.tenor} {self.type}"

    @property
    def period(self) -> Period:
        """The auction's day, ``2026-02-11``."""
        return self.day.isoformat()

    @property
    def closes(self) -> datetime | None:
        """When competitive bidding ends; aware. None where the source does not say."""
        return None if self.closing is None else datetime.combine(self.day, self.closing, NEW_YORK)


def tenor(kind: str, term: str, day: date) -> str:
    """
    The regular maturity that an auction belongs to: ``10-Year`` for ``9-Year 10-Month``.

    A bill's term, and one without months, is itself. Else the years are rounded up to a maturity that is sold, or the
    one that lies a year off. Where none does, or two, the term stays as it is: it belongs to no regular series (the
    four- and fifteen-year issues of the eighties). So does the off-the-run ten-year reopened in the panic of October
    2008 beside another of its age.
    """
    years = _TERM.fullmatch(term)
    if kind in ("Bill", "CMB") or years is None or years["months"] is None:
        return term
    if term == "6-Year 7-Month" and (day.year, day.month) == (2008, 10):
        return term
    whole = int(years["years"]) + 1
    near = [whole] if whole in _SOLD else [sold for sold in _SOLD if abs(sold - whole) == 1]
    return f"{near[0]}-Year" if len(near) == 1 else term


def is_term(text: str) -> bool:
    """Whether it is a term as Treasury writes them: ``13-Week``, ``42-Day``, ``10-Year``, ``29-Year 11-Month``."""
    return _TERM.fullmatch(text) is not None


def held(auction: Auction) -> bool:
    """
    Has anything of its results been published? Asked of the results, never of a clock.

    A closing time that has passed proves nothing: results come minutes later, once five hours later.
    """
    results = (auction.total, auction.competitive, auction.bid_to_cover, auction.stop, auction.dealer)
    return any(result is not None for result in results)


def is_contingency_test(auction: Auction) -> bool:
    """
    Is it one of the small auctions by which Treasury tries its backup system? Dealers take all of about $25 mn.

    Small means small throughout: where much was sold, a small offering is a misprint, for the checks to catch.
    """
    small = auction.offering is not None and auction.offering < BILLION
    sold_little = auction.total is None or auction.total - (auction.soma or 0) < BILLION
    # A short cash management bill may be closed to noncompetitive bidders and yet be billions of real money.
    closed = auction.noncompetitive_allowed is False and not auction.noncompetitive and auction.type != "CMB"
    return closed or (small and sold_little)


class AwardShares(NamedTuple):
    """Percent of competitive awards, unrounded."""

    dealer: Decimal
    direct: Decimal
    indirect: Decimal


def shares(auction: Auction) -> AwardShares | None:
    """
    Who was awarded what part of the competitive bids. None where the classes are not known (before April 2008).

    Not of everything sold: the Federal Reserve's add-on would push all three down.
    """
    classes = (auction.dealer, auction.direct, auction.indirect)
    if not auction.competitive or None in classes:
        return None
    return AwardShares(*(Decimal(100 * (awarded or 0)) / auction.competitive for awarded in classes))


def bid_to_cover(auction: Auction) -> Decimal | None:
    """Bids per dollar sold to the public, recomputed and unrounded; None where an amount is missing."""
    tendered, accepted, retail, official = (
        auction.competitive_tendered,
        auction.competitive,
        auction.noncompetitive,
        auction.fima,
    )
    if tendered is None or accepted is None or retail is None or official is None or accepted + retail + official == 0:
        return None
    return Decimal(tendered + retail + official) / Decimal(accepted + retail + official)


def dispersion(auction: Auction) -> Decimal | None:
    """
    Stop minus median in basis points: how far the last bid taken lay from the middle one. It is not a tail.

    None for the old multiple-price auctions, where an average stands in the median's place.
    """
    if auction.stop is None or auction.median is None or not auction.single_price:
        return None
    return (auction.stop - auction.median) * 100


def figures(auction: Auction) -> list[Figure]:
    """The figures of an auction that was held; what is not known has no figure."""
    if not held(auction) or is_contingency_test(auction):
        return []
    split = shares(auction)
    size = None if auction.offering is None else Decimal(auction.offering) / BILLION
    return [
        Figure(f"auction.{name}", auction.entity, auction.period, float(value), printed)
        for name, value, printed in (
            ("bid_to_cover", auction.bid_to_cover, _as_printed(auction.bid_to_cover, 2)),
            ("indirect_share", split and split.indirect, _rounded(split and split.indirect, 1)),
            ("direct_share", split and split.direct, _rounded(split and split.direct, 1)),
            ("dealer_share", split and split.dealer, _rounded(split and split.dealer, 1)),
            ("stop", auction.stop, _as_printed(auction.stop, 3)),
            ("size", size, _as_printed(size, 1)),
            ("dispersion", dispersion(auction), _as_printed(dispersion(auction), 1)),
        )
        if value is not None
    ]


def figures_of(auctions: Iterable[Auction]) -> tuple[Figure, ...]:
    """
    The figures of many auctions, oldest first.

    A period is a day: of two auctions of one tenor on one day the larger speaks. (It has not happened since 1987; until
    then an issue for foreigners was sometimes sold beside the domestic one.)
    """
    speaking: dict[tuple[Period, str], Auction] = {}
    for auction in auctions:
        key = (auction.period, auction.entity)
        known = speaking.get(key)
        if known is None or (auction.offering or 0, auction.cusip) > (known.offering or 0, known.cusip):
            speaking[key] = auction
    return tuple(figure for key in sorted(speaking) for figure in figures(speaking[key]))


def _as_printed(value: Decimal | None, places: int) -> str:
    """
    Treasury's own digits. Its copies pad them differently (``2.5``, ``2.50``, ``2.500000``); here they are one.

    Digits beyond ``places`` are kept where they say something.
    """
    if value is None:
        return ""
    shortest = value.normalize()
    exponent = shortest.as_tuple().exponent
    return f"{value:.{max(places, -exponent) if isinstance(exponent, int) else places}f}"


def _rounded(value: Decimal | None, places: int) -> str:
    return "" if value is None else str(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
