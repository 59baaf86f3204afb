"""
TIC Table 3: all Treasuries by country, bills apart: held, bought or sold, and (long-term alone) re-priced.

Rules ask about the net of all and of bills; the positions, and what Table 1 says as well, are kept to compare with.
"""

from __future__ import annotations

from collections.abc import Sequence

from treasury_watch.core.figures.published import Figure
from treasury_watch.core.plausibility.cross_check import (
    COMPARED,
    LONG_TERM,
    LONG_TERM_NET,
    POSITION,
    VALUATION,
    cross_doubts,
)
from treasury_watch.core.plausibility.doubt import Doubt
from treasury_watch.core.plausibility.tables import holders_doubts
from treasury_watch.sources.source import Known
from treasury_watch.sources.tic_country_months import Column, Identity, source_of

_COLUMNS = (
    Column("tic.net", "for_treas_net"),
    Column("tic.net_bills", "for_st_treas_net"),
    Column(POSITION, "for_treas_pos"),
    Column(LONG_TERM, "for_lt_treas_pos"),
    Column(LONG_TERM_NET, "for_lt_treas_net"),
    Column(VALUATION, "for_lt_treas_valchg"),
)

_IDENTITIES = (
    Identity("for_treas_pos", ("for_lt_treas_pos", "for_st_treas_pos")),
    Identity("for_treas_net", ("for_lt_treas_net", "for_st_treas_net")),
)
"""Long-term and bills are all there is."""


def _doubts(known: Known, figures: Sequence[Figure]) -> list[Doubt]:
    return [*holders_doubts(known, figures), *cross_doubts(known, figures)]


SOURCE = source_of("3", _COLUMNS, _IDENTITIES, signed=False, doubts=_doubts, compared=COMPARED)
parse = SOURCE.parse
