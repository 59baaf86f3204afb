"""No true release on record is doubted: the bundled history of a quarter of a century, and the real files beside it."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from tests.conftest import shared_data
from treasury_watch.bundled import bundled_releases
from treasury_watch.core.figures.datasets import HOLDINGS, TOTALS
from treasury_watch.core.figures.published import Figure
from treasury_watch.core.plausibility.curve import PAR_YIELDS, curve_doubts, odd_days
from treasury_watch.core.plausibility.tables import holders_doubts
from treasury_watch.sources import SOURCES
from treasury_watch.sources.yields import read

MONTHS = 13


def bundled(source: str) -> dict[str, list[Figure]]:
    """Month -> figures of what is bundled of a source."""
    found: dict[str, list[Figure]] = {}
    for one in bundled_releases():
        if one.release.source == source:
            for figure in one.release.figures:
                found.setdefault(figure.period, []).append(figure)
    return dict(sorted(found.items()))


def known(figures: list[Figure]) -> dict[tuple[str, str, str], float]:
    return {(figure.dataset, figure.entity, figure.period): figure.value for figure in figures}


@pytest.mark.parametrize("source", ["tic.history", "tic.table1"])
def test_every_month_on_record_as_a_release_of_thirteen_months_is_believed(source: str) -> None:
    by_month = bundled(source)
    months = list(by_month)
    doubted = {}
    for at in range(MONTHS, len(months)):
        before = [figure for month in months[at - MONTHS : at] for figure in by_month[month]]
        now = [figure for month in months[at - MONTHS + 1 : at + 1] for figure in by_month[month]]
        doubts = holders_doubts(known(before), now)
        if doubts:
            doubted[months[at]] = doubts
    assert len(months) > (300 if source == "tic.history" else 60)
    assert doubted == {}


def test_the_closest_months_on_record_are_well_inside_the_bounds() -> None:
    by_month = bundled("tic.history")
    totals = [
        next(figure.value for figure in figures if (figure.dataset, figure.entity) == (TOTALS, "Grand Total"))
        for figures in by_month.values()
    ]
    ratios = sorted(now / before for before, now in itertools.pairwise(totals))
    print(f"Grand Total by the month before: {ratios[0]:.3f} to {ratios[-1]:.3f}; bounds 0.85 and 1.18")  # noqa: T201
    assert 0.9 < ratios[0] < ratios[-1] < 1.1


def test_a_reissued_history_and_the_real_tables_are_believed_beside_what_is_bundled() -> None:
    for source, path in (
        ("tic.history", "tic/mfhhis01.stamp-2026-05-18.txt"),
        ("tic.table5", "tic/slt_table5.2026-06-18.txt"),
        ("tic.table1", "tic/slt_table1.2026-07-14.txt"),
    ):
        release = SOURCES[source].parse(shared_data(path).read_bytes())
        before = [figure for figures in bundled(source).values() for figure in figures]
        assert holders_doubts(known(before), release.figures) == []
        assert release.notes == (), "nothing in it is new"


@pytest.mark.slow("four years of days")
def test_every_day_of_four_years_of_yields_is_believed_as_the_newest_and_among_the_others() -> None:
    body = shared_data("yields/daily_par_yields.2021_2025-07.csv").read_bytes()
    found = read(body)
    assert (len(found.curve), found.refused, found.notes) == (1115, [], [])
    days = sorted(found.curve)
    for at in range(30, len(days)):
        window: dict[date, dict[str, float]] = {day: found.curve[day] for day in days[at - 30 : at + 1]}
        assert odd_days(window) == {}
    figures = SOURCES["yields"].parse(body).figures
    assert {figure.dataset for figure in figures} == {PAR_YIELDS}
    older = known([figure for figure in figures if figure.period < "2025-06"])
    assert curve_doubts(older, figures) == []


def test_one_holders_jump_is_no_doubt() -> None:
    by_month = bundled("tic.history")
    figures = {figure.entity: figure.value for figure in by_month["2025-03"] if figure.dataset == HOLDINGS}
    assert figures["El Salvador"] > 80, "reclassified in that month: 77 times what it was, and true"
