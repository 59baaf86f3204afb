"""What is to be told, gathered as columns: alerts are made of it at once, for there can be many thousands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.judge.episodes import Events
from treasury_watch.core.rules.model import Severity


class Turn(NamedTuple):
    """What has become of one alert: how it is corrected, and its severity now (of one taken back: as told)."""

    kind: AlertKind
    severity: Severity
    minor: bool = False


@dataclass(slots=True)
class Findings:
    """What is to be told, a column for each aspect, in the order in which it is to be told within a period."""

    row: list[int] = field(default_factory=list)
    series: list[int] = field(default_factory=list)
    kind: list[AlertKind] = field(default_factory=list)
    severity: list[int] = field(default_factory=list)
    by_revision: list[bool] = field(default_factory=list)
    was: list[Severity | None] = field(default_factory=list)
    late: list[bool] = field(default_factory=list)
    minor: list[bool] = field(default_factory=list)

    def add(
        self,
        row: int,
        series: int,
        kind: AlertKind,
        severity: int,
        *,
        by_revision: bool = False,
        was: Severity | None = None,
        late: bool = False,
        minor: bool = False,
    ) -> None:
        """One more."""
        values = (row, series, kind, severity, by_revision, was, late, minor)
        for name, value in zip(self.__slots__, values, strict=True):
            getattr(self, name).append(value)

    def add_turn(self, row: int, series: int, turn: Turn, was: Severity) -> None:
        """What has become of an alert that was told."""
        self.add(row, series, turn.kind, turn.severity, by_revision=True, was=was, minor=turn.minor)

    def add_new(self, events: Events) -> None:
        """Many more, each news of its own period."""
        count = len(events.row)
        self.row += events.row.tolist()
        self.series += events.series.tolist()
        self.kind += [AlertKind.CLEARED if ends else AlertKind.FIRED for ends in events.ends.tolist()]
        self.severity += events.severity.tolist()
        self.by_revision += [False] * count
        self.was += [None] * count
        self.late += [False] * count
        self.minor += [False] * count
