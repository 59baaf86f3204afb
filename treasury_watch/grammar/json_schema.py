"""The JSON Schema of a rule file (draft 7), every key described: what an editor completes, explains and underlines."""

from __future__ import annotations

from typing import Any

from treasury_watch.core.figures.datasets import AGGREGATES, DATASETS, SECURITY_TYPES, TENORS, Calendar, Entity, Unit
from treasury_watch.core.figures.names import HOLDERS
from treasury_watch.core.rules.conditions import CONDITIONS
from treasury_watch.core.rules.kinds import Takes
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Basis, Mode
from treasury_watch.grammar.dependent_keys import of_a_part, of_a_rule, title_without
from treasury_watch.grammar.schema_parts import (
    WRITTEN,
    Shape,
    closed,
    day,
    definitions,
    described,
    month,
    one_of,
    refused,
    some,
    texts,
    values,
)
from treasury_watch.grammar.words import (
    EXAMPLE_KEYS,
    EXPECT_KEYS,
    FIELDS,
    ID_PATTERN,
    KEYS,
    LINK_PATTERN,
    SELECTORS,
    SEVERITIES,
)

_TENOR_PATTERN = rf"^\d{{1,3}}-(?:Day|Week|Month|Year) (?:{'|'.join(SECURITY_TYPES)})$"
_SHOWN = {Takes.LEVEL: "-30bn", Takes.RANGE: "[-5bn, 5bn]", Takes.STEPS: "24 months", Takes.PERIOD: "2020-01"}
"""What a condition or a measure is offered with, to be written over."""


def schema() -> dict[str, Any]:
    """The whole of it."""
    rule = _rule()
    rules = {"type": ["array", "null"], "items": rule} | described("What is asked of the data.")
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Treasury Watch rules",
        "definitions": {"holder": _holder(), **definitions()},
        **closed({"rules": rules, "groups": _groups()}),
        "if": {"required": ["rules"]},
        "then": {"properties": {"groups": False}, "errorMessage": "groups stand in groups.yaml; move them there"},
    }


def _rule() -> Shape:
    condition, measure = _condition(), _measure()
    names = _names()
    selection = closed({word: names[word] | described(_sentence(says)) for word, (_, says) in SELECTORS.items()})
    selection["defaultSnippets"] = [_snippet("holder", "Japan"), _snippet("tenor", "10-Year Note")]
    anything: Shape = {"type": WRITTEN, "pattern": r"\S", "errorMessage": "expected a text"}
    steps = {"type": ["string", "integer"]}
    group = anything | described("A group of groups.yaml.")
    shapes: dict[str, Shape] = {
        "id": texts(
            ID_PATTERN.strip("^$"), 'small letters, digits, "-", "." and "_" only, such as japan-floor', types=WRITTEN
        ),
        "title": {
            "type": WRITTEN,
            "pattern": title_without(()),
            "patternErrorMessage": "only these are filled in: " + " ".join(f"{{{field}}}" for field in FIELDS),
            "errorMessage": 'expected a text; one that begins with "{" needs "quotes" round all of it',
        },
        "why": anything,
        "owner": anything,
        "links": some(texts(LINK_PATTERN, "an address that begins with https://")),
        "data": _data(),
        "each": one_of(kind.value for kind in Entity),
        "only": selection,
        "except": selection,
        "among": closed(
            {
                "top": {"type": "integer", "minimum": 1, "maximum": 100} | described("How many."),
                "ranked": one_of(["previous", "current"]) | described("By the release before, or by this one."),
            },
            ["top"],
        )
        | {"defaultSnippets": [_snippet("top", "20")]},
        "combine": closed({"sum": group}, ["sum"]) | {"defaultSnippets": [_snippet("sum", "china-complex")]},
        "measure": measure,
        "count": condition,
        "fire": condition,
        "levels": _levels(),
        "all": {"type": "array", "items": _part(condition, measure)},
        "for": steps,
        "clear": condition,
        "mode": one_of((mode.value for mode in Mode), each=_MODES),
        "severity": one_of(SEVERITIES),
        "remind": steps,
        "cooldown": steps,
        "basis": one_of(basis.value for basis in Basis),
        "on_revision": one_of(["correct", "silent"]),
        "enabled": {"type": "boolean", "errorMessage": "expected true or false"},
        "until": day(),
        "tests": {"type": "array", "items": _example()},
    }
    told = {key.name: key.says + (" Required." if key.required else f" Default: {key.default}.") for key in KEYS}
    rule = closed(
        {name: {"title": name} | shapes[name] | described(told[name]) for name in told},
        [k.name for k in KEYS if k.required],
    )
    return {"title": "rule"} | rule | {"allOf": of_a_rule()}


_MODES = {
    Mode.EACH_RELEASE.value: "Every matching period is news.",
    Mode.UNTIL_CLEAR.value: "One alert, then one all-clear.",
}


def _data() -> Shape:
    units = {
        Unit.BILLIONS: "$ billion",
        Unit.RATIO: "ratio",
        Unit.PERCENT: "percent",
        Unit.BASIS_POINTS: "basis points",
    }
    said = {name: f"{_sentence(its.says)} ({units.get(its.unit, 'plain number')})" for name, its in DATASETS.items()}
    return one_of(DATASETS, each=said)


def _condition() -> Shape:
    """One comparison."""
    words = {c.word: _taken(c.takes) | described(_sentence(c.help)) for c in CONDITIONS.values()}
    several = "one condition only; for both ends write outside: [a, b]"
    offered = [_snippet(c.word, _SHOWN.get(c.takes, "true"), says=_sentence(c.help)) for c in CONDITIONS.values()]
    shape = _single(words, several)
    return (
        shape
        | {"errorMessage": "expected one condition, such as {below: 1.1tn}: " + ", ".join(words)}
        | {"defaultSnippets": offered}
    )


def _measure() -> Shape:
    """A word alone, or one that says how far."""
    bare = {kind.word: kind.help for kind in MEASURES.values() if kind.takes is Takes.NOTHING}
    taking = [kind for kind in MEASURES.values() if kind.takes is not Takes.NOTHING]
    unknown = f"expected a measure, such as rank or {{change: 1 month}}: {', '.join(MEASURES)}"
    words = {kind.word: _taken(kind.takes) | described(_sentence(kind.help)) for kind in taking}
    mapping = _single(words, "one measure only") | {"errorMessage": unknown}
    mapping["defaultSnippets"] = [
        _snippet(kind.word, kind.how_far(Calendar.MONTH), says=_sentence(kind.help)) for kind in taking
    ]
    alone = one_of(bare, each={word: _sentence(says) for word, says in bare.items()}, otherwise=unknown)
    return {"anyOf": [alone, mapping]}


def _single(words: Shape, several: str) -> Shape:
    """A mapping with exactly one of these words."""
    return closed(words) | {"minProperties": 1, "if": {"type": "object", "minProperties": 2}, "then": refused(several)}


def _taken(takes: Takes) -> Shape:
    number = {"type": ["string", "number"]}
    if takes is Takes.RANGE:
        ends = "expected the two ends, such as [-2, 2]"
        return {"type": "array", "items": number, "minItems": 2, "maxItems": 2, "errorMessage": ends}
    return {"const": True, "errorMessage": "expected true"} if takes is Takes.TRUE else number


def _levels() -> Shape:
    says = "expected the level alone, such as -50bn; the comparison is that of fire"
    alone = {"type": ["string", "number", "array"], "errorMessage": says}
    words = {name: alone | described(f"The level that is {name}.") for name in SEVERITIES if name != "info"}
    return closed(words) | {"minProperties": 1, "defaultSnippets": [_snippet("high", "-50bn")]}


def _part(condition: Shape, measure: Shape) -> Shape:
    shape = closed(
        {
            "data": _data() | described("Which series."),
            "measure": measure | described("Which number of it."),
            "is": condition | described("What it must be."),
        },
        ["data", "is"],
    )
    return {"title": "further condition"} | shape | {"allOf": of_a_part()}


def _names() -> dict[str, Shape]:
    tenor = "no such security; expected such as 10-Year Note, or 10-Year for every type of it"
    spelt = {"pattern": _TENOR_PATTERN, "errorMessage": tenor, "type": "string"}
    short = list(dict.fromkeys(name.rpartition(" ")[0] for name in TENORS))
    return {
        "holder": some({"$ref": "#/definitions/holder"}),
        "aggregate": some(one_of(AGGREGATES)),
        "tenor": some({"anyOf": [one_of([*TENORS, *short], otherwise=tenor), spelt]}),
        "type": some(one_of(SECURITY_TYPES)),
        "group": some({"type": WRITTEN, "errorMessage": "expected a group of groups.yaml"}),
    }


def _holder() -> Shape:
    """A name. One with a comma is offered in quotes: between brackets it would be two names."""
    says = 'no such holder; Ctrl+Space lists them. A name with a comma needs quotes: "China, Mainland"'
    torn = [name for name in HOLDERS if "," in name]
    quoted = [{"label": name, "bodyText": f'"{name}"'} for name in torn]
    spelt = {"type": "string", "pattern": f"^(?:{'|'.join(torn)})$", "errorMessage": says, "defaultSnippets": quoted}
    return {"anyOf": [one_of((name for name in HOLDERS if name not in torn), otherwise=says), spelt]}


def _groups() -> Shape:
    taken = "|".join((*HOLDERS, *AGGREGATES))
    unnamed = {
        "pattern": rf"^(?!\s*$)(?!(?:{taken})$)",
        "patternErrorMessage": "is taken, or empty; choose another name",
    }
    members = some({"$ref": "#/definitions/holder"}, uniqueItems=True)
    return {
        "type": ["object", "null"],
        "additionalProperties": members,
        "allOf": [{"propertyNames": unnamed}],
    } | described("Named sets of holders (groups.yaml only).")


def _example() -> Shape:
    named: Shape = {"type": [*WRITTEN, "array", "object"]}
    told: dict[str, Shape] = {
        "at": month(),
        "fires": {"type": "object", "additionalProperties": one_of(SEVERITIES)},
        "holds": named,
        "clears": named,
        "corrects": named,
    }
    expectation = closed({key: told[key] | described(_sentence(says)) for key, says in EXPECT_KEYS.items()}, ["at"])
    given = {
        name: {"if": {"type": "object"}, "then": {"additionalProperties": values(its.unit, rate=its.rate)}}
        | described(_sentence(its.says))
        for name, its in DATASETS.items()
    }
    shapes: dict[str, Shape] = {
        "name": {"type": WRITTEN},
        "series": {"type": "object", "minProperties": 1, "properties": given},
        "start": month(),
        "revise": some(_revision()),
        "expect": {"type": ["array", "object"], "items": {"title": "period"} | expectation, "maxProperties": 0},
    }
    example = closed(
        {key: shapes[key] | described(_sentence(says)) for key, says in EXAMPLE_KEYS.items()},
        ["name", "series", "start", "expect"],
    )
    return {"title": "example"} | example


def _revision() -> Shape:
    return closed(
        {
            "at": month() | described("The release that revises."),
            "with": {"type": "object", "minProperties": 1} | described("Entities and their new values."),
        },
        ["at", "with"],
    )


def _snippet(key: str, shown: str, *, says: str = "") -> Shape:
    """An entry offered whole, its value marked to be written over."""
    return {"label": f"{key}: {shown}", "body": {key: f"${{1:{shown}}}"}} | ({"description": says} if says else {})


def _sentence(says: str) -> str:
    return says[:1].upper() + says[1:] + "."
