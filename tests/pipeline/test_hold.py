"""Releases beyond anything on record are held; what is decided about a release, and what is undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.pipeline import story
from tests.pipeline.story import CUT, FLOOR, TABLE5, context_of, headlines, incidents, standing
from tests.sources import tic_files
from tests.sources.tic_files import lines_of
from treasury_watch.bundled import bundled_releases
from treasury_watch.core.figures.calendar import release_moment
from treasury_watch.pipeline.bootstrap import load_bundled_history
from treasury_watch.pipeline.decisions import accept, refuse, take_back
from treasury_watch.pipeline.poll import PollResult, ingest_bytes
from treasury_watch.store.database import Engine, open_store, reading
from treasury_watch.store.releases import ReleaseState, release_records
from treasury_watch.store.source_status import SourceState, source_status
from treasury_watch.store.vintages import source_figures
from treasury_watch.user_error import UserError

DESK = context_of(CUT, FLOOR)
MAY = tic_files.next_table5("2026-05", {"Japan": 1150.0})
JUNE = tic_files.next_table5("2026-06", {"Japan": 1100.0}, {("Japan", "2026-05"): 1150.0})
JULY = tic_files.next_table5("2026-07", None, {("Japan", "2026-05"): 1150.0, ("Japan", "2026-06"): 1100.0})


@pytest.fixture
def store(store_url: str) -> Engine:
    """A store that knows bundled history and has polled May 2026."""
    engine = open_store(store_url)
    load_bundled_history(engine, bundled_releases(), DESK, release_moment("2026-04"))
    assert polled(engine, MAY, "2026-05").state is SourceState.FRESH
    return engine


def polled(engine: Engine, body: bytes, month: str, *, later: timedelta = timedelta()) -> PollResult:
    return ingest_bytes(engine, TABLE5, body, DESK, release_moment(month) + later)


def state(engine: Engine) -> SourceState:
    with reading(engine) as conn:
        return source_status(conn, TABLE5.name).state


def states(engine: Engine) -> list[tuple[str, ReleaseState]]:
    with reading(engine) as conn:
        return [(one.newest, one.state) for one in release_records(conn)]


def number_of(engine: Engine, month: str) -> int:
    with reading(engine) as conn:
        return next(one.number for one in release_records(conn) if one.newest == month)


def picture(engine: Engine) -> tuple[object, ...]:
    """Every figure of the source, what stands of what was told, and what is open."""
    with reading(engine) as conn:
        figures = source_figures(conn, TABLE5.name)
    return figures, standing(engine), incidents(engine)


def in_millions(body: bytes) -> bytes:
    lines = []
    for line in lines_of(body):
        name, *cells = line.decode().rstrip("\r\n").split("\t")
        scaled = [f"{float(cell) * 1000:.0f}" if "." in cell and cell[0].isdigit() else cell for cell in cells]
        lines.append("\t".join([name, *scaled]).encode() + b"\r\n")
    return b"".join(lines)


def labels_swapped(body: bytes) -> bytes:
    body = body.replace(b"Belgium\t", b"BELGIUM\t").replace(b"Canada\t", b"Belgium\t")
    return body.replace(b"BELGIUM\t", b"Canada\t")


def header_moved(body: bytes) -> bytes:
    old, new = (next(line for line in lines_of(one) if line.startswith(b"Country\t")) for one in (MAY, body))
    return MAY.replace(old, new)


FAULTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "in millions, and says billions": (in_millions, "a thousand times what they were"),
    "two labels swapped": (labels_swapped, "Canada and Belgium have each other's figures in 13 months"),
    "the header moved, the figures not": (header_moved, "figures of Jun 2026 are those that May 2026 had"),
}


@pytest.mark.parametrize("what", sorted(FAULTS))
def test_what_is_beyond_anything_on_record_is_held_and_nothing_is_told_of_it(what: str, store: Engine) -> None:
    harm, words = FAULTS[what]
    before, said = picture(store), len(headlines(store))
    held = polled(store, harm(JUNE), "2026-06")
    assert held.state is SourceState.HELD
    assert picture(store) == before, "the last good figures stay in force, and no alert"
    assert headlines(store)[said:] == ["TIC Table 5: a release is held"]
    with reading(store) as conn:
        [message] = story.messages(conn)[said:]
    assert words.split(" and ")[0] in message.sections[0].text or words in message.sections[0].text
    number = number_of(store, "2026-06")
    assert f"`bot.py accept {number}`" in message.sections[0].text
    assert f"`bot.py refuse {number}`" in message.sections[0].text
    # Served again and again it is neither stored nor told again.
    polled(store, harm(JUNE), "2026-06", later=timedelta(hours=1))
    assert len(headlines(store)) == said + 1
    assert [one for one in states(store) if one[1] is ReleaseState.HELD] == [("2026-06", ReleaseState.HELD)]


def test_the_next_honest_release_frees_the_source_and_is_told_as_ever(store: Engine) -> None:
    polled(store, in_millions(JUNE), "2026-06")
    honest = open_store("sqlite://")
    load_bundled_history(honest, bundled_releases(), DESK, release_moment("2026-04"))
    for body, month in ((MAY, "2026-05"), (JUNE, "2026-06")):
        polled(honest, body, month, later=timedelta(hours=2))
    assert polled(store, JUNE, "2026-06", later=timedelta(hours=2)).state is SourceState.FRESH
    assert picture(store) == picture(honest)
    assert ("2026-06", ReleaseState.REFUSED) in states(store)
    assert "TIC Table 5: all clear" in headlines(store)


def test_a_true_release_that_was_held_is_told_once_when_it_is_accepted(store: Engine) -> None:
    fell = tic_files.next_table5(
        "2026-06",
        dict.fromkeys(("Japan", "United Kingdom", "China, Mainland", "Belgium", "Canada", "France"), 180.0),
    )
    assert polled(store, fell, "2026-06").state is SourceState.HELD
    number = number_of(store, "2026-06")
    done = accept(store, DESK, number, "the Treasury confirms it", release_moment("2026-06") + timedelta(hours=3))
    assert done.alerts > 0
    assert state(store) is SourceState.FRESH
    told = [one for one in standing(store) if one[2] == "2026-06"]
    assert {one[1] for one in told} >= {"Japan", "United Kingdom"}
    before = headlines(store)
    again = polled(store, fell, "2026-06", later=timedelta(hours=4))
    assert (again.state, headlines(store)) == (SourceState.FRESH, before)
    with pytest.raises(UserError, match="is accepted already"):
        accept(store, DESK, number, "", release_moment("2026-07"))


def test_a_release_that_was_refused_by_hand_stays_refused_and_can_be_accepted_later(store: Engine) -> None:
    polled(store, in_millions(JUNE), "2026-06")
    number = number_of(store, "2026-06")
    refuse(store, DESK, number, "a table in millions", release_moment("2026-06") + timedelta(minutes=30))
    assert state(store) is SourceState.FRESH
    said = headlines(store)
    polled(store, in_millions(JUNE), "2026-06", later=timedelta(hours=1))
    assert headlines(store) == said
    assert ("2026-06", ReleaseState.REFUSED) in states(store)
    with pytest.raises(UserError, match="not held"):
        refuse(store, DESK, number, "", release_moment("2026-07"))
    with pytest.raises(UserError, match="no release 999"):
        accept(store, DESK, 999, "", release_moment("2026-07"))


def test_a_second_release_that_says_the_same_odd_thing_is_held_and_says_so(store: Engine) -> None:
    polled(store, in_millions(JUNE), "2026-06")
    assert polled(store, in_millions(JULY), "2026-07").state is SourceState.HELD
    with reading(store) as conn:
        assert "second release in a row" in source_status(conn, TABLE5.name).problem
    # Once the first is believed, the second is no longer odd.
    accept(store, DESK, number_of(store, "2026-06"), "", release_moment("2026-07") + timedelta(hours=1))
    assert {one for _, one in states(store)} == {ReleaseState.ACCEPTED}


@pytest.mark.parametrize("taken", ["2026-06", "2026-05"])
@pytest.mark.parametrize("followed", [True, False])
def test_a_release_taken_back_leaves_everything_as_if_it_had_never_come(
    taken: str, *, followed: bool, store: Engine
) -> None:
    false = tic_files.next_table5(
        "2026-06", {"Japan": 1000.0, "China, Mainland": 580.0}, {("Japan", "2026-05"): 1150.0}
    )
    polled(store, false, "2026-06")
    assert [one for one in standing(store) if one[2] == "2026-06"] != []
    if followed:
        polled(store, JULY, "2026-07")
    number = number_of(store, taken)
    done = take_back(store, DESK, number, "a wrong file", release_moment("2026-07") + timedelta(hours=1))
    assert done.release.state is ReleaseState.TAKEN_BACK
    never = open_store("sqlite://")
    load_bundled_history(never, bundled_releases(), DESK, release_moment("2026-04"))
    bodies = {"2026-05": MAY, "2026-06": false} | ({"2026-07": JULY} if followed else {})
    for month, body in bodies.items():
        if month != taken:
            polled(never, body, month)
    figures, told, open_now = picture(never)
    assert picture(store)[0] == figures
    assert picture(store)[2] == open_now
    if taken == "2026-06":
        assert picture(store)[1] == told
    assert "TIC Table 5: a release was taken back" in headlines(store)
    with reading(store) as conn:
        said = " ".join(section.text for message in story.messages(conn) for section in message.sections)
    assert ("The release that said so was taken back." in said) is (taken == "2026-06" and not followed)
    assert "n/a" not in said
    # The publisher still serves it: that changes nothing.
    if not followed:
        again = polled(store, bodies[taken], taken, later=timedelta(days=20))
        assert again.state is not SourceState.HELD
        assert picture(store)[0] == figures


def test_a_release_taken_back_and_accepted_again_is_told_again(store: Engine) -> None:
    polled(store, JUNE, "2026-06")
    stood = picture(store)
    number = number_of(store, "2026-06")
    when: datetime = release_moment("2026-06")
    for step in range(2):
        take_back(store, DESK, number, "", when + timedelta(hours=2 * step + 1))
        assert [one for one in standing(store) if one[2] == "2026-06"] == []
        accept(store, DESK, number, "", when + timedelta(hours=2 * step + 2))
        assert picture(store) == stood


def test_nothing_from_the_future_is_believed(store: Engine) -> None:
    refused = ingest_bytes(store, TABLE5, JULY, DESK, release_moment("2026-05") + timedelta(days=1))
    assert refused.state is SourceState.REFUSED
    assert "2026-07" in refused.says


def test_a_likely_rename_is_said_once_and_taken_in_under_its_own_name(store: Engine) -> None:
    renamed = JUNE.replace(b"China, Mainland\t", b"People's Republic of China\t")
    said = len(headlines(store))
    assert polled(store, renamed, "2026-06").state is SourceState.FRESH
    with reading(store) as conn:
        new = [
            message for message in story.messages(conn)[said:] if message.headline == "TIC Table 5: 2 things are new"
        ]
    assert len(new) == 1
    assert "China, Mainland is gone, and People's Republic of China has its whole history" in new[0].sections[0].text
    before = headlines(store)
    later = JULY.replace(b"China, Mainland\t", b"People's Republic of China\t")
    polled(store, later, "2026-07")
    assert [line for line in headlines(store)[len(before) :] if "new" in line] == []


def test_a_known_holder_with_the_history_of_another_that_is_gone_is_held(store: Engine) -> None:
    wrong = JUNE.replace(b"Norway\t", b"Sweden\t")
    assert polled(store, wrong, "2026-06").state is SourceState.HELD
    with reading(store) as conn:
        assert "Sweden has the figures of Norway" in source_status(conn, TABLE5.name).problem
