"""A database of an earlier version is taken over: nothing is lost, and nothing is told twice."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from tests.pipeline import story
from tests.pipeline.story import at
from treasury_watch.core.figures.calendar import release_moment
from treasury_watch.core.judge.told import Entry, Silent
from treasury_watch.core.rules.model import Rule, Severity
from treasury_watch.pipeline.bootstrap import register_rules
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.poll import ingest_bytes
from treasury_watch.rulefiles import Folder, digest, read_rules
from treasury_watch.sources import SOURCES
from treasury_watch.store.alerts import note_silently, open_episodes, told_alerts
from treasury_watch.store.database import Engine, open_store, reading, writing

OLD = Path(__file__).parent / "data" / "version-0.1.0.sql"
"""Six releases told by version 0.1.0: retracted, cleared, taken back, reminded; one silent, one of a removed rule."""

RULES = b"""\
rules:
  - id: cut
    title: "{holder} {measure} in {period}"
    data: tic.holdings
    each: holder
    measure: {change: 1 month}
    fire: {at_most: -30bn}
    levels: {high: -45bn}
  - id: floor
    title: "{holder} at {value}, below {threshold}"
    data: tic.holdings
    each: holder
    only: {holder: [Japan, "China, Mainland", Belgium]}
    fire: {below: 660bn}
    clear: {above: 670bn}
    mode: until_clear
    severity: high
  - id: low
    title: "{holder} at {value}"
    data: tic.holdings
    only: {holder: Japan}
    fire: {below: 990bn}
    levels: {high: 955bn}
    for: 2 releases
    remind: 2
    mode: until_clear
  - id: small
    title: "{holder} at {value}"
    data: tic.holdings
    only: {holder: Ireland}
    fire: {below: 60bn}
    mode: until_clear
"""
JAPAN = [935.0, 940.0, 945.0, 950.0]
CHINA = [655.0, 680.0, 675.0, 648.0]
BELGIUM = [664.0, 665.0, 665.0, 655.0]
CANADA = [400.0, 440.0, 440.0, 455.0]
WAS_OPEN = [
    ("floor", "Belgium", "2025-02", "high", False),
    ("floor", "China, Mainland", "2025-06", "high", False),
    ("low", "Japan", "2025-03", "high", False),
    ("small", "Ireland", "2024-10", "notice", True),
]


@pytest.fixture
def old(tmp_path: Path) -> Engine:
    """The stored database, opened by this version."""
    with sqlite3.connect(tmp_path / "old.db") as connection:
        connection.executescript(OLD.read_text("utf-8"))
    return open_store(f"sqlite:///{tmp_path / 'old.db'}")


def context() -> Context:
    book = read_rules(Folder("rules", {"mine.yaml": RULES}))
    assert not book.problems
    digests = {rule.id: digest(rule) for rule in book.rules}
    return Context(rules=book.rules, digests=digests, route=lambda *_: ("room",), sources=SOURCES)


def is_open(engine: Engine) -> list[tuple[str, str, str, str, bool]]:
    with reading(engine) as conn:
        return sorted((e.rule, e.entity, e.since, e.severity.word, e.silent) for e in open_episodes(conn))


def comes(engine: Engine, newest: str, *, japan: list[float], china: list[float], belgium: list[float]) -> list[Any]:
    """A release of the next month; what was told of it, without digests."""
    with reading(engine) as conn:
        before = {one["id"] for one in told_alerts(conn)}
    canada = [400.0, *CANADA[:3]]
    values = {"Japan": japan, "China, Mainland": china, "Belgium": belgium, "Canada": canada}
    moment = release_moment(newest) + timedelta(minutes=5)
    ingest_bytes(engine, story.TABLE5, story.months(newest, values, exactly_until="2025-06"), context(), moment)
    with reading(engine) as conn:
        news = [one for one in told_alerts(conn) if one["id"] not in before and one["kind"] != "digest"]
    return [(one["rule"], one["entity"], one["period"], one["kind"]) for one in news]


def test_what_was_open_is_open_and_the_alerts_are_listed_as_they_were(old: Engine) -> None:
    assert is_open(old) == WAS_OPEN
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(OLD.read_text("utf-8"))
        told = connection.execute("SELECT id, rule, entity, period, kind, title FROM alerts ORDER BY id").fetchall()
    with reading(old) as conn:
        listed = [
            tuple(one[name] for name in ("id", "rule", "entity", "period", "kind", "title"))
            for one in told_alerts(conn)
        ]
    assert listed == told
    assert not inspect(old).has_table("incidents")


def test_the_first_start_tells_nothing(old: Engine) -> None:
    with writing(old) as conn:
        assert register_rules(conn, context(), at("2025-09-01")) == []
    assert is_open(old) == WAS_OPEN
    same = {"Japan": JAPAN, "China, Mainland": CHINA, "Belgium": BELGIUM, "Canada": CANADA}
    body = story.months("2025-06", same, exactly_until="2025-06")
    result = ingest_bytes(old, story.TABLE5, body, context(), at("2025-09-01"))
    assert result.taken is not None
    assert not result.taken.news


def test_the_next_release_goes_on_where_the_old_version_stopped(old: Engine) -> None:
    told = comes(old, "2025-07", japan=[930.0, *JAPAN[:3]], china=[675.0, *CHINA[:3]], belgium=[664.0, *BELGIUM[:3]])
    assert told == [
        ("floor", "China, Mainland", "2025-07", "cleared"),
        ("low", "Japan", "2025-07", "reminded"),
    ]
    assert is_open(old) == [WAS_OPEN[0], *WAS_OPEN[2:]]


def test_a_revision_of_what_the_old_version_told_takes_it_back(old: Engine) -> None:
    told = comes(
        old, "2025-07", japan=[935.0, *JAPAN[:3]], china=[680.0, 676.0, *CHINA[1:3]], belgium=[671.0, *BELGIUM[:3]]
    )
    assert told == [
        ("floor", "China, Mainland", "2025-06", "retracted"),
        ("floor", "Belgium", "2025-07", "cleared"),
        ("low", "Japan", "2025-07", "reminded"),
    ]


def test_a_rule_that_was_removed_before_comes_back_without_telling_again(old: Engine) -> None:
    gone = Rule(
        id="gone",
        title="{holder} at {value}",
        data="tic.holdings",
        fire=context().rules[0].fire,
        each="holder",
    )
    with writing(old) as conn:
        known = register_rules(
            conn,
            Context(
                rules=(*context().rules, gone),
                digests={**context().digests, "gone": "anew"},
                route=lambda *_: (),
                sources=SOURCES,
            ),
            at("2025-09-01"),
        )
    assert known == ["gone"]
    assert is_open(old) == WAS_OPEN


BEFORE = (
    "ALTER TABLE alerts DROP COLUMN lasting",
    "CREATE TABLE incidents (rule VARCHAR, entity VARCHAR, since VARCHAR, severity INTEGER, silent BOOLEAN, "
    "closed_why VARCHAR)",
    "DELETE FROM schema_version WHERE version > 1",
    *(
        "INSERT INTO alerts (key, rule, entity, period, kind, severity, title, by_revision, late, superseded, "
        f"decided_at, threshold) VALUES ('{entity}', 'floor', '{entity}', '2025-02', 'fired', 2, '', FALSE, FALSE, "
        "FALSE, '2025-04-16', '')"
        for entity in ("Japan", "Canada")
    ),
    "INSERT INTO incidents VALUES ('floor', 'Japan', '2025-02', 2, FALSE, NULL), "
    "('floor', 'Belgium', '2024-11', 1, TRUE, NULL), ('floor', 'Canada', '2025-02', 2, FALSE, 'rule removed')",
)
"""What makes the tables of version 0.1.0 of today's."""


def test_on_either_database_what_only_the_old_table_knew_is_written_into_the_log(store_url: str) -> None:
    engine = open_store(store_url)
    with writing(engine) as conn:
        for statement in BEFORE:
            conn.execute(text(statement))
    engine.dispose()
    engine = open_store(store_url)
    assert is_open(engine) == [
        ("floor", "Belgium", "2024-11", "notice", True),
        ("floor", "Japan", "2025-02", "high", False),
    ]
    ended = Entry("floor", "Japan", "2025-02", Silent.ENDED, Severity.HIGH, lasting=True)
    with writing(engine) as conn:
        note_silently(conn, [ended], at("2025-09-01"))
    assert [one[1] for one in is_open(engine)] == ["Belgium"]
    engine.dispose()
