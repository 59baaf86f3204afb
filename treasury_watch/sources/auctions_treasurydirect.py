"""
TreasuryDirect's list of held auctions: the first public look at results, about three minutes after the close.

A bare JSON array of at most 250 rows, newest first, every value a string and empty where nothing is known. It covers
about half a year; corrections overwrite it silently, so the whole of it is read every time.
"""

from __future__ import annotations

from datetime import timedelta

from treasury_watch.core.auctions import DATASETS, Auction
from treasury_watch.core.published import Refused, Release
from treasury_watch.sources.auction_fields import auction_of
from treasury_watch.sources.auction_release import release_of
from treasury_watch.sources.json_body import read_json
from treasury_watch.sources.source import Source

NAME = "auctions.treasurydirect"


def auctions(body: bytes, *, source: str = NAME) -> list[Auction]:
    """Every auction in the body, announced ones too. Raises Refused for a body or a row that cannot be read."""
    return [auction_of(source, row) for row in rows(body, source=source)]


def rows(body: bytes, *, source: str = NAME) -> list[dict[str, object]]:
    """The rows as they stand, numbers as text. Raises Refused for anything but a filled array of rows."""
    answer = read_json(source, body)
    if not isinstance(answer, list):
        raise Refused(source, "shape", f"the answer is one {type(answer).__name__}", expected="an array of auctions")
    if not answer:
        raise Refused(source, "empty", "the answer is an empty array", expected="the newest auctions")
    for number, row in enumerate(answer, start=1):
        if not isinstance(row, dict):
            raise Refused(
                source, "shape", f"is {row!r:.60}", where=f"row {number}", expected="the fields of an auction"
            )
    return answer


def parse(body: bytes) -> Release:
    """The release of all auctions with results. Raises Refused, each fault with its own kind."""
    return release_of(NAME, auctions(body))


SOURCE = Source(
    name=NAME,
    url="https://www.treasurydirect.gov/TA_WS/securities/auctioned?format=json",
    every=timedelta(minutes=1),
    parse=parse,
    datasets=DATASETS,
    title="Treasury auction results",
)
