"""
What a release of auctions or yields needs before it is stored, beside its figures.

Rows that were refused by themselves are kept and reported. Announced auctions are noted, so that their results are
looked for. What two publishers say of one auction is compared, and the first look stays in force where they differ.
Figures that no publisher prints (tails and their proxies) are made. All of it happens in the transaction that stores
the release, and can be done again without harm.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from treasury_watch.core.auctions.compare import Difference, differences, record
from treasury_watch.core.auctions.model import held
from treasury_watch.core.auctions.schedule import announced
from treasury_watch.core.auctions.tails import tail_proxies, tails
from treasury_watch.core.figures.periods import new_york_day
from treasury_watch.core.figures.published import Figure, Period, Release
from treasury_watch.core.messages.operator import operator_message
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.notify_auctions import NEWS_DAYS
from treasury_watch.pipeline.operator import OperatorProblem, report
from treasury_watch.sources import auctions_treasurydirect, auctions_upcoming
from treasury_watch.sources.auction_release import AuctionRelease, RefusedRow
from treasury_watch.sources.yields import YieldsRelease
from treasury_watch.store import auctions as auction_store
from treasury_watch.store.database import Connection
from treasury_watch.store.releases import stored_releases
from treasury_watch.store.source_status import store_refused
from treasury_watch.store.views import view_figures
from treasury_watch.store.vintages import source_figures

FIRST_LOOK = auctions_treasurydirect.NAME
_MOST_NAMED = 5


class PreparedRelease(NamedTuple):
    """A release as it is to be stored, and what was wrong with single rows of it (empty: nothing)."""

    release: Release
    refused_rows: str = ""


def prepare_auctions(conn: Connection, context: Context, release: Release, now: datetime) -> PreparedRelease:
    """Do for a release of auctions or yields what its figures alone do not; any other comes back as it is."""
    if isinstance(release, YieldsRelease):
        return PreparedRelease(replace(release, figures=tuple(tail_proxies(_stops(conn), release.curve))))
    if not isinstance(release, AuctionRelease):
        return PreparedRelease(release)
    _report_refused(conn, context, release, now)
    _note_to_come(conn, release, now)
    prepared: AuctionRelease = release
    if release.source != auctions_upcoming.NAME:
        prepared = _with_tails(conn, context, release)
        if release.source == FIRST_LOOK:
            held_now = {(one.cusip, one.period): record(one) for one in release.auctions if held(one)}
            auction_store.keep_records(conn, FIRST_LOOK, held_now)
        else:
            prepared = _compared(conn, context, prepared, now)
    names = [str(row.refused) for row in release.refused]
    more = f"; and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return PreparedRelease(prepared, "; ".join(names[:_MOST_NAMED]) + more)


def _report_refused(conn: Connection, context: Context, release: AuctionRelease, now: datetime) -> None:
    title = context.sources[release.source].title
    for row in release.refused:
        refused = row.refused
        store_refused(conn, release.source, _bytes(row), refused.kind, str(refused), now)
        if row.auction is not None and row.auction.results_file:
            # The list cannot be believed there, but it says where the auction's own document is.
            auction_store.note_results_file(conn, announced(row.auction), row.auction.results_file, now)
        rest = "The other auctions of the list are stored; nothing was alerted from this one."
        text = f"{refused}. {rest} This message is sent once."
        message = operator_message(f"{title}: one auction refused", text)
        problem = OperatorProblem(release.source, "row", f"{refused.where}|{refused.kind}|{refused.problem}")
        report(conn, context, problem, message, now)


def _bytes(row: RefusedRow) -> bytes:
    said = record(row.auction) if row.auction is not None else row.row
    return json.dumps(said, ensure_ascii=False, sort_keys=True, default=str).encode()


def _note_to_come(conn: Connection, release: AuctionRelease, now: datetime) -> None:
    today = new_york_day(now)
    coming = [announced(auction) for auction in auctions_upcoming.to_come(release.auctions, today)]
    auction_store.note_announced(conn, coming, now)
    if release.source == auctions_upcoming.NAME and not release.refused:
        # Of today nothing is forgotten: the list may drop an auction before its results are out.
        auction_store.forget_withdrawn(conn, coming, today.isoformat())


def _with_tails(conn: Connection, context: Context, release: AuctionRelease) -> AuctionRelease:
    given = {**context.when_issued, **auction_store.when_issued_yields(conn)}
    made = tails(release.auctions, given)
    return replace(release, figures=(*release.figures, *made)) if made else release


def _compared(conn: Connection, context: Context, release: AuctionRelease, now: datetime) -> AuctionRelease:
    """Another publisher's release without what the first look says otherwise; the operator hears of that once."""
    first = auction_store.records(conn, FIRST_LOOK)
    for auction in release.auctions:
        known = first.get((auction.cusip, auction.period))
        found = differences(known, auction) if known and held(auction) else []
        if found:
            _report_differences(conn, context, release.source, found, now)
    known_figures = source_figures(conn, FIRST_LOOK)
    figures = [figure for figure in release.figures if known_figures.get(_key(figure), figure.value) == figure.value]
    if not stored_releases(conn, source=release.source, polled=True):
        figures = _not_yet_seen_left_out(conn, figures, now)
    newest = max((figure.period for figure in figures), default=release.newest)
    return replace(release, figures=tuple(figures), newest=newest)


def _not_yet_seen_left_out(conn: Connection, figures: list[Figure], now: datetime) -> list[Figure]:
    """
    A first reading without the auctions of these days that the first look has not shown.

    A source's first release is never news. An auction that the first look has just missed is: the next reading
    brings it. One that is older than that is history, whoever shows it.
    """
    polled = stored_releases(conn, source=FIRST_LOOK, polled=True)
    if not polled:
        return figures
    shown = max(kept.newest for kept in polled)
    news = (new_york_day(now) - timedelta(days=NEWS_DAYS)).isoformat()
    return [figure for figure in figures if figure.period <= max(shown, news)]


def _key(figure: Figure) -> tuple[str, str, Period]:
    return figure.dataset, figure.entity, figure.period


def _report_differences(
    conn: Connection, context: Context, source: str, found: Sequence[Difference], now: datetime
) -> None:
    """One word to the operator for one auction: every field on which the two publishers disagree, with both values."""
    one = found[0]
    said = "\n".join(f"{each.field}: {each.first} in {FIRST_LOOK}, {each.other} in {source}" for each in found)
    text = f"{said}\nThe first stays in force until it is corrected there. This message is sent once."
    fields = ", ".join(each.field for each in found)
    headline = f"{one.entity} of {one.day} ({one.cusip}): two publishers disagree on {fields}"
    problem = OperatorProblem(source, "differs", "|".join(part for each in found for part in each))
    report(conn, context, problem, operator_message(headline, text), now)


def _stops(conn: Connection) -> Mapping[tuple[str, Period], Decimal]:
    """Every stop known: (tenor, day) -> percent."""
    known = view_figures(conn, {"auction.stop"})
    return {
        (entity, period): Decimal(repr(value))
        for entity, period, value in zip(known["entity"], known["period"], known["value"].tolist(), strict=True)
    }
