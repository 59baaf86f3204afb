"""What fits which data: its measures, and whose figures it has. The checker and the schema of editors both ask here."""

from __future__ import annotations

from treasury_watch.core.figures.datasets import GRAND_TOTAL, HOLDINGS, TOTALS, Calendar, Dataset, Entity

FLOWS = frozenset(("tic.net_long_term", "tic.valuation", "tic.net", "tic.net_bills", "auction.size"))
"""What adds up over periods."""
_SIGNED = FLOWS - {"auction.size"} | {"auction.stress", "auction.tail_proxy", "auction.tail"}
"""What can be near zero or below it: a percentage of it says nothing."""
KIND_OF = {
    "holder": Entity.HOLDER,
    "group": Entity.HOLDER,
    "aggregate": Entity.AGGREGATE,
    "tenor": Entity.TENOR,
    "type": Entity.TENOR,
}
"""Whom each word of ``only`` and ``except`` chooses among."""
WITH_AGGREGATES = frozenset(("tic.long_term", "tic.net_long_term", "tic.valuation"))
"""Datasets of holders whose file also carries two totals."""


def kinds(dataset: Dataset) -> frozenset[Entity]:
    """Whose figures a dataset has."""
    return frozenset((dataset.entity, *([Entity.AGGREGATE] if dataset.name in WITH_AGGREGATES else [])))


def misfit(measure: str, dataset: Dataset) -> str:
    """Why a dataset has no such measure, and what to write instead; empty where it has."""
    if measure == "share" and dataset.name not in (HOLDINGS, TOTALS):
        return f"share is of the {GRAND_TOTAL} of holdings; it fits tic.holdings and tic.totals"
    if measure == "rank" and dataset.entity is not Entity.HOLDER:
        return "rank is a place among holders; it fits data of holders"
    if measure == "sum" and dataset.name not in FLOWS:
        change = "{change: 3 months}" if dataset.calendar is Calendar.MONTH else "{change: 3 auctions}"
        bought = (
            "; for what was bought or sold choose data: tic.net_long_term" if dataset.entity is Entity.HOLDER else ""
        )
        return f"sum adds up flows, and {dataset.name} is none; for how it changed write {change}{bought}"
    if measure == "percent_change" and dataset.name in _SIGNED:
        return f"percent_change says nothing of {dataset.name}, which can be zero or negative; use change"
    if measure != "value" and dataset.revises:
        return "a revision is compared as it is; leave measure out"
    if measure == "versus" and dataset.calendar is Calendar.AUCTION:
        return "versus compares with a month; for auctions use change or versus_mean"
    return ""
