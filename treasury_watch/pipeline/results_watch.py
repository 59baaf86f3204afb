"""
Around the close: which results are awaited, when to look for them next, and what a look came to.

What was looked for, and how often, is in the store: a restart goes on where it stopped. The ordinary poll of the list
goes on beside this; whichever sees the results first, one message goes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urljoin

from treasury_watch.core.auctions.schedule import Announcement, is_late, next_look
from treasury_watch.core.figures.periods import new_york_day
from treasury_watch.core.messages.message import Message
from treasury_watch.core.messages.operator import operator_message
from treasury_watch.core.rules.model import Severity
from treasury_watch.pipeline.auctions import FIRST_LOOK
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.operator import OperatorProblem, report
from treasury_watch.sources import auctions_fiscaldata, auctions_xml
from treasury_watch.sources.source import Source
from treasury_watch.store import auctions as store
from treasury_watch.store.auctions import PendingResult
from treasury_watch.store.database import Engine, reading, writing

_SECOND_LOOK_EVERY = 4
"""Every so many looks at a list that is late with its results, the other publisher's is looked at too."""


class DuePolls(NamedTuple):
    """Whose results are to be looked for now, and where: each source is asked once, however many auctions wait."""

    auctions: tuple[Announcement, ...]
    sources: tuple[Source, ...]


def next_wake(engine: Engine, now: datetime) -> datetime | None:
    """When the next look is due; None while no auction is announced. It can lie in the past: then at once."""
    with reading(engine) as conn:
        due = [at for one in store.pending_results(conn, now) if (at := _due(one, now)) is not None]
    return min(due, default=None)


def due_polls(engine: Engine, context: Context, now: datetime) -> DuePolls:
    """
    The looks that are due: the list, and beside it the other publisher's when the results are late.

    An auction's own results document is asked for where the list named it and could not be believed.
    """
    with reading(engine) as conn:
        due = [one for one in store.pending_results(conn, now) if (at := _due(one, now)) is not None and at <= now]
    sources: list[Source] = []
    first, second = context.sources[FIRST_LOOK], context.sources[auctions_fiscaldata.NAME]
    if due and first.enabled:
        sources.append(first)
    if second.enabled and any(_ask_second_source(one, now) for one in due):
        sources.append(second)
    for one in due:
        if one.results_file:
            address = urljoin(first.url, f"/xml/{one.results_file}.xml")
            sources.append(replace(first, name=auctions_xml.NAME, url=address, title="Auction results document"))
    return DuePolls(tuple(one.auction for one in due), tuple(sources))


def record_polls(
    engine: Engine, context: Context, looked_for: Sequence[Announcement], now: datetime
) -> list[Announcement]:
    """Note that results were looked for. Gives those that are not out; the operator hears once of one that is late."""
    with writing(engine) as conn:
        sought = {(auction.entity, auction.day) for auction in looked_for}
        missing = [one for one in store.pending_results(conn, now) if (one.auction.entity, one.auction.day) in sought]
        for one in missing:
            store.record_attempt(conn, one.auction, now)
            if is_late(one.auction, now) and not one.late_told:
                store.record_late(conn, one.auction)
                problem = OperatorProblem(FIRST_LOOK, "late", f"{one.auction.entity}|{one.auction.day}")
                report(conn, context, problem, _late_message(one.auction, now), now)
    return [one.auction for one in missing]


def coming(engine: Engine, now: datetime) -> list[Announcement]:
    """The auctions still to come, and those of today whose results are not out; soonest first."""
    with reading(engine) as conn:
        waiting = [one.auction for one in store.pending_results(conn, now)]
    today = new_york_day(now).isoformat()
    return [auction for auction in waiting if auction.day >= today]


def _due(one: PendingResult, now: datetime) -> datetime | None:
    if one.attempts == 0 or one.looked_at is None:
        return next_look(one.auction, one.auction.closes if now < one.auction.closes else now, 0)
    return next_look(one.auction, one.looked_at, one.attempts)


def _ask_second_source(one: PendingResult, now: datetime) -> bool:
    return is_late(one.auction, now) and one.attempts % _SECOND_LOOK_EVERY == 0


def _late_message(auction: Announcement, now: datetime) -> Message:
    minutes = int((now - auction.closes).total_seconds() // 60)
    headline = f"{auction.entity}: results are late"
    text = (
        f"The auction of {auction.day} closed at {auction.closes:%H:%M} New York time, {minutes} minutes ago, and no "
        "results are out; they usually are within five. A CUSIP that changes at the auction takes 11 to 25 minutes. "
        "The bot goes on looking for them, ever more rarely, for eight hours. This message is sent once."
    )
    return operator_message(headline, text, Severity.NOTICE)
