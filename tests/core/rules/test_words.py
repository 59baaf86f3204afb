"""How a number, a level, a span and a title are said: with a unit, a true minus, and one decimal for money."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.small import monthly, rule, view
from treasury_watch.core.figures.datasets import DATASETS, Calendar
from treasury_watch.core.figures.names import entity_words
from treasury_watch.core.figures.quantities import figure_words
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.messages.operator import operator_message
from treasury_watch.core.messages.title import title_of
from treasury_watch.core.rules.model import Condition, Measure, Severity
from treasury_watch.core.rules.words import (
    condition_words,
    level_words,
    measure_words,
    percent_unit,
    span_words,
    unit_of,
)

COVER, SHARE, STOP, STRESS = "auction.bid_to_cover", "auction.indirect_share", "auction.stop", "auction.stress"


@pytest.mark.parametrize(
    ("data", "value", "words"),
    [
        ("tic.holdings", 1209.9, "1,209.9 bn"),
        ("tic.net_long_term", -23.912, "−23.9 bn"),
        ("tic.net_long_term", -0.04, "0.0 bn"),
        (COVER, 2.3, "2.30×"),
        (SHARE, 68.4, "68.4%"),
        (STOP, 4.277, "4.277%"),
        (STRESS, 6.558, "6.56"),
        ("auction.dispersion", 4.5, "4.5 bp"),
        ("tic.holdings", None, "n/a"),
    ],
)
def test_a_figure_is_said_in_the_unit_of_its_data(data: str, value: float | None, words: str) -> None:
    assert figure_words(DATASETS[data], value) == words


@pytest.mark.parametrize(
    ("measure", "data", "value", "words"),
    [
        (Measure(), "tic.holdings", 1090.0, "1,090.0 bn"),
        (Measure("change", 1), "tic.holdings", -35.3, "−35.3 bn"),
        (Measure("change", 1), "tic.holdings", 35.3, "+35.3 bn"),
        (Measure("change", 1), "tic.holdings", 0.0, "0.0 bn"),
        (Measure("sum", 12), "tic.net_long_term", -45.0, "−45.0 bn"),
        (Measure("percent_change", 1), "tic.holdings", -3.14, "−3.1%"),
        (Measure("share"), "tic.holdings", 12.34, "12.3%"),
        (Measure("rank"), "tic.holdings", 3.0, "3"),
        (Measure("falling"), "tic.holdings", 4.0, "4"),
        (Measure("zscore", 12), COVER, -2.345, "−2.34"),
        (Measure("change", 1), STOP, 0.05, "+5.0 bp"),
        (Measure("versus_mean", 6), STOP, -0.123, "−12.3 bp"),
        (Measure("drawdown"), STOP, 0.0, "0.0 bp"),
        (Measure("change", 1), SHARE, -3.14, "−3.1 pts"),
        (Measure("versus_mean", 12), SHARE, 2.0, "+2.0 pts"),
        (Measure("percent_change", 1), SHARE, -3.14, "−3.1%"),
        (Measure(), SHARE, 62.2, "62.2%"),
        (Measure("zscore", 12), SHARE, -2.345, "−2.34"),
        (Measure("drawdown"), "tic.holdings", -120.0, "−120.0 bn"),
        (Measure("change", 1), "tic.holdings", None, "n/a"),
    ],
)
def test_what_was_compared_is_said_with_its_sign_and_unit(
    measure: Measure, data: str, value: float | None, words: str
) -> None:
    assert measure_words(rule(measure=measure, data=data), value) == words


def test_a_count_is_a_plain_number() -> None:
    broad = rule(measure=Measure("change", 1), count=Condition("below", 0.0))
    assert measure_words(broad, 15.0) == "15"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("-30bn", "−30 bn"),
        ("−30bn", "−30 bn"),
        ("1.1tn", "1.1 tn"),
        ("2bp", "2 bp"),
        ("30%", "30%"),
        ("2.30", "2.30"),
        ("2.3x", "2.3x"),
        ("-2 to 2", "−2 to 2"),
        ("-30bn to 30bn", "−30 bn to 30 bn"),
        ("lowest in 24 auctions", "lowest in 24 auctions"),
        ("", ""),
    ],
)
def test_a_level_is_said_as_its_author_wrote_it_and_spaced_as_everywhere(said: str, words: str) -> None:
    assert level_words(said) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("china-complex", "china complex"),
        ("brics", "brics"),
        ("Euro-area without France", "Euro-area without France"),
        ("Belgium-Luxembourg", "Belgium-Luxembourg"),
        ("10-Year Note", "10-Year Note"),
        ("top 20", "top 20"),
    ],
)
def test_a_group_is_said_in_words_and_a_name_as_it_is(name: str, words: str) -> None:
    assert entity_words(name) == words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("below", -30.0, said="-30bn"), "below −30 bn"),
        (Condition("at_most", -20.0, said="-20bn"), "at or below −20 bn"),
        (Condition("above", 4.5, said="4.50%"), "above 4.50%"),
        (Condition("at_least", 14.0, said="14"), "at or above 14"),
        (Condition("outside", -2.0, 2.0, said="-2 to 2"), "outside −2 to 2"),
        (Condition("lowest_in", n=24, said="lowest in 24 auctions"), "lowest in 24 auctions"),
        (Condition("highest_since", since="2020-01", said="highest since Jan 2020"), "highest since Jan 2020"),
        (Condition("changes", said="any change"), "a change"),
        (Condition("below", 1.0), "below"),
    ],
)
def test_a_condition_is_said_with_its_level_and_nothing_twice(condition: Condition, words: str) -> None:
    assert condition_words(condition, condition.said) == words


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (Measure(), "value"),
        (Measure("change", 1), "change over 1 month"),
        (Measure("change", 3), "change over 3 months"),
        (Measure("sum", 12), "sum of 12 months"),
        (Measure("share"), "share of Grand Total"),
        (Measure("zscore", 12), "standard deviations from the mean of the 12 months before"),
        (Measure("versus_mean", 6), "against the mean of the 6 months before"),
        (Measure("versus", since="2024-10"), "against Oct 2024"),
        (Measure("falling"), "months falling in a row"),
        (Measure("drawdown", 24), "below the highest of 24 months"),
        (Measure("drawdown"), "below the highest of all months"),
        (Measure("rank"), "rank"),
    ],
)
def test_a_measure_is_named_with_its_span(measure: Measure, words: str) -> None:
    assert span_words(measure, Calendar.MONTH) == words


@pytest.mark.parametrize(
    ("measure", "data", "said", "words"),
    [
        (Measure("change", 1), SHARE, "-5%", "at or below −5 pts"),
        (Measure("change", 1), SHARE, "-5", "at or below −5 pts"),
        (Measure(), SHARE, "60%", "at or below 60%"),
        (Measure(), SHARE, "60", "at or below 60%"),
        (Measure("percent_change", 1), SHARE, "-5%", "at or below −5%"),
        (Measure("zscore", 12), SHARE, "-2", "at or below −2"),
        (Measure("change", 1), STOP, "-5bp", "at or below −5 bp"),
        (Measure("change", 1), STOP, "-0.05%", "at or below −5 bp"),
        (Measure("versus_mean", 6), STOP, "0.125", "at or below 12.5 bp"),
        (Measure(), STOP, "4.50%", "at or below 4.50%"),
        (Measure(), STOP, "450bp", "at or below 4.5%"),
        (Measure("change", 1), "tic.holdings", "-30bn", "at or below −30 bn"),
    ],
)
def test_a_level_is_said_in_the_unit_of_what_is_compared_with_it(
    measure: Measure, data: str, said: str, words: str
) -> None:
    assert condition_words(Condition("at_most"), said, percent_unit(data, measure)) == words


def test_both_ends_of_a_range_are_said_in_that_unit() -> None:
    assert level_words("-5% to 0.5%", "pts") == "−5 pts to 0.5 pts"
    assert level_words("-0.1% to 10bp", "bp") == "−10 bp to 10 bp"
    assert level_words("lowest in 24 auctions", "%") == "lowest in 24 auctions"


def test_a_count_of_shares_is_no_share() -> None:
    assert unit_of(rule(data=SHARE, measure=Measure("change", 1), count=Condition("below", 0.0))) == ""


def test_auctions_are_counted_as_auctions() -> None:
    assert span_words(Measure("change", 1), Calendar.AUCTION) == "change over 1 auction"
    assert span_words(Measure("rising"), Calendar.AUCTION) == "auctions rising in a row"


# Titles.


def alert(**changes: Any) -> Alert:
    defaults: dict[str, Any] = {
        "rule": "r",
        "entity": "Japan",
        "period": "2025-02",
        "kind": AlertKind.FIRED,
        "severity": Severity.NOTICE,
        "value": 1085.2,
        "measure": -35.3,
        "threshold": "-30bn",
    }
    return Alert(**{**defaults, **changes})


def titled(text: str, **changes: Any) -> str:
    asked = rule(title=text, measure=changes.pop("of", Measure("change", 1)), data=changes.pop("data", "tic.holdings"))
    figures = monthly({"Japan": "1120.5 1085.2", "Belgium": "1100 1200", "France": "1 1"})
    return title_of(asked, alert(**changes), view(figures))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{holder} cut {measure} in {period}", "Japan cut −35.3 bn in Feb 2025"),
        ("{holder} at {value}, below {threshold}", "Japan at 1,085.2 bn, below −30 bn"),
        ("{holder} is now number {rank}", "Japan is now number 2"),
        ("nothing to fill in", "nothing to fill in"),
        ("{other} {} {0} {holder.x} {{holder}} {holder!r}", "{other} {} {0} {holder.x} {Japan} {holder!r}"),
    ],
)
def test_a_title_is_filled_in_and_nothing_else_is_interpreted(text: str, expected: str) -> None:
    assert titled(text) == expected


def test_a_title_of_an_auction_names_its_tenor_and_day() -> None:
    words = titled(
        "{tenor} of {period}: {value}", of=Measure(), data=COVER, entity="10-Year Note", period="2025-02-12", value=2.29
    )
    assert words == "10-Year Note of 12 Feb 2025: 2.29×"


def test_what_is_not_known_is_said_to_be_not_known() -> None:
    assert titled("{value} {measure} {rank}", value=None, measure=None, period="2031-01") == "n/a n/a n/a"


@given(st.text(alphabet="abc{}_ :!.[]%", max_size=30))
def test_no_title_can_end_in_an_error(text: str) -> None:
    known = re.compile(r"\{(holder|tenor|value|measure|threshold|period|count|rank)\}")
    assert titled(text) == text or known.search(text)


def test_a_word_to_the_operator_is_one_section_with_its_headline() -> None:
    message = operator_message("rules/holders.yaml has a mistake", "line 3: …")
    [section] = message.sections
    assert (message.headline, section.title, section.text) == (
        "rules/holders.yaml has a mistake",
        "rules/holders.yaml has a mistake",
        "line 3: …",
    )
    assert (message.severity, section.kind) == (Severity.HIGH, "operator")
