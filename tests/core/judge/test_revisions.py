"""
Revisions: what was told and no longer holds is taken back, what holds only now is told as such, and nothing twice.

In these stories Japan's figures come a month a release; ``revise`` is a later release that prints some of them anew.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.small import Brief, Tape, change, episode, monthly, rule, told
from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.judge.news import judge
from treasury_watch.core.judge.told import Silent
from treasury_watch.core.rules.model import Among, Condition, Group, Measure, Mode, Rule, Severity

CUT = rule(
    Condition("below", -30.0, said="-30bn"),
    measure=change(),
    levels=((Severity.HIGH, Condition("below", -50.0, said="-50bn")),),
)
FLOOR = rule(Condition("below", 1100.0, said="1.1tn"), mode=Mode.UNTIL_CLEAR)
HYSTERESIS = replace(FLOOR, clear=Condition("above", 1120.0, said="1.12tn"))
STEPS = replace(HYSTERESIS, levels=((Severity.HIGH, Condition("below", 1000.0, said="1tn")),))


def after(asked: Rule | list[Rule], text: str) -> Tape:
    """Releases, one a month from January 2025 on, all told."""
    tape = Tape(asked)
    tape.months(text)
    return tape


def of(period: str, kind: str, severity: str = "notice") -> Brief:
    return Brief(period, kind, severity)


# Rules for which each release is news.


def test_a_cut_that_is_revised_away_is_retracted() -> None:
    assert after(CUT, "1000 960 960").revise(_2025_02=975.0) == [of("2025-02", "retracted")]


def test_a_cut_that_is_revised_to_exactly_the_line_is_retracted() -> None:
    assert after(CUT, "1000 960").revise(_2025_02=970.0) == [of("2025-02", "retracted")]


def test_a_revised_month_before_turns_what_was_told_of_the_month_after() -> None:
    assert after(CUT, "1000 960").revise(_2025_01=980.0) == [of("2025-02", "retracted")]


@pytest.mark.parametrize(
    ("first", "then", "was", "now"), [(960.0, 940.0, "notice", "high"), (940.0, 960.0, "high", "notice")]
)
def test_a_cut_of_another_level_is_corrected(first: float, then: float, was: str, now: str) -> None:
    tape = Tape(CUT)
    tape.release(monthly({"Japan": f"1000 {first}"}))
    [alert] = tape.release(monthly({"Japan": f"1000 {then}"})).alerts
    assert (alert.kind, alert.severity.word, alert.was and alert.was.word) == (AlertKind.CORRECTED, now, was)
    assert (alert.value, alert.measure, alert.by_revision) == (then, then - 1000, True)
    assert alert.threshold == ("-50bn" if now == "high" else "-30bn")


def test_a_figure_revised_within_its_level_is_corrected_and_calls_nobody_back_where_it_moved_little() -> None:
    tape = after(CUT, "1000 960")
    [alert] = tape.release(monthly({"Japan": "1000 959"})).alerts
    assert (alert.kind, alert.severity, alert.was) == (AlertKind.CORRECTED, Severity.NOTICE, Severity.NOTICE)
    assert (alert.value, alert.measure, alert.of_figure_alone, alert.minor) == (959.0, -41.0, True, True)


@pytest.mark.parametrize(("value", "minor"), [(958.6, True), (958.5, True), (958.4, False), (955.0, False)])
def test_a_figure_that_moved_by_more_than_a_twentieth_of_the_threshold_calls_its_readers_back(
    value: float, minor: bool
) -> None:
    tape = after(CUT, "1000 960")
    [alert] = tape.release({("tic.holdings", "Japan", "2025-02"): value}).alerts
    assert alert.minor is minor, "the threshold is 30: a twentieth is 1.5"


def test_a_figure_is_corrected_from_the_one_told_last_and_once_each() -> None:
    tape = after(CUT, "1000 960")
    assert len(tape.release({("tic.holdings", "Japan", "2025-02"): 955.0}).alerts) == 1
    assert tape.release({("tic.holdings", "Japan", "2025-02"): 955.0}).alerts == ()
    assert len(tape.release({("tic.holdings", "Japan", "2025-02"): 956.0}).alerts) == 1


def test_a_figure_of_what_lasts_is_corrected_in_its_opening() -> None:
    tape = after(FLOOR, "1150 1090 1080 1070")
    [alert] = tape.release({("tic.holdings", "Japan", "2025-02"): 1085.0}).alerts
    assert (alert.kind, alert.period, alert.value, alert.of_figure_alone) == (
        AlertKind.CORRECTED,
        "2025-02",
        1085.0,
        True,
    )
    assert tape.open() == {"Japan": ("2025-02", "notice")}


def test_a_month_beside_an_alert_that_is_revised_corrects_only_what_reads_it() -> None:
    tape = after(CUT, "1000 960 960 960")
    assert tape.release({("tic.holdings", "Japan", "2025-03"): 961.0}).alerts == ()
    [alert] = tape.release({("tic.holdings", "Japan", "2025-01"): 1001.0}).alerts
    assert (alert.period, alert.measure) == ("2025-02", -41.0)


def test_what_was_retracted_is_not_retracted_again() -> None:
    tape = after(CUT, "1000 960 960")
    tape.revise(_2025_02=975.0)
    assert tape.revise(_2025_02=976.0) == []


def test_what_was_corrected_is_corrected_from_what_was_told_last() -> None:
    tape = after(CUT, "1000 960")
    assert tape.revise(_2025_02=940.0) == [of("2025-02", "corrected", "high")]
    assert tape.revise(_2025_02=935.0) == []
    assert tape.revise(_2025_02=960.0) == [of("2025-02", "corrected", "notice")]


def test_what_was_retracted_and_holds_after_all_is_told_again_as_by_revision() -> None:
    tape = after(CUT, "1000 960 960")
    tape.revise(_2025_02=975.0)
    [alert] = tape.release({("tic.holdings", "Japan", "2025-02"): 960.0}).alerts
    assert (alert.kind, alert.period, alert.by_revision) == (AlertKind.FIRED, "2025-02", True)


@pytest.mark.parametrize(
    ("month", "late"),
    [("2025-06", False), ("2025-05", False), ("2025-04", False), ("2025-03", True), ("2025-02", True)],
)
def test_a_cut_seen_only_by_revision_is_told_for_the_last_three_months_and_listed_beyond(
    month: str, late: bool
) -> None:
    tape = after(CUT, "1000 1000 1000 1000 1000 1000")
    alerts = tape.release({("tic.holdings", "Japan", month): 960.0}).alerts
    assert [(alert.period, alert.kind, alert.by_revision, alert.late) for alert in alerts] == [
        (month, AlertKind.FIRED, True, late)
    ]


def test_the_newest_month_that_comes_with_a_revision_counts_among_the_last_three() -> None:
    tape = after(CUT, "1000 1000 1000 1000")
    alerts = tape.release(monthly({"Japan": "1000 960 960 1000 1000"})).alerts
    assert [(alert.period, alert.late) for alert in alerts] == [("2025-02", True)]
    alerts = tape.release(monthly({"Japan": "1000 960 920 1000 1000"})).alerts
    assert [(alert.period, alert.late) for alert in alerts] == [("2025-03", False)]


def test_what_was_listed_late_is_known_and_can_be_retracted() -> None:
    tape = after(CUT, "1000 1000 1000 1000 1000 1000")
    tape.revise(_2025_02=960.0)
    assert tape.revise(_2025_02=1000.0) == [of("2025-02", "retracted")]


def test_a_new_month_and_a_revision_in_one_release_are_both_told() -> None:
    tape = after(CUT, "1000 960")
    assert told(tape.release(monthly({"Japan": "1000 980 940"}))) == [
        of("2025-02", "retracted"),
        of("2025-03", "fired"),
    ]


def test_a_revision_of_one_month_can_turn_two() -> None:
    assert after(CUT, "1000 960 960").revise(_2025_02=1000.0) == [
        of("2025-02", "retracted"),
        of("2025-03", "fired"),
    ]


def test_a_revision_into_the_undecided_takes_nothing_back() -> None:
    asked = rule(Condition("below", -1.0), measure=Measure("zscore", 3))
    tape = after(asked, "10 11 12 5")
    assert tape.stands()
    assert tape.revise(_2025_01=11.0, _2025_03=11.0) == [], "the three before are equal: nothing can be said"
    assert tape.revise(_2025_01=1.0) == [of("2025-04", "retracted")], "told still stood"


def test_for_is_counted_again_over_what_was_revised() -> None:
    asked = replace(rule(Condition("below", 100.0)), periods=3)
    tape = after(asked, "90 90 90 90 90")
    assert set(tape.stands()) == {("r", "Japan", f"2025-0{month}") for month in (3, 4, 5)}
    assert tape.revise(_2025_02=110.0) == [of("2025-03", "retracted"), of("2025-04", "retracted")]


def test_a_revision_reaches_every_month_whose_number_reads_it() -> None:
    asked = rule(Condition("at_most", -30.0), measure=change(3))
    tape = after(asked, "1000 1000 1000 975 975 975")
    assert tape.revise(_2025_01=1010.0) == [of("2025-04", "fired")]


def test_a_ranking_that_is_revised_turns_who_is_asked() -> None:
    tape = Tape(replace(CUT, among=Among(1)))
    tape.release(monthly({"Japan": "1000 960", "Belgium": "990 950"}))
    heard = told(tape.release({("tic.holdings", "Belgium", "2025-01"): 1001.0}))
    assert heard == [Brief("2025-02", "fired", "high", "Belgium")]


def test_a_group_is_corrected_where_a_member_is_revised() -> None:
    pair = Group("pair", ("Japan", "Belgium"))
    tape = Tape(replace(CUT, each=None, combine=pair))
    tape.release(monthly({"Japan": "1000 980", "Belgium": "500 480"}))
    heard = told(tape.release({("tic.holdings", "Belgium", "2025-02"): 495.0}))
    assert heard == [Brief("2025-02", "retracted", "notice", "pair")]


# Cooldown.


def test_a_cut_by_revision_within_a_cooldown_is_as_silent_as_any() -> None:
    tape = after(replace(CUT, cooldown=2), "1000 960 960 960 960")
    assert tape.revise(_2025_04=925.0) == [], "two months after an alert"
    assert tape.revise(_2025_04=900.0) == [of("2025-04", "fired", "high")], "unless it is sharper"


def test_a_cut_by_revision_after_a_cooldown_is_told() -> None:
    assert after(replace(CUT, cooldown=2), "1000 960 960 960 960").revise(_2025_05=925.0) == [of("2025-05", "fired")]


def test_what_a_retracted_alert_had_hushed_is_told() -> None:
    tape = after(replace(CUT, cooldown=2), "1000 960 920 920")
    assert set(tape.stands()) == {("r", "Japan", "2025-02")}
    assert tape.revise(_2025_01=985.0) == [of("2025-02", "retracted"), of("2025-03", "fired")]


def test_what_a_milder_alert_no_longer_hushes_is_told() -> None:
    tape = after(replace(CUT, cooldown=2), "1000 945 890")
    assert tape.revise(_2025_01=990.0) == [of("2025-02", "corrected"), of("2025-03", "fired", "high")]


def test_a_retracted_alert_hushes_nothing() -> None:
    tape = after(replace(CUT, cooldown=2), "1000 960")
    assert told(tape.release(monthly({"Japan": "1000 1000 960"}))) == [
        of("2025-02", "retracted"),
        of("2025-03", "fired"),
    ]


# Rules that last.


def test_an_incident_whose_opening_is_revised_away_is_retracted_and_no_longer_open() -> None:
    tape = after(FLOOR, "1150 1090")
    assert tape.revise(_2025_02=1100.0) == [of("2025-02", "retracted")]
    assert tape.open() == {}


def test_an_opening_that_is_revised_away_in_the_release_of_the_month_that_holds() -> None:
    tape = after(FLOOR, "1150 1090")
    assert told(tape.release(monthly({"Japan": "1150 1101 1095"}))) == [
        of("2025-02", "retracted"),
        of("2025-03", "fired"),
    ]
    assert tape.open() == {"Japan": ("2025-03", "notice")}


def test_an_opening_that_is_revised_away_in_the_release_of_a_clear_month_is_only_retracted() -> None:
    tape = after(FLOOR, "1150 1090")
    assert told(tape.release(monthly({"Japan": "1150 1101 1150"}))) == [of("2025-02", "retracted")]
    assert tape.open() == {}


def test_an_opening_into_the_space_between_the_lines_is_retracted_all_the_same() -> None:
    tape = after(HYSTERESIS, "1150 1090 1110")
    assert tape.revise(_2025_02=1110.0) == [of("2025-02", "retracted")]
    assert tape.open() == {}


def test_an_opening_that_a_later_month_bears_out_stands() -> None:
    tape = after(FLOOR, "1150 1090 1080")
    assert tape.revise(_2025_02=1110.0) == []
    assert tape.open() == {"Japan": ("2025-02", "notice")}


def test_an_episode_long_over_is_not_borne_out_by_a_later_one() -> None:
    tape = after(FLOOR, "1150 1090 1150 1080")
    assert tape.revise(_2025_02=1110.0) == [of("2025-02", "retracted")]
    assert tape.open() == {"Japan": ("2025-04", "notice")}


def test_the_newest_month_revised_below_the_floor_opens_by_revision() -> None:
    tape = after(FLOOR, "1150 1101")
    [alert] = tape.release({("tic.holdings", "Japan", "2025-02"): 1099.0}).alerts
    assert (alert.kind, alert.period, alert.by_revision) == (AlertKind.FIRED, "2025-02", True)
    assert tape.open() == {"Japan": ("2025-02", "notice")}


def test_an_older_month_revised_below_the_floor_is_no_episode_now() -> None:
    tape = after(FLOOR, "1150 1101 1150")
    assert tape.revise(_2025_02=1099.0) == []
    assert tape.open() == {}


def test_the_newest_month_revised_above_the_floor_ends_what_is_open() -> None:
    tape = after(FLOOR, "1150 1090 1095")
    [alert] = tape.release({("tic.holdings", "Japan", "2025-03"): 1101.0}).alerts
    assert (alert.kind, alert.period, alert.by_revision) == (AlertKind.CLEARED, "2025-03", True)
    assert tape.open() == {}


def test_an_older_month_revised_above_the_floor_ends_nothing() -> None:
    tape = after(FLOOR, "1150 1090 1095 1095")
    assert tape.revise(_2025_03=1101.0) == []
    assert tape.open() == {"Japan": ("2025-02", "notice")}


def test_an_all_clear_that_is_revised_away_is_taken_back_and_the_incident_goes_on() -> None:
    tape = after(HYSTERESIS, "1150 1090 1130")
    assert tape.open() == {}
    [alert] = tape.release({("tic.holdings", "Japan", "2025-03"): 1110.0}).alerts
    assert (alert.kind, alert.period, alert.retracts_all_clear) == (AlertKind.CORRECTED, "2025-03", True)
    assert tape.log.open_episodes() == {("r", "Japan"): episode("2025-02")}


def test_an_all_clear_revised_below_the_floor_is_taken_back_and_no_second_incident_opened() -> None:
    tape = after(FLOOR, "1150 1090 1101")
    assert tape.revise(_2025_03=1099.0) == [of("2025-03", "corrected")]
    assert tape.open() == {"Japan": ("2025-02", "notice")}


def test_what_goes_on_after_an_all_clear_was_taken_back_is_not_taken_for_another_alert() -> None:
    tape = after(HYSTERESIS, "1150 1090 1130")
    tape.revise(_2025_03=1110.0)
    assert tape.revise(_2025_03=1111.0) == []
    assert told(tape.release(monthly({"Japan": "1150 1090 1112 1130"}))) == [of("2025-04", "cleared")]
    assert tape.open() == {}


def test_an_all_clear_taken_back_in_the_release_of_a_month_that_holds_opens_no_second_incident() -> None:
    tape = after(HYSTERESIS, "1150 1090 1130")
    heard = told(tape.release(monthly({"Japan": "1150 1090 1110 1095"})))
    assert heard == [of("2025-03", "corrected")]
    assert tape.open() == {"Japan": ("2025-02", "notice")}


def test_an_all_clear_that_a_later_month_bears_out_stands() -> None:
    tape = after(HYSTERESIS, "1150 1090 1130 1130")
    assert tape.revise(_2025_03=1110.0) == []
    assert tape.open() == {}


def test_of_two_episodes_that_ended_in_one_release_the_later_one_goes_on() -> None:
    tape = after(HYSTERESIS, "1090")
    assert len(tape.release(monthly({"Japan": "1090 1150 1090 1150"})).alerts) == 3
    assert tape.revise(_2025_04=1110.0) == [of("2025-04", "corrected")]
    assert tape.open() == {"Japan": ("2025-03", "notice")}


def test_the_all_clear_of_what_was_retracted_is_not_taken_back() -> None:
    tape = after(HYSTERESIS, "1150 1090 1130")
    assert tape.revise(_2025_02=1110.0, _2025_03=1115.0) == [of("2025-02", "retracted")]
    assert tape.open() == {}


# A sharper level while it lasts.


def test_a_sharper_level_that_is_revised_away_is_retracted_and_the_incident_stays_open() -> None:
    tape = after(STEPS, "1090 990")
    assert tape.revise(_2025_02=1110.0) == [of("2025-02", "retracted", "high")]
    assert tape.open() == {"Japan": ("2025-01", "notice")}


def test_a_sharper_level_that_is_revised_to_the_milder_one_is_corrected() -> None:
    tape = after(STEPS, "1090 990")
    assert tape.revise(_2025_02=1050.0) == [of("2025-02", "corrected", "notice")]
    assert tape.open() == {"Japan": ("2025-01", "notice")}
    assert told(tape.month("2025-03", Japan=980.0)) == [of("2025-03", "fired", "high")], "it is news again"


def test_a_sharper_level_that_a_later_month_bears_out_stands() -> None:
    tape = after(STEPS, "1090 990 980")
    assert tape.revise(_2025_02=1050.0) == []
    assert tape.open() == {"Japan": ("2025-01", "high")}


def test_a_sharper_level_is_not_borne_out_by_a_later_month_that_is_milder() -> None:
    tape = after(STEPS, "1090 990 1050")
    assert tape.revise(_2025_02=1110.0) == [of("2025-02", "retracted", "high")]
    assert tape.open() == {"Japan": ("2025-01", "notice")}


def test_an_opening_that_is_revised_to_the_sharper_level_makes_that_level_told() -> None:
    tape = after(STEPS, "1090 1080")
    assert tape.revise(_2025_01=990.0) == [of("2025-01", "corrected", "high")]
    assert told(tape.month("2025-03", Japan=980.0)) == []
    assert tape.open() == {"Japan": ("2025-01", "high")}


def test_the_newest_month_revised_to_a_sharper_level_is_told() -> None:
    tape = after(STEPS, "1090 1080")
    [alert] = tape.release({("tic.holdings", "Japan", "2025-02"): 990.0}).alerts
    assert (alert.kind, alert.severity, alert.by_revision) == (AlertKind.FIRED, Severity.HIGH, True)
    assert tape.open() == {"Japan": ("2025-01", "high")}


# Incidents that were opened in silence.


def test_an_incident_opened_in_silence_ends_when_its_own_month_is_revised() -> None:
    tape = Tape(FLOOR)
    tape.release(monthly({"Japan": "1090"}), baseline=True)
    assert tape.log.open_episodes() == {("r", "Japan"): episode("2025-01", silent=True)}
    assert tape.revise(_2025_01=1150.0) == [of("2025-01", "cleared")]
    assert tape.open() == {}


def test_an_incident_opened_in_silence_is_not_told_as_news() -> None:
    tape = Tape(FLOOR)
    tape.release(monthly({"Japan": "1090"}), baseline=True)
    assert tape.log.open_episodes() == {("r", "Japan"): episode("2025-01", silent=True)}
    assert tape.revise(_2025_01=1080.0) == []
    assert told(tape.month("2025-02", Japan=1070.0)) == []


def test_a_note_that_a_revision_leaves_nothing_of_ends_in_silence() -> None:
    tape = Tape(HYSTERESIS)
    tape.release(monthly({"Japan": "1090"}), baseline=True)
    assert tape.revise(_2025_01=1110.0) == [], "above the line that fires, below the one that clears"
    assert tape.open() == {}


def test_a_note_that_nothing_bears_out_does_not_end_with_the_episode_after_it() -> None:
    tape = Tape(HYSTERESIS)
    tape.release(monthly({"Japan": "1090"}), baseline=True)
    news = tape.release(monthly({"Japan": "1110 1090 1150"}))
    assert told(news) == [of("2025-02", "fired"), of("2025-03", "cleared")]
    assert tape.open() == {}


def test_a_note_that_a_revision_makes_milder_lets_the_sharper_level_be_told() -> None:
    tape = Tape(STEPS)
    tape.release(monthly({"Japan": "990"}), baseline=True)
    assert tape.revise(_2025_01=1090.0) == []
    assert tape.log.open_episodes() == {("r", "Japan"): episode("2025-01", silent=True)}
    assert told(tape.month("2025-02", Japan=980.0)) == [of("2025-02", "fired", "high")]


# First sight.


def test_what_a_first_release_shows_is_noted_and_told_to_nobody() -> None:
    tape = Tape([CUT, replace(FLOOR, id="floor")])
    assert tape.release(monthly({"Japan": "1150 1090 1040"}), baseline=True).alerts == ()
    assert tape.log.open_episodes().keys() == {("floor", "Japan")}
    assert told(tape.month("2025-04", Japan=1000.0)) == [of("2025-04", "fired")]


def test_another_sources_first_release_takes_back_what_it_turns_and_tells_nothing_new() -> None:
    tape = after([CUT, replace(FLOOR, id="floor")], "1150 1090 1080")
    assert tape.stands().keys() == {("r", "Japan", "2025-02"), ("floor", "Japan", "2025-02")}
    news = tape.release(monthly({"Japan": "1150 1140 1105"}), baseline=True)
    assert [(alert.rule, *one[:2]) for alert, one in zip(news.alerts, told(news), strict=True)] == [
        ("r", "2025-02", "retracted"),
        ("floor", "2025-02", "retracted"),
    ]
    assert ("r", "Japan", "2025-03") not in tape.stands(), "a cut by 35 that nobody was told of"


def test_at_a_first_release_an_all_clear_is_told_of_the_holder_that_was_told_and_of_no_other() -> None:
    tape = Tape(FLOOR)
    tape.release(monthly({"Japan": "1090", "Belgium": "1150"}), baseline=True)
    assert told(tape.month("2025-02", Japan=1090.0, Belgium=1090.0)) == [Brief("2025-02", "fired", "notice", "Belgium")]
    revised = monthly({"Japan": "1090 1150", "Belgium": "1150 1090 1150"})
    news = tape.release(revised, baseline=True)
    assert told(news) == [Brief("2025-03", "cleared", "notice", "Belgium")]
    assert [(one.entity, one.kind) for one in news.silent] == [("Japan", Silent.ENDED)]
    assert tape.open() == {}


def test_what_opened_silently_grows_sharper_at_another_first_release_silently() -> None:
    tape = Tape(STEPS)
    tape.release(monthly({"Japan": "1090"}), baseline=True)
    assert tape.release(monthly({"Japan": "1090 990"}), baseline=True).alerts == ()
    assert tape.open() == {"Japan": ("2025-01", "high")}
    assert told(tape.month("2025-03", Japan=980.0)) == []


def test_where_later_releases_are_there_already_what_they_brought_is_news_after_all() -> None:
    tape = Tape([CUT, replace(FLOOR, id="floor")])
    tape.release(monthly({"Japan": "1150 1110 1070"}), baseline=True)
    assert tape.log.open_episodes() == {("floor", "Japan"): episode("2025-03", rule="floor", silent=True)}
    news = judge(tape.rules, tape.view(), [], tape.log, baseline=True, news_after={"tic.holdings": "2025-02"})
    assert [(alert.rule, alert.period, alert.kind.value, alert.by_revision) for alert in news.alerts] == [
        ("r", "2025-03", "fired", False),
        ("floor", "2025-03", "fired", False),
    ]


# on_revision: silent.


@pytest.mark.parametrize(
    ("asked", "text", "revised"),
    [
        pytest.param(CUT, "1000 960", 990.0, id="revised away"),
        pytest.param(CUT, "1000 960", 940.0, id="revised to another level"),
        pytest.param(CUT, "1000 1000", 960.0, id="only by revision"),
        pytest.param(FLOOR, "1150 1090", 1150.0, id="opening revised away"),
        pytest.param(FLOOR, "1090 1090", 1150.0, id="all-clear by revision"),
        pytest.param(FLOOR, "1150 1150", 1090.0, id="opening by revision"),
        pytest.param(FLOOR, "1090 1150", 1090.0, id="all-clear revised away"),
        pytest.param(STEPS, "1090 1090", 990.0, id="sharper by revision"),
    ],
)
def test_a_rule_that_is_silent_on_revisions_says_nothing_of_them(asked: object, text: str, revised: float) -> None:
    assert isinstance(asked, type(CUT))
    assert after(asked, text).revise(_2025_02=revised) != []
    quiet = after(replace(asked, correct=False), text)
    before = quiet.stands(), quiet.open()
    assert quiet.revise(_2025_02=revised) == []
    assert (quiet.stands(), quiet.open()) == before


def test_a_rule_that_is_silent_on_revisions_still_judges_what_is_new() -> None:
    tape = after(replace(FLOOR, correct=False), "1150 1090")
    tape.revise(_2025_02=1150.0)
    assert told(tape.month("2025-03", Japan=1150.0)) == [of("2025-03", "cleared")]


def test_an_all_clear_by_revision_takes_back_the_sharper_alert_that_was_told_after_it() -> None:
    tape = Tape(replace(FLOOR, levels=((Severity.HIGH, Condition("below", 1000.0, said="1tn")),)))
    tape.month("2025-01", Japan=1200.0)
    tape.month("2025-02", Japan=1090.0)
    tape.month("2025-03", Japan=1080.0)
    assert told(tape.month("2025-04", Japan=990.0)) == [Brief("2025-04", "fired", "high")]
    revised = tape.release(monthly({"Japan": "1200 980 1200 1200"}))
    assert sorted(told(revised)) == [
        Brief("2025-02", "corrected", "high"),
        Brief("2025-03", "cleared", "high"),
        Brief("2025-04", "retracted", "high"),
    ]
    assert tape.log.open_episodes() == {}
