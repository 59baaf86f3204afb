"""
Judging: what a release says under the rules, given what was told before.

``judge`` is the one evaluator of live alerts, ``test``, ``backtest`` and ``explain``. New periods are folded oldest
first (``incidents``). Periods that were there before are read again, because a release can revise them: an alert that
no longer holds is retracted or corrected, one that holds only now is told late.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from treasury_watch.core.datasets import DATASETS, Calendar
from treasury_watch.core.incidents import Events, Lanes, Told, advance
from treasury_watch.core.numbers import Counted, Numbers, newest_rows, rounded
from treasury_watch.core.panels import Bools, Change, Floats, Rows, View, exact
from treasury_watch.core.published import Period
from treasury_watch.core.rules import Condition, Mode, Rule, Severity, Verdict
from treasury_watch.core.sheets import Answers, Sheet

LATE_PERIODS = 3
"""A period that breaches only after a revision is told as such among the last 3; one further back is for the digest."""


class Kind(StrEnum):
    """What an alert is."""

    FIRED = "fired"
    CLEARED = "cleared"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    REMINDED = "reminded"


class Alert(NamedTuple):
    """
    One thing to tell about one rule, entity and period.

    ``value`` is the figure, ``measure`` what was compared, in their units; None where not known. ``threshold`` is the
    level that was reached, as its author wrote it. ``was`` is the severity told before, of a correction.
    """

    rule: str
    entity: str
    period: Period
    kind: Kind
    severity: Severity
    value: float | None
    measure: float | None
    threshold: str
    by_revision: bool = False
    was: Severity | None = None
    late: bool = False
    """Too old to be told by itself: it belongs in the digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """
    An until_clear rule's open episode for one entity.

    ``silent``: it held already at first sight and was only listed. ``told_at`` is the period it was last told in.
    """

    rule: str
    entity: str
    since: Period
    severity: Severity
    told_at: Period
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """
    What has been told so far.

    ``told``: (rule, entity, period) -> severity of the alert that stands, None where it was retracted. ``cleared``:
    (rule, entity) -> the newest all-clear's period and the incident it ended.
    """

    incidents: Mapping[tuple[str, str], Incident] = field(default_factory=dict)
    told: Mapping[tuple[str, str, Period], Severity | None] = field(default_factory=dict)
    cleared: Mapping[tuple[str, str], tuple[Period, Incident]] = field(default_factory=dict)

    def of(self, rules: Collection[str]) -> Standing:
        """What stands of some rules alone."""
        return Standing(
            {key: incident for key, incident in self.incidents.items() if key[0] in rules},
            {key: severity for key, severity in self.told.items() if key[0] in rules},
            {key: ended for key, ended in self.cleared.items() if key[0] in rules},
        )

    def after(self, judged: Judged) -> Standing:
        """What stands once these alerts are told."""
        told = dict(self.told)
        cleared = dict(self.cleared)
        for alert in judged.alerts:
            key = (alert.rule, alert.entity, alert.period)
            if alert.kind in (Kind.FIRED, Kind.CORRECTED):
                told[key] = alert.severity
            elif alert.kind is Kind.RETRACTED:
                told[key] = None
            elif alert.kind is Kind.CLEARED:
                ended = self.incidents.get(key[:2]) or judged.passing.get(key[:2])
                if ended:
                    cleared[key[:2]] = (alert.period, ended)
        return Standing(judged.incidents, told, cleared)


@dataclass(frozen=True, slots=True)
class Judged:
    """
    What a release told, and the incidents open after it.

    ``passing`` are incidents that opened and closed within this one release. ``undecided`` counts, per rule, the new
    periods of which nothing could be said.
    """

    alerts: tuple[Alert, ...]
    incidents: Mapping[tuple[str, str], Incident]
    undecided: Mapping[str, int]
    passing: Mapping[tuple[str, str], Incident] = field(default_factory=dict)


_KINDS = {Told.FIRED: Kind.FIRED, Told.CLEARED: Kind.CLEARED, Told.REMINDED: Kind.REMINDED}
_SEVERITIES = tuple(Severity)


def judge(
    rules: Sequence[Rule],
    after: View,
    changes: Sequence[Change] | None,
    standing: Standing,
    *,
    starts: Mapping[str, Mapping[str, Period]] | None = None,
) -> Judged:
    """
    Judge a release: ``after`` is the view with it, ``changes`` what it brought (None: everything is new).

    ``starts`` holds, for a rule written while the service ran, the newest period of its data at the time: it is judged
    from the next one on. Disabled and sleeping rules are the caller's to leave out.
    """
    before = None if changes is None else after.before(changes)
    alerts: list[Alert] = []
    incidents = dict(standing.incidents)
    undecided: dict[str, int] = {}
    passing: dict[tuple[str, str], Incident] = {}
    for calendar in Calendar:
        docket = _Docket(rules, calendar, after, before, changes, standing, starts or {})
        if docket.sheet.count and docket.first_row < len(docket.rows):
            docket.judge_new(alerts, incidents, passing)
            if before is not None:
                docket.judge_again(alerts, incidents)
            undecided |= docket.undecided()
    alerts.sort(key=lambda alert: alert.period)
    return Judged(tuple(alerts), incidents, undecided, passing)


class _Docket:
    """One calendar's share of a judgement."""

    def __init__(
        self,
        rules: Sequence[Rule],
        calendar: Calendar,
        after: View,
        before: View | None,
        changes: Sequence[Change] | None,
        standing: Standing,
        starts: Mapping[str, Mapping[str, Period]],
    ) -> None:
        self.numbers = Numbers(after)
        self.rows: Rows = after.rows(calendar)
        self.before = before
        self.standing = standing
        self.starts = starts
        self.sheet = Sheet(rules, self.numbers, calendar)
        self.newest, self.newest_before = self._newest(after), self._newest(before)
        self.first_row = self._first_row(calendar, changes)
        self.answers: Answers = self.sheet.answers(self.numbers, self.first_row)
        lines = np.arange(self.first_row, len(self.rows))[:, None]
        self.fresh: Bools = (lines > self.newest_before) & (lines <= self.newest) & self._begun()

    def _newest(self, view: View | None) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Per lane, the last published row of its data in a view; -1 where there is none."""
        if view is None:
            return np.full(self.sheet.count, -1)
        known: dict[tuple[str, tuple[str, ...]], np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
        per_rule = []
        for rule, columns, chosen in zip(self.sheet.rules, self.sheet.columns, self.sheet.chosen, strict=True):
            key = (rule.data, columns)
            if key not in known:
                known[key] = np.array(newest_rows(view, rule.data, columns))
            per_rule.append(known[key][chosen])
        return np.concatenate([*per_rule, np.empty(0, dtype=np.int64)]).astype(np.int64)

    def _first_row(self, calendar: Calendar, changes: Sequence[Change] | None) -> int:
        """The first row that this release can have said anything new about, less what `for` looks back."""
        if changes is None:
            return 0
        touched = [
            row
            for change in changes
            if DATASETS[change.dataset].calendar is calendar
            and (row := self.rows.row(change.period, change.entity)) is not None
        ]
        return max(min(touched, default=len(self.rows)) - self.sheet.margin(), 0)

    def _begun(self) -> Bools:
        """Rows × lanes: False for periods from before a rule was written."""
        begun = np.ones((len(self.rows) - self.first_row, self.sheet.count), dtype=bool)
        for number, rule in enumerate(self.sheet.rules):
            start = self.starts.get(rule.id, {}).get(rule.data)
            if start:
                lanes = slice(self.sheet.starts[number], self.sheet.starts[number] + len(self.sheet.chosen[number]))
                columns = [self.sheet.columns[number][column] for column in self.sheet.chosen[number]]
                later = self.rows.at_or_after(start, columns) & ~self._is(start, columns)
                begun[:, lanes] = later[self.first_row :]
        return begun

    def _is(self, period: Period, columns: Sequence[str]) -> Bools:
        same = np.zeros((len(self.rows), len(columns)), dtype=bool)
        for position, entity in enumerate(columns):
            row = self.rows.row(period, entity)
            if row is not None:
                same[row, position] = True
        return same

    def undecided(self) -> dict[str, int]:
        """Per rule, how many new periods of its entities could not be decided."""
        unknown = ((self.answers.verdicts == Verdict.UNDECIDED) & self.fresh).sum(axis=0)
        totals = np.bincount(self.sheet.rule_of, weights=unknown, minlength=len(self.sheet.rules))
        return {rule.id: int(total) for rule, total in zip(self.sheet.rules, totals, strict=True)}

    def judge_new(
        self,
        alerts: list[Alert],
        incidents: dict[tuple[str, str], Incident],
        passing: dict[tuple[str, str], Incident],
    ) -> None:
        """Fold the new periods, oldest first, into what stands."""
        lanes = self._standing_lanes()
        verdicts, severities, clearing = self.answers
        events = advance(lanes, verdicts, severities, clearing, self.fresh, self.first_row)
        told = self._alerts(events)
        alerts += told
        for event in np.flatnonzero(lanes.lasting[events.lane]):
            alert = told[event]
            key = (alert.rule, alert.entity)
            if alert.kind is Kind.CLEARED:
                passing[key] = incidents.pop(key)
            else:
                since = incidents[key].since if key in incidents else alert.period
                incidents[key] = Incident(
                    rule=alert.rule, entity=alert.entity, since=since, severity=alert.severity, told_at=alert.period
                )

    def _alerts(self, events: Events) -> list[Alert]:
        """Events as alerts, in their order; figures are looked up a rule at a time, for there can be many."""
        values, measures = np.full((2, len(events.lane)), np.nan)
        numbers = self.sheet.rule_of[events.lane]
        order = np.argsort(numbers, kind="stable")
        bounds = np.searchsorted(numbers[order], np.arange(len(self.sheet.rules) + 1))
        for number in np.flatnonzero(np.diff(bounds)):
            these = order[bounds[number] : bounds[number + 1]]
            rows, columns = events.row[these], self.sheet.column_of[events.lane[these]]
            value, measure = self._figures(int(number))
            values[these] = np.nan if value is None else value[rows, columns]
            measures[these] = measure[rows, columns]
        whose = {int(lane): (self.sheet.rule(lane), self.sheet.entity(lane)) for lane in np.unique(events.lane)}
        levels: dict[tuple[str, int, int], str] = {}
        alerts = []
        for row, lane, told, severity, value, measure in zip(
            events.row.tolist(),
            events.lane.tolist(),
            events.told.tolist(),
            events.severity.tolist(),
            exact(values).tolist(),
            exact(measures).tolist(),
            strict=True,
        ):
            rule, entity = whose[lane]
            level = (rule.id, told, severity)
            if level not in levels:
                levels[level] = _threshold(rule, _KINDS[told], Severity(severity)).said
            alerts.append(
                Alert(
                    rule.id,
                    entity,
                    self.rows.period(row, entity),
                    _KINDS[told],
                    _SEVERITIES[severity],
                    None if value != value else value,
                    None if measure != measure else measure,
                    levels[level],
                )
            )
        return alerts

    def _figures(self, number: int) -> tuple[Floats | None, Floats]:
        """A rule's series and what is compared, rows × columns; a count is of many series and has none of its own."""
        subject = self.sheet.subjects[number]
        if isinstance(subject, Counted):
            return None, self.numbers.count(subject).values
        return self.numbers.base(subject).values, self.numbers.number(subject).values

    def _standing_lanes(self) -> Lanes:
        lanes = self.sheet.lanes()
        for (rule, entity), incident in self.standing.incidents.items():
            lane = self.sheet.lane(rule, entity)
            told_row = self.rows.row(incident.told_at, entity)
            if lane is None or not lanes.lasting[lane]:
                continue
            lanes.open[lane] = True
            lanes.severity[lane] = incident.severity
            lanes.waited[lane] = max(self.newest_before[lane] - told_row, 0) if told_row is not None else 0
        for (rule, entity, period), severity in self.standing.told.items():
            lane = self.sheet.lane(rule, entity)
            row = self.rows.row(period, entity)
            if lane is None or row is None or severity is None or not lanes.cooldown[lane]:
                continue
            quiet = lanes.cooldown[lane] - (self.newest_before[lane] - row)
            if quiet > lanes.quiet[lane]:
                lanes.quiet[lane], lanes.severity[lane] = quiet, severity
        return lanes

    def judge_again(self, alerts: list[Alert], incidents: dict[tuple[str, str], Incident]) -> None:
        """Read again the periods that were there before: retract, correct, or tell late."""
        assert self.before is not None  # noqa: S101 (judge asks only then)
        earlier = self.sheet.answers(Numbers(self.before), self.first_row)
        stale = ~self.fresh & (np.arange(self.first_row, len(self.rows))[:, None] <= self.newest_before) & self._begun()
        stale[: self.sheet.margin() if self.first_row else 0] = False
        self._tell_late(alerts, incidents, earlier, stale)
        for (rule_id, entity, period), severity in self.standing.told.items():
            lane, row = self.sheet.lane(rule_id, entity), self.rows.row(period, entity)
            if lane is None or row is None or severity is None or row < self.first_row:
                continue
            if not stale[row - self.first_row, lane] or not self.sheet.rule(lane).correct:
                continue
            self._correct(alerts, incidents, lane, row, severity)
        self._withdraw_clears(alerts, incidents, stale)

    def _tell_late(
        self,
        alerts: list[Alert],
        incidents: dict[tuple[str, str], Incident],
        earlier: Answers,
        stale: Bools,
    ) -> None:
        now, then = self.answers.verdicts, earlier.verdicts
        for offset, lane in zip(
            *np.nonzero(stale & (now == Verdict.BREACHED) & (then != Verdict.BREACHED)), strict=True
        ):
            rule, entity, row = self.sheet.rule(lane), self.sheet.entity(lane), self.first_row + int(offset)
            revised = bool(then[offset, lane] == Verdict.CLEAR)
            if revised and not rule.correct:
                continue
            key = (rule.id, entity)
            if self.standing.told.get((*key, self.rows.period(row, entity))) is not None:
                continue
            if rule.mode is Mode.UNTIL_CLEAR and (row != self.newest[lane] or key in incidents):
                continue  # what opened and closed again in the past is no episode now
            alert = self._alert(lane, row, Kind.FIRED, by_revision=revised)
            alert = alert._replace(late=row <= self.newest[lane] - LATE_PERIODS)
            alerts.append(alert)
            if rule.mode is Mode.UNTIL_CLEAR:
                incidents[key] = Incident(
                    rule=rule.id,
                    entity=entity,
                    since=alert.period,
                    severity=alert.severity,
                    told_at=alert.period,
                )
        for key, incident in list(incidents.items()):
            found = self.sheet.lane(*key)
            if found is None:
                continue
            newest = int(self.newest[found])
            offset = newest - self.first_row
            opened_here = self.rows.row(incident.since, incident.entity) == newest
            if offset < 0 or not stale[offset, found] or opened_here or earlier.clearing[offset, found]:
                continue
            if self.answers.clearing[offset, found] and self.answers.verdicts[offset, found] == Verdict.CLEAR:
                alerts.append(self._alert(found, newest, Kind.CLEARED, incident.severity, by_revision=True))
                del incidents[key]

    def _correct(
        self,
        alerts: list[Alert],
        incidents: dict[tuple[str, str], Incident],
        lane: int,
        row: int,
        was: Severity,
    ) -> None:
        rule, entity = self.sheet.rule(lane), self.sheet.entity(lane)
        verdict = self.answers.verdicts[row - self.first_row, lane]
        key = (rule.id, entity)
        if verdict == Verdict.CLEAR:
            if rule.mode is Mode.UNTIL_CLEAR:
                since = self.answers.verdicts[row - self.first_row : int(self.newest[lane]) - self.first_row + 1, lane]
                if (since == Verdict.BREACHED).any():
                    return  # it opened a period later than was told, and the conclusion stands
                incidents.pop(key, None)
            alerts.append(self._alert(lane, row, Kind.RETRACTED, was, by_revision=True)._replace(was=was))
        elif verdict == Verdict.BREACHED:
            severity = Severity(int(self.answers.severities[row - self.first_row, lane]))
            if severity != was:
                alert = self._alert(lane, row, Kind.CORRECTED, by_revision=True)._replace(was=was)
                alerts.append(alert)
                incident = incidents.get(key)
                if incident and incident.told_at == alert.period:
                    incidents[key] = Incident(
                        rule=rule.id,
                        entity=entity,
                        since=incident.since,
                        severity=severity,
                        told_at=alert.period,
                    )

    def _withdraw_clears(self, alerts: list[Alert], incidents: dict[tuple[str, str], Incident], stale: Bools) -> None:
        """An all-clear whose period no longer clears is taken back, and the incident is open again."""
        for key, (period, incident) in self.standing.cleared.items():
            lane, row = self.sheet.lane(*key), self.rows.row(period, key[1])
            if lane is None or row is None or row < self.first_row or key in incidents:
                continue
            offset = row - self.first_row
            if not stale[offset, lane] or not self.sheet.rule(lane).correct:
                continue
            clearing = self.answers.clearing[offset : int(self.newest[lane]) - self.first_row + 1, lane]
            if self.answers.verdicts[offset, lane] != Verdict.UNDECIDED and not clearing.any():
                told = self._alert(lane, row, Kind.CORRECTED, incident.severity, by_revision=True)
                alerts.append(told)
                incidents[key] = incident

    def _alert(
        self, lane: int, row: int, kind: Kind, severity: Severity | None = None, *, by_revision: bool = False
    ) -> Alert:
        if severity is None:
            severity = Severity(int(self.answers.severities[row - self.first_row, lane]))
        rule, entity = self.sheet.rule(lane), self.sheet.entity(lane)
        column = int(self.sheet.column_of[lane])
        values, measures = self._figures(int(self.sheet.rule_of[lane]))
        return Alert(
            rule=rule.id,
            entity=entity,
            period=self.rows.period(row, entity),
            kind=kind,
            severity=severity,
            value=None if values is None else rounded(float(values[row, column])),
            measure=rounded(float(measures[row, column])),
            threshold=_threshold(rule, kind, severity).said,
            by_revision=by_revision,
        )


def _threshold(rule: Rule, kind: Kind, severity: Severity) -> Condition:
    """The level that an alert speaks of: the one reached, or the one that clears."""
    if kind is Kind.CLEARED and rule.clear:
        return rule.clear
    return next((level for named, level in rule.levels if named == severity), rule.fire)
