"""``when-issued``, and auctions in ``calendar`` and ``status``."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.auction_rows import body, note_on
from tests.cycle.auction_story import FIRST, TAIL, UPCOMING, announced, at, desk_of, history
from treasury_watch.cli import app
from treasury_watch.core.closing import new_york_day
from treasury_watch.cycle.polling import take_in_bytes
from treasury_watch.store.auctions import when_issued_yields
from treasury_watch.store.database import Engine, open_store, reading

TODAY = new_york_day(datetime.now(UTC))
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
    take_in_bytes(engine, FIRST, body(*history()), desk_of(TAIL), at(TODAY - timedelta(days=3), "09:00:00"))
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
    take_in_bytes(engine, FIRST, body(results, *history()), desk_of(TAIL), datetime.now(UTC))
    [figure] = json.loads(said("series", "auction.tail", "--json").output)
    assert (figure["entity"], figure["period"], figure["value"]) == ("10-Year Note", TODAY.isoformat(), 2.6)


def test_a_yield_given_after_the_results_makes_the_tail_and_its_alert_at_once(engine: Engine) -> None:
    results = note_on(TODAY, stop="4.301")
    take_in_bytes(engine, FIRST, body(results, *history()), desk_of(TAIL), datetime.now(UTC))
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


def test_without_a_store_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "tail.yaml").write_text(RULES, encoding="utf-8")
    assert "`run` makes it" in said("when-issued", "10-Year", "4.5", code=2).output


def test_the_calendar_and_the_status_list_announced_auctions(engine: Engine) -> None:
    day: date = TODAY + timedelta(days=2)
    take_in_bytes(engine, UPCOMING, body(announced(day)), desk_of(TAIL), datetime.now(UTC))
    listed = json.loads(said("calendar", "--json").output)
    [auction] = [each for each in listed if "auction" in each["what"]]
    assert auction["what"] == "10-Year Note auction, 42.0 bn"
    assert auction["at"].startswith(day.isoformat())
    assert listed == sorted(listed, key=lambda each: str(each["at"]))
    assert "10-Year Note auction" in said("calendar").output
    result = CliRunner().invoke(app, ["status", "--json"])
    assert "10-Year Note auction, 42.0 bn" in [each["what"] for each in json.loads(result.output)["next"]]
