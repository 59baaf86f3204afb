"""``when-issued``, and auctions in ``calendar`` and ``status``."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.auction_rows import body, note_on
from tests.pipeline.auction_story import FIRST, TAIL, UPCOMING, announced, at, context_of, ordinary
from treasury_watch.cli.app import app
from treasury_watch.core.auctions.tails import nearest_day
from treasury_watch.core.figures.periods import new_york_day
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.pipeline.poll import ingest_bytes
from treasury_watch.store.auctions import when_issued_yields
from treasury_watch.store.database import Engine, open_store, reading

TODAY = new_york_day(datetime.now(UTC))
LAST = TODAY - timedelta(days=14 + (TODAY.weekday() - 2) % 7)
HISTORY = [ordinary(LAST - timedelta(days=28 * back), back) for back in range(13)]
"""A year of ten-year auctions on Wednesdays, newest first."""
RULES = """
rules:
  - id: tail
    title: "{tenor}: tailed {value}"
    data: auction.tail
    each: tenor
    fire: {at_least: 2bp}
"""


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "tail.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "config.yaml").write_text("database: sqlite:///store.db\n", encoding="utf-8")
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    ingest_bytes(engine, FIRST, body(*HISTORY), context_of(TAIL), at(TODAY - timedelta(days=3), "09:00:00"))
    return engine


def said(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result


def test_a_yield_given_before_the_results_waits_for_them(engine: Engine) -> None:
    result = said("when-issued", "10-Year", "4.275")
    assert "10-Year Note of " in result.output
    assert "Its tail follows with the results." in result.output
    with reading(engine) as conn:
        assert [str(percent) for percent in when_issued_yields(conn).values()] == ["4.275"]
    results = note_on(TODAY, stop="4.301")
    ingest_bytes(engine, FIRST, body(results, *HISTORY), context_of(TAIL), datetime.now(UTC))
    [figure] = json.loads(said("series", "auction.tail", "--json").output)
    assert (figure["entity"], figure["period"], figure["value"]) == ("10-Year Note", TODAY.isoformat(), 2.6)


def test_a_yield_given_after_the_results_makes_the_tail_and_its_alert_at_once(engine: Engine) -> None:
    results = note_on(TODAY, stop="4.301")
    ingest_bytes(engine, FIRST, body(results, *HISTORY), context_of(TAIL), datetime.now(UTC))
    result = said("when-issued", "10-Year", "4.275", "--date", TODAY.isoformat())
    assert "tail +2.6 bp" in result.output
    told = json.loads(said("alerts", "--json").output)
    assert [(alert["rule"], alert["title"]) for alert in told] == [("tail", "10-Year Note: tailed 2.6 bp")]
    assert "tail +1.1 bp" in said("when-issued", "10-Year", "4.290", "--date", TODAY.isoformat()).output


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("11-Year", "4.5"), 'no tenor "11-Year"'),
        (("10-Year", "45"), '"45" is no yield that Treasuries trade at'),
        (("10-Year", "high"), 'cannot read "high" as a yield'),
        (("10-Year", "4.5", "--date", "yesterday"), 'cannot read "yesterday" as a date'),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(engine: Engine, words: tuple[str, ...], problem: str) -> None:
    assert problem in said("when-issued", *words, code=2).output


def test_a_day_between_two_auctions_is_refused_with_the_nearest(engine: Engine) -> None:
    held = LAST - timedelta(days=28)
    slip = held - timedelta(days=1)
    told = said("when-issued", "10-Year", "4.5", "--date", slip.isoformat(), code=2).output
    nearest = f"the nearest is on {period_words(held.isoformat())}: --date {held}"
    assert f"no 10-Year Note auction is on {period_words(slip.isoformat())}; {nearest}" in told
    to_come = TODAY + timedelta(days=1)
    ingest_bytes(engine, UPCOMING, body(announced(to_come)), context_of(TAIL), datetime.now(UTC))
    assert f"--date {to_come}" in said("when-issued", "10-Year", "4.5", code=2).output
    with reading(engine) as conn:
        assert when_issued_yields(conn) == {}
    assert "when issued" in said("when-issued", "10-Year", "4.5", "--date", to_come.isoformat()).output


def test_a_day_of_which_nothing_is_known_yet_is_taken_and_the_nearest_is_said(engine: Engine) -> None:
    near = f"No auction of it is known on that day; the nearest known is on {period_words(LAST.isoformat())}."
    assert near in said("when-issued", "10-Year", "4").output
    assert "nearest" not in said("when-issued", "7-Year", "4").output


def test_of_two_days_as_near_the_later_is_meant() -> None:
    assert nearest_day("2026-10-13", ["2026-10-12", "2026-10-14", "2026-11-10"]) == "2026-10-14"


def test_without_a_store_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "tail.yaml").write_text(RULES, encoding="utf-8")
    assert "`run` makes it" in said("when-issued", "10-Year", "4.5", code=2).output


def test_the_calendar_and_the_status_list_announced_auctions(engine: Engine) -> None:
    day: date = TODAY + timedelta(days=2)
    ingest_bytes(engine, UPCOMING, body(announced(day)), context_of(TAIL), datetime.now(UTC))
    listed = json.loads(said("calendar", "--json").output)
    [auction] = [each for each in listed if "auction" in each["what"]]
    assert auction["what"] == "10-Year Note auction, 42.0 bn"
    assert auction["at"].startswith(day.isoformat())
    assert listed == sorted(listed, key=lambda each: str(each["at"]))
    assert "10-Year Note auction" in said("calendar").output
    result = CliRunner().invoke(app, ["status", "--json"])
    assert "10-Year Note auction, 42.0 bn" in [each["what"] for each in json.loads(result.output)["next"]]
