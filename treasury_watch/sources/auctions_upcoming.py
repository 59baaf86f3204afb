"""
What is to be auctioned next: TreasuryDirect's ``announced`` list, or FiscalData's ``upcoming_auctions``.

Neither has a figure to alert from; both tell the service when to look. TreasuryDirect's is the default: it knows the
closing time, and TIPS from notes, which FiscalData's no longer does (its ``10-Year`` ``Note`` of 2026-07-23 is a TIPS).
FiscalData's is never purged either: of 90 rows five were upcoming.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from treasury_watch.core.auctions.model import Auction, held, is_contingency_test
from treasury_watch.core.figures.published import Refusal
from treasury_watch.sources import auctions_fiscaldata, auctions_treasurydirect
from treasury_watch.sources.auction_fields import IDENTITY, Row, auction_of
from treasury_watch.sources.auction_release import AuctionRelease, read_rows
from treasury_watch.sources.json_body import read_json
from treasury_watch.sources.source import Obligation, Source

NAME = "auctions.upcoming"

_FLAGS = {"TIPS": "tips", "FRN": "floatingRate", "CMB": "cashManagementBillCMB"}


def upcoming(body: bytes, today: date) -> list[Auction]:
    """
    The auctions still to come, soonest first: no stale rows, none with results, no contingency tests.

    ``today`` is New York's. One of today is listed until its results are out. Raises Refusal for a body that cannot be
    read, or of which no row can.
    """
    return to_come(parse(body).auctions, today)


def to_come(auctions: Iterable[Auction], today: date) -> list[Auction]:
    """Of announced auctions, those still to come, soonest first."""
    coming = [
        auction
        for auction in auctions
        if auction.day >= today and not held(auction) and not is_contingency_test(auction)
    ]
    return sorted(coming, key=lambda auction: (auction.day, auction.entity, auction.cusip))


def _rows(body: bytes) -> list[object]:
    if isinstance(read_json(NAME, body), list):
        return auctions_treasurydirect.rows(body, source=NAME)
    return [
        _told_by_type(row) if isinstance(row, dict) else row for row in auctions_fiscaldata.table(body, source=NAME)[0]
    ]


def _read(row: Row) -> Auction:
    return auction_of(NAME, row, required=IDENTITY)


def _told_by_type(row: dict[str, object]) -> dict[str, object]:
    """FiscalData's list has no flags: it writes (or wrote) ``TIPS Note``, ``FRN Note`` and ``CMB`` as the type."""
    told = auctions_fiscaldata.renamed(row)
    said = told.get("securityType")
    kind, _, law = said.rpartition(" ") if isinstance(said, str) else ("", "", "")
    if said == "CMB":
        kind, law = "CMB", "Bill"
    return told | {"securityType": law, _FLAGS[kind]: "Yes"} if kind in _FLAGS else told


def parse(body: bytes) -> AuctionRelease:
    """
    A release without figures; ``auctions`` are those announced, ``newest`` is the last of their days.

    A row that cannot be read is refused by itself. Raises Refusal for a body that cannot, or where no row can.
    """
    announced, refused, notes = read_rows(NAME, _rows(body), _read)
    if not announced:
        raise refused[0].refused if refused else Refusal(NAME, "empty", "no auction in it", expected="the announced")
    newest = max(auction.period for auction in announced)
    return AuctionRelease(
        source=NAME,
        newest=newest,
        figures=(),
        auctions=tuple(announced),
        refused=tuple(refused),
        notes=tuple(notes),
    )


SOURCE = Source(
    name=NAME,
    url="https://www.treasurydirect.gov/TA_WS/securities/announced?format=json",
    every=timedelta(minutes=30),
    parse=parse,
    owes=Obligation.ANNOUNCEMENTS,
    datasets=frozenset(),
    title="Treasury auction announcements",
)
