"""Since when each rule is judged, and in which wording: known by a hash of what it asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select

from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.store.schema import rules


class RuleWording(NamedTuple):
    """
    A rule as it is judged from now on.

    ``digest`` is the hash of what it asks, empty where it was removed; ``newest`` the newest period of its ``data``
    that is there already, empty where all of them are to be judged.
    """

    digest: str
    data: str = ""
    newest: Period = ""


def known_rules(conn: Connection) -> dict[str, str]:
    """Each rule's digest, by id; empty of one that was removed."""
    return {row.rule: row.digest for row in _newest(conn)}


def judged_after(conn: Connection) -> dict[str, Period]:
    """For each rule worded while the bot ran, the newest period of its data that was there: it is judged after that."""
    after = {row.rule: json.loads(row.after or "{}") for row in _newest(conn)}
    return {rule: max(periods.values()) for rule, periods in after.items() if periods}


def note_rules(conn: Connection, wordings: Mapping[str, RuleWording], now: datetime) -> None:
    """Write rules that are new or worded anew, by id."""
    rows = [
        {
            "rule": rule,
            "digest": wording.digest,
            "first_seen_at": utc_text(now),
            "after": json.dumps({wording.data: wording.newest} if wording.newest else {}),
        }
        for rule, wording in wordings.items()
    ]
    if rows:
        conn.execute(insert(rules), rows)


def _newest(conn: Connection) -> list[Any]:
    newest = select(func.max(rules.c.id)).group_by(rules.c.rule)
    return list(conn.execute(select(rules).where(rules.c.id.in_(newest))))
