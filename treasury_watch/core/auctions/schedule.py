"""
Around the close: when to look for an auction's results.

Measured on 1,222 auctions, the publisher's list shows results a median of 193 s after the close, 90 % by 239 s, a few
after minutes, one after five hours. So looks begin 90 s after the close, are seldom further apart than half a minute
until the results are late, and then go on for hours, ever more rarely. Pure: nothing here asks a clock.
"""

from __future__ import annotations

import zlib
from datetime import datetime, time, timedelta
from typing import NamedTuple

from treasury_watch.core.auctions.model import Auction
from treasury_watch.core.figures.periods import NEW_YORK
from treasury_watch.core.figures.published import Period

FIRST_LOOK = timedelta(seconds=90)
LATE_AFTER = timedelta(minutes=15)
"""Results later than this are the operator's business: a CUSIP that changed, a fault at the Treasury, or ours."""

GIVEN_UP_AFTER = timedelta(hours=8)
"""From here on the ordinary poll of the list is enough."""

_USUAL_CLOSE = {"Bill": time(11, 30), "CMB": time(11, 30), "FRN": time(11, 30)}
_OTHER_CLOSE = time(13)

_PAUSES = (
    # until so long after the close: at least, at most so many seconds between two looks
    (timedelta(seconds=280), 18, 26),  # nineteen in twenty are out by then
    (timedelta(minutes=10), 28, 30),
    (timedelta(minutes=40), 45, 60),  # a CUSIP that changed takes 11 to 25 minutes
    (timedelta(hours=2), 170, 240),
    (GIVEN_UP_AFTER, 540, 660),
)
_FIRST_JITTER = 5.0


class Announcement(NamedTuple):
    """
    An auction to come, or one whose results are awaited.

    ``entity`` and ``day`` name it: its CUSIP can still change. ``closes`` is aware; ``offering`` in billions of
    dollars, None where it was not announced yet.
    """

    entity: str
    day: Period
    closes: datetime
    cusip: str
    offering: float | None = None


def announced(auction: Auction) -> Announcement:
    """What is to be known of an auction before it is held. The close is its own field's, else the usual one's."""
    offering = None if auction.offering is None else auction.offering / 1e9
    return Announcement(auction.entity, auction.period, closes_at(auction), auction.cusip, offering)


def closes_at(auction: Auction) -> datetime:
    """When competitive bidding ends, in New York: 13:00, or 11:30 for bills and FRN, where the auction does not say."""
    usual = datetime.combine(auction.day, _USUAL_CLOSE.get(auction.type, _OTHER_CLOSE), NEW_YORK)
    return auction.closes or usual


def next_look(auction: Announcement, now: datetime, attempts: int) -> datetime | None:
    """
    When to look for an auction's results: the first time, or again after a look at ``now`` that found none.

    ``attempts`` counts the looks so far. None once so much time has passed that the ordinary poll is enough. The jitter
    is made from the auction and the attempt, so that many bots spread out and a test is the same every time.
    """
    if attempts == 0:
        first = auction.closes + FIRST_LOOK + timedelta(seconds=_FIRST_JITTER * _share(auction, 0))
        return max(first, now) if now < auction.closes + GIVEN_UP_AFTER else None
    since = now - auction.closes
    for until, least, most in _PAUSES:
        if since < until:
            return now + timedelta(seconds=least + (most - least) * _share(auction, attempts))
    return None


def is_late(auction: Announcement, now: datetime) -> bool:
    """Whether results that are not out by now are late."""
    return now >= auction.closes + LATE_AFTER


def _share(auction: Announcement, attempt: int) -> float:
    """A number from 0 to 1 that looks like chance and is none."""
    return zlib.crc32(f"{auction.cusip}|{auction.day}|{attempt}".encode()) / 0xFFFFFFFF
