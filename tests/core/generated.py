"""Made-up rules and histories for properties: every rule is one that a rule file could hold."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from tests.core.small import Figures, months, rule
from treasury_watch.core.rules.model import (
    Also,
    Among,
    Basis,
    Condition,
    Group,
    Measure,
    Mode,
    Rule,
    Selection,
    Severity,
)

HOLDERS = ("Belgium", "China, Mainland", "Japan", "Luxembourg")
_FLOW, _STOCK, _TOTALS = "tic.net_long_term", "tic.holdings", "tic.totals"
_WHOSE = {
    _STOCK: HOLDERS,
    _FLOW: (*HOLDERS[1:], "Grand Total", "Foreign Official"),
    _TOTALS: ("Grand Total", "Foreign Official", "Foreign Official Bills"),
}

_N = st.integers(1, 3)
_MEASURES = st.one_of(
    st.just(Measure()),
    st.builds(Measure, st.sampled_from(["change", "percent_change", "versus_mean", "drawdown"]), _N),
    st.builds(Measure, st.just("zscore"), st.integers(2, 4)),
    st.sampled_from([Measure("rank"), Measure("falling"), Measure("rising"), Measure("drawdown"), Measure("share")]),
    st.builds(Measure, st.just("versus"), st.none(), st.sampled_from(["2025-03", "2025-06"])),
    st.builds(Measure, st.just("sum"), _N),
)
_LEVELS = {
    "value": (99.7, 100.0, 100.3),
    "rank": (1.0, 2.0, 3.0),
    "share": (20.0, 24.9, 25.1),
    "sum": (0.0, 99.8, 200.2),
}
_STEPS = (-1.5, -1.0, -0.3, -0.1, 0.0, 0.2, 0.5, 1.0, 2.0)
_OPS = ("below", "above", "at_most", "at_least", "outside")
_AMONG = st.builds(Among, st.integers(1, 3), st.sampled_from(["previous", "current"]))


@st.composite
def _conditions(draw: st.DrawFn, data: str, measure: Measure) -> Condition:
    levels = _STEPS if data == _FLOW and measure.kind == "value" else _LEVELS.get(measure.kind, _STEPS)
    extremes = ("lowest_in", "highest_in", "lowest_since", "highest_since")
    op = draw(st.sampled_from((*_OPS, *_OPS, *extremes, *(("changes",) if measure.kind == "rank" else ()))))
    if op.endswith("_in"):
        return Condition(op, n=draw(st.integers(12, 14)))
    if op.endswith("_since"):
        return Condition(op, since=draw(st.sampled_from(["2025-01", "2025-02", "2024-06"])))
    a = draw(st.sampled_from(levels))
    return Condition(op, 0.0 if op == "changes" else a, a + 0.3 if op == "outside" else 0.0)


@st.composite
def _sharper(draw: st.DrawFn, fire: Condition) -> tuple[tuple[Severity, Condition], ...]:
    """The same comparison, stricter, at some of the louder severities."""
    levels: list[tuple[Severity, Condition]] = []
    for steps, severity in enumerate((Severity.HIGH, Severity.CRITICAL), start=1):
        down = fire.op in ("below", "at_most", "outside")
        stricter = replace(
            fire,
            a=fire.a - 0.2 * steps if down else fire.a + 0.2 * steps,
            b=fire.b + 0.2 * steps if fire.op == "outside" else 0.0,
            n=fire.n + steps if fire.n else 0,
            since="2024-03" if fire.since else "",
        )
        if draw(st.booleans()) and (not fire.since or not levels):
            levels.append((severity, stricter))
    return () if fire.op == "changes" else tuple(levels)


@st.composite
def rules(draw: st.DrawFn, number: int = 0) -> Rule:
    """A rule of any kind."""
    data = draw(st.sampled_from([_STOCK, _STOCK, _FLOW, _TOTALS]))
    measure = draw(_MEASURES.filter(lambda known: known.kind not in _unfit(data)))
    fire = draw(_conditions(data, measure))
    made = rule(id=f"r{number}", data=data, measure=measure, fire=fire, each="holder")
    shape = draw(st.sampled_from(["each", "each", "only", "except", "among", "combine", "count"]))
    if data == _TOTALS:
        shape = draw(st.sampled_from(["each", "only"]))
    match shape:
        case "only":
            names = draw(st.frozensets(st.sampled_from(_WHOSE[data]), min_size=1, max_size=3))
            made = replace(made, only=Selection(names))
        case "except":
            made = replace(made, without=Selection(frozenset({draw(st.sampled_from(HOLDERS))})))
        case "among":
            made = replace(made, among=draw(_AMONG))
        case "combine" if measure.kind not in ("rank", "share"):
            made = replace(made, combine=Group("pair", tuple(draw(st.permutations(HOLDERS))[:2])), each=None)
        case "count":
            at_least = Condition(draw(st.sampled_from(["at_least", "at_most"])), float(draw(st.integers(0, 3))))
            count = replace(fire, op="below", n=0, since="") if fire.op not in _OPS else fire
            among = draw(st.none() | _AMONG)
            made = replace(made, count=count, fire=at_least, among=among)
    if not made.count:
        made = replace(made, levels=draw(_sharper(made.fire)), also=draw(_also(data)))
    lasting = draw(st.booleans())
    return replace(
        made,
        periods=draw(st.sampled_from([1, 1, 2, 3])),
        basis=draw(st.sampled_from([Basis.LATEST, Basis.LATEST, Basis.FIRST_PUBLISHED])),
        mode=Mode.UNTIL_CLEAR if lasting else Mode.EACH_RELEASE,
        remind=draw(st.integers(0, 3)) if lasting else 0,
        cooldown=0 if lasting else draw(st.integers(0, 3)),
        clear=draw(_clear(made.fire)) if lasting else None,
    )


def _unfit(data: str) -> tuple[str, ...]:
    if data == _TOTALS:
        return ("sum", "rank")
    return ("percent_change", "share") if data == _FLOW else ("sum",)


@st.composite
def _also(draw: st.DrawFn, data: str) -> tuple[Also, ...]:
    if data == _TOTALS or draw(st.integers(0, 3)):
        return ()
    other = draw(st.sampled_from([_STOCK, _FLOW]))
    measure = Measure("change", 1) if other == _STOCK else Measure()
    return (Also(other, measure, Condition(draw(st.sampled_from(["at_most", "above"])), 0.1)),)


@st.composite
def _clear(draw: st.DrawFn, fire: Condition) -> Condition | None:
    """What ends it, a little way from the line; never what fires as well."""
    if draw(st.booleans()):
        return None
    gap = draw(st.sampled_from([0.1, 0.4]))
    match fire.op:
        case "below" | "at_most":
            return Condition("above", fire.a + gap)
        case "above" | "at_least":
            return Condition("below", fire.a - gap)
    return None


@st.composite
def sheets(draw: st.DrawFn) -> list[Rule]:
    """A few rules that are judged together."""
    return [draw(rules(number)) for number in range(draw(st.integers(1, 4)))]


def history(seed: int, count: int, *, revising: bool, missing: float = 0.08) -> list[Figures]:
    """
    A release a month: all datasets at once, or the flows of a month in a release of their own where ``revising``.

    Values are few and near one another, so that many are equal and many lie on a line. From a seed, because thousands
    of cells are too many to draw one by one.
    """
    chance = Random(seed)
    known: Figures = {}
    releases: list[Figures] = []
    for period in months(count):
        batches: dict[str, Figures] = {"stocks": {}, "flows": {}}
        for data, entities in _WHOSE.items():
            level = 0.0 if data == _FLOW else 400.0 if data == _TOTALS else 100.0
            for entity in entities:
                if chance.random() >= missing:
                    value = round(level + chance.randint(-5, 5) / 10, 1)
                    batches["flows" if data == _FLOW else "stocks"][data, entity, period] = value
        if not revising:
            releases.append(batches["stocks"] | batches["flows"])
            continue
        for batch in (batches["stocks"], batches["flows"]):
            revised = {
                cell: round(value + chance.choice((-3, -1, 1, 3)) / 10, 1)
                for cell, value in known.items()
                if chance.random() < 0.08
            }
            releases.append(batch | revised)
            known |= releases[-1]
    return releases
