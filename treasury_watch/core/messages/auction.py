"""
One card an auction: what desks read, in the order in which they read it, against the tenor's own history.

The verdict is a word with the figure behind it. Nothing is compared with another tenor, nothing is called a tail that
is none, and what history cannot answer is not answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from treasury_watch.core.auctions.schedule import Announcement
from treasury_watch.core.auctions.tails import TAIL, TAIL_PROXY
from treasury_watch.core.figures.arrays import Floats, exact, zscore
from treasury_watch.core.figures.datasets import DATASETS, STRESS, Unit
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.published import Change, Period
from treasury_watch.core.figures.quantities import figure_words, money, number, period_words, quantity
from treasury_watch.core.messages.message import Message, MessageKind, Section
from treasury_watch.core.rules.model import Severity

_COVER, _DEALERS, _DIRECTS, _INDIRECTS, _STOP, _SIZE = (
    f"auction.{name}" for name in ("bid_to_cover", "dealer_share", "direct_share", "indirect_share", "stop", "size")
)
CARD_DATASETS = frozenset({_COVER, _DEALERS, _DIRECTS, _INDIRECTS, _STOP, _SIZE, TAIL, TAIL_PROXY})

_SHORT, _LONG = 6, 12
_NAMED_NEXT = 3
_STOP_IS = {"Bill": "high discount rate", "CMB": "high discount rate", "FRN": "high discount margin"}
_WORDS = ((2.0, "very weak"), (1.0, "weak"), (-1.0, "in line"), (-2.0, "strong"))
"""Stress at or above -> word; below them all it is very strong."""

_JUDGED = (
    # dataset, what it is called, +1 where more of it is weaker
    (_COVER, "bid-to-cover", -1.0),
    (_DEALERS, "dealers", 1.0),
    (_INDIRECTS, "indirect bidders", -1.0),
)


class Grade(NamedTuple):
    """How an auction went: a word, and the sentence with the figure behind it."""

    word: str
    because: str


class _Series(NamedTuple):
    """One figure of an auction: itself, the last auction's, the mean and z-score of those before; NaN: not known."""

    value: float
    last: float
    average: float
    z: float


def grade(view: View, entity: str, day: Period) -> Grade:
    """
    How it went against the tenor's own auctions before it: by stress, explained by what moved it most.

    Without twelve comparable ones before it there is no verdict, and it says so.
    """
    stress = view.value(STRESS, entity, day)
    if stress is None:
        return Grade("not judged", f"Not judged: the {_LONG} auctions before it are not all known.")
    word = next((word for least, word in _WORDS if exact(np.array(stress)) >= least), "very strong")
    read = [(sign * _series(view, data, entity, day).z, data, name) for data, name, sign in _JUDGED]
    strongest = max(read) if stress >= 0 else min(read)
    because = _figure_behind(view, strongest[1], strongest[2], entity, day)
    return Grade(word, f"{word.capitalize()}: {because}. Stress {number(stress, 1)}.")


def card(view: View, entity: str, day: Period, fired: Sequence[str], next_ones: Sequence[Announcement]) -> Section:
    """
    One auction as a section. ``fired`` are the rules that speak of it, with their severities, in words.

    ``next_ones`` are the auctions still to come. Shares are of competitive awards.
    """
    read = grade(view, entity, day)
    cover, stop = _series(view, _COVER, entity, day), _series(view, _STOP, entity, day)
    said = [_words(_STOP, stop.value), f"bid-to-cover {_words(_COVER, cover.value)}"]
    lines = [read.because, f"Fired: {', '.join(fired)}." if fired else "No rule fired."]
    coming = _coming_words([one for one in next_ones if (one.day, one.entity) > (day, entity)])
    return Section(
        kind=MessageKind.AUCTION,
        title=f"{entity} of {period_words(day)}: {read.word}, stop {said[0]}, {said[1]}",
        text="\n".join([*lines, *([coming] if coming else [])]),
        facts=_facts(view, entity, day),
        rows=_table(view, entity, day),
        note=_small_print(view, entity, day),
    )


def message(auction: Section, alerts: Sequence[Section], context: Sequence[str]) -> Message:
    """One auction's message: its card first, then what fired, sharpest first."""
    ordered = sorted(alerts, key=lambda section: -section.severity)
    count = f"; {len(ordered)} alert{'s' * (len(ordered) != 1)}" if ordered else ""
    return Message(
        headline=auction.title + count,
        severity=max((section.severity for section in ordered), default=Severity.INFO),
        sections=(auction, *ordered),
        context=tuple(context),
    )


def correction(
    auction: Section, changes: Sequence[Change], alerts: Sequence[Section], context: Sequence[str]
) -> Message:
    """What is said where a message cannot be edited, and in its thread where it can: which figures changed, to what."""
    said = [
        f"{DATASETS[change.dataset].says}: {_words(change.dataset, change.old)} → {_words(change.dataset, change.new)}"
        for change in changes
        if change.old is not None
    ]
    section = Section(kind=MessageKind.NOTE, title=f"Corrected: {auction.title}", text="\n".join(said))
    return Message(
        headline=section.title,
        severity=max((one.severity for one in alerts), default=Severity.INFO),
        sections=(section, *alerts),
        context=tuple(context),
    )


def coming_words(one: Announcement) -> str:
    """``20-Year Bond 18 Nov 13:00 ET, 16.0 bn``."""
    size = "" if one.offering is None else f", {money(one.offering)}"
    return f"{one.entity} {period_words(one.day)} {one.closes:%H:%M} ET{size}"


def _coming_words(coming: Sequence[Announcement]) -> str:
    if not coming:
        return ""
    return "Next: " + "; ".join(coming_words(one) for one in coming[:_NAMED_NEXT]) + "."


def _series(view: View, data: str, entity: str, day: Period) -> _Series:
    panel = view.panel(data)
    row, column = view.auctions.row(day, entity), panel.column(entity)
    if row is None or column is None:
        return _Series(np.nan, np.nan, np.nan, np.nan)
    values: Floats = panel.values[: row + 1, column]
    before = values[:-1]
    average = float(before[-_SHORT:].mean()) if len(before) >= _SHORT else np.nan
    z = float(zscore(values[-_LONG - 1 :, None], _LONG)[-1, 0]) if len(values) > _LONG else np.nan
    return _Series(float(values[-1]), float(before[-1]) if len(before) else np.nan, average, z)


def _figure_behind(view: View, data: str, name: str, entity: str, day: Period) -> str:
    """``bid-to-cover 2.29×, six-auction average 2.51×, z −2.1``."""
    of = _series(view, data, entity, day)
    average = f", six-auction average {_words(data, of.average)}" if not np.isnan(of.average) else ""
    return f"{name} {_words(data, of.value)}{average}, z {number(of.z, 1)}"


def _words(data: str, value: float) -> str:
    return "n/a" if np.isnan(value) else figure_words(DATASETS[data], float(exact(np.array(value))))


def _table(view: View, entity: str, day: Period) -> tuple[tuple[str, ...], ...]:
    kind = entity.rpartition(" ")[2]
    shown = [
        (f"Stop-out ({_STOP_IS.get(kind, 'high yield')})", _STOP),
        ("Bid-to-cover", _COVER),
        ("Dealers", _DEALERS),
        ("Directs", _DIRECTS),
        ("Indirects", _INDIRECTS),
    ]
    # A tail has a line only once somebody gave a when-issued yield, a proxy only where a par yield was known.
    shown += [
        (label, data)
        for label, data in (("Tail", TAIL), ("Tail proxy", TAIL_PROXY))
        if not np.isnan(_series(view, data, entity, day)[:2]).all()
    ]
    rows: list[tuple[str, ...]] = [("", "this", "last", f"mean of {_SHORT}")]
    for label, data in shown:
        of = _series(view, data, entity, day)
        signed = DATASETS[data].unit is Unit.BASIS_POINTS
        rows.append((label, *(_cell(data, value, signed=signed) for value in (of.value, of.last, of.average))))
    return tuple(rows)


def _cell(data: str, value: float, *, signed: bool) -> str:
    if not signed or np.isnan(value):
        return _words(data, value)
    return quantity(float(exact(np.array(value))), DATASETS[data].unit, DATASETS[data].decimals, signed=True)


def _facts(view: View, entity: str, day: Period) -> tuple[tuple[str, str], ...]:
    size = _series(view, _SIZE, entity, day)
    return (("Size", _words(_SIZE, size.value)), ("Last size", _words(_SIZE, size.last)))


def _small_print(view: View, entity: str, day: Period) -> str:
    parts = [f"Shares are of competitive awards; z is against the {_LONG} auctions of this tenor before."]
    if not np.isnan(_series(view, TAIL, entity, day).value):
        parts.append("The tail is against the when-issued yield that was given.")
    if not np.isnan(_series(view, TAIL_PROXY, entity, day)[:2]).all():
        parts.append("The proxy is the stop against that day's par yield, known in the evening: it is no tail.")
    return " ".join(parts)
