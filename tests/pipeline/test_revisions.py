"""Revisions: kept beside what they revise, listed per release, and told where they are large."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pipeline import story
from tests.pipeline.story import at, context_of
from treasury_watch.analysis.backtest import backtest
from treasury_watch.core.explain.explain import explain
from treasury_watch.core.figures.datasets import HOLDINGS, Calendar
from treasury_watch.core.figures.published import Change
from treasury_watch.core.rules.model import Condition, Rule, Verdict
from treasury_watch.pipeline.view import needed_datasets, view_of
from treasury_watch.sources import SOURCES
from treasury_watch.store.database import Engine, open_store, reading
from treasury_watch.store.releases import stored_releases
from treasury_watch.store.views import revisions
from treasury_watch.store.vintages import last_revisions

REVISED = Rule(
    id="revised",
    title="{holder} revised by {value} for {period}",
    data="tic.revision",
    each="holder",
    fire=Condition("outside", -4.9, 4.9, said="-4.9bn to 4.9bn"),
)
DESK = context_of(REVISED)


@pytest.fixture
def store(store_url: str) -> Iterator[Engine]:
    engine = open_store(store_url)
    yield engine
    engine.dispose()


def releases(store: Engine, *japan: list[float]) -> None:
    """Releases of 2025-01 and on, each with Japan's figures, newest first."""
    for place, values in enumerate(japan, start=1):
        story.polled(store, DESK, story.months(f"2025-{place:02d}", {"Japan": values}), f"2025-{place:02d}")


def told(store: Engine) -> list[tuple[str, str, float]]:
    return [(one[1], one[2], one[5]) for one in story.decided(store)]


def test_a_revision_of_five_billion_is_told_and_a_smaller_one_is_not(store: Engine) -> None:
    releases(store, [1000.0, 990.0], [1010.0, 1006.9, 990.0], [1010.0, 1010.0, 1002.0, 990.0])
    assert told(store) == [("Japan", "2025-01", 6.9)]


def test_the_message_says_what_was_published_before_and_what_now(store: Engine) -> None:
    releases(store, [1147.9, 1130.0], [1150.0, 1154.8, 1130.0])
    with reading(store) as conn:
        (section,) = [s for m in story.messages(conn) for s in m.sections if s.kind == "fired"]
    assert section.title.startswith("Japan revised by +6.9 bn for Jan 2025")
    assert ("Published before", "1,147.9 bn") in section.facts
    assert ("Published now", "1,154.8 bn") in section.facts


def test_a_month_that_is_revised_twice_is_told_twice(store: Engine) -> None:
    releases(store, [1000.0, 990.0], [1010.0, 1006.0, 990.0], [1010.0, 1010.0, 1000.0, 990.0])
    assert told(store) == [("Japan", "2025-01", -6.0), ("Japan", "2025-01", 6.0)]


def test_what_was_told_of_a_revision_is_never_retracted(store: Engine) -> None:
    releases(store, [1000.0, 990.0], [1010.0, 1006.0, 990.0], [1010.0, 1010.0, 1005.0, 990.0])
    assert [one[3] for one in story.decided(store)] == ["fired"]


def test_a_new_month_is_no_revision(store: Engine) -> None:
    releases(store, [1000.0, 990.0], [500.0, 1000.0, 990.0])
    assert told(store) == []


def test_the_first_release_revises_nothing_whatever_was_bundled(store: Engine) -> None:
    releases(store, [1000.0, 990.0])
    assert told(store) == []


def test_revisions_come_out_the_same_in_a_backtest(store: Engine) -> None:
    releases(store, [1000.0, 990.0], [1010.0, 1006.0, 990.0], [1010.0, 1010.0, 1000.0, 990.0])
    with reading(store) as conn:
        (result,) = backtest(conn, [REVISED], SOURCES)
    assert [(alert.period, alert.measure) for alert in result.alerts] == [("2025-01", 6.0), ("2025-01", -6.0)]
    assert (result.since, result.until) == ("2024-12", "2025-03")


def test_without_a_second_release_a_backtest_has_no_data_on_revisions_instead_of_none_in_years(store: Engine) -> None:
    releases(store, [1000.0, 990.0])
    with reading(store) as conn:
        (result,) = backtest(conn, [REVISED], SOURCES)
    assert (result.alerts, result.since, result.until) == ((), "", "")


def test_explain_shows_the_last_revision_of_a_month(store: Engine) -> None:
    releases(store, [1000.0, 990.0], [1010.0, 1006.9, 990.0], [1010.0, 1010.0, 1006.9, 990.0])
    with reading(store) as conn:
        view = view_of(conn, needed_datasets([REVISED], Calendar.MONTH), [REVISED])
    found = explain(REVISED, "Japan", "2025-01", view)
    assert (found.verdict, found.measure) == (Verdict.BREACHED, 6.9)
    assert explain(REVISED, "Japan", "2025-02", view).verdict is Verdict.UNDECIDED


def test_the_uks_revision_of_may_2026_is_in_its_release_and_too_small_to_be_told(store: Engine) -> None:
    for day in ("2026-04-15", "2026-05-18"):
        story.ingest(store, DESK, story.partial(day), at(day))
    with reading(store) as conn:
        first, second = stored_releases(conn, source="tic.table5")
        changed = [change for change in revisions(conn, second) if change.dataset == HOLDINGS]
        assert [change.period for change in revisions(conn, first)] == []
        assert Change(HOLDINGS, "United Kingdom", "2025-09", 862.1, 862.5) in changed
        assert Change(HOLDINGS, "United Kingdom", "2025-09", 862.1, 862.5) in last_revisions(conn, {HOLDINGS})
    assert ("United Kingdom", "2025-09") not in [one[:2] for one in told(store)]


def test_a_revision_table_lists_the_largest_first(store: Engine) -> None:
    releases(store, [1000.0, 990.0], [1010.0, 1003.0, 984.0])
    with reading(store) as conn:
        newest = stored_releases(conn, source="tic.table5")[-1]
        changed = [change for change in revisions(conn, newest) if change.entity == "Japan"]
    assert changed == [
        Change(HOLDINGS, "Japan", "2024-12", 990.0, 984.0),
        Change(HOLDINGS, "Japan", "2025-01", 1000.0, 1003.0),
    ]


def test_a_release_added_to_the_past_moves_the_revision_to_where_it_was_made(store: Engine) -> None:
    first, last = (
        story.months("2025-01", {"Japan": [1000.0, 990.0]}, flat=2000.0),
        story.months("2025-03", {"Japan": [1.0] * 2 + [1006.0, 990.0]}, flat=2000.0),
    )
    between = story.months("2025-02", {"Japan": [1.0, 1006.0, 990.0]}, flat=2000.0)
    story.ingest(store, DESK, first, at("2025-03-19"))
    story.ingest(store, DESK, last, at("2025-05-16"))
    assert told(store) == [("Japan", "2025-01", 6.0)]
    messages = story.headlines(store)
    story.ingest(store, DESK, between, at("2025-04-16"))
    assert told(store) == [("Japan", "2025-01", 6.0)]
    assert story.headlines(store) == messages
