"""The unwind story: every claim is answered by the rules, from the figures that come with the bot."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.conftest import ROOT
from treasury_watch import rulefiles
from treasury_watch.analysis.story import CLAIMS, Evidence, Finding, evidence
from treasury_watch.bundled import bundled_releases
from treasury_watch.core.rules.model import Rule
from treasury_watch.store.database import open_store, reading, writing
from treasury_watch.store.release_writer import store_release

RULES = rulefiles.load(ROOT / "rules").rules


@pytest.fixture(scope="module")
def table() -> dict[str, Evidence]:
    engine = open_store("sqlite://")
    with writing(engine) as conn:
        for old in bundled_releases():
            store_release(
                conn,
                old.release,
                None,
                released_at=old.released_at,
                seen_at=datetime(2026, 11, 23, tzinfo=UTC),
                bundled=True,
            )
    with reading(engine) as conn:
        return {line.claim: line for line in evidence(conn, RULES)}


def test_every_claim_has_its_rules_and_a_line(table: dict[str, Evidence]) -> None:
    known = {rule.id for rule in RULES}
    assert {name for claim in CLAIMS for name in (claim.rule, claim.against) if name} <= known
    assert list(table) == [claim.claim for claim in CLAIMS]


def test_every_rule_of_the_story_is_in_the_table() -> None:
    told = {name for claim in CLAIMS for name in (claim.rule, claim.against)}
    assert {rule.id for rule in RULES if rule.id.startswith("unwind-")} == told - {""}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.id.startswith("unwind-")], ids=lambda rule: rule.id)
def test_every_message_of_the_story_says_for_or_against_with_the_figure(rule: Rule) -> None:
    assert rule.title.startswith(("For the claim: ", "Against the claim: "))
    assert "{value}" in rule.title or "{measure}" in rule.title or "{count}" in rule.title


@pytest.mark.parametrize(
    ("claim", "says", "figures"),
    [
        ("Japan sold over $20 bn in one month", Finding.FOR, ["4 months of 29", "Japan Mar 2026: −23.9 bn"]),
        ("Japan holds over $1 tn", Finding.FOR, ["1,209.9 bn"]),
        ("Japan dropped sharply by mid-2025", Finding.AGAINST, ["Jun 2025: +86.4 bn"]),
        ("Japan cuts tens of billions each year", Finding.MIXED, ["Dec 2024: −45.0 bn", "Dec 2025: +65.0 bn"]),
        ("China is at its lowest since 2008", Finding.FOR, ["651.1 bn"]),
        ("China has been scaling back, its custodians included", Finding.AGAINST, ["Dec 2025: +40.0 bn"]),
        ("At least ten of the top 20 trimmed since late 2024", Finding.NOT_BORNE_OUT, ["4 of the top 20"]),
        ("Fewer foreign buyers at auctions", Finding.MIXED, ["a proxy"]),
    ],
)
def test_the_figures_say(table: dict[str, Evidence], claim: str, says: Finding, figures: list[str]) -> None:
    line = table[claim]
    assert line.says is says
    assert [figure for figure in figures if figure not in line.evidence] == []


def test_without_figures_every_claim_is_open() -> None:
    with reading(open_store("sqlite://")) as conn:
        assert {line.says for line in evidence(conn, RULES)} == {Finding.OPEN}


def test_a_claim_whose_rule_was_removed_is_left_out() -> None:
    with reading(open_store("sqlite://")) as conn:
        assert evidence(conn, []) == []
