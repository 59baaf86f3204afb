"""What was decided can be derived anew from what was kept, whatever came in what order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pipeline import story
from tests.pipeline.story import CUT, FLOOR, PASSES, context_of
from treasury_watch.core.figures.calendar import release_moment
from treasury_watch.core.figures.datasets import HOLDINGS, Calendar
from treasury_watch.core.figures.periods import month_number, month_text
from treasury_watch.core.judge.judging import Alert, Standing
from treasury_watch.core.rules.model import Condition, Mode, Rule, Selection, Severity
from treasury_watch.pipeline.replay import replay
from treasury_watch.sources import SOURCES
from treasury_watch.store import alerts as judgements
from treasury_watch.store import amendments
from treasury_watch.store.database import Engine, open_store, reading

LOW = Rule(
    id="low",
    title="{holder} at {value}",
    data=HOLDINGS,
    only=Selection(frozenset({"Japan"})),
    fire=Condition("below", 960.0, said="960bn"),
    clear=Condition("above", 1000.0, said="1tn"),
    levels=((Severity.HIGH, Condition("below", 930.0, said="930bn")),),
    mode=Mode.UNTIL_CLEAR,
    periods=2,
    remind=2,
)
REVISED = Rule(
    id="revised",
    title="{holder} {value}",
    data="tic.revision",
    each="holder",
    fire=Condition("outside", -4.9, 4.9, said="-4.9bn to 4.9bn"),
)
DESK = context_of(CUT, FLOOR, PASSES, LOW, REVISED)
NAMES = {rule.id for rule in DESK.rules}

LEVELS = st.sampled_from([640.0, 665.0, 680.0, 925.0, 940.0, 958.0, 965.0, 990.0, 1010.0, 1041.0])
PAST = 4
"""Months that each release shows: enough to revise several, few enough to be quick."""


@st.composite
def releases(draw: st.DrawFn) -> list[tuple[str, bytes]]:
    """Releases in their order: each a newest month and a file, with every month as it stood then."""
    held: dict[str, dict[int, float]] = {"Japan": {}, "China, Mainland": {}}
    first = month_number("2025-01")
    for series in held.values():
        series.update({first - back: draw(LEVELS) for back in range(PAST)})
    made = []
    newest = first
    for _ in range(draw(st.integers(2, 5))):
        for series in held.values():
            for month in draw(st.lists(st.sampled_from(sorted(series)), max_size=2, unique=True)):
                series[month] = draw(LEVELS)
        body = story.months(
            month_text(newest),
            {name: [series[newest - back] for back in range(PAST)] for name, series in held.items()},
        )
        made.append((month_text(newest), body))
        step = draw(st.sampled_from([1, 1, 1, 2]))
        for series in held.values():
            series.update({newest + ahead: draw(LEVELS) for ahead in range(1, step + 1)})
        newest += step
    return made


def taken_in(arriving: Sequence[tuple[str, bytes]]) -> Engine:
    engine = open_store("sqlite://")
    for newest, body in arriving:
        released = release_moment(newest)
        story.ingest(engine, DESK, body, released, now=released + timedelta(days=900))
    return engine


def decided(alerts: Sequence[Alert]) -> list[Alert]:
    return sorted(alert._replace(was=alert.was or Severity.INFO, threshold="") for alert in alerts)


def stands(standing: Standing) -> tuple[object, ...]:
    """Open incidents, and what stands of what was told; what was never told and what was retracted are alike."""
    incidents = sorted((one.rule, one.entity, one.since, one.severity) for one in standing.incidents.values())
    told = {key: severity for key, severity in standing.told.items() if severity is not None}
    cleared = {key: (period, ended.since) for key, (period, ended) in standing.cleared.items()}
    return incidents, told, cleared


@settings(max_examples=15)
@given(releases(), st.randoms(use_true_random=False))
def test_replay_derives_what_is_stored_whatever_came_in_what_order(made: list[tuple[str, bytes]], rng: object) -> None:
    arriving = list(made)
    rng.shuffle(arriving)  # type: ignore[attr-defined]  # Hypothesis' own Random
    engine = taken_in(arriving)
    with reading(engine) as conn:
        stored = judgements.standing(conn)
        recorded = [one.alert for one in amendments.recorded(conn, NAMES)]
        standing = Standing()
        alerts: list[Alert] = []
        for outcome in replay(conn, DESK.rules, Calendar.MONTH, SOURCES):
            standing = standing.after(outcome.judged)
            alerts += outcome.judged.alerts
    assert stands(stored) == stands(standing)
    assert decided(recorded) == decided(alerts)


@settings(max_examples=8)
@given(releases(), st.randoms(use_true_random=False))
def test_any_order_of_arrival_ends_where_the_proper_order_does(made: list[tuple[str, bytes]], rng: object) -> None:
    arriving = list(made)
    rng.shuffle(arriving)  # type: ignore[attr-defined]  # Hypothesis' own Random
    wrong, proper = taken_in(arriving), taken_in(made)
    assert story.decided(wrong) == story.decided(proper)
    assert story.incidents(wrong) == story.incidents(proper)
