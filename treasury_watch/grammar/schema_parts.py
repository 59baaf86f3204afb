"""
The small shapes that a rule's JSON Schema is made of.

``errorMessage`` and its kin are no words of JSON Schema: the language server behind YAML in VS Code shows them in place
of its own sentence, others pass over them. Nothing here may refuse what the checker accepts, which reads a value as it
was written: ``id: 2024`` is a text to it. A pattern is read as JavaScript's, with its flag ``u``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from treasury_watch.core.figures.datasets import Calendar, Unit
from treasury_watch.core.figures.quantities import expected_of, suffixes

Shape = dict[str, Any]

WRITTEN = ["string", "number", "boolean"]
_NUMBER = r"[-+\u2212]?(?:\d{1,12}(?:\.\d{0,9})?|\.\d{1,9})"
_ZERO = r"[-+\u2212]?(?:0+(?:\.0*)?|\.0+)"
_MONTH = r"\d{4}-(?:0[1-9]|1[0-2])"
_DAY = r"\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|[12]\d))"
_AT_LEAST = {0: r"\d+", 1: r"0*[1-9]\d*", 2: r"0*(?:[2-9]|[1-9]\d+)", 12: r"0*(?:1[2-9]|[2-9]\d|[1-9]\d{2,})"}


def described(says: str) -> Shape:
    """A meaning, with its marks for an editor that draws them and without for one that does not."""
    return {"description": says.replace("`", "")} | ({"markdownDescription": says} if "`" in says else {})


def one_of(words: Iterable[str], **more: Any) -> Shape:
    """One of these words. ``each`` explains them: word -> meaning; ``otherwise`` is said of any other."""
    each, otherwise = more.get("each"), more.get("otherwise")
    known = list(words)
    shape: Shape = {"enum": known}
    if each:
        shape["enumDescriptions"] = [each[word] for word in known]
    return shape | ({"errorMessage": otherwise} if otherwise else {})


def closed(properties: Shape, required: Iterable[str] = ()) -> Shape:
    """A mapping with these keys and no others."""
    shape: Shape = {"type": "object", "properties": properties, "additionalProperties": False}
    return shape | ({"required": list(required)} if required else {})


def some(one: Shape, **listed: Any) -> Shape:
    """One value, or a list of them."""
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, **listed}]}


def texts(pattern: str, expected: str, *, types: Iterable[str] = ("string",)) -> Shape:
    """A text, spaces round it allowed; ``expected`` is said of any other value."""
    said = f"expected {expected}"
    return {"type": list(types), "pattern": rf"^\s*(?:{pattern})\s*$", "errorMessage": said}


def month() -> Shape:
    """A month."""
    return texts(_MONTH, "a month such as 2024-10")


def day() -> Shape:
    """A day of the calendar."""
    return texts(_DAY, "a date such as 2027-01-31")


def since(calendar: Calendar) -> Shape:
    """What ``lowest_since`` takes."""
    if calendar is Calendar.MONTH:
        return month()
    return texts(f"{_MONTH}|{_DAY}", "a month such as 2024-10, or a day such as 2024-10-09")


def steps(calendar: Calendar, least: int, *, bare: bool = False, releases: bool = False, otherwise: str = "") -> Shape:
    """So many periods: ``12 months``. ``bare`` takes a number alone, ``releases`` also ``2 releases``."""
    units = [calendar.value, *(["release", "period"] if releases else [])]
    unit = rf"\s+(?:{'|'.join(map(_any_case, units))})[Ss]?"
    fewest = f"at least {least} {calendar.value}s" if least > 1 else f"a number of {calendar.value}s"
    example = f"2 {'releases' if releases else f'{calendar.value}s'}" if least <= 1 else f"24 {calendar.value}s"
    expected = f"{fewest}, such as {example}" + (f", or {otherwise}" if otherwise else "")
    counted = f"{_AT_LEAST[least]}(?:{unit})" + ("?" if bare else "")
    shape = texts(f"{otherwise}|{counted}" if otherwise else counted, expected)
    return _either_number({"minimum": least}, shape) if bare else shape


def level(unit: Unit, *, rate: bool) -> Shape:
    """A level of a condition, in the unit of what it is compared with."""
    return {"$ref": f"#/definitions/{_named('level', unit, rate)}"}


def values(unit: Unit, *, rate: bool) -> Shape:
    """The values of one entity in an example: a line of them, a single one, or a list."""
    return {"$ref": f"#/definitions/{_named('values', unit, rate)}"}


def definitions() -> dict[str, Shape]:
    """What ``level`` and ``values`` refer to."""
    found: dict[str, Shape] = {}
    for unit, rate in [*((unit, False) for unit in Unit), (Unit.PERCENT, True)]:
        found[_named("level", unit, rate)] = _level(unit, rate=rate)
        found[_named("values", unit, rate)] = _values(unit, rate=rate)
    return found


def _named(what: str, unit: Unit, rate: bool) -> str:
    return f"{what} in {'rates' if rate else unit.name.lower().replace('_', ' ')}".replace(" ", "-")


def _level(unit: Unit, *, rate: bool) -> Shape:
    # What is neither text nor number is told where the key stands.
    text = texts(_quantity(unit, rate=rate), expected_of(unit, rate=rate))
    del text["type"]
    return _either_number(_bare(unit, rate=rate), text)


def _values(unit: Unit, *, rate: bool) -> Shape:
    one = rf"{_quantity(unit, rate=rate)}|_"
    example = {Unit.BILLIONS: "1120bn 1085bn _", Unit.PERCENT: "68.4% 70% _", Unit.BASIS_POINTS: "2bp 1.5bp _"}
    expected = f"values with a space between, such as {example.get(unit, '2.45 2.30 _')}; each {expected_of(unit)}"
    single = _either_number(_bare(unit, rate=rate), texts(rf"(?:{one})(?:\s+(?:{one}))*", expected))
    return {"if": {"type": "array"}, "then": {"items": single, "minItems": 1}, "else": single}


def _either_number(number: Shape, text: Shape) -> Shape:
    """A number as YAML knows it, or a text."""
    return {"if": {"type": "number"}, "then": number, "else": text}


def refused(says: str) -> Shape:
    """
    No value at all, and why.

    JSON Schema's own ``false`` takes no words; a null is refused wherever this stands anyway.
    """
    return {"type": "null", "errorMessage": says}


def _bare(unit: Unit, *, rate: bool) -> Shape:
    """Numbers that need no unit."""
    expected = f"expected {expected_of(unit, rate=rate)}"
    if "" not in suffixes(unit, rate=rate):
        return {"const": 0, "errorMessage": f"this number has no unit; {expected}"}
    if unit is Unit.PERCENT and not rate:
        small = {"exclusiveMinimum": -1, "exclusiveMaximum": 1, "not": {"const": 0}}
        return {"if": small, "then": refused("a part or a percentage? write 30% or 0.3%")}
    return {}


def _quantity(unit: Unit, *, rate: bool) -> str:
    known = suffixes(unit, rate=rate)
    marks = "|".join(suffix for suffix in known if suffix)
    unitless = _NUMBER if "" in known else _ZERO
    return rf"{_NUMBER}\s?(?:{marks})|{unitless}" if marks else unitless


def _any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter}]" for letter in re.sub(r"[^a-z]", "", word))
