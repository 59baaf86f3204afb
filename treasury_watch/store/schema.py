"""
The tables. Releases, figures, alerts and deliveries are only ever added to.

Times are UTC, as ISO text with a Z (sortable, the same in SQLite and PostgreSQL). Periods are text, as everywhere.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

TABLES = MetaData()

releases = Table(
    "releases",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False),
    Column("released_at", String, nullable=False),
    Column("first_seen_at", String, nullable=False),
    Column("newest", String, nullable=False),
    Column("bundled", Boolean, nullable=False, default=False),
    Column("baseline", Boolean, nullable=False, default=False),
    Column("sha256", String, nullable=False),
    Column("body", LargeBinary),  # zlib; absent for the bundled history
    Column("state", String, nullable=False, default="accepted"),  # store.releases.ReleaseState; only these have figures
    Column("decisions", Integer, nullable=False, default=0),  # how often somebody decided otherwise than before
    Column("decided_at", String, nullable=False, default=""),  # the last of these: when, and why
    Column("why", Text, nullable=False, default=""),
    UniqueConstraint("source", "released_at", "sha256"),
)

series = Table(
    "series",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("dataset", String, nullable=False),
    Column("entity", String, nullable=False),
    UniqueConstraint("dataset", "entity"),
)

figures = Table(
    "figures",
    TABLES,
    Column("series_id", Integer, ForeignKey("series.id"), primary_key=True),
    Column("period", String, primary_key=True),
    Column("release_id", Integer, ForeignKey("releases.id"), primary_key=True),
    Column("value", Float, nullable=False),
    Column("printed", String, nullable=False),
    Index("figures_by_release", "release_id"),
)

sources = Table(  # the status of each source; the only table whose rows change with every poll
    "sources",
    TABLES,
    Column("source", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("problem", Text, nullable=False, default=""),
    Column("problem_kind", String, nullable=False, default=""),
    Column("since", String, nullable=False),
    Column("last_attempt", String),
    Column("last_success", String),
    Column("newest", String),
    Column("validators", Text, nullable=False, default=""),  # ETag and Last-Modified of the last answer that was stored
    Column("told", Boolean, nullable=False, default=False),  # the operator knows of the present episode
    Column("episode", String, nullable=False, default=""),  # since when it cannot be read; empty while it can
    Column("lag", String, nullable=False, default=""),  # late or frozen by the calendar, readable or not; else empty
    Column("lag_since", String, nullable=False, default=""),
)

notes = Table(  # what was said once to the operator of a source's files: a new holder, a new column
    "notes",
    TABLES,
    Column("source", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("says", Text, nullable=False),
    Column("noted_at", String, nullable=False),
)

refusals = Table(
    "refusals",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False),
    Column("first_seen_at", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("problem", Text, nullable=False),
    Column("sha256", String, nullable=False),
    Column("body", LargeBinary),
    UniqueConstraint("source", "sha256"),
)

rules = Table(  # since when a rule is judged, and in which wording
    "rules",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("rule", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("first_seen_at", String, nullable=False),
    Column("after", Text, nullable=False, default=""),  # JSON: dataset -> newest period judged before this wording
)

rule_versions = Table(  # every text that a rule ever had in force
    "rule_versions",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("rule", String, nullable=False),
    Column("digest", String, nullable=False),  # of what it asks, whatever its words; empty where it was removed
    Column("sha256", String, nullable=False),  # of its text
    Column("file", String, nullable=False),
    Column("text", Text, nullable=False),  # as its author wrote it; empty where it was removed
    Column("noted_at", String, nullable=False),
    Column("first_alert", Integer, nullable=False),  # alerts of the rule from this id on are this version's
    Index("rule_versions_by_rule", "rule"),
)

rule_files = Table(  # the last good text of every rule file: a restart must not need the file to be sound
    "rule_files",
    TABLES,
    Column("file", String, primary_key=True),  # its name in the folder
    Column("sha256", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("kept_at", String, nullable=False),
)

alerts = Table(  # the log of what was told, and of what is only noted: kinds of core.judge.told.Silent
    "alerts",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("rule", String, nullable=False),
    Column("entity", String, nullable=False),
    Column("period", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("lasting", Boolean, nullable=False, default=False),  # of an until_clear rule: opens or ends an episode
    Column("value", Float),
    Column("measure", Float),
    Column("threshold", String, nullable=False, default=""),
    Column("title", Text, nullable=False),
    Column("by_revision", Boolean, nullable=False, default=False),
    Column("late", Boolean, nullable=False, default=False),  # too old to be told by itself: listed in the digest
    Column("was", Integer),  # of a correction: the severity told before
    Column("superseded", Boolean, nullable=False, default=False),  # of earlier versions: it was judged again
    Column("release_id", Integer, ForeignKey("releases.id")),
    Column("decided_at", String, nullable=False),
    Index("alerts_by_rule", "rule", "entity", "period"),
)

notifications = Table(  # the outbox
    "notifications",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("release_id", Integer, ForeignKey("releases.id")),
    Column("message", Text, nullable=False),  # core.messages.Message.as_json
    # Of an edit: the row whose message it replaces, and the short message for a channel that cannot edit;
    # ``replies``: that one also goes into the thread where the channel can.
    Column("amends", Integer, ForeignKey("notifications.id")),
    Column("short", Text),
    Column("replies", Boolean, nullable=False, default=False),
    Column("state", String, nullable=False, default="due"),  # due, sending, sent, failed
    Column("attempts", Integer, nullable=False, default=0),
    Column("queued_at", String, nullable=False),
    Column("due_at", String, nullable=False),
    Column("lease_until", String),
    Column("lease_by", String),
    Column("sent_at", String),
    Column("ref", String, nullable=False, default=""),
    Column("problem", Text, nullable=False, default=""),
    Index("notifications_due", "state", "due_at"),
    Index("notifications_amending", "amends"),
)

told = Table(  # which alerts a notification carries
    "told",
    TABLES,
    Column("notification_id", Integer, ForeignKey("notifications.id"), primary_key=True),
    Column("alert_id", Integer, ForeignKey("alerts.id"), primary_key=True),
)

announced = Table(  # auctions to come, and how often their results were looked for; named by tenor and day
    "announced",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("entity", String, nullable=False),
    Column("day", String, nullable=False),
    Column("closes", String, nullable=False),
    Column("cusip", String, nullable=False),  # as announced: it can change at the auction
    Column("offering", Float),  # billions of dollars
    Column("first_seen_at", String, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("looked_at", String),
    Column("late_told", Boolean, nullable=False, default=False),
    Column("results_file", String),  # the results' own document, where the list named it and could not be believed
    UniqueConstraint("entity", "day"),
)

auction_records = Table(  # every field of the auctions that the first look shows, for comparing with other sources
    "auction_records",
    TABLES,
    Column("source", String, primary_key=True),
    Column("cusip", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("record", Text, nullable=False),
)

when_issued = Table(  # when-issued yields that somebody gave; the newest of a tenor and day counts
    "when_issued",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("entity", String, nullable=False),
    Column("day", String, nullable=False),
    Column("percent", String, nullable=False),
    Column("given_at", String, nullable=False),
)

deliveries = Table(  # one row an attempt
    "deliveries",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("notification_id", Integer, ForeignKey("notifications.id"), nullable=False),
    Column("started_at", String, nullable=False),
    Column("ended_at", String),
    Column("outcome", String, nullable=False, default=""),  # sent, found, retry, ambiguous, failed
    Column("problem", Text, nullable=False, default=""),
    Index("deliveries_by_notification", "notification_id"),
)
