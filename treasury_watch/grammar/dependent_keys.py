"""
What of a rule depends on other keys of it: units and periods on its data, who can be named, what cannot stand together.

Each is a condition of JSON Schema beside the plain table of keys (``json_schema``), with the checker's words. What only
the checker can know (other files, whether a level is sharper, what is left of a selection) is not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from treasury_watch.core.figures.datasets import AGGREGATES, DATASETS, Calendar, Dataset, Entity, Unit
from treasury_watch.core.figures.names import HOLDERS
from treasury_watch.core.rules.conditions import CONDITIONS, LEAST_HISTORY, NOT_OF_A_COUNT
from treasury_watch.core.rules.kinds import ConditionKind, MeasureKind, Takes
from treasury_watch.core.rules.measures import MEASURES, misfit
from treasury_watch.core.rules.model import Mode
from treasury_watch.grammar.schema_parts import Shape, level, month, refused, since, steps, values
from treasury_watch.grammar.words import FIELDS, SELECTORS, SEVERITIES

_CHOOSING = ("each", "combine", "count", "except")


def of_a_rule() -> list[Shape]:
    """What is asked of a rule as a whole, one condition after another."""
    shapes = [
        *_of_its_data(("fire", "clear"), whole=True),
        *_of_counts(),
        *_of_its_severity(),
        *_of_its_mode(),
        *_of_its_fields(),
        *(_together("combine", other) for other in ("each", "only", "except", "among", "count")),
        _never({"required": ["count", "all"]}, "all", "all cannot stand beside count: there is no single entity"),
        *_of_one_series(),
    ]
    return [_unsuggested(shape) for shape in shapes]


def of_a_part() -> list[Shape]:
    """The same of one condition under ``all``."""
    return [_unsuggested(shape) for shape in _of_its_data(("is",), whole=False)]


def _of_its_data(fired: Iterable[str], *, whole: bool) -> list[Shape]:
    """Units, periods and measures. ``fired`` are the keys that hold a condition."""
    return [
        *(_units(*scale, fired, whole) for scale in _SCALES),
        *(_periods(calendar, fired, whole) for calendar in Calendar),
        *(shape for kind in MEASURES.values() for shape in _misfits(kind)),
        *(shape for kind in CONDITIONS.values() for shape in _unfit_measures(kind, fired)),
        *(_of_entities() if whole else []),
    ]


_SCALES = [
    *((unit, rate, True) for unit in Unit for rate in (False, True) if not rate or unit is Unit.PERCENT),
    (Unit.PERCENT, False, False),
    (Unit.PLAIN, False, False),
]
"""A unit, whether it is of interest rates, and whether it is the data's own; else the measure has one."""


def _units(unit: Unit, rate: bool, of_data: bool, fired: Iterable[str], whole: bool) -> Shape:
    """The unit of levels. Where a rule counts, that of ``count``: the rest is then a plain number."""
    fitting = _data(lambda dataset: not of_data or (dataset.unit is unit and dataset.rate is rate))
    kinds = [
        kind
        for kind in MEASURES.values()
        if kind.measured_in.of_data is of_data and kind.measured_in.unit(unit) is unit
    ]
    bare = {"enum": [kind.word for kind in kinds if kind.takes is Takes.NOTHING]}
    taking = {"type": "object", "propertyNames": {"enum": [kind.word for kind in kinds if kind.takes]}}
    measured: Shape = {"properties": {"measure": {"anyOf": [bare, taking]}}}
    asked = {"allOf": [fitting, measured if of_data else measured | {"required": ["measure"]}]}
    compares = _compares(level(unit, rate=rate))
    if not whole:
        return _if(asked, *(_below(key, compares) for key in fired))
    counting = {"if": {"required": ["count"]}, "then": _below("count", compares), "else": _all(_fires(fired, compares))}
    return _if(asked, counting)


def _unfit_measures(kind: ConditionKind, fired: Iterable[str]) -> list[Shape]:
    """That a condition is for some measures alone."""
    unfit = [measure for measure in MEASURES.values() if kind.fits(measure)]
    if not unfit:
        return []
    fitting = [measure.word for measure in MEASURES.values() if measure not in unfit]
    named: Shape = {"const": fitting[0]} if len(fitting) == 1 else {"enum": fitting}
    measured = {"not": {"properties": {"measure": named}, "required": ["measure"]}}
    return [_if(measured, *(_below(key, _without(kind.word, f"{kind.word} {kind.fits(unfit[0])}")) for key in fired))]


def _fires(fired: Iterable[str], compares: Shape) -> list[Shape]:
    return [*(_below(key, compares) for key in fired), *_sharper(compares)]


def _compares(levels: Shape) -> Shape:
    known: Shape = {kind.word: levels for kind in CONDITIONS.values() if kind.takes is Takes.LEVEL}
    known |= {kind.word: {"items": levels} for kind in CONDITIONS.values() if kind.takes is Takes.RANGE}
    return {"properties": known}


def _sharper(compares: Shape) -> list[Shape]:
    """``levels`` holds what stands after the word of ``fire``."""
    return [
        _if({"required": ["fire"], "properties": {"fire": {"required": [word]}}}, _below("levels", _each_level(taken)))
        for word, taken in compares["properties"].items()
    ]


def _each_level(taken: Shape) -> Shape:
    return {"properties": dict.fromkeys((name for name in SEVERITIES if name != "info"), taken)}


def _of_counts() -> list[Shape]:
    unfit = [kind.word for kind in CONDITIONS.values() if not kind.has_level]
    plain = [
        *_fires(("fire", "clear"), _compares(level(Unit.PLAIN, rate=False))),
        _below("fire", _without(*unfit, NOT_OF_A_COUNT)),
    ]
    return [_if({"required": ["count"]}, *plain)]


def _periods(calendar: Calendar, fired: Iterable[str], whole: bool) -> Shape:
    """What counts periods, in those of the data."""
    measures: Shape = {}
    for measure in MEASURES.values():
        if measure.takes in (Takes.STEPS, Takes.STEPS_OR_ALL):
            otherwise = "all" if measure.takes is Takes.STEPS_OR_ALL else ""
            measures[measure.word] = steps(calendar, measure.least, otherwise=otherwise)
        elif measure.takes is Takes.PERIOD:
            measures[measure.word] = month()
    reach: Shape = {}
    for condition in CONDITIONS.values():
        if condition.takes is Takes.STEPS:
            reach[condition.word] = steps(calendar, LEAST_HISTORY, bare=True)
        elif condition.takes is Takes.PERIOD:
            reach[condition.word] = since(calendar)
    asked: Shape = {"measure": {"properties": measures}, **{key: {"properties": reach} for key in fired}}
    if whole:
        lasting = {"for": 1, "remind": 1, "cooldown": 0}
        asked |= {key: steps(calendar, least, bare=True, releases=True) for key, least in lasting.items()}
        others = [name for name, dataset in DATASETS.items() if dataset.calendar is calendar]
        says = f"this rule's data comes {calendar.value} by {calendar.value}; expected other data that does"
        asked["all"] = {"items": {"properties": {"data": {"enum": others, "errorMessage": says}}}}
    sharper = _sharper({"properties": reach}) if whole else []
    return _if(_data(lambda dataset: dataset.calendar is calendar), {"properties": asked}, *sharper)


def _misfits(kind: MeasureKind) -> list[Shape]:
    """The datasets that have no such measure, those of one reason together."""
    reasons: dict[str, list[str]] = {}
    for name, dataset in DATASETS.items():
        if says := misfit(kind, dataset):
            reasons.setdefault(says, []).append(name)
    found = []
    for says, unfit in reasons.items():
        bare = _if({"const": kind.word}, refused(says))
        found.append(_if(_named("data", unfit), _below("measure", _all([_without(kind.word, says), bare]))))
    return found


def _of_entities() -> list[Shape]:
    """Who can be named: of holders' data holders, of auctions tenors."""
    found = []
    for fitting in dict.fromkeys(dataset.entities for dataset in DATASETS.values()):
        of_these = [name for name, dataset in DATASETS.items() if dataset.entities == fitting]
        called = " or ".join(sorted(word for word, selector in SELECTORS.items() if selector.entity in fitting))
        others = [word for word, selector in SELECTORS.items() if selector.entity not in fitting]
        unfit = _without(*others, f"this data is not about these; choose by {called}")
        each = {"enum": sorted(kind.value for kind in fitting), "errorMessage": f"this data has {_many(fitting)}"}
        shapes = [_below("only", unfit), _below("except", unfit), _below("each", each)]
        if Entity.HOLDER not in fitting:
            says = f"chooses, adds up or counts holders, and this data has {_many(fitting)}"
            shapes += [_without(key, f"{key} {says}; delete it") for key in ("among", "combine", "count")]
        found.append(_if(_named("data", of_these), *shapes, _series(fitting)))
    for unit, rate in {(dataset.unit, dataset.rate): None for dataset in DATASETS.values()}:
        of_these = [name for name, its in DATASETS.items() if its.unit is unit and its.rate is rate]
        own = {"if": {"type": "object"}, "else": values(unit, rate=rate)}
        found.append(_if(_named("data", of_these), _examples({"additionalProperties": own})))
    revising = [name for name, dataset in DATASETS.items() if dataset.revises]
    lasting = ("mode", "combine", "count", "for", "cooldown", "on_revision")
    says = "does not apply to revisions (each is told once, with its release). Delete it."
    found.append(_if(_named("data", revising), *(_without(key, f"{key} {says}") for key in lasting)))
    return found


def _series(fitting: frozenset[Entity]) -> Shape:
    """The names under which an example gives values."""
    if Entity.TENOR in fitting:
        return {}
    known = [*(HOLDERS if Entity.HOLDER in fitting else []), *AGGREGATES, *DATASETS]
    says = 'no such name; one with a comma needs quotes, as "China, Mainland"'
    return _examples({"type": "object", "propertyNames": {"enum": known, "errorMessage": says}})


def _examples(series: Shape) -> Shape:
    return _below("tests", {"items": {"properties": {"series": series}}})


def _of_its_severity() -> list[Shape]:
    """Levels are louder than the rule itself."""
    found = []
    for word, severity in SEVERITIES.items():
        softer = [name for name, other in SEVERITIES.items() if name != "info" and other <= severity]
        asked: Shape = {"properties": {"severity": {"const": word}}}
        asked |= {} if word == "notice" else {"required": ["severity"]}
        says = f"this is not louder than {word}, the severity of the rule; use a louder word here"
        found += [_if(asked, _below("levels", _without(*softer, says)))] if softer else []
    return found


def _of_its_mode() -> list[Shape]:
    lasting: Shape = {"properties": {"mode": {"const": Mode.UNTIL_CLEAR.value}}, "required": ["mode"]}
    once: Shape = {"properties": {"mode": {"const": Mode.EACH_RELEASE.value}}}
    says = "works only with mode: until_clear; add that, or delete it"
    no_clear = {"items": {"properties": {"expect": {"items": _without("clears", _NO_ALL_CLEAR)}}}}
    return [
        _if(once, *(_without(key, f"{key} {says}") for key in ("clear", "remind")), _below("tests", no_clear)),
        _if(lasting, _without("cooldown", "cooldown works only with mode: each_release; delete it")),
    ]


_NO_ALL_CLEAR = "an each_release rule has no all-clear; delete it"


def _of_its_fields() -> list[Shape]:
    """What ``title`` can be filled with, beyond the fields there are."""
    of_tenors = _data(lambda dataset: dataset.entity is Entity.TENOR)
    return [
        _if(_data(lambda dataset: dataset.entity is not Entity.TENOR), _title(["tenor"], "holders; use {holder}")),
        _if(of_tenors, _title(["holder", "rank"], "tenors; use {tenor}")),
        {
            "if": {"required": ["count"]},
            "then": _title(["holder", "rank"], "many at once; use {count}"),
            "else": _title(["count"], "one at a time; {count} needs the key count"),
        },
    ]


def _title(unknown: list[str], says: str) -> Shape:
    fields = " and ".join(f"{{{field}}}" for field in unknown)
    said = f"{fields} cannot be filled in here: the rule is about {says}"
    return _below("title", {"pattern": title_without(unknown), "patternErrorMessage": said})


def title_without(unknown: Iterable[str]) -> str:
    """A pattern of titles without these fields; of none given, without any that is not known."""
    words = "|".join(unknown)
    braced = rf"\{{(?:{words})\}}" if words else rf"\{{(?!(?:{'|'.join(FIELDS)})\}})[^\{{\}}]*\}}"
    return rf"^(?![\s\S]*{braced})"


def _of_one_series() -> list[Shape]:
    """A rule is asked of one series, or says ``each``."""
    several = {"not": {"anyOf": [{"required": [key]} for key in _CHOOSING]}}
    says = "the rule asks several at once; add each: holder (or tenor, or aggregate), or name one with only"
    listed = {"type": "array", "minItems": 2, "uniqueItems": True}
    named = {"anyOf": [{"required": [word], "properties": {word: listed}} for word in ("holder", "tenor", "aggregate")]}
    unnamed = {"not": {"required": ["only"]}}
    many = {"anyOf": [unnamed, {"properties": {"only": named}}]}
    return [_if({"allOf": [several, many, {"required": ["data"]}]}, {"required": ["each"], "errorMessage": says})]


def _unsuggested(shape: Any) -> Any:
    """The same conditions, whose keys are not offered: those of the plain table are, with their meaning."""
    if isinstance(shape, list):
        return [_unsuggested(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    marked = {word: _unsuggested(part) for word, part in shape.items()}
    if isinstance(marked.get("properties"), dict):
        unsaid = {"doNotSuggest": True}
        marked["properties"] = {key: its and its | unsaid for key, its in marked["properties"].items()}
    return marked


def _together(key: str, other: str) -> Shape:
    says = f"{other} cannot stand beside {key}, which leaves one series; delete one of them"
    return _never({"required": [key, other]}, other, says)


def _never(asked: Shape, key: str, says: str) -> Shape:
    return _if(asked, _without(key, says))


def _without(*keys_and_reason: str) -> Shape:
    """None of these keys; the last word is why."""
    *keys, says = keys_and_reason
    return {"properties": dict.fromkeys(keys, False), "errorMessage": says}


def _below(key: str, shape: Shape) -> Shape:
    return {"properties": {key: shape}}


def _if(asked: Shape, *then: Shape) -> Shape:
    return {"if": asked, "then": _all(then)}


def _all(shapes: Iterable[Shape]) -> Shape:
    kept = [shape for shape in shapes if shape]
    return kept[0] if len(kept) == 1 else {"allOf": kept}


def _data(fits: Callable[[Dataset], bool]) -> Shape:
    return _named("data", (name for name, dataset in DATASETS.items() if fits(dataset)))


def _named(key: str, words: Iterable[str]) -> Shape:
    return {"required": [key], "properties": {key: {"enum": list(words)}}}


def _many(fitting: Iterable[Entity]) -> str:
    return " and ".join(sorted(f"{kind.value}s" for kind in fitting))
