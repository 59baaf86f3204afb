"""
Amending: a release is added to the past, and all that came since is judged again in its proper order.

However the releases of a source arrive, the figures, incidents and alerts end up the same. What was told is not told
again; what would have been told and was not is told now; what would not have been told is marked so, and taken back
where its figure no longer bears it out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from treasury_watch.core.explain.explain import NotAsked, explain
from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.judging import Alert, AlertKind, Judged, Standing
from treasury_watch.core.rules.model import Rule, Verdict
from treasury_watch.pipeline.bootstrap import starts_of
from treasury_watch.pipeline.context import Context, calendars_of, rules_of
from treasury_watch.pipeline.notify import tell
from treasury_watch.pipeline.replay import ReplayedRelease, replay
from treasury_watch.sources.source import Source
from treasury_watch.store import amendments
from treasury_watch.store.amendments import SupersedableAlert
from treasury_watch.store.database import Connection
from treasury_watch.store.releases import StoredRelease, body_of, rediff_release, stored_releases

Identity = tuple[str, str, Period, AlertKind, int]


def keep_followers_again(conn: Connection, kept: StoredRelease, source: Source) -> None:
    """
    Work out anew which figures of the source's later releases are news.

    The next one was compared with the one before the inserted one; a later one may bring a holder back that left the
    table in between.
    """
    for later in stored_releases(conn, source=kept.source, polled=True):
        body = body_of(conn, later.id) if (later.released_at, later.id) > (kept.released_at, kept.id) else None
        if body is not None:
            rediff_release(conn, later, source.parse(body))


def judge_past(conn: Connection, context: Context, kept: StoredRelease, now: datetime) -> int:
    """Judge everything again with a vintage that was added to the past; how many alerts are told only now."""
    told = 0
    for calendar in calendars_of(context.sources[kept.source]):
        rules = rules_of(context.awake(now), calendar)
        standing = Standing()
        outcomes: list[ReplayedRelease] = []
        for outcome in replay(conn, rules, calendar, context.sources):
            standing = standing.after(outcome.judged)
            outcomes.append(outcome)
        names = {rule.id for rule in rules}
        orphans, news = _reconcile(conn, names, outcomes)
        amendments.settle_incidents(conn, standing, names)
        for outcome, alerts in zip(outcomes, news, strict=True):
            if alerts:
                judged = Judged(tuple(alerts), standing.incidents, {})
                changes = outcome.changes
                told += tell(
                    conn, context, outcome.kept, judged, standing.incidents, outcome.view, changes, now, late=kept
                )
        told += _take_back(conn, context, kept, rules, orphans, standing, outcomes, now)
    return told


def _reconcile(
    conn: Connection, rules: set[str], outcomes: Sequence[ReplayedRelease]
) -> tuple[list[SupersedableAlert], list[list[Alert]]]:
    """Match what was told with what the replay tells: the told that has no match, and per release the untold."""
    starts = starts_of(conn)
    told: dict[Identity, list[SupersedableAlert]] = defaultdict(list)
    for one in amendments.recorded(conn, rules):
        if _judged_now(one.alert, starts):
            told[_identity(one.alert)].append(one)
    resting: list[tuple[int, Alert, StoredRelease]] = []
    news: list[list[Alert]] = []
    for outcome in outcomes:
        untold = []
        for alert in outcome.judged.alerts:
            matches = told[_identity(alert)]
            if matches:
                resting.append((matches.pop(0).row, alert, outcome.kept))
            else:
                untold.append(alert)
        news.append(untold)
    orphans = [one for rest in told.values() for one in rest]
    amendments.supersede(conn, [one.row for one in orphans])
    amendments.rest_on(conn, resting)
    return orphans, news


def _identity(alert: Alert) -> Identity:
    return alert.rule, alert.entity, alert.period, alert.kind, int(alert.severity)


def _judged_now(alert: Alert, starts: Mapping[str, Mapping[str, Period]]) -> bool:
    """Whether the present wording of the rule is judged of that period: what an older one told stands as it is."""
    return all(alert.period > start for start in starts.get(alert.rule, {}).values())


def _take_back(
    conn: Connection,
    context: Context,
    kept: StoredRelease,
    rules: Sequence[Rule],
    orphans: Sequence[SupersedableAlert],
    standing: Standing,
    outcomes: Sequence[ReplayedRelease],
    now: datetime,
) -> int:
    """Retract what was told, would not be told now, and no longer holds."""
    by_id = {rule.id: rule for rule in rules}
    retractions: list[Alert] = []
    if not outcomes:
        return 0
    view = outcomes[-1].view
    for _, alert, _ in orphans:
        key = (alert.rule, alert.entity, alert.period)
        if alert.kind is not AlertKind.FIRED or standing.told.get(key) is not None or alert.withdraws:
            continue
        try:
            found = explain(by_id[alert.rule], alert.entity, alert.period, view)
        except NotAsked:
            continue
        if found.verdict is Verdict.CLEAR:
            retractions.append(
                alert._replace(
                    kind=AlertKind.RETRACTED,
                    value=found.value,
                    measure=found.measure,
                    by_revision=True,
                    was=alert.severity,
                )
            )
    if not retractions:
        return 0
    judged = Judged(tuple(retractions), standing.incidents, {})
    told = tell(conn, context, kept, judged, standing.incidents, view, [], now, late=kept)
    these = {_identity(alert) for alert in retractions}
    amendments.supersede(
        conn, [one.row for one in amendments.recorded(conn, set(by_id)) if _identity(one.alert) in these]
    )
    return told
