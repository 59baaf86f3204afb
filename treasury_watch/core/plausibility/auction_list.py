"""A list of auctions beside what it said before: auctions that were held do not change by the dozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from treasury_watch.core.figures.published import Figure, Period
from treasury_watch.core.plausibility.doubt import MOST_ODD, Doubt, Odd

_FEWEST = 5


def auction_doubts(known: Mapping[tuple[str, str, Period], float], figures: Sequence[Figure]) -> list[Doubt]:
    """A doubt where more than a third of the auctions that were known say something else now."""
    auctions: set[tuple[str, Period]] = set()
    odd: dict[tuple[str, Period], Odd] = {}
    for figure in figures:
        was = known.get((figure.dataset, figure.entity, figure.period))
        if was is None:
            continue
        auctions.add((figure.entity, figure.period))
        if was != figure.value:
            odd.setdefault((figure.entity, figure.period), Odd(figure.entity, figure.period, was, figure.value))
    if len(odd) < _FEWEST or len(odd) <= len(auctions) / 3:
        return []
    says = f"{len(odd)} of {len(auctions)} known auctions have other results than before"
    return [Doubt("rewritten", says, tuple(odd.values())[:MOST_ODD])]
