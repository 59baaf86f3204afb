"""Scales: what the levels of a condition are written in."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from treasury_watch.core.figures.datasets import DATASETS, Calendar, Dataset, Unit
from treasury_watch.core.figures.quantities import Quantity, Unreadable, read_quantity
from treasury_watch.core.rules.kinds import MeasuredIn, MeasureKind, Takes
from treasury_watch.core.rules.measures import MEASURES, misfit
from treasury_watch.core.rules.model import Measure


class Scale(NamedTuple):
    """
    What a condition's levels are written in, and what its periods are.

    ``data`` is empty of a count. ``measure`` is None of a count, and of a measure with a mistake in it: what stands
    beside that is read all the same.
    """

    unit: Unit
    rate: bool
    calendar: Calendar
    measure: MeasureKind | None = None
    data: str = ""

    def read(self, text: str) -> Quantity:
        """A level as written. Raises Unreadable."""
        try:
            if self.data and self.measure is None:
                return _in_some_unit(text, self.unit)
            return read_quantity(text, self.unit, rate=self.rate, of=self.called())
        except Unreadable as told:
            if text.strip().endswith("%") and self.unit is Unit.BILLIONS:
                raise Unreadable(f"{told}; {_percentages(self.data)}") from None
            raise

    def called(self) -> str:
        """What has the unit: the data, or the measure that has one of its own."""
        if not self.data:
            return "a count"
        own = self.measure is not None and not self.measure.measured_in.of_data
        return f"measure: {self.measure.word}" if own and self.measure else self.data


def _in_some_unit(text: str, likely: Unit) -> Quantity:
    for unit in Unit:
        with suppress(Unreadable):
            return read_quantity(text, unit, rate=True)
    return read_quantity(text, likely)


def _percentages(data: str) -> str:
    """Which measures of data are compared in percent."""
    dataset = DATASETS[data]
    bare, taking = [], []
    for kind in MEASURES.values():
        if kind.measured_in is MeasuredIn.PERCENT and not misfit(kind, dataset):
            if kind.takes is Takes.NOTHING:
                of = kind.span(Measure(kind.word), dataset.calendar).removeprefix(kind.word).strip()
                bare.append(f"measure: {kind.word} ({of})")
            else:
                taking.append(f"measure: {kind.example(dataset.calendar)}")
    fitting = " or ".join([*bare, *taking])
    return f"for a percentage add {fitting}" if fitting else f"{data} has no percentages"


def scale_of(dataset: Dataset, measure: Measure | None) -> Scale:
    """The scale of a measure of a dataset; of one that could not be read (None) any unit will do."""
    if measure is None:
        return Scale(dataset.unit, rate=True, calendar=dataset.calendar, data=dataset.name)
    kind = MEASURES[measure.kind]
    rate = dataset.rate and kind.measured_in.of_data
    return Scale(kind.measured_in.unit(dataset.unit), rate, dataset.calendar, kind, dataset.name)


def counted(calendar: Calendar) -> Scale:
    """The scale of "how many"."""
    return Scale(Unit.PLAIN, rate=False, calendar=calendar)
