"""
TreasuryDirect's list of held auctions: the first public look at results, about three minutes after the close.

A bare JSON array of at most 250 rows, newest first, every value a string and empty where nothing is known. It covers
about half a year; corrections overwrite it silently, so the whole of it is read every time. One auction's own results
document is read in its place where it is given: the third look, and what an operator can hand in.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from treasury_watch.core.auctions.model import DATASETS, Auction
from treasury_watch.core.figures.published import Refusal
from treasury_watch.core.plausibility.auction_list import auction_doubts
from treasury_watch.sources import auctions_xml
from treasury_watch.sources.auction_fields import auction_of
from treasury_watch.sources.auction_release import AuctionRelease, release_of
from treasury_watch.sources.json_body import read_json
from treasury_watch.sources.source import Obligation, Source

NAME = "auctions.treasurydirect"
_RESULTS_DOCUMENT = b"AuctionData"


def auctions(body: bytes, *, source: str = NAME) -> list[Auction]:
    """Every auction in the body, announced ones too. Raises Refusal for a body or a row that cannot be read."""
    return [auction_of(source, row) for row in rows(body, source=source) if isinstance(row, dict)]


def rows(body: bytes, *, source: str = NAME) -> list[object]:
    """The rows as they stand, numbers as text. Raises Refusal for anything but a filled array."""
    answer = read_json(source, body)
    if not isinstance(answer, list):
        raise Refusal(source, "shape", f"the answer is one {type(answer).__name__}", expected="an array of auctions")
    if not answer:
        raise Refusal(source, "empty", "the answer is an empty array", expected="the newest auctions")
    return answer


def parse(body: bytes) -> AuctionRelease:
    """The release of all auctions with results, or of one results document. Raises Refusal, each fault by its kind."""
    if _RESULTS_DOCUMENT in body[:2000]:
        return release_of(NAME, [{}], lambda _: auctions_xml.auction(body))
    return release_of(NAME, rows(body), partial(auction_of, NAME))


SOURCE = Source(
    name=NAME,
    url="https://www.treasurydirect.gov/TA_WS/securities/auctioned?format=json",
    # Around each close it is polled every half minute besides (core/auctions/schedule.py).
    every=timedelta(minutes=15),
    parse=parse,
    owes=Obligation.RESULTS,
    datasets=DATASETS,
    doubts=auction_doubts,
    title="Treasury auction results",
)
