"""Every kind of measure and condition is whole: what its entry promises is what it does, and no other file knows it."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from random import Random
from statistics import mean, stdev

import numpy as np
import pytest

from treasury_watch.core.figures.arrays import Floats
from treasury_watch.core.figures.datasets import DATASETS, HOLDINGS, Calendar
from treasury_watch.core.rules.conditions import CONDITIONS, LEAST_HISTORY, levels_of, opposite
from treasury_watch.core.rules.kinds import (
    AcrossBreak,
    ConditionKind,
    Frame,
    History,
    MeasureKind,
    Side,
    Takes,
    registry,
)
from treasury_watch.core.rules.measures import MEASURES, misfit
from treasury_watch.core.rules.model import Condition, Measure
from treasury_watch.core.rules.words import condition_words, measured_words

PACKAGE = Path(__file__).resolve().parents[3] / "treasury_watch"
ROWS, FIXED = 30, 4
Series = list[float]
Slow = Callable[[list[Series], int, Measure], float]
"""A measure of the first series in a row, as one would write it by hand; the last series is the Grand Total."""


def runs(sign: int) -> Slow:
    def run(of: list[Series], row: int, _: Measure) -> float:
        count, values = 0, of[0]
        while row > 0 and sign * (values[row] - values[row - 1]) > 0:
            count, row = count + 1, row - 1
        return count

    return run


def percentile(of: list[Series], row: int, measure: Measure) -> float:
    prior = [value for value in of[0][max(row - (measure.n or row), 0) : row] if not math.isnan(value)]
    assert len(prior) >= (12 if measure.n is None else 0.9 * measure.n)
    return 100 * sum(1 if value < of[0][row] else 0.5 if value == of[0][row] else 0 for value in prior) / len(prior)


SLOW: dict[str, Slow] = {
    "value": lambda of, row, _: of[0][row],
    "change": lambda of, row, m: of[0][row] - of[0][row - (m.n or 1)],
    "percent_change": lambda of, row, m: 100 * (of[0][row] / of[0][row - (m.n or 1)] - 1),
    "sum": lambda of, row, m: sum(of[0][row - (m.n or 1) + 1 : row + 1]),
    "share": lambda of, row, _: 100 * of[0][row] / of[-1][row],
    "rank": lambda of, row, _: 1 + sum(other[row] > of[0][row] for other in of[1:-1]),
    "zscore": lambda of, row, m: (of[0][row] - mean(before(of, row, m))) / stdev(before(of, row, m)),
    "versus_mean": lambda of, row, m: of[0][row] - mean(before(of, row, m)),
    "versus": lambda of, row, _: of[0][row] - of[0][FIXED],
    "falling": runs(-1),
    "rising": runs(+1),
    "drawdown": lambda of, row, m: (
        of[0][row] - max(value for value in of[0][row + 1 - (m.n or row + 1) : row + 1] if not math.isnan(value))
    ),
    "percentile": percentile,
}


def before(of: list[Series], row: int, measure: Measure) -> Series:
    return of[0][row - (measure.n or 1) : row]


def measures_of(kind: MeasureKind) -> list[Measure]:
    """The kind with each sort of parameter that it takes."""
    spans = [Measure(kind.word, n) for n in (kind.least, 3, 10)]
    return {
        Takes.NOTHING: [Measure(kind.word)],
        Takes.STEPS: spans,
        Takes.STEPS_OR_ALL: [*spans, Measure(kind.word)],
        Takes.PERIOD: [Measure(kind.word, since="2025-05")],
    }[kind.takes]


def made_up(seed: int, *, gaps: bool = False) -> Floats:
    """A holder, two others and the Grand Total; a few of the holder's months are missing."""
    chance = Random(seed)
    values = np.array([[chance.randint(10, 60) / 10 for _ in range(3)] + [100.0] for _ in range(ROWS)])
    if gaps:
        values[[row for row in range(ROWS) if chance.random() < 0.15], 0] = np.nan
    return values


def computed(measure: Measure, values: Floats) -> Series:
    frame = Frame(values[:, :3], np.ones(3, dtype=bool), None, values[:, 3:], lambda period: FIXED if period else None)
    column: Series = MEASURES[measure.kind].compute(frame, measure)[:, 0].tolist()
    return column


CASES = [
    pytest.param(kind, measure, id=f"{kind.word} {measure.n}")
    for kind in MEASURES.values()
    for measure in measures_of(kind)
]


@pytest.mark.parametrize("of", [MeasureKind, ConditionKind])
def test_no_aspect_of_a_kind_has_a_default(of: type[MeasureKind | ConditionKind]) -> None:
    assert [one.name for one in fields(of) if (one.default, one.default_factory) != (MISSING, MISSING)] == []


def test_a_word_is_given_to_one_kind_alone() -> None:
    with pytest.raises(ValueError, match="given twice: z"):
        registry(MEASURES["zscore"], MEASURES["zscore"])


def test_every_measure_has_a_definition_written_by_hand() -> None:
    assert set(SLOW) == set(MEASURES)


@pytest.mark.parametrize(("kind", "measure"), CASES)
@pytest.mark.parametrize("gaps", [False, True])
def test_a_measure_is_its_definition_wherever_what_it_reads_is_there(
    kind: MeasureKind, measure: Measure, gaps: bool
) -> None:
    for seed in range(20):
        values = made_up(seed, gaps=gaps)
        found, of = computed(measure, values), [values[:, column].tolist() for column in range(4)]
        for row in range(ROWS):
            needed = kind.reads(measure, row, FIXED).needed
            there = needed[0] >= 0 and not any(math.isnan(of[0][at]) for at in needed)
            if kind.takes is Takes.PERIOD:
                there &= row >= FIXED
            history = History(DATASETS[HOLDINGS], values[:, 0], row, FIXED, str)
            lacks = kind.missing(measure, history) if there else ""
            assert math.isnan(found[row]) is (not there or (lacks != "" and kind.word != "share"))
            if not math.isnan(found[row]):
                assert found[row] == pytest.approx(SLOW[kind.word](of, row, measure), abs=1e-9)


@pytest.mark.parametrize(("kind", "measure"), CASES)
def test_a_measure_reads_nothing_outside_its_reach(kind: MeasureKind, measure: Measure) -> None:
    values = made_up(1)
    found = computed(measure, values)
    for row in (ROWS - 1, 12):
        reach = kind.reads(measure, row, FIXED)
        moved = values.copy()
        moved[row + 1 :, 0] += 1.0
        if kind.across_break is not AcrossBreak.BEGINS_ANEW:
            moved[: min(reach.first, reach.needed[0]), 0] += 1.0
        assert computed(measure, moved)[row] == pytest.approx(found[row])


@pytest.mark.parametrize("kind", MEASURES.values(), ids=lambda kind: kind.word)
def test_every_dataset_has_the_measure_or_is_told_what_to_write_instead(kind: MeasureKind) -> None:
    for dataset in DATASETS.values():
        told = misfit(kind, dataset)
        assert told == "" or (";" in told and told[-1] != ".")
        if not told:
            for measure in measures_of(kind):
                said = measured_words(dataset.name, measure, -1.25)
                assert said == measured_words(dataset.name, measure, -1.25).strip() != ""
                assert kind.span(measure, dataset.calendar).strip("0123456789") != ""
    assert any(not misfit(kind, dataset) for dataset in DATASETS.values())


@pytest.mark.parametrize("kind", [*MEASURES.values(), *CONDITIONS.values()], ids=lambda kind: kind.word)
def test_every_kind_is_on_the_page_that_people_read(kind: MeasureKind | ConditionKind) -> None:
    page = (PACKAGE.parent / "rules" / "README.md").read_text(encoding="utf-8")
    written = f"`{kind.word}: {kind.takes.value}`" if kind.takes.value else f"`{kind.word}`"
    assert f"| {written} | {kind.help} |" in page


GRID = [value / 2 for value in range(-8, 9)]
LEVELLED = [kind for kind in CONDITIONS.values() if kind.has_level]


def holds(condition: Condition, value: float) -> bool:
    a, b = np.array(condition.a), np.array(condition.b)
    return bool(CONDITIONS[condition.op].compare(np.array(value), a, b))


@pytest.mark.parametrize("kind", LEVELLED, ids=lambda kind: kind.word)
def test_the_numbers_that_satisfy_a_level_are_those_that_hold_against_it(kind: ConditionKind) -> None:
    asked = Condition(kind.word, -1.0, 2.0)
    assert levels_of(asked) == ([-1.0, 2.0] if kind.takes is Takes.RANGE else [-1.0])
    for value in GRID:
        inside = any(
            (one.low < value or (one.has_low and one.low == value))
            and (value < one.high or (one.has_high and one.high == value))
            for one in kind.satisfied(asked)
        )
        assert inside is holds(asked, value)
        short = kind.shortfall(value, asked.a, asked.b)
        assert short is not None
        if short:
            assert (short < 0) is holds(asked, value)


@pytest.mark.parametrize("kind", LEVELLED, ids=lambda kind: kind.word)
def test_a_sharper_level_holds_of_fewer_numbers_and_of_no_other(kind: ConditionKind) -> None:
    levels = [Condition(kind.word, a, b) for a in (-2.0, -1.0, 0.0) for b in (1.0, 2.0)]
    for than in levels:
        for level in levels:
            fewer = {value for value in GRID if holds(level, value)} < {value for value in GRID if holds(than, value)}
            assert kind.sharper(than, level) is fewer


@pytest.mark.parametrize("kind", [kind for kind in CONDITIONS.values() if kind.is_extreme], ids=lambda kind: kind.word)
def test_a_record_beats_every_earlier_number_in_its_reach(kind: ConditionKind) -> None:
    best = min if kind.side is Side.LOW else max
    for seed in range(20):
        values = made_up(seed, gaps=True)[:, :1]
        asked = Condition(kind.word, n=14) if kind.takes is Takes.STEPS else Condition(kind.word, since="2025-01")
        inside = np.arange(ROWS)[:, None] >= FIXED
        reduced = kind.reduce(values, asked, inside)[:, 0]
        for row in range(ROWS):
            first = kind.reads(asked, row, FIXED)
            prior = [value for value in values[first:row, 0].tolist() if not math.isnan(value)]
            own = float(values[row, 0])
            if math.isnan(own) or len(prior) < LEAST_HISTORY:
                assert math.isnan(reduced[row])
                continue
            assert (
                holds(Condition(kind.word), float(reduced[row])) is (own != best([own, *prior]) or own in prior) ^ True
            )


@pytest.mark.parametrize("kind", CONDITIONS.values(), ids=lambda kind: kind.word)
def test_a_condition_says_what_it_asks_and_what_ends_it(kind: ConditionKind) -> None:
    assert condition_words(Condition(kind.word, -30.0), "-30bn").startswith(kind.words)
    away = opposite(kind)
    assert (away is not None) is (kind.takes is Takes.LEVEL)
    assert away is None or away.side is not kind.side
    assert any(not kind.fits(measure) for measure in MEASURES.values())
    assert kind.has_level or kind.missing


def literals(path: Path) -> list[tuple[int, str]]:
    """The texts of a file that are code: no docstring, no attribute."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    ]


def compared(path: Path) -> list[tuple[int, str]]:
    """The texts that something is compared with, matched against or looked up among."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        inside: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            inside = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            inside = [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            inside = [*node.args] if node.func.id in ("Measure", "Condition", "frozenset") else []
        found += [
            (one.lineno, one.value)
            for part in inside
            for one in ast.walk(part)
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
    return found


ENTRIES = {PACKAGE / "core" / "rules" / name for name in ("measures.py", "conditions.py")}
WORDS = {*MEASURES, *CONDITIONS}
NO_COMMON_WORD = {word for word in WORDS if "_" in word} | {"zscore", "drawdown", "percentile"}
"""Words that stand for nothing else, so that a text which is one of them is about the kind."""


OTHER_THINGS = {
    "rulefiles/plain_keys.py rank": "the field {rank} of a title",
    "store/views.py value": "a column of figures",
}
"""Words of a kind that are something else where they stand."""


def test_no_other_file_spells_the_word_of_a_kind() -> None:
    spelt = []
    for path in sorted(set(PACKAGE.rglob("*.py")) - ENTRIES):
        named = [(line, text) for line, text in literals(path) if text in NO_COMMON_WORD]
        named += [(line, text) for line, text in compared(path) if text in WORDS]
        spelt += [f"{path.relative_to(PACKAGE)} {text}" for _, text in named]
    assert set(spelt) == set(OTHER_THINGS)


def test_the_guard_sees_a_word_that_is_spelt(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text('if kind == "rank" or kind in {"sum"}: f("zscore")\n', encoding="utf-8")
    assert {text for _, text in compared(tmp_path / "one.py")} == {"rank", "sum"}
    assert "zscore" in {text for _, text in literals(tmp_path / "one.py")}


def test_an_example_of_every_measure_is_written_in_the_steps_of_its_data() -> None:
    for kind in MEASURES.values():
        for calendar in Calendar:
            assert kind.how_far(calendar) in kind.example(calendar) or kind.takes is Takes.NOTHING
