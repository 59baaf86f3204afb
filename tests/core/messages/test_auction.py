"""One card an auction, on the real ones: the figures that desks read, and a verdict with the figure behind it."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

import pandas as pd
import pytest

from tests.auction_rows import panel_rows
from treasury_watch.core.auctions.model import figures_of
from treasury_watch.core.auctions.schedule import Announcement
from treasury_watch.core.figures.panels import View, build_view
from treasury_watch.core.figures.periods import NEW_YORK
from treasury_watch.core.messages.auction import card, coming_words, grade, message
from treasury_watch.core.messages.message import Section
from treasury_watch.core.rules.model import Severity
from treasury_watch.sources.auction_fields import auction_of


@cache
def real() -> View:
    auctions = [auction_of("panel", row) for row in panel_rows() if row["term"] != "0-Week"]
    figures = [(f.dataset, f.entity, f.period, f.value) for f in figures_of(auctions)]
    return build_view(pd.DataFrame(figures, columns=["dataset", "entity", "period", "value"]))


@pytest.mark.parametrize(
    ("entity", "day", "stress"),
    [("7-Year Note", "2021-02-25", 6.6), ("30-Year Bond", "2023-11-09", 2.6)],
)
def test_the_two_poor_auctions_that_everybody_remembers_score_as_they_did(entity: str, day: str, stress: float) -> None:
    value = real().value("auction.stress", entity, day)
    assert value is not None
    assert round(value, 1) == stress
    assert grade(real(), entity, day).word == "very weak"


def test_a_card_reads_in_the_order_in_which_desks_do() -> None:
    section = card(real(), "30-Year Bond", "2023-11-09", ["auction-stress (critical)"], [])
    assert section.title == "30-Year Bond of 9 Nov 2023: very weak, stop 4.769%, bid-to-cover 2.24×"
    assert section.text.splitlines() == [
        "Very weak: dealers 24.7%, six-auction average 12.7%, z 3.9. Stress 2.6.",
        "Fired: auction-stress (critical).",
    ]
    assert section.rows == (
        ("", "this", "last", "mean of 6"),
        ("Stop-out (high yield)", "4.769%", "4.837%", "4.155%"),
        ("Bid-to-cover", "2.24×", "2.35×", "2.44×"),
        ("Dealers", "24.7%", "18.2%", "12.7%"),
        ("Directs", "15.2%", "16.7%", "18.6%"),
        ("Indirects", "60.1%", "65.1%", "68.6%"),
    )
    assert section.facts[0] == ("Size", "24.0 bn")


def test_shares_on_the_card_are_of_competitive_awards() -> None:
    rows = {row[0]: row[1] for row in card(real(), "20-Year Bond", "2023-08-23", [], []).rows}
    assert (rows["Dealers"], rows["Directs"], rows["Indirects"]) == ("11.4%", "20.2%", "68.4%")


def test_an_auction_with_too_little_before_it_is_not_judged() -> None:
    assert grade(real(), "20-Year Bond", "2020-05-20").word == "not judged"
    section = card(real(), "20-Year Bond", "2020-05-20", [], [])
    assert "not judged" in section.title
    assert section.rows[1] == ("Stop-out (high yield)", "1.220%", "n/a", "n/a")
    assert "No rule fired." in section.text


@pytest.mark.slow("sixteen years of auctions")
def test_every_real_auction_has_a_card_and_none_speaks_of_a_tail() -> None:
    view = real()
    cards = [card(view, entity, day, [], []) for entity, days in view.auctions.days.items() for day in days if day]
    assert len(cards) > 1800
    assert not [one.title for one in cards if "tail" in str(one).casefold()]
    assert {one.title.partition(": ")[2].partition(",")[0] for one in cards} == {
        *("very weak", "weak", "in line", "strong", "very strong", "not judged")
    }


def test_bills_and_frn_are_named_by_what_they_are_sold_at() -> None:
    days = real().auctions.days
    assert card(real(), "13-Week Bill", days["13-Week Bill"][-1], [], []).rows[1][0] == "Stop-out (high discount rate)"
    assert card(real(), "2-Year FRN", days["2-Year FRN"][-1], [], []).rows[1][0] == "Stop-out (high discount margin)"


def test_the_next_auctions_are_named_with_their_close_and_size() -> None:
    def announced(day: date, entity: str) -> Announcement:
        closes = datetime(day.year, day.month, day.day, 13, tzinfo=NEW_YORK)
        return Announcement(entity, day.isoformat(), closes, "x", 16.0)

    ahead = [announced(date(2023, 11, number), "20-Year Bond") for number in (9, 20, 21, 22, 23)]
    section = card(real(), "30-Year Bond", "2023-11-09", [], ahead)
    assert section.text.splitlines()[-1].startswith("Next: 20-Year Bond 20 Nov 2023 13:00 ET, 16.0 bn; ")
    assert section.text.count("20-Year Bond") == 3
    assert coming_words(ahead[0]._replace(offering=None)) == "20-Year Bond 9 Nov 2023 13:00 ET"


def test_a_message_leads_with_its_card_and_is_as_loud_as_its_sharpest_alert() -> None:
    alerts = [
        Section(kind="fired", title="a", severity=Severity.NOTICE),
        Section(kind="fired", title="b", severity=Severity.CRITICAL),
    ]
    told = message(card(real(), "30-Year Bond", "2023-11-09", [], []), alerts, ("source",))
    assert told.severity is Severity.CRITICAL
    assert [section.title for section in told.sections[1:]] == ["b", "a"]
    assert told.headline.endswith("; 2 alerts")
    assert message(told.sections[0], [], ("source",)).severity is Severity.INFO
