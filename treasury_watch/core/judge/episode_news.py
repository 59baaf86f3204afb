"""
News of what lasts: the episodes that are implied, less those that were told.

Told and implied episodes that overlap are one story. Of it the first opening, the end and the sharpest severity are
compared, and nothing else: an opening that moved by a month is no news. Overview, with what is said where:

=====================  ==============================================  =============================================
told                   implied                                         said
=====================  ==============================================  =============================================
nothing                opens in a new period                           fired
nothing                opens in an old one, and is open                fired, by revision
nothing                opened and ended in the past                    nothing: it is over
an episode             a sharper severity                              fired at that severity, once
an episode             overlaps                                        its openings stand; figures are corrected
an episode             none, and its opening is clear                  retracted
only noted             a milder severity                               nothing: it is noted anew
only noted             none                                            cleared, where the figures pass the line for that
open                   ended                                           cleared, by revision where the period is old
ended                  open                                            corrected: the all-clear is taken back
open                   open                                            reminded, where the rule asks for it
=====================  ==============================================  =============================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.judge.batch import RuleBatch
from treasury_watch.core.judge.corrections import MovedFigure, turn_of
from treasury_watch.core.judge.eligible import CellsToFold
from treasury_watch.core.judge.findings import Findings
from treasury_watch.core.judge.scope import Scope
from treasury_watch.core.judge.spans import EpisodeGroup, Span, Step, groups, spans_of
from treasury_watch.core.judge.told import Entry, Silent
from treasury_watch.core.judge.told_rows import SeriesRows, ToldRows
from treasury_watch.core.rules.model import Severity, Verdict


class EpisodeNews:
    """Compares the episodes of one batch. ``silent`` is what is noted and told to nobody."""

    def __init__(
        self,
        batch: RuleBatch,
        scope: Scope,
        told: ToldRows,
        judged: CellsToFold,
        moved: Mapping[tuple[int, int], MovedFigure],
    ) -> None:
        self._batch = batch
        self._scope = scope
        self._told = told
        self._judged = judged
        self._moved = moved
        self.silent: list[Entry] = []

    def tell(self, series: int, steps: Sequence[Step], findings: Findings) -> None:
        """One series whose episodes are implied by ``steps``, beside what was told of it."""
        told = self._told.by_series.get(series)
        newest, newest_before = int(self._scope.newest[series]), int(self._scope.newest_before[series])
        carried = told.carried[:2] if told and told.carried else None
        implied = spans_of(steps, carried=carried, newest=newest)
        spoken = spans_of(told.steps, carried=carried, newest=newest_before) if told else []
        self._withdraw_unseen(series, told)
        for group in groups(spoken, implied):
            if group.told and told:
                self._compare(series, told, group, findings)
            else:
                self._announce(series, group.implied, findings)
        every = self._batch.rule(series).remind
        if every:
            heard = self._scope.rows.row(told.known.heard, self._batch.entity(series)) if told else None
            new_rows = range(max(newest_before + 1, int(self._scope.start[series])), newest + 1)
            for row, severity in reminders(every, heard, implied, new_rows):
                if self._is_audible(row, series):
                    findings.add(row, series, AlertKind.REMINDED, severity)

    def _withdraw_unseen(self, series: int, told: SeriesRows | None) -> None:
        """Take back a note of what bundled history knew and a first release does not know yet."""
        episode = told.known.open_episode() if told else None
        newest = int(self._scope.newest[series])
        unseen = episode is not None and episode.silent and episode.since > self._period(newest, series)
        if episode and unseen and not self._is_audible(newest, series):
            self._note(series, Silent.ENDED, episode.since, int(episode.severity))

    def _announce(self, series: int, implied: Sequence[Span], findings: Findings) -> None:
        """Episodes of which nothing was told: news where they are new or open; what is over in the past is no news."""
        for span in implied:
            if not self._is_audible(span.first, series):
                self._open_silently(span, series, findings)
            elif span.ended is None or self._is_new(span.first, series):
                for row, severity in span.firings:
                    self._fire(row, series, severity, findings)
                if span.ended is not None:
                    self._clear(span.ended, series, span.severity, findings)

    def _open_silently(self, span: Span, series: int, findings: Findings) -> None:
        """What held at first sight is noted; what has become of it since is told."""
        silent_until = int(self._scope.silent_until[series])
        if span.ended is not None and span.ended <= silent_until:
            return
        self._note(series, Silent.OPENED, self._period(span.first, series), span.severity_at(silent_until))
        for row, severity in span.firings:
            if row > silent_until:
                self._fire(row, series, severity, findings)
        if span.ended is not None:
            self._clear(span.ended, series, span.severity, findings)

    def _compare(self, series: int, told: SeriesRows, group: EpisodeGroup, findings: Findings) -> None:
        """One story that was told, or of which something was: what of it no longer holds, and what is new in it."""
        implied = max((span.severity for span in group.implied), default=-1)
        spoken = [row for span in group.told for row, _ in span.firings]
        silent = [row for row in spoken if told.fired[row].silent]
        carried = group.told[0].first < self._scope.start[series]
        sharpest = max([int(told.fired[row].severity) for row in silent], default=-1)
        if carried and told.carried:
            sharpest = max(sharpest, told.carried[1])
        if silent and not carried and group.told[-1].ended is None:
            silent, sharpest = self._note_anew(series, told, group, silent, sharpest)
        stands = carried or bool(silent)
        # What was told beyond an all-clear that comes now would open the episode anew: nothing bears it out.
        ends_now = group.implied[-1].ended if group.implied and group.told[-1].ended is None else None
        for row in spoken:
            fired = told.fired[row]
            if fired.silent:
                continue
            cell = row - self._scope.first_row, series
            severity: int | None = int(fired.severity)
            if not self._judged.given[cell]:
                verdict, now = int(self._judged.cells.verdicts[cell]), int(self._judged.cells.severities[cell])
                borne_out = implied >= fired.severity and (ends_now is None or row <= ends_now)
                turn = turn_of(fired, verdict, now, self._moved.get((row, series)), borne_out=borne_out)
                if turn:
                    findings.add_turn(row, series, turn, fired.severity)
                    severity = None if turn.kind is AlertKind.RETRACTED else int(turn.severity)
            if severity is not None:
                stands, sharpest = True, max(sharpest, severity)
        if stands:
            self._go_on(series, told, group, sharpest, findings)
        else:
            self._announce(series, group.implied, findings)

    def _note_anew(
        self, series: int, told: SeriesRows, group: EpisodeGroup, silent: list[int], noted: int
    ) -> tuple[list[int], int]:
        """What was only noted, as severe as the figures bear out: the rows that stay noted, and how severe they are."""
        before = int(self._scope.newest_before[series])
        now = max((span.severity_at(before) for span in group.implied), default=-1)
        if now >= noted or (now < 0 and self._clearing_row(series, group.told[-1]) is not None):
            return silent, noted
        for row in silent:
            self._note(series, Silent.ENDED, self._period(row, series), int(told.fired[row].severity))
        if now < 0:
            return [], -1
        first = group.implied[0].first
        self._note(series, Silent.OPENED, self._period(first, series), now)
        return [first], now

    def _go_on(self, series: int, told: SeriesRows, group: EpisodeGroup, sharpest: int, findings: Findings) -> None:
        """An episode of which something stands: sharper severities, and whether it is over."""
        ended = group.told[-1].ended
        over = group.implied[-1].ended if group.implied else self._clearing_row(series, group.told[-1])
        for span in group.implied if ended is None or over is None else ():
            for row, severity in span.firings:
                if severity > sharpest:
                    if self._is_audible(row, series):
                        self._fire(row, series, severity, findings)
                    else:
                        self._note(series, Silent.OPENED, self._period(row, series), severity)
                    sharpest = severity
        episode = told.known.open_episode()
        if ended is None and over is not None:
            if episode and episode.silent and not self._is_audible(over, series):
                self._note(series, Silent.ENDED, episode.since, sharpest)
            else:
                self._clear(over, series, sharpest, findings)
        elif ended is not None and over is None and group.implied:
            findings.add(ended, series, AlertKind.CORRECTED, sharpest, by_revision=True)

    def _clearing_row(self, series: int, span: Span) -> int | None:
        """Of a noted episode that no figure bears out: the row that ends it, before any that opens one."""
        cells, first = self._judged.cells, self._scope.first_row
        column = slice(span.first - first, None), series
        clear, breached = (cells.verdicts[column] == verdict for verdict in (Verdict.CLEAR, Verdict.BREACHED))
        decides = cells.judged[column] & (breached | (clear & cells.clearing[column]))
        row = int(np.argmax(decides))
        return row + span.first if decides[row] and clear[row] else None

    def _period(self, row: int, series: int) -> Period:
        return self._scope.rows.period(row, self._batch.entity(series))

    def _is_audible(self, row: int, series: int) -> bool:
        return row > int(self._scope.silent_until[series])

    def _is_new(self, row: int, series: int) -> bool:
        return row > int(self._scope.newest_before[series])

    def _decided_before(self, row: int, series: int) -> bool:
        return bool(self._judged.decided_before[row - self._scope.first_row, series])

    def _fire(self, row: int, series: int, severity: int, findings: Findings) -> None:
        by_revision = not self._is_new(row, series) and self._decided_before(row, series)
        findings.add(row, series, AlertKind.FIRED, severity, by_revision=by_revision)

    def _clear(self, row: int, series: int, severity: int, findings: Findings) -> None:
        findings.add(row, series, AlertKind.CLEARED, severity, by_revision=not self._is_new(row, series))

    def _note(self, series: int, kind: Silent, period: Period, severity: int) -> None:
        rule, entity = self._batch.rule(series).id, self._batch.entity(series)
        self.silent.append(Entry(rule, entity, period, kind, Severity(severity), lasting=True))


def reminders(every: int, heard: int | None, implied: Sequence[Span], rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """
    The new rows in which what is open is told again, with how sharp it is then.

    ``every`` so many rows after it was ``heard`` of last: counted from what was told, so that an opening which moves
    shifts no reminder.
    """
    fired = {row: severity for span in implied for row, severity in span.firings}
    for row in rows:
        span = next((span for span in implied if span.first <= row <= span.last), None)
        if span is None:
            continue
        if row in fired:
            heard = row
            continue
        heard = max((at for at in fired if span.first <= at < row), default=span.first) if heard is None else heard
        if row > heard and (row - heard) % every == 0:
            yield row, span.severity_at(row)
            heard = row
