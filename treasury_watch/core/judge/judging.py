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

from treasury_watch.core.figures.datasets import DATASETS, Calendar
from treasury_watch.core.figures.panels import Bools, Change, Floats, Rows, View, exact
from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.batch import RuleBatch, VerdictTable
from treasury_watch.core.judge.episodes import EpisodeEvent, Events, Ints, Lanes, advance
from treasury_watch.core.rules.model import Condition, Mode, Rule, Severity, Verdict
from treasury_watch.core.rules.numbers import CountSpec, Numbers, newest_rows

LATE_PERIODS = 3
"""A period that breaches only after a revision is told as such among the last 3; one further back is for the digest."""


class AlertKind(StrEnum):
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
    kind: AlertKind
    severity: Severity
    value: float | None
    measure: float | None
    threshold: str
    by_revision: bool = False
    was: Severity | None = None
    late: bool = False
    """Too old to be told by itself: it belongs in the digest."""

    @property
    def withdraws(self) -> bool:
        """Whether it takes back an all-clear. It is no alert of its period then: the incident goes on."""
        return self.kind is AlertKind.CORRECTED and self.was is None


class Incident(NamedTuple):
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
            if alert.withdraws:
                cleared.pop(key[:2], None)
            elif alert.kind in (AlertKind.FIRED, AlertKind.CORRECTED):
                told[key] = alert.severity
            elif alert.kind is AlertKind.RETRACTED:
                told[key] = None
            elif alert.kind is AlertKind.CLEARED:
                # What ended here may have opened here as well, after an older one had ended.
                ended = judged.passing.get(key[:2]) or self.incidents.get(key[:2])
                if ended:
                    cleared[key[:2]] = (alert.period, ended)
        return Standing(judged.incidents, told, cleared)


@dataclass(frozen=True, slots=True)
class Judged:
    """
    What a release told, and the incidents open after it.

    ``passing`` are incidents that opened and closed within this one release. ``undecided`` counts, per rule, the new
    periods of which nothing could be said, where that was asked for.
    """

    alerts: tuple[Alert, ...]
    incidents: Mapping[tuple[str, str], Incident]
    undecided: Mapping[str, int]
    passing: Mapping[tuple[str, str], Incident] = field(default_factory=dict)


_KINDS = {
    EpisodeEvent.FIRED: AlertKind.FIRED,
    EpisodeEvent.CLEARED: AlertKind.CLEARED,
    EpisodeEvent.REMINDED: AlertKind.REMINDED,
}
_SEVERITIES = tuple(Severity)


def judge(
    rules: Sequence[Rule],
    after: View,
    changes: Sequence[Change] | None,
    standing: Standing,
    *,
    starts: Mapping[str, Mapping[str, Period]] | None = None,
    counting: bool = False,
) -> Judged:
    """
    Judge a release: ``after`` is the view with it, ``changes`` what it brought (None: everything is new).

    ``starts`` holds, for a rule written while the service ran, the newest period of its data at the time: it is judged
    from the next one on. Disabled and sleeping rules are the caller's to leave out. ``counting`` asks for how much was
    undecided.
    """
    before = None if changes is None else after.before(changes)
    alerts: list[Alert] = []
    incidents = dict(standing.incidents)
    undecided: dict[str, int] = {}
    passing: dict[tuple[str, str], Incident] = {}
    lasting = [rule for rule in rules if not rule.of_revisions]
    for calendar in Calendar:
        docket = _Docket(lasting, calendar, after, before, changes, standing, starts or {})
        if docket.sheet.count and docket.first_row < len(docket.rows):
            # Oldest first: what a revision ends or opens again is known before the new periods are folded in.
            docket.judge_again(alerts, incidents)
            docket.judge_new(alerts, incidents, passing)
            docket.tell_late(alerts, incidents)
            undecided |= docket.undecided() if counting else {}
    alerts += _judge_revisions([rule for rule in rules if rule.of_revisions], after, changes or ())
    alerts.sort(key=lambda alert: alert.period)
    return Judged(tuple(alerts), incidents, undecided, passing)


def _judge_revisions(rules: Sequence[Rule], after: View, changes: Sequence[Change]) -> list[Alert]:
    """What rules about revisions say of those that this release made: each is told once, whatever was told before."""
    alerts: list[Alert] = []
    revised = [change for change in changes if DATASETS[change.dataset].revises]
    if rules and revised:
        docket = _Docket(rules, Calendar.MONTH, after, None, revised, Standing(), {})
        docket.ask_only_of(revised)
        docket.judge_new(alerts, {}, {})
    return alerts


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
        self.sheet = RuleBatch(rules, self.numbers, calendar)
        self.newest, self.newest_before = self._newest(after), self._newest(before)
        self.first_row = self._first_row(calendar, changes)
        self.answers: VerdictTable = self.sheet.answers(self.numbers, self.first_row)
        self.earlier = self.sheet.answers(Numbers(before), self.first_row) if before is not None else None
        lines = np.arange(self.first_row, len(self.rows), dtype=np.int32)[:, None]
        before_now = lines <= self.newest_before
        self.fresh: Bools = ~before_now & (lines <= self.newest)
        self.stale: Bools = before_now
        if self.starts:
            begun = self._begun()
            self.fresh &= begun
            self.stale &= begun
        # Of the rows that `for` looks back on, the first lack those before them; none of them has changed.
        self.stale[: self.sheet.margin() if self.first_row else 0] = False
        self.told = dict(standing.told)
        """What stands of what was told, as this judgement turns it."""
        self.unhushed: Bools = np.zeros(self.stale.shape, dtype=bool)
        """Rows × lanes: periods in the cooldown of an alert that has been retracted, or is milder than was told."""

    def _newest(self, view: View | None) -> Ints:
        """Per lane, the last published row of its data in a view; -1 where there is none."""
        if view is None:
            return np.full(self.sheet.count, -1, dtype=np.int32)
        newest = [newest_rows(view, data, columns) for data, columns in self.sheet.layouts]
        begins = np.cumsum([0, *map(len, newest)])[:-1].astype(np.int32)
        flat = np.array([row for rows in newest for row in rows], dtype=np.int32)
        rows: Ints = flat[begins[self.sheet.layout_of()] + self.sheet.column_of]
        return rows

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
        # A month in which nothing at all was published is passed over like any other, though no change speaks of it.
        passed = self.newest_before[self.newest > self.newest_before] + 1
        first_passed = int(passed.min()) if passed.size else len(self.rows)
        return max(min([*touched, first_passed]) - self.sheet.margin(), 0)

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

    def ask_only_of(self, changes: Sequence[Change]) -> None:
        """Leave only the periods that these changes are about."""
        asked = np.zeros(self.fresh.shape, dtype=bool)
        for change in changes:
            row = self.rows.row(change.period, change.entity)
            for rule in self.sheet.rules:
                lane = self.sheet.lane(rule.id, change.entity) if rule.data == change.dataset else None
                if lane is not None and row is not None:
                    asked[row - self.first_row, lane] = True
        self.fresh &= asked

    def undecided(self) -> dict[str, int]:
        """Per rule, how many new periods of its entities could not be decided."""
        unknown = ((self.answers.verdicts == Verdict.UNDECIDED) & self.fresh).sum(axis=0, dtype=np.int32)
        so_far = np.concatenate([[0], np.cumsum(unknown)])
        starts = np.array(self.sheet.starts, dtype=np.int64)
        totals = so_far[starts + self.sheet.widths] - so_far[starts]
        return dict(zip((rule.id for rule in self.sheet.rules), totals.tolist(), strict=True))

    def judge_new(
        self,
        alerts: list[Alert],
        incidents: dict[tuple[str, str], Incident],
        passing: dict[tuple[str, str], Incident],
    ) -> None:
        """Fold the new periods, oldest first, into what stands."""
        lanes = self._standing_lanes(incidents)
        verdicts, severities, clearing = self.answers
        events = advance(lanes, verdicts, severities, clearing, self.fresh, self.first_row)
        told = self._alerts(events)
        alerts += told
        for event in np.flatnonzero(lanes.lasting[events.lane]):
            alert = told[event]
            key = (alert.rule, alert.entity)
            if alert.kind is AlertKind.CLEARED:
                passing[key] = incidents.pop(key)
            else:
                since = incidents[key].since if key in incidents else alert.period
                incidents[key] = Incident(
                    rule=alert.rule, entity=alert.entity, since=since, severity=alert.severity, told_at=alert.period
                )

    def _alerts(self, events: Events) -> list[Alert]:
        """Events as alerts, in their order."""
        numbers, columns = self.sheet.rule_of[events.lane], self.sheet.column_of[events.lane]
        values, measures = self._figures(events.row, numbers, columns)
        places = list(zip(numbers.tolist(), columns.tolist(), strict=True))
        entities = [self.sheet.columns[number][column] for number, column in places]
        return list(
            map(
                Alert,
                [self.sheet.rules[number].id for number, _ in places],
                entities,
                map(self.rows.period, events.row.tolist(), entities),
                [_KINDS[told] for told in events.told.tolist()],
                [_SEVERITIES[severity] for severity in events.severity.tolist()],
                _known(values),
                _known(measures),
                self._thresholds(numbers, events),
            )
        )

    def _figures(self, rows: Ints, numbers: Ints, columns: Ints) -> tuple[Floats, Floats]:
        """
        Of cells, given with the numbers of their rules: the figure, and what is compared; NaN where there is none.

        Read a subject at a time, for there can be many cells. A count is of many series and has no figure of its own.
        """
        values, measures = np.full((2, len(rows)), np.nan)
        asked = self.sheet.subject_of[numbers]
        for subject in np.unique(asked):
            these = np.flatnonzero(asked == subject)
            cells = rows[these], columns[these]
            about = self.sheet.subjects[subject]
            if isinstance(about, CountSpec):
                measures[these] = self.numbers.count(about).values[cells]
            else:
                values[these] = self.numbers.base(about).values[cells]
                measures[these] = self.numbers.number(about).values[cells]
        return values, measures

    def _thresholds(self, numbers: Ints, events: Events) -> list[str]:
        """Per event, given with the numbers of their rules, the level that it speaks of."""
        said: dict[tuple[int, int, int], str] = {}
        levels = []
        for asked in zip(numbers.tolist(), events.told.tolist(), events.severity.tolist(), strict=True):
            if asked not in said:
                number, told, severity = asked
                said[asked] = _threshold(self.sheet.rules[number], _KINDS[told], Severity(severity)).said
            levels.append(said[asked])
        return levels

    def _standing_lanes(self, incidents: Mapping[tuple[str, str], Incident]) -> Lanes:
        lanes = self.sheet.lanes()
        standing = []
        for (rule, entity), incident in incidents.items():
            lane, told_row = self.sheet.lane(rule, entity), self.rows.row(incident.told_at, entity)
            if lane is not None:
                standing.append((lane, incident.severity, len(self.rows) if told_row is None else told_row))
        which, severities, told_rows = np.array(standing, dtype=np.int32).reshape(-1, 3).T
        lanes.open[which] = lanes.lasting[which]
        lanes.severity[which] = severities
        lanes.waited[which] = np.maximum(self.newest_before[which] - told_rows, 0)
        for (rule, entity, period), severity in self.told.items():
            lane = self.sheet.lane(rule, entity)
            row = self.rows.row(period, entity)
            if lane is None or row is None or severity is None or not lanes.cooldown[lane]:
                continue
            quiet = lanes.cooldown[lane] - (self.newest_before[lane] - row)
            if quiet > lanes.quiet[lane]:
                lanes.quiet[lane], lanes.severity[lane] = quiet, severity
        return lanes

    def judge_again(self, alerts: list[Alert], incidents: dict[tuple[str, str], Incident]) -> None:
        """Read again what was told of earlier periods: retract it, correct it, take back an all-clear."""
        if self.earlier is None:
            return
        for (rule_id, entity, period), severity in sorted(self.told.items(), key=lambda told: told[0][2]):
            lane, row = self.sheet.lane(rule_id, entity), self.rows.row(period, entity)
            if lane is None or row is None or severity is None or row < self.first_row:
                continue
            if self.stale[row - self.first_row, lane] and self.sheet.rule(lane).correct:
                self._correct(alerts, incidents, lane, row, severity)
        self._withdraw_clears(alerts, incidents)

    def _correct(
        self,
        alerts: list[Alert],
        incidents: dict[tuple[str, str], Incident],
        lane: int,
        row: int,
        was: Severity,
    ) -> None:
        verdict = self.answers.verdicts[row - self.first_row, lane]
        severity = Severity(int(self.answers.severities[row - self.first_row, lane]))
        if verdict == Verdict.UNDECIDED or (verdict == Verdict.BREACHED and severity == was):
            return
        if (verdict == Verdict.CLEAR or severity < was) and self._stands_later(incidents, lane, row, was, verdict):
            return
        if verdict == Verdict.CLEAR:
            alert = self._alert(lane, row, AlertKind.RETRACTED, was, by_revision=True)._replace(was=was)
            self.told[alert.rule, alert.entity, alert.period] = None
        else:
            alert = self._alert(lane, row, AlertKind.CORRECTED, by_revision=True)._replace(was=was)
            self.told[alert.rule, alert.entity, alert.period] = severity
        alerts.append(alert)
        if verdict == Verdict.CLEAR or severity < was:
            offset = row + 1 - self.first_row
            self.unhushed[offset : offset + self.sheet.rule(lane).cooldown, lane] = True
        self._settle(incidents, alert)

    def _stands_later(
        self, incidents: Mapping[tuple[str, str], Incident], lane: int, row: int, was: Severity, verdict: int
    ) -> bool:
        """
        Whether a later period of the same episode bears out what was told of one that is now milder, or clear.

        Then it opened (or sharpened) later than was told, and the conclusion stands. An alert of an each_release rule
        is about its own period, and nothing else bears it out.
        """
        rule, entity = self.sheet.rule(lane), self.sheet.entity(lane)
        if rule.mode is not Mode.UNTIL_CLEAR:
            return False
        key, period = (rule.id, entity), self.rows.period(row, entity)
        end = int(self.newest_before[lane]) + 1
        incident = incidents.get(key)
        if incident is None or incident.since > period:
            ended, incident = self.standing.cleared.get(key, ("", None))
            end = (self.rows.row(ended, entity) or end) if incident and incident.since <= period <= ended else row + 1
        offsets = slice(row + 1 - self.first_row, end - self.first_row)
        later = self.answers.verdicts[offsets, lane] == Verdict.BREACHED
        opening = incident is not None and incident.since == period
        if not (opening and verdict == Verdict.CLEAR):
            later &= self.answers.severities[offsets, lane] >= was
        return bool(later.any())

    def _settle(self, incidents: dict[tuple[str, str], Incident], alert: Alert) -> None:
        """Bring the open incident in line with a correction of what was told of it."""
        key = (alert.rule, alert.entity)
        incident = incidents.get(key)
        if incident is None or alert.period < incident.since:
            return
        if alert.kind is AlertKind.RETRACTED and alert.period == incident.since:
            del incidents[key]
            return
        standing = [
            severity
            for (rule, entity, period), severity in self.told.items()
            if (rule, entity) == key and period >= incident.since and severity is not None
        ]
        base = self.sheet.rule(self.sheet.lane(*key) or 0).severity
        incidents[key] = incident._replace(severity=max(standing, default=base))

    def _withdraw_clears(self, alerts: list[Alert], incidents: dict[tuple[str, str], Incident]) -> None:
        """An all-clear whose period no longer clears is taken back, and the incident is open again."""
        for key, (period, incident) in self.standing.cleared.items():
            lane, row = self.sheet.lane(*key), self.rows.row(period, key[1])
            if lane is None or row is None or row < self.first_row or key in incidents:
                continue
            offset = row - self.first_row
            if not self.stale[offset, lane] or not self.sheet.rule(lane).correct:
                continue
            if self.told.get((*key, incident.since), incident.severity) is None:
                continue  # what it ended was itself retracted
            verdicts = self.answers.verdicts[offset : int(self.newest[lane]) - self.first_row + 1, lane]
            ending = self.answers.clearing[offset : offset + len(verdicts), lane] & (verdicts == Verdict.CLEAR)
            decisive = np.flatnonzero(ending | (verdicts == Verdict.BREACHED))
            if verdicts[0] != Verdict.UNDECIDED and not (decisive.size and ending[decisive[0]]):
                alerts.append(self._alert(lane, row, AlertKind.CORRECTED, incident.severity, by_revision=True))
                incidents[key] = incident

    def tell_late(self, alerts: list[Alert], incidents: dict[tuple[str, str], Incident]) -> None:
        """Tell of earlier periods, of which only now can be said that they breach, or that it is over."""
        if self.earlier is None:
            return
        now, then = self.answers.verdicts, self.earlier.verdicts
        offsets, lanes = np.nonzero(self.stale & (now == Verdict.BREACHED))
        lasting = np.array([rule.mode is Mode.UNTIL_CLEAR for rule in self.sheet.rules], dtype=bool)
        # What lasts is looked at in its newest period alone: it is open, as sharply as that period says, or is opened.
        last = offsets + self.first_row == self.newest[lanes]
        at = (offsets, lanes)
        sharper = self.answers.severities[at] > self.earlier.severities[at]
        turned = (then[at] != Verdict.BREACHED) | sharper | self.unhushed[at]
        late = np.where(lasting[self.sheet.rule_of[lanes]], last, turned)
        for offset, lane in zip(offsets[late].tolist(), lanes[late].tolist(), strict=True):
            rule, entity, row = self.sheet.rule(lane), self.sheet.entity(lane), self.first_row + int(offset)
            revised = bool(then[offset, lane] != Verdict.UNDECIDED)
            if revised and not rule.correct:
                continue
            key = (rule.id, entity)
            if self.told.get((*key, self.rows.period(row, entity))) is not None:
                continue
            alert = self._alert(lane, row, AlertKind.FIRED, by_revision=revised)
            alert = alert._replace(late=row <= self.newest[lane] - LATE_PERIODS)
            if rule.mode is Mode.UNTIL_CLEAR:
                known = incidents.get(key)
                if known and alert.severity <= known.severity:
                    continue
                incidents[key] = Incident(
                    rule=rule.id,
                    entity=entity,
                    since=known.since if known else alert.period,
                    severity=alert.severity,
                    told_at=alert.period,
                )
            elif self._hushed(rule, alert, row):
                continue
            alerts.append(alert)
            self.told[alert.rule, alert.entity, alert.period] = alert.severity
        self._close_late(alerts, incidents, self.earlier)

    def _hushed(self, rule: Rule, alert: Alert, row: int) -> bool:
        """Whether it is within the cooldown of an alert that stands, and no sharper."""
        for back in range(1, min(rule.cooldown, row) + 1):
            severity = self.told.get((alert.rule, alert.entity, self.rows.period(row - back, alert.entity)))
            if severity is not None:
                return alert.severity <= severity
        return False

    def _close_late(
        self, alerts: list[Alert], incidents: dict[tuple[str, str], Incident], earlier: VerdictTable
    ) -> None:
        """The newest period was there before, and only now is it seen to end what is open."""
        if (self.newest > self.newest_before).all():
            return
        for key, incident in list(incidents.items()):
            lane = self.sheet.lane(*key)
            if lane is None:
                continue
            offset = int(self.newest[lane]) - self.first_row
            if offset < 0 or not self.stale[offset, lane]:
                continue
            if earlier.verdicts[offset, lane] != Verdict.UNDECIDED and not self.sheet.rule(lane).correct:
                continue
            if self.answers.clearing[offset, lane] and self.answers.verdicts[offset, lane] == Verdict.CLEAR:
                row = offset + self.first_row
                alerts.append(self._alert(lane, row, AlertKind.CLEARED, incident.severity, by_revision=True))
                del incidents[key]

    def _alert(
        self, lane: int, row: int, kind: AlertKind, severity: Severity | None = None, *, by_revision: bool = False
    ) -> Alert:
        if severity is None:
            severity = Severity(int(self.answers.severities[row - self.first_row, lane]))
        rule, entity = self.sheet.rule(lane), self.sheet.entity(lane)
        at = np.array([row], dtype=np.int32), self.sheet.rule_of[[lane]], self.sheet.column_of[[lane]]
        (value,), (measure,) = map(_known, self._figures(*at))
        return Alert(
            rule=rule.id,
            entity=entity,
            period=self.rows.period(row, entity),
            kind=kind,
            severity=severity,
            value=value,
            measure=measure,
            threshold=_threshold(rule, kind, severity).said,
            by_revision=by_revision,
        )


def _known(values: Floats) -> list[float | None]:
    """Numbers for alerts: without float dust, None where one is not known."""
    return [None if value != value else value for value in exact(values).tolist()]


def _threshold(rule: Rule, kind: AlertKind, severity: Severity) -> Condition:
    """The level that an alert speaks of: the one reached, or the one that clears."""
    if kind is AlertKind.CLEARED and rule.clear:
        return rule.clear
    return next((level for named, level in rule.levels if named == severity), rule.fire)
