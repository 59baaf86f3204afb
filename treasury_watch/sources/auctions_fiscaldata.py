"""
FiscalData's auctions_query: every auction since 1979, under names and spellings of its own.

It lags behind TreasuryDirect by an unknown part of the day, so it serves backfill and reconciliation, never the first
look. Missing is the string ``null``. It states no type: TIPS, FRN and CMB are told by their flags. The whole history
comes in pages: ``further`` names those after the first. Their bodies, one after another, are one body to ``parse``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from treasury_watch.core.auctions.model import DATASETS, Auction
from treasury_watch.core.figures.published import Period, Refusal
from treasury_watch.core.plausibility.auction_list import auction_doubts
from treasury_watch.sources.auction_fields import auction_of
from treasury_watch.sources.auction_release import AuctionRelease, ReadRows, read_rows, release_of_read
from treasury_watch.sources.json_body import read_json
from treasury_watch.sources.source import Pages, Source

NAME = "auctions.fiscaldata"

_BETWEEN = b"\n\x1e\n"
"""Between two pages kept as one body: a control character that no JSON document can hold unescaped."""

_REREAD = timedelta(days=30)

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


def table(body: bytes, *, source: str = NAME) -> tuple[list[object], dict[str, object]]:
    """The rows of one page under their own names, and its ``meta``. Raises Refusal for anything but filled pages."""
    answer = read_json(source, body)
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(rows, list):
        told = answer.get("message") or answer.get("error") if isinstance(answer, dict) else None
        problem = f"the answer has no rows{f', it says {told!r:.100}' if told else ''}"
        raise Refusal(source, "shape", problem, expected='{"data": [...], "meta": {...}}')
    if not rows:
        raise Refusal(source, "empty", "the page has no rows", expected="the newest auctions")
    meta = answer.get("meta")
    return rows, meta if isinstance(meta, dict) else {}


def renamed(row: Mapping[str, object]) -> dict[str, object]:
    """A row under TreasuryDirect's names; a field that is not there stays away."""
    return {NAMES[name]: value for name, value in row.items() if name in NAMES}


def auctions(body: bytes, *, source: str = NAME) -> list[Auction]:
    """Every auction of one page, announced ones too. Raises Refusal for a page or a row that cannot be read."""
    return [auction_of(source, renamed(row)) for row in table(body, source=source)[0] if isinstance(row, dict)]


def pages(body: bytes) -> int:
    """
    How many pages the whole answer has, by the ``meta`` of any one of them; 1 where it does not say.

    Raises Refusal where it says something that is not a number of pages.
    """
    said = table(body)[1].get("total-pages", "1")
    if not isinstance(said, str) or not said.isdecimal() or not 1 <= int(said) <= 1000:
        raise Refusal(NAME, "shape", f"is {said!r}", where="meta total-pages", expected="a number of pages")
    return int(said)


def further(url: str, body: bytes) -> tuple[str, ...]:
    """The addresses of the pages after the first, given its body. Raises Refusal as ``pages`` does."""
    return tuple(_with(url, {"page[number]": str(number)}) for number in range(2, pages(body) + 1))


def joined(bodies: Sequence[bytes]) -> bytes:
    """Many pages as one body."""
    return _BETWEEN.join(bodies)


def recent(url: str, newest: Period) -> str:
    """The address of what can still be new or corrected, when all up to ``newest`` is stored: a month back."""
    since = date.fromisoformat(newest) - _REREAD
    return _with(url, {"filter": f"auction_date:gte:{since.isoformat()}"})


def parse(body: bytes) -> AuctionRelease:
    """
    The release of one page, or of all pages joined: every auction with results. Raises Refusal, each fault by its kind.

    Pages that do not add up to the publisher's own count are refused (``pages``): one was lost, or shifted meanwhile.
    """
    all_read = ReadRows([], [], [])
    seen: set[str] = set()
    counted = 0
    bodies = body.split(_BETWEEN)
    # One page's rows at a time: all of them as text together would take ten times the memory of what they say.
    for page in bodies:
        rows, meta = table(page)
        said = meta.get("total-count")
        counted = int(said) if isinstance(said, str) and said.isdecimal() else 0
        seen |= {_identity(row) for row in rows}
        read = read_rows(NAME, rows, lambda row: auction_of(NAME, renamed(row)))
        all_read.auctions.extend(read.auctions)
        all_read.refused.extend(read.refused)
        all_read.notes.extend(read.notes)
    if len(bodies) > 1 and counted and len(seen) != counted:
        problem = f"{len(seen)} rows came of {counted} that there are"
        raise Refusal(NAME, "pages", problem, expected="every row once; it is asked for again")
    return release_of_read(NAME, all_read)


def _identity(row: object) -> str:
    """What tells a row from others, whatever stands in its fields."""
    return repr((row.get("cusip"), row.get("auction_date"))) if isinstance(row, dict) else repr(row)


def _with(url: str, said: dict[str, str]) -> str:
    """The address with some parameters set anew; brackets and commas stay readable, as the publisher has them."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | said
    written = "&".join(f"{quote(name, safe='[]')}={quote(value, safe='[],:-')}" for name, value in query.items())
    return urlunsplit((parts.scheme, parts.netloc, parts.path, written, ""))


SOURCE = Source(
    name=NAME,
    url="https://api.fiscaldata.treasury.gov/services/api/fiscal_service/v1/accounting/od/auctions_query"
    f"?fields={','.join(NAMES)}&sort=-auction_date&page[number]=1&page[size]=2500",
    every=timedelta(hours=3),
    parse=parse,
    datasets=DATASETS,
    doubts=auction_doubts,
    title="FiscalData auction results",
    pages=Pages(further=further, joined=joined, recent=recent),
)
