"""Table 3 beside Tables 1 and 5: what belongs to one release agrees, and revisions between two are no doubt."""

from __future__ import annotations

import pytest

from tests.sources.tic_files import months
from treasury_watch.core.figures.published import Figure
from treasury_watch.core.plausibility.cross_check import (
    COMPARED,
    LONG_TERM,
    LONG_TERM_NET,
    POSITION,
    VALUATION,
    cross_doubts,
)

NAMES = [f"Country {number}" for number in range(10)]
MONTHS = months("2026-05", 20)
SAME = {
    LONG_TERM: "tic.long_term",
    LONG_TERM_NET: "tic.net_long_term",
    VALUATION: "tic.valuation",
    POSITION: "tic.holdings",
}
Figures = dict[tuple[str, str, str], float]


def table3() -> Figures:
    """Each figure another one; positions go with the name, flows alternate."""
    found: Figures = {}
    for place, name in enumerate(NAMES, start=1):
        for back, month in enumerate(MONTHS):
            held = 100.0 * place + back
            found[LONG_TERM, name, month] = held
            found[POSITION, name, month] = held + 7.5
            found[LONG_TERM_NET, name, month] = 1.25 * place * (-1) ** back
            found[VALUATION, name, month] = -0.5 * place
    return found


def others(ending: str = "2026-05") -> Figures:
    """What Tables 1 and 5 say: the same, up to a month."""
    return {(SAME[dataset], name, month): v for (dataset, name, month), v in table3().items() if month <= ending}


def kinds(here: Figures, known: Figures) -> list[str]:
    return [doubt.kind for doubt in cross_doubts(known, [Figure(*key, value, "") for key, value in here.items()])]


def test_what_agrees_is_not_doubted() -> None:
    assert kinds(table3(), others()) == []
    assert kinds(table3(), {}) == []
    assert kinds({}, others()) == []
    assert {"tic.long_term", "tic.net_long_term", "tic.valuation", "tic.holdings", "tic.totals"} == COMPARED


@pytest.mark.parametrize(("dataset", "off", "doubted"), [
    (LONG_TERM, 0.001, False), (LONG_TERM, 0.002, True), (VALUATION, 0.002, True), (LONG_TERM_NET, -0.002, True),
    (POSITION, 0.1, False), (POSITION, -0.101, True),
])  # fmt: skip
def test_rounding_is_no_difference_and_more_is(dataset: str, off: float, doubted: bool) -> None:
    here = {key: round(value + off, 6) if key[0] == dataset else value for key, value in table3().items()}
    assert bool(kinds(here, others())) is doubted


@pytest.mark.parametrize(("count", "doubted"), [(5, []), (6, ["table-1"])])
def test_a_few_cells_of_one_release_may_differ(count: int, doubted: list[str]) -> None:
    keys = [key for key in table3() if key[0] == LONG_TERM_NET][::17][:count]
    assert len(keys) == count
    assert kinds(table3() | dict.fromkeys(keys, 900.0), others()) == doubted


def test_a_doubt_shows_the_oddest_three_and_counts_the_rest() -> None:
    here = {key: -value if key[0] == LONG_TERM_NET else value for key, value in table3().items()}
    (doubt,) = cross_doubts(others(), [Figure(*key, value, "") for key, value in here.items()])
    assert doubt.says == (
        "200 of 600 figures are not those of Table 1 of the same release, 200 of them net long-term purchases"
    )
    assert len(doubt.odd) == 3
    assert {(odd.entity, odd.was is not None and abs(odd.was - odd.now)) for odd in doubt.odd} == {("Country 9", 25.0)}


def test_table_1_of_the_release_before_may_differ_by_revisions() -> None:
    before = others("2026-04")
    revised = [key for key in before if key[2] in MONTHS[1:6]]
    assert kinds(table3(), before | {key: before[key] * 1.2 for key in revised}) == []


def test_a_benchmark_that_moves_everything_a_little_is_no_doubt_between_two_releases() -> None:
    assert kinds(table3(), {key: value * 1.015 for key, value in others("2026-04").items()}) == []


@pytest.mark.parametrize("factor", [1000.0, 0.001, -1.0, 0.9])
def test_most_figures_far_off_are_doubted_whatever_the_release(factor: float) -> None:
    assert kinds({key: value * factor for key, value in table3().items()}, others("2026-04")) == ["table-1", "table-5"]


def test_months_exchanged_are_doubted_whatever_the_release() -> None:
    moved = {(d, name, month): table3().get((d, name, after), 0.0) for d, name, month in table3()
             for after in [MONTHS[MONTHS.index(month) - 1]]}  # fmt: skip
    assert kinds(moved, others("2026-04")) == ["table-1"]


def test_of_table_5_only_its_newest_print_is_compared() -> None:
    known = others()
    old = {key: value * 1.5 for key, value in known.items() if key[0] == "tic.holdings" and key[2] in MONTHS[13:]}
    left = {key for key in known if key[:2] == ("tic.holdings", "Country 3") and key[2] in MONTHS[:4]}
    known = {key: value for key, value in (known | old).items() if key not in left}
    known |= {key: 1.0 for key in known if key[:2] == ("tic.holdings", "Country 3")}
    assert kinds(table3(), known) == []
