"""Which names a dataset's entities have, and what a person may have meant by another."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from treasury_watch.core.figures.datasets import AGGREGATES, GRAND_TOTAL, SECURITY_TYPES, TENORS, Dataset, Entity
from treasury_watch.core.figures.names import HOLDERS, canonical
from treasury_watch.yaml.nodes import Scalar
from treasury_watch.yaml.problem import did_you_mean

CARRIED = (GRAND_TOTAL, "Foreign Official")
"""The totals that data of holders carries, if any."""

_HOLDERS = frozenset(HOLDERS)
_TENORS = frozenset(TENORS)
_SHORT_TENORS = frozenset(name.rpartition(" ")[0] for name in TENORS)
# Cash management bills run for any number of days, and old bills had terms that are no longer sold. Of notes, bonds,
# TIPS and FRN all terms are known: a 30-Year Note was never sold.
_ODD_TENOR = re.compile(r"\d{1,3}-(Day|Week|Month) (Bill|CMB)", re.ASCII)


_SPAN = re.compile(r"(\d{1,3})\s*-?\s*(y|yr|m|mo|w|wk|d|year|month|week|day)s?\b\.?\s*-?\s*(\w*)", re.IGNORECASE)
_UNITS = {"y": "Year", "m": "Month", "w": "Week", "d": "Day"}
_SAID = {
    "uk": "United Kingdom",
    "u.k.": "United Kingdom",
    "great britain": "United Kingdom",
    "britain": "United Kingdom",
    "england": "United Kingdom",
    "mainland china": "China, Mainland",
    "prc": "China, Mainland",
    "uae": "United Arab Emirates",
    "emirates": "United Arab Emirates",
    "saudi": "Saudi Arabia",
    "ksa": "Saudi Arabia",
    "cayman": "Cayman Islands",
    "caymans": "Cayman Islands",
    "hk": "Hong Kong",
    "holland": "Netherlands",
    "swiss": "Switzerland",
    "turkiye": "Turkey",
    "türkiye": "Turkey",
    "czechia": "Czech Republic",
    "bvi": "British Virgin Islands",
}
"""What traders say, and the name that the Treasury's table has."""


def aggregates_of(dataset: Dataset) -> tuple[str, ...]:
    """The totals that a dataset carries."""
    if dataset.entity is Entity.AGGREGATE:
        return AGGREGATES
    return CARRIED if dataset.with_totals else ()


def is_tenor(name: str) -> bool:
    """A security such as ``10-Year Note``."""
    return name in _TENORS or _ODD_TENOR.fullmatch(name) is not None


def is_short_tenor(name: str) -> bool:
    """``10-Year``: every type of that tenor."""
    return name in _SHORT_TENORS


def belongs(dataset: Dataset, name: str) -> bool:
    """Whether there is such a series in the dataset."""
    if dataset.entity is Entity.TENOR:
        return is_tenor(name)
    if dataset.entity is Entity.HOLDER and name in _HOLDERS:
        return True
    return name in aggregates_of(dataset)


def no_such(dataset: Dataset, kind: Entity, name: str) -> str:
    """``no holder "Cananda" (did you mean "Canada"?)``."""
    match kind:
        case Entity.HOLDER:
            known: tuple[str, ...] = HOLDERS
        case Entity.AGGREGATE:
            known = aggregates_of(dataset)
        case Entity.TENOR:
            known = TENORS
    shown = name if len(name) <= 60 else name[:59] + "…"
    said = f'no {kind.value} "{shown}"'
    meant = _meant(name, kind, known)
    if meant and meant != name:
        quotes = "? a name with a comma needs quotes" if "," in meant else "?"
        return f'{said} (did you mean "{meant}"{quotes})'
    return said + did_you_mean(name, known, f"`series {dataset.name}` lists the names there are")


def torn(written: Sequence[Scalar], dataset: Dataset | None = None) -> tuple[Scalar, str] | None:
    """``China, Mainland`` without quotes is two words to YAML: where the first stands, and the whole name."""
    for first, second in itertools.pairwise(written):
        whole = f"{first.text}, {second.text}"
        if (whole in _HOLDERS) if dataset is None else belongs(dataset, whole):
            return first, whole
    return None


def _meant(name: str, kind: Entity, known: tuple[str, ...]) -> str:
    """The name that somebody meant who wrote another way of saying it; empty where nobody can know."""
    if kind is Entity.TENOR:
        return _tenor_meant(name)
    said = canonical(name) if canonical(name) in known else _SAID.get(name.strip().casefold(), "")
    return said if said in known else _with_comma(name, known)


def _tenor_meant(name: str) -> str:
    """``10y`` and ``10-yr note`` are the 10-Year, of every type where none is named."""
    found = _SPAN.fullmatch(name.strip())
    if not found:
        return ""
    short = f"{found[1]}-{_UNITS[found[2][0].lower()]}"
    security = next((each for each in SECURITY_TYPES if each.casefold() == found[3].casefold().removesuffix("s")), "")
    whole = f"{short} {security}" if security else short
    return whole if is_tenor(whole) or is_short_tenor(whole) else ""


def _with_comma(name: str, known: tuple[str, ...]) -> str:
    """``Mainland`` alone is half of a name whose comma YAML took for its own."""
    return next((full for full in known if "," in full and name in full.split(", ")), "")
