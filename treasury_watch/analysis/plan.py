"""
Plan: what an edit of the rules would have changed, by judging history with the rules before and after it.

Both wordings are judged side by side in one pass by the evaluator that makes live alerts. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from treasury_watch.analysis.backtest import RuleResult, backtest
from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.alert import Alert
from treasury_watch.core.judge.edits import Edit, edits
from treasury_watch.core.rules.model import Rule
from treasury_watch.rulefiles import digest
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Connection

_BEFORE, _AFTER = "@before", "@after"  # an id has no "@": these can be nobody's


class PlanChange(StrEnum):
    """What became of a rule."""

    ADDED = "added"
    REMOVED = "removed"
    EDITED = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePlan:
    """
    One rule that an edit touches.

    ``gained`` and ``lost`` are alerts over history, oldest first; ``resharpened`` those told either way, but louder or
    quieter: (before, after). ``before`` and ``after`` are alerts a year; None where the rule is not there, or sleeps.
    ``asks`` is False where nothing was judged: only its wording (title, why, examples) changed.
    """

    rule: str
    change: PlanChange
    edits: tuple[Edit, ...] = ()
    gained: tuple[Alert, ...] = ()
    lost: tuple[Alert, ...] = ()
    resharpened: tuple[tuple[Alert, Alert], ...] = ()
    before: float | None = None
    after: float | None = None
    since: Period = ""
    until: Period = ""
    asks: bool = True

    def __str__(self) -> str:
        """``top20-monthly-cut: below −20bn → −30bn; would have fired 12.7 → 4.8 a year``."""
        said = {PlanChange.ADDED: "new", PlanChange.REMOVED: "removed"}.get(
            self.change, "; ".join(map(str, self.edits))
        )
        return f"{self.rule}: {said}" + (f"; {self.rates()}" if self.asks else "")

    def rates(self) -> str:
        """How often it would have fired, before and after."""
        if self.change is not PlanChange.EDITED:
            rate = self.after if self.change is PlanChange.ADDED else self.before
            slept = "it sleeps" if self.change is PlanChange.ADDED else "it slept"
            return slept if rate is None else f"would have fired {rate:.1f} a year"
        if self.before is None or self.after is None:
            told = [
                "asleep" if rate is None else f"would have fired {rate:.1f} a year"
                for rate in (self.before, self.after)
            ]
            return f"{told[0]} → {told[1]}" if told[0] != told[1] else "it sleeps"
        if self.before == self.after:
            same = "as often as before" if self.gained or self.lost else "as before"
            return f"would have fired {same}, {self.after:.1f} a year"
        return f"would have fired {self.before:.1f} → {self.after:.1f} a year"


def plan(
    conn: Connection,
    before: Sequence[Rule],
    after: Sequence[Rule],
    sources: Mapping[str, Source],
    *,
    since: Period = "",
    until: Period = "",
    vintages: bool = True,
    judging: bool = True,
) -> list[RulePlan]:
    """
    What differs between two sets of rules, in the order of the second; removed rules last. Empty where nothing does.

    ``vintages`` False reads history as it now stands instead of release by release: quicker, and the same but for what
    was revised. ``judging`` False tells only which rules differ, and how.
    """
    old, new = {rule.id: rule for rule in before}, {rule.id: rule for rule in after}
    touched = [name for name in [*new, *(old.keys() - new.keys())] if _differ(old.get(name), new.get(name))]
    judged = [
        replace(rule, id=name + side)
        for name in touched
        if judging and _asks_anew(old.get(name), new.get(name))
        for side, rule in ((_BEFORE, old.get(name)), (_AFTER, new.get(name)))
        if rule is not None and rule.enabled
    ]
    results = backtest(conn, judged, sources, since=since, until=until, vintages=vintages) if judged else []
    known = {result.rule: result for result in results}
    order = {name: number for number, name in enumerate(new)}
    touched.sort(key=lambda name: (order.get(name, len(order)), name))
    return [_planned(name, old.get(name), new.get(name), known, judging=judging) for name in touched]


def _differ(old: Rule | None, new: Rule | None) -> bool:
    return old is None or new is None or bool(edits(old, new)) or _asks_anew(old, new)


def _asks_anew(old: Rule | None, new: Rule | None) -> bool:
    return old is None or new is None or digest(old) != digest(new)


def _planned(
    name: str, old: Rule | None, new: Rule | None, known: Mapping[str, RuleResult], *, judging: bool
) -> RulePlan:
    was, will = known.get(name + _BEFORE), known.get(name + _AFTER)
    told = [{(alert.entity, alert.period): alert._replace(rule=name) for alert in _alerts(one)} for one in (was, will)]
    before, after = told
    kept = [(before[key], after[key]) for key in before if key in after]
    span = will or was
    change = PlanChange.ADDED if old is None else PlanChange.REMOVED if new is None else PlanChange.EDITED
    return RulePlan(
        rule=name,
        change=change,
        edits=edits(old, new) if old and new else (),
        gained=tuple(alert for key, alert in after.items() if key not in before),
        lost=tuple(alert for key, alert in before.items() if key not in after),
        resharpened=tuple((one, other) for one, other in kept if one.severity != other.severity),
        before=was.per_year if was else None,
        after=will.per_year if will else None,
        since=span.since if span else "",
        until=span.until if span else "",
        asks=judging and _asks_anew(old, new),
    )


def _alerts(result: RuleResult | None) -> tuple[Alert, ...]:
    return result.alerts if result else ()
