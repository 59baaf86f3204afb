"""
Revisions as series: by how much a release changed what was published before.

A revision is an event of its release, about an earlier period: the same month can be revised again by the next one.
So rules on this data are asked only of what the release at hand revised, and nothing told of an earlier one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from treasury_watch.core.figures.arrays import exact
from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.figures.panels import Panel, View
from treasury_watch.core.figures.published import Change

_REVISIONS = {dataset.revises: name for name, dataset in DATASETS.items() if dataset.revises}
"""Of a dataset, the one that counts its revisions."""


def revisions_of(changes: Iterable[Change]) -> list[Change]:
    """The revisions among what a release brought, each as a new figure of the dataset that counts them."""
    return [
        Change(_REVISIONS[change.dataset], change.entity, change.period, None, _by(change.old, change.new))
        for change in changes
        if change.dataset in _REVISIONS and change.old is not None and change.old != change.new
    ]


def with_revisions(view: View, changes: Sequence[Change]) -> tuple[View, list[Change]]:
    """The view with the revisions of these changes as series, and the changes with the revisions among them."""
    revised = revisions_of(changes)
    for revises, name in _REVISIONS.items():
        columns = view.panel(revises).columns
        values = np.full((len(view.months), len(columns)), np.nan)
        where = {entity: place for place, entity in enumerate(columns)}
        for change in revised:
            row = view.months.row(change.period)
            if change.dataset == name and row is not None and change.entity in where:
                values[row, where[change.entity]] = change.new
        view = view.with_panel(name, Panel(columns, values))
    return view, [*changes, *revised]


def _by(old: float, new: float) -> float:
    return float(exact(np.array(new - old)))
