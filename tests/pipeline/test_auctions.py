"""Auctions as they come: told once whoever shows them first, corrected where they were told, compared, refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.auction_rows import NOTE, body, fiscaldata_body, note_on
from tests.pipeline.auction_story import (
    HISTORY,
    NEWEST,
    SECOND,
    TAIL,
    UPCOMING,
    WEAK_COVER,
    YIELDS,
    announced,
    at,
    context_of,
    decided,
    first_sees,
    headlines,
    history,
    messages,
    ordinary,
    polled_once,
    second_sees,
    sent,
)
from treasury_watch.core.figures.published import Release
from treasury_watch.core.rules.model import Severity
from treasury_watch.pipeline.poll import ingest_bytes
from treasury_watch.pipeline.results_watch import coming
from treasury_watch.store.database import open_store, reading
from treasury_watch.store.source_status import SourceState, source_status
from treasury_watch.store.vintages import vintages

WEAK = note_on(NEWEST, cover="2.20", stop="4.301", dealers=20, indirects=60)
FINE = note_on(NEWEST, cover="2.51", stop="4.301", dealers=15, indirects=65)
BILL: dict[str, object] = {
    **dict.fromkeys(NOTE, ""),
    **{name: value for name, value in FINE.items() if name.endswith(("ccepted", "endered", "Ratio", "Amount"))},
    "cusip": "912797ZZ9",
    "securityType": "Bill",
    "type": "Bill",
    "term": "13-Week",
    "securityTerm": "13-Week",
    "reopening": "Yes",
    "auctionDate": "2026-11-10T00:00:00",
    "issueDate": "2026-11-13T00:00:00",
    "maturityDate": "2027-02-12T00:00:00",
    "highDiscountRate": "3.600",
    "averageMedianDiscountRate": "3.570",
    "lowDiscountRate": "3.500",
    "highPrice": "99.090000",
    "noncompetitiveTendersAccepted": "Yes",
}


def test_an_auction_is_one_message_with_its_card_and_what_fired(store_url: str) -> None:
    context = context_of()
    engine = polled_once(store_url, context)
    assert headlines(engine) == []
    first_sees(engine, context, [WEAK, *history()], at(NEWEST))
    [message] = messages(engine)
    assert message.severity is Severity.HIGH
    assert message.headline == "10-Year Note of 10 Nov 2026: weak, stop 4.301%, bid-to-cover 2.20×; 1 alert"
    card, alert = message.sections
    assert card.text.splitlines()[:2] == [
        "Weak: bid-to-cover 2.20×, six-auction average 2.50×, z −2.9. Stress 1.6.",
        "Fired: weak-cover (high).",
    ]
    assert card.rows[2] == ("Bid-to-cover", "2.20×", "2.40×", "2.50×")
    assert alert.title.startswith("10-Year Note: bid-to-cover 2.20×")


def test_an_auction_of_which_no_rule_speaks_is_told_too_and_says_so(store_url: str) -> None:
    context = context_of()
    engine = polled_once(store_url, context)
    first_sees(engine, context, [FINE, *history()], at(NEWEST))
    [message] = messages(engine)
    assert message.severity is Severity.INFO
    assert "No rule fired." in message.sections[0].text
    assert decided(engine) == []


def test_two_auctions_of_one_day_are_two_messages(store_url: str) -> None:
    context = context_of()
    engine = polled_once(store_url, context)
    three = note_on(NEWEST, term="3-Year", cusip="91282C3YR")
    first_sees(engine, context, [FINE, three, *history()], at(NEWEST))
    assert [line.partition(" of ")[0] for line in headlines(engine)] == ["10-Year Note", "3-Year Note"]


def test_bills_are_quiet_until_a_rule_fires_or_the_config_asks_for_them(store_url: str) -> None:
    for number, (cards, told) in enumerate(((None, 0), (frozenset({"Bill"}), 1))):
        context = context_of(cards=cards)
        engine = polled_once(f"{store_url}-{number}" if store_url.startswith("sqlite") else store_url, context)
        first_sees(engine, context, [BILL, *history()], at(NEWEST))
        assert len(headlines(engine)) == told
        if not store_url.startswith("sqlite"):
            break


@pytest.mark.parametrize("first", ["first", "second"])
def test_whichever_publisher_shows_it_first_it_is_told_once(store_url: str, first: str) -> None:
    context = context_of()
    engine = polled_once(store_url, context)
    second_sees(engine, context, history(), at(date(2026, 11, 2), "10:00:00"))
    looks = [first_sees, second_sees] if first == "first" else [second_sees, first_sees]
    for minutes, look in enumerate(looks):
        look(engine, context, [WEAK, *history()], at(NEWEST) + timedelta(minutes=minutes))
    assert decided(engine) == [("weak-cover", "10-Year Note", "2026-11-10", "fired")]
    assert len(headlines(engine)) == 1


def test_a_backfill_of_years_tells_nothing_and_doing_it_again_changes_nothing(store_url: str) -> None:
    context = context_of()
    engine = polled_once(store_url, context)
    old = [note_on(date(2019, 1, 9) + timedelta(days=28 * step), cover="1.90") for step in range(80)]
    old = [row for row in old if str(row["auctionDate"]) < "2025-11-01"]
    taken = second_sees(engine, context, [*history(), *old[::-1]], at(date(2026, 11, 3)))
    assert taken.taken is not None
    assert taken.taken.baseline
    again = second_sees(engine, context, [*history(), *old[::-1]], at(date(2026, 11, 4)))
    assert again.taken is not None
    assert not again.taken.news
    assert headlines(engine) == []
    assert decided(engine) == []


def test_an_auction_that_only_the_backfill_has_seen_yet_is_news_at_the_next_look(store_url: str) -> None:
    context = context_of()
    engine = polled_once(store_url, context)
    second_sees(engine, context, [WEAK, *history()], at(NEWEST))
    assert decided(engine) == []
    second_sees(engine, context, [WEAK, *history()], at(NEWEST) + timedelta(hours=3))
    assert decided(engine) == [("weak-cover", "10-Year Note", "2026-11-10", "fired")]


def test_what_a_stale_first_look_lacks_is_history_to_the_backfill_and_never_news(store_url: str) -> None:
    context = context_of()
    engine = open_store(store_url)
    first_sees(engine, context, history()[5:], at(date(2026, 11, 2)))
    weak = [note_on(HISTORY[-1] + timedelta(days=7), cover="1.90", stop="4.301"), *history()]
    for hours in (0, 3):
        second_sees(engine, context, weak, at(NEWEST) + timedelta(days=3, hours=hours))
    assert decided(engine) == []
    assert headlines(engine) == []
    with reading(engine) as conn:
        assert vintages(conn, "auction.bid_to_cover", "10-Year Note")[-1].value == 1.9


def test_a_row_that_changes_later_is_corrected_where_it_was_told(store_url: str) -> None:
    context = context_of()
    engine = polled_once(store_url, context)
    first_sees(engine, context, [FINE, *history()], at(NEWEST))
    sent(engine)
    corrected = note_on(NEWEST, cover="2.50", stop="4.301", dealers=15, indirects=65)
    first_sees(engine, context, [corrected, *history()], at(NEWEST) + timedelta(days=2))
    original, amended = messages(engine)
    assert "bid-to-cover 2.51×" in original.headline
    assert "bid-to-cover 2.50×" in amended.headline
    assert amended.sections[0].struck == original.sections[0].title
    with reading(engine) as conn:
        said = [(v.printed) for v in vintages(conn, "auction.bid_to_cover", "10-Year Note", every=True)][-2:]
    assert said == ["2.51", "2.50"]


def test_a_correction_that_makes_a_rule_fire_is_told_in_the_same_message(store_url: str) -> None:
    context = context_of()
    engine = polled_once(store_url, context)
    first_sees(engine, context, [FINE, *history()], at(NEWEST))
    sent(engine)
    first_sees(engine, context, [WEAK, *history()], at(NEWEST) + timedelta(hours=1))
    assert decided(engine) == [("weak-cover", "10-Year Note", "2026-11-10", "fired")]
    amended = messages(engine)[-1]
    assert [section.kind for section in amended.sections] == ["auction", "fired"]
    assert "Fired: weak-cover (high)." in amended.sections[0].text


def test_two_publishers_that_disagree_are_the_operators_business_once_and_the_first_look_stands(store_url: str) -> None:
    context = context_of()
    engine = polled_once(store_url, context)
    second_sees(engine, context, history(), at(date(2026, 11, 2), "10:00:00"))
    first_sees(engine, context, [FINE, *history()], at(NEWEST))
    other = note_on(NEWEST, cover="2.52", stop="4.301", dealers=15, indirects=65)
    for hours in (3, 6):
        second_sees(engine, context, [other, *history()], at(NEWEST) + timedelta(hours=hours))
    [told] = [message for message in messages(engine) if message.sections[0].kind == "operator"]
    assert told.headline.startswith("10-Year Note of 2026-11-10 (91282")
    assert told.headline.endswith("disagree on competitive_tendered, dealer_tendered, bid_to_cover")
    assert "bid_to_cover: 2.51 in auctions.treasurydirect, 2.52 in auctions.fiscaldata" in told.sections[0].text
    with reading(engine) as conn:
        assert vintages(conn, "auction.bid_to_cover", "10-Year Note")[-1].value == 2.51


def test_a_further_source_that_contradicts_the_first_look_is_told_and_changes_nothing(store_url: str) -> None:
    def parse(body: bytes) -> Release:
        return replace(SECOND.parse(body), source="auctions.other")

    other = replace(SECOND, name="auctions.other", parse=parse)
    context = context_of()
    context = replace(context, sources={**context.sources, other.name: other})
    engine = polled_once(store_url, context)
    first_sees(engine, context, [FINE, *history()], at(NEWEST))
    rows = [note_on(NEWEST, cover="2.52", stop="4.301", dealers=15, indirects=65), *history()]
    ingest_bytes(engine, other, fiscaldata_body(rows), context, at(NEWEST) + timedelta(hours=3))
    [told] = [message for message in messages(engine) if message.sections[0].kind == "operator"]
    assert "bid_to_cover: 2.51 in auctions.treasurydirect, 2.52 in auctions.other" in told.sections[0].text
    with reading(engine) as conn:
        assert vintages(conn, "auction.bid_to_cover", "10-Year Note")[-1].value == 2.51


def test_a_bad_row_is_refused_kept_and_told_once_and_the_others_are_taken_in(store_url: str) -> None:
    context = context_of()
    engine = polled_once(store_url, context)
    bad = FINE | {"totalAccepted": "51000000001"}
    three = note_on(NEWEST, term="3-Year", cusip="91282C3YR")
    for minutes in (0, 15):
        polled = first_sees(engine, context, [bad, three, *history()], at(NEWEST) + timedelta(minutes=minutes))
        assert polled.state is SourceState.REFUSED
        assert "total is 51000000001" in polled.says
    told = messages(engine)
    assert [message.sections[0].kind for message in told] == ["operator", "auction"]
    assert "expected 51000000000 = competitive" in told[0].sections[0].text
    assert "3-Year Note" in told[1].headline
    with reading(engine) as conn:
        assert source_status(conn, "auctions.treasurydirect").state is SourceState.FRESH
        assert vintages(conn, "auction.stop", "10-Year Note")[-1].period == HISTORY[-1].isoformat()
    first_sees(engine, context, [FINE, three, *history()], at(NEWEST) + timedelta(minutes=30))
    assert "10-Year Note of 10 Nov 2026" in headlines(engine)[-1]


def test_a_tail_is_told_only_where_a_when_issued_yield_was_given(store_url: str) -> None:
    given = {("10-Year Note", NEWEST.isoformat()): Decimal("4.275")}
    context = context_of(WEAK_COVER, TAIL, when_issued=given)
    engine = polled_once(store_url, context)
    first_sees(engine, context, [FINE, *history()], at(NEWEST))
    [message] = messages(engine)
    assert ("Tail", "+2.6 bp", "n/a", "n/a") in message.sections[0].rows
    assert "when-issued yield that was given" in message.sections[0].note
    assert decided(engine) == [("tail", "10-Year Note", "2026-11-10", "fired")]


def test_without_one_there_is_no_tail_and_dispersion_is_not_called_one(store_url: str) -> None:
    context = context_of(WEAK_COVER, TAIL)
    engine = polled_once(store_url, context)
    first_sees(engine, context, [FINE, *history()], at(NEWEST))
    assert "tail" not in messages(engine)[0].as_text().casefold()
    assert decided(engine) == []


def test_the_proxy_comes_in_the_evening_completes_the_card_and_is_called_a_proxy(store_url: str) -> None:
    context = context_of()
    engine = polled_once(store_url, context)
    curve = b"Date,10 Yr\n11/09/2026,4.20\n"
    ingest_bytes(engine, YIELDS, curve, context, at(date(2026, 11, 9), "18:00:00"))
    first_sees(engine, context, [FINE, *history()], at(NEWEST))
    sent(engine)
    curve = b"Date,10 Yr\n11/10/2026,4.29\n11/09/2026,4.20\n"
    ingest_bytes(engine, YIELDS, curve, context, at(NEWEST, "18:00:00"))
    amended = messages(engine)[-1]
    assert ("Tail proxy", "+1.1 bp", "n/a", "n/a") in amended.sections[0].rows
    assert "it is no tail" in amended.sections[0].note
    assert amended.headline == messages(engine)[0].headline
    assert decided(engine) == []


def test_announced_auctions_are_listed_until_they_are_held_or_withdrawn(store_url: str) -> None:
    context = context_of()
    engine = polled_once(store_url, context)
    now = at(date(2026, 11, 6), "11:00:00")
    later = date(2026, 11, 12)
    ingest_bytes(engine, UPCOMING, body(announced(NEWEST), announced(later, "3-Year")), context, now)
    assert [(one.entity, one.day) for one in coming(engine, now)] == [
        ("10-Year Note", "2026-11-10"),
        ("3-Year Note", "2026-11-12"),
    ]
    first_sees(engine, context, [FINE, *history()], at(NEWEST))
    assert [one.entity for one in coming(engine, at(NEWEST))] == ["3-Year Note"]
    ingest_bytes(engine, UPCOMING, body(announced(date(2026, 12, 9))), context, at(NEWEST, "15:00:00"))
    assert [one.day for one in coming(engine, at(NEWEST, "15:00:00"))] == ["2026-12-09"]
    assert "Next: 3-Year Note 12 Nov 2026 13:00 ET, 42.0 bn." in messages(engine)[0].sections[0].text


def test_twelve_auctions_before_are_not_counted_across_years_that_are_not_known(store_url: str) -> None:
    context = context_of()
    engine = open_store(store_url)
    gone = [ordinary(date(2023, 1, 11) + timedelta(days=28 * step), step) for step in range(13)]
    first_sees(engine, context, [*history()[:3], *gone[::-1]], at(date(2026, 11, 2)))
    first_sees(engine, context, [WEAK, *history()[:3], *gone[::-1]], at(NEWEST))
    assert decided(engine) == []
    assert "not judged" in headlines(engine)[0]
