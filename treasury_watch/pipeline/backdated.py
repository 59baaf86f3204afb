"""
A release that was published before the newest one is added to the past: what stands by it now is news, and no more.

However the releases of a source arrive, the same figures and alerts stand in the end. An alert that such a release
would have given in its day, and a later one took back since, is never sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import isnan, nan
from typing import NamedTuple

import pandas as pd

from treasury_watch.core.figures.datasets import Calendar
from treasury_watch.core.figures.gaps import still_sold
from treasury_watch.core.figures.names import BREAKS
from treasury_watch.core.figures.panels import View, build_view
from treasury_watch.core.figures.published import Change
from treasury_watch.core.judge.news import News, judge
from treasury_watch.core.rules.model import Rule
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.notify import notify
from treasury_watch.pipeline.view import calendars_of, needed_datasets, rules_of, view_of
from treasury_watch.sources.source import Source
from treasury_watch.store.alerts import told_log
from treasury_watch.store.database import Connection
from treasury_watch.store.release_writer import rediff_release
from treasury_watch.store.releases import StoredRelease, body_of, make_baseline, move_baseline, stored_releases
from treasury_watch.store.rules import judged_after
from treasury_watch.store.views import view_figures


class BackdatedView(NamedTuple):
    """The figures of one calendar before a release was added: as they stand, and as they were first published."""

    calendar: Calendar
    figures: pd.DataFrame
    first: pd.DataFrame


def views_before(conn: Connection, context: Context, source: Source, now: datetime) -> list[BackdatedView]:
    """What is known before a release of a source is added, for each calendar that it feeds."""
    found = []
    for calendar in calendars_of(source):
        datasets = _datasets(context, source, calendar, now)
        figures, first = view_figures(conn, datasets), view_figures(conn, datasets, first=True)
        found.append(BackdatedView(calendar, still_sold(figures), first))
    return found


def insert_backdated(
    conn: Connection, context: Context, kept: StoredRelease, views: Sequence[BackdatedView], now: datetime
) -> int:
    """
    Judge what a release that was added to the past has changed; how many alerts are told.

    ``views`` are the figures before it. Where it is now the first of its source, that one is the baseline: what later
    releases brought is news after all.
    """
    source = context.sources[kept.source]
    _rediff_later(conn, kept, source)
    is_first = move_baseline(conn, kept)
    told = 0
    for view_before in views:
        rules, datasets = _asked(context, source, view_before.calendar, now)
        figures = still_sold(view_figures(conn, datasets))
        view = view_of(conn, datasets, rules, figures=figures)
        changes = _differences(view_before.figures, figures)
        first = _differences(view_before.first, view_figures(conn, datasets, first=True))
        news = judge(
            rules,
            view,
            [*changes, *first],
            told_log(conn),
            before=view.before(changes, first),
            judged_after=judged_after(conn),
            baseline=is_first,
            news_after=dict.fromkeys(source.datasets, kept.newest) if is_first else None,
        )
        told += notify(conn, context, kept, news, view, changes, now, backdated=True)
    return told


class Withdrawal(NamedTuple):
    """What taking a release back has to say, on the view without it."""

    news: News
    view: View
    changes: list[Change]


def withdraw(
    conn: Connection, context: Context, kept: StoredRelease, views: Sequence[BackdatedView], now: datetime
) -> list[Withdrawal]:
    """
    Judge what a release leaves behind that is believed no more; its figures are gone already.

    ``views`` are the figures while it stood. What was told of a period that only it had is taken back.
    """
    source = context.sources[kept.source]
    _rediff_later(conn, kept, source)
    remaining = stored_releases(conn, source=kept.source, polled=True)
    if kept.baseline and remaining:
        make_baseline(conn, remaining[0])
    found = []
    for stood in views:
        rules, datasets = _asked(context, source, stood.calendar, now)
        # On the rows of the view that had it: a month that is gone is a month whose figures are not known.
        known_first = stood.first[stood.first["entity"].isin(set(stood.figures["entity"]))]
        before = build_view(stood.figures, known_first, breaks=BREAKS)
        changes = _differences(stood.figures, still_sold(view_figures(conn, datasets)))
        first = _differences(stood.first, view_figures(conn, datasets, first=True))
        view = before.before([_turned(one) for one in changes], [_turned(one) for one in first])
        news = judge(
            rules,
            view,
            [*changes, *first],
            told_log(conn),
            before=before,
            judged_after=judged_after(conn),
            withdrawn=True,
        )
        found.append(Withdrawal(news, view, changes))
    return found


def _turned(change: Change) -> Change:
    """The same change the other way round."""
    return change._replace(old=None if isnan(change.new) else change.new, new=nan if change.old is None else change.old)


def _asked(context: Context, source: Source, calendar: Calendar, now: datetime) -> tuple[list[Rule], set[str]]:
    rules = [rule for rule in rules_of(context.awake(now), calendar) if not rule.of_revisions]
    return rules, _datasets(context, source, calendar, now)


def _datasets(context: Context, source: Source, calendar: Calendar, now: datetime) -> set[str]:
    rules: list[Rule] = rules_of(context.awake(now), calendar)
    return needed_datasets(rules, calendar) | source.datasets


def _rediff_later(conn: Connection, kept: StoredRelease, source: Source) -> None:
    """
    Work out anew which figures of the source's later releases are news.

    The next one was compared with the one before the inserted one; a later one may bring a holder back that left the
    table in between.
    """
    for later in stored_releases(conn, source=kept.source, polled=True):
        body = body_of(conn, later.id) if (later.released_at, later.id) > (kept.released_at, kept.id) else None
        if body is not None:
            rediff_release(conn, later, source.parse(body))


def _differences(before: pd.DataFrame, after: pd.DataFrame) -> list[Change]:
    """What figures have become of others, in the order of those that stand now."""
    old, new = (dict(zip(_cells(frame), frame["value"].tolist(), strict=True)) for frame in (before, after))
    changed = [Change(*cell, old.get(cell), value) for cell, value in new.items() if old.get(cell) != value]
    return [*changed, *(Change(*cell, value, float("nan")) for cell, value in old.items() if cell not in new)]


def _cells(figures: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(zip(*(figures[name].tolist() for name in ("dataset", "entity", "period")), strict=True))
