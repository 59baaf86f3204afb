"""Every rule that comes with the bot, told live over the whole bundled history, tells what its backtest says."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pandas as pd
import pytest

from tests.conftest import ROOT
from treasury_watch.analysis.backtest import backtest
from treasury_watch.bundled import bundled_releases
from treasury_watch.core.figures.datasets import DATASETS, Calendar
from treasury_watch.core.figures.names import BREAKS
from treasury_watch.core.figures.panels import build_view
from treasury_watch.core.figures.published import Change
from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.judge.news import judge
from treasury_watch.core.judge.told import ToldLog
from treasury_watch.core.rules.model import Rule
from treasury_watch.pipeline.view import judged_datasets, rules_of
from treasury_watch.rulefiles import load
from treasury_watch.sources import SOURCES
from treasury_watch.store.database import Engine, open_store, reading, writing
from treasury_watch.store.release_writer import store_release
from treasury_watch.store.views import view_figures

RULES = load(ROOT / "rules").rules


@pytest.fixture(scope="module")
def history() -> Engine:
    """A store with the bundled history in it, and nothing else."""
    engine = open_store("sqlite://")
    with writing(engine) as conn:
        for old in bundled_releases():
            store_release(conn, old.release, None, released_at=old.released_at, seen_at=old.released_at, bundled=True)
    return engine


def told_live(figures: pd.DataFrame, rules: list[Rule]) -> set[tuple[Any, ...]]:
    """What is told where each month (of auctions: each ten days) is a release, oldest first."""
    cells = zip(*(figures[name].tolist() for name in ("dataset", "entity", "period", "value")), strict=True)
    whole = [Change(data, entity, period, None, value) for data, entity, period, value in cells]
    whole.sort(key=lambda change: change.period)
    view = build_view(figures, figures, breaks=BREAKS).before(whole)
    log = ToldLog()
    told = set()
    for _, release in groupby(whole, key=lambda change: change.period[:9]):
        changes = list(release)
        view = view.after(changes)
        news = judge(rules, view, changes, log)
        log.write(news.entries(rules))
        told |= {(a.rule, a.entity, a.period, a.severity) for a in news.alerts if a.kind is AlertKind.FIRED}
        assert not any(a.kind in (AlertKind.CORRECTED, AlertKind.RETRACTED) for a in news.alerts), "nothing is revised"
    return told


@pytest.mark.slow("the whole bundled history, release by release")
@pytest.mark.parametrize("calendar", list(Calendar))
def test_live_over_the_whole_bundled_history_tells_what_the_backtest_says(history: Engine, calendar: Calendar) -> None:
    rules = [rule for rule in rules_of(RULES, calendar) if not DATASETS[rule.data].revises]
    with reading(history) as conn:
        results = backtest(conn, rules, SOURCES)
        figures = view_figures(conn, judged_datasets(rules, calendar))
    expected = {(a.rule, a.entity, a.period, a.severity) for result in results for a in result.alerts}
    assert len(expected) > 100
    assert told_live(figures, rules) == expected
