"""
One alert as a section of a message: the conclusion with its split, the number against its threshold, its context.

The title carries the split, because the title is what a phone shows. A correction carries what it corrects.
"""

from __future__ import annotations

from typing import NamedTuple

from treasury_watch.core.figures.datasets import AGGREGATES, DATASETS, GRAND_TOTAL, HOLDINGS, RESIDUAL, TOTALS, Entity
from treasury_watch.core.figures.names import entity_words
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.quantities import figure_words, money, number, period_words, when
from treasury_watch.core.figures.splits import SPLIT_DATASETS, Split, Unsplit, split_facts, split_of, split_words
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.judge.cells import threshold_of
from treasury_watch.core.messages.history import Background, before_words, own_words, rank_words
from treasury_watch.core.messages.message import Section
from treasury_watch.core.rules import breaks
from treasury_watch.core.rules.measures import MEASURES, STEP
from treasury_watch.core.rules.model import Rule, Severity
from treasury_watch.core.rules.words import (
    condition_words,
    measure_words,
    measured_words,
    span_words,
    threshold_words,
    unit_of,
)

_OPENINGS = {
    AlertKind.FIRED: "",
    AlertKind.CLEARED: "Ended: ",
    AlertKind.REMINDED: "Still: ",
    AlertKind.RETRACTED: "Retracted: ",
    AlertKind.CORRECTED: "Corrected: ",
}
_OF_HOLDINGS = frozenset({HOLDINGS, TOTALS, "tic.long_term", RESIDUAL, "tic.net"}) | SPLIT_DATASETS
"""Data about what is held, bought or re-priced. A revision has no split: nothing moved but the print."""

_NOT_SPLIT = frozenset(AGGREGATES) - {GRAND_TOTAL, "Foreign Official"}


class PriorAlert(NamedTuple):
    """An alert as it is told: its number in the store, the title it is listed under, and what it corrects, if any."""

    number: int
    title: str
    struck: str = ""


def alert_section(rule: Rule, alert: Alert, told: PriorAlert, background: Background) -> Section:
    """One alert as a section: the conclusion and what moved it, the number against its threshold, rank, caveat."""
    split = alert_split(rule, alert, background.view)
    retracted = alert.kind is AlertKind.RETRACTED
    conclusion = _OPENINGS[alert.kind] + told.title
    # What was withdrawn is not explained: its title is the old one, and the figures beside it are the new ones.
    if isinstance(split, Split) and not retracted:
        conclusion = f"{conclusion}: {_split_after(told.title, rule, alert, split)}"
    lines = [_sentence(rule, alert)]
    if not retracted:
        crossed = breaks.words(breaks.crossed(background.view, rule, alert.entity, alert.period))
        lines += [rank_words(rule, alert, background), own_words(rule, alert, background), crossed]
        lines += [split.value] if isinstance(split, Unsplit) else []
    before = "" if retracted else before_words(rule, alert, background)
    return Section(
        kind=alert.kind.value,
        title=conclusion,
        severity=alert.severity,
        text="\n".join(line for line in lines if line),
        facts=_facts(rule, alert, background.view, split),
        links=rule.links,
        note=" ".join(part for part in (rule.why, before, f"Rule {rule.id}.") if part),
        struck=told.struck,
        alert=told.number,
    )


def alert_split(rule: Rule, alert: Alert, view: View) -> Split | Unsplit:
    """
    What moved the holdings that an alert is about, over the span of its measure.

    Of a group: its members together. Of a count: the Grand Total, since many fell.
    """
    dataset = DATASETS[rule.data]
    if rule.data not in _OF_HOLDINGS or alert.entity in _NOT_SPLIT:
        return Unsplit.NO_CHANGE
    whose: tuple[str, ...] = (alert.entity,)
    if rule.combine:
        whose = rule.combine.members
    elif rule.count:
        whose = (GRAND_TOTAL,) if dataset.entity is Entity.HOLDER else ()
    return split_of(view, whose, alert.period, _span(rule, alert, view))


def _span(rule: Rule, alert: Alert, view: View) -> int:
    """The months that the measure looks back over: those of a change are what the reader wants split."""
    fixed, own = view.months.row(rule.measure.since or ""), view.months.row(alert.period)
    return MEASURES[rule.measure.kind].split_over(rule.measure, -1 if own is None else own, fixed)


def _split_after(title: str, rule: Rule, alert: Alert, split: Split) -> str:
    """The split, after the amount it splits where the title does not say that."""
    words = split_words(split)
    if number(abs(split.change), 1) in title:
        return words
    of = f"{GRAND_TOTAL} " if rule.count else "holdings " if rule.data not in (HOLDINGS, TOTALS) else ""
    when = f"in {period_words(alert.period)}" if split.months == 1 else f"over {split.months} months"
    return f"{of}{money(split.change, signed=True)} {when}, {words}"


def _sentence(rule: Rule, alert: Alert) -> str:
    dataset = DATASETS[rule.data]
    measured = measure_words(rule, alert.measure)
    threshold = threshold_of(rule, alert.kind, alert.severity)
    asked = condition_words(threshold, alert.threshold, unit_of(rule))
    whose = entity_words(alert.entity)
    if rule.combine:
        whose += f" ({' + '.join(rule.combine.members)})"
    if rule.count:
        subject = f"{measured} of the {alert.entity}"
    elif dataset.revises:
        subject = f"{whose}: {period_words(alert.period)} by {figure_words(dataset, alert.value, signed=True)}"
    elif rule.measure.is_figure:
        subject = f"{whose}: {figure_words(dataset, alert.value)} {when(alert.period)}"
    else:
        subject = f"{whose}: {span_words(rule.measure, dataset.calendar)} {measured}"
    match alert.kind:
        case AlertKind.CLEARED:
            return (
                f"{subject}; the all-clear was asked for {asked}." if rule.clear else f"{subject}; no longer {asked}."
            )
        case AlertKind.RETRACTED if alert.measure is None:
            # Only a release that is taken back leaves no figure behind it.
            gone = f"Of {whose} nothing is known for {period_words(alert.period)}"
            return f"The release that said so was taken back. {gone}."
        case AlertKind.RETRACTED:
            return f"A later release revised the figures. {subject}; that is not {asked}."
        case AlertKind.CORRECTED:
            if alert.retracts_all_clear:
                return f"A later release revised the figures. {subject}: the all-clear no longer holds."
            if alert.of_figure_alone:
                return f"A later release revised the figures. {subject}; still {alert.severity.word} ({asked})."
            was = f", told as {alert.was.word}" if alert.was is not None else ""
            return f"A later release revised the figures. {subject}; now {alert.severity.word}{was} ({asked})."
        case _:
            by = " Known only by revision of an earlier release." if alert.by_revision else ""
            return f"{subject}; threshold: {threshold_words(threshold, alert.threshold, unit_of(rule))}.{by}"


def _facts(rule: Rule, alert: Alert, view: View, split: Split | Unsplit) -> tuple[tuple[str, str], ...]:
    """The figure, the one before, what moved between them; a split over months says so, and the change beside it."""
    facts: list[tuple[str, str]] = []
    dataset = DATASETS[rule.data]
    if dataset.revises:
        now = view.value(dataset.revises, alert.entity, alert.period)
        if now is None or alert.value is None:
            return ()
        base = DATASETS[dataset.revises]
        return ("Published before", figure_words(base, now - alert.value)), ("Published now", figure_words(base, now))
    if not rule.count and not rule.combine and not (alert.kind is AlertKind.RETRACTED and alert.value is None):
        facts.append((period_words(alert.period), figure_words(dataset, alert.value)))
        rows = view.rows(dataset.calendar)
        row = rows.row(alert.period, alert.entity)
        before = rows.period(row - 1, alert.entity) if row else ""
        previous = view.value(rule.data, alert.entity, before) if before else None
        if previous is not None:
            facts.append((period_words(before), figure_words(dataset, previous)))
            if alert.value is not None and rule.measure != STEP:
                label = f"Change from {period_words(before)}" if _over_months(split) else "Change"
                facts.append((label, measured_words(rule.data, STEP, alert.value - previous)))
    return (*facts, *(split_facts(split) if isinstance(split, Split) else ()))


def _over_months(split: Split | Unsplit) -> bool:
    return isinstance(split, Split) and split.months > 1


def loudness(section: Section) -> Severity:
    """How loud a section makes its message: what was retracted no longer cries."""
    return Severity.INFO if section.kind == AlertKind.RETRACTED.value else section.severity
