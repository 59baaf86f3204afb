"""
The log of what was told, and what of it still stands.

The log is only added to; a retraction is a line like any other. What stands follows from it, series by series (a rule
and an entity): the alerts that were not taken back, and whether an episode is open. Two kinds of line were told to
nobody: an episode that held already at first sight, and one that ended with its rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.rules.model import Severity

Key = tuple[str, str]
"""A series: (rule, entity)."""


class Silent(StrEnum):
    """What is noted of an episode and told to nobody."""

    OPENED = "opened_silently"
    ENDED = "ended_silently"


class Entry(NamedTuple):
    """
    One line of the log.

    ``lasting``: of a rule that is until_clear, whose alerts open and end episodes. ``was`` as in ``Alert``.
    """

    rule: str
    entity: str
    period: Period
    kind: AlertKind | Silent
    severity: Severity
    lasting: bool
    value: float | None = None
    measure: float | None = None
    was: Severity | None = None


class StandingAlert(NamedTuple):
    """What stands of a breach that was told, or (``silent``) only noted: its severity and the figures told last."""

    severity: Severity
    value: float | None
    measure: float | None
    silent: bool = False


class OpenEpisode(NamedTuple):
    """
    An until_clear rule's episode that is open for one entity.

    ``severity`` is the sharpest told since it opened. ``silent``: it held already at first sight and was only listed.
    """

    rule: str
    entity: str
    since: Period
    severity: Severity
    silent: bool = False


class ToldEpisode(NamedTuple):
    """An open episode as it was told: the period in which it opened, how sharp it is, whether it was only noted."""

    since: Period
    severity: Severity
    silent: bool


BEYOND = "9999-12-31"
"""Later than any period."""


@dataclass(slots=True)
class ToldSeries:
    """
    What stands of one rule and entity: breaches and all-clears by their period.

    ``cleared`` says of an all-clear whether another episode opened in that same period after it. ``heard`` is the
    newest period of which anything was told, reminders among it.
    """

    lasting: bool = False
    fired: dict[Period, StandingAlert] = field(default_factory=dict)
    cleared: dict[Period, bool] = field(default_factory=dict)
    heard: Period = ""

    def add(self, entry: Entry) -> None:
        """Let one more line count. A rule whose mode was edited begins anew: what it told stands as it was."""
        if self.lasting != entry.lasting:
            self.fired, self.cleared, self.lasting = {}, {}, entry.lasting
        period = entry.period
        match entry.kind:
            case Silent.OPENED:
                self._fire(period, StandingAlert(entry.severity, None, None, silent=True))
            case AlertKind.CORRECTED if entry.was is None:
                self.cleared.pop(period, None)
            case AlertKind.FIRED:
                self._fire(period, StandingAlert(entry.severity, entry.value, entry.measure))
            case AlertKind.CORRECTED:
                self.fired[period] = StandingAlert(entry.severity, entry.value, entry.measure)
            case AlertKind.RETRACTED:
                self._retract(period)
            case Silent.ENDED if period in self.fired and self.fired[period].silent:
                del self.fired[period]  # what nobody was told of need not be said to be over
            case AlertKind.CLEARED | Silent.ENDED:
                self.cleared[period] = False
        if entry.kind is not AlertKind.RETRACTED:
            self.heard = max(self.heard, period)

    def _fire(self, period: Period, fired: StandingAlert) -> None:
        self.fired[period] = fired
        if period in self.cleared:
            self.cleared[period] = True

    def _retract(self, period: Period) -> None:
        """Take a breach back; the all-clear of an episode of which nothing stands any more goes with it."""
        self.fired.pop(period, None)
        ended = min((at for at in self.cleared if at >= period), default=None)
        if ended is not None:
            begun = max((at for at in self.cleared if at < period), default="")
            if not any(begun < at <= ended for at in self.fired):
                del self.cleared[ended]

    def steps(self) -> Iterator[tuple[Period, StandingAlert | None]]:
        """Breaches, and (None) all-clears, in the order of their periods."""
        for period in sorted({*self.fired, *self.cleared}):
            if self.cleared.get(period):
                yield period, None
            if period in self.fired:
                yield period, self.fired[period]
            if self.cleared.get(period) is False:
                yield period, None

    def open_episode(self, before: Period = BEYOND) -> ToldEpisode | None:
        """The episode that was open when a period began, with what was told until then; by default the one open now."""
        if not self.lasting:
            return None
        ended = max((at for at in self.cleared if at < before), default="")
        again = self.cleared.get(ended, False)
        told = [at for at in self.fired if at < before and (at > ended or (again and at == ended))]
        if not told:
            return None
        since = min(told)
        return ToldEpisode(since, max(self.fired[at].severity for at in told), self.fired[since].silent)

    def is_before(self, period: Period) -> bool:
        """Whether all that stands is of earlier periods."""
        return all(at < period for at in self.fired) and all(at < period for at in self.cleared)


class ToldLog:
    """What was told, of which ``entries`` are the lines in the order in which they were written."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.series: dict[Key, ToldSeries] = {}
        self._add(entries)

    def _add(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            key = (entry.rule, entry.entity)
            known = self.series.get(key)
            if known is None:
                known = self.series[key] = ToldSeries()
            known.add(entry)

    def write(self, entries: Iterable[Entry]) -> None:
        """Add lines, for who judges release after release in memory."""
        self._add(entries)

    def open_episodes(self) -> dict[Key, OpenEpisode]:
        """Every episode that is open."""
        found = {}
        for (rule, entity), told in self.series.items():
            if episode := told.open_episode():
                found[rule, entity] = OpenEpisode(rule, entity, episode.since, episode.severity, episode.silent)
        return found
