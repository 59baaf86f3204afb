"""Breaks: a step that nobody traded alerts nobody, and a look back across one says so."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from treasury_watch.core.explain.explain import explain
from treasury_watch.core.figures.names import BREAKS, Break
from treasury_watch.core.figures.panels import View, build_view
from treasury_watch.core.figures.periods import month_number, month_text
from treasury_watch.core.judge.news import judge
from treasury_watch.core.judge.told import ToldLog
from treasury_watch.core.rules import breaks
from treasury_watch.core.rules.model import Condition, Group, Measure, Rule, Selection, Verdict

JAPAN = Selection(frozenset({"Japan"}))


def view_of(start: str, known: bool = True, /, data: str = "tic.holdings", **series: list[float]) -> View:
    """Monthly series from ``start`` on; ``known`` whether the breaks are."""
    rows = [
        (data, entity.replace("_", " "), month_text(month_number(start) + at), value)
        for entity, values in series.items()
        for at, value in enumerate(values)
    ]
    figures = pd.DataFrame(rows, columns=["dataset", "entity", "period", "value"])
    return build_view(figures, breaks=BREAKS if known else ())


def rule(measure: Measure, fire: Condition, only: Selection = JAPAN, data: str = "tic.holdings") -> Rule:
    return Rule(id="asked", title="", data=data, only=only, measure=measure, fire=fire)


CUT = rule(Measure("change", 1), Condition("at_most", -30.0))
SURVEY = [900.0, 850.0, 800.0, 750.0]  # 2010-05 .. 2010-08: fifty less each month, the first step a new survey


def alerts(asked: Rule, view: View) -> list[str]:
    return [alert.period for alert in judge([asked], view, None, ToldLog()).alerts]


def test_the_step_into_a_break_alerts_nobody_and_the_steps_after_it_do() -> None:
    assert alerts(CUT, view_of("2010-05", Japan=SURVEY)) == ["2010-07", "2010-08"]


def test_made_up_figures_have_no_breaks() -> None:
    assert alerts(CUT, view_of("2010-05", False, Japan=SURVEY)) == ["2010-06", "2010-07", "2010-08"]


def test_an_undecided_break_is_explained_with_its_reason() -> None:
    told = explain(CUT, "Japan", "2010-06", view_of("2010-05", Japan=SURVEY))
    assert told.verdict is Verdict.UNDECIDED
    said = dict(told.steps)
    assert "annual survey of June 2010" in said["undecided because"]
    assert said["Jun 2010"] == "850.0 bn"  # the figures themselves are shown


@pytest.mark.parametrize("known", BREAKS, ids=lambda known: known.period)
def test_each_break_is_explained_once(known: Break) -> None:
    whose = next(iter(sorted(known.entities)), "Japan")
    start = month_text(month_number(known.period) - 1)
    asked = replace(CUT, only=Selection(frozenset({whose})))
    told = explain(asked, whose, known.period, view_of(start, True, "tic.holdings", **{whose: [900.0, 850.0]}))
    reasons = [step.says for step in told.steps if step.label == "undecided because"]
    assert f"{known.reason}; the step into this month says nothing" in reasons
    assert all(says.count("traded") <= 1 for says in reasons)


LONG = [1000.0 - at for at in range(14)]  # 2021-01 .. 2022-02; the break is 2021-06


@pytest.mark.parametrize(
    ("measure", "condition", "undecided", "crosses_until"),
    [
        (Measure("change", 1), Condition("below", 0.0), True, "2021-06"),
        (Measure("change", 3), Condition("below", 0.0), True, "2021-08"),
        (Measure("percent_change", 2), Condition("below", 0.0), True, "2021-07"),
        (Measure("versus", since="2021-02"), Condition("below", 0.0), True, "2022-02"),
        (Measure("drawdown", 4), Condition("below", 0.0), True, "2021-08"),
        (Measure("drawdown"), Condition("below", 0.0), True, "2022-02"),
        (Measure("zscore", 3), Condition("below", 0.0), True, "2021-08"),
        (Measure("falling"), Condition("at_least", 1.0), True, ""),
        (Measure("value"), Condition("below", 2000.0), False, ""),
        (Measure("rank"), Condition("at_most", 1.0), False, ""),
        (Measure("rank"), Condition("changes"), True, "2021-06"),
    ],
)
def test_what_compares_with_the_month_before_is_undecided_and_what_looks_further_says_so(
    measure: Measure, condition: Condition, undecided: bool, crosses_until: str
) -> None:
    view = view_of("2021-01", Japan=LONG)
    asked = rule(measure, condition)
    assert (explain(asked, "Japan", "2021-06", view).verdict is Verdict.UNDECIDED) is undecided
    crossing = [month for month in view.months.labels if breaks.crossed(view, asked, "Japan", month)]
    assert (crossing[-1] if crossing else "") == crosses_until
    assert not crossing or crossing[0] == "2021-06"


def test_a_look_back_across_a_break_is_decided_and_explained() -> None:
    told = explain(
        rule(Measure("change", 3), Condition("below", 0.0)), "Japan", "2021-08", view_of("2021-01", Japan=LONG)
    )
    assert told.verdict is Verdict.BREACHED
    assert dict(told.steps)["break"] == (
        "Looks back across a break of the series in Jun 2021: "
        "about 295 bn of bonds entered the total that nobody traded."
    )


def test_several_breaks_are_counted_and_the_last_is_named() -> None:
    view = view_of("2008-01", Japan=[1000.0 - at for at in range(48)])
    asked = rule(Measure("change", 40), Condition("below", 0.0))
    said = breaks.words(breaks.crossed(view, asked, "Japan", "2011-10"))
    assert said.startswith("Looks back across 4 breaks of the series, the last in Sep 2011: ")


def test_a_run_of_falls_begins_anew_at_a_break() -> None:
    view = view_of("2021-03", Japan=[5.0, 4.0, 3.0, 2.0, 1.0, 0.5])
    asked = rule(Measure("falling"), Condition("at_least", 2.0))
    assert explain(asked, "Japan", "2021-05", view).measure == 2.0
    assert explain(asked, "Japan", "2021-06", view).measure is None
    assert explain(asked, "Japan", "2021-08", view).measure == 2.0


def test_a_break_of_one_holder_leaves_the_others_alone() -> None:
    view = view_of("2025-01", Japan=[100.0, 100.0, 10.0], El_Salvador=[100.0, 100.0, 10.0])
    each = Rule(id="each", title="", data="tic.holdings", each="holder", measure=CUT.measure, fire=CUT.fire)
    assert [alert.entity for alert in judge([each], view, None, ToldLog()).alerts] == ["Japan"]


def test_a_group_breaks_with_any_of_its_members() -> None:
    view = view_of("2025-01", Japan=[100.0, 100.0, 10.0], El_Salvador=[1.0, 1.0, 85.0])
    group = Group("both", ("Japan", "El Salvador"))
    asked = Rule(id="both", title="", data="tic.holdings", combine=group, measure=Measure("change", 1), fire=CUT.fire)
    assert explain(asked, "both", "2025-03", view).verdict is Verdict.UNDECIDED


def test_what_is_bought_in_a_month_does_not_break() -> None:
    flows = rule(Measure("change", 1), Condition("at_most", -30.0), data="tic.net_long_term")
    assert alerts(flows, view_of("2021-05", data="tic.net_long_term", Japan=[50.0, 0.0])) == ["2021-06"]


def test_a_count_is_undecided_where_everyones_series_breaks() -> None:
    view = view_of("2021-04", Japan=[3.0, 2.0, 1.0], Brazil=[3.0, 2.0, 1.0])
    counted = Rule(
        id="counted",
        title="",
        data="tic.holdings",
        each="holder",
        measure=Measure("change", 1),
        count=Condition("below", 0.0),
        fire=Condition("at_least", 2.0),
    )
    assert explain(counted, "all", "2021-05", view).verdict is Verdict.BREACHED
    told = explain(counted, "all", "2021-06", view)
    assert told.verdict is Verdict.UNDECIDED
    assert any("295 bn" in step.says for step in told.steps)


def test_lowest_in_passes_over_the_month_that_cannot_be_compared() -> None:
    falling = [500.0 - 10 * at for at in range(16)]
    view = view_of("2020-06", Japan=falling)
    asked = rule(Measure("value"), Condition("lowest_in", n=12))
    assert explain(asked, "Japan", "2021-06", view).verdict is Verdict.UNDECIDED
    told = explain(asked, "Japan", "2021-07", view)
    assert told.verdict is Verdict.BREACHED
    assert "Looks back across a break" in dict(told.steps)["break"]
