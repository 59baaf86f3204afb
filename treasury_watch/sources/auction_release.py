"""
From rows to a Release of auctions: which may be believed, which are refused by themselves, and when the whole file is.

A misprint in one row says nothing against the others: that row is refused, named, and the rest is taken. Where many
rows are wrong it is the file that is wrong (a column shifted, a format changed), and it is refused whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

from treasury_watch.core.auctions.checks import faults
from treasury_watch.core.auctions.model import Auction, figures_of, held, is_contingency_test
from treasury_watch.core.figures.published import Note, Refusal, Release
from treasury_watch.sources.auction_fields import Row, UnknownSecurity

_MOST_BAD = 3
"""Bad rows that are misprints however few rows there are; beyond these, one in three: then it is the file."""
_BAD_SHARE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that must not be believed while its file may: why, and the row itself."""

    refused: Refusal
    row: object = None
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


class ReadRows(NamedTuple):
    """Rows as auctions, rows refused by themselves, and a note for each kind of security that was read past."""

    auctions: list[Auction]
    refused: list[RefusedRow]
    notes: list[Note]


def read_rows(source: str, rows: Sequence[object], read: Callable[[Row], Auction]) -> ReadRows:
    """Each row as an auction, or refused by itself, whatever stands in it; one of an unknown security is a note."""
    found = ReadRows([], [], [])
    for number, row in enumerate(rows, start=1):
        try:
            if not isinstance(row, Mapping):
                raise Refusal(source, "shape", f"is {row!r:.60}", where=f"row {number}", expected="fields")  # noqa: TRY301
            found.auctions.append(read(row))
        except UnknownSecurity as new:
            says = f"{new.name} ({new.where}) is a kind of security not seen before; its auctions are read past."
            found.notes.append(Note(f"security {new.name}", says))
        except Refusal as fault:
            found.refused.append(RefusedRow(refused=fault, row=row))
        except (ArithmeticError, LookupError, TypeError, ValueError) as fault:
            # What nobody foresaw in a row costs that row as well, and is said by its name.
            problem = f"cannot be read: {type(fault).__name__}"
            where = f"row {number}"
            found.refused.append(RefusedRow(refused=Refusal(source, "row", problem, where=where), row=row))
    return found


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
    try:
        for fault in faults(auction):
            problem = f"{fault.field} {fault.problem}"
            return Refusal(source, fault.kind, problem, where=name, expected=fault.expected)
    except (ArithmeticError, ValueError) as error:  # amounts or dates beyond all reckoning
        return Refusal(source, "row", f"cannot be checked: {type(error).__name__}", where=name)
    if twin is not None and held(twin) and twin != auction:
        names = (field.name for field in fields(Auction) if field.compare)
        differing = sorted(name for name in names if getattr(twin, name) != getattr(auction, name))
        problem = f"stands twice and differs in {', '.join(differing)}"
        return Refusal(source, "duplicate", problem, where=name, expected="one row an auction")
    return None


def release_of(source: str, rows: Sequence[object], read: Callable[[Row], Auction]) -> AuctionRelease:
    """One release of all rows. Raises Refusal as ``release_of_read`` does."""
    return release_of_read(source, read_rows(source, rows, read))


def release_of_read(source: str, read: ReadRows) -> AuctionRelease:
    """
    One release of rows that were read, and of those that could not be.

    ``newest`` is the day of the newest auction that was held.

    Raises Refusal for the file: ``empty`` where no auction has results, and the first row's own refusal where so many
    rows are wrong that nothing of it can be believed.
    """
    told, untrue = believed(source, read.auctions)
    refused = [*read.refused, *untrue]
    results = [auction for auction in told if held(auction)]
    if refused and (
        not results or len(refused) > max(_MOST_BAD, (len(read.auctions) + len(read.refused)) // _BAD_SHARE)
    ):
        raise refused[0].refused
    if not results:
        raise Refusal(source, "empty", "no auction with results in it", expected="the newest auctions' results")
    return AuctionRelease(
        source=source,
        newest=max(auction.period for auction in results),
        figures=figures_of(results),
        auctions=tuple(told),
        refused=tuple(refused),
        notes=tuple(read.notes),
    )
