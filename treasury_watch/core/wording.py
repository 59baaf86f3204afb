"""
The words: how an alert, a digest, a refused file become sections of a message.

Pure, and the same on every channel. The conclusion comes first; every number has its unit; a sign is a true minus.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from treasury_watch.core.calendar import next_release
from treasury_watch.core.datasets import (
    AGGREGATES,
    DATASETS,
    GRAND_TOTAL,
    HOLDINGS,
    TOTALS,
    Calendar,
    Dataset,
    Unit,
)
from treasury_watch.core.judging import Alert, Incident, Kind
from treasury_watch.core.messages import Message, Section
from treasury_watch.core.panels import Change, View
from treasury_watch.core.published import Period
from treasury_watch.core.quantities import money, number, period_words, quantity
from treasury_watch.core.rules import Condition, Measure, Rule, Severity

_SIGNED = frozenset({"change", "percent_change", "versus_mean", "versus", "drawdown", "sum"})
_PERCENT = frozenset({"percent_change", "share"})
_PLAIN = frozenset({"zscore", "rank", "falling", "rising"})
_FIELD = re.compile(r"\{(\w+)\}")
_LEVEL = re.compile(r"(-?[\d.,]+)\s*(tn|bn|mn|bp|%|x)?")
_OPS = {
    "below": "below",
    "above": "above",
    "at_most": "at or below",
    "at_least": "at or above",
    "outside": "outside",
    "lowest_in": "lowest in",
    "highest_in": "highest in",
    "lowest_since": "lowest since",
    "highest_since": "highest since",
    "changes": "a change",
}
_MOVERS = 3


class Fact(NamedTuple):
    """A label and a value of a message's small table."""

    label: str
    value: str


def measure_words(rule: Rule, value: float | None) -> str:
    """What was compared, with its unit: ``−47.7 bn``, ``−2.3``, ``15``."""
    if value is None:
        return "n/a"
    dataset, kind = DATASETS[rule.data], rule.measure.kind
    if rule.count or kind in {"rank", "falling", "rising"}:
        return number(value, 0)
    if kind in _PERCENT:
        return quantity(value, Unit.PERCENT, 1, signed=kind == "percent_change")
    if kind in _PLAIN:
        return number(value, 2)
    return figure_words(dataset, value, signed=kind in _SIGNED)


def figure_words(dataset: Dataset, value: float | None, *, signed: bool = False) -> str:
    """A figure of a dataset as it is read: billions to one decimal whatever the file prints."""
    if value is None:
        return "n/a"
    return quantity(value, dataset.unit, 1 if dataset.unit is Unit.BILLIONS else dataset.decimals, signed=signed)


def level_words(said: str) -> str:
    """A level as its author wrote it, spaced and signed as everywhere: ``-30bn`` is ``−30 bn``."""
    found = _LEVEL.fullmatch(said.strip())
    if not found:
        return said.replace("_", " ")
    level, unit = found[1].replace("-", "−"), found[2] or ""
    return f"{level} {unit}" if unit in {"tn", "bn", "mn", "bp"} else f"{level}{unit}"


def condition_words(condition: Condition, said: str) -> str:
    """``below −30 bn``; ``lowest in 24 auctions``."""
    words = _OPS[condition.op]
    level = level_words(said)
    return words if not level or level.startswith(words) else f"{words} {level}"


def span_words(measure: Measure, calendar: Calendar) -> str:
    """How a measure is named in a sentence: ``change over 3 months``."""
    unit = "month" if calendar is Calendar.MONTH else "auction"
    span = f"{measure.n} {unit}{'s' if measure.n != 1 else ''}" if measure.n else f"all {unit}s"
    match measure.kind:
        case "change" | "percent_change":
            return f"change over {span}"
        case "sum":
            return f"sum of {span}"
        case "share":
            return f"share of {GRAND_TOTAL}"
        case "zscore":
            return f"standard deviations from the mean of the {span} before"
        case "versus_mean":
            return f"against the mean of the {span} before"
        case "versus":
            return f"against {period_words(measure.since or '')}"
        case "falling" | "rising":
            return f"{unit}s {measure.kind} in a row"
        case "drawdown":
            return f"below the highest of {span}"
        case kind:
            return kind


def title(rule: Rule, alert: Alert, view: View) -> str:
    """The rule's title with its fields filled in."""
    dataset = DATASETS[rule.data]
    fields = {
        "holder": alert.entity,
        "tenor": alert.entity,
        "value": figure_words(dataset, alert.value),
        "measure": measure_words(rule, alert.measure),
        "threshold": level_words(alert.threshold),
        "period": period_words(alert.period),
        "count": measure_words(rule, alert.measure),
        "rank": _rank(alert.entity, alert.period, view),
    }
    return _FIELD.sub(lambda field: fields.get(field[1], field[0]), rule.title)


def _rank(entity: str, period: Period, view: View) -> str:
    own = view.value(HOLDINGS, entity, period)
    if own is None:
        return "n/a"
    panel = view.panel(HOLDINGS)
    row = view.months.row(period)
    known = [value for value in panel.values[row if row is not None else -1] if not np.isnan(value)]
    return str(1 + sum(value > own for value in known))


def alert_section(rule: Rule, alert: Alert, view: View, told_title: str) -> Section:
    """One alert as a section: the conclusion, the number against its line, what moved it, the caveat."""
    words = {
        Kind.FIRED: told_title,
        Kind.CLEARED: f"Over: {told_title}",
        Kind.REMINDED: f"Still: {told_title}",
        Kind.RETRACTED: f"Retracted: {told_title}",
        Kind.CORRECTED: f"Corrected: {told_title}",
    }[alert.kind]
    return Section(
        kind=alert.kind.value,
        title=words,
        severity=alert.severity,
        text=_sentence(rule, alert),
        facts=_facts(rule, alert, view),
        links=rule.links,
        note=" ".join(part for part in (rule.why, f"Rule {rule.id}.") if part),
    )


def _sentence(rule: Rule, alert: Alert) -> str:
    dataset = DATASETS[rule.data]
    measured = measure_words(rule, alert.measure)
    asked = condition_words(_reached(rule, alert), alert.threshold)
    if rule.count:
        subject = f"{measured} of the {alert.entity}"
    elif rule.measure.kind == "value":
        subject = f"{alert.entity}: {figure_words(dataset, alert.value)} in {period_words(alert.period)}"
    else:
        subject = f"{alert.entity}: {span_words(rule.measure, dataset.calendar)} {measured}"
    match alert.kind:
        case Kind.CLEARED:
            return (
                f"{subject}; the all-clear was asked for {asked}." if rule.clear else f"{subject}; no longer {asked}."
            )
        case Kind.RETRACTED:
            return f"A later release revised the figures. {subject}; that is not {asked}."
        case Kind.CORRECTED:
            was = f", told as {alert.was.word}" if alert.was is not None else ""
            return f"A later release revised the figures. {subject}; now {alert.severity.word}{was} ({asked})."
        case _:
            by = " Known only by revision of an earlier release." if alert.by_revision else ""
            return f"{subject}; the line is {asked}.{by}"


def _reached(rule: Rule, alert: Alert) -> Condition:
    if alert.kind is Kind.CLEARED and rule.clear:
        return rule.clear
    return next((level for severity, level in rule.levels if severity == alert.severity), rule.fire)


def _facts(rule: Rule, alert: Alert, view: View) -> tuple[tuple[str, str], ...]:
    dataset = DATASETS[rule.data]
    if rule.count or rule.combine:
        return ()
    facts = [Fact(period_words(alert.period), figure_words(dataset, alert.value))]
    rows = view.rows(dataset.calendar)
    row = rows.row(alert.period, alert.entity)
    before = rows.period(row - 1, alert.entity) if row else ""
    previous = view.value(rule.data, alert.entity, before) if before else None
    if previous is not None:
        facts.append(Fact(period_words(before), figure_words(dataset, previous)))
        if alert.value is not None and rule.measure != Measure("change", 1):
            facts.append(Fact("Change", figure_words(dataset, alert.value - previous, signed=True)))
    facts += split(view, alert.entity, alert.period) if rule.data == HOLDINGS else []
    return tuple((fact.label, fact.value) for fact in facts)


def split(view: View, holder: str, month: Period) -> list[Fact]:
    """
    What a month's change of holdings is made of, where Table 1 tells: bought or sold, price, and the rest.

    The rest is bills, custody moves and revisions: Table 1 knows only long-term Treasuries.
    """
    row = view.months.row(month)
    now = view.value(HOLDINGS, holder, month)
    then = view.value(HOLDINGS, holder, view.months.period(row - 1)) if row else None
    net = view.value("tic.net_long_term", holder, month)
    price = view.value("tic.valuation", holder, month)
    if now is None or then is None or net is None or price is None:
        return []
    bought = "Bought long-term, net" if net >= 0 else "Sold long-term, net"
    return [
        Fact(bought, money(net, signed=True)),
        Fact("Price", money(price, signed=True)),
        Fact("Bills, custody, revisions", money(now - then - net - price, signed=True)),
    ]


def holdings_digest(
    view: View,
    month: Period,
    changes: Sequence[Change],
    fired: int,
    *,
    first_sight: bool = False,
    late: Sequence[Alert] = (),
) -> Section:
    """
    A TIC release in short: totals, the largest moves both ways, what was revised, and how many rules fired.

    ``late`` are breaches that a revision brought to light too far back to be told one by one.
    """
    facts = []
    row = view.months.row(month)
    before = view.months.period(row - 1) if row else ""
    for aggregate in AGGREGATES:
        now, then = view.value(TOTALS, aggregate, month), view.value(TOTALS, aggregate, before) if before else None
        if now is not None and aggregate != "All Other":
            moved = f" ({money(now - then, signed=True)})" if then is not None else ""
            facts.append((aggregate, money(now) + moved))
    total = view.value(TOTALS, GRAND_TOTAL, month)
    parts = [] if first_sight else [f"{fired} alert{'s' * (fired != 1)}." if fired else "No rule fired."]
    parts.append(revisions_words(changes))
    if late:
        names = ", ".join(f"{alert.rule}: {alert.entity} {period_words(alert.period)}" for alert in late[:_MOVERS])
        more = f" and {len(late) - _MOVERS} more" if len(late) > _MOVERS else ""
        parts.append(f"Breached by revision, further back: {names}{more}.")
    return Section(
        kind="digest",
        title=f"Foreign holdings for {period_words(month)}: {money(total) if total is not None else 'n/a'}",
        text=" ".join(part for part in parts if part),
        facts=tuple(facts),
        rows=_movers(view, month, before),
    )


def _movers(view: View, month: Period, before: Period) -> tuple[tuple[str, ...], ...]:
    moves = []
    for holder in view.panel(HOLDINGS).columns:
        now, then = view.value(HOLDINGS, holder, month), view.value(HOLDINGS, holder, before) if before else None
        if now is not None and then is not None:
            moves.append((now - then, holder, now))
    moves.sort()
    falls = [move for move in moves if move[0] < 0][:_MOVERS]
    rises = [move for move in moves if move[0] > 0][-_MOVERS:]
    if not falls and not rises:
        return ()
    heading = ("Largest moves", period_words(month), "change")
    return (heading, *((name, money(now), money(moved, signed=True)) for moved, name, now in falls + rises))


def revisions_words(changes: Sequence[Change]) -> str:
    """``3 earlier figures were revised, most of all United Kingdom Sep 2025: 862.1 → 862.5 bn.`` Empty for none."""
    revised = [change for change in changes if change.old is not None]
    if not revised:
        return ""
    most = max(revised, key=lambda change: abs(change.new - (change.old or 0.0)))
    dataset = DATASETS[most.dataset]
    moved = f"{number(most.old or 0.0, 1)} → {figure_words(dataset, most.new)}"
    what = f"{len(revised)} earlier figure{'s were' if len(revised) != 1 else ' was'} revised"
    return f"{what}, most of all {most.entity} {period_words(most.period)}: {moved}."


def standing_section(incidents: Sequence[Incident], titles: Mapping[tuple[str, str], str]) -> Section | None:
    """What holds already when the service first looks; None where nothing does."""
    if not incidents:
        return None
    rows = [("Holds now", "since", "severity")]
    for incident in incidents:
        name = titles.get((incident.rule, incident.entity), f"{incident.rule}: {incident.entity}")
        rows.append((name, period_words(incident.since), incident.severity.word))
    count = len(incidents)
    return Section(
        kind="digest",
        title=f"{count} rule{'s hold' if count != 1 else ' holds'} already and will not be told as news",
        rows=tuple(rows),
    )


def compose(
    alerts: Sequence[Section], digest: Sequence[Section], context: Sequence[str], *, source_title: str
) -> Message:
    """One message of one release: alerts first, sharpest first, then the digest."""
    ordered = sorted(alerts, key=lambda section: -section.severity)
    lead = ordered[0] if ordered else digest[0]
    headline = lead.title
    if len(ordered) > 1:
        others = len(ordered) - 1
        headline = f"{headline}, and {others} more alert{'s' if others != 1 else ''}"
    return Message(
        headline=headline,
        severity=lead.severity,
        sections=(*ordered, *digest),
        context=(source_title, *context),
    )


def release_context(newest: Period, released_on: str, *, monthly: bool, today: date) -> tuple[str, ...]:
    """The small print of a release's message: data month, published when, next release when."""
    parts = [f"data to {period_words(newest)}"]
    if released_on:
        parts.append(f"published {period_words(released_on)}")
    if monthly:
        coming = next_release(today)
        estimated = " (estimated)" if coming.estimated else ""
        parts.append(f"next release {period_words(coming.day.isoformat())}{estimated}")
    return tuple(parts)


def operator_message(headline: str, text: str, severity: Severity = Severity.HIGH) -> Message:
    """A word to whoever runs the bot: a file refused, a source late, a rule file with mistakes; or the all-clear."""
    section = Section(kind="operator", title=headline, severity=severity, text=text)
    return Message(headline=headline, severity=severity, sections=(section,), context=("Treasury Watch",))
