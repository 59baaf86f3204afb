"""
Table 3 beside Tables 1 and 5: what they say of the same holder and month must agree.

Table 3's long-term columns are Table 1's to the million, and its holdings are Table 5's within a tenth of a billion.

The files of one release come one after the other, each with revisions of earlier months. So it matters of which release
the other table is, and its newest month tells:

- **The same newest month**: it is of the same release. A few figures may differ; more are doubted.
- **Another newest month**: revisions lie between the two. On record they changed 10 of 240 figures over two releases
  and 8 % in a yearly benchmark. So only a column is doubted in which more than half of the figures differ, each by more
  than 2 %, figures too small to tell left out. What differs less can be compared when the other table has come.

Of Table 5 only what its newest release printed is compared: the newest thirteen months of those who are in it now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from treasury_watch.core.figures.datasets import HOLDINGS, TOTALS
from treasury_watch.core.figures.published import Figure, Period
from treasury_watch.core.plausibility.doubt import MOST_ODD, Doubt, Odd

POSITION = "tic.table3_position"
LONG_TERM = "tic.table3_long_term"
LONG_TERM_NET = "tic.table3_net_long_term"
VALUATION = "tic.table3_valuation"

_FEW = 5
"""As many figures of one table may differ within a release: a repaired cell or two is no other table."""
_SMALL = 0.1
_REVISED = 0.02
"""Between two releases: billions below which a figure does not count, and the share by which one may be revised."""
_FEWEST = 8
_MONTHS_OF_TABLE_5 = 13

Known = Mapping[tuple[str, str, Period], float]


class _Column(NamedTuple):
    """Table 3's ``dataset``, what ``others`` say the same (a holder is in one of them), and how it is called."""

    dataset: str
    others: tuple[str, ...]
    called: str


class _Table(NamedTuple):
    """A table to compare with. ``apart`` is how far figures of one release can part by rounding, in billions."""

    title: str
    columns: tuple[_Column, ...]
    apart: float
    months: int | None = None

    @property
    def datasets(self) -> frozenset[str]:
        return frozenset(other for column in self.columns for other in column.others)


_TABLES = (
    _Table(
        "Table 1",
        (
            _Column(LONG_TERM, ("tic.long_term",), "long-term holdings"),
            _Column(LONG_TERM_NET, ("tic.net_long_term",), "net long-term purchases"),
            _Column(VALUATION, ("tic.valuation",), "valuation changes"),
        ),
        apart=0.001,
    ),
    _Table("Table 5", (_Column(POSITION, (HOLDINGS, TOTALS), "holdings"),), apart=0.1, months=_MONTHS_OF_TABLE_5),
)

COMPARED = frozenset(dataset for table in _TABLES for dataset in table.datasets)
"""The data of Tables 1 and 5 that Table 3 is compared with."""


def cross_doubts(known: Known, figures: Sequence[Figure]) -> list[Doubt]:
    """
    What of a Table 3 the figures of Tables 1 and 5 contradict: at most one doubt of each table, all in billions.

    ``figures`` are Table 3's own, ``known`` those of the other two: (dataset, entity, month) -> value. Other data in
    either is passed over, and what only one of them has is not compared.
    """
    here = {(one.dataset, one.entity, one.period): one.value for one in figures}
    newest = max((period for _, _, period in here), default="")
    doubts: list[Doubt] = []
    for table in _TABLES:
        theirs = {key: value for key, value in known.items() if key[0] in table.datasets}
        if not theirs:
            continue
        printed = _printed_last(theirs, table.months)
        columns = [(column, list(_cells(column, here, printed))) for column in table.columns]
        if max(period for _, _, period in theirs) == newest:
            doubts += _of_one_release(table, columns)
        else:
            doubts += _of_two_releases(table, columns)
    return doubts


def _printed_last(theirs: Known, months: int | None) -> Known:
    """What the newest release printed of a table with so many months; all, where it prints all each time."""
    if months is None:
        return theirs
    kept = set(sorted({period for _, _, period in theirs})[-months:])
    newest = max(kept)
    there = {entity for _, entity, period in theirs if period == newest}
    return {key: value for key, value in theirs.items() if key[1] in there and key[2] in kept}


def _cells(column: _Column, here: Known, theirs: Known) -> Iterator[Odd]:
    """Each figure that both have: what the other table says, and what Table 3 says."""
    for (dataset, entity, period), was in theirs.items():
        now = here.get((column.dataset, entity, period)) if dataset in column.others else None
        if now is not None:
            yield Odd(entity, period, was, now)


def _of_one_release(table: _Table, columns: Sequence[tuple[_Column, list[Odd]]]) -> Iterator[Doubt]:
    apart = [(column, [cell for cell in cells if _off(cell) > table.apart + 1e-9]) for column, cells in columns]
    odd = [cell for _, cells in apart for cell in cells]
    if len(odd) > _FEW:
        compared = sum(len(cells) for _, cells in columns)
        most, cells = max(apart, key=lambda one: len(one[1]))
        of_them = f", {len(cells)} of them {most.called}" if len(table.columns) > 1 else ""
        says = f"{len(odd):,} of {compared:,} figures are not those of {table.title} of the same release{of_them}"
        yield _doubt(table, says, odd)


def _of_two_releases(table: _Table, columns: Sequence[tuple[_Column, list[Odd]]]) -> Iterator[Doubt]:
    for column, cells in columns:
        counted = [cell for cell in cells if max(abs(cell.was or 0.0), abs(cell.now)) >= _SMALL]
        odd = [cell for cell in counted if _off(cell) > table.apart + _REVISED * abs(cell.was or 0.0)]
        if len(counted) >= _FEWEST and len(odd) > len(counted) / 2:
            says = (
                f"{len(odd):,} of {len(counted):,} {column.called} are far from those of {table.title} a release apart"
            )
            yield _doubt(table, says, odd)
            return


def _doubt(table: _Table, says: str, odd: list[Odd]) -> Doubt:
    first = sorted(odd, key=lambda cell: (-_off(cell), cell.entity, cell.period))
    return Doubt(table.title.replace(" ", "-").casefold(), says, tuple(first[:MOST_ODD]))


def _off(cell: Odd) -> float:
    return abs(cell.now - (cell.was or 0.0))
