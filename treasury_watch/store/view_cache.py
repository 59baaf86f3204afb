"""
The views read last, so that the next release's view costs what is new in it and not all of history.

A view is known by the releases it was read from, in their order: where exactly those still stand, and only polled
releases of sources that it holds already have come after them, their figures are laid over it. Anything else is read
anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import pandas as pd
from sqlalchemy import Engine

_KEPT_VIEWS = 4
"""Views kept of one store: months and auctions, with a source's own datasets or without."""

_FIGURE = ["dataset", "entity", "period"]


class ViewKey(NamedTuple):
    """A release as far as a view depends on it. ``mark`` is the same only for the same figures at the same place."""

    mark: Hashable
    release_id: int
    source: str
    polled: bool


class _CachedView(NamedTuple):
    order: tuple[ViewKey, ...]
    figures: pd.DataFrame


_views: WeakKeyDictionary[Engine, dict[frozenset[str], _CachedView]] = WeakKeyDictionary()


def forget() -> None:
    """Let go of every view: what waits for weeks need not hold them."""
    _views.clear()


def cached_figures(
    engine: Engine,
    datasets: frozenset[str],
    order: Sequence[ViewKey],
    read: Callable[[], pd.DataFrame],
    news: Callable[[Sequence[int]], pd.DataFrame],
) -> pd.DataFrame:
    """
    The figures of a view, from the cache where that can be; nobody may write to them.

    ``read`` reads them whole; ``news`` gives the figures of some releases alone, in their order. Both have the columns
    dataset, entity, period and value.
    """
    views = _views.setdefault(engine, {})
    known = views.pop(datasets, None)
    figures = None
    if known and known.order == tuple(order[: len(known.order)]):
        added = order[len(known.order) :]
        held = {one.source for one in known.order if one.polled}
        if not added:
            figures = known.figures
        elif all(one.polled and one.source in held for one in added):
            both = pd.concat([known.figures, news([one.release_id for one in added])], ignore_index=True)
            figures = both.drop_duplicates(_FIGURE, keep="last", ignore_index=True)
    if figures is None:
        figures = read()
    views[datasets] = _CachedView(tuple(order), figures)
    while len(views) > _KEPT_VIEWS:
        del views[next(iter(views))]
    return figures
