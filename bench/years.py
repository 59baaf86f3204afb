"""A store that has polled for years: each month as a release of its own, which revises the one before."""

from __future__ import annotations

from treasury_watch.bundled import bundled_releases
from treasury_watch.core.figures.calendar import release_moment
from treasury_watch.core.figures.datasets import HOLDINGS, TOTALS
from treasury_watch.core.figures.published import Figure, Release
from treasury_watch.store.database import Connection
from treasury_watch.store.release_writer import store_release

MONTHS = 60
_SOURCE = "tic.table5"
_REVISED = 0.1
"""Billions by which each release revises the month before."""


def polled_for_years(conn: Connection) -> int:
    """Keep history up to some years ago as bundled and what came since as polled; how many releases were polled."""
    bundle = bundled_releases()
    figures = {
        (figure.period, figure.dataset, figure.entity): figure
        for old in bundle
        for figure in old.release.figures
        if figure.dataset in (HOLDINGS, TOTALS)
    }
    months = sorted({period for period, _, _ in figures})
    since = months[-MONTHS]
    for old in bundle:
        known = tuple(figure for figure in old.release.figures if figure.period < since)
        if known:
            release = Release(source=old.release.source, newest=max(figure.period for figure in known), figures=known)
            store_release(conn, release, None, released_at=old.released_at, seen_at=old.released_at, bundled=True)
    before: list[Figure] = []
    for month in months[-MONTHS:]:
        own = [figure for (period, _, _), figure in figures.items() if period == month]
        again = [figure._replace(value=figure.value + _REVISED) for figure in before]
        release = Release(source=_SOURCE, newest=month, figures=(*own, *again))
        at = release_moment(month)
        store_release(conn, release, None, released_at=at, seen_at=at)
        before = own
    return MONTHS
