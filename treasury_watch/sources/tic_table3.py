"""
TIC Table 3: all Treasuries by country, bills apart: held, and bought or sold.

Off unless config.yaml turns it on: its column names are known from a third party only, so the file is read strictly by
them and refused if one is missing.
"""

from __future__ import annotations

from treasury_watch.sources.tic_country_months import Column, Identity, source_of

_COLUMNS = (
    Column("tic.net", "for_treas_net"),
    Column("tic.net_bills", "for_st_treas_net"),
)

_IDENTITIES = (
    Identity("for_treas_pos", ("for_lt_treas_pos", "for_st_treas_pos")),
    Identity("for_treas_net", ("for_lt_treas_net", "for_st_treas_net")),
)
"""By what the names mean: long-term and bills are all there is."""


SOURCE = source_of("3", _COLUMNS, _IDENTITIES, enabled=False)
parse = SOURCE.parse
