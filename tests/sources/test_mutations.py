"""Thousands of mutated files of every source: none ends in an error, and hardly a wrong figure is believed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from random import Random

import pytest

from tests.auction_rows import body, fiscaldata_body
from tests.conftest import shared_data
from tests.pipeline.auction_story import HISTORY, announced, ordinary
from tests.sources import tic_files
from tests.sources.mutations import mutated
from tests.sources.test_tic_history import excerpt
from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.figures.published import Refusal
from treasury_watch.core.plausibility.curve import PAR_YIELDS, revised_days
from treasury_watch.sources import SOURCES
from treasury_watch.sources.yields import YieldsRelease

Key = tuple[str, str, str]
SHARE = float(os.environ.get("TREASURY_WATCH_MUTATIONS", "0.15"))
"""Of 20,500 mutated files, how many are tried; 1 tries all of them in four minutes."""


def figures(source: str, file: bytes) -> dict[Key, float]:
    return {(f.dataset, f.entity, f.period): f.value for f in SOURCES[source].parse(file).figures}


def believed(source: str, known: Mapping[Key, float], file: bytes) -> dict[Key, float]:
    """The figures that would be stored of a file; none where it is refused or held."""
    try:
        release = SOURCES[source].parse(file)
    except Refusal:
        return {}
    if SOURCES[source].doubts(known, release.figures):
        return {}
    odd = {day.isoformat() for day in revised_days(known, release.curve)} if isinstance(release, YieldsRelease) else ()
    return {(f.dataset, f.entity, f.period): f.value for f in release.figures if f.period not in odd}


def wrong(source: str, honest: bytes, before: bytes, count: int, separator: str, apart: float) -> int:
    """In how many mutated files a figure is believed that is further than ``apart`` from the honest one, or made up."""
    count = round(count * SHARE)
    known, truth = figures(source, before), figures(source, honest)
    assert SOURCES[source].doubts(known, SOURCES[source].parse(honest).figures) == []
    rng = Random(2026)
    found = 0
    for _ in range(count):
        _, file = mutated(rng, honest, separator)
        got = believed(source, known, file)
        # Of what is only kept to compare with, nobody is told.
        shown = [key for key in got if key[0] in DATASETS or key[0] == PAR_YIELDS]
        found += any(abs(truth.get(key, float("inf")) - got[key]) > apart for key in shown)
    print(f"{source}: {found} of {count} mutated files with a wrong figure that is believed")  # noqa: T201 - shown by -s
    return found


@pytest.mark.slow("thousands of mutated files")
def test_hardly_a_mutated_table_5_is_believed_with_a_wrong_figure() -> None:
    before = tic_files.next_table5("2026-05")
    honest = tic_files.next_table5("2026-06", revised={("Japan", "2026-03"): 1191.9, ("Belgium", "2026-04"): 440.0})
    assert wrong("tic.table5", honest, before, 6500, "\t", 1.2) <= 5


@pytest.mark.slow("thousands of mutated files")
def test_hardly_a_mutated_history_is_believed_with_a_wrong_figure() -> None:
    real = excerpt(shared_data("tic/mfhhis01.stamp-2026-05-18.txt").read_bytes())
    assert wrong("tic.history", real, real, 2000, "\t", 2.4) <= 2


@pytest.mark.slow("thousands of mutated files")
def test_hardly_a_mutated_file_of_yields_is_believed_with_a_wrong_figure() -> None:
    lines = shared_data("yields/daily_par_yields.2021_2025-07.csv").read_text("utf-8").splitlines()
    honest, before = "\n".join(lines[:61]).encode(), "\n".join([lines[0], *lines[2:61]]).encode()
    assert wrong("yields", honest, before, 2000, ",", 0.25) <= 5


@pytest.mark.slow("thousands of mutated files")
@pytest.mark.parametrize(("table", "make"), [("tic.table1", tic_files.table1), ("tic.table3", tic_files.table3)])
def test_hardly_a_mutated_table_1_or_3_is_believed_with_a_wrong_figure(table: str, make: Callable[..., bytes]) -> None:
    honest, before = make(newest="2026-05", count=4), make(newest="2026-04", count=3)
    assert wrong(table, honest, honest, 2000, "\t", 0.0026) <= 5
    assert before != honest


AUCTIONS = [ordinary(day, number) for number, day in enumerate(HISTORY)]


@pytest.mark.slow("thousands of mutated files")
@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("auctions.treasurydirect", body(*AUCTIONS)),
        ("auctions.fiscaldata", fiscaldata_body(AUCTIONS)),
        ("auctions.upcoming", body(*(announced(day) for day in HISTORY))),
    ],
    ids=["treasurydirect", "fiscaldata", "upcoming"],
)
def test_no_mutated_list_of_auctions_ends_in_an_error_and_every_row_is_taken_or_named(source: str, file: bytes) -> None:
    rng = Random(2026)
    known = figures(source, file)
    off = 0
    for _ in range(round(2000 * SHARE)):
        at = rng.randrange(len(file))
        harmed = file[:at] + bytes([rng.choice(b'0123456789",:{}[]ab\\ \x00\xff-.')]) + file[at + rng.randrange(1, 3) :]
        got = believed(source, known, harmed)
        off += any(known.get(key, value) != value for key, value in got.items())
    print(f"{source}: {off} of 2000 mutated lists with a wrong figure that is believed")  # noqa: T201 - shown by -s
    assert off <= 10
