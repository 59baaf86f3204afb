"""From auctions to a Release: who is left out, who stops the whole file, and which figures come of it."""

from __future__ import annotations

from collections.abc import Iterable

from treasury_watch.core.auction_checks import faults
from treasury_watch.core.auctions import Auction, figures_of, held, is_contingency_test
from treasury_watch.core.published import Refused, Release


def believed(source: str, auctions: Iterable[Auction]) -> list[Auction]:
    """
    The auctions that were held and may be believed; announced ones and contingency tests are left out.

    Raises Refused for the first that is at odds with itself, or that is there twice and differs: one digit lost on the
    way means that the rest of the file cannot be trusted either.
    """
    known: dict[tuple[str, str], Auction] = {}
    for auction in auctions:
        if not held(auction) or is_contingency_test(auction):
            continue
        name = f"auction {auction.cusip} {auction.period} ({auction.entity})"
        for fault in faults(auction):
            problem = f"{fault.field} {fault.problem}"
            raise Refused(source, fault.kind, problem, where=name, expected=fault.expected)
        twin = known.setdefault((auction.cusip, auction.period), auction)
        if twin != auction:
            differing = [field for field in Auction.__slots__ if getattr(twin, field) != getattr(auction, field)]
            problem = f"stands twice and differs in {', '.join(sorted(set(differing) - {'updated'}))}"
            raise Refused(source, "duplicate", problem, where=name, expected="one row an auction")
    return list(known.values())


def release_of(source: str, auctions: Iterable[Auction]) -> Release:
    """
    One release of every auction with results. Raises Refused as ``believed`` does, and ``empty`` where there is none.

    ``newest`` is the day of the newest auction that was held.
    """
    told = believed(source, auctions)
    if not told:
        raise Refused(source, "empty", "no auction with results in it", expected="the newest auctions' results")
    newest = max(auction.period for auction in told)
    return Release(source=source, newest=newest, figures=figures_of(told))
