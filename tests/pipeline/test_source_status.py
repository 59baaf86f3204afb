"""Freshness by content: late, frozen, refused and out of reach, each told once an episode, with one all-clear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from tests.conftest import shared_data
from tests.pipeline import story
from tests.pipeline.story import CUT, at, context_of
from treasury_watch.core.figures.calendar import PUBLISHED, release_moment
from treasury_watch.core.figures.published import Figure, Release
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.dates import release_calendar
from treasury_watch.pipeline.freshness import freshness_of
from treasury_watch.pipeline.poll import ingest_bytes, poll
from treasury_watch.pipeline.source_status import check_freshness
from treasury_watch.sources import SOURCES
from treasury_watch.sources.http import FetchError, FetchResult
from treasury_watch.store.database import Engine, open_store, reading, writing
from treasury_watch.store.release_writer import store_release
from treasury_watch.store.releases import stored_releases
from treasury_watch.store.source_status import SourceState, source_status

DAY = timedelta(days=1)


@pytest.fixture
def store(store_url: str) -> Iterator[Engine]:
    engine = open_store(store_url)
    yield engine
    engine.dispose()


@pytest.fixture
def context() -> Context:
    return context_of(CUT)


def body(newest: str, japan: float = 1000.0) -> bytes:
    return story.months(newest, {"Japan": [japan, 1000.0]})


def state(store: Engine) -> SourceState:
    with reading(store) as conn:
        return source_status(conn, "tic.table5").state


def told(store: Engine) -> list[str]:
    return [line.removeprefix("TIC Table 5: ") for line in story.headlines(store) if line.startswith("TIC Table 5: ")]


def unchanged(store: Engine, context: Context, now: datetime) -> None:
    answer = FetchResult(status="unchanged", body=b"", validators="same", host="example.org")
    poll(store, story.TABLE5, answer, context, now)
    check_freshness(store, context, now)


def out_of_reach(store: Engine, context: Context, now: datetime) -> None:
    poll(store, story.TABLE5, FetchError("no answer within 30 s", "timeout", retryable=True), context, now)
    check_freshness(store, context, now)


@pytest.mark.parametrize(
    ("newest", "now", "state"),
    [
        ("2026-08", at("2026-11-18", "22:00"), SourceState.FRESH),  # due an hour ago: within its grace
        ("2026-08", at("2026-11-18", "22:59"), SourceState.FRESH),
        ("2026-08", at("2026-11-18", "23:00"), SourceState.LATE),
        ("2026-08", at("2026-12-15", "22:59"), SourceState.LATE),
        ("2026-08", at("2026-12-15", "23:00"), SourceState.FROZEN),
        ("2026-09", at("2026-12-10"), SourceState.FRESH),
        ("2025-07", at("2025-11-17"), SourceState.FRESH),  # the shutdown: the calendar had moved both months to one day
        ("2025-07", at("2025-11-20"), SourceState.LATE),  # and together they are one release
        ("2025-07", at("2025-12-20"), SourceState.FROZEN),
        ("2025-08", at("2025-11-20"), SourceState.LATE),  # one of the two came
    ],
)
def test_freshness_is_the_newest_month_against_the_calendar(newest: str, now: datetime, state: SourceState) -> None:
    assert freshness_of(story.TABLE5, newest, PUBLISHED, now).state is state


def test_late_says_which_month_was_due_when() -> None:
    said = freshness_of(story.TABLE5, "2026-08", PUBLISHED, at("2026-11-23")).problem
    assert said == "its newest month is Aug 2026; Sep 2026 was due on 18 Nov 2026 and is not there"


def test_frozen_says_which_releases_passed_by() -> None:
    said = freshness_of(story.TABLE5, "2026-07", PUBLISHED, at("2026-11-23")).problem
    assert "newest month is Jul 2026, and the releases of 16 Oct 2026 and 18 Nov 2026 did not move it" in said


def test_a_server_that_answers_not_modified_for_ever_is_found_late_and_then_frozen(
    store: Engine, context: Context
) -> None:
    story.polled(store, context, body("2026-08"), "2026-08")
    now = release_moment("2026-08")
    while now < release_moment("2026-10") + 3 * DAY:
        now += DAY / 2
        unchanged(store, context, now)
    assert state(store) is SourceState.FROZEN
    assert told(store) == ["late", "frozen"]  # each once, over some hundred polls


def test_the_clock_alone_finds_a_source_late(store: Engine, context: Context) -> None:
    story.polled(store, context, body("2026-08"), "2026-08")
    assert check_freshness(store, context, at("2026-11-18")) == {}
    changed = check_freshness(store, context, at("2026-11-20"))
    assert {name: row.state for name, row in changed.items()} == {"tic.table5": SourceState.LATE}
    assert check_freshness(store, context, at("2026-11-21")) == {}
    assert told(store) == ["late"]


def test_the_missing_month_ends_the_episode_with_one_all_clear(store: Engine, context: Context) -> None:
    story.polled(store, context, body("2026-08"), "2026-08")
    for day in ("2026-11-20", "2026-11-21"):
        unchanged(store, context, at(day))
    ingest_bytes(store, story.TABLE5, body("2026-09"), context, at("2026-11-22"))
    for day in ("2026-11-23", "2026-11-24"):
        unchanged(store, context, at(day))
    assert state(store) is SourceState.FRESH
    assert told(store) == ["late", "all clear"]


def test_a_second_episode_is_told_again(store: Engine, context: Context) -> None:
    story.polled(store, context, body("2026-08"), "2026-08")
    unchanged(store, context, at("2026-11-20"))
    ingest_bytes(store, story.TABLE5, body("2026-09"), context, at("2026-11-22"))
    unchanged(store, context, at("2026-12-17"))
    assert told(store) == ["late", "all clear", "late"]


def test_a_source_that_cannot_be_read_has_an_episode_of_its_own_while_a_month_is_missing(
    store: Engine, context: Context
) -> None:
    story.polled(store, context, body("2026-08"), "2026-08")
    now = at("2026-11-20")
    for _ in range(4):
        unchanged(store, context, now)
        for _ in range(3):
            now += timedelta(hours=1)
            out_of_reach(store, context, now)
        ingest_bytes(store, story.TABLE5, b"<html>", context, now + timedelta(minutes=5))
        now += timedelta(hours=1)
    unreadable = ["out of reach", "refused"]
    assert told(store) == ["late", *([*unreadable, "all clear"] * 3), *unreadable]


def test_a_source_out_of_reach_for_minutes_is_nobodys_concern(store: Engine, context: Context) -> None:
    story.polled(store, context, body("2026-08"), "2026-08")
    now = at("2026-10-20")
    for minutes in (0, 20, 40):
        out_of_reach(store, context, now + timedelta(minutes=minutes))
    unchanged(store, context, now + timedelta(minutes=50))
    assert told(store) == []
    for minutes in (0, 30, 60, 90):
        out_of_reach(store, context, now + DAY + timedelta(minutes=minutes))
    unchanged(store, context, now + 2 * DAY)
    assert told(store) == ["out of reach", "all clear"]


def test_the_file_that_has_stood_still_since_2023_is_named_frozen(store: Engine, context: Context) -> None:
    old = shared_data("tic/mfh.FROZEN-2023-03-15-release.txt").read_bytes()
    for hour in range(3):
        outcome = ingest_bytes(store, story.TABLE5, old, context, at("2026-10-20") + timedelta(hours=hour))
        check_freshness(store, context, at("2026-10-20") + timedelta(hours=hour))
        assert outcome.state is SourceState.REFUSED
    assert state(store) is SourceState.FROZEN
    assert told(store) == ["frozen"]


def test_an_older_copy_than_what_is_stored_is_refused(store: Engine, context: Context) -> None:
    story.polled(store, context, body("2026-08"), "2026-08")
    ingest_bytes(store, story.TABLE5, body("2026-07"), context, at("2026-10-20"))
    assert (state(store), told(store)) == (SourceState.REFUSED, ["refused"])


def test_two_months_at_once_are_judged_oldest_first(store: Engine, context: Context) -> None:
    story.polled(store, context, body("2025-07"), "2025-07")
    both = story.months("2025-09", {"Japan": [900.0, 960.0, 1000.0]})
    story.polled(store, context, both, "2025-09")
    assert [(one[2], one[4], one[6]) for one in story.decided(store)] == [
        ("2025-08", "notice", -40.0),
        ("2025-09", "high", -60.0),
    ]
    assert state(store) is SourceState.FRESH


def test_a_file_ingested_by_hand_makes_nothing_late(store: Engine, context: Context) -> None:
    story.ingest(store, context, body("2025-01"), at("2025-03-19"), now=at("2026-11-20"))
    assert (state(store), told(store)) == (SourceState.FRESH, [])


def test_a_release_that_moved_is_dated_by_when_it_was_seen(store: Engine, context: Context) -> None:
    story.polled(store, context, body("2026-07"), "2026-07")
    late = release_moment("2026-08") + 12 * DAY
    unchanged(store, context, late - DAY)
    ingest_bytes(store, story.TABLE5, body("2026-08"), context, late)
    with reading(store) as conn:
        assert stored_releases(conn, source="tic.table5")[-1].released_at[:10] == "2026-10-28"
        assert release_calendar(conn).release_day("2026-08") == date(2026, 10, 28)


def test_a_release_that_came_while_nobody_looked_keeps_its_calendar_day(store: Engine, context: Context) -> None:
    story.polled(store, context, body("2026-07"), "2026-07")
    ingest_bytes(store, story.TABLE5, body("2026-08"), context, release_moment("2026-08") + 12 * DAY)
    with reading(store) as conn:
        assert stored_releases(conn, source="tic.table5")[-1].released_at[:10] == "2026-10-16"


def moved(store: Engine, month: str, day: str, read_at: datetime) -> None:
    """The Treasury's page, read: a shutdown has moved a month."""
    figure = Figure("tic.release_day", "TIC", month, float(date.fromisoformat(day).toordinal()), day)
    release = Release(source="tic.calendar", newest=month, figures=(figure,))
    with writing(store) as conn:
        store_release(conn, release, b"page", released_at=read_at, seen_at=read_at)


def test_a_shutdown_announced_on_the_page_makes_nothing_late(store: Engine, context: Context) -> None:
    story.polled(store, context, body("2026-08"), "2026-08")
    moved(store, "2026-09", "2026-12-15", at("2026-11-10"))  # folded into the December release
    for day in ("2026-11-20", "2026-12-10"):
        unchanged(store, context, at(day))
    assert (state(store), told(store)) == (SourceState.FRESH, [])
    unchanged(store, context, at("2026-12-17"))
    assert (state(store), told(store)) == (SourceState.LATE, ["late"])


def test_a_page_of_dates_in_an_unknown_layout_leaves_the_bundled_dates_and_is_told_once(
    store: Engine, context: Context
) -> None:
    story.polled(store, context, body("2026-08"), "2026-08")
    for day in ("2026-11-17", "2026-11-18", "2026-11-19"):
        page = f"<html><ul><li>Releases: see above, {day}</li></ul></html>".encode()
        ingest_bytes(store, SOURCES["tic.calendar"], page, context, at(day))
    with reading(store) as conn:
        assert release_calendar(conn).release_day("2026-09") == PUBLISHED.release_day("2026-09")
        assert source_status(conn, "tic.calendar").state is SourceState.REFUSED
    assert [line for line in story.headlines(store) if line.startswith("TIC release dates")] == [
        "TIC release dates: refused"
    ]
    assert (state(store), told(store)) == (SourceState.FRESH, [])


def test_a_shutdown_announced_after_the_day_ends_the_lateness(store: Engine, context: Context) -> None:
    story.polled(store, context, body("2026-08"), "2026-08")
    unchanged(store, context, at("2026-11-20"))
    moved(store, "2026-09", "2026-12-15", at("2026-11-21"))
    check_freshness(store, context, at("2026-11-22"))
    assert (state(store), told(store)) == (SourceState.FRESH, ["late", "all clear"])


def test_a_sound_file_by_hand_ends_what_a_refused_one_began(store: Engine, context: Context) -> None:
    story.polled(store, context, body("2026-08"), "2026-08")
    ingest_bytes(store, story.TABLE5, b"<html>", context, at("2026-10-20"))
    story.ingest(store, context, body("2026-08", 1001.0), at("2026-10-21"), now=at("2026-10-22"))
    assert (state(store), told(store)) == (SourceState.FRESH, ["refused", "all clear"])


def test_a_file_by_hand_does_not_mend_the_way_to_the_publisher(store: Engine, context: Context) -> None:
    story.polled(store, context, body("2026-08"), "2026-08")
    for hour in range(3):
        out_of_reach(store, context, at("2026-10-20") + timedelta(hours=hour))
    story.ingest(store, context, body("2026-08", 1001.0), at("2026-10-21"), now=at("2026-10-22"))
    assert (state(store), told(store)) == (SourceState.FAILING, ["out of reach"])
