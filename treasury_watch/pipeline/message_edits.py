"""
Edits of messages that were sent: what a release corrects of them, and what completes them.

A correction goes to where its alert was told: the message itself is edited, and answered in its thread. The files of
one TIC release come in random order over a quarter of an hour: an alert goes out with the first, and when the one comes
that tells bought, sold and re-priced apart, the message is edited again, or followed by a short one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from treasury_watch.core.figures.datasets import HOLDINGS, TOTALS, Calendar
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.published import Change, Period
from treasury_watch.core.figures.splits import BILLS, SPLIT_DATASETS
from treasury_watch.core.judge.alert import Alert
from treasury_watch.core.messages import compose, digest
from treasury_watch.core.messages.alert import PriorAlert, alert_section
from treasury_watch.core.messages.history import Background
from treasury_watch.core.messages.message import Section
from treasury_watch.core.rules.model import Rule
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.view import needed_datasets, rules_of, view_of
from treasury_watch.store import alerts as alert_store
from treasury_watch.store import outbox
from treasury_watch.store.database import Connection
from treasury_watch.store.outbox import SentMessage
from treasury_watch.store.releases import StoredRelease, stored_releases

_COMPLETING = SPLIT_DATASETS | {HOLDINGS, TOTALS}


def new_months(changes: Sequence[Change]) -> set[Period]:
    """The months of which a release has brought a part of the split that was not there."""
    return {change.period for change in changes if change.dataset in _COMPLETING and change.old is None}


def complete(
    conn: Connection,
    context: Context,
    kept: StoredRelease,
    view: View,
    months: Collection[Period],
    footer: tuple[str, ...],
    now: datetime,
) -> int:
    """
    Queue the completion of every message about these months that went out without its split, before this file came.

    ``view`` is that of ``kept``, which brought it; ``footer`` is its small print. Gives how many messages were
    completed.
    """
    if not months or not context.sources[kept.source].datasets & _COMPLETING:
        return 0
    # A channel that cannot edit gets a second message: bills alone are not worth one.
    tells = not context.sources[kept.source].datasets <= {BILLS, "tic.net"}
    originals = [one for one in outbox.messages_about_months(conn, months) if one.source != kept.source]
    if not originals:
        return 0
    rules = {rule.id: rule for rule in context.rules}
    if stored_releases(conn, polled=True)[-1].id != kept.id:
        # It came after the others and is dated before them: its own view lacks what is to be completed.
        monthly = rules_of(context.rules, Calendar.MONTH)
        view = view_of(conn, needed_datasets(monthly, Calendar.MONTH), monthly)
    numbers = {section.alert for one in originals for section in one.message.sections if section.alert}
    alerts = alert_store.alerts_by_number(conn, numbers) if numbers else {}
    asked = {alert.rule for alert, _ in alerts.values()} & rules.keys()
    background = Background([rules[name] for name in sorted(asked)], view)
    done = 0
    for original in originals:
        sections = [_whole(old, original.month, rules, alerts, background) for old in original.message.sections]
        now_whole = [new for new, old in zip(sections, original.message.sections, strict=True) if new != old]
        if not now_whole:
            continue
        done += outbox.queue_edit(
            conn,
            original.id,
            key=f"{original.key}|completed by {kept.key}",
            message=compose.reworded(original.message, sections),
            short=compose.completion(now_whole, original.month, footer) if tells else None,
            replies=False,
            now=now,
        )
    return done


def _whole(
    section: Section,
    month: Period,
    rules: Mapping[str, Rule],
    alerts: Mapping[int, tuple[Alert, str]],
    background: Background,
) -> Section:
    """The section with its split, where that is known by now; else as it was."""
    if digest.has_movers(section):
        rows = digest.movers(background.view, month)
        return section if rows == section.rows else digest.completed(section, background.view, month)
    alert, title = alerts.get(section.alert, (None, ""))
    if alert is None or alert.rule not in rules or section.struck:
        return section
    whole = alert_section(rules[alert.rule], alert, PriorAlert(section.alert, title), background)
    # Only a split that has come is worth an edit; how often it fired before may have changed for other reasons.
    return section if whole.title == section.title else replace(whole, struck=section.struck)


def messages_standing(conn: Connection, alert: int) -> dict[str, SentMessage]:
    """Channel -> the message in which an alert stands; a message that only lists it in passing cannot be corrected."""
    return {
        original.channel: original
        for original in outbox.messages_with_alert(conn, alert)
        if any(section.alert == alert for section in original.message.sections)
    }


class MessageCorrections:
    """Alerts that a release corrects, gathered by the message in which each stands."""

    def __init__(self) -> None:
        self._sections: dict[int, tuple[SentMessage, dict[int, Section]]] = {}
        self._minor: set[int] = set()

    def add(self, original: SentMessage, alert: int, section: Section, *, minor: bool) -> None:
        """``section`` says what has become of ``alert``; where that is ``minor``, nobody is called back to it."""
        self._sections.setdefault(original.id, (original, {}))[1][alert] = section
        if minor:
            self._minor.add(section.alert)

    def queue(self, conn: Connection, key: str, footer: tuple[str, ...], now: datetime) -> None:
        """Queue one edit a message: the old words struck through in place, and an answer in its thread."""
        for original, corrected in self._sections.values():
            sections = [
                compose.corrected(corrected[old.alert], old) if old.alert in corrected else old
                for old in original.message.sections
            ]
            turned = [section for section in sections if section.alert in {new.alert for new in corrected.values()}]
            answered = [section for section in turned if section.alert not in self._minor]
            outbox.queue_edit(
                conn,
                original.id,
                key=f"{original.key}|corrected by {key}",
                message=compose.reworded(original.message, sections),
                short=compose.compose(answered, [], footer[1:], source_title=footer[0]) if answered else None,
                replies=bool(answered),
                now=now,
                alert_ids=[section.alert for section in turned],
            )
