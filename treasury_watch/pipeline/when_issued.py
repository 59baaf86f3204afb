"""A when-issued yield that somebody gives, and the tail that it makes of an auction's results."""

from __future__ import annotations

from datetime import datetime

from treasury_watch.core.auctions.tails import TAIL, WhenIssued
from treasury_watch.pipeline.auctions import FIRST_LOOK
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.ingest import ingest
from treasury_watch.store import auctions as auction_store
from treasury_watch.store.database import Engine, reading, writing
from treasury_watch.store.releases import body_of, stored_releases
from treasury_watch.store.source_status import source_status
from treasury_watch.store.vintages import vintages


def give_when_issued(engine: Engine, context: Context, given: WhenIssued, now: datetime) -> float | None:
    """
    Keep a when-issued yield that somebody gave, and make the auction's tail where its results are there already.

    The tail in basis points; None where the results are still to come, or no longer in the first look's list.
    """
    with writing(engine) as conn:
        auction_store.give_when_issued(conn, given, now)
        kept = stored_releases(conn, source=FIRST_LOOK, polled=True)
        body = body_of(conn, kept[-1].id) if kept else None
    if body is not None:
        # The list as it was last kept, read again: now it has one figure more.
        release = context.sources[FIRST_LOOK].parse(body)
        with reading(engine) as conn:
            validators = source_status(conn, FIRST_LOOK).validators
        ingest(engine, release, body, context, now=now, validators=validators)
    with reading(engine) as conn:
        known = vintages(conn, TAIL, given.entity)
    return next((one.value for one in known if one.period == given.day), None)
