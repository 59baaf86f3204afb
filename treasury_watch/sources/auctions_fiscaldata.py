"""
FiscalData's auctions_query: every auction since 1979, under names and spellings of its own.

It lags behind TreasuryDirect by an unknown part of the day, so it serves backfill and reconciliation, never the first
look. Missing is the string ``null``. It states no type: TIPS, FRN and CMB are told by their flags. The whole history is
two pages of 10,000 rows; ``pages`` says how many.
"""

from __future__ import annotations

from datetime import timedelta

from treasury_watch.core.auctions import DATASETS, Auction
from treasury_watch.core.published import Refused, Release
from treasury_watch.sources.auction_fields import auction_of
from treasury_watch.sources.auction_release import release_of
from treasury_watch.sources.json_body import read_json
from treasury_watch.sources.source import Source

NAME = "auctions.fiscaldata"

NAMES = {
    "cusip": "cusip",
    "announcemtd_cusip": "announcedCusip",
    "security_type": "securityType",
    "security_term": "securityTerm",
    "announcemt_date": "announcementDate",
    "auction_date": "auctionDate",
    "issue_date": "issueDate",
    "maturity_date": "maturityDate",
    "closing_time_comp": "closingTimeCompetitive",
    "reopening": "reopening",
    "inflation_index_security": "tips",
    "floating_rate": "floatingRate",
    "cash_management_bill_cmb": "cashManagementBillCMB",
    "noncomp_tenders_accepted": "noncompetitiveTendersAccepted",
    "auction_format": "auctionFormat",
    "offering_amt": "offeringAmount",
    "int_rate": "interestRate",
    "spread": "spread",
    "first_int_period": "firstInterestPeriod",
    "comp_tendered": "competitiveTendered",
    "primary_dealer_tendered": "primaryDealerTendered",
    "direct_bidder_tendered": "directBidderTendered",
    "indirect_bidder_tendered": "indirectBidderTendered",
    "comp_accepted": "competitiveAccepted",
    "primary_dealer_accepted": "primaryDealerAccepted",
    "direct_bidder_accepted": "directBidderAccepted",
    "indirect_bidder_accepted": "indirectBidderAccepted",
    "noncomp_accepted": "noncompetitiveAccepted",
    "fima_noncomp_accepted": "fimaNoncompetitiveAccepted",
    "soma_accepted": "somaAccepted",
    "total_accepted": "totalAccepted",
    "bid_to_cover_ratio": "bidToCoverRatio",
    "high_yield": "highYield",
    "avg_med_yield": "averageMedianYield",
    "low_yield": "lowYield",
    "high_discnt_rate": "highDiscountRate",
    "avg_med_discnt_rate": "averageMedianDiscountRate",
    "low_discnt_rate": "lowDiscountRate",
    "high_discnt_margin": "highDiscountMargin",
    "avg_med_discnt_margin": "averageMedianDiscountMargin",
    "low_discnt_margin": "lowDiscountMargin",
    "high_price": "highPrice",
    "unadj_price": "unadjustedPrice",
    "xml_filenm_comp_results": "xmlFilenameCompetitiveResults",
}
"""Their name -> TreasuryDirect's, under which every row is read."""


def table(body: bytes, *, source: str = NAME) -> tuple[list[dict[str, object]], dict[str, object]]:
    """The rows of one page under their own names, and its ``meta``. Raises Refused for anything but filled pages."""
    answer = read_json(source, body)
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(rows, list):
        told = answer.get("message") or answer.get("error") if isinstance(answer, dict) else None
        problem = f"the answer has no rows{f', it says {told!r:.100}' if told else ''}"
        raise Refused(source, "shape", problem, expected='{"data": [...], "meta": {...}}')
    if not rows:
        raise Refused(source, "empty", "the page has no rows", expected="the newest auctions")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise Refused(
                source, "shape", f"is {row!r:.60}", where=f"row {number}", expected="the fields of an auction"
            )
    meta = answer.get("meta")
    return rows, meta if isinstance(meta, dict) else {}


def renamed(row: dict[str, object]) -> dict[str, object]:
    """A row under TreasuryDirect's names; a field that is not there stays away."""
    return {NAMES[name]: value for name, value in row.items() if name in NAMES}


def auctions(body: bytes, *, source: str = NAME) -> list[Auction]:
    """Every auction of one page, announced ones too. Raises Refused for a page or a row that cannot be read."""
    return [auction_of(source, renamed(row)) for row in table(body, source=source)[0]]


def pages(body: bytes) -> int:
    """
    How many pages the whole answer has, by the ``meta`` of any one of them; 1 where it does not say.

    Raises Refused where it says something that is not a number of pages.
    """
    said = table(body)[1].get("total-pages", "1")
    if not isinstance(said, str) or not said.isdecimal() or not 1 <= int(said) <= 1000:
        raise Refused(NAME, "shape", f"is {said!r}", where="meta total-pages", expected="a number of pages")
    return int(said)


def parse(body: bytes) -> Release:
    """The release of one page: all its auctions with results. Raises Refused, each fault with its own kind."""
    return release_of(NAME, auctions(body))


SOURCE = Source(
    name=NAME,
    url="https://api.fiscaldata.treasury.gov/services/api/fiscal_service/v1/accounting/od/auctions_query"
    "?sort=-auction_date&page[number]=1&page[size]=10000",
    every=timedelta(hours=6),
    parse=parse,
    datasets=DATASETS,
    title="FiscalData auction results",
    enabled=False,
)
