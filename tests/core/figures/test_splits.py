"""What was bought or sold, what is price, and the rest: by the Treasury's own figures, and never an invented zero."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import shared_data
from treasury_watch.core.figures.panels import View, build_view
from treasury_watch.core.figures.published import Figure
from treasury_watch.core.figures.splits import Split, Unsplit, split_facts, split_of, split_words
from treasury_watch.sources import SOURCES


def view_of(figures: Sequence[Figure]) -> View:
    return build_view(
        pd.DataFrame([figure[:4] for figure in figures], columns=["dataset", "entity", "period", "value"])
    )


@pytest.fixture(scope="module")
def real() -> View:
    """Table 5 as of 2026-06-18 and Table 1 as of 2026-07-14, before it the history."""
    history = SOURCES["tic.history"].parse(shared_data("tic/mfhhis01.stamp-2026-05-18.txt").read_bytes())
    table5 = SOURCES["tic.table5"].parse(shared_data("tic/slt_table5.2026-06-18.txt").read_bytes())
    table1 = SOURCES["tic.table1"].parse(shared_data("tic/slt_table1.2026-07-14.txt").read_bytes())
    newest = {figure[:3]: figure for figure in (*history.figures, *table5.figures, *table1.figures)}
    return view_of(list(newest.values()))


@pytest.mark.parametrize(
    ("whose", "month", "months", "expected"),
    [
        (("Japan",), "2026-03", 1, (-47.7, -23.9, -18.0, -5.8)),
        (("China, Mainland",), "2026-03", 1, (-41.0, -30.0, -3.1, -7.9)),
        (("Grand Total",), "2026-03", 1, (-138.4, 13.6, -142.2, -9.8)),
        (("Foreign Official",), "2026-03", 1, (-108.7, -37.9, -52.6, -18.2)),
        (("Japan", "China, Mainland"), "2026-03", 1, (-88.7, -53.9, -21.0, -13.8)),
    ],
)
def test_the_treasurys_own_figures_are_split(
    whose: tuple[str, ...], month: str, months: int, expected: tuple[float, ...], real: View
) -> None:
    split = split_of(real, whose, month, months)
    assert isinstance(split, Split)
    assert (split.change, split.net, split.price, split.rest) == expected


def test_japan_was_a_net_buyer_over_2025(real: View) -> None:
    split = split_of(real, ("Japan",), "2025-12", 12)
    assert isinstance(split, Split)
    assert split.net == 65.0
    assert split_words(split).startswith("bought 65.0 long-term, price +31.9")


def test_before_2023_nobody_published_it(real: View) -> None:
    assert split_of(real, ("Japan",), "2022-09") is Unsplit.BEFORE
    assert split_of(real, ("Japan",), "2023-04", 4) is Unsplit.BEFORE
    assert isinstance(split_of(real, ("Japan",), "2023-04", 3), Split)


def figures(**of: float | None) -> View:
    """Japan fell from 100 to 90 in March; ``net``, ``price`` and ``bills`` as given."""
    names = {"net": "tic.net_long_term", "price": "tic.valuation", "bills": "tic.net_bills"}
    told = [Figure("tic.holdings", "Japan", "2026-02", 100.0, ""), Figure("tic.holdings", "Japan", "2026-03", 90.0, "")]
    told += [Figure(names[name], "Japan", "2026-03", value, "") for name, value in of.items() if value is not None]
    return view_of(told)


def test_table_3_tells_the_bills_apart() -> None:
    split = split_of(figures(net=-4.0, price=-3.0, bills=-2.5), ("Japan",), "2026-03")
    assert isinstance(split, Split)
    assert split_words(split) == "sold 4.0 long-term, price −3.0, bills −2.5, custody and other −0.5"
    assert [label for label, _ in split_facts(split)] == [
        "Sold long-term, net",
        "Price",
        "Bills, net",
        "Custody and other",
    ]


def test_without_it_they_are_in_the_rest_and_it_says_so() -> None:
    split = split_of(figures(net=-4.0, price=-3.0), ("Japan",), "2026-03")
    assert isinstance(split, Split)
    assert split_words(split) == "sold 4.0 long-term, price −3.0, custody and other −3.0"
    assert split_facts(split)[-1] == ("Custody and other (bills not split out)", "−3.0 bn")


@pytest.mark.parametrize(
    ("net", "said"),
    [
        (4.2, "bought 4.2 long-term"),
        (-0.04, "no net long-term trade"),
        (0.0, "no net long-term trade"),
        (-0.06, "sold 0.1 long-term"),
    ],
)
def test_a_trade_too_small_to_print_is_called_none(net: float, said: str) -> None:
    split = split_of(figures(net=net, price=0.0), ("Japan",), "2026-03")
    assert isinstance(split, Split)
    assert split_words(split).startswith(said)


def test_what_stands_in_a_custody_centre_is_not_said_to_be_sold_by_it() -> None:
    view = view_of(
        [
            Figure("tic.holdings", "Belgium", "2026-02", 480.0, ""),
            Figure("tic.holdings", "Belgium", "2026-03", 460.0, ""),
            Figure("tic.net_long_term", "Belgium", "2026-03", -12.0, ""),
            Figure("tic.valuation", "Belgium", "2026-03", -2.0, ""),
        ]
    )
    split = split_of(view, ("Belgium",), "2026-03")
    assert isinstance(split, Split)
    assert split_words(split).startswith("12.0 long-term sold in custody there")


def test_what_is_missing_is_never_zero() -> None:
    assert split_of(figures(net=-4.0), ("Japan",), "2026-03") is Unsplit.UNNAMED
    assert split_of(figures(), ("Japan",), "2026-03") is Unsplit.AWAITED
    assert split_of(figures(net=-4.0, price=-3.0), ("Japan", "Belgium"), "2026-03") is Unsplit.NO_CHANGE
    assert split_of(figures(net=-4.0, price=-3.0), ("Japan",), "2026-02") is Unsplit.NO_CHANGE
    assert split_of(figures(net=-4.0, price=-3.0), (), "2026-03") is Unsplit.NO_CHANGE


billions = st.integers(-300_000, 300_000).map(lambda millions: millions / 1000)


@given(net=billions, price=billions, bills=st.none() | billions)
def test_the_printed_parts_always_add_up_to_the_printed_change(net: float, price: float, bills: float | None) -> None:
    split = split_of(figures(net=net, price=price, bills=bills), ("Japan",), "2026-03")
    assert isinstance(split, Split)
    printed = [round(part * 10) for part in (split.net, split.price, split.bills or 0.0, split.rest)]
    assert sum(printed) == round(split.change * 10) == -100
