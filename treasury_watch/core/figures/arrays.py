"""Arithmetic on arrays of figures: rows are periods, oldest first; columns are entities; NaN is "not known"."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def exact(values: Floats) -> Floats:
    """Rounded far below any printed precision, so that 4.35 - 4.30 is not less than 0.05."""
    return np.round(values, 6)


def rounded(value: float) -> float | None:
    """One number without float dust; None where it is not known."""
    return None if np.isnan(value) else float(exact(np.array(value)))


def shifted(values: Floats, n: int) -> Floats:
    """The value n periods before, NaN where history does not reach."""
    moved = np.full_like(values, np.nan)
    if n < len(values):
        moved[n:] = values[: len(values) - n]
    return moved


def earlier(values: Floats, n: int) -> Floats:
    """Rows × entities × n: the n values before each, NaN where history does not reach."""
    if not len(values):
        return np.empty((0, values.shape[1], n))
    padded = np.vstack([np.full((n, values.shape[1]), np.nan), values])[:-1]
    return np.lib.stride_tricks.sliding_window_view(padded, n, axis=0)


def zscore(values: Floats, n: int) -> Floats:
    """(x - mean of the n before) / their sample standard deviation; NaN where one is missing or the deviation is 0."""
    prior = earlier(values, n)
    mean = prior.mean(axis=2)
    deviation = prior.std(axis=2, ddof=1) if n > 1 else np.full_like(values, np.nan)
    deviation = np.where(exact(deviation) == 0, np.nan, deviation)
    scores: Floats = (values - mean) / deviation
    return scores


def percent_change(values: Floats, n: int) -> Floats:
    """100 (x_t / x_{t-n} - 1); cannot be said from zero."""
    base = shifted(values, n)
    return 100 * (values / np.where(base == 0, np.nan, base) - 1)


def total(values: Floats, n: int) -> Floats:
    """The sum of the last n, all of them known."""
    return values + earlier(values, n - 1).sum(axis=2) if n > 1 else values


def versus_mean(values: Floats, n: int) -> Floats:
    """Give x - mean of the n before."""
    gap: Floats = values - earlier(values, n).mean(axis=2)
    return gap


def drawdown(values: Floats, n: int | None) -> Floats:
    """Give x - the highest of the last n, itself among them; n None: of all that is known so far."""
    if n is None:
        fall: Floats = values - np.fmax.accumulate(values, axis=0)
        return fall
    highest = earlier(values, n - 1).max(axis=2) if n > 1 else values
    return values - np.maximum(values, highest)


def enough(n: int | None) -> int:
    """How many of the n before a percentile needs: nine tenths, rounded up; n None: how many of all."""
    return 12 if n is None else -(-9 * n // 10)


def percentile(values: Floats, n: int | None) -> Floats:
    """
    Give what percent of the n before are lower, equal ones half; n None: of all before.

    What is unknown among them is left out; NaN with fewer known than ``enough``.
    """
    ordered = exact(values)
    found = np.full_like(values, np.nan)
    for row, own in enumerate(ordered):
        prior = ordered[0 if n is None else max(row - n, 0) : row]
        known = (~np.isnan(prior)).sum(axis=0)
        lower = (prior < own).sum(axis=0) + (prior == own).sum(axis=0) / 2
        sayable = (known >= enough(n)) & ~np.isnan(own)
        found[row] = np.where(sayable, 100 * lower / np.maximum(known, 1), np.nan)
    return found


def runs(values: Floats, sign: int, broken: Bools | None) -> Floats:
    """
    How many periods in a row it has risen (+1) or fallen (-1), as far back as figures go without a gap.

    Where ``broken``, the step is no trading and the run begins anew.
    """
    steps = exact(values - shifted(values, 1)) * sign
    if broken is not None:
        steps = np.where(broken, np.nan, steps)
    found = np.full_like(values, np.nan)
    count = np.zeros(values.shape[1])
    for row, step in enumerate(steps):
        count = np.where(step > 0, count + 1, 0.0)
        found[row] = np.where(np.isnan(step), np.nan, count)
    return found


def rank(values: Floats) -> Floats:
    """1 is the largest of its period; equals share the better place."""
    order = exact(values)
    larger = (order[:, None, :] > order[:, :, None]).sum(axis=2)
    return np.where(np.isnan(order), np.nan, 1.0 + larger)


def largest(values: Floats, top: int) -> Bools:
    """Rows × entities: whether it is one of the ``top`` largest of its period."""
    return rank(values) <= top
