"""Replay: every stored release judged again, in order, as if the rules had always been there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from treasury_watch.core.figures.datasets import Calendar
from treasury_watch.core.figures.names import BREAKS
from treasury_watch.core.figures.panels import View, build_view
from treasury_watch.core.figures.published import Change, Period
from treasury_watch.core.figures.revisions import with_revisions
from treasury_watch.core.judge.news import News, judge
from treasury_watch.core.judge.told import ToldLog
from treasury_watch.core.rules.model import Basis, Rule
from treasury_watch.pipeline.view import calendars_of, judged_datasets
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Connection
from treasury_watch.store.releases import StoredRelease, stored_releases
from treasury_watch.store.views import Figured, news_of, view_figures

_CELL = ["dataset", "entity", "period"]


def replay_history(
    conn: Connection, rules: Sequence[Rule], calendar: Calendar, sources: Mapping[str, Source]
) -> Iterator[tuple[View, News]]:
    """
    Judge all that is kept as if these rules had always been there: bundled history first, then each polled release.

    Nothing is a baseline here: every period gives the news that it would have given. Auctions that only add to what is
    known are judged together: however they are cut, the same news comes of them.
    """
    polled = [kept for kept in stored_releases(conn, polled=True) if calendar in _calendars(kept, sources)]
    first: dict[str, Period] = {}
    for kept in polled:
        first.setdefault(kept.source, kept.newest)
    datasets = judged_datasets(rules, calendar)
    figures = view_figures(conn, datasets, bundled_until=first)
    releases = _changes(figures, news_of(conn, [kept.id for kept in polled], datasets))
    firsts = any(rule.basis is Basis.FIRST_PUBLISHED for rule in rules)
    views = (
        _months(figures, releases, firsts=firsts)
        if calendar is Calendar.MONTH
        else _auctions(figures, releases, firsts=firsts)
    )
    log = ToldLog()
    news: News | None = None
    for view, changes in views:
        if news:
            log.write(
                news.entries(rules)
            )  # only where a release follows: of one view alone nothing is asked of the log
        view, asked = with_revisions(view, changes)
        news = judge(rules, view, asked if news else None, log, counting=True)
        yield view, news


def _changes(figures: pd.DataFrame, news: Iterable[list[Figured]]) -> list[list[Change]]:
    """What each release added to or revised of the figures, in their order; a release that did neither is left out."""
    cells = zip(*(figures[name].tolist() for name in _CELL), strict=True)
    known = dict(zip(cells, figures["value"].tolist(), strict=True))
    found = []
    for release in news:
        changes = [
            Change(dataset, entity, period, known.get((dataset, entity, period)), value)
            for dataset, entity, period, value in release
            if known.get((dataset, entity, period)) != value
        ]
        known.update({change[:3]: change.new for change in changes})
        if changes:
            found.append(changes)
    return found


def _months(
    figures: pd.DataFrame, releases: Sequence[list[Change]], *, firsts: bool
) -> Iterator[tuple[View, list[Change]]]:
    """
    The view of bundled history, and as of each release, on one and the same rows and columns.

    A month or a holder that is not known yet has no figures: that is what it would be like without them.
    """
    every = [change for changes in releases for change in changes]
    newest = _built(figures, every, firsts=firsts)
    view = newest.before(every)
    if len(figures):
        yield view, []
    for changes in releases:
        view = view.after(changes)
        yield view, changes


def _auctions(
    figures: pd.DataFrame, releases: Sequence[list[Change]], *, firsts: bool
) -> Iterator[tuple[View, list[Change]]]:
    """The view of bundled history, and as of each release, those together that only add later auctions."""
    if len(figures):
        yield _built(figures, [], firsts=firsts), []
    so_far: list[Change] = []
    for changes in _together(figures, releases):
        so_far += changes
        yield _built(figures, so_far, firsts=firsts), changes


def _together(figures: pd.DataFrame, releases: Sequence[list[Change]]) -> list[list[Change]]:
    """Those in a row that only add auctions later than all of their tenor as one; any other by itself."""
    newest: dict[str, Period] = {}
    for entity, period in zip(figures["entity"], figures["period"], strict=True):
        newest[entity] = max(newest.get(entity, ""), period)
    runs: list[list[Change]] = []
    adding = False
    for changes in releases:
        adds = all(change.old is None and change.period > newest.get(change.entity, "") for change in changes)
        if adds and adding:
            runs[-1] += changes
        else:
            runs.append(list(changes))
        adding = adds
        for change in changes:
            newest[change.entity] = max(newest.get(change.entity, ""), change.period)
    return runs


def _built(figures: pd.DataFrame, changes: Sequence[Change], *, firsts: bool) -> View:
    """The view of figures after changes; ``firsts`` asks for first vintages as well."""
    news = pd.DataFrame([(*change[:3], change.new) for change in changes], columns=[*_CELL, "value"])
    both = pd.concat([figures, news], ignore_index=True) if changes else figures
    latest, first = (both.drop_duplicates(_CELL, keep=keep, ignore_index=True) for keep in ("last", "first"))
    return build_view(latest, first if firsts else None, breaks=BREAKS)


def _calendars(kept: StoredRelease, sources: Mapping[str, Source]) -> list[Calendar]:
    source = sources.get(kept.source)
    return calendars_of(source) if source else []
