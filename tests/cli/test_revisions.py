"""``revisions`` and ``demo --story``: what was revised, and what the figures say of the claims."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.conftest import ROOT
from tests.pipeline import story
from treasury_watch.cli.app import app
from treasury_watch.core.figures.published import Figure, Release
from treasury_watch.store.database import open_store, writing
from treasury_watch.store.release_writer import store_release


@pytest.fixture
def store(tmp_path: Path) -> str:
    """An address of a store with two releases; the second revises Japan twice."""
    address = f"sqlite:///{tmp_path / 'store.db'}"
    engine = open_store(address)
    context = story.context_of(story.CUT)
    story.polled(engine, context, story.months("2025-01", {"Japan": [1000.0, 990.0]}), "2025-01")
    story.polled(engine, context, story.months("2025-02", {"Japan": [1010.0, 1000.4, 984.0]}), "2025-02")
    engine.dispose()
    return address


def asked(*words: str, database: str) -> Result:
    config = str(ROOT / "config.yaml")
    return CliRunner().invoke(app, [*words, "--config", config, "--set", f"database={database}"])


def test_the_newest_releases_revisions_are_listed_the_largest_first(store: str) -> None:
    result = asked("revisions", database=store)
    assert result.exit_code == 0, result.output
    lines = [line for line in result.stdout.splitlines() if "Japan" in line]
    assert [line.split()[2] for line in lines] == ["2024-12", "2025-01"]
    assert [figure for figure in ("990.0 bn", "984.0 bn", "−6.0 bn") if figure not in lines[0]] == []


def test_json_gives_both_vintages_of_every_figure(store: str) -> None:
    found = json.loads(asked("revisions", "--json", database=store).stdout)
    (first,) = [one for one in found if one["entity"] == "Japan" and one["period"] == "2024-12"]
    assert (first["data"], first["old"], first["new"], first["change"]) == ("tic.holdings", 990.0, 984.0, -6.0)


def test_the_first_release_revises_nothing_and_says_so(store: str) -> None:
    result = asked("revisions", "--released", "2025-03-19", database=store)
    assert result.exit_code == 0
    assert "the first release stored, so it revises nothing" in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tic.tabl5",), 'did you mean "tic.table5"?'),
        (("tic.table1",), "no release is stored yet"),
        (("--released", "2025-03-20"), "the newest are 2025-03-19, 2025-04-16"),
    ],
)
def test_a_release_that_is_not_there_is_told(store: str, words: tuple[str, ...], said: str) -> None:
    result = asked("revisions", *words, database=store)
    assert result.exit_code == 2
    assert said in result.stderr


def test_what_is_kept_to_compare_with_is_no_revision_and_no_data_to_ask_for(store: str) -> None:
    engine = open_store(store)
    for day, value in (("2025-03-19", 1000.0), ("2025-04-16", 990.0)):
        figures = tuple(Figure(name, "Japan", "2025-01", value, "") for name in ("tic.table3_position", "tic.net"))
        release = Release(source="tic.table3", newest="2025-01", figures=figures)
        with writing(engine) as conn:
            store_release(conn, release, b"", released_at=story.at(day), seen_at=story.at(day))
    engine.dispose()
    found = json.loads(asked("revisions", "tic.table3", "--json", database=store).stdout)
    assert [(one["data"], one["change"]) for one in found] == [("tic.net", -10.0)]
    assert "no data" in asked("series", "tic.table3_position", database=store).stderr
    assert asked("series", "tic.net", "Japan", database=store).exit_code == 0


def test_series_of_a_revision_points_to_where_it_is_told(store: str) -> None:
    result = asked("series", "tic.revision", database=store)
    assert result.exit_code == 2
    assert "ask `revisions`" in result.stderr


def test_the_story_is_told_from_bundled_history_where_there_is_no_store(tmp_path: Path) -> None:
    result = asked("demo", "--story", "unwind", database=f"sqlite:///{tmp_path / 'none.db'}")
    assert result.exit_code == 0, result.output
    assert "Dec 2024: −45.0 bn; Japan Dec 2025: +65.0 bn" in result.stdout
    assert not (tmp_path / "none.db").exists()


def test_an_unknown_story_is_told(tmp_path: Path) -> None:
    result = asked("demo", "--story", "unwnd", database=f"sqlite:///{tmp_path / 'none.db'}")
    assert result.exit_code == 2
    assert 'did you mean "unwind"?' in result.stderr
