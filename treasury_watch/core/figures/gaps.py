"""
Gaps: stretches in which a tenor's auctions are not known, or in which it was not sold at all.

Auctions have no common calendar, so "the 12 before" counts what is there. Where what is there leaves out years (bundled
history ends in 2024, TreasuryDirect's list reaches back eight months), a row without a day stands in for them: whatever
looks back across it is undecided, never wrong. Once the whole history is read there is none left but the real ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from treasury_watch.core.figures.periods import first_day
from treasury_watch.core.figures.published import Period

NO_DAY: Period = ""
"""The period of a row that stands for auctions nobody here knows of. No auction is looked up under it."""

_REGULAR_SINCE = date(2010, 1, 1)
"""Since then every regular tenor is sold on a schedule without a pause."""

_OFTEN, _MONTHLY, _SELDOM = timedelta(days=20), timedelta(days=70), timedelta(days=200)
_LONGEST = {"Note": _MONTHLY, "Bond": _MONTHLY, "FRN": _MONTHLY, "TIPS": _SELDOM}
_YEAR_BILL, _MONTH_AND_A_HALF = "52-Week Bill", timedelta(days=45)

_BYGONE = timedelta(days=400)

_RESUMED = {"20-Year Bond": "2020-05-20", "30-Year TIPS": "2010-02-22"}
"""Tenors that were taken up again after years: their gaps before that day are Treasury's own."""


def longest_step(tenor: str, day: date) -> timedelta | None:
    """
    The most time that lies between two auctions of a tenor in a row; None for one that is sold as need arises.

    Measured on every auction from 1979 to 2025: weekly bills at most 9 days, monthly notes and bonds 56, TIPS 189.
    """
    kind = tenor.rpartition(" ")[2]
    if kind == "CMB":
        return None
    if kind == "Bill":
        return _MONTH_AND_A_HALF if tenor == _YEAR_BILL else _OFTEN
    return _LONGEST.get(kind, _SELDOM) if day >= _REGULAR_SINCE else _SELDOM


def marked(tenor: str, days: Sequence[Period]) -> list[Period]:
    """A tenor's days, sorted, with ``NO_DAY`` wherever more time lies between two of them than ever does."""
    told: list[Period] = []
    for day in days:
        if told and _apart(tenor, told[-1], day):
            told.append(NO_DAY)
        told.append(day)
    return told


def is_unknown(tenor: str, following: Period) -> bool:
    """Whether a gap before that day is ignorance of ours: auctions were held in it that are not known here."""
    return following >= _REGULAR_SINCE.isoformat() and _RESUMED.get(tenor) != following


def still_sold(figures: pd.DataFrame) -> pd.DataFrame:
    """
    The figures without those of tenors that have not been sold for more than a year: nothing new can be said of them.

    Cash management bills came in a hundred and fifty lengths since 1980. What judges a new auction within a second
    must not carry a column for each. Monthly figures stay as they are.
    """
    held = figures["dataset"].str.startswith("auction.")
    if not held.any():
        return figures
    last = figures[held].groupby("entity")["period"].max()
    bygone = (first_day(str(last.max())) - _BYGONE).isoformat()
    return figures[~held | figures["entity"].isin(last[last >= bygone].index)]


def _apart(tenor: str, earlier: Period, later: Period) -> bool:
    longest = longest_step(tenor, first_day(later))
    return longest is not None and first_day(later) - first_day(earlier) > longest
