"""
Table 3 beside Tables 1 and 5: what they say of the same months must agree.

Table 3's long-term columns are Table 1's, and its holdings are Table 5's within a tenth of a billion. The files of one
release come in random order, and each revises earlier months: where one of them still is of the release before, some
figures differ honestly (a tenth in a year's benchmark). More than half of them never do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from treasury_watch.core.figures.datasets import HOLDINGS, TOTALS
from treasury_watch.core.figures.published import Figure, Period
from treasury_watch.core.plausibility.doubt import MOST_ODD, Doubt, Odd

POSITION = "tic.table3_position"
LONG_TERM = "tic.table3_long_term"
LONG_TERM_NET = "tic.table3_net_long_term"
VALUATION = "tic.table3_valuation"

_PAIRS = (
    (LONG_TERM, ("tic.long_term",), 0.001, "long-term holdings", "Table 1"),
    (LONG_TERM_NET, ("tic.net_long_term",), 0.001, "net long-term purchases", "Table 1"),
    (VALUATION, ("tic.valuation",), 0.001, "valuation changes", "Table 1"),
    (POSITION, (HOLDINGS, TOTALS), 0.1, "holdings", "Table 5"),
)
"""Table 3's data, what says the same elsewhere, how far they part in billions, and both in words."""

COMPARED = frozenset(other for _, others, *_ in _PAIRS for other in others)
"""The data of Tables 1 and 5 that Table 3 is compared with."""
_FEWEST = 20
_NEWEST = 13
"""Months back that are compared: those that Table 5 has."""


def cross_doubts(known: Mapping[tuple[str, str, Period], float], figures: Sequence[Figure]) -> list[Doubt]:
    """
    What of a Table 3 most of the figures of Tables 1 and 5 contradict; ``known`` are theirs, in billions of dollars.

    The newest thirteen months are compared, and those more than half of whose figures differ are doubted.
    """
    found = []
    newest = sorted({figure.period for figure in figures})[-_NEWEST:]
    for dataset, others, apart, what, table in _PAIRS:
        compared, odd = 0, []
        for figure in figures:
            if figure.dataset != dataset or figure.period not in newest:
                continue
            said = next(
                (known[key] for other in others if (key := (other, figure.entity, figure.period)) in known), None
            )
            if said is None:
                continue
            compared += 1
            if abs(said - figure.value) > apart + 1e-9:
                odd.append(Odd(figure.entity, figure.period, said, figure.value))
        if compared >= _FEWEST and len(odd) > compared / 2:
            odd.sort(key=lambda one: -abs(one.now - (one.was or 0.0)))
            says = f"{len(odd)} of {compared} {what} are others than in {table}"
            found.append(Doubt("cross-check", says, tuple(odd[:MOST_ODD])))
    return found
