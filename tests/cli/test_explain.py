"""``explain`` without an entity: who breached or came nearest, in the newest period that can be judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.store import Setup, install

RULES = """\
rules:
  - id: cut
    title: "{holder} {measure} in {period}"
    data: tic.holdings
    each: holder
    among: {top: 20, ranked: previous}
    except: {holder: Canada}
    measure: {change: 1 month}
    fire: {at_most: -30bn}
  - id: sold-and-fell
    title: "Japan sold net in {period}: {measure}"
    data: tic.net_long_term
    only: {holder: Japan}
    fire: {at_most: -20bn}
    all:
      - {data: tic.holdings, measure: {change: 1 month}, is: {at_most: -20bn}}
  - id: moved
    title: "{holder} {measure} in {period}"
    data: tic.residual
    each: holder
    fire: {outside: [-15bn, 15bn]}
  - id: revised
    title: "{holder} {value}"
    data: tic.revision
    each: holder
    fire: {outside: [-5bn, 5bn]}
  - id: cover
    title: "{tenor} {value}"
    data: auction.bid_to_cover
    each: tenor
    fire: {below: 2.3}
"""


@pytest.fixture
def context(tmp_path: Path) -> Setup:
    """A desk that has never run: what it asks are the figures that come with the bot."""
    return install(tmp_path, rules=RULES)


def test_whoever_breached_stands_first_and_is_told_step_by_step(context: Setup) -> None:
    said = context.run("explain", "cut", "2026-03").said.splitlines()
    assert [line.split("  ")[0] for line in said[1:4]] == ["Japan", "China, Mainland", "Luxembourg"]
    assert "cut: Japan, Mar 2026" in said
    assert (
        said[-1]
        == "Shown is the one that is furthest beyond its line; bot.py explain cut ENTITY [PERIOD] tells another."
    )


def test_where_nobody_breached_the_nearest_to_its_line_does(context: Setup) -> None:
    said = context.run("explain", "cut").said
    assert said.splitlines()[1].startswith("Ireland  ")
    assert "cut: Ireland, Apr 2026" in said
    assert "Shown is the one that is nearest to its line" in said
    told = context.run("explain", "cut", "--json").json
    assert [each["entity"] for each in told[:3]] == ["Ireland", "Saudi Arabia", "Hong Kong"]


def test_a_newest_month_that_cannot_be_judged_is_passed_over_and_said_to_be(context: Setup) -> None:
    said = context.run("explain", "sold-and-fell").said.splitlines()
    assert said[0] == "sold-and-fell: Japan, Apr 2026"
    assert said[-1] == (
        "May 2026 cannot be judged yet (tic.holdings: May 2026 is not published yet); Apr 2026 is the newest that can."
    )
    # Who asks of Japan by name is told of the newest month, whatever can be said of it.
    assert context.run("explain", "sold-and-fell", "Japan").said.startswith("sold-and-fell: Japan, May 2026")
    assert context.run("explain", "sold-and-fell", "2026-05").said.startswith("sold-and-fell: Japan, May 2026")


def test_of_very_many_the_nearest_are_listed(context: Setup) -> None:
    said = context.run("explain", "moved").said
    assert "further from the line: --json lists all." in said
    assert len(said.splitlines()) < 40


def test_where_there_is_no_figure_it_says_so(context: Setup) -> None:
    assert context.run("explain", "revised", code=2).told.strip() == "revised: tic.revision has no figure yet"
    assert "tic.revision has no figure of Japan yet" in context.run("explain", "revised", "Japan", code=2).told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("cut", "Canada"), "Canada is left out by except of cut; it covers Australia, Bahamas, "),
        (("cut", "Canada"), '"China, Mainland", Colombia, Denmark … and '),
        (("cut", "chna"), 'no entity "chna" (did you mean "China, Mainland"?) that cut covers'),
        (("cut", "Mainland"), 'no entity "Mainland" (did you mean "China, Mainland"?) that cut covers'),
        (("cut", "Xyzzy"), 'no entity "Xyzzy" (it covers Australia, Bahamas, '),
        (("sold-and-fell", "Canada"), "Canada is not among only of sold-and-fell; it covers Japan"),
        (("cover", "4-Week Bill", "2022-06"), "4-Week Bill had 5 auctions in 2022-06: 2022-06-02, 2022-06-09, "),
        (("cover", "10-Year Note", "1999-03"), "auction.bid_to_cover has no period '1999-03' for 10-Year Note"),
    ],
)
def test_who_cannot_be_asked_is_told_why_in_one_line(context: Setup, words: tuple[str, ...], told: str) -> None:
    said = context.run("explain", *words, code=2).told
    assert told in said
    assert len(said.splitlines()) == 1
    assert said.count(", ") < 16


def test_a_month_is_enough_for_the_one_auction_that_was_held_in_it(context: Setup) -> None:
    assert context.run("explain", "cover", "10-Year Note", "2022-06").said.startswith(
        "cover: 10-Year Note, 8 Jun 2022\n"
    )
    everybody = context.run("explain", "cover", "2022-06", "--json").json
    assert sum(one["entity"] == "4-Week Bill" for one in everybody) == 5
