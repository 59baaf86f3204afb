"""What one alert says: the conclusion with its split, its place in history, when the rule fired before."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.core.small import auctions, change, holdings, rule
from tests.core.small import view as small_view
from treasury_watch.bundled import bundled_releases
from treasury_watch.core.figures.names import BREAKS
from treasury_watch.core.figures.panels import View, build_view
from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.judge.news import judge
from treasury_watch.core.judge.told import ToldLog
from treasury_watch.core.messages.alert import PriorAlert, alert_section
from treasury_watch.core.messages.history import Background, before_words, own_words, rank_words
from treasury_watch.core.messages.message import Section
from treasury_watch.core.messages.title import title_of
from treasury_watch.core.rules.model import Condition, Group, Measure, Mode, Rule, Selection, Severity

JAPAN = Selection(frozenset({"Japan"}))
CUT = Rule(
    id="cut",
    title="{holder} cut {measure} in {period}",
    why="Price is in it.",
    data="tic.holdings",
    only=JAPAN,
    measure=Measure("change", 1),
    fire=Condition("at_most", -30.0, said="-30bn"),
)


@pytest.fixture(scope="module")
def view() -> View:
    """The history that comes with the bot: holders since 2000, net sales since 2023, auctions since 1996."""
    newest = {figure[:3]: figure for old in bundled_releases() for figure in old.release.figures}
    rows = [figure[:4] for figure in newest.values()]
    return build_view(pd.DataFrame(rows, columns=["dataset", "entity", "period", "value"]), breaks=BREAKS)


def alert_of(rule: Rule, view: View, period: Period) -> Alert:
    """The rule's alert of a period, as the judge gives it."""
    (alert,) = [
        alert
        for alert in judge([rule], view, None, ToldLog()).alerts
        if alert.period == period and alert.kind is AlertKind.FIRED
    ]
    return alert


def section_of(rule: Rule, view: View, period: Period) -> Section:
    alert = alert_of(rule, view, period)
    return alert_section(rule, alert, PriorAlert(7, title_of(rule, alert, view)), Background([rule], view))


def test_the_title_answers_first_and_carries_the_split(view: View) -> None:
    section = section_of(CUT, view, "2026-03")
    assert section.title == "Japan cut −47.7 bn in Mar 2026: sold 23.9 long-term, price −18.0, custody and other −5.8"
    assert section.text.splitlines() == [
        "Japan: change over 1 month −47.7 bn; threshold: −30 bn or worse.",
        "Fourth-largest monthly fall since 2000; larger: Sep 2022 −79.6 bn, Mar 2022 −74.0 bn, Oct 2022 −52.0 bn.",
    ]
    assert section.facts == (
        ("Mar 2026", "1,191.6 bn"),
        ("Feb 2026", "1,239.3 bn"),
        ("Sold long-term, net", "−23.9 bn"),
        ("Price", "−18.0 bn"),
        ("Custody and other (bills not split out)", "−5.8 bn"),
    )
    assert section.note.endswith("Rule cut.")
    assert section.alert == 7


def test_a_change_over_months_is_split_over_them(view: View) -> None:
    rule = replace(CUT, measure=Measure("change", 3))
    assert section_of(rule, view, "2024-06").title == (
        "Japan cut −75.6 bn in Jun 2024: sold 36.2 long-term, price −9.2, custody and other −30.2"
    )


def test_a_split_over_months_is_told_from_the_change_of_one(view: View) -> None:
    three = section_of(replace(CUT, measure=Measure("change", 3)), view, "2024-06")
    assert three.facts == (
        ("Jun 2024", "1,091.4 bn"),
        ("May 2024", "1,106.0 bn"),
        ("Change from May 2024", "−14.6 bn"),
        ("Sold long-term, net, 3 months", "−36.2 bn"),
        ("Price, 3 months", "−9.2 bn"),
        ("Custody and other (bills not split out), 3 months", "−30.2 bn"),
    )
    one = section_of(replace(CUT, measure=Measure(), fire=Condition("below", 1200.0, said="1200bn")), view, "2026-03")
    assert [label for label, _ in one.facts][2:] == [
        "Change",
        "Sold long-term, net",
        "Price",
        "Custody and other (bills not split out)",
    ]


def test_a_level_says_which_change_is_split(view: View) -> None:
    rule = replace(CUT, title="{holder} at {value}", measure=Measure(), fire=Condition("below", 1200.0, said="1200bn"))
    assert section_of(rule, view, "2026-03").title == (
        "Japan at 1,191.6 bn: −47.7 bn in Mar 2026, sold 23.9 long-term, price −18.0, custody and other −5.8"
    )


def test_a_group_is_split_by_its_members_together(view: View) -> None:
    pair = Group("pair", ("Japan", "China, Mainland"))
    rule = replace(CUT, title="The pair cut {measure}", only=Selection(), combine=pair)
    assert section_of(rule, view, "2026-03").title == (
        "The pair cut −88.7 bn: sold 53.9 long-term, price −21.0, custody and other −13.8"
    )


def test_a_group_is_named_in_words_with_its_members(view: View) -> None:
    both = Group("japan-and-china", ("Japan", "China, Mainland"))
    section = section_of(replace(CUT, only=Selection(), combine=both), view, "2026-03")
    assert section.title.startswith("japan and china cut −88.7 bn in Mar 2026: ")
    assert section.text.startswith("japan and china (Japan + China, Mainland): change over 1 month −88.7 bn; ")


def test_a_count_is_split_by_the_grand_total(view: View) -> None:
    rule = replace(
        CUT,
        title="{count} fell",
        each="holder",
        only=Selection(),
        count=Condition("below", 0.0, said="0"),
        fire=Condition("at_least", 10.0, said="10"),
        among=None,
    )
    alert = alert_of(CUT, view, "2026-03")._replace(entity="all", measure=16.0, value=None)
    section = alert_section(rule, alert, PriorAlert(1, "16 fell"), Background([], view))
    assert section.title == (
        "16 fell: Grand Total −138.4 bn in Mar 2026, bought 13.6 long-term, price −142.2, custody and other −9.8"
    )


def test_before_net_sales_were_published_it_says_so(view: View) -> None:
    section = section_of(CUT, view, "2022-03")
    assert section.title == "Japan cut −74.0 bn in Mar 2022"
    assert section.text.endswith("published only from Feb 2023 on.")


def test_a_correction_is_named_as_it_was_told_and_says_what_holds_now(view: View) -> None:
    alert = alert_of(CUT, view, "2026-03")._replace(kind=AlertKind.RETRACTED, value=1212.0, measure=-27.3)
    section = alert_section(
        CUT, alert, PriorAlert(9, "Japan cut −47.7 bn in Mar 2026", "old words"), Background([], view)
    )
    assert section.title == "Retracted: Japan cut −47.7 bn in Mar 2026"
    assert section.struck == "old words"
    assert "−27.3 bn; that is not at or below −30 bn" in section.text


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2022-09", "Largest monthly fall since 2000."),
        ("2022-03", "Largest monthly fall since 2000."),
        ("2026-03", "Fourth-largest monthly fall since 2000; larger: Sep 2022"),
    ],
)
def test_a_move_is_ranked_among_those_before_it(period: Period, said: str, view: View) -> None:
    assert rank_words(CUT, alert_of(CUT, view, period), Background([CUT], view)).startswith(said)


def test_a_small_move_is_placed_by_percent(view: View) -> None:
    rule = replace(CUT, fire=Condition("at_most", 0.0, said="0"))
    words = rank_words(rule, alert_of(rule, view, "2024-11"), Background([], view))
    assert words == "Larger than 75% of the 119 other monthly falls since 2000."


def test_a_month_that_nobody_traded_in_is_no_rival(view: View) -> None:
    # China rose by 255.6 between May and June 2010: the yearly survey found it, nobody bought it.
    rise = replace(CUT, only=Selection(frozenset({"China, Mainland"})), fire=Condition("at_least", 40.0, said="40bn"))
    months = [alert.period for alert in judge([rise], view, None, ToldLog()).alerts]
    assert months
    assert "2010-06" not in months
    assert "2010" not in rank_words(rise, alert_of(rise, view, months[-1]), Background([], view))


def test_a_level_is_compared_with_when_it_was_last_there(view: View) -> None:
    rule = replace(
        CUT,
        only=Selection(frozenset({"China, Mainland"})),
        measure=Measure(),
        fire=Condition("below", 700.0, said="700bn"),
    )
    assert rank_words(rule, alert_of(rule, view, "2026-03"), Background([], view)) == "Lowest since Sep 2008."


def test_an_auction_is_ranked_among_its_tenors(view: View) -> None:
    rule = Rule(
        id="cover",
        title="{tenor} {value}",
        data="auction.bid_to_cover",
        only=Selection(frozenset({"10-Year Note"})),
        fire=Condition("below", 2.3, said="2.30"),
    )
    alerts = judge([rule], view, None, ToldLog()).alerts
    assert rank_words(rule, alerts[-1], Background([rule], view)).startswith("Lowest ")


def test_it_says_the_last_five_times_the_rule_fired(view: View) -> None:
    words = before_words(CUT, alert_of(CUT, view, "2026-03"), Background([CUT], view))
    assert words.startswith("On today's figures it fired ")
    last = words.partition("last: ")[2]
    assert last.startswith("Apr 2024 (−40.9 bn), ")
    assert last.count("(") == 5


def test_a_rule_that_never_fired_says_so(view: View) -> None:
    rule = replace(CUT, fire=Condition("at_most", -79.0, said="-79bn"))
    background = Background([rule], view)
    words = before_words(rule, alert_of(rule, view, "2022-09"), background)
    assert words == "On today's figures it never fired before for Japan."


def test_a_rule_of_many_says_how_often_it_fired_for_anybody_and_how_often_for_this_one() -> None:
    small = holdings(Japan="100 60 60 20 20", Belgium="100 100 50 50 50", France="100 100 100 100 60")
    many = rule(Condition("at_most", -30.0, said="-30bn"), measure=change())
    background = Background([many], small)
    alerts = {(one.entity, one.period): one for one in judge([many], small, None, ToldLog()).alerts}
    japan, france = alerts["Japan", "2025-04"], alerts["France", "2025-05"]
    assert before_words(many, japan, background) == (
        "On today's figures it fired twice before for any holder, "
        "last: Belgium Mar 2025 (−50.0 bn), Japan Feb 2025 (−40.0 bn)."
    )
    assert own_words(many, japan, background) == "For Japan it fired once before, in Feb 2025."
    assert own_words(many, france, background) == "For France it never fired before."
    # Nobody's: that is said once, of all.
    first = alerts["Japan", "2025-02"]
    assert before_words(many, first, background) == "On today's figures it never fired before for any holder."
    assert own_words(many, first, background) == ""


def test_a_rule_of_auctions_says_how_often_it_fired_for_that_tenor_alone() -> None:
    days = {"10-Year Note": {"2025-01-08": [2.2], "2025-02-12": [2.1]}, "30-Year Bond": {"2025-01-09": [2.0]}}
    view = small_view(auctions(days, "auction.bid_to_cover"))
    weak = rule(Condition("below", 2.3, said="2.30"), data="auction.bid_to_cover", each="tenor")
    alert = judge([weak], view, None, ToldLog()).alerts[-1]
    assert (alert.entity, alert.period) == ("10-Year Note", "2025-02-12")
    words = before_words(weak, alert, Background([weak], view))
    assert words == "On today's figures it fired once before for 10-Year Note: 8 Jan 2025 (2.20×)."
    assert own_words(weak, alert, Background([weak], view)) == ""


def test_what_held_already_when_the_figures_begin_is_no_firing() -> None:
    floor = rule(Condition("below", 100.0, said="100bn"), mode=Mode.UNTIL_CLEAR, each=None, only=JAPAN)
    small = holdings(Japan="_ 90 95 110 90 105 90")
    alerts = [one for one in judge([floor], small, None, ToldLog()).alerts if one.kind is AlertKind.FIRED]
    assert [one.period for one in alerts] == ["2025-02", "2025-05", "2025-07"]
    words = before_words(floor, alerts[-1], Background([floor], small))
    assert words == "On today's figures it fired once before for Japan: May 2025 (90.0 bn)."
    # Of a rule that tells every month, every month is a firing.
    monthly = replace(floor, mode=Mode.EACH_RELEASE)
    assert "it fired 3 times before" in before_words(monthly, alerts[-1], Background([monthly], small))


@pytest.mark.parametrize("kind", list(AlertKind))
def test_every_kind_of_alert_has_its_words(kind: AlertKind, view: View) -> None:
    alert = alert_of(CUT, view, "2026-03")._replace(kind=kind, was=Severity.HIGH)
    section = alert_section(CUT, alert, PriorAlert(1, "Japan cut"), Background([CUT], view))
    assert section.kind == kind.value
    assert section.text
