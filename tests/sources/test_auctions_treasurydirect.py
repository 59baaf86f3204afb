"""TreasuryDirect's list of results: read right, or refused by name, whatever happens to it on the way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.auction_rows import NOTE, UNHELD, body, panel_rows, search_rows
from tests.conftest import shared_data
from treasury_watch.core.auctions.model import DATASETS
from treasury_watch.core.figures.published import Figure, Refusal
from treasury_watch.sources import SOURCES
from treasury_watch.sources.auction_fields import IDENTITY, RESULTS
from treasury_watch.sources.auctions_treasurydirect import SOURCE, auctions, parse

GOOD = body(NOTE)
PRINTED = DATASETS - {"auction.tail"}
"""All but the tail, which needs a yield that no publisher prints."""


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in NOTE.items() if key != name}


def outcome(rows: object) -> tuple[Figure, ...] | str:
    """The figures, or the kind of the refusal."""
    try:
        return parse(json.dumps(rows).encode()).figures
    except Refusal as refused:
        return refused.kind


def test_results_become_one_release_of_all_seven_figures() -> None:
    release = parse(GOOD)
    assert (release.source, release.newest, release.stamped) == ("auctions.treasurydirect", "2026-02-11", None)
    assert {figure.dataset for figure in release.figures} == PRINTED == SOURCE.datasets - {"auction.tail"}
    assert SOURCES["auctions.treasurydirect"] is SOURCE


def test_an_announced_auction_waits_and_the_held_one_beside_it_is_told() -> None:
    announced = NOTE | UNHELD | {"cusip": "91282CZY2", "auctionDate": "2026-03-11T00:00:00"}
    assert parse(body(announced, NOTE)).figures == parse(GOOD).figures
    assert parse(body(announced, NOTE)).newest == "2026-02-11"


def test_a_contingency_test_is_left_out() -> None:
    small = NOTE | {"noncompetitiveTendersAccepted": "No", "offeringAmount": "25000000", "totalAccepted": "25000000"}
    small |= {"noncompetitiveAccepted": "0", "somaAccepted": "0", "cusip": "91282CZX4"}
    assert parse(body(small, NOTE)).figures == parse(GOOD).figures


def test_a_cusip_that_changed_at_the_auction_is_the_same_auction_by_tenor_and_day() -> None:
    changed = NOTE | {"cusip": "912828ZZ1", "announcedCusip": "91282CZZ9", "reopening": "Yes"}
    assert parse(body(changed)).figures == parse(GOOD).figures
    [auction] = auctions(body(changed))
    assert auction.announced_cusip == "91282CZZ9"


@pytest.mark.parametrize(
    "change", [{"type": "CMB"}, {"cashManagementBillCMB": "Yes"}, {"type": "CMB", "cashManagementBillCMB": "Yes"}]
)
def test_a_bill_of_so_many_days_is_a_cash_management_bill_where_either_field_says_so(change: dict[str, object]) -> None:
    bill = NOTE | UNHELD | {"securityType": "Bill", "type": "Bill", "securityTerm": "42-Day", "term": "42-Day"}
    assert [auction.entity for auction in auctions(body(bill | change))] == ["42-Day CMB"]
    regular = bill | {"securityTerm": "13-Week", "term": "13-Week"}
    assert [auction.entity for auction in auctions(body(regular))] == ["13-Week Bill"]


def test_a_row_sent_twice_alike_is_told_once() -> None:
    later = NOTE | {"updatedTimestamp": "2026-02-12T09:00:00"}
    assert parse(body(NOTE, later)).figures == parse(GOOD).figures


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\0\0\0\0", "empty"),
        (b"[]", "empty"),
        (b"<!DOCTYPE html><html><body>Service unavailable</body></html>", "html"),
        (b'\n<?xml version="1.0"?><error/>', "html"),
        (GOOD[:-2], "json"),
        (GOOD[:100], "json"),
        (GOOD + GOOD, "json"),
        (b"[" * 100_000, "json"),
        (b"null", "shape"),
        (b'{"error": "too many requests"}', "shape"),
        (b'["91282CZZ9"]', "shape"),
        (b"[[]]", "shape"),
        (GOOD.replace(b"91282CZZ9", b"91282\xff\xfe9"), "encoding"),
        (GOOD.replace(b'"cusip"', b'"cusip": "912828ZZ1", "cusip"'), "duplicate-key"),
        (body(NOTE | UNHELD), "empty"),
        (body({}), "fields"),
        (body(NOTE, NOTE | {"averageMedianYield": "4.110000"}), "duplicate"),
    ],
)
def test_what_is_not_the_list_is_refused_by_name(sent: bytes, kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse(sent)
    assert caught.value.kind == kind
    assert caught.value.source == "auctions.treasurydirect"
    assert caught.value.expected


@pytest.mark.parametrize(
    ("change", "kind", "named"),
    [
        ({"cusip": ""}, "incomplete", "cusip"),
        ({"cusip": "91282"}, "cusip", "cusip"),
        ({"auctionDate": ""}, "incomplete", "auctionDate"),
        ({"auctionDate": "2026-02-30T00:00:00"}, "dates", "auctionDate"),
        ({"auctionDate": "02.11.2026"}, "dates", "auctionDate"),
        ({"issueDate": "2026-02-17T13:00:00"}, "dates", "issueDate"),
        ({"closingTimeCompetitive": "25:00"}, "time", "closingTimeCompetitive"),
        ({"closingTimeCompetitive": "13:00 PM"}, "time", "closingTimeCompetitive"),
        ({"closingTimeCompetitive": "noon"}, "time", "closingTimeCompetitive"),
        ({"updatedTimestamp": "yesterday"}, "time", "updatedTimestamp"),
        ({"highYield": "4,177"}, "number", "highYield"),
        ({"highYield": "NaN"}, "number", "highYield"),
        ({"highYield": "4.177%"}, "number", "highYield"),
        ({"competitiveAccepted": "41.8bn"}, "number", "competitiveAccepted"),
        ({"competitiveAccepted": "41800000000.5"}, "number", "competitiveAccepted"),
        ({"somaAccepted": "-9000000000"}, "number", "somaAccepted"),
        ({"competitiveAccepted": True}, "type", "competitiveAccepted"),
        ({"competitiveAccepted": ["41800000000"]}, "type", "competitiveAccepted"),
        ({"reopening": "perhaps"}, "flag", "reopening"),
        ({"securityTerm": "ten years"}, "tenor", "securityTerm"),
        ({"securityType": "7"}, "tenor", "securityType"),
        ({"term": "7-Year"}, "tenor", "term"),
        ({"type": "TIPS"}, "tenor", "type"),
        ({"tips": "Yes"}, "tenor", "type"),
        ({"securityType": "Bill", "type": "Bill", "cashManagementBillCMB": "Yes"}, "tenor", "type"),
        ({"highDiscountRate": "3.540"}, "tenor", "highDiscountRate"),
        ({"primaryDealerAccepted": "500000000"}, "sums", "competitive"),
        ({"bidToCoverRatio": "2.840000"}, "sums", "bid_to_cover"),
        ({"totalAccepted": "510000000"}, "sums", "total"),
        ({"indirectBidderAccepted": "null"}, "incomplete", "indirect"),
        ({"highYield": "4.1700"}, "price", "stop"),
        ({"offeringAmount": "4200000000"}, "sums", "offering"),
        ({"xmlFilenameCompetitiveResults": "R_20260210_1.xml"}, "dates", "results_file"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused_with_its_auction_and_field(
    change: dict[str, object], kind: str, named: str
) -> None:
    with pytest.raises(Refusal, match=named) as caught:
        parse(body(NOTE | change))
    assert caught.value.kind == kind
    assert any(known in caught.value.where for known in ("91282CZZ9", "2026-02-11"))


def test_a_kind_of_security_never_seen_is_read_past_and_said_once_however_many_rows_it_has() -> None:
    others = [
        NOTE | {"cusip": f"91282{number:03d}X", "securityType": "Perpetual", "type": "Perpetual"} for number in range(9)
    ]
    release = parse(body(NOTE, *others))
    assert len(release.auctions) == 1
    assert release.refused == ()
    assert {note.subject for note in release.notes} == {"security Perpetual"}


@pytest.mark.parametrize(
    "change",
    [
        {"cusip": {"value": "91282CZZ9"}},
        {"issueDate": "0001-01-01T00:00:00"},
        {"securityTerm": "9-Year\u0000 10-Month"},
        {"cusip": "91282\ud800ZZ9"},
        {"offeringAmount": "9" * 400},
        {"cashManagementBillCMB": "Yes"},
        {"maturityDate": ["2036-02-15"]},
    ],
)
def test_whatever_stands_in_a_row_costs_that_row_alone(change: dict[str, object]) -> None:
    good = NOTE | {"cusip": "91282CZX4", "auctionDate": "2026-02-11T00:00:00"}
    release = parse(body(good, NOTE | {"auctionDate": "2026-02-10T00:00:00"} | change))
    assert [auction.cusip for auction in release.auctions] == ["91282CZX4"]
    [row] = release.refused
    assert str(row.refused).isprintable(), "it can be stored and shown"


def test_a_bad_row_is_refused_by_itself_and_named_and_the_others_are_taken() -> None:
    release = parse(body(NOTE, NOTE | {"cusip": "91282CZX4", "totalAccepted": "51000000001"}))
    assert release.figures == parse(GOOD).figures
    [row] = release.refused
    assert row.auction is not None
    assert (row.refused.kind, row.auction.results_file) == ("sums", "R_20260211_1")
    assert "auction 91282CZX4 2026-02-11 (10-Year Note): total is 51000000001" in str(row.refused)


def test_a_row_that_cannot_be_read_is_refused_with_all_that_stood_in_it() -> None:
    broken = NOTE | {"cusip": "91282CZX4", "highYield": "4,177"}
    release = parse(body(broken, NOTE))
    assert release.figures == parse(GOOD).figures
    assert [row.row for row in release.refused] == [broken]


def test_an_auction_that_stands_twice_and_differs_is_refused_with_both_its_rows() -> None:
    other = NOTE | {"cusip": "91282CZX4", "auctionDate": "2026-02-11T00:00:00"}
    release = parse(body(other, NOTE, NOTE | {"averageMedianYield": "4.110000"}))
    assert [auction.cusip for auction in release.auctions] == ["91282CZX4"]
    assert [(row.refused.kind, "median" in str(row.refused)) for row in release.refused] == [("duplicate", True)]


def test_where_many_rows_are_wrong_the_file_is() -> None:
    bad = [NOTE | {"cusip": f"91282CZ{n}9", "totalAccepted": "51000000001"} for n in range(4)]
    with pytest.raises(Refusal, match="91282CZ09"):
        parse(body(NOTE, *bad))


def test_one_results_document_is_read_in_the_lists_place() -> None:
    real = shared_data("auctions/result-xml-2022-05/R_20220511_2.xml").read_bytes()
    release = parse(real)
    assert release.source == "auctions.treasurydirect"
    assert len(release.figures) == len(PRINTED)


@pytest.mark.parametrize("name", sorted({*IDENTITY, *RESULTS}))
def test_a_column_that_is_gone_is_refused_and_never_read_as_unknown(name: str) -> None:
    with pytest.raises(Refusal, match=name) as caught:
        parse(body(without(name)))
    assert caught.value.kind == "fields"


@pytest.mark.parametrize(
    "change",
    [
        {"spread": None},
        {"spread": "null"},
        {"closingTimeCompetitive": "13:00"},
        {"closingTimeCompetitive": ""},
        {"updatedTimestamp": ""},
        {"competitiveAccepted": 41800000000},
        {"competitiveAccepted": "41800000000.000000"},
        {"highYield": 4.177},
        {"highYield": "4.177"},
        {"treasuryRetailAccepted": "1"},
        {"treasuryDirectAccepted": "1"},
    ],
)
def test_the_publishers_spellings_of_the_same_row_are_the_same_figures(change: dict[str, object]) -> None:
    assert parse(body(NOTE | change)).figures == parse(GOOD).figures


@pytest.mark.parametrize("zero", ["0", "0.000", "0E-10", "0.000000"])
def test_every_way_of_writing_zero_is_zero(zero: str) -> None:
    nothing = {"fimaNoncompetitiveAccepted": zero, "totalAccepted": "50950000000", "offeringAmount": "42000000000"}
    [auction] = auctions(body(NOTE | nothing))
    assert auction.fima == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_same_list_in_another_encoding_is_the_same_figures(encoding: str) -> None:
    assert parse(GOOD.decode().encode(encoding)).figures == parse(GOOD).figures


def test_the_real_list_of_bonds_is_read_whole() -> None:
    real = shared_data("auctions/treasurydirect_auctioned.bonds-2016-2018.json").read_bytes()
    release = parse(real)
    assert release.newest == "2018-12-13"
    assert len(release.figures) == 36 * 7
    assert {figure.entity for figure in release.figures} == {"30-Year Bond"}


def test_all_1657_auctions_of_the_real_search_give_every_figure() -> None:
    release = parse(json.dumps(search_rows()).encode())
    assert Counter(figure.dataset for figure in release.figures) == dict.fromkeys(PRINTED, 1657)
    assert release.newest == "2022-08-09"


def test_every_auction_of_the_real_panel_passes_or_is_refused_for_a_reason_that_is_known() -> None:
    said = Counter(
        told if isinstance(told, str) else "passed"
        for told in (outcome([row]) for row in panel_rows())
    )  # fmt: skip
    # "tenor": four CMBs to which the panel's maker gave the term "0-Week"; "empty": the contingency test of 2021-12-02.
    assert said == {"passed": 1824, "tenor": 4, "empty": 1}


BLIND = {"averageMedianYield", "averageMedianDiscountRate", "averageMedianDiscountMargin", "offeringAmount"}
"""What nothing else repeats exactly: the median is bounded by low and stop, the offering by what was sold."""


def misprints(text: str) -> Iterator[str]:
    """A digit fallen out, one wrong, two swapped: at every place of the text."""
    for place, character in enumerate(text):
        yield text[:place] + text[place + 1 :]
        if character.isdigit():
            yield text[:place] + str((int(character) + 1) % 10) + text[place + 1 :]
        yield text[:place] + text[place + 1 : place + 2] + character + text[place + 2 :]


@pytest.mark.parametrize("kind", ["Bill", "Note", "Bond", "TIPS", "FRN"])
def test_no_misprint_in_a_real_row_gives_a_wrong_figure(kind: str) -> None:
    rows = [row for row in search_rows() if row["type"] == kind]
    for row in rows[:: len(rows) // 3]:
        right = outcome([row])
        for name in {*IDENTITY, *RESULTS} - BLIND:
            for misprint in misprints(row[name]):
                told = outcome([row | {name: misprint}])
                assert isinstance(told, str) or told == right, f"{row['cusip']} {name} {row[name]!r} as {misprint!r}"


@pytest.mark.parametrize("kind", ["Bill", "Note", "Bond", "TIPS", "FRN"])
def test_a_misprinted_offering_or_median_moves_its_own_figure_a_little_and_no_other(kind: str) -> None:
    rows = [row for row in search_rows() if row["type"] == kind]
    allowed = {"offeringAmount": ("auction.size", 0.2), "median": ("auction.dispersion", 200.0)}
    for row in rows[:: len(rows) // 3]:
        right = parse(body(row)).figures
        for name in BLIND:
            dataset, most = allowed.get(name, allowed["median"])
            for misprint in misprints(row[name]):
                told = outcome([row | {name: misprint}])
                if isinstance(told, str):
                    continue
                for wrong in set(told) - set(right):
                    [before] = [figure.value for figure in right if figure.dataset == wrong.dataset]
                    assert wrong.dataset == dataset
                    assert abs(wrong.value - before) < most


def test_two_columns_swapped_give_no_wrong_figure_but_where_nothing_could_tell() -> None:
    right = outcome([NOTE])
    unseen = {
        (one, other)
        for one, other in combinations(sorted({*IDENTITY, *RESULTS} - BLIND), 2)
        if not isinstance(told := outcome([NOTE | {one: NOTE[other], other: NOTE[one]}]), str) and told != right
    }
    # Dealers bid for more than anyone is awarded, so their awards would fit either way round.
    assert unseen == {
        ("directBidderAccepted", "primaryDealerAccepted"),
        ("indirectBidderAccepted", "primaryDealerAccepted"),
    }


@given(st.integers(0, len(GOOD) - 1))
def test_a_list_cut_off_anywhere_is_refused(end: int) -> None:
    with pytest.raises(Refusal):
        parse(GOOD[:end])


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_no_single_byte_can_break_it_otherwise_than_by_a_refusal(place: int, value: int) -> None:
    changed = GOOD[:place] + bytes([value]) + GOOD[place + 1 :]
    with suppress(Refusal):
        assert len(auctions(changed)) == 1


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(Refusal):
        parse(noise)


@given(
    st.dictionaries(st.sampled_from(sorted(NOTE)), st.none() | st.booleans() | st.integers() | st.text() | st.just([]))
)
def test_values_of_any_type_are_read_or_refused(changes: dict[str, object]) -> None:
    told = outcome([NOTE | changes])
    assert told
