"""Replaying: every kept release judged again, in order, from its figures. What was told can always be derived anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from treasury_watch.core.datasets import Calendar
from treasury_watch.core.judging import Judged, Standing, judge
from treasury_watch.core.panels import Change, View
from treasury_watch.core.published import Period
from treasury_watch.core.revising import with_revisions
from treasury_watch.core.rules import Rule
from treasury_watch.cycle.desk import calendars_of, judged_datasets, needed_datasets, view_of
from treasury_watch.cycle.starting import first_look, starts_of
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Connection
from treasury_watch.store.releases import Kept, changes_of, kept_releases, view_figures


class Replayed(NamedTuple):
    """One release judged again: what it told, the view it was judged in, and what it had changed."""

    kept: Kept
    judged: Judged
    view: View
    changes: list[Change]


def replay(
    conn: Connection, rules: Sequence[Rule], calendar: Calendar, sources: Mapping[str, Source]
) -> Iterator[Replayed]:
    """
    Judge every polled release again as the service did when it came.

    A source's first release is its baseline: what holds then is open, nothing is told.
    """
    standing = Standing()
    met: set[str] = set()
    starts = starts_of(conn)
    for kept, view, changes in _releases(conn, rules, calendar, sources, needed_datasets(rules, calendar)):
        if kept.source in met:
            view, asked = with_revisions(view, changes)
            judged = judge(rules, view, asked, standing, starts=starts)
        else:
            met.add(kept.source)
            judged = first_look(rules, view, changes, standing, starts)
        standing = standing.after(judged)
        yield Replayed(kept, judged, view, changes)


def replay_history(
    conn: Connection, rules: Sequence[Rule], calendar: Calendar, sources: Mapping[str, Source]
) -> Iterator[tuple[View, Judged]]:
    """
    Judge all that is kept as if these rules had always been there: bundled history first, then each polled release.

    Nothing is a baseline here: every period is told that would have been.
    """
    polled = [kept for kept in kept_releases(conn, polled=True) if calendar in _calendars(kept, sources)]
    first: dict[str, Period] = {}
    for kept in polled:
        first.setdefault(kept.source, kept.newest)
    datasets = judged_datasets(rules, calendar)
    figures = view_figures(conn, datasets, bundled_until=first)
    standing = Standing()
    last: Judged | None = None
    if len(figures):
        view = view_of(conn, datasets, rules, figures=figures)
        last = judge(rules, view, None, standing, counting=True)
        yield view, last
    for _, view, changes in _releases(conn, rules, calendar, sources, datasets):
        if last:
            standing = standing.after(last)
        view, asked = with_revisions(view, changes)
        last = judge(rules, view, asked if last else None, standing, counting=True)
        yield view, last


def _releases(
    conn: Connection, rules: Sequence[Rule], calendar: Calendar, sources: Mapping[str, Source], datasets: set[str]
) -> Iterator[tuple[Kept, View, list[Change]]]:
    for kept in kept_releases(conn, polled=True):
        if calendar not in _calendars(kept, sources):
            continue
        wanted = datasets | sources[kept.source].datasets
        figures = view_figures(conn, wanted, until=kept)
        view = view_of(conn, wanted, rules, until=kept, figures=figures)
        yield kept, view, changes_of(conn, kept, figures)


def _calendars(kept: Kept, sources: Mapping[str, Source]) -> list[Calendar]:
    source = sources.get(kept.source)
    return calendars_of(source) if source else []
