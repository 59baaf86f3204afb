"""
Panels: periods × entities, as they stood in one release's view.

A view holds every dataset as a table whose rows are periods. Months are rows by themselves. Auctions have no common
calendar, so a tenor's k-th auction is in row k and ``dates`` says which day that was: in both, one row up is "the
period before", which is all that a measure needs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from treasury_watch.core.figures import gaps
from treasury_watch.core.figures.arrays import Bools, Floats, zscore
from treasury_watch.core.figures.datasets import DATASETS, RESIDUAL, STRESS, Calendar
from treasury_watch.core.figures.names import Break
from treasury_watch.core.figures.periods import month_number, month_text
from treasury_watch.core.figures.published import Change, Period

STRESS_PRIOR = 12


class Panel:
    """
    One dataset: ``values`` is float64, rows × entities, NaN where nothing was published.

    Never written to after it is made.
    """

    __slots__ = ("_where", "columns", "values")

    def __init__(self, columns: Sequence[str], values: Floats) -> None:
        self.columns = tuple(columns)
        self.values = values
        self._where = {entity: position for position, entity in enumerate(self.columns)}

    def column(self, entity: str) -> int | None:
        """The entity's column, None where this dataset has none."""
        return self._where.get(entity)

    def frame(self, index: Sequence[str]) -> pd.DataFrame:
        """The panel as a DataFrame, for people and for files."""
        return pd.DataFrame(self.values, index=pd.Index(index), columns=list(self.columns))

    def newest_row(self) -> int:
        """The last row in which any entity has a value, -1 if there is none."""
        rows = np.flatnonzero(~np.isnan(self.values).all(axis=1)) if self.values.size else np.array([])
        return int(rows[-1]) if rows.size else -1


class Months:
    """The rows of every monthly panel of a view: consecutive months, none left out."""

    calendar = Calendar.MONTH

    def __init__(self, first: Period, count: int) -> None:
        start = month_number(first) if count else 0
        self.labels = tuple(month_text(start + row) for row in range(count))
        self._rows = {label: row for row, label in enumerate(self.labels)}

    def __len__(self) -> int:
        return len(self.labels)

    def period(self, row: int, _entity: str = "") -> Period:
        """The month of a row."""
        return self.labels[row]

    def row(self, period: Period, _entity: str = "") -> int | None:
        """The row of a month, None where the view has none."""
        return self._rows.get(period)

    def at_or_after(self, period: Period, columns: Sequence[str]) -> Bools:
        """Rows × columns: whether the row's period is this one or a later one."""
        late = np.array([label >= period for label in self.labels], dtype=bool)
        return np.repeat(late[:, None], len(columns), axis=1)


class Auctions:
    """
    The rows of every auction panel of a view: row k is each tenor's k-th auction, and ``days`` says on which day.

    A row without a day stands where auctions are not known (``gaps``): it has no figures, and no period to look up.
    """

    calendar = Calendar.AUCTION

    def __init__(self, days: dict[str, list[Period]]) -> None:
        self.days = days
        self._rows = {
            tenor: {day: row for row, day in enumerate(held) if day != gaps.NO_DAY} for tenor, held in days.items()
        }
        self._count = max((len(held) for held in days.values()), default=0)

    def __len__(self) -> int:
        return self._count

    def period(self, row: int, entity: str = "") -> Period:
        """The day of a tenor's auction; empty where it has held fewer, and where auctions are not known."""
        held = self.days.get(entity, [])
        return held[row] if row < len(held) else ""

    def row(self, period: Period, entity: str = "") -> int | None:
        """The row of a tenor's auction on that day."""
        return self._rows.get(entity, {}).get(period)

    def at_or_after(self, period: Period, columns: Sequence[str]) -> Bools:
        """Rows × columns: whether the auction's day is this one or a later one."""
        late = np.zeros((self._count, len(columns)), dtype=bool)
        for position, tenor in enumerate(columns):
            held = self.days.get(tenor, [])
            late[: len(held), position] = [day >= period for day in held]
        return late

    def unknown(self, columns: Sequence[str]) -> Bools | None:
        """Rows × columns: where auctions were held that are not known here; None where there are none such."""
        marked = np.zeros((self._count, len(columns)), dtype=bool)
        for position, tenor in enumerate(columns):
            held = self.days.get(tenor, [])
            rows = [row for row, day in enumerate(held) if day == gaps.NO_DAY]
            marked[[row for row in rows if gaps.is_unknown(tenor, held[row + 1])], position] = True
        return marked if marked.any() else None


Rows = Months | Auctions


class View:
    """
    What was known as of one release: every dataset, each period's newest vintage.

    ``first`` is the same with each period's first vintage, for rules that read ``basis: first_published``; where it was
    not asked for it is the view itself. ``breaks`` are the months that a monthly series of it must not be read across:
    made-up figures have none.
    """

    def __init__(
        self,
        months: Months,
        auctions: Auctions,
        panels: dict[str, Panel],
        first: View | None = None,
        *,
        breaks: tuple[Break, ...] = (),
    ) -> None:
        self.months = months
        self.auctions = auctions
        self._panels = panels
        self.first = first or self
        self.breaks = breaks

    def rows(self, calendar: Calendar) -> Rows:
        """The rows that all panels of a calendar share."""
        return self.months if calendar is Calendar.MONTH else self.auctions

    def panel(self, dataset: str) -> Panel:
        """A dataset's panel; empty where nothing of it is known."""
        known = self._panels.get(dataset)
        if known is None and DATASETS[dataset].parts:
            known = self._panels[dataset] = self._computed(dataset)
        return known or Panel((), np.empty((len(self.rows(DATASETS[dataset].calendar)), 0)))

    def _computed(self, dataset: str) -> Panel:
        first, *others = (self.panel(part) for part in DATASETS[dataset].parts)
        columns = first.columns
        parts = [first.values, *(aligned(other, columns) for other in others)]
        return Panel(columns, _FORMULAS[dataset](*parts))

    def value(self, dataset: str, entity: str, period: Period) -> float | None:
        """One figure, None where it is not known."""
        panel = self.panel(dataset)
        column = panel.column(entity)
        row = self.rows(DATASETS[dataset].calendar).row(period, entity)
        if column is None or row is None:
            return None
        value = float(panel.values[row, column])
        return None if np.isnan(value) else value

    def before(self, changes: Sequence[Change], first: Sequence[Change] | None = None) -> View:
        """
        The view as it stood before those changes, on the same rows.

        First-published figures lose only what is new, for a revision never touches them; or, where it is given, what
        ``first`` says of them.
        """
        view = self.after(_undone(changes))
        if first is not None and self.first is not self:
            view.first = self.first.after(_undone(first))
        return view

    def after(self, changes: Sequence[Change]) -> View:
        """
        The view as it stands after those changes, on the same rows; it must have a row and a column for each.

        First-published figures change only where there was none.
        """
        first = None if self.first is self else self.first.after([change for change in changes if change.old is None])
        panels = {name: panel for name, panel in self._panels.items() if not DATASETS[name].parts}
        own: set[str] = set()
        for change in changes:
            panel = panels.get(change.dataset)
            column = panel.column(change.entity) if panel else None
            row = self.rows(DATASETS[change.dataset].calendar).row(change.period, change.entity)
            if panel is None or column is None or row is None:
                continue
            if change.dataset not in own:
                panel = panels[change.dataset] = Panel(panel.columns, panel.values.copy())
                own.add(change.dataset)
            panel.values[row, column] = change.new
        return View(self.months, self.auctions, panels, first, breaks=self.breaks)

    def with_panel(self, dataset: str, panel: Panel) -> View:
        """The view with one dataset more, on the same rows."""
        first = None if self.first is self else self.first
        return View(self.months, self.auctions, self._panels | {dataset: panel}, first, breaks=self.breaks)


def _undone(changes: Sequence[Change]) -> list[Change]:
    return [change._replace(new=np.nan if change.old is None else change.old) for change in reversed(changes)]


def aligned(panel: Panel, columns: Sequence[str]) -> Floats:
    """The panel's values in the order of other columns, NaN for an entity it does not have."""
    values = np.full((panel.values.shape[0], len(columns)), np.nan)
    for position, entity in enumerate(columns):
        column = panel.column(entity)
        if column is not None:
            values[:, position] = panel.values[:, column]
    return values


def _stress(bid_to_cover: Floats, dealers: Floats, indirect: Floats) -> Floats:
    cover, dealer, share = (zscore(part, STRESS_PRIOR) for part in (bid_to_cover, dealers, indirect))
    return (dealer - cover - share) / 3


def _residual(held: Floats, net: Floats, valuation: Floats) -> Floats:
    before = np.vstack([np.full((1, held.shape[1]), np.nan), held[:-1]]) if len(held) else held
    return held - before - net - valuation


_FORMULAS: dict[str, Callable[..., Floats]] = {STRESS: _stress, RESIDUAL: _residual}


def build_view(
    figures: pd.DataFrame,
    first: pd.DataFrame | None = None,
    *,
    breaks: tuple[Break, ...] = (),
) -> View:
    """
    A view of figures: columns ``dataset``, ``entity``, ``period`` (text) and ``value``, one row per figure.

    ``first`` holds the first vintage of the same (dataset, entity, period) rows.
    """
    kinds = {name: dataset.calendar for name, dataset in DATASETS.items()}
    calendar = figures["dataset"].map(kinds)
    monthly = figures[calendar == Calendar.MONTH]
    held = figures[calendar == Calendar.AUCTION]
    months = _months(monthly["period"])
    auctions = _auctions(held)
    panels = _panels(monthly, held, months, auctions)
    if first is None:
        return View(months, auctions, panels, breaks=breaks)
    calendar = first["dataset"].map(kinds)
    parts = first[calendar == Calendar.MONTH], first[calendar == Calendar.AUCTION]
    as_first = View(months, auctions, _panels(*parts, months, auctions), breaks=breaks)
    return View(months, auctions, panels, as_first, breaks=breaks)


def _months(periods: pd.Series[str]) -> Months:
    if periods.empty:
        return Months("", 0)
    first, last = periods.min(), periods.max()
    return Months(first, month_number(last) - month_number(first) + 1)


def _auctions(held: pd.DataFrame) -> Auctions:
    pairs = held[["entity", "period"]].drop_duplicates().sort_values("period", kind="stable")
    return Auctions(
        {str(tenor): gaps.marked(str(tenor), list(days)) for tenor, days in pairs.groupby("entity")["period"]}
    )


def _panels(monthly: pd.DataFrame, held: pd.DataFrame, months: Months, auctions: Auctions) -> dict[str, Panel]:
    panels: dict[str, Panel] = {}
    numbers = {label: row for row, label in enumerate(months.labels)}
    for dataset, part in monthly.groupby("dataset", sort=False):
        codes, entities = pd.factorize(part["entity"])
        values = np.full((len(months), len(entities)), np.nan)
        values[part["period"].map(numbers).to_numpy(), codes] = part["value"].to_numpy()
        panels[str(dataset)] = Panel([str(entity) for entity in entities], values)
    tenors = sorted(auctions.days)
    where = {tenor: column for column, tenor in enumerate(tenors)}
    for dataset, part in held.groupby("dataset", sort=False):
        values = np.full((len(auctions), len(tenors)), np.nan)
        rows = [auctions.row(period, entity) for entity, period in zip(part["entity"], part["period"], strict=True)]
        values[np.array(rows, dtype=np.int64), part["entity"].map(where).to_numpy()] = part["value"].to_numpy()
        panels[str(dataset)] = Panel(tenors, values)
    return panels
