"""What an auction is, what follows from its results, and what gives a misprint away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.auction_rows import NOTE, UNHELD, list_rows, panel_rows, search_rows
from treasury_watch.core.auctions.checks import check_identities, faults, price_of
from treasury_watch.core.auctions.model import (
    Auction,
    bid_to_cover,
    dispersion,
    figures,
    figures_of,
    held,
    is_contingency_test,
    is_term,
    shares,
    tenor,
)
from treasury_watch.core.figures.datasets import DATASETS, SECURITY_TYPES, TENORS
from treasury_watch.core.figures.periods import NEW_YORK
from treasury_watch.sources.auction_fields import auction_of

NOTE_AUCTION = auction_of("made up", NOTE)
TEST_AUCTION = replace(
    NOTE_AUCTION,
    offering=25_000_000,
    competitive=25_000_000,
    dealer=25_000_000,
    direct=0,
    indirect=0,
    noncompetitive=0,
    fima=0,
    soma=0,
    total=25_000_000,
    noncompetitive_allowed=False,
)


def misprinted(name: str, value: Any) -> Auction:
    """The made-up note, with one of its values another."""
    changes: dict[str, Any] = {name: value}
    return replace(NOTE_AUCTION, **changes)


def panel_auction(cusip: str, day: str) -> Auction:
    [row] = [row for row in panel_rows() if (row["cusip"], row["auctionDate"]) == (cusip, day)]
    return auction_of("panel", row)


@pytest.mark.parametrize(
    ("kind", "term", "expected"),
    [
        ("Note", "10-Year", "10-Year"),
        ("Note", "9-Year 10-Month", "10-Year"),
        ("Note", "1-Year 11-Month", "2-Year"),
        ("FRN", "1-Year 10-Month", "2-Year"),
        ("TIPS", "4-Year 6-Month", "5-Year"),
        ("TIPS", "19-Year 6-Month", "20-Year"),
        ("Bond", "28-Year 6-Month", "30-Year"),
        ("Bond", "30-Year 3-Month", "30-Year"),
        ("Bond", "20-Year 1-Month", "20-Year"),
        ("Note", "7-Year 3-Month", "7-Year"),
        ("Bill", "13-Week", "13-Week"),
        ("CMB", "42-Day", "42-Day"),
        ("Note", "4-Year", "4-Year"),
        ("Note", "3-Year 6-Month", "3-Year 6-Month"),
        ("Note", "5-Year 2-Month", "5-Year 2-Month"),
        ("Bond", "15-Year 1-Month", "15-Year 1-Month"),
    ],
)
def test_a_reopening_belongs_to_the_tenor_it_was_first_sold_as(kind: str, term: str, expected: str) -> None:
    assert tenor(kind, term, date(2026, 2, 11)) == expected


def test_the_ten_year_reopened_in_the_panic_of_2008_joins_no_series() -> None:
    assert tenor("Note", "6-Year 7-Month", date(2008, 10, 8)) == "6-Year 7-Month"
    assert tenor("Note", "6-Year 7-Month", date(2018, 10, 8)) == "7-Year"


def test_the_tenor_is_treasurydirects_own_in_every_real_row_that_has_one() -> None:
    rows: list[Mapping[str, object]] = [*search_rows(), *(row for row in panel_rows() if row["term"] != "0-Week")]
    named = [{name: str(row[name]) for name in ("type", "securityTerm", "auctionDate", "term")} for row in rows]
    assert len(named) == 1657 + 1825
    for row in named:
        day = date.fromisoformat(row["auctionDate"][:10])
        assert tenor(row["type"], row["securityTerm"], day) == row["term"], row


def test_the_list_since_1979_has_no_term_that_cannot_be_read_and_agrees_with_treasurydirect() -> None:
    known = {(row["cusip"], row["auctionDate"][:10]): row for row in search_rows()}
    rows, agreeing = list_rows(), 0
    assert len(rows) == 10780
    for row in rows:
        kind, term, day = row["Security Type"], row["Security Term"], date.fromisoformat(row["Auction Date"])
        assert is_term(term), row
        other = known.get((row["CUSIP"], row["Auction Date"]))
        if other is not None:
            assert tenor(kind, term, day) == other["term"], row
            agreeing += 1
    assert agreeing == 1657


def test_no_coupon_since_1990_is_left_without_a_regular_tenor_but_those_of_2004_and_2008() -> None:
    regular = {name.rpartition(" ")[0] for name in TENORS} | {"4-Year"}
    strays = {
        (row["Security Term"], row["Auction Date"])
        for row in list_rows()
        if row["Auction Date"] >= "1991"
        and row["Security Type"] != "Bill"
        and tenor(row["Security Type"], row["Security Term"], date.fromisoformat(row["Auction Date"])) not in regular
    }
    assert strays == {("5-Year 6-Month", "2004-10-26"), ("6-Year 7-Month", "2008-10-08")}


def test_names_of_tenors_end_in_a_type_and_no_name_is_there_twice() -> None:
    assert {name.rpartition(" ")[2] for name in TENORS} == set(SECURITY_TYPES)
    assert len(set(TENORS)) == len(TENORS)


def test_twenty_year_shares_of_august_2023_are_of_competitive_awards() -> None:
    auction = panel_auction("912810TU2", "2023-08-23")
    assert auction.entity == "20-Year Bond"
    split = shares(auction)
    assert split is not None
    assert tuple(round(share, 1) for share in split) == (Decimal("11.4"), Decimal("20.2"), Decimal("68.4"))


def test_indirect_bidders_took_seventy_one_percent_of_the_thirty_year_of_august_2022() -> None:
    auction = panel_auction("912810TJ7", "2022-08-11")
    split = shares(auction)
    assert split is not None
    assert 70 < split.indirect < 72


def test_figures_of_an_auction_are_filed_under_its_tenor_and_day_as_treasury_prints_them() -> None:
    assert {figure.dataset: figure.printed for figure in figures(NOTE_AUCTION)} == {
        "auction.bid_to_cover": "2.48",
        "auction.indirect_share": "67.0",
        "auction.direct_share": "21.1",
        "auction.dealer_share": "12.0",
        "auction.stop": "4.177",
        "auction.size": "42.0",
        "auction.dispersion": "5.7",
    }
    assert {(figure.entity, figure.period) for figure in figures(NOTE_AUCTION)} == {("10-Year Note", "2026-02-11")}
    assert all(figure.dataset in DATASETS for figure in figures(NOTE_AUCTION))
    assert {figure.value for figure in figures(NOTE_AUCTION) if figure.dataset == "auction.stop"} == {4.177}


def test_a_share_of_nothing_is_zero_and_an_unknown_share_is_no_figure() -> None:
    nobody = replace(NOTE_AUCTION, direct=0, dealer=13_800_000_000)
    assert {figure.printed for figure in figures(nobody) if figure.dataset == "auction.direct_share"} == {"0.0"}
    unknown = replace(NOTE_AUCTION, direct=None)
    assert not any(figure.dataset.endswith("_share") for figure in figures(unknown))


@pytest.mark.parametrize("printed", ["2.5", "2.50", "2.500000"])
def test_the_same_number_is_printed_the_same_however_a_source_pads_it(printed: str) -> None:
    [figure] = [f for f in figures(replace(NOTE_AUCTION, bid_to_cover=Decimal(printed))) if "cover" in f.dataset]
    assert (figure.value, figure.printed) == (2.5, "2.50")


def test_zero_in_scientific_writing_is_a_plain_zero() -> None:
    [figure] = [f for f in figures(replace(NOTE_AUCTION, stop=Decimal("0E-10"))) if f.dataset == "auction.stop"]
    assert (figure.value, figure.printed) == (0.0, "0.000")


def test_an_announced_auction_is_not_held_and_has_no_figures() -> None:
    announced = auction_of("made up", NOTE | UNHELD)
    assert not held(announced)
    assert figures(announced) == []


def test_a_contingency_test_has_no_figures() -> None:
    assert is_contingency_test(TEST_AUCTION)
    assert is_contingency_test(replace(TEST_AUCTION, noncompetitive_allowed=True))
    assert figures(TEST_AUCTION) == []


def test_a_misprinted_offering_does_not_make_an_auction_a_contingency_test() -> None:
    assert not is_contingency_test(replace(NOTE_AUCTION, offering=420_000_000))
    assert not is_contingency_test(replace(NOTE_AUCTION, noncompetitive_allowed=False))


def test_a_cash_management_bill_closed_to_noncompetitive_bids_is_no_test() -> None:
    short = replace(NOTE_AUCTION, type="CMB", term="5-Day", noncompetitive_allowed=False, noncompetitive=0)
    assert not is_contingency_test(short)


def test_an_average_in_the_medians_place_is_no_dispersion() -> None:
    assert dispersion(NOTE_AUCTION) == Decimal("5.7")
    assert dispersion(replace(NOTE_AUCTION, single_price=False)) is None


def test_of_two_auctions_of_one_tenor_and_day_the_larger_speaks() -> None:
    smaller = replace(NOTE_AUCTION, cusip="91282CZZ0", offering=1_000_000_000, stop=Decimal("4.1"))
    for pair in ([NOTE_AUCTION, smaller], [smaller, NOTE_AUCTION]):
        assert figures_of(pair) == tuple(figures(NOTE_AUCTION))


def test_the_close_is_in_new_york_in_summer_and_winter() -> None:
    assert NOTE_AUCTION.closes == datetime(2026, 2, 11, 13, tzinfo=NEW_YORK)
    assert replace(NOTE_AUCTION, day=date(2026, 7, 8)).closes == datetime(2026, 7, 8, 13, tzinfo=NEW_YORK)
    assert NOTE_AUCTION.closing == time(13)
    assert replace(NOTE_AUCTION, closing=None).closes is None


def test_every_real_auction_with_amounts_agrees_with_itself() -> None:
    auctions = [auction_of("search", row) for row in search_rows()]
    auctions += [auction_of("panel", row) for row in panel_rows() if row["term"] != "0-Week"]
    tests = [auction for auction in auctions if is_contingency_test(auction)]
    failing = {auction.cusip: check_identities(auction) for auction in auctions if faults(auction)}
    assert (len(auctions), len(tests)) == (3482, 1)
    assert set(failing) <= {auction.cusip for auction in tests}


def test_every_real_bid_to_cover_is_recomputed_to_the_cent() -> None:
    auctions = [auction_of("search", row) for row in search_rows()]
    assert all(round(bid_to_cover(auction) or 0, 2) == auction.bid_to_cover for auction in auctions)


def test_a_price_follows_from_a_yield_as_the_treasury_computes_it() -> None:
    # The ten-year reopening of 2018-12-13, 912810SE9, sold at 3.165 % for 104.037595.
    price = price_of(Decimal("3.165"), Decimal("3.375"), date(2018, 12, 17), date(2048, 11, 15))
    assert round(price, 6) == Decimal("104.037595")


def test_a_sound_auction_has_no_fault() -> None:
    assert check_identities(NOTE_AUCTION) is None


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("dealer", 500_000_000, "sums"),
        ("competitive", 4_180_000_000, "sums"),
        ("total", 5_100_000_000, "sums"),
        ("soma", 900_000_000, "sums"),
        ("noncompetitive", 15_000_000, "sums"),
        ("competitive_tendered", 10_400_000_000, "sums"),
        ("bid_to_cover", Decimal("2.84"), "sums"),
        ("offering", 4_200_000_000, "sums"),
        ("offering", 24_000_000_000, "sums"),
        ("dealer_tendered", 6_000_000_000, "sums"),
        ("median", Decimal("4.21"), "sums"),
        ("median", Decimal("0.12"), "sums"),
        ("indirect", None, "incomplete"),
        ("stop", None, "incomplete"),
        ("bid_to_cover", None, "incomplete"),
        ("stop", Decimal("4.178"), "price"),
        ("coupon", Decimal("4.25"), "price"),
        ("matures", date(2035, 2, 15), "dates"),
        ("term", "7-Year", "dates"),
        ("day", date(2026, 2, 12), "dates"),
        ("day", date(2006, 2, 11), "dates"),
        ("issued", date(2026, 2, 1), "dates"),
        ("results_file", "R_20260210_1", "dates"),
    ],
)
def test_a_misprint_shows_wherever_treasury_says_the_same_thing_twice(field: str, value: object, kind: str) -> None:
    wrong = misprinted(field, value)
    assert kind in {fault.kind for fault in faults(wrong)}
    assert check_identities(wrong)


def test_a_fault_spells_out_its_sum() -> None:
    said = check_identities(replace(NOTE_AUCTION, dealer=500_000_000))
    assert said is not None
    assert "competitive is 41800000000" in said
    assert "37300000000 = dealer 500000000 + direct 8800000000 + indirect 28000000000" in said


def test_an_auction_that_fails_to_find_its_bids_is_news_not_a_misprint() -> None:
    failed = replace(
        NOTE_AUCTION,
        competitive_tendered=30_000_000_000,
        competitive=30_000_000_000,
        indirect=16_200_000_000,
        total=39_200_000_000,
        bid_to_cover=Decimal("1.00"),
        dealer_tendered=5_000_000_000,
        direct_tendered=8_800_000_000,
        indirect_tendered=16_200_000_000,
    )
    assert check_identities(failed) is None


def test_before_april_2008_only_what_was_printed_is_checked() -> None:
    old = panel_auction("912810EX2", "1996-08-08")
    assert held(old)
    assert check_identities(old) is None
    assert {figure.dataset for figure in figures(old)} == {"auction.stop", "auction.size", "auction.dispersion"}


AMOUNTS = st.sampled_from(["competitive", "dealer", "direct", "indirect", "noncompetitive", "fima", "soma", "total"])


@given(AMOUNTS, st.integers(-(10**11), 10**11).filter(bool))
def test_no_amount_can_change_alone(name: str, change: int) -> None:
    assert faults(misprinted(name, getattr(NOTE_AUCTION, name) + change))


@given(st.integers(-5000, 5000).filter(bool))
def test_no_stop_can_change_alone(thousandths: int) -> None:
    stop = Decimal("4.177") + Decimal(thousandths) / 1000
    assert faults(replace(NOTE_AUCTION, stop=stop))


@given(st.integers(-4000, 4000).filter(bool).map(lambda days: timedelta(days=days)))
def test_no_day_can_change_alone(shift: timedelta) -> None:
    for name in ("day", "matures"):
        wrong = misprinted(name, getattr(NOTE_AUCTION, name) + shift)
        assert faults(wrong), name
