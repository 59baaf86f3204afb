"""What an editor offers while a rule is typed, and what it says of a word."""

from __future__ import annotations

import pytest

from tests.editor.files import FILE, JAPAN, rule_of
from tests.standins.editor import Editor
from treasury_watch.core.figures.datasets import DATASETS, TENORS
from treasury_watch.core.figures.names import HOLDERS
from treasury_watch.core.rules.conditions import CONDITIONS
from treasury_watch.core.rules.kinds import Takes
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.grammar.words import KEYS, SELECTORS, SEVERITIES, Key


def test_every_key_that_a_rule_does_not_have_yet_is_offered_with_its_meaning(vscode: Editor) -> None:
    offered = vscode.offered(FILE, rule_of() + "    |\n")
    assert set(offered) == {key.name for key in KEYS} - set(JAPAN)
    for key in KEYS:
        assert key.name in JAPAN or offered[key.name].startswith(key.says)


def test_a_new_rule_is_offered_whole(vscode: Editor) -> None:
    inserted = vscode.inserted(FILE, rule_of() + "  - |\n")
    assert inserted["rule"] == "id: $1\n  title: $2\n  data: $3\n  fire:\n    $4"


BARE = {kind.word for kind in MEASURES.values() if kind.takes is Takes.NOTHING}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"data": "|"}, set(DATASETS)),
        ({"severity": "|"}, set(SEVERITIES)),
        ({"mode": "|"}, {"each_release", "until_clear"}),
        ({"measure": "|"}, BARE),
        ({"only": "{holder: |}"}, set(HOLDERS)),
        ({"except": "{holder: [Canada, |]}"}, set(HOLDERS)),
        ({"only": "{tenor: |}", "data": "auction.stop"}, set(TENORS) | {"10-Year"}),
        # Between braces this server offers nothing before the first letter.
        ({"measure": "{c|}"}, set(MEASURES) - BARE),
        ({"fire": "{b|}"}, set(CONDITIONS)),
        ({"clear": "{b|}", "mode": "until_clear"}, set(CONDITIONS)),
        ({"only": "{h|}"}, set(SELECTORS)),
        ({"levels": "{h|}"}, {"notice", "high", "critical"}),
        ({"all": "\n      - |"}, {"data", "measure", "is"}),
        ({"tests": "\n      - |"}, {"name", "series", "start", "revise", "expect"}),
        ({"tests": "\n      - expect: [{a|}]"}, {"at", "fires", "holds", "clears", "corrects"}),
        ({"tests": "\n      - series: {J|}"}, {"Japan", "Grand Total"}),
    ],
)  # fmt: skip
def test_the_words_that_fit_are_offered(vscode: Editor, place: dict[str, str], words: set[str]) -> None:
    assert words <= set(vscode.offered(FILE, rule_of(**place)))


def test_a_name_with_a_comma_is_written_in_quotes(vscode: Editor) -> None:
    inserted = vscode.inserted(FILE, rule_of(only="{holder: [Japan, |]}"))
    assert (inserted["China, Mainland"], inserted["Belgium"]) == ('"China, Mainland"', "Belgium")


def test_data_is_offered_with_what_it_is_and_its_unit(vscode: Editor) -> None:
    offered = vscode.offered(FILE, rule_of(data="|"))
    assert offered["auction.bid_to_cover"] == "Bids per dollar sold to the public. (ratio)"


def test_a_condition_is_offered_with_a_level_to_write_over(vscode: Editor) -> None:
    assert vscode.inserted(FILE, rule_of(fire="|"))["at_most: -30bn"] == "\n  at_most: ${1:-30bn}"
    assert vscode.inserted(FILE, rule_of(fire="{a|}"))["at_most: -30bn"] == "at_most: ${1:-30bn}"
    assert vscode.offered(FILE, rule_of(fire="|"))["at_most: -30bn"] == "The level or less."


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_a_key_is_explained_where_the_pointer_rests(vscode: Editor, key: Key) -> None:
    sound = {
        "tests": "[]",
        "all": "[]",
        "levels": "{high: 1tn}",
        "clear": "{above: 2tn}",
        "for": "2",
        "enabled": "true",
    }
    written = rule_of(**{key.name: (JAPAN | sound).get(key.name, "x")})
    pointed = written.replace(f" {key.name}: ", f" {key.name[0]}|{key.name[1:]}: ", 1)
    assert key.says in vscode.hover(FILE, pointed)


def test_words_inside_a_key_are_explained_too(vscode: Editor) -> None:
    measure = vscode.hover(FILE, rule_of(measure="{cha|nge: 1 month}"))
    assert "The figure less the one N periods before." in measure
    assert "Holders by name." in vscode.hover(FILE, rule_of(only="{hol|der: Japan}"))
    started = vscode.hover(FILE, rule_of(tests="[{sta|rt: 2025-01}]"))
    assert "The month of the first value" in started
