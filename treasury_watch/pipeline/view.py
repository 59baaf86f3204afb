"""The view that rules are judged on: which datasets it must hold, and how it is read from the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import pandas as pd

from treasury_watch.core.figures.datasets import DATASETS, HOLDINGS, TOTALS, Calendar
from treasury_watch.core.figures.names import BREAKS
from treasury_watch.core.figures.panels import View, build_view
from treasury_watch.core.figures.revisions import with_revisions
from treasury_watch.core.figures.splits import SPLIT_DATASETS
from treasury_watch.core.messages.auction import CARD_DATASETS
from treasury_watch.core.rules.model import Basis, Rule
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Connection
from treasury_watch.store.releases import StoredRelease
from treasury_watch.store.views import view_figures
from treasury_watch.store.vintages import last_revisions


def rules_of(rules: Iterable[Rule], calendar: Calendar) -> list[Rule]:
    """The rules whose data has that calendar."""
    return [rule for rule in rules if DATASETS[rule.data].calendar is calendar]


def calendars_of(source: Source) -> list[Calendar]:
    """The calendars that a source feeds: one, in practice."""
    return sorted({DATASETS[name].calendar for name in source.datasets if name in DATASETS})


def needed_datasets(rules: Iterable[Rule], calendar: Calendar) -> set[str]:
    """The datasets that a view must hold for these rules, and for the messages about them."""
    return _with_parts(_asked(rules) | SPLIT_DATASETS | CARD_DATASETS, calendar)


def judged_datasets(rules: Iterable[Rule], calendar: Calendar) -> set[str]:
    """The datasets that a view must hold for these rules to be judged, where no message is written."""
    return _with_parts(_asked(rules), calendar)


def _asked(rules: Iterable[Rule]) -> set[str]:
    """The rules' own data, and what holders are ranked by and are a share of."""
    return {HOLDINGS, TOTALS} | {data for rule in rules for data in (rule.data, *(part.data for part in rule.also))}


def _with_parts(wanted: Iterable[str], calendar: Calendar) -> set[str]:
    """Those of a calendar, with what they are computed from."""
    whole = set(wanted)
    whole |= {part for name in whole for part in DATASETS[name].parts}
    whole |= {DATASETS[name].revises for name in whole} - {""}
    return {name for name in whole if DATASETS[name].calendar is calendar}


def view_of(
    conn: Connection,
    datasets: Collection[str],
    rules: Sequence[Rule],
    *,
    until: StoredRelease | None = None,
    figures: pd.DataFrame | None = None,
) -> View:
    """
    The view as of a release (None: of everything kept), with first vintages where a rule reads them.

    ``figures`` are those of that view, where the caller has read them already, and adds the revisions of the release
    that it judges; else each figure's last revision is in the view.
    """
    revised = figures is None and any(DATASETS[name].revises for name in datasets)
    if figures is None:
        figures = view_figures(conn, datasets, until=until)
    first = None
    if any(rule.basis is Basis.FIRST_PUBLISHED for rule in rules):
        first = view_figures(conn, datasets, until=until, first=True)
        first = first[first["entity"].isin(set(figures["entity"]))]
    view = build_view(figures, first, breaks=BREAKS)
    return with_revisions(view, last_revisions(conn, datasets, until=until))[0] if revised else view
