"""
Measures: which number of a series is compared.

Each takes values (float64, rows × entities, one row a period) and gives as many back; NaN is "cannot be said". To add
one: a function here, a line in ``MEASURES``, and its words in ``treasury_watch.grammar``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from treasury_watch.core.figures.panels import Bools, Floats, earlier, exact, zscore


def shifted(values: Floats, n: int) -> Floats:
    """The value n periods before, NaN where history does not reach."""
    moved = np.full_like(values, np.nan)
    if n < len(values):
        moved[n:] = values[: len(values) - n]
    return moved


def change(values: Floats, n: int) -> Floats:
    """Give x_t - x_{t-n}."""
    return values - shifted(values, n)


def percent_change(values: Floats, n: int) -> Floats:
    """100 (x_t / x_{t-n} - 1); cannot be said from zero."""
    base = shifted(values, n)
    return 100 * (values / np.where(base == 0, np.nan, base) - 1)


def total(values: Floats, n: int) -> Floats:
    """The sum of the last n, all of them known."""
    return values if n == 1 else values + earlier(values, n - 1).sum(axis=2)


def versus_mean(values: Floats, n: int) -> Floats:
    """Give x - mean of the n before."""
    gap: Floats = values - earlier(values, n).mean(axis=2)
    return gap


def drawdown(values: Floats, n: int | None) -> Floats:
    """Give x - the highest of the last n, itself among them; n None: of all that is known so far."""
    if n is None:
        fall: Floats = values - np.fmax.accumulate(values, axis=0)
        return fall
    if n == 1:
        return values - values
    below: Floats = values - np.maximum(values, earlier(values, n - 1).max(axis=2))
    return below


def rank(values: Floats) -> Floats:
    """1 is the largest of its period; equals share the better place."""
    order = exact(values)
    larger = (order[:, None, :] > order[:, :, None]).sum(axis=2)
    return np.where(np.isnan(order), np.nan, 1.0 + larger)


def streak(values: Floats, sign: int, broken: Bools | None = None) -> Floats:
    """
    How many periods in a row it has risen (+1) or fallen (-1), as far back as figures go without a gap.

    Where ``broken``, the step is no trading and the run begins anew.
    """
    steps = exact(change(values, 1)) * sign
    if broken is not None:
        steps = np.where(broken, np.nan, steps)
    runs = np.full_like(values, np.nan)
    count = np.zeros(values.shape[1])
    for row, step in enumerate(steps):
        count = np.where(step > 0, count + 1, 0.0)
        runs[row] = np.where(np.isnan(step), np.nan, count)
    return runs


MEASURES: dict[str, Callable[[Floats, int], Floats]] = {
    "change": change,
    "percent_change": percent_change,
    "sum": total,
    "zscore": zscore,
    "versus_mean": versus_mean,
}
"""Those that need only the series and n. ``value share rank versus falling rising drawdown`` are in ``numbers``."""


def largest(values: Floats, top: int) -> Bools:
    """Rows × entities: whether it is one of the ``top`` largest of its period."""
    return rank(values) <= top
