"""
From rows to a Release of auctions: which may be believed, which are refused by themselves, and when the whole file is.

A misprint in one row says nothing against the others: that row is refused, named, and the rest is taken. Where many
rows are wrong it is the file that is wrong (a column shifted, a format changed), and it is refused whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields

from treasury_watch.core.auctions.checks import faults
from treasury_watch.core.auctions.model import Auction, figures_of, held, is_contingency_test
from treasury_watch.core.figures.published import Refusal, Release
from treasury_watch.sources.auction_fields import Row

_MOST_BAD = 3
"""Bad rows that are misprints however few rows there are; beyond these, one in fifty."""
_BAD_SHARE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that must not be believed while its file may: why, and the row itself."""

    refused: Refusal
    row: Row | None = None
    auction: Auction | None = None
    """What the row says, where it could be read: its own results document can be asked instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuctionRelease(Release):
    """
    A publication of auctions.

    ``auctions`` are all that may be believed, announced ones among them; ``figures`` are of those that were held.
    """

    auctions: tuple[Auction, ...] = ()
    refused: tuple[RefusedRow, ...] = ()


def read_rows(rows: Sequence[Row], read: Callable[[Row], Auction]) -> tuple[list[Auction], list[RefusedRow]]:
    """Each row as an auction, or refused by itself."""
    auctions, refused = [], []
    for row in rows:
        try:
            auctions.append(read(row))
        except Refusal as fault:
            refused.append(RefusedRow(refused=fault, row=row))
    return auctions, refused


def believed(source: str, auctions: Iterable[Auction]) -> tuple[list[Auction], list[RefusedRow]]:
    """
    The auctions that may be believed, and those that are refused by themselves; contingency tests are neither.

    One that is at odds with itself is refused, and one that is there twice and differs: nobody knows which is right.
    """
    known: dict[tuple[str, str], Auction] = {}
    bad: dict[tuple[str, str], RefusedRow] = {}
    for auction in auctions:
        if is_contingency_test(auction):
            continue
        key = (auction.cusip, auction.period)
        fault = _fault(source, auction, known.get(key)) if held(auction) else None
        if fault is not None:
            bad.setdefault(key, RefusedRow(refused=fault, auction=auction))
        elif key not in known or held(auction):
            known[key] = auction
    return [auction for key, auction in known.items() if key not in bad], list(bad.values())


def _fault(source: str, auction: Auction, twin: Auction | None) -> Refusal | None:
    name = f"auction {auction.cusip} {auction.period} ({auction.entity})"
    for fault in faults(auction):
        problem = f"{fault.field} {fault.problem}"
        return Refusal(source, fault.kind, problem, where=name, expected=fault.expected)
    if twin is not None and held(twin) and twin != auction:
        names = (field.name for field in fields(Auction) if field.compare)
        differing = sorted(name for name in names if getattr(twin, name) != getattr(auction, name))
        problem = f"stands twice and differs in {', '.join(differing)}"
        return Refusal(source, "duplicate", problem, where=name, expected="one row an auction")
    return None


def release_of(source: str, rows: Sequence[Row], read: Callable[[Row], Auction]) -> AuctionRelease:
    """One release of all rows. Raises Refusal as ``release_of_read`` does."""
    return release_of_read(source, *read_rows(rows, read))


def release_of_read(source: str, auctions: Sequence[Auction], unread: Sequence[RefusedRow]) -> AuctionRelease:
    """
    One release of rows that were read, and of those that could not be.

    ``newest`` is the day of the newest auction that was held.

    Raises Refusal for the file: ``empty`` where no auction has results, and the first row's own refusal where so many
    rows are wrong that nothing of it can be believed.
    """
    told, untrue = believed(source, auctions)
    refused = [*unread, *untrue]
    results = [auction for auction in told if held(auction)]
    if refused and (not results or len(refused) > max(_MOST_BAD, (len(auctions) + len(unread)) // _BAD_SHARE)):
        raise refused[0].refused
    if not results:
        raise Refusal(source, "empty", "no auction with results in it", expected="the newest auctions' results")
    return AuctionRelease(
        source=source,
        newest=max(auction.period for auction in results),
        figures=figures_of(results),
        auctions=tuple(told),
        refused=tuple(refused),
    )
