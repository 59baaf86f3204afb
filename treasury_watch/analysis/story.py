"""
The unwind story: each claim that goes round, what the figures that are kept say of it, and which rule says so.

The evidence comes from the rules of ``rules/unwind.yaml`` by the evaluator that judges; nothing is computed here that
an alert would not say. A claim of which the figures kept say nothing is left open, and said to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from treasury_watch.core.explain.explain import Explanation, NotCovered, covered_entities, explain, newest_period
from treasury_watch.core.figures.datasets import DATASETS, Calendar
from treasury_watch.core.figures.names import entity_words
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import figure_words, period_words
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Rule, Verdict
from treasury_watch.core.rules.words import measure_words
from treasury_watch.pipeline.view import needed_datasets, rules_of, view_of
from treasury_watch.store.database import Connection


class Finding(StrEnum):
    """What the figures say of a claim."""

    FOR = "for"
    AGAINST = "against"
    MIXED = "mixed"
    NOT_BORNE_OUT = "not borne out"
    OPEN = "open"


class Claim(NamedTuple):
    """
    A claim, the rules that speak for and against it, and when it is asked.

    ``periods`` are the months of which it is a claim. None given: the newest. ``since``: it is enough that it was so
    once since then.
    """

    claim: str
    rule: str
    against: str = ""
    periods: tuple[Period, ...] = ()
    since: Period = ""
    proxy: bool = False


class Evidence(NamedTuple):
    """One line of the table."""

    claim: str
    says: Finding
    evidence: str
    rules: tuple[str, ...]


CLAIMS: Final = (
    Claim("Japan sold over $20 bn in one month", "unwind-japan-sells-20bn", since="2024-01"),
    Claim("Japan holds over $1 tn", "unwind-japan-over-1tn"),
    Claim("Japan dropped sharply by mid-2025", "unwind-japan-drops", "unwind-japan-rises", ("2025-06",)),
    Claim(
        "Japan cuts tens of billions each year",
        "unwind-japan-sells-yearly",
        "unwind-japan-buys-yearly",
        ("2024-12", "2025-12"),
    ),
    Claim("China is at its lowest since 2008", "unwind-china-lowest"),
    Claim(
        "China has been scaling back, its custodians included",
        "unwind-china-complex-falls",
        "unwind-china-complex-holds",
        ("2025-12",),
    ),
    Claim("At least ten of the top 20 trimmed since late 2024", "unwind-ten-trim"),
    Claim("Auctions must offer higher rates", "unwind-auctions-pay-more", "unwind-auctions-pay-less"),
    Claim("Fewer foreign buyers at auctions", "unwind-fewer-indirect", "unwind-more-indirect", proxy=True),
)
"""The claims, in the order in which the story tells them."""


def evidence(conn: Connection, rules: Sequence[Rule], claims: Sequence[Claim] = CLAIMS) -> list[Evidence]:
    """What the figures kept say of each claim. A claim whose rules are not among ``rules`` is left out."""
    by_id = {rule.id: rule for rule in rules}
    told = {name for claim in claims for name in (claim.rule, claim.against)}
    views: dict[Calendar, View] = {}
    for calendar in Calendar:
        asked = rules_of((rule for rule in rules if rule.id in told), calendar)
        views[calendar] = view_of(conn, needed_datasets(asked, calendar), asked)
    return [_evidence(claim, by_id, views) for claim in claims if claim.rule in by_id]


def _evidence(claim: Claim, rules: Mapping[str, Rule], views: Mapping[Calendar, View]) -> Evidence:
    rule = rules[claim.rule]
    against = rules.get(claim.against)
    view = views[DATASETS[rule.data].calendar]
    found = list(_explanations(rule, claim, view))
    breached = [one for one in found if one.verdict is Verdict.BREACHED]
    refuted = [one for one in _explanations(against, claim, view) if one.verdict is Verdict.BREACHED] if against else []
    decided = [one for one in found if one.verdict is not Verdict.UNDECIDED]
    words = _once(rule, breached, decided) if claim.since else "; ".join(_words(rule, one) for one in found)
    if claim.proxy:
        words = f"{words} (a proxy: no figure says where bidders live)"
    names = (rule.id, against.id) if against else (rule.id,)
    says = _says(breached, refuted, decided, once=bool(claim.since))
    return Evidence(claim.claim, says, words or "no figures kept", names)


def _says(
    breached: list[Explanation], refuted: list[Explanation], decided: list[Explanation], *, once: bool
) -> Finding:
    if not decided:
        return Finding.OPEN
    if breached and (refuted or (len(breached) < len(decided) and not once)):
        return Finding.MIXED
    if breached:
        return Finding.FOR
    return Finding.AGAINST if refuted else Finding.NOT_BORNE_OUT


def _explanations(rule: Rule, claim: Claim, view: View) -> Iterator[Explanation]:
    """What the rule says of each of its entities in each period that the claim is about."""
    for entity in covered_entities(rule, view):
        newest = newest_period(rule, entity, view)
        periods: Sequence[Period] = claim.periods or ([newest] if newest else [])
        if claim.since:
            periods = [month for month in view.months.labels if month >= claim.since]
        if DATASETS[rule.data].calendar is Calendar.AUCTION and newest:
            # The latest auction of a tenor that is no longer sold says nothing of today.
            periods = [newest] if newest[:7] >= _recent(view) else []
        for period in periods:
            try:
                yield explain(rule, entity, period, view)
            except NotCovered:
                continue


def _recent(view: View) -> Period:
    """Half a year before the newest auction kept."""
    newest = max((days[-1] for days in view.auctions.days.values() if days), default="")
    if not newest:
        return ""
    year, month = int(newest[:4]), int(newest[5:7])
    return f"{year:04d}-{month - 6:02d}" if month > 6 else f"{year - 1:04d}-{month + 6:02d}"


def _once(rule: Rule, breached: list[Explanation], decided: list[Explanation]) -> str:
    """Of a claim that something happened once: how often, and the last time; else how near it came."""
    if breached:
        times = f"{len(breached)} month{'s' if len(breached) != 1 else ''} of {len(decided)}"
        return f"{times}, last {_words(rule, breached[-1])}"
    known = [one for one in decided if one.measure is not None]
    lowest = min(known, key=lambda one: one.measure or 0.0, default=None)
    return f"never in {len(decided)} months; nearest {_words(rule, lowest)}" if lowest else ""


def _words(rule: Rule, one: Explanation) -> str:
    when, whose = period_words(one.period), entity_words(one.entity)
    if one.verdict is Verdict.UNDECIDED:
        return f"{whose} {when}: cannot be said"
    if rule.count:
        return f"{when}: {measure_words(rule, one.measure)} of the {one.entity}"
    value = figure_words(
        DATASETS[rule.data], one.value, signed=rule.measure.is_figure and bool(DATASETS[rule.data].moves)
    )
    if rule.measure.is_figure:
        return f"{whose} {when}: {value}"
    shown, unit = measure_words(rule, one.measure), MEASURES[rule.measure.kind].measured_in.word
    return f"{whose} {when}: {value}, {shown} {unit}" if unit else f"{whose} {when}: {shown}"
