"""The whole history from FiscalData: in pages, quickly, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.auction_rows import NOTE, as_fiscaldata, list_rows, note_on, search_rows
from tests.pipeline.auction_story import SECOND, at, context_of, decided, first_sees, headlines, history, second_sees
from tests.standins.publisher import Publisher, page, publisher
from treasury_watch.core.auctions.model import tenor
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.poll import PollResult
from treasury_watch.service.poll_job import fetch, poll_source
from treasury_watch.store.database import Engine, open_store, reading
from treasury_watch.store.releases import stored_releases
from treasury_watch.store.source_status import SourceState
from treasury_watch.store.views import view_figures
from treasury_watch.store.vintages import source_figures

NOW = datetime(2026, 11, 3, 15, tzinfo=UTC)
SIZE = 2500


_AMOUNTS = ("ccepted", "endered", "atio")


@cache
def whole_history() -> list[dict[str, object]]:
    """
    The real list of 10,780 auctions as FiscalData serves it.

    The download names them. Results are the real ones where the search has them; else they are made up, of those before
    April 2008 without amounts and bidder classes, as theirs are.
    """
    real = {(row["cusip"], row["auctionDate"][:10]): row for row in search_rows()}
    return [
        as_fiscaldata(real[key]) if (key := (row["CUSIP"], row["Auction Date"])) in real else _made_up(row)
        for row in list_rows()
    ]


def _made_up(listed: dict[str, str]) -> dict[str, object]:
    kind, term, day = listed["Security Type"], listed["Security Term"], listed["Auction Date"]
    bill = kind == "Bill"
    row = as_fiscaldata({}) | {
        "cusip": listed["CUSIP"],
        "security_type": kind,
        "security_term": term,
        "auction_date": day,
        "issue_date": listed["Issue Date"],
        "maturity_date": listed["Maturity Date"],
        "reopening": "No",
        "inflation_index_security": "No",
        "floating_rate": "No",
        "cash_management_bill_cmb": "Yes" if bill and "Day" in term else "No",
        "offering_amt": "42000000000",
        "first_int_period": "null" if bill else "Long",
        "high_discnt_rate" if bill else "high_yield": "4.125",
        "int_rate": "null" if bill else "4.125",
    }
    if day < "2008-04-01":
        return row
    full = as_fiscaldata(NOTE)
    days = (date.fromisoformat(listed["Maturity Date"]) - date.fromisoformat(listed["Issue Date"])).days
    price = f"{100 * (1 - 0.04125 * days / 360):.6f}" if bill else "null"
    return row | {name: value for name, value in full.items() if name.endswith(_AMOUNTS)} | {"high_price": price}


def served(standin: Publisher, rows: list[dict[str, object]]) -> str:
    """Serve the rows in pages, as the publisher does; gives the address of the first."""
    ready: dict[int, bytes] = {}
    pages = -(-len(rows) // SIZE)
    for number in range(1, pages + 1):
        data = rows[(number - 1) * SIZE : number * SIZE]
        meta = {"count": len(data), "total-count": len(rows), "total-pages": pages}
        ready[number] = json.dumps({"data": data, "meta": meta, "links": {}}).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked = parse_qs(urlsplit(handler.path).query)
        if "filter" in asked:
            since = asked["filter"][0].removeprefix("auction_date:gte:")
            few = [row for row in rows if str(row["auction_date"]) >= since]
            meta = {"count": len(few), "total-count": len(few), "total-pages": 1}
            page(200, json.dumps({"data": few, "meta": meta}).encode())(handler)
        else:
            page(200, ready[int(asked["page[number]"][0])])(handler)

    return standin.serve("/auctions_query", answer) + f"?sort=-auction_date&page[number]=1&page[size]={SIZE}"


@pytest.fixture
def standin() -> Iterator[Publisher]:
    with publisher() as running:
        yield running


def polled(engine: Engine, context: Context, url: str, now: datetime = NOW) -> PollResult:
    source = replace(SECOND, url=url)
    return poll_source(engine, source, fetch(engine, source, now=lambda: now), context, now)


@pytest.mark.slow("ten thousand auctions, twice")
def test_ten_thousand_auctions_come_in_pages_and_a_second_time_change_nothing(
    store_url: str, standin: Publisher
) -> None:
    rows = whole_history()
    assert len(rows) == 10780
    url = served(standin, rows)
    engine, context = open_store(store_url), context_of()
    first = polled(engine, context, url)
    assert first.taken is not None
    assert first.taken.baseline
    assert len(standin.asked) == 5
    with reading(engine) as conn:
        known = source_figures(conn, SECOND.name)
        releases = stored_releases(conn)
    assert first.state is SourceState.FRESH, first.says
    assert len({key[1:] for key in known if key[0] == "auction.stop"}) > 10_700
    assert len({key[1:] for key in known if key[0] == "auction.dealer_share"}) > 5_000
    again = polled(engine, context, url)
    assert again.taken is not None
    assert not again.taken.news
    assert len(standin.asked) == 6, "from then on a month is asked for"
    with reading(engine) as conn:
        assert source_figures(conn, SECOND.name) == known
        assert stored_releases(conn) == releases
    assert headlines(engine) == []


@pytest.mark.slow("ten thousand auctions, twice")
def test_the_whole_list_again_changes_nothing_either(store_url: str, standin: Publisher) -> None:
    rows = whole_history()[:SIZE]
    engine, context = open_store(store_url), context_of()
    polled(engine, context, served(standin, rows))
    with reading(engine) as conn:
        known = source_figures(conn, SECOND.name)
    # A publisher that knows no filter sends all of it again.
    standin.serve("/auctions_query", page(200, json.dumps({"data": rows, "meta": {}}).encode()))
    again = polled(engine, context, f"{standin.url}/auctions_query")
    assert again.taken is not None
    assert not again.taken.news
    with reading(engine) as conn:
        assert source_figures(conn, SECOND.name) == known


def test_a_page_that_fails_leaves_nothing_half_done_and_the_next_poll_begins_anew(
    store_url: str, standin: Publisher
) -> None:
    rows = [as_fiscaldata(row) for row in history()] * 1
    pieces = [rows[:5], rows[5:]]
    meta = {"total-count": len(rows), "total-pages": 2}
    bodies = [json.dumps({"data": piece, "meta": meta}).encode() for piece in pieces]
    broken = page(404)
    standin.serve("/auctions_query", page(200, bodies[0]), broken, page(200, bodies[0]), page(200, bodies[1]))
    engine, context = open_store(store_url), context_of()
    assert "404" in polled(engine, context, f"{standin.url}/auctions_query").says
    with reading(engine) as conn:
        assert stored_releases(conn, polled=True) == []
    taken = polled(engine, context, f"{standin.url}/auctions_query").taken
    assert taken is not None
    assert taken.news


def test_a_backfill_closes_the_gap_that_the_first_look_left(store_url: str) -> None:
    engine, context = open_store(store_url), context_of()
    all_of_it = history()
    old = [note_on(date(2023, 1, 11), cover="2.40")]
    first_sees(engine, context, all_of_it[:2] + old, at(date(2026, 11, 2)))
    second_sees(engine, context, all_of_it + old, at(date(2026, 11, 2), "16:00:00"))
    weak = note_on(date(2026, 11, 10), cover="2.20", stop="4.301", dealers=20, indirects=60)
    first_sees(engine, context, [weak, *all_of_it], at(date(2026, 11, 10)))
    assert decided(engine) == [("weak-cover", "10-Year Note", "2026-11-10", "fired")]


@pytest.mark.slow("ten thousand auctions")
def test_every_auction_of_the_whole_history_is_filed_under_its_tenor_and_day(
    store_url: str, standin: Publisher
) -> None:
    engine, context = open_store(store_url), context_of()
    polled(engine, context, served(standin, whole_history()))
    with reading(engine) as conn:
        known = view_figures(conn, {"auction.stop"})
    filed = {(entity.rpartition(" ")[0], day) for entity, day in zip(known["entity"], known["period"], strict=True)}
    for row in list_rows():
        day = date.fromisoformat(row["Auction Date"])
        assert (tenor(row["Security Type"], row["Security Term"], day), day.isoformat()) in filed, row
