"""What an edit changes, in the words of the rule file."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from treasury_watch.core.judge.edits import edits
from treasury_watch.core.rules.model import (
    Also,
    Among,
    Basis,
    Condition,
    Example,
    Group,
    Measure,
    Mode,
    Rule,
    Selection,
    Severity,
)

CUT = Rule(
    id="top20-monthly-cut",
    title="{holder} cut {measure} in {period}",
    data="tic.holdings",
    each="holder",
    measure=Measure("change", 1),
    fire=Condition("below", -20.0, said="-20bn"),
    levels=((Severity.HIGH, Condition("below", -50.0, said="-50bn")),),
)

EDITED: list[tuple[dict[str, Any], str]] = [
    ({"fire": Condition("below", -30.0, said="-30bn")}, "below −20bn → −30bn"),
    ({"fire": Condition("at_most", -20.0, said="-20bn")}, "below −20bn → at_most −20bn"),
    ({"fire": Condition("lowest_in", n=24, said="lowest in 24 months")}, "below −20bn → lowest in 24 months"),
    ({"levels": ()}, "levels: high below −50bn → none"),
    ({"clear": Condition("above", 0.0, said="0")}, "clear none → above 0"),
    ({"measure": Measure("change", 3)}, "measure change 1 → change 3"),
    ({"measure": Measure("drawdown")}, "measure change 1 → drawdown all"),
    ({"measure": Measure("versus", since="2024-10")}, "measure change 1 → versus 2024-10"),
    ({"count": Condition("below", 0.0, said="0")}, "count none → below 0"),
    ({"each": None, "only": Selection(frozenset({"Japan"}))}, "each holder → none; only none → Japan"),
    ({"without": Selection(frozenset({"Canada"}))}, "except none → Canada"),
    ({"among": Among(20)}, "among none → top 20, ranked previous"),
    ({"combine": Group("pair", ("Japan", "India"))}, "combine none → pair (Japan, India)"),
    (
        {"also": (Also("tic.net_long_term", Measure(), Condition("at_most", -5.0, said="-5bn")),)},
        "all: 1 none → tic.net_long_term value at_most −5bn",
    ),
    ({"periods": 2}, "for 1 → 2"),
    ({"mode": Mode.UNTIL_CLEAR}, "mode each_release → until_clear"),
    ({"severity": Severity.INFO}, "severity notice → info"),
    ({"remind": 3}, "remind none → 3"),
    ({"cooldown": 3}, "cooldown none → 3"),
    ({"basis": Basis.FIRST_PUBLISHED}, "basis latest → first_published"),
    ({"correct": False}, "on_revision correct → silent"),
    ({"enabled": False}, "enabled true → false"),
    ({"until": "2027-01-31"}, "until none → 2027-01-31"),
    ({"data": "tic.net_long_term"}, "data tic.holdings → tic.net_long_term"),
    ({"why": "Custody."}, "why none → Custody."),
    ({"owner": "Rates desk"}, "owner none → Rates desk"),
    ({"title": "New"}, "title {holder} cut {measure} in {period} → New"),
    ({"links": ("https://example.org/a",)}, "links none → https://example.org/a"),
    ({"tests": (Example("n", "2025-01", (), ()),)}, "tests none → 1 example"),
]


def test_a_rule_written_as_before_has_no_edits() -> None:
    assert edits(CUT, replace(CUT)) == ()


def test_a_rule_that_moved_down_its_file_has_no_edits() -> None:
    tested = replace(CUT, tests=(Example(name="x", start="2025-01", series=(), expect=(), line=7, column=8),))
    moved = replace(tested, line=9, tests=(replace(tested.tests[0], line=12),))
    assert edits(tested, moved) == ()


def test_a_level_spelt_in_another_way_is_an_edit_of_words_only() -> None:
    (edit,) = edits(CUT, replace(CUT, fire=Condition("below", -20.0, said="-0.02tn")))
    assert str(edit) == "below −20bn → −0.02tn"


@pytest.mark.parametrize(("changed", "said"), EDITED)
def test_what_changed_is_said_in_the_words_of_the_file(changed: dict[str, Any], said: str) -> None:
    assert "; ".join(map(str, edits(CUT, replace(CUT, **changed)))) == said


def test_no_key_of_a_rule_can_change_without_being_told() -> None:
    shown = {field.name for field in fields(Rule)} - {"id", "file", "line"}
    assert {name for changed, _ in EDITED for name in changed} == shown
