"""The daily par yield curve."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import shared_data
from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.figures.published import Refusal
from treasury_watch.core.plausibility.curve import PAR_YIELDS
from treasury_watch.sources import SOURCES
from treasury_watch.sources.yields import parse, parse_par_yields

GOOD = b"""Date,"1 Mo","1.5 Month","10 Yr","30 Yr"
11/20/2026,4.01,4.02,4.43,4.96
11/19/2026,4.00,,4.35,4.87
"""


def test_a_curve_is_read_by_day_and_maturity_and_a_gap_is_no_zero() -> None:
    assert parse_par_yields(GOOD) == {
        date(2026, 11, 20): {"1-Month": 4.01, "1.5-Month": 4.02, "10-Year": 4.43, "30-Year": 4.96},
        date(2026, 11, 19): {"1-Month": 4.00, "10-Year": 4.35, "30-Year": 4.87},
    }
    assert parse(GOOD).newest == "2026-11-20"


def test_the_real_curve_is_read_whole() -> None:
    curve = parse_par_yields(shared_data("yields/daily_par_yields.2021_2025-07.csv").read_bytes())
    assert (len(curve), max(curve)) == (1115, date(2025, 7, 11))
    assert curve[date(2025, 7, 10)]["10-Year"] == 4.35
    assert all(-1 < percent < 10 for day in curve.values() for percent in day.values())


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"", "empty"),
        (GOOD[: GOOD.index(b"\n") + 1], "empty"),
        (b"<!DOCTYPE html>", "html"),
        (b"Date,\xff", "encoding"),
        (b"DATE,DGS10\n2026-11-20,4.43\n", "columns"),
        (GOOD.replace(b"30 Yr", b"10 Yr"), "columns"),
        (GOOD.replace(b"10 Yr", b"ten years"), "columns"),
        (GOOD.replace(b'"1 Mo","1.5 Month"', b'"1.5 Month","1 Mo"'), "columns"),
    ],
)
def test_what_is_no_curve_is_refused_by_name(sent: bytes, kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse(sent)
    assert (caught.value.source, caught.value.kind) == ("yields", kind)


@pytest.mark.parametrize(
    ("sent", "kind", "named"),
    [
        (GOOD.replace(b",4.87", b""), "cells", "line 3 (11/19/2026)"),
        (GOOD.replace(b"11/19/2026", b"11/31/2026"), "dates", "line 3 (11/31/2026)"),
        (GOOD.replace(b"11/19", b"11/20"), "duplicate", "line 3 (11/20/2026)"),
        (GOOD.replace(b"4.43", b"443"), "number", "line 2 (11/20/2026), 10-Year"),
        (GOOD.replace(b"4.43", b"nan"), "number", "line 2 (11/20/2026), 10-Year"),
        (GOOD.replace(b"4.43", b"9.43"), "odd", "the day 2026-11-20"),
    ],
)
def test_a_bad_line_costs_that_line_and_is_named(sent: bytes, kind: str, named: str) -> None:
    release = parse(sent)
    [row] = [one.refused for one in release.refused if one.refused.where == named]
    assert row.kind == kind
    assert len(release.curve) + len(release.refused) == 2, "lines in = lines taken + lines named"


def test_a_new_maturity_is_taken_in_and_a_new_column_read_past_and_both_are_said() -> None:
    lines = (
        GOOD.replace(b'30 Yr"', b'30 Yr","50 Yr",Note')
        .replace(b"4.96", b"4.96,5.01,x")
        .replace(b"4.87", b"4.87,5.00,x")
    )
    release = parse(lines)
    assert release.curve[date(2026, 11, 20)]["50-Year"] == 5.01
    assert [note.subject for note in release.notes] == ["maturity 50-Year", "column Note"]


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(Refusal):
        parse_par_yields(noise)


def test_the_address_of_the_year_in_force_is_the_sources_own() -> None:
    assert SOURCES["yields"].enabled
    assert SOURCES["yields"].url.count("{year}") == 2


def test_a_release_carries_the_curve_as_figures_that_no_rule_can_ask_about() -> None:
    release = parse(GOOD)
    assert {figure.dataset for figure in release.figures} == {PAR_YIELDS}
    assert PAR_YIELDS not in DATASETS
    assert {(f.entity, f.period, f.value) for f in release.figures} == {
        (maturity, day.isoformat(), percent)
        for day, row in parse_par_yields(GOOD).items()
        for maturity, percent in row.items()
    }
