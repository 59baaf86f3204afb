"""Two publishers' records of one auction, field by field: what they both say and say differently."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

from treasury_watch.core.auctions.model import Auction

_OWN = {"updated", "results_file", "announced_cusip"}
"""What is about the copy, or is filled by one publisher and left empty by the other without a fault."""


class Difference(NamedTuple):
    """One field of one auction, as the first look has it and as the other source has it."""

    cusip: str
    entity: str
    day: str
    field: str
    first: str
    other: str


def record(auction: Auction) -> dict[str, str]:
    """What an auction says, as text that is the same for the same value however it was padded; unknown is absent."""
    said = {}
    for name in (field.name for field in fields(Auction) if field.name not in _OWN):
        value = getattr(auction, name)
        if value is not None:
            said[name] = _text(value)
    return said


def differences(first: dict[str, str], other: Auction) -> list[Difference]:
    """Every common field on which a record and an auction disagree; what one of them does not know is no difference."""
    theirs = record(other)
    return [
        Difference(other.cusip, other.entity, other.period, name, first[name], said)
        for name, said in theirs.items()
        if name in first and first[name] != said
    ]


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
