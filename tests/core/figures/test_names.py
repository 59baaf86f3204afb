"""One name a holder, over all the spellings of all the files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_watch.core.figures import names
from treasury_watch.core.figures.datasets import AGGREGATES


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Japan", "Japan"),
        ('"China, Mainland"', "China, Mainland"),
        ('"Korea, South "', "Korea, South"),
        ("Korea", "Korea, South"),
        ("United Kingdom 2/", "United Kingdom"),
        ("Belgium  5/", "Belgium"),
        ("Belgium-Luxembourg ", "Belgium-Luxembourg"),
        ("Spain ", "Spain"),
        ("Oil Exporters 3/", "Oil Exporters"),
        ("Carib Bnkng Ctrs 4/", "Caribbean Banking Centers"),
        ("Türkiye", "Turkey"),
        ("  For. Official", "Foreign Official"),
        ("Of Which: Foreign Official", "Foreign Official"),
        ("    Treasury Bills", "Foreign Official Bills"),
        ("Of Which: Foreign Official Treasury Bills", "Foreign Official Bills"),
        ("Of Which: Foreign Official T-Bonds & Notes", "Foreign Official Bonds & Notes"),
        ("All Other", "All Other"),
        ("Atlantis 12/", "Atlantis"),
    ],
)
def test_every_spelling_of_a_holder_is_one_name(printed: str, name: str) -> None:
    assert names.canonical(printed) == name


@given(st.sampled_from([*names.HOLDERS, *AGGREGATES]), st.sampled_from(["", " 2/", "  17/"]), st.booleans())
def test_marks_quotes_and_capitals_never_change_who_is_meant(name: str, mark: str, quoted: bool) -> None:
    label = f"  {name.upper()}{mark} "
    assert names.canonical(f'"{label}"' if quoted else label) == name


def test_belgium_luxembourg_is_nobody_elses_series() -> None:
    assert {"Belgium", "Luxembourg", "Belgium-Luxembourg"} <= set(names.HOLDERS)


def test_a_holder_is_never_also_an_aggregate() -> None:
    assert not set(names.HOLDERS) & set(AGGREGATES)
    assert len(set(names.HOLDERS)) == len(names.HOLDERS)


def test_breaks_stand_in_order_and_speak_of_known_names() -> None:
    assert [b.period for b in names.BREAKS] == sorted(b.period for b in names.BREAKS)
    assert {entity for b in names.BREAKS for entity in b.entities} <= {*names.HOLDERS, *AGGREGATES}
    assert "2010-06" in {b.period for b in names.BREAKS}
