"""
One auction's own results document, ``R_YYYYMMDD_N.xml``: the record that the lists are made from.

N cannot be guessed; the lists name the file. The offering is in billions of dollars while results are in dollars, flags
are Y and N, terms in capitals and in two halves. A document type declaration is refused: results have none, and it is
how a document makes a parser read files or grow without end.
"""

from __future__ import annotations

from decimal import Decimal
from xml.parsers import expat

from treasury_watch.core.auctions.model import Auction
from treasury_watch.core.figures.published import Refusal
from treasury_watch.sources.auction_fields import Fields, auction_of

NAME = "auctions.xml"

_ANNOUNCED = {
    "CUSIP": "cusip",
    "AnnouncedCUSIP": "announcedCusip",
    "SecurityType": "securityType",
    "AnnouncementDate": "announcementDate",
    "AuctionDate": "auctionDate",
    "IssueDate": "issueDate",
    "MaturityDate": "maturityDate",
    "CompetitiveClosingTime": "closingTimeCompetitive",
    "ReOpeningIndicator": "reopening",
    "InflationIndexSecurity": "tips",
    "FloatingRate": "floatingRate",
    "NonCompetitiveTenderAccepted": "noncompetitiveTendersAccepted",
    "TypeOfAuction": "auctionFormat",
}
_RESULTS = {
    "CompetitiveTendered": "competitiveTendered",
    "PrimaryDealerTendered": "primaryDealerTendered",
    "DirectBidderTendered": "directBidderTendered",
    "IndirectBidderTendered": "indirectBidderTendered",
    "CompetitiveAccepted": "competitiveAccepted",
    "PrimaryDealerAccepted": "primaryDealerAccepted",
    "DirectBidderAccepted": "directBidderAccepted",
    "IndirectBidderAccepted": "indirectBidderAccepted",
    "NonCompetitiveAccepted": "noncompetitiveAccepted",
    "FIMAAccepted": "fimaNoncompetitiveAccepted",
    "SOMAAccepted": "somaAccepted",
    "TotalAccepted": "totalAccepted",
    "BidToCoverRatio": "bidToCoverRatio",
    "HighYield": "highYield",
    "MedianYield": "averageMedianYield",
    "LowYield": "lowYield",
    "HighDiscountRate": "highDiscountRate",
    "MedianDiscountRate": "averageMedianDiscountRate",
    "LowDiscountRate": "lowDiscountRate",
    "HighDiscountMargin": "highDiscountMargin",
    "MedianDiscountMargin": "averageMedianDiscountMargin",
    "LowDiscountMargin": "lowDiscountMargin",
    "HighPrice": "highPrice",
    "UnadjustedPrice": "unadjustedPrice",
    "InterestRate": "interestRate",
    "Spread": "spread",
    "ResultsPDFName": "xmlFilenameCompetitiveResults",
}
"""Their name -> TreasuryDirect's. The results' PDF and XML differ only in how their names end."""


def auction(body: bytes) -> Auction:
    """
    The auction of one results document.

    Raises Refusal: ``empty``, ``html``, ``xml`` (cut off, or not well-formed), ``doctype``, ``fields``, and what
    ``auction_of`` refuses. Whether it may be believed is for ``auction_checks.faults`` to say.
    """
    leaves = _leaves(body)
    row: dict[str, object] = {}
    for section, names in (("AuctionAnnouncement", _ANNOUNCED), ("AuctionResults", _RESULTS)):
        row |= {name: leaves[section, tag] for tag, name in names.items() if (section, tag) in leaves}
    where = f"auction {row.get('cusip')} {row.get('auctionDate')}"
    try:
        weeks_or_years = leaves["AuctionAnnouncement", "SecurityTermWeekYear"]
        days_or_months = leaves["AuctionAnnouncement", "SecurityTermDayMonth"]
        in_billions = leaves["AuctionAnnouncement", "OfferingAmount"]
        period = leaves["AuctionAnnouncement", "LongShortNormalCoupon"]
    except KeyError as gone:
        section, tag = gone.args[0]
        raise Refusal(NAME, "fields", f"{section} has no {tag}", where=where, expected="one") from None
    row["firstInterestPeriod"] = "Normal" if period == "N" else period
    # No flag says so, but a bill whose term is no whole number of weeks is a cash management bill.
    row["cashManagementBillCMB"] = "Yes" if weeks_or_years == "0-WEEK" else "No"
    row["securityTerm"] = _term(weeks_or_years, days_or_months)
    billions = Fields(NAME, row | {"OfferingAmount": in_billions}).number("OfferingAmount")
    row["offeringAmount"] = None if billions is None else format((billions * Decimal(10**9)).normalize(), "f")
    return auction_of(NAME, row)


def _term(weeks_or_years: str, days_or_months: str) -> str:
    if weeks_or_years == "0-WEEK":
        return days_or_months
    if weeks_or_years.endswith("YEAR") and days_or_months != "0-MONTH":
        return f"{weeks_or_years} {days_or_months}"
    return weeks_or_years


def _leaves(body: bytes) -> dict[tuple[str, str], str]:
    """(Section, tag) -> text of everything that lies in a section of AuctionData."""
    if not body.strip():
        raise Refusal(NAME, "empty", "the answer is empty", expected="an auction's results")
    if body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise Refusal(NAME, "html", "the answer is a web page", expected="an auction's results")
    leaves: dict[tuple[str, str], str] = {}
    path: list[str] = []
    text: list[str] = []

    def start(tag: str, _attributes: dict[str, str]) -> None:
        path.append(tag.rpartition(":")[2])
        text.clear()
        if len(path) == 1 and path[0] != "AuctionData":
            raise Refusal(NAME, "shape", f"the document is a {path[0]}", expected="AuctionData")

    def end(_tag: str) -> None:
        if len(path) == 3:
            key = (path[1], path[2])
            if key in leaves:
                raise Refusal(NAME, "duplicate-key", f"{path[2]} stands twice", where=path[1], expected="once")
            leaves[key] = "".join(text).strip()
        path.pop()
        text.clear()

    def doctype(*_declared: object) -> None:
        raise Refusal(NAME, "doctype", "the document declares a type of its own", expected="none")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the latter two: an encoding expat cannot read
        raise Refusal(NAME, "xml", f"cut off or not XML: {error}", expected="one whole document") from None
    return leaves
