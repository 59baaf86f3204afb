"""The first look at three real files, the next month, and everything that can be served instead of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import shared_data
from tests.standins.publisher import Publisher, page, publisher
from tests.standins.slack import LocalSlack, local_slack
from tests.stories.bot import TABLE5, Bot, answers, install, serves
from tests.stories.next_month import LEFT, next_month

NEWEST = {"Japan": 1150.0, "China, Mainland": 612.0, "Canada": 440.0}
REVISED = {("Belgium", "2026-03"): 445.0, ("United Kingdom", "2026-02"): 899.3, ("France", "2026-01"): 379.5}
EXPECTED = {
    ("top20-monthly-cut", "Japan", "2026-05", "fired", "high"),
    ("top20-monthly-cut", "China, Mainland", "2026-05", "fired", "notice"),
    ("japan-floor", "Japan", "2026-05", "fired", "high"),
}


@pytest.fixture(scope="module")
def real() -> tuple[bytes, bytes, bytes]:
    return (
        shared_data("tic/slt_table5.2026-06-18.txt").read_bytes(),
        shared_data("tic/mfhhis01.stamp-2026-05-18.txt").read_bytes(),
        shared_data("auctions/treasurydirect_auctioned.bonds-2016-2018.json").read_bytes(),
    )


@pytest.fixture(scope="module")
def slack() -> Iterator[LocalSlack]:
    with local_slack() as running:
        yield running


@pytest.fixture
def treasury(real: tuple[bytes, bytes, bytes]) -> Iterator[Publisher]:
    with publisher() as running:
        serves(running, *real)
        yield running


@pytest.fixture
def met(tmp_path: Path, treasury: Publisher, slack: LocalSlack) -> tuple[Bot, str]:
    """A bot that has had its first look, and the channel it tells."""
    channel = slack.new_channel(f"story-{uuid.uuid4().hex[:12]}")
    bot = install(tmp_path, treasury, slack=(slack.api, channel))
    bot.run("run", "--once")
    return bot, channel


def test_the_first_look_takes_in_every_figure_and_alerts_nothing(met: tuple[Bot, str]) -> None:
    bot, _ = met
    assert bot.figure("tic.holdings", "Japan", "2026-04") == 1209.9
    assert bot.figure("tic.holdings", "China, Mainland", "2026-03") == 652.3
    assert bot.figure("tic.totals", "Grand Total", "2025-06") == 9094.0
    assert bot.figure("tic.holdings", "Japan", "2011-06") == 881.5
    assert bot.figure("tic.holdings", "Japan", "2002-06") == 349.2
    assert bot.figure("auction.bid_to_cover", "30-Year Bond", "2018-12-13") == 2.31
    assert bot.alerts() == set()


def test_the_next_month_gives_exactly_what_the_rules_ask_in_one_message(
    met: tuple[Bot, str], treasury: Publisher, slack: LocalSlack, real: tuple[bytes, bytes, bytes]
) -> None:
    bot, channel = met
    before = slack.messages(channel)
    answers(treasury, page(200, next_month(real[0], NEWEST, REVISED)))
    bot.run("run", "--once")
    assert bot.alerts() == EXPECTED
    told = slack.messages(channel)
    assert len(told) == len(before) + 1, [message["text"] for message in told]
    text = str(told[0])
    assert "revised" in text
    assert all(holder in text for holder in ("Japan", "China, Mainland"))
    explained = bot.json("explain", "emirates-any", LEFT, "2026-05", exit_code=None)
    assert explained["verdict"] == "undecided"
    assert bot.json("explain", "broad-selling", "top 20", "2026-05", exit_code=None)["verdict"] == "undecided"
    vintages = [
        row["value"]
        for row in bot.json("series", "tic.holdings", "Belgium", "--vintages")
        if row["period"] == "2026-03"
    ]
    assert vintages[0] == 454.0
    assert vintages[-1] == 445.0

    bot.run("run", "--once")
    assert bot.alerts() == EXPECTED
    assert len(slack.messages(channel)) == len(told), "a second run tells nothing"


@pytest.mark.parametrize(
    ("served", "says"),
    [
        pytest.param(b"<!DOCTYPE html><html><body>Page not found</body></html>", "web page", id="HTML with status 200"),
        pytest.param(b"", "empty", id="an empty body"),
        pytest.param("cut", "ends before", id="a truncated file"),
        pytest.param("older", "2026-04", id="a file one month older than what is stored"),
        pytest.param("frozen", "stood still", id="the frozen table"),
    ],
)
def test_what_must_not_be_believed_is_refused_by_its_own_message(
    met: tuple[Bot, str],
    treasury: Publisher,
    slack: LocalSlack,
    real: tuple[bytes, bytes, bytes],
    served: bytes | str,
    says: str,
) -> None:
    bot, channel = met
    if served == "cut":
        served = real[0][:1500]
    elif served == "frozen":
        served = shared_data("tic/mfh.FROZEN-2023-03-15-release.txt").read_bytes()
    elif served == "older":
        lines = [line.split("\t") for line in real[0].decode().split("\r\n")]
        older = [cells[:1] + cells[2:] if 5 <= number < 31 else cells for number, cells in enumerate(lines)]
        served = "\r\n".join("\t".join(cells) for cells in older).encode()
    assert isinstance(served, bytes)
    before = len(slack.messages(channel))
    answers(treasury, page(200, served))
    first = bot.run("run", "--once", exit_code=1)
    assert says in first.stdout + first.stderr
    assert "tic.table5" in first.stdout + first.stderr
    bot.run("run", "--once", exit_code=1)
    told = slack.messages(channel)
    assert len(told) == before + 1, "the operator is told once, not at each poll"
    assert says in str(told[0])
    assert bot.alerts() == set()
    assert bot.figure("tic.holdings", "Japan", "2026-04") == 1209.9, "the last good data stay in force"
    state = next(row for row in bot.json("status", exit_code=1)["sources"] if row["source"] == "tic.table5")
    assert state["state"] == ("frozen" if says == "stood still" else "refused")
    assert says in state["problem"]

    answers(treasury, page(200, real[0]))
    bot.run("run", "--once")
    assert len(slack.messages(channel)) == before + 2, "one all-clear"


def test_ingest_refuses_a_file_as_a_poll_does(
    met: tuple[Bot, str], tmp_path: Path, real: tuple[bytes, bytes, bytes]
) -> None:
    bot, _ = met
    bad = tmp_path / "page.html"
    bad.write_bytes(b"<html></html>")
    refused = bot.run("ingest", "tic.table5", str(bad), "--released", "2026-07-14", exit_code=1)
    assert "web page" in refused.stdout + refused.stderr
    good = tmp_path / "next.txt"
    good.write_bytes(next_month(real[0], NEWEST, REVISED))
    bot.run("ingest", "tic.table5", str(good), "--released", "2026-07-14")
    assert bot.alerts() == EXPECTED


def test_the_publisher_is_asked_only_for_what_changed(tmp_path: Path, real: tuple[bytes, bytes, bytes]) -> None:
    with publisher() as running:
        serves(running, *real)
        running.serve(TABLE5, page(200, real[0], ETag='"one"'), page(304))
        bot = install(tmp_path, running)
        bot.run("run", "--once")
        bot.run("run", "--once")
        asked = [one for one in running.asked if one.path == TABLE5]
    assert "If-None-Match" not in asked[0].headers
    assert asked[-1].headers.get("If-None-Match") == '"one"'
