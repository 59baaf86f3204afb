"""The daily par yield curve."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import shared_data
from treasury_watch.core.figures.published import Refusal
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
        (GOOD.replace(b",4.87", b""), "cells"),
        (GOOD.replace(b"11/19/2026", b"11/31/2026"), "dates"),
        (GOOD.replace(b"11/19", b"11/20"), "duplicate"),
        (GOOD.replace(b"4.43", b"443"), "number"),
        (GOOD.replace(b"4.43", b"nan"), "number"),
    ],
)
def test_what_is_no_curve_is_refused_by_name(sent: bytes, kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse(sent)
    assert (caught.value.source, caught.value.kind) == ("yields", kind)


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(Refusal):
        parse_par_yields(noise)


def test_the_address_of_the_year_in_force_is_the_sources_own() -> None:
    assert SOURCES["yields"].enabled
    assert SOURCES["yields"].url.count("{year}") == 2


def test_a_release_carries_the_curve_and_no_figure_of_its_own() -> None:
    release = parse(GOOD)
    assert release.figures == ()
    assert release.curve == parse_par_yields(GOOD)
