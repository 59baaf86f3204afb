"""Judging releases of which none revises another: what is told, what is open, and what starts when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.small import Brief, Tape, auctions, change, episode, monthly, rule, told, view
from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.judge.news import News, judge
from treasury_watch.core.judge.told import Entry, ToldLog
from treasury_watch.core.rules.model import Also, Among, Basis, Condition, Measure, Mode, Selection, Severity

CUT = rule(Condition("below", -30.0, said="-30bn"), measure=change())
FLOOR = rule(Condition("below", 1100.0, said="1.1tn"), mode=Mode.UNTIL_CLEAR)
HYSTERESIS = replace(FLOOR, clear=Condition("above", 1120.0, said="1.12tn"))
STEPS = replace(FLOOR, levels=((Severity.HIGH, Condition("below", 1000.0, said="1tn")),))


def of(period: str, kind: str = "fired", severity: str = "notice", entity: str = "Japan") -> Brief:
    return Brief(period, kind, severity, entity)


def test_every_month_that_matches_is_news() -> None:
    assert Tape(CUT).months("1120 1085 1030 1030 990") == [of("2025-02"), of("2025-03"), of("2025-05")]


def test_a_floor_is_one_alert_and_one_all_clear() -> None:
    tape = Tape(FLOOR)
    assert tape.months("1150 1090 1095 1100 1150") == [of("2025-02"), of("2025-04", "cleared")]
    assert tape.open() == {}


def test_with_a_line_that_clears_the_alert_lasts_until_past_it() -> None:
    tape = Tape(HYSTERESIS)
    assert tape.months("1150 1090 1110 1120") == [of("2025-02")]
    assert tape.open() == {"Japan": ("2025-02", "notice")}
    assert told(tape.month("2025-05", Japan=1120.1)) == [of("2025-05", "cleared")]


def test_between_the_lines_nothing_opens() -> None:
    assert Tape(HYSTERESIS).months("1150 1110 1110") == []


def test_a_sharper_level_is_told_once_while_open_and_again_in_a_new_episode() -> None:
    tape = Tape(STEPS)
    assert tape.months("1090 990 1090 980 1150 990") == [
        of("2025-01"),
        of("2025-02", "fired", "high"),
        of("2025-05", "cleared", "high"),
        of("2025-06", "fired", "high"),
    ]
    assert tape.open() == {"Japan": ("2025-06", "high")}


def test_an_open_incident_knows_since_when_and_how_sharp() -> None:
    tape = Tape(STEPS)
    tape.months("1090 990 1090")
    assert tape.log.open_episodes() == {("r", "Japan"): episode("2025-01", Severity.HIGH)}


def test_a_reminder_is_counted_in_releases_over_many_judgements() -> None:
    assert Tape(replace(FLOOR, remind=2)).months("1090 1090 1090 1090 1090 1150") == [
        of("2025-01"),
        of("2025-03", "reminded"),
        of("2025-05", "reminded"),
        of("2025-06", "cleared"),
    ]


def test_a_cooldown_is_counted_in_periods_over_many_judgements() -> None:
    sharper = ((Severity.HIGH, Condition("below", -60.0)),)
    tape = Tape(replace(CUT, cooldown=2, levels=sharper))
    assert tape.months("1500 1460 1420 1380 1340 1270 1230 1190 1150") == [
        of("2025-02"),
        of("2025-05"),
        of("2025-06", "fired", "high"),
        of("2025-09"),
    ]


def test_a_month_in_which_nothing_was_published_counts_like_any() -> None:
    assert Tape(replace(FLOOR, remind=2)).months("1090 _ 1090 1150") == [
        of("2025-01"),
        of("2025-03", "reminded"),
        of("2025-04", "cleared"),
    ]
    low = rule(Condition("below", 100.0), cooldown=1)
    assert Tape(low).months("90 _ 90 90") == [of("2025-01"), of("2025-03")]


def test_an_unknown_month_opens_nothing_and_closes_nothing() -> None:
    tape = Tape(FLOOR)
    figures = monthly({"Japan": "1090 _ 1150", "Belgium": "1500 1500 1500"})
    heard = [
        told(tape.release({key: value for key, value in figures.items() if key[2] == month}))
        for month in ("2025-01", "2025-02", "2025-03")
    ]
    assert heard == [[of("2025-01")], [], [of("2025-03", "cleared")]]


def test_a_rule_says_how_many_new_periods_it_could_not_decide() -> None:
    asked = replace(CUT, measure=change(2))
    figures = monthly({"Japan": "10 _ 9 9", "Belgium": "10 9 8 9"})
    judged = judge([asked], view(figures), None, ToldLog(), counting=True)
    assert judged.undecided == {"r": 5}, "two first months each, and the fourth of Japan"


def test_for_two_releases_is_told_in_the_second() -> None:
    tape = Tape(replace(FLOOR, periods=2))
    assert tape.months("1090 1150 1090 1090 1150 1090") == [of("2025-04"), of("2025-05", "cleared")]


def test_all_is_of_the_same_entity_and_month() -> None:
    asked = rule(
        Condition("at_most", -20.0),
        data="tic.net_long_term",
        also=(Also("tic.holdings", change(), Condition("at_most", -20.0)),),
    )
    figures = monthly({"Japan": "100 80 60.1", "Belgium": "100 100 80"})
    figures |= monthly({"Japan": "-9 -20 -20", "Belgium": "-9 -99 -99"}, "tic.net_long_term")
    assert told(judge([asked], view(figures), None, ToldLog())) == [
        of("2025-02"),
        of("2025-03", entity="Belgium"),
    ]


# Several periods at once.


def test_two_months_that_arrive_at_once_are_judged_oldest_first() -> None:
    tape = Tape(FLOOR)
    tape.month("2025-01", Japan=1150.0)
    judged = tape.release(monthly({"Japan": "1090 1150"}, start="2025-02"))
    assert told(judged) == [of("2025-02"), of("2025-03", "cleared")]
    assert tape.open() == {}


def test_after_an_outage_the_months_between_are_each_told() -> None:
    tape = Tape(CUT)
    tape.month("2025-01", Japan=1200.0)
    heard = told(tape.release(monthly({"Japan": "1160 1120 1120"}, start="2025-02")))
    assert heard == [of("2025-02"), of("2025-03")]


def test_alerts_of_one_release_come_oldest_first_whoever_they_are_of() -> None:
    figures = monthly({"Japan": "100 100 60", "Belgium": "100 60 60"})
    assert told(judge([CUT], view(figures), None, ToldLog())) == [of("2025-02", entity="Belgium"), of("2025-03")]


def test_the_same_release_again_tells_nothing() -> None:
    tape = Tape([FLOOR, replace(CUT, id="cut")])
    tape.months("1150 1090")
    before = tape.stands(), tape.open()
    assert tape.month("2025-02", Japan=1090.0) == News()
    assert (tape.stands(), tape.open()) == before


def test_a_flow_that_is_published_later_is_judged_when_it_comes() -> None:
    asked = replace(FLOOR, also=(Also("tic.net_long_term", Measure(), Condition("below", 0.0)),))
    tape = Tape(asked)
    assert told(tape.month("2025-01", Japan=1090.0)) == []
    heard = tape.month("2025-01", "tic.net_long_term", Japan=-1.0)
    assert told(heard) == [of("2025-01")]
    assert [alert.by_revision for alert in heard.alerts] == [False]


def test_a_sharper_level_that_a_later_file_shows_is_told() -> None:
    asked = replace(STEPS, also=(Also("tic.net_long_term", Measure(), Condition("below", 0.0)),))
    tape = Tape(asked)
    tape.release(monthly({"Japan": "1090"}) | monthly({"Japan": "-1"}, "tic.net_long_term"))
    assert told(tape.month("2025-02", Japan=990.0)) == []
    assert told(tape.month("2025-02", "tic.net_long_term", Japan=-1.0)) == [of("2025-02", "fired", "high")]
    assert tape.open() == {"Japan": ("2025-01", "high")}


def test_an_all_clear_that_a_later_file_shows_is_told() -> None:
    asked = replace(FLOOR, also=(Also("tic.net_long_term", Measure(), Condition("below", 0.0)),))
    tape = Tape(asked)
    tape.release(monthly({"Japan": "1090"}) | monthly({"Japan": "-1"}, "tic.net_long_term"))
    assert told(tape.month("2025-02", Japan=1150.0)) == []
    assert told(tape.month("2025-02", "tic.net_long_term", Japan=-1.0)) == [of("2025-02", "cleared")]
    assert tape.open() == {}


# What an alert carries.


def test_an_alert_carries_the_figure_what_was_compared_and_the_line_that_was_reached() -> None:
    sharper = ((Severity.HIGH, Condition("below", -50.0, said="-50bn")),)
    of_japan = view(monthly({"Japan": "1120.5 1085.2 1030.1"}))
    first, second = judge([replace(CUT, levels=sharper)], of_japan, None, ToldLog()).alerts
    assert (first.value, first.measure, first.threshold, first.severity) == (1085.2, -35.3, "-30bn", Severity.NOTICE)
    assert (second.value, second.measure, second.threshold, second.severity) == (1030.1, -55.1, "-50bn", Severity.HIGH)


def test_an_all_clear_names_the_line_that_clears() -> None:
    opened, ended = judge([HYSTERESIS], view(monthly({"Japan": "1090 1130"})), None, ToldLog()).alerts
    assert (opened.threshold, ended.threshold) == ("1.1tn", "1.12tn")
    assert ended.value == 1130


def test_an_alert_of_a_count_is_of_the_many_and_has_no_figure_of_its_own() -> None:
    broad = rule(Condition("at_least", 2.0), measure=change(), count=Condition("below", 0.0), among=Among(2))
    [alert] = judge([broad], view(monthly({"Japan": "50 49", "Belgium": "40 39"})), None, ToldLog()).alerts
    assert (alert.entity, alert.value, alert.measure) == ("top 2", None, 2)


def test_rules_of_months_and_of_auctions_are_judged_side_by_side() -> None:
    cover = rule(Condition("below", 2.3), id="cover", data="auction.bid_to_cover", each="tenor")
    days = {"10-Year Note": {"2025-01-08": [2.5], "2025-02-12": [2.29]}}
    figures = monthly({"Japan": "100 60"}) | auctions(days, "auction.bid_to_cover")
    judged = judge([CUT, cover], view(figures), None, ToldLog())
    assert told(judged) == [of("2025-02"), of("2025-02-12", entity="10-Year Note")]


# Auctions.


def test_each_auction_of_a_tenor_is_judged_when_it_is_held() -> None:
    cover = rule(Condition("below", 2.3), data="auction.bid_to_cover", each="tenor", measure=Measure())
    tape = Tape(cover)
    for day, tenor, value in (
        ("2025-01-08", "10-Year Note", 2.2),
        ("2025-01-15", "20-Year Bond", 2.5),
        ("2025-02-12", "10-Year Note", 2.4),
        ("2025-02-19", "20-Year Bond", 2.1),
    ):
        heard = told(tape.release({("auction.bid_to_cover", tenor, day): value}))
        assert heard == ([of(day, entity=tenor)] if value < 2.3 else [])


def test_a_floor_of_one_tenor_lasts_while_others_are_sold() -> None:
    cover = rule(Condition("below", 2.3), data="auction.bid_to_cover", each="tenor", mode=Mode.UNTIL_CLEAR)
    tape = Tape(cover)
    tape.release({("auction.bid_to_cover", "10-Year Note", "2025-01-08"): 2.2})
    assert told(tape.release({("auction.bid_to_cover", "20-Year Bond", "2025-01-15"): 2.5})) == []
    heard = told(tape.release({("auction.bid_to_cover", "10-Year Note", "2025-02-12"): 2.4}))
    assert heard == [of("2025-02-12", "cleared", entity="10-Year Note")]


def test_an_older_auction_that_comes_to_light_shifts_nothing_that_was_told() -> None:
    cover = rule(Condition("below", 2.3), data="auction.bid_to_cover", each="tenor")
    tape = Tape(cover)
    tape.release({("auction.bid_to_cover", "10-Year Note", day): 2.2 for day in ("2025-01-08", "2025-03-12")})
    assert told(tape.release({("auction.bid_to_cover", "10-Year Note", "2025-02-12"): 2.6})) == []
    heard = told(tape.release({("auction.bid_to_cover", "10-Year Note", "2025-02-19"): 2.1}))
    assert heard == [of("2025-02-19", entity="10-Year Note")]


# First-published figures.


@pytest.mark.parametrize(("basis", "expected"), [(Basis.LATEST, []), (Basis.FIRST_PUBLISHED, [of("2025-02")])])
def test_a_rule_reads_the_vintage_of_the_earlier_month_that_it_asks_for(basis: Basis, expected: list[Brief]) -> None:
    tape = Tape(replace(CUT, basis=basis))
    tape.month("2025-01", Japan=1000.0)
    heard = tape.release(monthly({"Japan": "990 965"}))
    assert told(heard) == expected


def test_what_was_first_published_is_never_corrected() -> None:
    tape = Tape(replace(CUT, basis=Basis.FIRST_PUBLISHED))
    tape.months("1000 960")
    assert tape.revise(_2025_01=900.0, _2025_02=1000.0) == []


def test_rules_that_differ_only_in_vintage_name_the_same_holders() -> None:
    latest = monthly({"Japan": "100", "Belgium": "200"})
    first = dict(sorted(latest.items()))
    pair = [
        rule(Condition("below", 150.0), id=basis.value, basis=basis) for basis in (Basis.FIRST_PUBLISHED, Basis.LATEST)
    ]
    judged = judge(pair, view(latest, first), None, ToldLog())
    assert {(alert.rule, alert.entity) for alert in judged.alerts} == {
        ("first_published", "Japan"),
        ("latest", "Japan"),
    }


# A rule written or reworded while the service runs.


def test_a_new_rule_is_judged_from_the_next_month_on() -> None:
    tape = Tape(CUT, judged_after={"r": "2025-02"})
    assert tape.months("1000 960 920") == [of("2025-03")]


def test_the_wording_anew_of_a_rule_keeps_its_incident_and_judges_no_old_month() -> None:
    tape = Tape(FLOOR)
    tape.months("1150 1090")
    tape.rules = [replace(FLOOR, fire=Condition("below", 1050.0))]
    tape.judged_after = {"r": "2025-02"}
    assert tape.revise(_2025_02=1095.0) == [], "the old month is the old wording's"
    assert tape.open() == {"Japan": ("2025-02", "notice")}
    assert told(tape.month("2025-03", Japan=1060.0)) == [of("2025-03", "cleared")]


def test_a_new_rule_on_auctions_starts_with_the_next_auction() -> None:
    cover = rule(Condition("below", 2.3), data="auction.bid_to_cover", each="tenor")
    tape = Tape(cover, judged_after={"r": "2025-01-08"})
    tenor = ("auction.bid_to_cover", "10-Year Note")
    assert told(tape.release({(*tenor, "2025-01-08"): 2.2})) == []
    assert told(tape.release({(*tenor, "2025-02-12"): 2.2})) == [of("2025-02-12", entity="10-Year Note")]


def test_the_episode_of_a_rule_that_is_not_asked_now_stays_as_it_is() -> None:
    log = ToldLog([Entry("other", "Japan", "2024-01", AlertKind.FIRED, Severity.HIGH, lasting=True)])
    news = judge([CUT], view(monthly({"Japan": "100 100"})), None, log)
    assert news == News()
    assert log.open_episodes() == {("other", "Japan"): episode("2024-01", Severity.HIGH, rule="other")}


def test_only_a_named_holder_opens_an_incident() -> None:
    tape = Tape(replace(FLOOR, only=Selection(frozenset({"Japan"}))))
    tape.release(monthly({"Japan": "1090", "Belgium": "400"}))
    assert tape.open() == {"Japan": ("2025-01", "notice")}


def test_without_rules_or_figures_nothing_is_told() -> None:
    nothing = News()
    assert judge([], view(monthly({"Japan": "1"})), None, ToldLog()) == nothing
    assert judge([CUT], view({}), None, ToldLog()) == nothing
    assert judge([CUT], view({}), [], ToldLog()) == nothing


def test_a_kind_of_alert_is_written_as_it_is_said() -> None:
    assert [kind.value for kind in AlertKind] == ["fired", "cleared", "corrected", "retracted", "reminded"]
