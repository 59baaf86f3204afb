"""FiscalData's spelling of the same auctions, its pages, and what is still to come."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.auction_rows import NOTE, UNHELD, as_fiscaldata, body, fiscaldata_body, search_rows
from tests.conftest import shared_data
from treasury_watch.core.figures.published import Refusal
from treasury_watch.sources import SOURCES, auctions_treasurydirect, auctions_upcoming
from treasury_watch.sources.auctions_fiscaldata import SOURCE, auctions, further, joined, pages, parse, recent

GOOD = fiscaldata_body([NOTE])
TODAY = date(2026, 7, 16)


def listed(*rows: dict[str, object]) -> bytes:
    """A page of FiscalData's ``upcoming_auctions``."""
    return json.dumps({"data": rows, "meta": {"total-pages": 1}}).encode()


def coming(**changes: object) -> dict[str, object]:
    """A row of FiscalData's ``upcoming_auctions``, which has nine columns."""
    row: dict[str, object] = {
        "record_date": "2026-07-10",
        "security_type": "Bill",
        "security_term": "13-Week",
        "reopening": "Yes",
        "cusip": "912797ZZ9",
        "offering_amt": "92000000000",
        "announcemt_date": "2026-07-16",
        "auction_date": "2026-07-20",
        "issue_date": "2026-07-23",
    }
    return row | changes


def test_every_real_auction_is_the_same_record_from_either_publisher() -> None:
    rows = search_rows()
    ours = auctions_treasurydirect.auctions(json.dumps(rows).encode())
    theirs = auctions(fiscaldata_body(rows))
    assert len(ours) == 1657
    assert theirs == ours


def test_the_figures_are_the_same_from_either_publisher() -> None:
    assert parse(GOOD).figures == auctions_treasurydirect.parse(body(NOTE)).figures


@pytest.mark.parametrize(
    ("name", "auctions_held", "newest"),
    [
        ("fiscaldata_auctions_query.bills-2026-01.json", 9, "2026-01-13"),
        ("fiscaldata_auctions_query.coupons-and-announced.transcribed.json", 4, "2026-09-24"),
    ],
)
def test_a_real_page_is_read_and_its_announced_rows_wait(name: str, auctions_held: int, newest: str) -> None:
    release = parse(shared_data(f"auctions/{name}").read_bytes())
    assert release.newest == newest
    assert len(release.figures) == 7 * auctions_held


@pytest.mark.parametrize(
    ("flag", "law", "term", "entity"),
    [
        ("inflation_index_security", "Note", "9-Year 10-Month", "10-Year TIPS"),
        ("inflation_index_security", "Bond", "29-Year 6-Month", "30-Year TIPS"),
        ("floating_rate", "Note", "1-Year 11-Month", "2-Year FRN"),
        ("cash_management_bill_cmb", "Bill", "42-Day", "42-Day CMB"),
        ("", "Bond", "19-Year 11-Month", "20-Year Bond"),
    ],
)
def test_the_type_that_it_never_states_is_told_by_the_flags(flag: str, law: str, term: str, entity: str) -> None:
    row = as_fiscaldata(NOTE | UNHELD) | {"security_type": law, "security_term": term}
    row |= {flag: "Yes"} if flag else {}
    [auction] = auctions(json.dumps({"data": [row]}).encode())
    assert auction.entity == entity


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"", "empty"),
        (b"<html></html>", "html"),
        (GOOD[:-5], "json"),
        (b"[]", "shape"),
        (b'{"error": "Invalid Query Param", "message": "no such field"}', "shape"),
        (b'{"data": {}}', "shape"),
        (b'{"data": ["row"]}', "shape"),
        (b'{"data": [], "meta": {}}', "empty"),
        (b'{"data": [{}]}', "fields"),
        (GOOD.replace(b'"comp_accepted"', b'"competitive_accepted"'), "fields"),
        (GOOD.replace(b'"41800000000"', b'"4180000000"'), "sums"),
        (GOOD.replace(b'"41800000000"', b'"null"'), "incomplete"),
    ],
)
def test_what_is_not_a_page_is_refused_by_name(sent: bytes, kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse(sent)
    assert (caught.value.source, caught.value.kind) == ("auctions.fiscaldata", kind)


def test_the_number_of_pages_is_the_publishers() -> None:
    assert pages(GOOD) == 1
    assert pages(GOOD.replace(b'"total-pages": 1', b'"total-pages": 2')) == 2
    assert pages(shared_data("auctions/fiscaldata_upcoming_auctions_2026-07-16.json").read_bytes()) == 1


@pytest.mark.parametrize("said", [b'"many"', b"0", b"-1", b"1.5", b"null", b"100000"])
def test_a_senseless_number_of_pages_is_refused(said: bytes) -> None:
    with pytest.raises(Refusal, match="total-pages"):
        pages(GOOD.replace(b'"total-pages": 1', b'"total-pages": ' + said))


def test_of_ninety_real_rows_only_the_five_to_come_are_listed() -> None:
    real = shared_data("auctions/fiscaldata_upcoming_auctions_2026-07-16.json").read_bytes()
    told = [(auction.period, auction.entity) for auction in auctions_upcoming.upcoming(real, TODAY)]
    assert told == [
        ("2026-07-20", "13-Week Bill"),
        ("2026-07-20", "26-Week Bill"),
        ("2026-07-21", "6-Week Bill"),
        ("2026-07-22", "20-Year Bond"),
        ("2026-07-23", "10-Year Note"),
    ]
    assert len(json.loads(real)["data"]) == 90
    assert auctions_upcoming.parse(real).figures == ()
    assert auctions_upcoming.parse(real).newest == "2026-07-23"


@pytest.mark.parametrize(
    ("said", "term", "entity"),
    [
        ("TIPS Note", "9-Year 10-Month", "10-Year TIPS"),
        ("TIPS Bond", "29-Year 10-Month", "30-Year TIPS"),
        ("FRN Note", "1-Year 10-Month", "2-Year FRN"),
        ("CMB", "42-Day", "42-Day CMB"),
        ("Bill", "6-Week", "6-Week Bill"),
    ],
)
def test_a_type_written_in_words_is_understood(said: str, term: str, entity: str) -> None:
    row = coming(security_type=said, security_term=term)
    assert [auction.entity for auction in auctions_upcoming.upcoming(listed(row), TODAY)] == [entity]


def test_treasurydirects_announcements_bring_the_closing_time() -> None:
    [auction] = auctions_upcoming.upcoming(body(NOTE | UNHELD), date(2026, 2, 10))
    assert auction.closes is not None
    assert auction.closes.isoformat() == "2026-02-11T13:00:00-05:00"


def test_todays_auction_is_to_come_until_its_results_are_out() -> None:
    day = date(2026, 2, 11)
    assert len(auctions_upcoming.upcoming(body(NOTE | UNHELD), day)) == 1
    assert auctions_upcoming.upcoming(body(NOTE), day) == []
    assert auctions_upcoming.upcoming(body(NOTE | UNHELD), day + timedelta(days=1)) == []


def test_a_contingency_test_is_not_to_come() -> None:
    assert auctions_upcoming.upcoming(listed(coming(offering_amt="25000000")), TODAY) == []


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.lists(st.dates(date(2026, 1, 1), date(2027, 1, 1)), min_size=1))
def test_nothing_stale_is_ever_listed_and_nothing_to_come_is_lost(today: date, days: list[date]) -> None:
    page = listed(*(coming(auction_date=day.isoformat()) for day in days))
    assert [a.day for a in auctions_upcoming.upcoming(page, today)] == sorted(day for day in days if day >= today)


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"", "empty"),
        (b"[]", "empty"),
        (b"<html></html>", "html"),
        (b"{}", "shape"),
        (listed(coming(auction_date="soon")), "dates"),
        (listed({"cusip": "912797ZZ9"}), "fields"),
    ],
)
def test_what_is_no_list_of_announcements_is_refused(sent: bytes, kind: str) -> None:
    for read in (auctions_upcoming.parse, lambda sent: auctions_upcoming.upcoming(sent, TODAY)):
        with pytest.raises(Refusal) as caught:
            read(sent)
        assert (caught.value.source, caught.value.kind) == ("auctions.upcoming", kind)


def test_backfill_and_calendar_sources_are_switched_on() -> None:
    assert SOURCES["auctions.fiscaldata"] is SOURCE
    assert SOURCES["auctions.upcoming"] is auctions_upcoming.SOURCE
    assert SOURCE.enabled
    assert auctions_upcoming.SOURCE.enabled


def paged(rows: list[dict[str, object]], size: int) -> list[bytes]:
    """The rows as the publisher would page them."""
    cut = [rows[start : start + size] for start in range(0, len(rows), size)]
    return [
        json.dumps({"data": page, "meta": {"total-count": len(rows), "total-pages": len(cut)}}).encode() for page in cut
    ]


def days(count: int) -> list[dict[str, object]]:
    """The made-up auction under several CUSIPs."""
    return [as_fiscaldata(NOTE | {"cusip": f"91282C{number:03d}"}) for number in range(count)]


def test_pages_joined_are_read_as_one_page_would_be() -> None:
    pieces = paged(days(7), 3)
    assert len(pieces) == 3
    whole = parse(joined(pieces))
    assert len(whole.auctions) == 7
    assert whole.figures == parse(paged(days(7), 7)[0]).figures


def test_a_page_that_is_lost_or_sent_twice_is_noticed() -> None:
    first, second, third = paged(days(7), 3)
    for pieces in ([first, second], [first, third], [first, first, third]):
        with pytest.raises(Refusal) as caught:
            parse(joined(pieces))
        assert caught.value.kind == "pages"


def test_the_further_pages_are_asked_for_by_number_and_the_rest_of_the_address_stays() -> None:
    body_of_three = paged(days(7), 3)[0]
    url = "https://api.example/auctions_query?fields=cusip,auction_date&sort=-auction_date&page[number]=1&page[size]=3"
    assert further(url, body_of_three) == (
        url.replace("page[number]=1", "page[number]=2"),
        url.replace("page[number]=1", "page[number]=3"),
    )
    assert further("https://api.example/q", body_of_three)[0] == "https://api.example/q?page[number]=2"
    assert further(url, GOOD) == ()


def test_once_all_is_stored_only_the_last_month_is_asked_for() -> None:
    assert recent("https://api.example/q?sort=-auction_date", "2026-11-20") == (
        "https://api.example/q?sort=-auction_date&filter=auction_date:gte:2026-10-21"
    )


def test_a_bad_row_of_a_page_is_refused_by_itself() -> None:
    rows = [*days(5), as_fiscaldata(NOTE | {"cusip": "91282CZX4", "totalAccepted": "51000000001"})]
    release = parse(paged(rows, 6)[0])
    assert len(release.auctions) == 5
    assert ["91282CZX4" in row.refused.where for row in release.refused] == [True]


def test_old_rows_without_classes_or_amounts_are_read_and_what_they_lack_has_no_figure() -> None:
    empty = dict.fromkeys((name for name in as_fiscaldata(NOTE) if name.endswith(("accepted", "tendered"))), "null")
    old = (
        as_fiscaldata(NOTE)
        | empty
        | {
            "cusip": "912827AB1",
            "auction_date": "1981-05-05",
            "announcemt_date": "1981-04-29",
            "issue_date": "1981-05-15",
            "maturity_date": "1991-05-15",
            "bid_to_cover_ratio": "null",
            "xml_filenm_comp_results": "null",
            "auction_format": "Multiple-Price",
            "closing_time_comp": "null",
        }
    )
    release = parse(paged([old], 1)[0])
    assert {(f.dataset, f.entity, f.period) for f in release.figures} == {
        ("auction.stop", "10-Year Note", "1981-05-05"),
        ("auction.size", "10-Year Note", "1981-05-05"),
    }
