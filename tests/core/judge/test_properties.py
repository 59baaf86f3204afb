"""Properties of judging, for rules of every kind: against a slow evaluator of its own, and against itself."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.generated import history, sheets
from tests.core.reference import Data, Reference
from tests.core.small import Figures, Tape
from treasury_watch.core.figures.datasets import Calendar
from treasury_watch.core.figures.panels import View
from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.judge.implied import implied
from treasury_watch.core.judge.news import judge
from treasury_watch.core.judge.told import ToldLog
from treasury_watch.core.rules.model import Mode, Rule, Severity, Verdict
from treasury_watch.core.rules.numbers import Numbers

SEEDS = st.integers(0, 10**9)
LENGTHS = st.integers(3, 17)
thorough = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def reference(tape: Tape) -> Reference:
    return Reference(Data(tape.latest, tape.first))


def fast_answers(rules: list[Rule], of: View) -> dict[tuple[str, str, str], tuple[Verdict, Severity | None, bool]]:
    numbers = Numbers(of)
    batch = RuleBatch(rules, numbers, Calendar.MONTH)
    table = batch.table(numbers, 0)
    found = {}
    for series in range(batch.size):
        for row, month in enumerate(of.months.labels):
            verdict = Verdict(int(table.verdicts[row, series]))
            severity = Severity(int(table.severities[row, series])) if verdict is Verdict.BREACHED else None
            ends = verdict is Verdict.CLEAR and bool(table.clearing[row, series])
            found[batch.rule(series).id, batch.entity(series), month] = (verdict, severity, ends)
    return found


def slow_answers(rules: list[Rule], tape: Tape) -> dict[tuple[str, str, str], tuple[Verdict, Severity | None, bool]]:
    slow = reference(tape)
    found = {}
    for rule in rules:
        for entity in slow.asked(rule):
            for month, answer in zip(slow.data.months, slow.answers(rule, entity), strict=True):
                severity = answer.severity if answer.verdict is Verdict.BREACHED else None
                ends = answer.verdict is Verdict.CLEAR and answer.ends
                found[rule.id, entity, month] = (answer.verdict, severity, ends)
    return found


@thorough
@given(sheets(), SEEDS, LENGTHS)
def test_every_verdict_is_that_of_the_slow_evaluator(rules: list[Rule], seed: int, count: int) -> None:
    tape = Tape(rules)
    for figures in history(seed, count, revising=True):
        tape.latest |= figures
        tape.first = figures | tape.first
    assert fast_answers(rules, tape.view()) == slow_answers(rules, tape)


@pytest.mark.slow("long series of releases by many rules")
@thorough
@given(sheets(), SEEDS, LENGTHS)
def test_after_every_release_what_stands_is_what_the_newest_figures_say(
    rules: list[Rule], seed: int, count: int
) -> None:
    tape = Tape(rules)
    releases = history(seed, count, revising=True)
    for number, figures in enumerate(releases):
        tape.release(figures)
        if number % 5 and number != len(releases) - 1:
            continue  # the slow evaluator is slow
        slow = reference(tape)
        for rule in rules:
            newest = slow.data.newest(rule.data)
            for entity in slow.asked(rule):
                answers = slow.answers(rule, entity)[: newest + 1]
                if rule.mode is Mode.EACH_RELEASE:
                    told = tape.stands()
                    stands = [told.get((rule.id, entity, month)) for month in slow.data.months]
                    for t, answer in enumerate(answers):
                        where = (rule.id, entity, slow.data.months[t])
                        hushed = [known for known in stands[max(t - rule.cooldown, 0) : t] if known is not None]
                        if answer.verdict is Verdict.BREACHED and stands[t] is None:
                            assert hushed, where
                            assert max(hushed) >= answer.severity, where
                        elif answer.verdict is Verdict.BREACHED:
                            assert stands[t] == answer.severity, where
                        elif answer.verdict is Verdict.CLEAR:
                            assert stands[t] is None, where
                if rule.mode is Mode.UNTIL_CLEAR and answers:
                    incident = tape.log.open_episodes().get((rule.id, entity))
                    if answers[-1].verdict is Verdict.BREACHED:
                        assert incident is not None, (rule.id, entity)
                        assert incident.severity >= answers[-1].severity
                    elif answers[-1].verdict is Verdict.CLEAR and answers[-1].ends:
                        assert incident is None, (rule.id, entity)


@pytest.mark.slow("long series of releases by many rules")
@thorough
@given(sheets(), SEEDS, LENGTHS, SEEDS)
def test_however_the_releases_are_cut_the_same_is_told(rules: list[Rule], seed: int, count: int, cut: int) -> None:
    releases = history(seed, count, revising=False, missing=0.15)
    one_by_one, in_lumps = Tape(rules), Tape(rules)
    singly = [alert for figures in releases for alert in one_by_one.release(figures).alerts]
    chance = Random(cut)
    lumps: list[Figures] = [{}]
    for figures in releases:
        lumps[-1] |= figures
        if chance.random() < 0.5:
            lumps.append({})
    lumped = [alert for figures in lumps for alert in in_lumps.release(figures).alerts]
    at_once = judge(rules, one_by_one.view(), None, ToldLog())

    assert sorted(lumped) == sorted(singly) == sorted(at_once.alerts)
    log = ToldLog(at_once.entries(rules))
    assert in_lumps.log.series == one_by_one.log.series == log.series
    whole = list(implied(rules, one_by_one.view()))
    assert {(one.rule, one.entity): one for part in whole for one in part.open_episodes()} == log.open_episodes()
    fired = [alert for part in whole for alert in part.fired()]
    assert sorted(fired) == sorted(alert for alert in singly if alert.kind is AlertKind.FIRED)

    slow = reference(one_by_one)
    for rule in rules:
        events = [event for entity in slow.asked(rule) for event in slow.events(rule, entity)]
        heard = [alert for alert in singly if alert.rule == rule.id]
        assert sorted((alert.entity, alert.period, alert.kind, alert.severity) for alert in heard) == sorted(events)
