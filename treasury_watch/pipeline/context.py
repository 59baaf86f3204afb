"""The desk: the rules in force, where alerts go, and the sources that feed them. Views are read as they need them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import pandas as pd

from treasury_watch.core.figures.datasets import DATASETS, HOLDINGS, TOTALS, Calendar
from treasury_watch.core.figures.names import BREAKS
from treasury_watch.core.figures.panels import View, build_view
from treasury_watch.core.figures.periods import new_york_day
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.revisions import with_revisions
from treasury_watch.core.figures.splits import SPLIT_DATASETS
from treasury_watch.core.messages.auction import CARD_DATASETS, COUPONS
from treasury_watch.core.rules.model import Basis, Rule, Severity
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Connection
from treasury_watch.store.releases import StoredRelease
from treasury_watch.store.views import view_figures
from treasury_watch.store.vintages import last_revisions

Route = Callable[[Severity, str, str, str], tuple[str, ...]]
"""(severity, kind, rule, source) -> the channels that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a release is judged by, and where alerts go. ``digests`` is each rule's wording as a hash."""

    rules: tuple[Rule, ...]
    digests: Mapping[str, str]
    route: Route
    sources: Mapping[str, Source]
    when_issued: Mapping[tuple[str, Period], Decimal] = field(default_factory=dict)
    """When-issued yields of the config: (tenor, day) -> percent."""
    cards: frozenset[str] = COUPONS
    """The types of security whose every auction is told, whether a rule fires or not."""

    def awake(self, now: datetime) -> list[Rule]:
        """The rules that are not disabled and have not run out."""
        today = new_york_day(now).isoformat()
        return [rule for rule in self.rules if rule.enabled and not (rule.until and rule.until < today)]


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
    """The datasets that a view must hold for these rules to be judged, where nobody is told."""
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
