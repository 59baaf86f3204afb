"""
The gate that results pass before anyone is alerted: what an auction says of itself must agree with itself.

Treasury prints most things twice, once as figures and once as sums, ratios, prices and dates that follow from them.
Where both are there, a digit that fell out on the way shows. Measured on every auction at hand, each of these holds
without exception since April 2008; what came before is checked by its sums alone.
"""

from __future__ import annotations

import calendar
import itertools
import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from treasury_watch.core.auctions.model import CLASSES_SINCE, Auction, bid_to_cover, is_term
from treasury_watch.core.figures.periods import month_after

_CENT = Decimal("0.01")
_MICRO = Decimal("0.000001")
_PRICE_SLACK = Decimal("0.000002")
_OFFERING_SLACK = Decimal("0.002")
_EIGHTH = Decimal("0.125")


class AuctionFault(NamedTuple):
    """
    One thing an auction says that it contradicts elsewhere.

    ``kind`` is short and stable: sums, incomplete, dates, price. ``field`` names the value of ``Auction`` at fault.
    """

    kind: str
    field: str
    problem: str
    expected: str


def check_identities(auction: Auction) -> str | None:
    """The sums, ratios, prices and dates that fail, in words; None where all that can be checked agree."""
    return "; ".join(f"{f.field} {f.problem}, expected {f.expected}" for f in faults(auction)) or None


def faults(auction: Auction) -> tuple[AuctionFault, ...]:
    """Everything about the results that cannot be true, first the plainest."""
    found = [*_sums(auction), *_order(auction), *_day(auction)]
    if auction.day >= CLASSES_SINCE:
        found += [*_complete(auction), *_digits(auction), *_offering(auction), *_dates(auction)]
        found += [*_price(auction), *_coupon(auction)]
    return tuple(found)


def _sums(auction: Auction) -> Iterator[AuctionFault]:
    for whole, parts in (
        ("competitive", ("dealer", "direct", "indirect")),
        ("competitive_tendered", ("dealer_tendered", "direct_tendered", "indirect_tendered")),
        ("total", ("competitive", "noncompetitive", "fima", "soma")),
    ):
        printed, amounts = getattr(auction, whole), [getattr(auction, part) for part in parts]
        if printed is not None and None not in amounts and printed != sum(amounts):
            spelled = " + ".join(f"{part} {amount}" for part, amount in zip(parts, amounts, strict=True))
            yield AuctionFault("sums", whole, f"is {printed}", f"{sum(amounts)} = {spelled}")
    ratio = bid_to_cover(auction)
    if ratio is not None and auction.bid_to_cover is not None:
        cover = ratio.quantize(_CENT, ROUND_HALF_UP)
        if cover != auction.bid_to_cover:
            yield AuctionFault(
                "sums", "bid_to_cover", f"is printed as {auction.bid_to_cover}", f"{cover} from its amounts"
            )


def _order(auction: Auction) -> Iterator[AuctionFault]:
    for taken, bid in (
        ("dealer", "dealer_tendered"),
        ("direct", "direct_tendered"),
        ("indirect", "indirect_tendered"),
        ("competitive", "competitive_tendered"),
    ):
        accepted, tendered = getattr(auction, taken), getattr(auction, bid)
        if accepted is not None and tendered is not None and accepted > tendered:
            yield AuctionFault("sums", taken, f"is {accepted}, more than was bid", f"at most {bid} {tendered}")
    rates = [("low", auction.low), ("median", auction.median), ("stop", auction.stop)]
    known = [(name, rate) for name, rate in rates if rate is not None]
    for (below, lower), (above, higher) in itertools.pairwise(known):
        if lower > higher:
            yield AuctionFault("sums", above, f"is {higher}, under the {below}", f"at least {lower}")
    if auction.noncompetitive_allowed is False and auction.noncompetitive:
        yield AuctionFault("sums", "noncompetitive", f"is {auction.noncompetitive} where none was allowed", "0")


def _complete(auction: Auction) -> Iterator[AuctionFault]:
    needed = (
        "offering bid_to_cover stop competitive_tendered competitive dealer direct indirect noncompetitive fima soma"
    )
    for name in (*needed.split(), "total"):
        if getattr(auction, name) is None:
            yield AuctionFault("incomplete", name, "is missing though results are out", "an amount")


def _offering(auction: Auction) -> Iterator[AuctionFault]:
    """What is sold to the public is the offering, and rounding: never over 0.05 % more in 1,808 auctions."""
    if auction.offering is None or auction.total is None or auction.soma is None or auction.bid_to_cover is None:
        return
    sold = auction.total - auction.soma
    if abs(sold - auction.offering) <= _OFFERING_SLACK * auction.offering:
        return
    # An auction that fails to find its bids would be the news of the decade, not a misprint.
    if sold < auction.offering and auction.bid_to_cover <= 1:
        return
    yield AuctionFault("sums", "offering", f"is {auction.offering}", f"about {sold}, what was sold (total - soma)")


def _digits(auction: Auction) -> Iterator[AuctionFault]:
    """Offerings go by the tenth of a billion at the finest, and bids by the thousandth of a percent."""
    if auction.offering is not None and auction.offering % 100_000_000:
        yield AuctionFault("sums", "offering", f"is {auction.offering}", "tenths of a billion")
    for name, rate in (("stop", auction.stop), ("median", auction.median), ("low", auction.low)):
        if rate is not None and rate * 1000 % 1:
            yield AuctionFault("price", name, f"is {rate}", "three decimals")


def _day(auction: Auction) -> Iterator[AuctionFault]:
    """The day is the figures' period: a wrong one would file them under another auction."""
    if auction.day < CLASSES_SINCE and auction.dealer is not None:
        yield AuctionFault(
            "dates", "day", f"is {auction.day}, yet bidder classes are told", f"a day from {CLASSES_SINCE} on"
        )
    if auction.results_file is not None:
        stamp = re.fullmatch(r"R_(\d{8})_\d+", auction.results_file)
        if stamp is None or stamp[1] != f"{auction.day:%Y%m%d}":
            yield AuctionFault(
                "dates", "results_file", f"is {auction.results_file}", f"R_{auction.day:%Y%m%d}_N, its day's"
            )


def _dates(auction: Auction) -> Iterator[AuctionFault]:
    if auction.announced is not None and auction.announced > auction.day:
        yield AuctionFault(
            "dates", "announced", f"is {auction.announced}", f"no later than the auction on {auction.day}"
        )
    if auction.issued is None or auction.matures is None:
        return
    if not 0 <= (auction.issued - auction.day).days <= 45:
        yield AuctionFault(
            "dates", "issued", f"is {auction.issued}", f"within 45 days after the auction on {auction.day}"
        )
    if not _runs(auction.term, auction.issued, auction.matures):
        yield AuctionFault(
            "dates", "term", f"is {auction.term}", f"the time from {auction.issued} to {auction.matures}"
        )


def _runs(term: str, issued: date, matures: date) -> bool:
    """Does it run as long as its term says? Holidays shift a bill by three days at most, a coupon by a month."""
    if not is_term(term):
        return False
    counts = {unit: int(number) for number, unit in re.findall(r"(\d+)-(Week|Day|Year|Month)", term)}
    days = (matures - issued).days
    if "Day" in counts:
        return days == counts["Day"]
    if "Week" in counts:
        return abs(days - 7 * counts["Week"]) <= 3
    return abs(days - counts["Year"] * 365.25 - counts.get("Month", 0) * 30.44) <= 45


def _price(auction: Auction) -> Iterator[AuctionFault]:
    """The price at the stop follows from it to the sixth decimal: bills by discount, the rest by yield."""
    if auction.price is None or auction.stop is None or auction.issued is None or auction.matures is None:
        return
    if auction.matures <= auction.issued:
        return  # told above, among the dates
    if auction.type in ("Bill", "CMB"):
        days = (auction.matures - auction.issued).days
        due = (100 * (1 - auction.stop * days / 36000)).quantize(_MICRO, ROUND_HALF_UP)
    elif auction.type == "FRN" or auction.coupon is None or not auction.regular_coupons:
        return
    else:
        due = price_of(auction.stop, auction.coupon, auction.issued, auction.matures).quantize(_MICRO, ROUND_HALF_UP)
    if abs(due - auction.price) > _PRICE_SLACK:
        yield AuctionFault("price", "stop", f"is {auction.stop} at a price of {auction.price}", f"a price of {due}")


def _coupon(auction: Auction) -> Iterator[AuctionFault]:
    """A new issue pays the eighth under its stop, at least one eighth; a new FRN pays the stop itself."""
    if auction.reopening or auction.stop is None:
        return
    if auction.type == "FRN":
        if auction.spread is not None and auction.spread != auction.stop:
            yield AuctionFault("price", "stop", f"is {auction.stop}", f"the spread of the new issue, {auction.spread}")
    elif auction.type in ("Note", "Bond", "TIPS") and auction.coupon is not None:
        due = max(_EIGHTH, auction.stop // _EIGHTH * _EIGHTH)
        if due != auction.coupon:
            yield AuctionFault(
                "price", "stop", f"is {auction.stop} where the coupon is {auction.coupon}", f"a coupon of {due}"
            )


def price_of(yield_percent: Decimal, coupon: Decimal, issued: date, matures: date) -> Decimal:
    """
    Clean price per 100 of a note or bond with regular half-yearly coupons, by the offering circular (31 CFR 356, B).

    The broken first period is discounted at simple interest, and interest accrued before issue is taken off.
    """
    ahead = 0
    while _coupon_day(matures, ahead + 1) > issued:
        ahead += 1
    before, first = _coupon_day(matures, ahead + 1), _coupon_day(matures, ahead)
    period, left = (first - before).days, (first - issued).days
    half, paid = yield_percent / 200, coupon / 2
    discount = 1 / (1 + half)
    annuity = sum((discount**k for k in range(1, ahead + 1)), start=Decimal(0))
    worth = (paid + paid * annuity + 100 * discount**ahead) / (1 + Decimal(left) / period * half)
    return worth - paid * Decimal(period - left) / period


def _coupon_day(matures: date, halves: int) -> date:
    """The coupon date so many half-years before maturity; issues that mature at a month's end pay at month's ends."""
    first = date.fromisoformat(f"{month_after(f'{matures:%Y-%m}', -6 * halves)}-01")
    last = calendar.monthrange(first.year, first.month)[1]
    at_end = matures.day == calendar.monthrange(matures.year, matures.month)[1]
    return first.replace(day=last if at_end else min(matures.day, last))
