"""Planning: what an edit of the rules would have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.made_up import CUT, JAPAN, keep, release, store_of
from treasury_watch.analysis.plan import PlanChange, RulePlan, plan
from treasury_watch.core.judge.alert import Alert
from treasury_watch.core.rules.model import Condition, Mode, Rule, Selection, Severity
from treasury_watch.sources import SOURCES
from treasury_watch.store.database import reading

MILDER = replace(CUT, fire=Condition("at_most", -10.0, said="-10bn"))
SHARPER = replace(CUT, fire=Condition("at_most", -30.0, said="-30bn"))


def planned(before: Sequence[Rule], after: Sequence[Rule], **bounds: str) -> list[RulePlan]:
    with reading(store_of({"Japan": JAPAN})) as conn:
        return plan(conn, before, after, SOURCES, **bounds)  # type: ignore[arg-type]  # since and until are text


def periods(alerts: Sequence[Alert]) -> list[str]:
    return [alert.period for alert in alerts]


def test_an_edit_that_changes_nothing_is_no_plan() -> None:
    assert planned([CUT], [replace(CUT, line=7)]) == []


def test_a_milder_level_gains_alerts_each_with_its_month() -> None:
    (told,) = planned([CUT], [MILDER])
    assert periods(told.gained) == ["2025-02", "2025-12"]
    assert (told.lost, told.before, told.after) == ((), 3.0, 5.0)
    assert str(told) == "cut: at_most −20bn → −10bn; would have fired 3.0 → 5.0 a year"


def test_a_sharper_level_loses_alerts_each_with_its_month() -> None:
    (told,) = planned([CUT], [SHARPER])
    assert periods(told.lost) == ["2025-03"]
    assert told.gained == ()


def test_an_alert_that_is_told_louder_is_neither_gained_nor_lost() -> None:
    (told,) = planned([CUT], [replace(CUT, severity=Severity.HIGH, levels=())])
    assert (told.gained, told.lost) == ((), ())
    assert [(one.period, one.severity, other.severity) for one, other in told.resharpened] == [
        ("2025-03", Severity.NOTICE, Severity.HIGH),
        ("2025-08", Severity.NOTICE, Severity.HIGH),
    ]
    assert str(told).endswith("would have fired as before, 3.0 a year")


def test_a_new_rule_and_a_removed_one_say_how_often_they_would_have_fired() -> None:
    other = replace(CUT, id="other")
    told = planned([other], [CUT])
    assert [(one.rule, one.change) for one in told] == [("cut", PlanChange.ADDED), ("other", PlanChange.REMOVED)]
    assert (len(told[0].gained), len(told[1].lost)) == (3, 3)
    assert [str(one) for one in told] == [
        "cut: new; would have fired 3.0 a year",
        "other: removed; would have fired 3.0 a year",
    ]


def test_a_rule_put_to_sleep_loses_all_its_alerts() -> None:
    (told,) = planned([CUT], [replace(CUT, enabled=False)])
    assert (len(told.lost), told.before, told.after) == (3, 3.0, None)
    assert str(told) == "cut: enabled true → false; would have fired 3.0 a year → asleep"


def test_words_that_ask_nothing_are_told_and_not_judged() -> None:
    (told,) = planned([CUT], [replace(CUT, why="Custody moves.")])
    assert (told.asks, told.before) == (False, None)
    assert str(told) == "cut: why none → Custody moves."


def test_only_the_periods_asked_for_are_counted() -> None:
    (told,) = planned([CUT], [MILDER], since="2025-07", until="2025-12")
    assert periods(told.gained) == ["2025-12"]
    assert (told.before, told.after, told.since) == (2.0, 4.0, "2025-07")


def test_a_rule_that_asks_of_other_holders_gains_theirs_and_loses_the_rest() -> None:
    with reading(store_of({"Japan": JAPAN, "India": [250.0, 220.0, 220.0]})) as conn:
        (told,) = plan(conn, [CUT], [replace(CUT, without=Selection(frozenset({"Japan"})))], SOURCES)
    assert ([a.entity for a in told.gained], {a.entity for a in told.lost}) == ([], {"Japan"})


@pytest.mark.parametrize(("vintages", "august"), [(True, True), (False, False)])
def test_an_alert_that_was_revised_away_counts_only_where_history_is_replayed(vintages: bool, august: bool) -> None:
    engine = store_of({"Japan": JAPAN[:6]})
    keep(engine, release({"Japan": JAPAN}), datetime(2026, 2, 18, 21, tzinfo=UTC))
    revised = [*JAPAN[:7], 1030.0, 1020.0, 1010.0, 1000.0, 995.0, 990.0]
    keep(engine, release({"Japan": revised}), datetime(2026, 3, 18, 21, tzinfo=UTC))
    with reading(engine) as conn:
        (told,) = plan(conn, [], [CUT], SOURCES, vintages=vintages)
    assert ("2025-08" in periods(told.gained)) is august
    assert periods(told.gained)[:2] == ["2025-03", "2025-05"]


def test_a_lasting_rule_is_planned_by_its_openings() -> None:
    floor = replace(
        CUT,
        measure=replace(CUT.measure, kind="value", n=None),
        mode=Mode.UNTIL_CLEAR,
        levels=(),
        fire=Condition("below", 1020.0, said="1.02tn"),
    )
    (told,) = planned([floor], [replace(floor, fire=Condition("below", 1000.0, said="1tn"))])
    assert (periods(told.lost), periods(told.gained)) == (["2025-05", "2025-08"], ["2025-10"])
