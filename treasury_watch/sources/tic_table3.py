"""
TIC Table 3: all Treasuries by country, bills apart: held, and bought or sold.

Off unless config.yaml turns it on: its column names are known from a third party only, so the file is read strictly by
them and refused if one is missing.
"""

from __future__ import annotations

from datetime import timedelta

from treasury_watch.core.figures.published import Release
from treasury_watch.sources import tic_country_months
from treasury_watch.sources.source import Source
from treasury_watch.sources.tic_country_months import Column, Identity

NAME = "tic.table3"

_COLUMNS = (
    Column("tic.net", "for_treas_net"),
    Column("tic.net_bills", "for_st_treas_net"),
)

_IDENTITIES = (
    Identity("for_treas_pos", ("for_lt_treas_pos", "for_st_treas_pos")),
    Identity("for_treas_net", ("for_lt_treas_net", "for_st_treas_net")),
)
"""By what the names mean: long-term and bills are all there is."""


def parse(body: bytes) -> Release:
    """
    The figures of one Table 3, in billions of dollars, as ``tic.net`` and ``tic.net_bills``.

    Raises Refused with the kinds of ``tic_country_months.read``.
    """
    return tic_country_months.read(NAME, body, table="3", columns=_COLUMNS, identities=_IDENTITIES)


SOURCE = Source(
    name=NAME,
    title="TIC Table 3",
    url="https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/slt_table3.txt",
    every=timedelta(minutes=10),
    parse=parse,
    datasets=frozenset(column.dataset for column in _COLUMNS),
    enabled=False,
    on_release_days=True,
)
