"""Each faulty and each harmless release of the set that is shared: accepted, refused or held as its list says."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import shared_data
from tests.pipeline import story
from treasury_watch.pipeline.poll import PollResult, poll
from treasury_watch.sources import SOURCES
from treasury_watch.sources.http import FetchResult
from treasury_watch.store.database import Engine, open_store, reading
from treasury_watch.store.source_status import SourceState
from treasury_watch.store.vintages import source_figures

SOON = timedelta(minutes=5)
REAL = {"tic/slt_table5.2026-06-18.txt": "2026-06-18T16:00:00-04:00"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    make = shared_data("faults/make.py")
    folder = tmp_path_factory.mktemp("faults")
    subprocess.run([sys.executable, str(make), str(folder)], check=True, capture_output=True)
    return folder


def polled(engine: Engine, source: str, body: bytes, released: str) -> PollResult:
    answer = FetchResult(status="new", body=body, validators="", host="example.org")
    return poll(engine, SOURCES[source], answer, story.default_desk(), datetime.fromisoformat(released) + SOON)


def test_every_file_of_the_set_ends_as_its_list_says(files: Path) -> None:
    cases: list[dict[str, Any]] = json.loads((files / "expected.json").read_text("utf-8"))
    released = REAL | {case["file"]: case["released"] for case in cases}
    assert len(cases) >= 27
    for case in cases:
        if case["expect"] == "baseline":
            continue
        engine = open_store("sqlite://")
        base = case["baseline"]
        if base:
            path = files / base if (files / base).exists() else shared_data(base)
            assert polled(engine, case["source"], path.read_bytes(), released[base]).state is SourceState.FRESH
        told = len(story.headlines(engine))
        stood = story.decided(engine)
        result = polled(engine, case["source"], (files / case["file"]).read_bytes(), case["released"])
        believed = result.taken is not None and not result.taken.held
        assert believed == (case["expect"] == "accepted"), (case["file"], result.says)
        with reading(engine) as conn:
            known = source_figures(conn, case["source"])
            messages = story.messages(conn)[told:]
        for *key, value in case["figures"]:
            assert known[tuple(key)] == pytest.approx(value), case["file"]
        said = " ".join(f"{one.headline} {' '.join(section.text for section in one.sections)}" for one in messages)
        assert case["says"] in said, (case["file"], said)
        if not believed:
            assert len(messages) == 1, case["file"]
            assert story.decided(engine) == stood, case["file"]
