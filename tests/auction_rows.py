"""
Auctions for tests: one made up in each publisher's layout, and the real ones where they are at hand.

The made-up auction is a ten-year note whose sums, cover and price agree as a real one's do; what a test changes in it
is all that is wrong with it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from tests.conftest import shared_data
from treasury_watch.core.auctions.checks import price_of
from treasury_watch.sources.auction_fields import RESULTS
from treasury_watch.sources.auctions_fiscaldata import NAMES

LAW = {"TIPS": "Note", "FRN": "Note", "CMB": "Bill"}

NOTE: dict[str, object] = {
    "cusip": "91282CZZ9",
    "securityType": "Note",
    "type": "Note",
    "term": "10-Year",
    "securityTerm": "10-Year",
    "announcementDate": "2026-02-04T00:00:00",
    "auctionDate": "2026-02-11T00:00:00",
    "issueDate": "2026-02-17T00:00:00",
    "maturityDate": "2036-02-15T00:00:00",
    "reopening": "No",
    "announcedCusip": "",
    "closingTimeCompetitive": "01:00 PM",
    "auctionFormat": "Single-Price",
    "noncompetitiveTendersAccepted": "Yes",
    "tips": "No",
    "floatingRate": "No",
    "cashManagementBillCMB": "No",
    "firstInterestPeriod": "Normal",
    "interestRate": "4.125000",
    "spread": "",
    "offeringAmount": "42000000000",
    "competitiveTendered": "104000000000",
    "primaryDealerTendered": "60000000000",
    "directBidderTendered": "14000000000",
    "indirectBidderTendered": "30000000000",
    "competitiveAccepted": "41800000000",
    "primaryDealerAccepted": "5000000000",
    "directBidderAccepted": "8800000000",
    "indirectBidderAccepted": "28000000000",
    "noncompetitiveAccepted": "150000000",
    "fimaNoncompetitiveAccepted": "50000000",
    "somaAccepted": "9000000000",
    "totalAccepted": "51000000000",
    "bidToCoverRatio": "2.480000",
    "highYield": "4.1770",
    "averageMedianYield": "4.120000",
    "lowYield": "3.980000",
    **dict.fromkeys(("highDiscountRate", "averageMedianDiscountRate", "lowDiscountRate"), ""),
    **dict.fromkeys(("highDiscountMargin", "averageMedianDiscountMargin", "lowDiscountMargin"), ""),
    "highPrice": "99.578196",
    "unadjustedPrice": "",
    "xmlFilenameCompetitiveResults": "R_20260211_1.xml",
    "updatedTimestamp": "2026-02-11T13:03:21",
}


def note_on(
    day: date,
    *,
    stop: str = "4.177",
    cover: str = "2.48",
    dealers: int = 12,
    indirects: int = 67,
    term: str = "10-Year",
    cusip: str = "",
) -> dict[str, object]:
    """
    A made-up auction of a new 10-year note (or of another ``term``) on a day, whose sums, cover and price agree.

    ``dealers`` and ``indirects`` are percent of competitive awards.
    """
    issued = day + timedelta(days=6)
    matures = date(issued.year + int(term.partition("-")[0]), issued.month, 15)
    coupon = Decimal(stop) // Decimal("0.125") * Decimal("0.125")
    accepted = 41_800_000_000
    dealer, indirect = accepted // 100 * dealers, accepted // 100 * indirects
    direct = accepted - dealer - indirect
    tendered = int(Decimal(cover) * 42_000_000_000) - 200_000_000
    return NOTE | {
        "cusip": cusip or f"91282{day:%y%j}"[:9].ljust(9, "Z")[:9],
        "securityTerm": term,
        "term": term,
        "announcementDate": f"{day - timedelta(days=5)}T00:00:00",
        "auctionDate": f"{day}T00:00:00",
        "issueDate": f"{issued}T00:00:00",
        "maturityDate": f"{matures}T00:00:00",
        "interestRate": str(coupon),
        "competitiveTendered": str(tendered),
        "directBidderTendered": str(direct + 1_000_000_000),
        "indirectBidderTendered": str(indirect + 1_000_000_000),
        "primaryDealerTendered": str(tendered - direct - indirect - 2_000_000_000),
        "primaryDealerAccepted": str(dealer),
        "directBidderAccepted": str(direct),
        "indirectBidderAccepted": str(indirect),
        "bidToCoverRatio": cover,
        "highYield": stop,
        "averageMedianYield": str(Decimal(stop) - Decimal("0.057")),
        "lowYield": str(Decimal(stop) - Decimal("0.197")),
        "highPrice": f"{price_of(Decimal(stop), coupon, issued, matures):.6f}",
        "xmlFilenameCompetitiveResults": f"R_{day:%Y%m%d}_1.xml",
        "updatedTimestamp": f"{day}T13:03:21",
    }


_OF_RESULTS = ("Accepted", "Tendered", "Yield", "Price", "Ratio", "CompetitiveResults", "interestRate")
UNHELD: dict[str, object] = {
    name: "" for name in NOTE if name.endswith(_OF_RESULTS) and name != "noncompetitiveTendersAccepted"
}
"""What an announced auction has empty."""


def body(*rows: Mapping[str, object]) -> bytes:
    """Rows as TreasuryDirect sends them."""
    return json.dumps(rows, indent=2).encode()


def as_fiscaldata(row: Mapping[str, object]) -> dict[str, object]:
    """The same row under FiscalData's names and in its spelling: days without a time, ``null`` for nothing."""
    theirs: dict[str, object] = {}
    for name, ours in NAMES.items():
        value = str(row.get(ours, "")).removesuffix("T00:00:00")
        theirs[name] = value if value else "null"
    return theirs


def fiscaldata_body(rows: Iterable[Mapping[str, object]]) -> bytes:
    """A page of auctions_query."""
    data = [as_fiscaldata(row) for row in rows]
    meta = {"count": len(data), "total-count": len(data), "total-pages": 1}
    return json.dumps({"data": data, "meta": meta, "links": {}}).encode()


def search_rows() -> list[dict[str, str]]:
    """The 1,657 auctions of TreasuryDirect's search, as it has them."""
    text = shared_data("auctions/treasurydirect_search.2008-04_2022-08.csv").read_text("utf-16")
    return list(csv.DictReader(io.StringIO(text.partition("\n")[2])))


def panel_rows() -> list[dict[str, object]]:
    """
    The 1,829 auctions of the derived panel, which has only some of the columns.

    Type and flags are put back as TreasuryDirect has them; what the panel leaves out is empty.
    """
    with shared_data("auctions/derived_panel.1996-08_2024-02.csv").open(encoding="utf-8", newline="") as file:
        return [
            dict.fromkeys(RESULTS, "")
            | {name: value for name, value in row.items() if name not in ("src", "releaseTime")}
            | {"securityType": LAW.get(row["type"], row["type"]), "tips": _yes(row["type"] == "TIPS")}
            | {"floatingRate": _yes(row["type"] == "FRN"), "cashManagementBillCMB": _yes(row["type"] == "CMB")}
            for row in csv.DictReader(file)
        ]


def list_rows() -> list[dict[str, str]]:
    """The 10,780 auctions of FiscalData's download, which says of each what it was and when."""
    name = "auctions/fiscaldata_auctions_query_download.1979-11_2025-12.csv"
    with shared_data(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _yes(is_so: bool) -> str:
    return "Yes" if is_so else "No"
