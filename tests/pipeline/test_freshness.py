"""Each source is fresh, late or frozen by what it owes; one cause is one message."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.pipeline import story
from tests.pipeline.story import at, context_of
from treasury_watch.core.auctions.schedule import Announcement
from treasury_watch.core.figures.calendar import PUBLISHED
from treasury_watch.core.figures.periods import NEW_YORK
from treasury_watch.pipeline.freshness import freshness_of
from treasury_watch.pipeline.poll import poll
from treasury_watch.pipeline.source_status import check_freshness
from treasury_watch.sources import SOURCES
from treasury_watch.sources.http import FetchError
from treasury_watch.store.auctions import AuctionsAhead, auctions_ahead, forget_withdrawn, note_announced
from treasury_watch.store.database import Engine, open_store, reading, writing
from treasury_watch.store.source_status import SourceState, SourceStatus, store_status

FRESH, LATE, FROZEN = SourceState.FRESH, SourceState.LATE, SourceState.FROZEN
TABLES = ("tic.table5", "tic.table1", "tic.table3")


@pytest.fixture
def store(store_url: str) -> Engine:
    return open_store(store_url)


def ny(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("newest", "now", "state"),
    [
        ("2026-11-25", "2026-11-26T23:00", FRESH),  # Thanksgiving: nothing is owed of it
        ("2026-11-25", "2026-11-27T23:00", FRESH),  # Friday's curve is owed on Monday at noon
        ("2026-11-25", "2026-11-30T11:59", FRESH),
        ("2026-11-25", "2026-11-30T12:00", LATE),
        ("2026-11-25", "2026-12-04T11:59", LATE),
        ("2026-11-25", "2026-12-04T12:00", FROZEN),
        ("2026-11-27", "2026-11-30T12:00", FRESH),
    ],
)
def test_a_curve_is_owed_at_noon_of_the_next_business_day(newest: str, now: str, state: SourceState) -> None:
    assert freshness_of(SOURCES["yields"], newest, PUBLISHED, ny(now)).state is state


@pytest.mark.parametrize(
    ("newest", "now", "state"),
    [
        ("2024-12", "2026-04-19T15:59", FRESH),  # December 2025 came out on 18 February
        ("2024-12", "2026-04-19T17:00", LATE),
        ("2024-12", "2027-12-01T12:00", LATE),
        ("2025-12", "2026-11-27T12:00", FRESH),
    ],
)
def test_the_history_is_late_sixty_days_after_its_december_and_never_frozen(
    newest: str, now: str, state: SourceState
) -> None:
    assert freshness_of(SOURCES["tic.history"], newest, PUBLISHED, ny(now)).state is state


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-11-25T12:00", FRESH),
        ("2026-11-30T12:00", LATE),  # the sixth business day after Thursday the 19th, Thanksgiving left out
        ("2026-12-04T23:00", LATE),
        ("2026-12-07T00:01", FROZEN),
    ],
)
def test_announcements_are_late_after_five_business_days_and_frozen_after_ten(now: str, state: SourceState) -> None:
    known = AuctionsAhead(None, ny("2026-11-19T11:00"))
    assert freshness_of(SOURCES["auctions.upcoming"], "2026-11-24", PUBLISHED, ny(now), known).state is state


def test_results_are_frozen_after_a_week_with_announced_auctions_and_none_held(store: Engine) -> None:
    closes = ny("2026-11-10T13:00")
    with writing(store) as conn:
        note_announced(conn, [Announcement("10-Year Note", "2026-11-10", closes, "91282CZZ9")], closes)
    with reading(store) as conn:
        known = auctions_ahead(conn)
    source = SOURCES["auctions.treasurydirect"]
    assert freshness_of(source, None, PUBLISHED, closes + timedelta(days=6), known).state is FRESH
    assert freshness_of(source, None, PUBLISHED, closes + timedelta(days=7), known).state is FROZEN


def test_an_auction_put_off_on_its_own_day_is_no_longer_looked_for(store: Engine) -> None:
    today = Announcement("10-Year Note", "2026-11-10", ny("2026-11-10T13:00"), "91282CZZ9")
    later = Announcement("10-Year Note", "2026-11-12", ny("2026-11-12T13:00"), "91282CZZ9")
    other = Announcement("4-Week Bill", "2026-11-10", ny("2026-11-10T11:30"), "912797AB1")
    with writing(store) as conn:
        note_announced(conn, [today, other], ny("2026-11-05T11:00"))
        note_announced(conn, [later], ny("2026-11-10T10:00"))
        forget_withdrawn(conn, [later], "2026-11-10")
    with reading(store) as conn:
        assert auctions_ahead(conn).first_unheld == ny("2026-11-10T11:30"), "the bill may only have left the list early"
        assert conn.exec_driver_sql("SELECT day FROM announced WHERE entity = '10-Year Note'").scalars().all() == [
            "2026-11-12"
        ]


def seen(store: Engine, newest: str, now: datetime) -> None:
    with writing(store) as conn:
        for name in TABLES:
            row = SourceStatus(name, FRESH, "", "", "2026-10-16", None, None, newest, "", told=False)
            store_status(conn, row._replace(last_success=now.isoformat()))


def test_one_release_that_is_missing_is_one_message_and_one_all_clear(store: Engine) -> None:
    context = context_of()
    seen(store, "2026-08", at("2026-11-18"))
    for hour in range(48):
        check_freshness(store, context, at("2026-11-18") + timedelta(hours=hour))
    assert story.headlines(store) == ["TIC Table 5, TIC Table 1, TIC Table 3: late"]
    for number, name in enumerate(TABLES):
        with writing(store) as conn:
            row = conn.exec_driver_sql(f"UPDATE sources SET newest = '2026-09' WHERE source = '{name}'")
            assert row.rowcount == 1
        check_freshness(store, context, at("2026-11-21") + timedelta(hours=number))
    assert story.headlines(store)[1:] == ["TIC Table 3: all clear"]


def test_a_table_that_waits_says_which_of_the_release_are_here(store: Engine) -> None:
    seen(store, "2026-09", at("2026-11-18"))
    with writing(store) as conn:
        conn.exec_driver_sql("UPDATE sources SET newest = '2026-08' WHERE source = 'tic.table5'")
    check_freshness(store, context_of(), at("2026-11-19"))
    with reading(store) as conn:
        [message] = story.messages(conn)
    assert message.headline == "TIC Table 5: late"
    assert "TIC Table 1, TIC Table 3 are here." in message.sections[0].text


def test_one_outage_is_one_message_and_one_all_clear_whatever_it_hides(store: Engine) -> None:
    context = context_of()
    seen(store, "2026-09", at("2026-11-20"))
    gone = FetchError("no answer within 30 s", "timeout", retryable=True)
    for minute in range(0, 180, 10):
        for name in TABLES:
            poll(store, SOURCES[name], gone, context, at("2026-11-20") + timedelta(minutes=minute))
    assert story.headlines(store) == ["TIC Table 5, TIC Table 1, TIC Table 3: out of reach"]
    story.polled(store, context, story.months("2026-09", {"Japan": [1000.0]}), "2026-10")
    assert len(story.headlines(store)) <= 2, "the others are still out of reach: no all-clear yet"
    assert not any("all clear" in line for line in story.headlines(store))
