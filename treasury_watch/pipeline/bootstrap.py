"""Bootstrap: what a store needs before the first release can be judged, and what happens when rules change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from treasury_watch.bundled import BundledRelease
from treasury_watch.core.explain.explain import newest_period
from treasury_watch.core.figures.datasets import Calendar
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.implied import implied
from treasury_watch.core.judge.told import Entry, Silent
from treasury_watch.core.rules.model import Rule
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.notify import notify_first_sight
from treasury_watch.pipeline.view import needed_datasets, rules_of, view_of
from treasury_watch.store import alerts as alert_store
from treasury_watch.store.database import Connection, Engine, writing
from treasury_watch.store.release_writer import store_release
from treasury_watch.store.releases import stored_releases
from treasury_watch.store.rules import RuleWording, known_rules, note_rules


def load_bundled_history(engine: Engine, bundle: Sequence[BundledRelease], context: Context, now: datetime) -> None:
    """
    Bring a store to where releases can be judged: bundled history is in it, and the rules are known.

    The first time, what holds already is opened silently and listed in one digest.
    """
    with writing(engine) as conn:
        known = {(kept.source, kept.released_at) for kept in stored_releases(conn, polled=False)}
        missing = [old for old in bundle if (old.release.source, utc_text(old.released_at)) not in known]
        for old in missing:
            store_release(conn, old.release, None, released_at=old.released_at, seen_at=now, bundled=True)
        fresh = not known and not stored_releases(conn, polled=True)
        register_rules(conn, context, now)
        if fresh and missing:
            notify_first_sight(conn, context, now)


def register_rules(conn: Connection, context: Context, now: datetime) -> list[str]:
    """
    Note rules that are new or worded anew: they are judged from the next period of their data on.

    A new until_clear rule that holds already is opened silently; episodes of removed rules end. Returns the ids
    of the rules that changed.
    """
    known = known_rules(conn)
    changed = [rule for rule in context.rules if known.get(rule.id) != context.digests[rule.id]]
    polled = bool(stored_releases(conn, polled=True))
    wordings: dict[str, RuleWording] = {}
    for calendar in Calendar:
        rules = rules_of(changed, calendar)
        if not rules:
            continue
        view = view_of(conn, needed_datasets(rules, calendar), rules)
        for rule in rules:
            wordings[rule.id] = RuleWording(context.digests[rule.id], rule.data, _newest(rule, view) if polled else "")
        # One that was removed and comes back is new: what it told before is not told again.
        _open_silently(conn, [rule for rule in rules if rule.enabled and not known.get(rule.id)], view, now)
    living = {rule.id for rule in context.rules}
    gone = [rule_id for rule_id, digest in known.items() if digest and rule_id not in living]
    note_rules(conn, wordings | {rule_id: RuleWording("") for rule_id in gone}, now)
    alert_store.end_removed(conn, living, now)
    return [rule.id for rule in changed]


def _newest(rule: Rule, view: View) -> Period:
    columns = view.panel(rule.data).columns
    return max((newest_period(rule, entity, view) or "" for entity in columns), default="")


def _open_silently(conn: Connection, rules: Sequence[Rule], view: View, now: datetime) -> None:
    """Note what holds already, as of a whole view, where nothing is open yet."""
    open_now = {(one.rule, one.entity) for one in alert_store.open_episodes(conn)} if rules else set()
    held = [one for part in implied(rules, view) for one in part.open_episodes()]
    entries = [
        Entry(one.rule, one.entity, one.since, Silent.OPENED, one.severity, lasting=True)
        for one in held
        if (one.rule, one.entity) not in open_now
    ]
    alert_store.note_silently(conn, entries, now)
