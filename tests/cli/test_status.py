"""``alerts``, ``status`` and ``calendar``."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.cli.store import Setup
from tests.sources.tic_files import next_table5
from treasury_watch.core.figures.calendar import PUBLISHED
from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Figure, Release
from treasury_watch.health import Health, coming, health
from treasury_watch.rulefiles import Problem
from treasury_watch.service.wiring import sources_of
from treasury_watch.store.database import Engine, open_store, reading, writing
from treasury_watch.store.release_writer import store_release
from treasury_watch.store.source_status import SourceState, SourceStatus, store_status

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def test_before_the_first_start_the_status_says_so_and_makes_no_store(context: Setup) -> None:
    assert "Never started: there is no store at" in context.run("status", code=1).said
    found = context.run("status", "--json", code=1).json
    assert found["sources"] == [
        {
            "source": "tic.table5",
            "state": "never",
            "newest_period": None,
            "last_success": None,
            "problem": "",
            "since": None,
        }
    ]
    assert found["unwell"] == ["never started"]
    assert context.run("alerts", "--json").json == []
    assert not context.store.exists()


def test_the_status_has_the_promised_shape(context: Setup) -> None:
    context.run("run", "--once", code=1)
    found = context.run("status", "--json").json
    [source] = found["sources"]
    assert (source["source"], source["state"], source["last_success"]) == ("tic.table5", "failing", None)
    assert found["outbox"] == {"due": 0, "failed": 0}
    assert found["rules"] == {"loaded": 2, "rejected": []}
    assert [set(date) >= {"what", "at"} for date in found["next"]] == [True, True]
    assert "tic.table5" in context.run("status").said


def test_a_rule_file_with_a_mistake_makes_unwell(context: Setup) -> None:
    context.run("run", "--once", code=1)
    (context.folder / "rules" / "bad.yaml").write_text("rules:\n  - id: bad\n    titel: x\n", encoding="utf-8")
    found = context.run("status", "--json", code=1).json
    assert {one["file"].rpartition("/")[2] for one in found["rules"]["rejected"]} == {"bad.yaml"}
    assert set(found["rules"]["rejected"][0]) == {"file", "line", "column", "problem"}
    assert "bad.yaml" in context.run("status", code=1).said


def test_the_last_good_rules_of_a_broken_file_count_as_in_force(context: Setup) -> None:
    context.run("run", "--once", code=1)
    mine = context.folder / "rules" / "mine.yaml"
    mine.write_text(mine.read_text().replace("below:", "belw:"))
    assert "2 in force, 1 mistake\n" in context.run("status", code=1).said
    assert context.run("status", "--json", code=1).json["rules"]["loaded"] == 2


@pytest.fixture
def store() -> Engine:
    return open_store("sqlite://")


def faring(
    state: SourceState, *, newest: str = "2026-09", since: datetime = NOW, tried: datetime = NOW
) -> SourceStatus:
    at, last = utc_text(since), utc_text(tried)
    problem = "" if state is SourceState.FRESH else "what was wrong"
    return SourceStatus("tic.table5", state, problem, "kind", at, last, at, newest, "", told=False)


def asked(store: Engine, row: SourceStatus, now: datetime = NOW, problems: tuple[Problem, ...] = ()) -> Health:
    from treasury_watch.config import Config

    sources = {name: source for name, source in sources_of(Config()).items() if name == "tic.table5"}
    with writing(store) as conn:
        store_status(conn, row)
    with reading(store) as conn:
        return health(conn, sources, 1, problems, now)


@pytest.mark.parametrize(
    ("row", "state", "well"),
    [
        pytest.param(faring(SourceState.FRESH), SourceState.FRESH, True, id="fresh"),
        pytest.param(
            faring(SourceState.FRESH, newest="2026-08"), SourceState.LATE, False, id="a month behind the calendar"
        ),
        pytest.param(faring(SourceState.REFUSED), SourceState.REFUSED, False, id="refused at once"),
        pytest.param(
            faring(SourceState.FAILING, since=NOW - timedelta(minutes=59)), SourceState.FAILING, True, id="a bad hour"
        ),
        pytest.param(
            faring(SourceState.FAILING, since=NOW - timedelta(minutes=61)),
            SourceState.FAILING,
            False,
            id="over an hour",
        ),
    ],
)
def test_a_source_makes_unwell_when_it_is(store: Engine, row: SourceStatus, state: SourceState, well: bool) -> None:
    found = asked(store, row)
    assert found.sources[0].state is state
    assert (not found.complaints) is well


@pytest.mark.parametrize(("minutes", "said"), [(30, ()), (31, ("not running: last seen 2026-11-23T14:29Z",))])
def test_a_bot_that_tried_no_source_for_three_intervals_is_not_called_running(
    store: Engine, minutes: int, said: tuple[str, ...]
) -> None:
    assert asked(store, faring(SourceState.FRESH, tried=NOW - timedelta(minutes=minutes))).complaints == said


def test_a_release_is_late_only_two_hours_after_its_time(store: Engine) -> None:
    due = datetime(2026, 11, 18, 21, tzinfo=UTC)  # 16:00 in Washington
    behind = faring(SourceState.FRESH, newest="2026-08")
    assert asked(store, behind, due + timedelta(minutes=119)).sources[0].state is SourceState.FRESH
    assert asked(store, behind, due + timedelta(minutes=121)).sources[0].state is SourceState.LATE


def moves(store: Engine, month: str, day: date) -> None:
    """The Treasury's page says another day of a month's release."""
    figure = Figure("tic.release_day", "TIC", month, float(day.toordinal()), day.isoformat())
    page = Release(source="tic.calendar", newest=month, figures=(figure,))
    with writing(store) as conn:
        store_release(conn, page, day.isoformat().encode(), released_at=NOW, seen_at=NOW)


def test_a_release_that_the_treasury_moved_is_not_late_and_stands_at_its_new_day(store: Engine) -> None:
    behind = faring(SourceState.FRESH, newest="2026-08")  # September's was due on 18 November
    moves(store, "2026-09", date(2026, 12, 2))
    found = asked(store, behind)
    assert (found.sources[0].state, found.complaints) == (SourceState.FRESH, ())
    assert [(one.what, one.at) for one in found.coming] == [
        ("TIC holdings for Sep 2026", datetime(2026, 12, 2, 21, tzinfo=UTC)),
        ("TIC holdings for Oct 2026", datetime(2026, 12, 15, 21, tzinfo=UTC)),
    ]
    late = asked(store, behind, datetime(2026, 12, 4, tzinfo=UTC))
    assert late.sources[0].state is SourceState.LATE


def test_of_a_day_that_was_moved_twice_the_newer_word_counts(store: Engine) -> None:
    moves(store, "2026-10", date(2026, 12, 29))
    moves(store, "2026-10", date(2026, 12, 22))
    assert asked(store, faring(SourceState.FRESH)).coming[0].at.date() == date(2026, 12, 22)


def test_the_calendar_lists_the_moved_day(context: Setup) -> None:
    context.run("run", "--once", code=1)
    [next_one] = context.run("calendar", "--count", "1", "--json").json
    day = datetime.fromisoformat(next_one["at"]).date() + timedelta(days=3)
    month = PUBLISHED.months_released_on(day - timedelta(days=3))[-1]
    moves(open_store(f"sqlite:///{context.store}"), month, day)
    [moved] = context.run("calendar", "--count", "1", "--json").json
    assert moved["at"][:10] == day.isoformat()
    assert moved["at"] in {one["at"] for one in context.run("status", "--json", code=None).json["next"]}


def test_next_dates_are_after_now_and_estimates_are_marked() -> None:
    at = datetime(2026, 12, 15, 21, 0, 1, tzinfo=UTC)
    dates = coming(at, count=4)
    assert [date.at.date().isoformat() for date in dates[:3]] == ["2027-01-19", "2027-02-18", "2027-03-18"]
    assert [date.estimated for date in dates] == [False, False, False, True]


def test_the_calendar_lists_them(context: Setup) -> None:
    assert len(context.run("calendar", "--count", "3", "--json").json) == 3
    assert "(estimated)" in context.run("calendar", "--count", "12").said


def test_alerts_have_the_promised_shape_and_who_was_told(context: Setup) -> None:
    for newest, day, japan in (("2026-05", "2026-07-14", 1205.0), ("2026-06", "2026-08-17", 1050.0)):
        file = context.folder / f"{newest}.txt"
        file.write_bytes(next_table5(newest, {"Japan": japan}))
        context.run("ingest", "tic.table5", str(file), "--released", day)
    context.run("ingest", "tic.table5", str(file), "--released", day)  # again: nothing is told or listed twice
    listed = context.run("alerts", "--json").json
    digests = [each for each in listed if each["kind"] == "digest"]
    assert [(each["entity"], each["period"]) for each in digests] == [
        ("bundled", ""),
        ("tic.table5", "2026-05"),
        ("tic.table5", "2026-06"),
    ]
    assert all(each["deliveries"][0]["state"] == "sent" for each in digests)
    told = [each for each in listed if each["kind"] == "fired"]
    assert {each["release"] for each in told} == {digests[2]["release"]}
    assert {(each["rule"], each["entity"], each["period"], each["severity"]) for each in told} == {
        ("japan-floor", "Japan", "2026-06", "high"),
        ("big-cut", "Japan", "2026-06", "notice"),
    }
    for each in told:
        assert set(each) >= {
            *("id", "rule", "entity", "period", "kind", "severity", "value", "measure", "threshold", "title"),
            *("release", "told_at", "deliveries"),
        }
        assert each["told_at"]
        [delivery] = each["deliveries"]
        assert {name: delivery[name] for name in ("channel", "state", "attempts")} == {
            "channel": "console",
            "state": "sent",
            "attempts": 1,
        }
    said = context.run("alerts").said
    assert "Japan at 1,050.0 bn" in said
    assert said.split()[:3] == ["decided", "(UTC)", "kind"]
    assert context.run("alerts", "--since", "2999-01-01", "--json").json == []
    explained = context.run("explain", "japan-floor", "--json").json
    assert (explained["period"], explained["value"], explained["verdict"]) == ("2026-06", 1050.0, "breached")
    assert "breached, high" in context.run("explain", "japan-floor").said
    everybody = context.run("explain", "big-cut").said
    assert "breached, notice" in everybody
    assert "United Kingdom" in everybody
    assert "Undecided, most often for want of a figure: Australia; " in everybody
    assert "Shown is the one that is furthest beyond its line; bot.py explain big-cut ENTITY" in everybody
    assert "Jun 2026" in context.run("status", code=None).said
