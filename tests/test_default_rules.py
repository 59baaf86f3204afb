"""The rules that come with the bot: sound, explained, and doing what their examples say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from treasury_watch import config
from treasury_watch.core.judge.examples import run_examples
from treasury_watch.core.rules.model import Condition, Rule
from treasury_watch.grammar.json_schema import schema
from treasury_watch.grammar.page import readme
from treasury_watch.rulefiles import load

ROOT = Path(__file__).resolve().parents[1]
BOOK = load(ROOT / "rules")


def by_id(rule: Rule) -> str:
    return rule.id


def test_the_default_rules_have_no_mistake() -> None:
    assert [problem.show() for problem in BOOK.problems] == []
    assert BOOK.rules


@pytest.mark.parametrize("rule", BOOK.rules, ids=by_id)
def test_a_default_rule_does_what_its_examples_say(rule: Rule) -> None:
    assert rule.tests, "a default rule brings an example"
    assert [str(failure) for failure in run_examples(rule)] == []


@pytest.mark.parametrize("rule", BOOK.rules, ids=by_id)
def test_a_default_rule_carries_its_caveat(rule: Rule) -> None:
    assert len(rule.why) > 40


@pytest.mark.parametrize("rule", BOOK.rules, ids=by_id)
def test_no_title_says_the_sign_of_a_number_twice(rule: Rule) -> None:
    twice = r"\b(add|bought|buy|cut|drop|fall|fell|lost|ris|rose|sell|sold|shed)\w* \{(measure|value)\}"
    assert not re.search(twice, rule.title)


LEVELS = [rule for rule in BOOK.rules if rule.fire.op in ("below", "above", "at_most", "at_least")]


@pytest.mark.parametrize("rule", LEVELS, ids=by_id)
@pytest.mark.parametrize("way", [-1, 1])
def test_the_examples_of_a_default_rule_notice_a_level_that_slipped(rule: Rule, way: int) -> None:
    """Either its fires or its silences must tell, whichever way the level moves by a tenth."""
    moved = rule.fire.a + way * max(abs(rule.fire.a) / 10, 1 if rule.count else 0.1)
    slipped = replace(rule, fire=Condition(rule.fire.op, moved))
    assert run_examples(slipped) != [], f"no example notices {rule.fire.op} {moved:g} instead of {rule.fire.a:g}"


def test_the_page_about_rules_says_what_the_checker_reads() -> None:
    assert (ROOT / "rules" / "README.md").read_text(encoding="utf-8") == readme()


def test_the_schema_editors_read_is_made_from_the_same_words() -> None:
    assert json.loads((ROOT / "treasury_watch" / "rules.schema.json").read_text(encoding="utf-8")) == schema()


def undescribed(shape: Any, place: str = "") -> Iterator[str]:
    """The keys of a schema that an editor could not explain."""
    if isinstance(shape, list):
        for part in shape:
            yield from undescribed(part, place)
    elif isinstance(shape, dict):
        for key, value in shape.get("properties", {}).items():
            if "description" not in value and "$ref" not in value:
                yield f"{place}/{key}"
            yield from undescribed(value, f"{place}/{key}")
        for key in ("items", "anyOf", "oneOf", "additionalProperties"):
            yield from undescribed(shape.get(key), place)
        for name, value in shape.get("$defs", {}).items():
            yield from undescribed(value, name)


@pytest.mark.parametrize("shape", [schema(), config.schema()], ids=["rules", "config"])
def test_an_editor_can_explain_every_key(shape: dict[str, Any]) -> None:
    assert list(undescribed(shape)) == []
    assert list(undescribed({"properties": {"a": {}}})) == ["/a"]


def test_the_rule_shown_on_the_page_about_rules_works(tmp_path: Path) -> None:
    _, _, after = readme().partition("```yaml\n")
    (tmp_path / "shown.yaml").write_text(after.partition("```")[0], encoding="utf-8")
    book = load(tmp_path)
    assert [problem.show() for problem in book.problems] == []
    assert [str(failure) for rule in book.rules for failure in run_examples(rule)] == []
