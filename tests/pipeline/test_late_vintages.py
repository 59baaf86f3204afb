"""However releases arrive, the figures, incidents and alerts end up the same; what was told is not told again."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.conftest import shared_data
from tests.pipeline import story
from tests.pipeline.story import CUT, FLOOR, PASSES, at, context_of, ingest
from tests.sources import tic_files
from treasury_watch.core.figures.datasets import HOLDINGS
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.poll import ingest_bytes
from treasury_watch.sources import SOURCES
from treasury_watch.store.database import Engine, open_store, reading
from treasury_watch.store.vintages import vintages

DAYS = ("2026-04-15", "2026-05-18", "2026-06-18")


@pytest.fixture
def store(store_url: str) -> Iterator[Engine]:
    engine = open_store(store_url)
    yield engine
    engine.dispose()


def figures(engine: Engine) -> list[tuple[str, str, float, str]]:
    with reading(engine) as conn:
        return [(v.entity, v.period, v.value, v.released_at) for v in vintages(conn, HOLDINGS, every=True)]


def ingested(engine: Engine, context: Context, days: Sequence[str]) -> Engine:
    for day in days:
        ingest(engine, context, story.partial(day), at(day))
    return engine


def test_in_their_order_the_real_releases_tell_of_japan_and_of_chinas_floor(store: Engine) -> None:
    ingested(store, context_of(CUT, FLOOR), DAYS)
    assert story.decided(store) == [
        ("cut", "Canada", "2026-04", "fired", "notice", 397.1, -42.3, False),
        ("cut", "China, Mainland", "2026-03", "fired", "notice", 652.3, -41.0, False),
        ("cut", "Japan", "2026-03", "fired", "high", 1191.6, -47.7, False),
        ("floor", "China, Mainland", "2026-03", "fired", "high", 652.3, 652.3, False),
    ]
    assert story.incidents(store) == [("floor", "China, Mainland", "2026-03", "high")]


@pytest.mark.parametrize("days", [days for days in itertools.permutations(DAYS) if days != DAYS], ids=", ".join)
def test_in_every_wrong_order_the_real_releases_give_the_same(
    store: Engine, tmp_path: Path, days: tuple[str, ...]
) -> None:
    context = context_of(CUT, FLOOR)
    orderly = ingested(open_store(f"sqlite:///{tmp_path / 'orderly.db'}"), context, DAYS)
    ingested(store, context, days)
    assert figures(store) == figures(orderly)
    assert story.standing(store) == story.standing(orderly)
    assert story.incidents(store) == story.incidents(orderly)


@pytest.mark.parametrize("days", [DAYS[::-1], (DAYS[0], DAYS[2], DAYS[1])], ids=", ".join)
def test_the_default_rules_say_the_same_in_a_wrong_order(tmp_path: Path, days: tuple[str, ...]) -> None:
    context = story.default_desk()
    orderly = ingested(open_store(f"sqlite:///{tmp_path / 'orderly.db'}"), context, DAYS)
    wrong = ingested(open_store(f"sqlite:///{tmp_path / 'wrong.db'}"), context, days)
    # What a revision turned between two releases that both came late was never seen to turn.
    seen = {one[:3] for one in story.decided(orderly) if one[3] == "fired" and not one[7]}
    once = {rule.id for rule in context.rules if not rule.of_revisions}
    stands, wrongly = (
        [one for one in story.standing(engine) if one[0] in once and one[:3] in seen] for engine in (orderly, wrong)
    )
    assert stands
    assert wrongly == stands
    open_now, wrongly_open = ([(*one[:2], one[3]) for one in story.incidents(engine)] for engine in (orderly, wrong))
    assert wrongly_open == open_now


def test_what_was_told_is_not_told_again_when_an_older_release_comes_in(store: Engine) -> None:
    context = context_of(CUT)
    ingested(store, context, (DAYS[0], DAYS[2]))
    before = story.headlines(store)
    assert len([line for line in before if "cut" in line]) == 1  # one message for all of that release
    ingested(store, context, (DAYS[1],))
    assert story.headlines(store) == before


def test_what_only_the_older_release_showed_and_a_later_one_took_back_is_kept_and_tells_nothing(store: Engine) -> None:
    context = context_of(CUT)
    first = story.months("2025-01", {"Japan": [1000.0, 1000.0]})
    between = story.months("2025-02", {"Japan": [960.0, 1000.0]})
    last = story.months("2025-03", {"Japan": [990.0, 990.0, 1000.0]})
    ingest(store, context, first, at("2025-03-19"))
    ingest(store, context, last, at("2025-05-16"))
    before = story.headlines(store)
    ingest(store, context, between, at("2025-04-16"))
    assert ("Japan", "2025-02", 960.0) in [one[:3] for one in figures(store)]
    assert story.decided(store) == []
    assert story.headlines(store) == before


def test_what_would_not_have_been_told_is_marked_and_taken_back(store: Engine) -> None:
    context = context_of(CUT)
    ingest(store, context, story.months("2025-01", {"Japan": [1000.0]}), at("2025-03-19"))
    ingest(store, context, story.months("2025-03", {"Japan": [950.0, 1000.0, 1000.0]}), at("2025-05-16"))
    assert [(one[2], one[3]) for one in story.decided(store)] == [("2025-03", "fired")]
    # The month had come out before, with another figure for the month before it that was never revised.
    ingest(store, context, story.months("2025-03", {"Japan": [950.0, 970.0, 1000.0]}), at("2025-05-20"))
    assert [(one[2], one[3]) for one in story.decided(store)] == [
        ("2025-02", "fired"),
        ("2025-03", "fired"),
        ("2025-03", "retracted"),
    ]


def test_a_release_that_is_there_already_changes_nothing(store: Engine) -> None:
    context = context_of(CUT, FLOOR)
    ingested(store, context, DAYS)
    before = figures(store), story.decided(store), story.headlines(store)
    ingested(store, context, (DAYS[1], DAYS[0], DAYS[2]))
    assert (figures(store), story.decided(store), story.headlines(store)) == before


def test_a_revision_is_kept_with_both_vintages(store: Engine) -> None:
    ingested(store, context_of(CUT), DAYS[:2])
    with reading(store) as conn:
        seen = [v for v in vintages(conn, HOLDINGS, "United Kingdom", every=True) if v.period == "2025-09"]
        then = [v for v in vintages(conn, HOLDINGS, "United Kingdom", as_of=at("2026-05-01")) if v.period == "2025-09"]
    assert [(v.value, v.released_at[:10]) for v in seen] == [(862.1, "2026-04-15"), (862.5, "2026-05-18")]
    assert [v.value for v in then] == [862.1]


def first_print() -> bytes:
    """The release of 2010-02-16, whole: its holders' own figures, small holders made up to fill twenty lines."""
    text = shared_data("tic/mfh.2010-02-16.partial.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    values = {row[0]: [float(cell) for cell in row[1:14]] for row in rows}
    fillers = {name: [10.0] * 13 for name in ("Turkey", "Israel", "Norway", "Poland", "Chile")}
    return tic_files.table5("2009-12", values | fillers)


def test_japan_passes_china_is_retracted_by_the_revised_history(store: Engine) -> None:
    context = context_of(PASSES)
    whole = SOURCES["tic.table5"].parse(first_print())
    earlier = {name: series[1:] for name, series in _by_holder(whole.figures).items()}
    ingest(store, context, tic_files.table5("2009-11", earlier), at("2010-01-19"))
    assert story.incidents(store) == []
    ingest(store, context, first_print(), at("2010-02-16"))
    assert [(one[2], one[3]) for one in story.decided(store)] == [("2009-12", "fired")]
    history = shared_data("tic/mfhhis01.stamp-2026-05-18.txt").read_bytes()
    ingest_bytes(store, SOURCES["tic.history"], history, context, at("2026-07-01"))
    assert [(one[2], one[3]) for one in story.decided(store)] == [("2009-12", "fired"), ("2009-12", "retracted")]
    assert any("Japan passes China" in line and "etracted" in line for line in story.headlines(store))


def _by_holder(figures: Sequence[tuple[str, str, str, float, str]]) -> dict[str, list[float]]:
    held: dict[str, list[float]] = {}
    for dataset, entity, _, value, _ in figures:
        if dataset == HOLDINGS:
            held.setdefault(entity, []).append(value)
    return held
