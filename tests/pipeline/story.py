"""A desk, a store and files for the tests of the cycle: what a running bot has, without network or clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

from tests.conftest import ROOT, shared_data
from tests.sources import tic_files
from treasury_watch import rulefiles
from treasury_watch.core.figures.calendar import release_moment
from treasury_watch.core.figures.datasets import HOLDINGS
from treasury_watch.core.messages.message import Message
from treasury_watch.core.rules.model import Condition, Measure, Mode, Rule, Selection, Severity
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.poll import PollResult, ingest_bytes
from treasury_watch.sources import SOURCES
from treasury_watch.store import alerts, schema
from treasury_watch.store.database import Connection, Engine, reading

TABLE5 = SOURCES["tic.table5"]
EACH = {"each": "holder"}

CUT = Rule(
    id="cut",
    title="{holder} cut {measure} in {period}",
    data=HOLDINGS,
    each="holder",
    measure=Measure("change", 1),
    fire=Condition("at_most", -30.0, said="-30bn"),
    levels=((Severity.HIGH, Condition("at_most", -45.0, said="-45bn")),),
)
FLOOR = Rule(
    id="floor",
    title="{holder} at {value}, below {threshold}",
    data=HOLDINGS,
    each="holder",
    only=Selection(frozenset({"Japan", "China, Mainland"})),
    fire=Condition("below", 660.0, said="660bn"),
    clear=Condition("above", 670.0, said="670bn"),
    mode=Mode.UNTIL_CLEAR,
    severity=Severity.HIGH,
)
PASSES = Rule(
    id="japan-passes-china",
    title="Japan passes China: {value} in {period}",
    data=HOLDINGS,
    only=Selection(frozenset({"Japan"})),
    measure=Measure("rank"),
    fire=Condition("at_most", 1.0, said="1"),
    mode=Mode.UNTIL_CLEAR,
)


def context_of(*rules: Rule) -> Context:
    """A desk that tells everything to one channel."""
    return Context(
        rules=rules, digests={rule.id: repr(rule) for rule in rules}, route=lambda *_: ("room",), sources=SOURCES
    )


def default_desk() -> Context:
    """The rules that come with the bot."""
    book = rulefiles.load(ROOT / "rules")
    assert not book.problems
    return context_of(*book.rules)


def partial(day: str) -> bytes:
    """One of the stored releases as a whole file: its holders' own figures, and totals made up so that sums hold."""
    if day == "2026-06-18":
        printed = _real()
    else:
        text = shared_data(f"tic/slt_table5.{day}.partial.tsv").read_text("utf-8")
        rows = [line.split("\t") for line in text.splitlines()]
        printed = {row[0]: row[1:14] for row in rows[1:] if row[0] not in ("All Other",) and "Total" not in row[0]}
        printed = {name: cells for name, cells in printed.items() if not name.startswith("Of Which")}
        # One holder's oldest month is lost in the stored copies, and one holder is not in them at all.
        printed = {name: [*cells, *["n.a."] * (13 - len(cells))] for name, cells in printed.items()}
        printed["Israel"] = ["100.0"] * 13
    values = {name: [0.0 if cell == "n.a." else float(cell) for cell in cells] for name, cells in printed.items()}
    newest = {"2026-04-15": "2026-02", "2026-05-18": "2026-03", "2026-06-18": "2026-04"}[day]
    body = tic_files.table5(newest, values)
    for name, cells in printed.items():
        if "n.a." in cells:
            whole = "\t".join(f"{value:.1f}" for value in values[name])
            body = tic_files.replaced(body, f"{name}\t{whole}", f"{name}\t" + "\t".join(cells))
    return body


def _real() -> dict[str, list[str]]:
    release = TABLE5.parse(shared_data("tic/slt_table5.2026-06-18.txt").read_bytes())
    printed: dict[str, list[str]] = {}
    for figure in release.figures:
        if figure.dataset == HOLDINGS:
            printed.setdefault(figure.entity, []).append(figure.printed)
    return printed


def at(day: str, time: str = "20:05") -> datetime:
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=UTC)


def months(newest: str, values: Mapping[str, Sequence[float]], *, flat: float = 50.0, exactly_until: str = "") -> bytes:
    """
    A whole Table 5: these holders' values, newest first, and the other holders about flat, as no true table is exactly.

    ``exactly_until`` is the last month of those in which they are, for a store that was made with such.
    """
    count = len(next(iter(values.values())))
    everyone = {
        name: [
            flat if month <= exactly_until else flat + Random(f"{name} {month}").randrange(20) / 10
            for month in tic_files.months(newest, count)
        ]
        for name in tic_files.HOLDERS
    }
    return tic_files.table5(newest, everyone | {name: list(series) for name, series in values.items()})


def ingest(
    engine: Engine, context: Context, body: bytes, released: datetime, now: datetime | None = None
) -> PollResult:
    """Take a file in by hand, as the command line does."""
    return ingest_bytes(engine, TABLE5, body, context, now or at("2026-07-01"), released_at=released)


def polled(engine: Engine, context: Context, body: bytes, newest: str) -> PollResult:
    """Take a file in as if it had just been fetched, five minutes after its release."""
    return ingest_bytes(engine, TABLE5, body, context, release_moment(newest))


def decided(engine: Engine) -> list[tuple[Any, ...]]:
    """What was decided and stands, without when: (rule, entity, period, kind, severity, value, measure, revision)."""
    with reading(engine) as conn:
        # Each release has its digest, or none where it came late: that is told, not decided.
        told = [one for one in alerts.told_alerts(conn) if one["kind"] != "digest"]
    return sorted(
        (
            one["rule"],
            one["entity"],
            one["period"],
            one["kind"],
            one["severity"],
            one["value"],
            one["measure"],
            one["by_revision"],
        )
        for one in told
        if one["release"] and not one["superseded"]
    )


def standing(engine: Engine) -> list[tuple[Any, ...]]:
    """What was told and stands, however it came to: (rule, entity, period, severity, value, measure)."""
    with reading(engine) as conn:
        log = alerts.told_log(conn)
    return sorted(
        (*key, period, one.severity.word, one.value, one.measure)
        for key, known in log.series.items()
        for period, one in known.fired.items()
        if not one.silent
    )


def incidents(engine: Engine) -> list[tuple[str, str, str, str]]:
    with reading(engine) as conn:
        return sorted((one.rule, one.entity, one.since, one.severity.word) for one in alerts.open_episodes(conn))


def headlines(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        return [message.headline for message in messages(conn)]


def messages(conn: Connection) -> list[Message]:
    """Every message that was queued, oldest first."""
    return [Message.from_json(text) for text in outbox_messages(conn)]


def outbox_messages(conn: Connection) -> list[str]:
    rows = conn.execute(schema.notifications.select().order_by(schema.notifications.c.id))
    return [row.message for row in rows]
