"""
TIC Table 1: long-term securities of the United States by country: held, bought or sold, and re-priced.

Only the Treasuries' columns are taken. Net and valuation are published from 2023-02 on; before, they are absent. A
positive net means that foreigners bought.
"""

from __future__ import annotations

from treasury_watch.sources.tic_country_months import Column, Identity, source_of

_COLUMNS = (
    Column("tic.long_term", "for_lt_treas_pos"),
    Column("tic.net_long_term", "for_lt_treas_net"),
    Column("tic.valuation", "for_lt_treas_valchg"),
)

_CLASSES = ("treas", "agcy", "corp", "eqty")
_IDENTITIES = tuple(
    Identity(f"for_lt_total_{kind}", tuple(f"for_lt_{security}_{kind}" for security in _CLASSES))
    for kind in ("pos", "net", "valchg")
)
"""Treasuries, agency bonds, corporate bonds and equity give the total of each line: within 1 million in all 8,778."""

# What these checks cannot see: a change of one or two millions in one country's line (the rounding leaves that much
# room), and figures of a line exchanged between classes of security. Holdings are not checked against net and
# valuation: those leave a residual of several billions in every honest file.


SOURCE = source_of("1", _COLUMNS, _IDENTITIES, signed=True)
parse = SOURCE.parse
