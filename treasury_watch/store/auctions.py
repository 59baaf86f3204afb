"""
What is kept of auctions beside their figures: those to come, the records of the first look, when-issued yields.

Functions only; the caller owns the transaction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, select, update

from treasury_watch.core.auctions.schedule import GIVEN_UP_AFTER, Announcement
from treasury_watch.core.auctions.tails import WhenIssued
from treasury_watch.core.figures.periods import NEW_YORK, from_utc_text, utc_text
from treasury_watch.core.figures.published import Period
from treasury_watch.store.schema import announced, auction_records, figures, releases, series, when_issued


class PendingResult(NamedTuple):
    """
    An auction whose results are not here yet, and how often they were looked for.

    ``looked_at`` is the last look; ``results_file`` names the results' own document, where the list that named it could
    not be believed.
    """

    auction: Announcement
    attempts: int
    looked_at: datetime | None
    late_told: bool
    results_file: str | None


class AuctionsAhead(NamedTuple):
    """
    What is to come of auctions.

    ``first_unheld`` is the first close of an announced auction since the newest that was held; ``announced_at`` is when
    an auction was last seen announced that was not known before. None where there is none.
    """

    first_unheld: datetime | None
    announced_at: datetime | None


def auctions_ahead(conn: Connection) -> AuctionsAhead:
    """What is to come of auctions, by all that was announced and held until now."""
    newest = (
        select(func.max(figures.c.period))
        .join_from(figures, series, figures.c.series_id == series.c.id)
        .join(releases, figures.c.release_id == releases.c.id)
        .where(series.c.dataset == "auction.stop", releases.c.bundled.is_(False))
    )
    held_to = conn.execute(newest).scalar() or ""
    first = conn.execute(select(func.min(announced.c.closes)).where(announced.c.day > held_to)).scalar()
    last = conn.execute(select(func.max(announced.c.first_seen_at))).scalar()
    return AuctionsAhead(from_utc_text(first) if first else None, from_utc_text(last) if last else None)


def note_announced(conn: Connection, auctions: Iterable[Announcement], now: datetime) -> None:
    """Keep announced auctions; what is said anew of one that is known (its close, its size) replaces what was."""
    for auction in auctions:
        mine = _named(auction.entity, auction.day)
        values = {"closes": utc_text(auction.closes), "cusip": auction.cusip, "offering": auction.offering}
        if not conn.execute(update(announced).where(mine).values(values)).rowcount:
            fixed = {"entity": auction.entity, "day": auction.day, "first_seen_at": utc_text(now)}
            conn.execute(insert(announced).values(values | fixed))


def forget_withdrawn(conn: Connection, listed: Collection[Announcement], after: Period) -> None:
    """
    Forget auctions that the whole list of announced ones no longer has: put off, or off.

    Of days up to ``after`` the list may have dropped one whose results are not out; but one that it has on a later day
    was put off, on its own day too.
    """
    there = {(auction.entity, auction.day) for auction in listed}
    later = {auction.cusip for auction in listed if auction.day > after}
    rows = conn.execute(select(announced.c.id, announced.c.entity, announced.c.day, announced.c.cusip))
    gone = [row.id for row in rows if (row.entity, row.day) not in there and (row.day > after or row.cusip in later)]
    conn.execute(delete(announced).where(announced.c.id.in_(gone)))


def pending_results(conn: Connection, now: datetime) -> list[PendingResult]:
    """Every announced auction without results, soonest close first; not those whose close is more than hours ago."""
    held = exists().where(
        figures.c.series_id == series.c.id,
        series.c.dataset == "auction.stop",
        series.c.entity == announced.c.entity,
        figures.c.period == announced.c.day,
        figures.c.release_id == releases.c.id,
        releases.c.bundled.is_(False),
    )
    since = utc_text(now - GIVEN_UP_AFTER)
    query = select(announced).where(announced.c.closes > since, ~held)
    return [
        PendingResult(
            Announcement(row.entity, row.day, from_utc_text(row.closes).astimezone(NEW_YORK), row.cusip, row.offering),
            row.attempts,
            from_utc_text(row.looked_at) if row.looked_at else None,
            row.late_told,
            row.results_file,
        )
        for row in conn.execute(query.order_by(announced.c.closes, announced.c.entity))
    ]


def days_known(conn: Connection, entity: str) -> list[Period]:
    """The days of a tenor's auctions, oldest first: those whose results were polled, and those announced."""
    held = select(figures.c.period).where(
        figures.c.series_id == series.c.id,
        series.c.dataset == "auction.stop",
        series.c.entity == entity,
        figures.c.release_id == releases.c.id,
        releases.c.bundled.is_(False),
    )
    to_come = select(announced.c.day).where(announced.c.entity == entity)
    return sorted({*conn.execute(held).scalars(), *conn.execute(to_come).scalars()})


def record_attempt(conn: Connection, auction: Announcement, now: datetime) -> None:
    """Count one look for an auction's results that found none."""
    values = {"attempts": announced.c.attempts + 1, "looked_at": utc_text(now)}
    conn.execute(update(announced).where(_named(auction.entity, auction.day)).values(values))


def record_late(conn: Connection, auction: Announcement) -> None:
    """Note that the operator knows that an auction's results are late."""
    conn.execute(update(announced).where(_named(auction.entity, auction.day)).values(late_told=True))


def note_results_file(conn: Connection, auction: Announcement, file: str, now: datetime) -> None:
    """Note where else an auction's results can be had; it is awaited again if it was not announced here."""
    noting = update(announced).where(_named(auction.entity, auction.day)).values(results_file=file)
    if not conn.execute(noting).rowcount:
        note_announced(conn, [auction], now)
        conn.execute(noting)


def _named(entity: str, day: Period) -> ColumnElement[bool]:
    return and_(announced.c.entity == entity, announced.c.day == day)


def records(conn: Connection, source: str) -> dict[tuple[str, Period], dict[str, str]]:
    """What a source last said of each auction: (CUSIP, day) -> field -> text."""
    rows = conn.execute(select(auction_records).where(auction_records.c.source == source))
    return {(row.cusip, row.day): json.loads(row.record) for row in rows}


def keep_records(conn: Connection, source: str, said: Mapping[tuple[str, Period], Mapping[str, str]]) -> None:
    """Keep what a source says now of auctions, in the place of what it said before."""
    known = records(conn, source)
    for (cusip, day), record in said.items():
        if known.get((cusip, day)) == record:
            continue
        mine = (
            auction_records.c.source == source,
            auction_records.c.cusip == cusip,
            auction_records.c.day == day,
        )
        text = json.dumps(record, ensure_ascii=False, sort_keys=True)
        if not conn.execute(update(auction_records).where(*mine).values(record=text)).rowcount:
            conn.execute(insert(auction_records).values(source=source, cusip=cusip, day=day, record=text))


def give_when_issued(conn: Connection, given: WhenIssued, now: datetime) -> None:
    """Keep a when-issued yield that somebody gave."""
    values = {
        "entity": given.entity,
        "day": given.day,
        "percent": format(given.percent, "f"),
        "given_at": utc_text(now),
    }
    conn.execute(insert(when_issued).values(values))


def when_issued_yields(conn: Connection) -> dict[tuple[str, Period], Decimal]:
    """Every when-issued yield given, the newest word of each: (tenor, day) -> percent."""
    rows = conn.execute(select(when_issued).order_by(when_issued.c.id))
    return {(row.entity, row.day): Decimal(row.percent) for row in rows}
