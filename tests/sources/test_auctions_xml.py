"""The results document of one auction: the same record as in the lists, and no door into the machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.auction_rows import NOTE, search_rows
from tests.conftest import shared_data
from treasury_watch.core.auctions.checks import faults
from treasury_watch.core.auctions.model import Auction
from treasury_watch.core.figures.published import Refusal
from treasury_watch.sources.auction_fields import auction_of
from treasury_watch.sources.auctions_xml import auction

GOOD = b"""<?xml version="1.0" encoding="UTF-8"?><td:AuctionData xmlns:td="http://www.treasurydirect.gov/">
<AuctionAnnouncement>
<SecurityTermWeekYear>10-YEAR</SecurityTermWeekYear>
<SecurityTermDayMonth>0-MONTH</SecurityTermDayMonth>
<SecurityType>NOTE</SecurityType>
<CUSIP>91282CZZ9</CUSIP>
<AnnouncementDate>2026-02-04</AnnouncementDate>
<AuctionDate>2026-02-11</AuctionDate>
<IssueDate>2026-02-17</IssueDate>
<MaturityDate>2036-02-15</MaturityDate>
<OfferingAmount>42.000</OfferingAmount>
<NonCompetitiveTenderAccepted>Y</NonCompetitiveTenderAccepted>
<TypeOfAuction>SINGLE PRICE</TypeOfAuction>
<CompetitiveClosingTime>13:00</CompetitiveClosingTime>
<InterestRate/>
<ReOpeningIndicator>N</ReOpeningIndicator>
<LongShortNormalCoupon>N</LongShortNormalCoupon>
<InflationIndexSecurity>N</InflationIndexSecurity>
<FloatingRate>N</FloatingRate>
<AnnouncedCUSIP/>
</AuctionAnnouncement>
<AuctionResults>
<PrimaryDealerTendered>60000000000</PrimaryDealerTendered>
<PrimaryDealerAccepted>5000000000</PrimaryDealerAccepted>
<DirectBidderTendered>14000000000</DirectBidderTendered>
<DirectBidderAccepted>8800000000</DirectBidderAccepted>
<IndirectBidderTendered>30000000000</IndirectBidderTendered>
<IndirectBidderAccepted>28000000000</IndirectBidderAccepted>
<CompetitiveTendered>104000000000</CompetitiveTendered>
<CompetitiveAccepted>41800000000</CompetitiveAccepted>
<NonCompetitiveAccepted>150000000</NonCompetitiveAccepted>
<SOMAAccepted>9000000000</SOMAAccepted>
<FIMAAccepted>50000000</FIMAAccepted>
<TotalAccepted>51000000000</TotalAccepted>
<BidToCoverRatio>2.48</BidToCoverRatio>
<LowDiscountRate/><HighDiscountRate/><MedianDiscountRate/>
<LowYield>3.980</LowYield>
<HighYield>4.177</HighYield>
<MedianYield>4.120</MedianYield>
<LowDiscountMargin/><HighDiscountMargin/><MedianDiscountMargin/>
<HighPrice>99.578196</HighPrice>
<InterestRate>4.125</InterestRate>
<Spread/>
<UnadjustedPrice/>
<ResultsPDFName>R_20260211_1.pdf</ResultsPDFName>
</AuctionResults>
</td:AuctionData>
"""


def real() -> list[Auction]:
    folder = shared_data("auctions/result-xml-2022-05")
    return [auction(path.read_bytes()) for path in sorted(folder.glob("*.xml"))]


def test_the_document_gives_the_record_that_the_list_gives() -> None:
    assert auction(GOOD) == auction_of("made up", NOTE)


def test_all_results_of_may_2022_are_sound_and_equal_the_lists_where_both_have_them() -> None:
    listed = {(known.cusip, known.day): known for known in (auction_of("search", row) for row in search_rows())}
    documents = real()
    both = [document for document in documents if (document.cusip, document.day) in listed]
    assert (len(documents), len(both)) == (32, 27)
    assert [faults(document) for document in documents] == [()] * 32
    assert both == [listed[document.cusip, document.day] for document in both]


def test_a_bill_of_no_whole_weeks_is_a_cash_management_bill() -> None:
    assert [document.entity for document in real() if document.type == "CMB"] == ["119-Day CMB"] * 4


def test_types_and_tenors_of_may_2022_are_all_told_apart() -> None:
    kinds = {document.entity for document in real() if document.type not in ("Bill", "CMB")}
    notes = {f"{years}-Year Note" for years in (2, 3, 5, 7, 10)}
    assert kinds == notes | {"20-Year Bond", "30-Year Bond", "10-Year TIPS", "2-Year FRN"}


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html></html>", "html"),
        (b"<html><body>not found</body></html>", "html"),
        (GOOD[:-20], "xml"),
        (GOOD + GOOD, "xml"),
        (b"no document", "xml"),
        (GOOD.replace(b"UTF-8", b"EBCDIC-9"), "xml"),
        (b"<AuctionList/>", "shape"),
        (b"<AuctionData/>", "fields"),
        (GOOD.replace(b"CompetitiveAccepted", b"CompAccepted"), "fields"),
        (GOOD.replace(b"<OfferingAmount>42.000</OfferingAmount>", b""), "fields"),
        (GOOD.replace(b"<HighYield>", b"<HighYield>4.1</HighYield><HighYield>"), "duplicate-key"),
        (GOOD.replace(b"42.000", b"42,000"), "number"),
        (GOOD.replace(b"42.000", b"42.0000000001"), "number"),
        (GOOD.replace(b"2026-02-11", b"2026-02-31"), "dates"),
        (GOOD.replace(b"13:00", b"1 o'clock"), "time"),
        (GOOD.replace(b"<FloatingRate>N", b"<FloatingRate>Y"), "tenor"),
    ],
)
def test_what_is_no_results_document_is_refused_by_name(sent: bytes, kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        auction(sent)
    assert caught.value.kind == kind


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]>',
        '<!DOCTYPE a [<!ENTITY passwords SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd">',
    ],
)
def test_a_document_that_declares_entities_is_refused_before_they_mean_anything(
    declaration: str, encoding: str
) -> None:
    text = GOOD.decode().replace("UTF-8", encoding).replace("<td:AuctionData", declaration + "<td:AuctionData")
    with pytest.raises(Refusal) as caught:
        auction(text.encode(encoding))
    assert caught.value.kind == "doctype"


@given(st.integers(0, len(GOOD) - 2))
def test_a_document_cut_off_anywhere_is_refused(end: int) -> None:
    with pytest.raises(Refusal):
        auction(GOOD[:end])


@pytest.mark.parametrize("tag", ["HighYield", "TotalAccepted", "CUSIP", "ReOpeningIndicator", "FloatingRate"])
def test_a_field_that_is_gone_is_refused(tag: str) -> None:
    with pytest.raises(Refusal):
        auction(
            GOOD.replace(f"<{tag}".encode(), f"<Old{tag}".encode()).replace(f"</{tag}".encode(), f"</Old{tag}".encode())
        )
