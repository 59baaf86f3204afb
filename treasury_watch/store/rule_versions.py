"""
The history of rules: every text that was in force, since when, what it asked, and the alerts that it made.

Beside it the last good text of each rule file, by which a restart runs whatever stands in the file by then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.core.judge.told import Silent
from treasury_watch.core.rules.model import Severity
from treasury_watch.store.schema import alerts, rule_files, rule_versions


class Wording(NamedTuple):
    """A rule as it is in force: ``digest`` changes with what it asks, ``text`` with any word of it."""

    digest: str
    file: str
    text: str

    @property
    def sha256(self) -> str:
        """The content hash of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class RuleVersion(NamedTuple):
    """One alert that a version of a rule made."""

    id: int
    entity: str
    period: Period
    kind: str
    severity: Severity
    title: str
    decided_at: str


class Version(NamedTuple):
    """One text of a rule, from ``noted_at`` (UTC text) on. A removed rule has an empty ``text``."""

    rule: str
    noted_at: str
    digest: str
    sha256: str
    file: str
    text: str
    alerts: tuple[RuleVersion, ...]

    @property
    def removed(self) -> bool:
        """Whether this is the end of the rule and no text of it."""
        return not self.text


def note_versions(conn: Connection, wordings: Mapping[str, Wording], living: Sequence[str], now: datetime) -> list[str]:
    """Write down rules whose text is new or changed, and those no longer among the ``living``; their ids."""
    known = _newest(conn)
    noted = {rule: wording for rule, wording in wordings.items() if known.get(rule) != wording.sha256}
    gone = {
        rule: Wording("", "", "")
        for rule in sorted(known.keys() - set(living))
        if known[rule] != Wording("", "", "").sha256
    }
    if not noted and not gone:
        return []
    first = (conn.execute(select(func.max(alerts.c.id))).scalar() or 0) + 1
    rows = [
        {
            "rule": rule,
            "digest": wording.digest,
            "sha256": wording.sha256,
            "file": wording.file,
            "text": wording.text,
            "noted_at": utc_text(now),
            "first_alert": first,
        }
        for rule, wording in (noted | gone).items()
    ]
    conn.execute(insert(rule_versions), rows)
    return [*noted, *gone]


def versions(conn: Connection, rule: str) -> list[Version]:
    """Every version of a rule, oldest first; empty for a rule that never was in force."""
    rows = conn.execute(select(rule_versions).where(rule_versions.c.rule == rule).order_by(rule_versions.c.id)).all()
    told = select(alerts).where(alerts.c.rule == rule, alerts.c.kind.not_in(list(Silent)))
    made = [
        RuleVersion(row.id, row.entity, row.period, row.kind, Severity(row.severity), row.title, row.decided_at)
        for row in conn.execute(told.order_by(alerts.c.id))
    ]
    ends = [row.first_alert for row in rows[1:]] + [float("inf")]
    return [
        Version(
            rule=row.rule,
            noted_at=row.noted_at,
            digest=row.digest,
            sha256=row.sha256,
            file=row.file,
            text=row.text,
            alerts=tuple(alert for alert in made if row.first_alert <= alert.id < end),
        )
        for row, end in zip(rows, ends, strict=True)
    ]


def rules_known(conn: Connection) -> list[str]:
    """The ids of all rules that ever were in force."""
    return sorted(conn.execute(select(rule_versions.c.rule).distinct()).scalars())


def keep_files(conn: Connection, good: Mapping[str, str], broken: Sequence[str], now: datetime) -> None:
    """
    Keep the text of every file that is in force: ``good`` by name. What is ``broken`` stays as it was kept last.

    A file that is neither is gone, and so is its text.
    """
    known = {row.file: row.sha256 for row in conn.execute(select(rule_files))}
    for file, text in good.items():
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        row = {"sha256": sha256, "text": text, "kept_at": utc_text(now)}
        if file not in known:
            conn.execute(insert(rule_files).values(file=file, **row))
        elif known[file] != sha256:
            conn.execute(update(rule_files).where(rule_files.c.file == file).values(row))
    gone = known.keys() - good.keys() - set(broken)
    if gone:
        conn.execute(delete(rule_files).where(rule_files.c.file.in_(sorted(gone))))


def kept_files(conn: Connection) -> dict[str, str]:
    """The last good text of every rule file, by name."""
    return {row.file: row.text for row in conn.execute(select(rule_files).order_by(rule_files.c.file))}


def _newest(conn: Connection) -> dict[str, str]:
    newest = select(func.max(rule_versions.c.id)).group_by(rule_versions.c.rule)
    rows = conn.execute(select(rule_versions).where(rule_versions.c.id.in_(newest)))
    return {row.rule: row.sha256 for row in rows}
