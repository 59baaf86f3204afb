"""
Sweep: how often a rule would have fired at each of many levels, so that a threshold is chosen and not guessed.

All levels are judged in one evaluation: they compare the same numbers, which is what judging costs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from treasury_watch.analysis.backtest import RuleResult, backtest, years_between
from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import MINUS, Quantity, Unreadable, read_quantity
from treasury_watch.core.rules.conditions import CONDITIONS
from treasury_watch.core.rules.kinds import Takes
from treasury_watch.core.rules.model import Basis, Condition, Rule, Severity
from treasury_watch.core.rules.words import level_words, unit_of
from treasury_watch.rulefiles.scale import counted, scale_of
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Connection

MOST_LEVELS = 5_000
_SWEEP = re.compile(r"\s*(\S+?)\s*\.\.\s*(\S+)\s+step\s+(\S+)\s*")
_EXAMPLE = 'expected such as "-10bn..-60bn step 5bn"'
_SWEPT = tuple(kind.word for kind in CONDITIONS.values() if kind.takes is Takes.LEVEL)
RECENT_YEARS = 5


class CannotSweep(ValueError):
    """The rule has no single level, or the sweep cannot be read; says what would do."""


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """
    One level and what it would have given.

    ``level`` is in the measure's unit, ``said`` as a person writes it. ``per_year_recent`` is how often in the last
    five years counted: a level that was rare for decades may be daily bread now; None where fewer were looked at.
    ``by_severity`` counts the alerts of each severity. ``present`` is the level that the rule has now. ``refused`` says
    why ``check`` would not take this one as long as the rule's other levels stay where they are; empty where it would.
    """

    level: float
    said: str
    alerts: int
    per_year: float
    per_year_recent: float | None
    by_severity: Mapping[Severity, int]
    present: bool
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sweep:
    """A rule at many levels, in the order asked for; ``since`` and ``until`` are the first and last period counted."""

    rule: str
    op: str
    since: Period
    until: Period
    levels: tuple[SweepPoint, ...]


def read_levels(text: str, rule: Rule) -> list[Quantity]:
    """``-10bn..-60bn step 5bn`` as levels of the rule's own unit, both ends included. Raises CannotSweep."""
    if rule.fire.op not in _SWEPT:
        raise CannotSweep(f"{rule.id} fires at no single level ({rule.fire.op}); a sweep fits {', '.join(_SWEPT)}")
    found = _SWEEP.fullmatch(text)
    if not found:
        raise CannotSweep(f'cannot read the sweep "{text[:60]}"; {_EXAMPLE}')
    dataset = DATASETS[rule.data]
    scale = counted(dataset.calendar) if rule.count else scale_of(dataset, rule.measure)
    try:
        first, last, step = (read_quantity(part, scale.unit, rate=scale.rate) for part in found.groups())
    except Unreadable as told:
        raise CannotSweep(f"--sweep: {told}") from None
    size = abs(_decimal(step))
    if not size:
        raise CannotSweep(f"--sweep: a step of {step.said} never arrives; {_EXAMPLE}")
    start, end = _decimal(first), _decimal(last)
    count = int(abs(end - start) / size) + 1
    if count > MOST_LEVELS:
        raise CannotSweep(f"--sweep: {count:,} levels; expected at most {MOST_LEVELS:,}: take a larger step")
    way = size if end >= start else -size
    # Written in the unit in which its asker wrote the step: 1.2tn..1.0tn step 20bn is told as 1200bn, 1180bn, …
    suffix = step.said.lstrip("+-.,0123456789 " + MINUS) or first.said.lstrip("+-.,0123456789 " + MINUS)
    unit = abs(_decimal(read_quantity(f"1{suffix}", scale.unit, rate=scale.rate)))
    levels = [start + way * number for number in range(count)]
    return [Quantity(float(level), f"{(level / unit).normalize():f}{suffix}") for level in levels]


def sweep(
    conn: Connection,
    rule: Rule,
    levels: Sequence[Quantity],
    sources: Mapping[str, Source],
    *,
    since: Period = "",
    until: Period = "",
    basis: Basis | None = None,
) -> Sweep:
    """
    The rule at each level instead of its own, over everything kept.

    The all-clear of an until_clear rule keeps its distance from the level, so that no number both fires and clears.
    Sharper levels stay where they are; where the level goes beyond one of them every alert is of that severity.
    """
    variants = [_at(rule, level, number) for number, level in enumerate(levels)]
    results = backtest(conn, variants, sources, since=since, until=until, basis=basis)
    swept = []
    for level, variant, result in zip(levels, variants, results, strict=True):
        by_severity = dict.fromkeys((rule.severity, *(named for named, _ in rule.levels)), 0)
        for alert in result.alerts:
            by_severity[alert.severity] += 1
        present = level.value == rule.fire.a
        swept.append(
            SweepPoint(
                level.value,
                level.said,
                len(result.alerts),
                result.per_year,
                _recent(result),
                by_severity,
                present,
                _refused(variant),
            )
        )
    spans = results[0] if results else None
    return Sweep(rule.id, rule.fire.op, spans.since if spans else "", spans.until if spans else "", tuple(swept))


def _recent(result: RuleResult) -> float | None:
    if years_between(result.since, result.until) < RECENT_YEARS:
        return None
    # Both ends are written alike, months or days, so that text compares as time does.
    before = f"{int(result.until[:4]) - RECENT_YEARS}{result.until[4:]}"
    return round(sum(alert.period > before for alert in result.alerts) / RECENT_YEARS, 2)


def _at(rule: Rule, level: Quantity, number: int) -> Rule:
    fire = Condition(rule.fire.op, level.value, said=level.said)
    clear = rule.clear
    if clear is not None and clear.op in _SWEPT:
        clear = replace(clear, a=clear.a + level.value - rule.fire.a)
    return replace(rule, id=f"{rule.id}@{number}", fire=fire, clear=clear)


def _refused(rule: Rule) -> tuple[str, ...]:
    return tuple(
        f"{severity.word} is at {level_words(other.said, unit_of(rule))}"
        for severity, other in rule.levels
        if not CONDITIONS[rule.fire.op].sharper(rule.fire, other)
    )


def _decimal(quantity: Quantity) -> Decimal:
    # A float that was read from few decimals prints as those decimals again.
    return Decimal(repr(quantity.value))
