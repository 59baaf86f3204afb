"""``series``: figures as published, with their vintages."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.store import Setup
from tests.sources.tic_files import next_table5

KEYS = {"data", "entity", "period", "value", "unit", "release", "released_at"}


def test_bundled_history_can_be_asked_before_anything_ran_and_asking_makes_no_store(context: Setup) -> None:
    found = context.run("series", "tic.holdings", "Japan", "--json").json
    assert all(set(row) == KEYS for row in found)
    values = {row["period"]: row["value"] for row in found}
    assert (values["2026-04"], values["2011-06"], values["2002-06"]) == (1209.9, 881.5, 349.2)
    assert {row["unit"] for row in found} == {"bn"}
    assert not context.store.exists()


def test_a_holder_is_found_by_any_of_its_names(context: Setup) -> None:
    short, long = (context.run("series", "tic.holdings", name, "--json").json for name in ("China", "China, Mainland"))
    assert short == long != []


def test_a_table_shows_thirteen_months_and_all_on_demand(context: Setup) -> None:
    rows = context.run("series", "tic.holdings", "Japan").said.splitlines()[2:]
    assert [row.split()[0] for row in (rows[0], rows[-1])] == ["2025-04", "2026-04"]
    assert len(rows) == 13
    assert len(context.run("series", "tic.holdings", "Japan", "--all").said.splitlines()) > 300
    assert len(context.run("series", "tic.holdings", "Japan", "--since", "2026-01").said.splitlines()) == 6


def test_without_an_entity_a_table_shows_the_newest_of_each(context: Setup) -> None:
    rows = context.run("series", "tic.totals").said.splitlines()[2:]
    assert any(row.startswith("Grand Total") and "9,352.6" in row for row in rows)
    assert len(rows) == 5


def test_csv_has_the_columns_of_the_json(context: Setup) -> None:
    as_csv = list(
        csv.DictReader(io.StringIO(context.run("series", "tic.totals", "Grand Total", "--format", "csv").said))
    )
    as_json = context.run("series", "tic.totals", "Grand Total", "--json").json
    assert [{**row, "value": str(row["value"])} for row in as_json] == as_csv


@pytest.fixture
def revised(context: Setup) -> Setup:
    """Two releases, the second with another figure for Japan's month before."""
    for newest, day, japan in (("2026-05", "2026-07-14", 1000.0), ("2026-06", "2026-08-17", 1005.5)):
        file = context.folder / f"{newest}.txt"
        file.write_bytes(next_table5(newest, revised={("Japan", "2026-05"): japan}))
        context.run("ingest", "tic.table5", str(file), "--released", day)
    return context


def test_every_vintage_is_kept_and_any_day_can_be_asked_what_it_knew(revised: Setup) -> None:
    def japan(*words: str) -> list[tuple[float, str]]:
        rows = revised.run("series", "tic.holdings", "Japan", "--since", "2026-05", *words, "--json").json
        return [(row["value"], row["released_at"][:10]) for row in rows if row["period"] == "2026-05"]

    assert japan("--vintages") == [(1000.0, "2026-07-14"), (1005.5, "2026-08-17")]
    assert japan() == [(1005.5, "2026-08-17")]
    assert japan("--as-of", "2026-08-16") == [(1000.0, "2026-07-14")]
    assert japan("--as-of", "2026-08-17T19:59Z") == [(1000.0, "2026-07-14")]
    assert japan("--as-of", "2026-08-17T20:00Z") == [(1005.5, "2026-08-17")]
    assert japan("--as-of", "2026-07-13") == []


def test_a_figure_nobody_gives_is_told(context: Setup) -> None:
    assert "no source that gives it has been polled" in context.run("series", "auction.tail", code=2).told


def test_a_file_is_taken_in_as_if_polled(context: Setup, tmp_path: Path) -> None:
    file = tmp_path / "t5.txt"
    file.write_bytes(next_table5("2026-05"))
    ran = context.run("ingest", "tic.table5", str(file), "--released", "2026-07-14")
    assert f"{file}: data to 2026-05, first look, nothing alerted" in ran.said
    assert "First look at TIC Table 5" in ran.said
    assert "no news" in context.run("ingest", "tic.table5", str(file), "--released", "2026-07-14").said


def test_a_file_that_is_no_table_is_refused_and_says_why(context: Setup, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("<html><body>Service unavailable</body></html>", encoding="utf-8")
    ran = context.run("ingest", "tic.table5", str(tmp_path / "page.txt"), code=1)
    assert "refused: tic.table5:" in ran.said
    assert [row["kind"] for row in context.run("alerts", "--json").json] == ["digest", "operator"]
