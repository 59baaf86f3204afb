"""Starting: what a store needs before the first release can be judged, and what happens when rules change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from treasury_watch.bundled import BundledRelease
from treasury_watch.core.explain.explain import newest_period
from treasury_watch.core.figures.datasets import Calendar
from treasury_watch.core.figures.panels import Change, View
from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.judging import AlertKind, Incident, Judged, Standing, judge
from treasury_watch.core.rules.model import Rule
from treasury_watch.pipeline.context import Context, needed_datasets, rules_of, view_of
from treasury_watch.pipeline.notify import tell_first_sight
from treasury_watch.store import alerts as judgements
from treasury_watch.store.database import Connection, Engine, writing
from treasury_watch.store.releases import store_release, stored_releases


def load_bundled_history(engine: Engine, bundle: Sequence[BundledRelease], context: Context, now: datetime) -> None:
    """
    Bring a store to where releases can be judged: bundled history is in it, and the rules are known.

    The first time, what holds already is opened silently and told in one digest.
    """
    with writing(engine) as conn:
        known = {(kept.source, kept.released_at) for kept in stored_releases(conn, polled=False)}
        missing = [old for old in bundle if (old.release.source, utc_text(old.released_at)) not in known]
        for old in missing:
            store_release(conn, old.release, None, released_at=old.released_at, seen_at=now, bundled=True)
        fresh = not known and not stored_releases(conn, polled=True)
        register_rules(conn, context, now)
        if fresh and missing:
            tell_first_sight(conn, context, now)


def register_rules(conn: Connection, context: Context, now: datetime) -> list[str]:
    """
    Note rules that are new or worded anew: they are judged from the next period of their data on.

    A new until_clear rule that holds already is opened silently; incidents of removed rules are closed. Returns the ids
    of the rules that changed.
    """
    known = judgements.known_rules(conn)
    changed = [rule for rule in context.rules if known.get(rule.id, ("",))[0] != context.digests[rule.id]]
    polled = bool(stored_releases(conn, polled=True))
    after: dict[str, tuple[str, dict[str, Period]]] = {}
    for calendar in Calendar:
        rules = rules_of(changed, calendar)
        if not rules:
            continue
        view = view_of(conn, needed_datasets(rules, calendar), rules)
        for rule in rules:
            newest = _newest(rule, view) if polled else ""
            after[rule.id] = (context.digests[rule.id], {rule.data: newest} if newest else {})
        # One that was removed and comes back is new: what it told before is not told again.
        new = [rule for rule in rules if not known.get(rule.id, ("",))[0]]
        open_silently(conn, [rule for rule in new if rule.enabled], view)
    living = {rule.id for rule in context.rules}
    gone = [rule_id for rule_id, (digest, _) in known.items() if digest and rule_id not in living]
    judgements.note_rules(conn, after | {rule_id: ("", {}) for rule_id in gone}, now)
    judgements.close_removed(conn, [rule.id for rule in context.rules])
    return [rule.id for rule in changed]


def _newest(rule: Rule, view: View) -> Period:
    columns = view.panel(rule.data).columns
    return max((newest_period(rule, entity, view) or "" for entity in columns), default="")


def open_silently(conn: Connection, rules: Sequence[Rule], view: View) -> list[Incident]:
    """Open what holds already, as of a whole view, where nothing is open yet; what was opened."""
    open_now = judgements.standing(conn, since="9999").incidents
    held = judge(rules, view, None, Standing()).incidents
    opened = [incident._replace(silent=True) for key, incident in held.items() if key not in open_now]
    for incident in opened:
        judgements.open_incident(conn, incident)
    return opened


def heard_of(standing: Standing) -> set[str]:
    """The rules of which somebody was told something that still stands, or that is over."""
    told = {rule for rule, _, _ in standing.told} | {rule for rule, _ in standing.cleared}
    return told | {incident.rule for incident in standing.incidents.values() if not incident.silent}


def first_look(
    rules: Sequence[Rule],
    view: View,
    changes: Sequence[Change],
    standing: Standing,
    starts: Mapping[str, Mapping[str, Period]],
) -> Judged:
    """
    Judge a source's first release: a baseline, of which nothing is told as news.

    What holds by it is opened silently. What other sources gave rise to is followed up all the same: an alert that
    these figures turn is retracted or corrected, and what they end is over.
    """
    standing = standing.of(heard_of(standing))
    held = judge(rules, view, None, Standing()).incidents
    silent = {key: incident._replace(silent=True) for key, incident in held.items()}
    if not (standing.told or standing.cleared or standing.incidents):
        return Judged((), silent, {})
    followed = judge(rules, view, changes, standing, starts=starts)
    going_on = set(standing.incidents)
    alerts = []
    for alert in followed.alerts:
        key = (alert.rule, alert.entity)
        if alert.withdraws:
            going_on.add(key)
        elif alert.kind is AlertKind.CLEARED:
            if key not in going_on:
                continue  # it ends what was opened silently, which nobody heard of
            going_on.discard(key)
        elif alert.kind is AlertKind.RETRACTED:
            if key in standing.incidents and alert.period == standing.incidents[key].since:
                going_on.discard(key)
        elif alert.kind is not AlertKind.CORRECTED:
            continue
        alerts.append(alert)
    stands = {key: followed.incidents[key] for key in going_on if key in followed.incidents}
    ended = standing.incidents.keys() - followed.incidents.keys()
    opened = {key: incident for key, incident in silent.items() if key not in ended}
    return Judged(tuple(alerts), {**opened, **stands}, {})


def starts_of(conn: Connection) -> dict[str, dict[str, Period]]:
    """Per rule, the newest period that was there before its present wording: it is judged from the next one on."""
    return {rule: after for rule, (_, after) in judgements.known_rules(conn).items()}
