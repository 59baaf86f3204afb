"""A store with a few made-up holders in it: what planning, sweeping and the history of rules are tried on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from treasury_watch.core.figures.periods import month_number, month_text
from treasury_watch.core.figures.published import Figure, Release
from treasury_watch.core.rules.model import Condition, Measure, Rule, Severity
from treasury_watch.store.database import Engine, open_store, writing
from treasury_watch.store.release_writer import store_release

JAPAN = (1100.0, 1085.0, 1060.0, 1060.0, 1015.0, 1040.0, 1039.0, 1000.0, 1000.0, 999.0, 990.0, 980.0)
"""Twelve months from 2025-01: falls of 15, 25, 45, 1, 39, 1, 9 and 10."""

CUT = Rule(
    id="cut",
    title="{holder} cut {measure} in {period}",
    data="tic.holdings",
    each="holder",
    measure=Measure("change", 1),
    fire=Condition("at_most", -20.0, said="-20bn"),
    levels=((Severity.HIGH, Condition("at_most", -40.0, said="-40bn")),),
)


def release(series: Mapping[str, Sequence[float]], start: str = "2025-01") -> Release:
    """A release of Table 5 with these holdings, in billions, month by month."""
    first = month_number(start)
    figures = [
        Figure("tic.holdings", holder, month_text(first + step), value, str(value))
        for holder, values in series.items()
        for step, value in enumerate(values)
    ]
    return Release(source="tic.table5", newest=max(figure.period for figure in figures), figures=tuple(figures))


def keep(engine: Engine, made: Release, on: datetime, *, bundled: bool = False) -> None:
    """Keep a release without judging it."""
    with writing(engine) as conn:
        store_release(conn, made, b"made up", released_at=on, seen_at=on, bundled=bundled)


def store_of(series: Mapping[str, Sequence[float]], url: str = "sqlite://") -> Engine:
    """A store whose bundled history are these holdings."""
    engine = open_store(url)
    keep(engine, release(series), datetime(2026, 1, 16, 21, tzinfo=UTC), bundled=True)
    return engine
