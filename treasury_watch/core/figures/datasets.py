"""
The series that rules can ask about: their units, what their periods are, and who their entities are.

A new dataset is one line here and a source that yields its figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a dataset's values are counted in. The value is what is printed after a number."""

    BILLIONS = "bn"
    RATIO = "x"
    PERCENT = "%"
    BASIS_POINTS = "bp"
    PLAIN = ""


class Calendar(StrEnum):
    """What one step back in a dataset is: the month before, or the tenor's auction before."""

    MONTH = "month"
    AUCTION = "auction"


class Entity(StrEnum):
    """Whose figure it is."""

    HOLDER = "holder"
    AGGREGATE = "aggregate"
    TENOR = "tenor"


@dataclass(frozen=True, slots=True)
class Dataset:
    """
    One series per entity. ``decimals`` is the publisher's printed precision in ``unit``.

    ``parts`` are the datasets that it is computed from when a view is built; empty where a publisher prints it.
    ``revises`` is the dataset whose revisions it counts. ``held``: what is held, whose series break where holdings
    change without a trade. ``flow``: it adds up over periods. ``signed``: it can be near zero or below it, so that a
    percentage of it says nothing. ``rate``: an interest rate; what lies between two of them is said in basis points.
    ``moves``: what a negative and a positive figure is called where the figure is a move by itself. ``with_totals``:
    its file also carries Grand Total and Foreign Official.
    """

    name: str
    unit: Unit
    calendar: Calendar
    entity: Entity
    decimals: int
    says: str
    parts: tuple[str, ...] = ()
    revises: str = ""
    held: bool = False
    flow: bool = False
    signed: bool = False
    rate: bool = False
    moves: tuple[str, str] | None = None
    with_totals: bool = False

    @property
    def entities(self) -> frozenset[Entity]:
        """Whose figures it has."""
        return frozenset((self.entity, *([Entity.AGGREGATE] if self.with_totals else [])))


HOLDINGS = "tic.holdings"
TOTALS = "tic.totals"
GRAND_TOTAL = "Grand Total"
STRESS = "auction.stress"
RESIDUAL = "tic.residual"

_B, _P, _M, _A = Unit.BILLIONS, Unit.PERCENT, Calendar.MONTH, Calendar.AUCTION
_H, _G, _T = Entity.HOLDER, Entity.AGGREGATE, Entity.TENOR

_SALES = ("net sale", "net purchase")

DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset(HOLDINGS, _B, _M, _H, 1, "Treasuries held at the end of the month, bills included", held=True),
        Dataset(TOTALS, _B, _M, _G, 1, "Grand Total, All Other and the official part of it", held=True),
        Dataset(
            "tic.long_term",
            _B,
            _M,
            _H,
            3,
            "long-term Treasuries held at the end of the month",
            held=True,
            with_totals=True,
        ),
        Dataset(
            "tic.net_long_term",
            _B,
            _M,
            _H,
            3,
            "long-term Treasuries bought (+) or sold (-) net in the month",
            flow=True,
            signed=True,
            moves=_SALES,
            with_totals=True,
        ),
        Dataset(
            "tic.valuation",
            _B,
            _M,
            _H,
            3,
            "change of the holding that is price alone",
            flow=True,
            signed=True,
            moves=("price loss", "price gain"),
            with_totals=True,
        ),
        Dataset(
            RESIDUAL,
            _B,
            _M,
            _H,
            3,
            "change of the long-term holding that is neither net purchases nor price: custody moves, breaks",
            parts=("tic.long_term", "tic.net_long_term", "tic.valuation"),
            moves=("unexplained fall", "unexplained rise"),
        ),
        Dataset(
            "tic.net",
            _B,
            _M,
            _H,
            3,
            "all Treasuries bought (+) or sold (-) net in the month",
            flow=True,
            signed=True,
            moves=_SALES,
            with_totals=True,
        ),
        Dataset(
            "tic.net_bills",
            _B,
            _M,
            _H,
            3,
            "Treasury bills bought (+) or sold (-) net in the month",
            flow=True,
            signed=True,
            moves=("net sale of bills", "net purchase of bills"),
            with_totals=True,
        ),
        Dataset(
            "tic.revision",
            _B,
            _M,
            _H,
            1,
            "by how much the release changed what was published of an earlier month's holding",
            revises=HOLDINGS,
        ),
        Dataset(
            "tic.totals_revision",
            _B,
            _M,
            _G,
            1,
            "by how much the release changed what was published of an earlier month's total",
            revises=TOTALS,
        ),
        Dataset("auction.bid_to_cover", Unit.RATIO, _A, _T, 2, "bids per dollar sold to the public"),
        Dataset("auction.indirect_share", _P, _A, _T, 1, "share of competitive awards to indirect bidders"),
        Dataset("auction.direct_share", _P, _A, _T, 1, "share of competitive awards to direct bidders"),
        Dataset("auction.dealer_share", _P, _A, _T, 1, "share of competitive awards to primary dealers"),
        Dataset(
            "auction.stop", _P, _A, _T, 3, "stop-out: high yield, discount rate (bills) or margin (FRN)", rate=True
        ),
        Dataset("auction.size", _B, _A, _T, 1, "offering amount", flow=True),
        Dataset("auction.dispersion", Unit.BASIS_POINTS, _A, _T, 1, "high minus median rate; not a tail"),
        Dataset(
            STRESS,
            Unit.PLAIN,
            _A,
            _T,
            2,
            "(-z(bid-to-cover) + z(dealer) - z(indirect)) / 3, prior 12",
            parts=("auction.bid_to_cover", "auction.dealer_share", "auction.indirect_share"),
            signed=True,
        ),
        Dataset(
            "auction.tail_proxy",
            Unit.BASIS_POINTS,
            _A,
            _T,
            1,
            "high yield minus that day's par yield; a proxy",
            signed=True,
        ),
        Dataset(
            "auction.tail",
            Unit.BASIS_POINTS,
            _A,
            _T,
            1,
            "high yield minus the when-issued yield you supplied",
            signed=True,
        ),
    )
}

SECURITY_TYPES = ("Bill", "CMB", "Note", "Bond", "TIPS", "FRN")
"""Security types as the publisher groups them: a CMB is a bill, TIPS and FRN are notes or bonds by law."""

COUPONS = frozenset({"Note", "Bond", "TIPS", "FRN"})
"""Types whose every auction is worth a message. Bills are sold a dozen a week: they speak when a rule fires."""

TENORS = (
    *(f"{weeks}-Week Bill" for weeks in (4, 6, 8, 13, 17, 26, 52)),
    "42-Day CMB",
    *(f"{years}-Year Note" for years in (2, 3, 5, 7, 10)),
    *(f"{years}-Year Bond" for years in (20, 30)),
    *(f"{years}-Year TIPS" for years in (5, 10, 20, 30)),
    "2-Year FRN",
)
"""The entities of auction data that are sold on a schedule. Other CMBs (``15-Day CMB``) come and go besides these."""

AGGREGATES = (
    "Grand Total",
    "All Other",
    "Foreign Official",
    "Foreign Official Bills",
    "Foreign Official Bonds & Notes",
)
