"""Around the close: the list is asked seldom and in time, results are told once, late ones are the operator's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.auction_rows import body, note_on, search_rows
from tests.conftest import shared_data
from tests.pipeline.auction_story import FIRST, UPCOMING, announced, at, context_of, headlines, history, messages
from tests.standins.publisher import Publisher, page, publisher
from treasury_watch.core.auctions.schedule import FIRST_LOOK, GIVEN_UP_AFTER, Announcement, closes_at, next_look
from treasury_watch.core.figures.periods import NEW_YORK
from treasury_watch.core.messages.message import Message
from treasury_watch.delivery import deliver_due
from treasury_watch.notifiers import Receipt
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.poll import ingest_bytes
from treasury_watch.pipeline.results_watch import coming, due_polls, next_wake, record_polls
from treasury_watch.service.poll_job import fetch, poll_source
from treasury_watch.sources.auction_fields import auction_of
from treasury_watch.store.database import Engine, open_store

DAY = date(2026, 11, 10)
CLOSE = at(DAY, "13:00:00")
RESULTS = note_on(DAY, cover="2.20", stop="4.301", dealers=20, indirects=60)
AUCTION = Announcement("10-Year Note", "2026-11-10", CLOSE.astimezone(NEW_YORK), "91282CZZ9")


class Watching:
    """A bot around a close: its clock moves when told, its requests are counted, what it tells is kept."""

    def __init__(
        self, engine: Engine, context: Context, standin: Publisher, out_after: timedelta, *rows: dict[str, object]
    ):
        self.engine, self.now, self.standin = engine, CLOSE - timedelta(minutes=30), standin
        self.seen_at: datetime | None = None
        self.told: list[str] = []
        self.took: list[float] = []
        waiting, there = body(*history()), body(*(rows or (RESULTS,)), *history())

        def answer(handler: BaseHTTPRequestHandler) -> None:
            page(200, there if self.now >= CLOSE + out_after else waiting)(handler)

        url = standin.serve("/auctioned", answer)
        sources = dict(context.sources) | {FIRST.name: replace(FIRST, url=url)}
        sources |= {name: replace(one, enabled=False) for name, one in sources.items() if name != FIRST.name}
        self.context = replace(context, sources=sources)

    def until(self, end: datetime) -> None:
        """Do what the service does, one wake after the other, with the clock jumping ahead to each."""
        while (wake := next_wake(self.engine, self.now)) is not None and wake <= end:
            self.now = max(wake, self.now)
            due = due_polls(self.engine, self.context, self.now)
            for source in due.sources:
                fetched = fetch(self.engine, source, now=lambda: self.now)
                began = time.monotonic()
                polled = poll_source(self.engine, source, fetched, self.context, self.now)
                if polled.taken and polled.taken.news:
                    self.seen_at = self.now
                    deliver_due(self.engine, {"room": Brief(self)}, now=lambda: self.now)
                    self.took.append(time.monotonic() - began)
            record_polls(self.engine, self.context, due.auctions, self.now)
        self.now = max(self.now, end)

    @property
    def requests(self) -> int:
        return len(self.standin.asked)


class Brief:
    """A channel that keeps what it is told."""

    searchable = False

    def __init__(self, watching: Watching) -> None:
        self._watching = watching

    def send(self, message: Message, key: str) -> Receipt:
        self._watching.told.append(message.headline)
        return Receipt()

    def find(self, key: str, since: datetime) -> Receipt | None:
        return None


@pytest.fixture
def standin() -> Iterator[Publisher]:
    with publisher() as running:
        yield running


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    context = context_of()
    ingest_bytes(engine, FIRST, body(*history()), context, at(date(2026, 11, 5), "09:00:00"))
    ingest_bytes(engine, UPCOMING, body(announced(DAY)), context, at(date(2026, 11, 5), "11:05:00"))
    return engine


def test_results_of_193_seconds_are_seen_within_one_poll_told_at_once_and_cost_few_requests(
    engine: Engine, standin: Publisher
) -> None:
    bot = Watching(engine, context_of(), standin, timedelta(seconds=193))
    bot.until(CLOSE + timedelta(hours=1))
    assert bot.seen_at is not None
    waited = bot.seen_at - (CLOSE + timedelta(seconds=193))
    assert timedelta(0) <= waited <= timedelta(seconds=30)
    assert bot.told == ["10-Year Note of 10 Nov 2026: weak, stop 4.301%, bid-to-cover 2.20×; 1 alert"]
    assert max(bot.took) < 1
    assert bot.requests <= 20
    assert next_wake(engine, bot.now) is None


def test_nobody_is_asked_before_the_first_look_is_due(engine: Engine, standin: Publisher) -> None:
    bot = Watching(engine, context_of(), standin, timedelta(0))
    bot.until(CLOSE + timedelta(seconds=89))
    assert bot.requests == 0


def test_late_results_are_told_to_the_operator_once_and_found_hours_later(engine: Engine, standin: Publisher) -> None:
    bot = Watching(engine, context_of(), standin, timedelta(hours=4, minutes=54))
    bot.until(CLOSE + timedelta(minutes=14, seconds=59))
    assert messages(engine) == []
    assert bot.requests <= 26
    bot.until(CLOSE + timedelta(minutes=16))
    assert headlines(engine) == ["10-Year Note: results are late"]
    assert "15 minutes ago" in messages(engine)[0].sections[0].text
    bot.until(CLOSE + timedelta(hours=6))
    assert bot.seen_at is not None
    assert bot.seen_at - (CLOSE + timedelta(hours=4, minutes=54)) <= timedelta(minutes=11)
    assert bot.requests < 120
    assert [line.partition(":")[0] for line in headlines(engine)] == ["10-Year Note", "10-Year Note of 10 Nov 2026"]


def test_a_restart_goes_on_where_it_stopped(engine: Engine, standin: Publisher) -> None:
    bot = Watching(engine, context_of(), standin, timedelta(seconds=268))
    bot.until(CLOSE + timedelta(seconds=150))
    first_run = bot.requests
    again = Watching(engine, context_of(), standin, timedelta(seconds=268))
    again.now = bot.now
    again.until(CLOSE + timedelta(hours=1))
    assert first_run >= 2
    assert again.requests <= 20
    assert len(again.told) == 1


def test_two_auctions_that_close_together_share_their_requests(engine: Engine, standin: Publisher) -> None:
    context = context_of()
    three = announced(DAY, "3-Year")
    ingest_bytes(engine, UPCOMING, body(announced(DAY), three), context, at(date(2026, 11, 6), "11:05:00"))
    results = note_on(DAY, term="3-Year", cusip="91282C3YR")
    bot = Watching(engine, context, standin, timedelta(seconds=193), RESULTS, results)
    bot.until(CLOSE + timedelta(hours=1))
    assert [line.partition(" of ")[0] for line in bot.told] == ["10-Year Note", "3-Year Note"]
    assert bot.requests <= 20


def test_a_cusip_that_changed_at_the_auction_is_found_by_tenor_and_day(engine: Engine, standin: Publisher) -> None:
    changed = RESULTS | {"cusip": "912828ZZ1", "announcedCusip": "91282CZZ9"}
    bot = Watching(engine, context_of(), standin, timedelta(minutes=15), changed)
    bot.until(CLOSE + timedelta(hours=1))
    assert coming(engine, bot.now) == []
    assert "10-Year Note of 10 Nov 2026" in headlines(engine)[-1]


def test_a_row_that_cannot_be_believed_is_asked_for_in_its_own_document(engine: Engine, standin: Publisher) -> None:
    real = shared_data("auctions/result-xml-2022-05/R_20220511_2.xml").read_bytes()
    row = next(r for r in search_rows() if r["auctionDate"][:10] == "2022-05-11" and r["term"] == "10-Year")
    day = date(2022, 5, 11)
    closes = closes_at(auction_of("real", row))
    context = context_of()
    old_engine = open_store("sqlite://")
    ingest_bytes(old_engine, FIRST, body(note_on(date(2022, 4, 12))), context, at(date(2022, 5, 1)))
    bad = row | {"totalAccepted": str(int(row["totalAccepted"]) + 1)}
    now = at(day, "13:04:00")
    list_url = standin.serve("/TA_WS/securities/auctioned", page(200, body(bad, note_on(date(2022, 4, 12)))))
    standin.serve("/xml/R_20220511_2.xml", page(200, real))
    sources = {name: replace(one, enabled=False) for name, one in context.sources.items()}
    context = replace(context, sources=sources | {FIRST.name: replace(FIRST, url=list_url)})
    source = context.sources[FIRST.name]
    poll_source(old_engine, source, fetch(old_engine, source), context, now)
    due = due_polls(old_engine, context, now)
    assert [one.url for one in due.sources] == [list_url, f"{standin.url}/xml/R_20220511_2.xml"]
    for one in due.sources:
        poll_source(old_engine, one, fetch(old_engine, one), context, now)
    assert record_polls(old_engine, context, due.auctions, now) == []
    assert any(line.startswith("10-Year Note of 11 May 2022") for line in headlines(old_engine))
    assert closes.hour == 13


@pytest.mark.parametrize(
    ("day", "kind", "utc"),
    [
        (date(2026, 7, 8), "Note", "17:00"),  # daylight saving time
        (date(2026, 12, 9), "Note", "18:00"),
        (date(2026, 3, 9), "Note", "17:00"),  # the Monday after the clocks went forward
        (date(2026, 11, 2), "Note", "18:00"),  # the Monday after they went back
        (date(2026, 11, 25), "FRN", "16:30"),  # the day before Thanksgiving
        (date(2026, 7, 6), "Bill", "15:30"),
    ],
)
def test_a_close_that_is_not_told_is_the_usual_one_in_new_york(day: date, kind: str, utc: str) -> None:
    unsaid = replace(auction_of("made up", note_on(date(2026, 2, 11))), day=day, type=kind, closing=None)
    assert f"{closes_at(unsaid).astimezone(UTC):%H:%M}" == utc


def test_a_close_of_its_own_is_kept_whatever_the_usual_one_is() -> None:
    early = auction_of("made up", note_on(date(2026, 11, 24)) | {"closingTimeCompetitive": "11:30 AM"})
    assert closes_at(early).isoformat() == "2026-11-24T11:30:00-05:00"


def looks(auction: Announcement, out: timedelta) -> list[datetime]:
    """Every look until results of that moment are found, or it is given up."""
    made: list[datetime] = []
    due = next_look(auction, auction.closes - timedelta(hours=1), 0)
    while due is not None:
        made.append(due)
        if due >= auction.closes + out:
            break
        due = next_look(auction, due, len(made))
    return made


CUSIPS = st.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=9, max_size=9)


@given(CUSIPS, st.integers(0, 600))
def test_results_within_ten_minutes_are_seen_within_half_a_minute_and_twenty_two_requests(
    cusip: str, seconds: int
) -> None:
    auction = AUCTION._replace(cusip=cusip)
    made = looks(auction, timedelta(seconds=seconds))
    assert made[0] - auction.closes >= FIRST_LOOK
    assert made[-1] - max(auction.closes + timedelta(seconds=seconds), made[0]) <= timedelta(seconds=30)
    assert len(made) <= (20 if seconds <= 530 else 23)
    assert all(timedelta(seconds=15) <= b - a <= timedelta(seconds=30) for a, b in pairwise(made))


@given(CUSIPS, st.integers(600, 8 * 3600))
def test_whenever_they_come_within_hours_they_are_found_and_looks_grow_rarer(cusip: str, seconds: int) -> None:
    auction = AUCTION._replace(cusip=cusip)
    made = looks(auction, timedelta(seconds=seconds))
    assert len(made) < 130
    if seconds < 7 * 3600:
        assert made[-1] >= auction.closes + timedelta(seconds=seconds)
    assert made[-1] <= auction.closes + GIVEN_UP_AFTER + timedelta(minutes=11)


def test_what_was_announced_long_ago_and_never_held_is_not_looked_for_for_ever(engine: Engine) -> None:
    assert next_wake(engine, CLOSE + timedelta(hours=9)) is None
    assert [one.entity for one in coming(engine, CLOSE)] == ["10-Year Note"]
