"""
The context of an alert: where its number stands in the series' own history, and when the rule fired before.

Read from the view that was judged, by the evaluator that judged it; so both are of today's figures, as revised. What
held already when the figures begin is no firing: nobody knows when it began.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from treasury_watch.core.figures.arrays import Floats, exact
from treasury_watch.core.figures.datasets import DATASETS, Calendar, Entity
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import period_words, when
from treasury_watch.core.judge.alert import Alert
from treasury_watch.core.judge.implied import implied
from treasury_watch.core.rules import breaks
from treasury_watch.core.rules.conditions import CONDITIONS
from treasury_watch.core.rules.kinds import Move, Side
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Rule
from treasury_watch.core.rules.numbers import Numbers
from treasury_watch.core.rules.series import series_of
from treasury_watch.core.rules.words import measure_words

_LAST_TIMES = 5
_LARGER_ONES = 3
_LEAST_OTHERS = 3
"""With fewer earlier numbers than this to stand among, a rank says nothing."""

_LONG_AGO = 12
"""Periods: a level that was passed more recently than this is ranked, not called the lowest since."""

_ORDINALS = ("", "second-", "third-", "fourth-", "fifth-", "sixth-", "seventh-", "eighth-", "ninth-", "tenth-")


class Background:
    """A view's numbers, and when rules fired in its earlier periods: worked out once for all alerts of a release."""

    def __init__(self, rules: Sequence[Rule], view: View) -> None:
        self.view = view
        self.numbers = Numbers(view)
        self._fired: dict[str, list[Alert]] = {rule.id: [] for rule in rules}
        for part in implied(rules, view):
            began = part.breached_from_the_start()
            for alert in part.fired():
                if (alert.rule, alert.entity, alert.period) not in began:
                    self._fired[alert.rule].append(alert)

    def fired_before(self, rule: Rule, period: Period) -> list[Alert]:
        """Every time the rule would have fired before a period, oldest first, for any entity."""
        return [alert for alert in self._fired.get(rule.id, ()) if alert.period < period]


class _History(NamedTuple):
    """A number's own history: oldest first, the number itself the last; NaN where it does not count."""

    values: Floats
    periods: list[Period]


def rank_words(rule: Rule, alert: Alert, background: Background) -> str:
    """
    Where an alert's number stands in its own series; empty where that would say nothing.

    ``Third-largest monthly fall since 2000; larger: Mar 2022 −74.0 bn, Sep 2022 −60.1 bn.`` or ``Lowest since Oct
    2012.``
    """
    history = _history(rule, alert, background)
    if history is None or alert.measure is None:
        return ""
    noun = _move(rule, alert.measure)
    if noun:
        return _move_words(rule, history, noun, np.sign(alert.measure))
    match CONDITIONS[rule.fire.op].side:
        case Side.LOW:
            return _level_words(history, "lowest", "lower", -1.0)
        case Side.HIGH:
            return _level_words(history, "highest", "higher", 1.0)
    return ""


def before_words(rule: Rule, alert: Alert, background: Background) -> str:
    """``On today's figures it fired 22 times before for any holder, last: Canada Apr 2026 (−42.3 bn), …``."""
    before = background.fired_before(rule, alert.period)
    if DATASETS[rule.data].entity is Entity.TENOR:
        # What another tenor did says nothing of this one.
        before = [one for one in before if one.entity == alert.entity]
    whose = _whose(rule, alert)
    if not before:
        return f"On today's figures it never fired before{whose}."
    last = ", ".join(
        f"{f'{one.entity} ' if _of_each(rule) else ''}{period_words(one.period)} ({measure_words(rule, one.measure)})"
        for one in reversed(before[-_LAST_TIMES:])
    )
    return f"On today's figures it fired {_times(before)} before{whose}{', last' if len(before) > 1 else ''}: {last}."


def own_words(rule: Rule, alert: Alert, background: Background) -> str:
    """``For Japan it fired 3 times before, last in Oct 2022.`` Of a rule that is asked of many holders."""
    before = background.fired_before(rule, alert.period)
    if not _of_each(rule) or not before:
        return ""
    own = [one for one in before if one.entity == alert.entity]
    if not own:
        return f"For {alert.entity} it never fired before."
    last = "" if len(own) == 1 else "last "
    return f"For {alert.entity} it fired {_times(own)} before, {last}{when(own[-1].period)}."


def _of_each(rule: Rule) -> bool:
    """Whether others that the rule is asked of are worth a word beside the one it fired for."""
    return rule.each is not None and not rule.count and DATASETS[rule.data].entity is not Entity.TENOR


def _whose(rule: Rule, alert: Alert) -> str:
    """Whose firings are counted; nothing where the rule is of one sum or count."""
    if _of_each(rule):
        return f" for any {DATASETS[rule.data].entity.value}"
    return "" if rule.count or rule.combine else f" for {alert.entity}"


def _times(alerts: Sequence[Alert]) -> str:
    return {1: "once", 2: "twice"}.get(len(alerts), f"{len(alerts)} times")


def _history(rule: Rule, alert: Alert, background: Background) -> _History | None:
    if rule.count or not MEASURES[rule.measure.kind].ranked:
        return None
    rows = background.view.rows(DATASETS[rule.data].calendar)
    panel = background.numbers.number(series_of(rule))
    row, column = rows.row(alert.period, alert.entity), panel.column(alert.entity)
    if column is None and rule.combine:
        column, row = 0, rows.row(alert.period)
    if row is None or column is None:
        return None
    values = exact(panel.values[: row + 1, column]).copy()
    periods = [rows.period(at, alert.entity) for at in range(row + 1)]
    if breaks.looks_back(rule.measure):
        # A step that nobody traded is no rival of a trade, however many months it is hidden in.
        broken = breaks.broken(
            background.view, rule.data, (alert.entity,), rule.combine.members if rule.combine else ()
        )
        for at in np.flatnonzero(broken[:row, 0]) if broken is not None else ():
            values[at : min(at + (rule.measure.n or 1), row)] = np.nan
    known_values = np.flatnonzero(~np.isnan(values))
    return _History(values, periods) if len(known_values) > _LEAST_OTHERS and known_values[-1] == row else None


class _Noun(NamedTuple):
    """What a move is called: one, and many."""

    one: str
    many: str


def _move(rule: Rule, measured: float) -> _Noun | None:
    """What a move like this one is called: ``monthly fall``. None where the number is a level, not a move."""
    move, n = MEASURES[rule.measure.kind].move, rule.measure.n or 1
    dataset = DATASETS[rule.data]
    unit = dataset.calendar
    if dataset.moves and move is Move.OF_FLOWS:
        named = dataset.moves[measured > 0]
    elif move is Move.ALWAYS:
        named = "rise" if measured > 0 else "fall"
    else:
        return None
    head, of, tail = named.partition(" of ")
    many = f"{head}{'es' if head.endswith('s') else 's'}{of}{tail}"
    if n > 1:
        return _Noun(*(f"{said} over {n} {unit.value}s" for said in (named, many)))
    if unit is Calendar.MONTH:
        return _Noun(f"monthly {named}", f"monthly {many}")
    return _Noun(*(f"{said} from one auction to the next" for said in (named, many)))


def _move_words(rule: Rule, history: _History, noun: _Noun, sign: float) -> str:
    sizes = np.where(history.values * sign > 0, history.values * sign, np.nan)
    if np.isnan(sizes[-1]):
        return ""
    alike = int((~np.isnan(sizes)).sum())
    larger = [int(at) for at in np.flatnonzero(sizes > sizes[-1])]
    since = _first_year(history)
    if len(larger) >= len(_ORDINALS):
        share = round(100 * float((sizes < sizes[-1]).sum()) / (alike - 1))
        return f"Larger than {share}% of the {alike - 1} other {noun.many} since {since}."
    place = f"{_ORDINALS[len(larger)]}largest".capitalize()
    larger.sort(key=lambda at: -sizes[at])
    named = ", ".join(
        f"{period_words(history.periods[at])} {measure_words(rule, float(history.values[at]))}"
        for at in larger[:_LARGER_ONES]
    )
    more = f" and {len(larger) - _LARGER_ONES} more" if len(larger) > _LARGER_ONES else ""
    return f"{place} {noun.one} since {since}" + (f"; larger: {named}{more}." if larger else ".")


def _level_words(history: _History, furthest: str, further: str, sign: float) -> str:
    sizes = history.values * sign
    beyond = np.flatnonzero(sizes >= sizes[-1])[:-1]
    known = int((~np.isnan(sizes)).sum())
    since = _first_year(history)
    if not beyond.size:
        return f"{furthest.capitalize()} of {known} since {since}."
    last = int(beyond[-1])
    if len(sizes) - 1 - last > _LONG_AGO:
        return f"{furthest.capitalize()} since {period_words(history.periods[last])}."
    place = int((sizes > sizes[-1]).sum())
    if place < len(_ORDINALS):
        return f"{_ORDINALS[place]}{furthest} of {known} since {since}.".capitalize()
    share = round(100 * float((sizes < sizes[-1]).sum()) / (known - 1))
    return f"{further.capitalize()} than {share}% of the {known - 1} others since {since}."


def _first_year(history: _History) -> str:
    known = int(np.flatnonzero(~np.isnan(history.values))[0])
    return history.periods[known][:4]
