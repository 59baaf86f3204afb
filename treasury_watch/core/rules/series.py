"""What a rule's number is of. Apart from the numbers themselves: checking a rule file computes none."""

from __future__ import annotations

from typing import NamedTuple

from treasury_watch.core.rules.model import Basis, Group, Measure, Rule


class SeriesSpec(NamedTuple):
    """What a number is of: a dataset or a summed group of it, its measure, the vintage it reads."""

    data: str
    measure: Measure
    combine: Group | None
    basis: Basis


def series_of(rule: Rule) -> SeriesSpec:
    """The number a rule compares, or whose entities it counts."""
    return SeriesSpec(rule.data, rule.measure, rule.combine, rule.basis)
