"""
What is to be auctioned next: TreasuryDirect's ``announced`` list, or FiscalData's ``upcoming_auctions``.

Neither has a figure to alert from; both tell the service when to look. TreasuryDirect's is the default: it knows the
closing time, and TIPS from notes, which FiscalData's no longer does (its ``10-Year`` ``Note`` of 2026-07-23 is a TIPS).
FiscalData's is never purged either: of 90 rows five were upcoming.
"""

from __future__ import annotations

from datetime import date, timedelta

from treasury_watch.core.auctions import Auction, held, is_contingency_test
from treasury_watch.core.published import Refused, Release
from treasury_watch.sources import auctions_fiscaldata, auctions_treasurydirect
from treasury_watch.sources.auction_fields import IDENTITY, auction_of
from treasury_watch.sources.json_body import read_json
from treasury_watch.sources.source import Source

NAME = "auctions.upcoming"

_FLAGS = {"TIPS": "tips", "FRN": "floatingRate", "CMB": "cashManagementBillCMB"}


def upcoming(body: bytes, today: date) -> list[Auction]:
    """
    The auctions still to come, soonest first: no stale rows, none with results, no contingency tests.

    ``today`` is New York's. One of today is listed until its results are out. Raises Refused for a body or a row that
    cannot be read.
    """
    coming = [
        auction
        for auction in _announced(body)
        if auction.day >= today and not held(auction) and not is_contingency_test(auction)
    ]
    return sorted(coming, key=lambda auction: (auction.day, auction.entity, auction.cusip))


def _announced(body: bytes) -> list[Auction]:
    if isinstance(read_json(NAME, body), list):
        rows = auctions_treasurydirect.rows(body, source=NAME)
    else:
        rows = [_told_by_type(row) for row in auctions_fiscaldata.table(body, source=NAME)[0]]
    return [auction_of(NAME, row, required=IDENTITY) for row in rows]


def _told_by_type(row: dict[str, object]) -> dict[str, object]:
    """FiscalData's list has no flags: it writes (or wrote) ``TIPS Note``, ``FRN Note`` and ``CMB`` as the type."""
    told = auctions_fiscaldata.renamed(row)
    said = told.get("securityType")
    kind, _, law = said.rpartition(" ") if isinstance(said, str) else ("", "", "")
    if said == "CMB":
        kind, law = "CMB", "Bill"
    return told | {"securityType": law, _FLAGS[kind]: "Yes"} if kind in _FLAGS else told


def parse(body: bytes) -> Release:
    """A release without figures; ``newest`` is the last day announced. Raises Refused as ``upcoming`` does."""
    announced = _announced(body)
    if not announced:
        raise Refused(NAME, "empty", "no auction in it", expected="the auctions announced")
    return Release(source=NAME, newest=max(auction.period for auction in announced), figures=())


SOURCE = Source(
    name=NAME,
    url="https://www.treasurydirect.gov/TA_WS/securities/announced?format=json",
    every=timedelta(minutes=30),
    parse=parse,
    datasets=frozenset(),
    title="Treasury auction announcements",
    enabled=False,
)
