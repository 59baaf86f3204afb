"""Thousands of damaged releases taken in: the same alerts as from the sound file, or a named refusal and none."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from tests.conftest import shared_data
from tests.pipeline import story
from tests.pipeline.story import at, context_of, incidents
from tests.sources.test_tic_table5 import Key, changed_digit, harmed_somehow, outcome, values
from treasury_watch.core.figures.datasets import HOLDINGS
from treasury_watch.core.rules.model import Among, Condition, Measure, Rule
from treasury_watch.pipeline.poll import ingest_bytes
from treasury_watch.sources.tic_table5 import parse
from treasury_watch.store.database import Engine, open_store, reading
from treasury_watch.store.source_status import SourceState
from treasury_watch.store.vintages import source_figures

FELL = Rule(
    id="fell",
    title="{count} of the top 20 fell in {period}",
    data=HOLDINGS,
    each="holder",
    among=Among(20),
    measure=Measure("change", 1),
    count=Condition("below", 0.0),
    fire=Condition("at_least", 5.0),
)
DESK = context_of(story.CUT, story.FLOOR, FELL)
RELEASED = at("2026-06-18")


def harmed(count: int) -> list[bytes]:
    """The real file of 2026-06-18, damaged in that many ways."""
    body, rng = shared_data("tic/slt_table5.2026-06-18.txt").read_bytes(), Random(618)
    return [changed_digit(rng, body) if number % 5 == 0 else harmed_somehow(rng, body) for number in range(count)]


def told(engine: Engine) -> list[tuple[object, ...]]:
    """What was alerted, without its figures: those may differ by what rounding leaves open."""
    return [alert[:5] for alert in story.decided(engine)]


def before(path: Path) -> Engine:
    """A store that knows the release before."""
    engine = open_store(f"sqlite:///{path}")
    ingest_bytes(engine, story.TABLE5, story.partial("2026-05-18"), DESK, at("2026-05-18"))
    return engine


@pytest.mark.slow("dozens of damaged releases through the whole pipeline")
def test_a_refused_file_leaves_figures_alerts_and_incidents_as_they_were() -> None:
    engine = open_store("sqlite://")
    ingest_bytes(engine, story.TABLE5, story.partial("2026-05-18"), DESK, at("2026-05-18"))
    with reading(engine) as conn:
        figures = source_figures(conn, "tic.table5")
    stood = (told(engine), incidents(engine))
    refusals = [body for body in harmed(2000) if isinstance(outcome(body), str)]
    assert len(refusals) > 1000
    for body in refusals:
        polled = ingest_bytes(engine, story.TABLE5, body, DESK, RELEASED)
        assert (polled.state, polled.taken) == (SourceState.REFUSED, None)
    with reading(engine) as conn:
        assert source_figures(conn, "tic.table5") == figures
    assert (told(engine), incidents(engine)) == stood
    notices = [line for line in story.headlines(engine) if line.startswith("TIC Table 5: ")]
    assert set(notices) == {"TIC Table 5: refused"}
    assert len(notices) < 20  # one for each kind of refusal in the episode, whatever the number of polls


@pytest.mark.slow("dozens of damaged releases through the whole pipeline")
def test_a_file_that_is_believed_gives_the_alerts_of_the_sound_one(tmp_path: Path) -> None:
    before(tmp_path / "before.db").dispose()

    def alerted(name: str, body: bytes) -> tuple[list[tuple[object, ...]], list[tuple[str, str, str, str]]] | None:
        """What was told of it and is open then; None where it was held."""
        shutil.copy(tmp_path / "before.db", tmp_path / name)
        engine = open_store(f"sqlite:///{tmp_path / name}")
        stood = told(engine)
        polled = ingest_bytes(engine, story.TABLE5, body, DESK, RELEASED)
        assert polled.taken
        found = told(engine), incidents(engine)
        engine.dispose()
        if polled.taken.held:
            assert found[0] == stood
            return None
        return found

    sound = shared_data("tic/slt_table5.2026-06-18.txt").read_bytes()
    expected, truth = alerted("sound.db", sound), values(parse(sound))
    assert expected
    assert expected[0]
    differing: dict[frozenset[tuple[Key, float]], bytes] = {}
    for body in harmed(2000):
        found = outcome(body)
        if not isinstance(found, str) and found != truth:
            differing[frozenset(found.items())] = body
    assert differing
    for number, body in enumerate(list(differing.values())[:40]):
        assert alerted(f"{number}.db", body) in (expected, None)


def test_a_file_whose_figures_are_all_known_is_no_news_whatever_its_dress(tmp_path: Path) -> None:
    engine = before(tmp_path / "store.db")
    sound = shared_data("tic/slt_table5.2026-06-18.txt").read_bytes()
    ingest_bytes(engine, story.TABLE5, sound, DESK, RELEASED)
    stood, truth = story.headlines(engine), values(parse(sound))
    dressed = [body for body in harmed(400) if outcome(body) == truth]
    assert dressed
    for body in dressed:
        polled = ingest_bytes(engine, story.TABLE5, body, DESK, RELEASED)
        assert polled.taken is not None
        assert not polled.taken.news
    assert story.headlines(engine) == stood
