"""Tails need a when-issued yield; proxies say that they are proxies; two records are compared field by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from statistics import pstdev

import pytest

from tests.auction_rows import NOTE, fiscaldata_body, panel_rows
from tests.conftest import shared_data
from treasury_watch.core.auctions.compare import differences, record
from treasury_watch.core.auctions.tails import TAIL_PROXY, UnreadableYield, percent_of, tail_proxies, tails, tenor_named
from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.sources.auction_fields import auction_of
from treasury_watch.sources.auctions_fiscaldata import auctions
from treasury_watch.sources.yields import parse_par_yields

AUCTION = auction_of("made up", NOTE)
NAMED = ("10-Year Note", "2026-02-11")


def test_a_tail_is_the_stop_against_the_yield_that_was_given() -> None:
    [figure] = tails([AUCTION], {NAMED: Decimal("4.165")})
    assert (figure.dataset, figure.entity, figure.period) == ("auction.tail", *NAMED)
    assert (round(figure.value, 6), figure.printed) == (1.2, "1.2")


def test_an_auction_can_stop_through() -> None:
    [figure] = tails([AUCTION], {NAMED: Decimal("4.185")})
    assert figure.printed == "-0.8"


def test_no_yield_given_no_tail() -> None:
    assert tails([AUCTION], {}) == []
    assert tails([replace(AUCTION, stop=None)], {NAMED: Decimal("4.1")}) == []


def test_a_proxy_is_of_nominal_coupons_alone_and_of_days_with_a_curve() -> None:
    stops = {NAMED: Decimal("4.177"), ("10-Year TIPS", "2026-02-11"): Decimal("2.1")}
    curve = {date(2026, 2, 11): {"10-Year": 4.16}}
    [figure] = tail_proxies(stops, curve)
    assert (figure.entity, figure.printed) == ("10-Year Note", "1.7")
    assert tail_proxies(stops, {date(2026, 2, 12): {"10-Year": 4.16}}) == []


def test_proxies_of_the_real_auctions_scatter_as_they_are_known_to() -> None:
    curve = parse_par_yields(shared_data("yields/daily_par_yields.2021_2025-07.csv").read_bytes())
    stops = {}
    for auction in (auction_of("panel", row) for row in panel_rows() if row["term"] != "0-Week"):
        if auction.stop is not None and auction.day >= date(2021, 1, 1):
            stops[auction.entity, auction.period] = auction.stop
    proxies = tail_proxies(stops, curve)
    assert len(proxies) > 100
    assert 1.0 < pstdev(figure.value for figure in proxies) < 3.0
    assert {figure.dataset for figure in proxies} == {TAIL_PROXY}


def test_the_proxy_is_called_one_and_dispersion_is_said_to_be_no_tail() -> None:
    assert "proxy" in DATASETS["auction.tail_proxy"].says
    assert "not a tail" in DATASETS["auction.dispersion"].says


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("10-Year", "10-Year Note"),
        ("10-year note", "10-Year Note"),
        ("10-Year TIPS", "10-Year TIPS"),
        ("30-Year", "30-Year Bond"),
        ("2-Year", "2-Year Note"),
        ("2-Year FRN", "2-Year FRN"),
        (" 13-week ", "13-Week Bill"),
    ],
)
def test_a_bare_maturity_is_the_nominal_one(text: str, entity: str) -> None:
    assert tenor_named(text) == entity


@pytest.mark.parametrize("text", ["", "10", "11-Year", "Note", "10-Year Bond"])
def test_what_is_no_tenor_is_told(text: str) -> None:
    with pytest.raises(UnreadableYield, match="expected such as 10-Year"):
        tenor_named(text)


@pytest.mark.parametrize("text", ["", "x", "NaN", "Infinity", "45.12", "4,5"])
def test_what_is_no_yield_is_told(text: str) -> None:
    with pytest.raises(UnreadableYield, match="expected percent such as"):
        percent_of(text)


def test_the_same_auction_from_two_publishers_differs_in_nothing() -> None:
    [theirs] = auctions(fiscaldata_body([NOTE]))
    assert differences(record(AUCTION), theirs) == []


def test_every_field_that_differs_is_named_with_both_values() -> None:
    other = replace(AUCTION, bid_to_cover=Decimal("2.4900"), dealer=4_000_000_000)
    assert [(one.field, one.first, one.other) for one in differences(record(AUCTION), other)] == [
        ("dealer", "5000000000", "4000000000"),
        ("bid_to_cover", "2.48", "2.49"),
    ]


def test_padding_is_no_difference_and_neither_is_what_one_of_them_does_not_know() -> None:
    other = replace(AUCTION, bid_to_cover=Decimal("2.480000"), announced=None, results_file=None, low=None)
    assert differences(record(AUCTION), other) == []
