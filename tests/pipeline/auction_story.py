"""A bot that watches auctions: its desk, a year of made-up ten-year auctions, and what it told of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.auction_rows import UNHELD, body, fiscaldata_body, note_on
from treasury_watch.core.figures.periods import NEW_YORK
from treasury_watch.core.figures.published import Period
from treasury_watch.core.messages.message import Message
from treasury_watch.core.rules.model import Condition, Measure, Rule, Severity
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.poll import PollResult, ingest_bytes
from treasury_watch.sources import SOURCES
from treasury_watch.store import alerts, schema
from treasury_watch.store.database import Engine, open_store, reading

Row = dict[str, object]
FIRST, SECOND, UPCOMING, YIELDS = (
    SOURCES[name] for name in ("auctions.treasurydirect", "auctions.fiscaldata", "auctions.upcoming", "yields")
)

WEAK_COVER = Rule(
    id="weak-cover",
    title="{tenor}: bid-to-cover {value}, {measure} sd from its last 12",
    data="auction.bid_to_cover",
    each="tenor",
    measure=Measure("zscore", 12),
    fire=Condition("at_most", -2, said="-2"),
    severity=Severity.HIGH,
)
TAIL = Rule(
    id="tail",
    title="{tenor}: tailed {value}",
    data="auction.tail",
    each="tenor",
    fire=Condition("at_least", 2, said="2bp"),
)
NEWEST = date(2026, 11, 10)
HISTORY = [date(2025, 11, 12) + timedelta(days=28 * step) for step in range(13)]
"""Thirteen auctions of which the last is on 2026-10-14."""


def context_of(
    *rules: Rule, when_issued: Mapping[tuple[str, Period], Decimal] | None = None, cards: frozenset[str] | None = None
) -> Context:
    """A desk that tells everything to one channel."""
    context = Context(
        rules=rules or (WEAK_COVER,),
        digests={rule.id: repr(rule) for rule in rules or (WEAK_COVER,)},
        route=lambda *_: ("room",),
        sources=SOURCES,
        when_issued=when_issued or {},
    )
    return (
        context
        if cards is None
        else Context(**{name: getattr(context, name) for name in context.__slots__} | {"cards": cards})
    )


def history() -> list[Row]:
    """A year of ten-year auctions, newest first: poor and good ones in turn."""
    return [ordinary(day, number) for number, day in enumerate(HISTORY)][::-1]


def ordinary(day: date, number: int) -> Row:
    """One of a history: covers of 2.40 and 2.60, dealers with 20 and 10 percent, indirect bidders with 60 and 70."""
    good = number % 2
    return note_on(day, cover=("2.40", "2.60")[good], dealers=(20, 10)[good], indirects=(60, 70)[good])


def announced(day: date, term: str = "10-Year") -> Row:
    """An auction that is still to come."""
    return note_on(day, term=term) | UNHELD


def at(day: date, clock: str = "13:04:00") -> datetime:
    """A moment in New York, as UTC."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=NEW_YORK).astimezone(UTC)


def first_sees(engine: Engine, context: Context, rows: list[Row], now: datetime) -> PollResult:
    """TreasuryDirect's list is polled."""
    return ingest_bytes(engine, FIRST, body(*rows), context, now)


def second_sees(engine: Engine, context: Context, rows: list[Row], now: datetime) -> PollResult:
    """FiscalData is polled."""
    return ingest_bytes(engine, SECOND, fiscaldata_body(rows), context, now)


def polled_once(url: str, context: Context) -> Engine:
    """A store in which the first look has been taken in: its history is known and nothing is told."""
    engine = open_store(url)
    first_sees(engine, context, history(), at(date(2026, 11, 2), "09:00:00"))
    return engine


def messages(engine: Engine) -> list[Message]:
    """Every message as it was queued or amended, oldest first."""
    with reading(engine) as conn:
        rows = conn.execute(schema.notifications.select().order_by(schema.notifications.c.id))
        return [Message.from_json(row.message) for row in rows]


def headlines(engine: Engine) -> list[str]:
    return [message.headline for message in messages(engine)]


def decided(engine: Engine) -> list[tuple[str, str, str, str]]:
    """(rule, entity, period, kind) of what was decided."""
    with reading(engine) as conn:
        return [(a["rule"], a["entity"], a["period"], a["kind"]) for a in alerts.told_alerts(conn)]


def sent(engine: Engine) -> None:
    """Everything queued was delivered: from here on it can only be amended."""
    with engine.begin() as conn:
        conn.execute(schema.notifications.update().values(state="sent", ref="1700000000.000100"))
