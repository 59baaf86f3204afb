"""
The split: a change of holdings as what was bought or sold, what is price alone, and the rest.

Table 1 tells the first two, for long-term Treasuries from 2023-02 on, and Table 3 the bills. The rest is custody moves,
reporting and revisions; while Table 3 is not there, bills are in it too, and its label says so. All of one view, so
that no part is of another vintage than the sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import NamedTuple

from treasury_watch.core.figures.datasets import AGGREGATES, HOLDINGS, TOTALS
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import money, number

NET, PRICE, BILLS = "tic.net_long_term", "tic.valuation", "tic.net_bills"
SPLIT_DATASETS = frozenset({NET, PRICE, BILLS})
"""What a view must hold, beside holdings, for its messages to tell the split."""

FIRST_MONTH: Period = "2023-02"
"""Net sales and valuation are published from here on."""

CUSTODY_CENTRES = frozenset({"Belgium", "Luxembourg", "United Kingdom", "Cayman Islands", "Ireland", "Switzerland"})
"""Much of what stands under these names is kept there for owners elsewhere: no sale there is theirs for certain."""

_SMALLEST = 0.05
"""Billions: below it a trade is printed as 0.0, and is called none."""


class Split(NamedTuple):
    """
    ``change`` = ``net`` + ``price`` + ``bills`` + ``rest``, in billions, each as it is printed, to a tenth.

    Rounded before the rest is taken, so that what a reader sees adds up. ``bills`` is None where Table 3 does not tell;
    they are in the rest then. ``months`` is over how many.
    """

    change: float
    net: float
    price: float
    bills: float | None
    rest: float
    months: int
    custody: bool
    """Everyone it is of is a custody centre."""


class Unsplit(StrEnum):
    """Why there is no split. The value is how a message says it; empty where there is nothing to say."""

    NO_CHANGE = ""
    AWAITED = "Bought, sold or re-priced: not known before TIC Table 1 of that month is out."
    UNNAMED = "Bought, sold or re-priced: TIC Table 1 does not say it of this one."
    BEFORE = "Bought, sold or re-priced: published only from Feb 2023 on."


def split_of(view: View, whose: Sequence[str], month: Period, months: int = 1) -> Split | Unsplit:
    """
    Split the change of ``whose`` holdings (several: summed) over the ``months`` that end with ``month``.

    ``whose`` are holders, or one of the aggregates that Table 1 has: Grand Total, Foreign Official.
    """
    last = view.months.row(month)
    if last is None or last < months or not whose:
        return Unsplit.NO_CHANGE
    held = [(TOTALS if name in AGGREGATES else HOLDINGS, name) for name in whose]
    now = _sum([view.value(data, name, month) for data, name in held])
    then = _sum([view.value(data, name, view.months.period(last - months)) for data, name in held])
    if now is None or then is None:
        return Unsplit.NO_CHANGE
    over = [view.months.period(row) for row in range(last - months + 1, last + 1)]
    net, price, bills = (
        _sum([view.value(data, name, period) for name in whose for period in over]) for data in (NET, PRICE, BILLS)
    )
    if net is None or price is None:
        if over[0] < FIRST_MONTH:
            return Unsplit.BEFORE
        return Unsplit.AWAITED if view.panel(NET).newest_row() < last else Unsplit.UNNAMED
    change, net, price = _printed(now - then), _printed(net), _printed(price)
    bills = None if bills is None else _printed(bills)
    return Split(
        change=change,
        net=net,
        price=price,
        bills=bills,
        rest=_printed(change - net - price - (bills or 0.0)),
        months=months,
        custody=CUSTODY_CENTRES.issuperset(whose),
    )


def split_words(split: Split) -> str:
    """``sold 23.9 long-term, price −18.0, custody and other −5.8``; billions, said by the number that it splits."""
    bills = [] if split.bills is None else [f"bills {_signed(split.bills)}"]
    rest = f"custody and other {_signed(split.rest)}"
    return ", ".join([_traded(split), f"price {_signed(split.price)}", *bills, rest])


def split_facts(split: Split) -> tuple[tuple[str, str], ...]:
    """The split as labels and values of a message's small table; over several months each label says so."""
    facts = [("Bought long-term, net" if split.net >= 0 else "Sold long-term, net", split.net), ("Price", split.price)]
    if split.bills is None:
        facts.append(("Custody and other (bills not split out)", split.rest))
    else:
        facts += [("Bills, net", split.bills), ("Custody and other", split.rest)]
    over = f", {split.months} months" if split.months > 1 else ""
    return tuple((f"{label}{over}", money(amount, signed=True)) for label, amount in facts)


def _traded(split: Split) -> str:
    if abs(split.net) < _SMALLEST:
        return "no net long-term trade"
    done, amount = ("bought" if split.net > 0 else "sold"), number(abs(split.net), 1)
    return f"{amount} long-term {done} in custody there" if split.custody else f"{done} {amount} long-term"


def _signed(billions: float) -> str:
    return number(billions, 1, signed=True)


def _printed(value: float) -> float:
    # As ``quantities.number`` rounds, so that no sum of printed parts is a tenth off.
    exact = Decimal(repr(round(value, 9))).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    return float(exact) + 0.0


def _sum(values: Sequence[float | None]) -> float | None:
    """All of them added, None where one is missing: absent is not zero."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
