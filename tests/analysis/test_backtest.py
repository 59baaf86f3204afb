"""A backtest says what live judging would have said, release by release, over the vintages that were kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.generated import history, sheets
from tests.core.small import Figures, Tape, auctions, rule
from treasury_watch.analysis.backtest import backtest
from treasury_watch.core.figures.published import Figure, Release
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.rules.model import Condition, Measure, Mode, Rule, Severity
from treasury_watch.sources import SOURCES
from treasury_watch.store.database import Engine, open_store, reading, writing
from treasury_watch.store.release_writer import store_release

COVER = "auction.bid_to_cover"
FIRST = datetime(2025, 3, 17, 20, 0, tzinfo=UTC)
SEEDS = st.integers(0, 10**9)
LENGTHS = st.integers(3, 15)


def published(releases: list[Figures], *, bundled: bool, source: str = "tic.table5") -> Engine:
    """A store that polled them one after another, with every vintage; the first may have come with the bot."""
    engine = open_store("sqlite://")
    with writing(engine) as conn:
        for number, figures in enumerate(releases):
            printed = tuple(Figure(*cell, value, f"{value:.1f}") for cell, value in figures.items())
            newest = max((figure.period for figure in printed), default="2025-01")
            at = FIRST + timedelta(days=14 * number)
            release = Release(source=source, newest=newest, figures=printed)
            store_release(conn, release, None, released_at=at, seen_at=at, bundled=bundled and number == 0)
    return engine


def fired(alerts: list[Alert]) -> list[Alert]:
    return sorted(alert for alert in alerts if alert.kind is AlertKind.FIRED)


@pytest.mark.slow("stores of releases, drawn at random")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(sheets(), SEEDS, LENGTHS, st.booleans())
def test_a_backtest_over_the_vintages_is_what_was_told_live(
    rules: list[Rule], seed: int, count: int, bundled: bool
) -> None:
    releases = history(seed, count, revising=True)
    live = Tape(rules)
    told = [alert for figures in releases for alert in live.release(figures).alerts]
    with reading(published(releases, bundled=bundled)) as conn:
        results = backtest(conn, rules, SOURCES)
    assert fired([alert for result in results for alert in result.alerts]) == fired(told)


@pytest.mark.slow("stores of releases, drawn at random")
@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_auctions_judged_together_tell_what_each_told_when_it_came(chance: Random, revising: bool) -> None:
    releases: list[Figures] = []
    known: Figures = {}
    for week in range(14):
        day = (date(2025, 1, 8) + timedelta(days=7 * week)).isoformat()
        tenors = chance.sample(["2-Year Note", "10-Year Note", "30-Year Bond"], chance.randint(1, 2))
        held = auctions({tenor: {day: [chance.randint(20, 29) / 10]} for tenor in tenors}, COVER)
        if revising and known and chance.random() < 0.3:
            held[chance.choice(sorted(known))] = chance.randint(20, 29) / 10
        known |= held
        releases.append(held)
    weak = rule(Condition("below", 2.4, said="2.40"), data=COVER, each="tenor", id="weak")
    rules = [
        weak,
        replace(weak, id="spaced", cooldown=2, levels=((Severity.HIGH, Condition("below", 2.1, said="2.10")),)),
        replace(weak, id="lasting", mode=Mode.UNTIL_CLEAR, clear=Condition("above", 2.6, said="2.60"), periods=2),
        replace(weak, id="odd", measure=Measure("zscore", 3), fire=Condition("at_most", -1.0, said="-1")),
    ]
    live = Tape(rules)
    told = [alert for figures in releases for alert in live.release(figures).alerts]
    with reading(published(releases, bundled=False, source="auctions.treasurydirect")) as conn:
        results = backtest(conn, rules, SOURCES)
    assert fired([alert for result in results for alert in result.alerts]) == fired(told)
