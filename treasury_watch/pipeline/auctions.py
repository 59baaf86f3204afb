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
from treasury_watch.core.auctions.model import Auction, held
from treasury_watch.core.auctions.schedule import announced
from treasury_watch.core.auctions.tails import tail_proxies, tails
from treasury_watch.core.figures.periods import new_york_day
from treasury_watch.core.figures.published import Figure, Period, Refusal, Release
from treasury_watch.core.messages.operator import operator_message
from treasury_watch.core.plausibility.curve import revised_days
from treasury_watch.core.rules.model import Severity
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.notify_auctions import NEWS_DAYS
from treasury_watch.pipeline.operator import OperatorProblem, note_problem, queue_report, report
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
_FURTHEST, _TOMORROW = timedelta(days=3653), timedelta(days=1)
_MOST_NAMED = 5


class PreparedRelease(NamedTuple):
    """A release as it is to be stored, and what was wrong with single rows of it (empty: nothing)."""

    release: Release
    refused_rows: str = ""


def prepare_auctions(conn: Connection, context: Context, release: Release, now: datetime) -> PreparedRelease:
    """
    Do for a release of auctions or yields what its figures alone do not; any other comes back as it is.

    Raises Refusal where all that it says lies in the future.
    """
    if isinstance(release, YieldsRelease):
        release = _known_days(conn, release, now)
        _report_refused(conn, context, release.source, release.refused, now)
        made = tail_proxies(_stops(conn), release.curve)
        return PreparedRelease(replace(release, figures=(*release.figures, *made)), _named(release.refused))
    if not isinstance(release, AuctionRelease):
        return PreparedRelease(release)
    release = _past_auctions(release, now)
    _report_refused(conn, context, release.source, release.refused, now)
    _note_to_come(conn, release, now)
    prepared: AuctionRelease = release
    if release.source != auctions_upcoming.NAME:
        prepared = _with_tails(conn, context, release)
        if release.source == FIRST_LOOK:
            keep_records(conn, release)
        else:
            prepared = _compared(conn, context, prepared, now)
    return PreparedRelease(prepared, _named(release.refused))


def keep_records(conn: Connection, release: AuctionRelease) -> None:
    """Keep every field of the auctions that the first look shows, for comparing with other publishers."""
    held_now = {(one.cusip, one.period): record(one) for one in release.auctions if held(one)}
    auction_store.keep_records(conn, FIRST_LOOK, held_now)


def _named(refused: Sequence[RefusedRow]) -> str:
    names = [str(row.refused) for row in refused]
    more = f"; and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return "; ".join(names[:_MOST_NAMED]) + more


def _known_days(conn: Connection, release: YieldsRelease, now: datetime) -> YieldsRelease:
    """The days that are over, and that were not known otherwise; each of the others is refused by itself."""
    today = new_york_day(now)
    why = {day: f"it is after {today}" for day in release.curve if day > today}
    why |= revised_days(source_figures(conn, release.source), release.curve)
    if not why:
        return release
    curve = {day: row for day, row in release.curve.items() if day not in why}
    refused = [
        RefusedRow(refused=Refusal(release.source, "day", said, where=f"the day {day}")) for day, said in why.items()
    ]
    if not curve:
        raise refused[0].refused
    gone = {day.isoformat() for day in why}
    return replace(
        release,
        newest=max(curve).isoformat(),
        curve=curve,
        figures=tuple(figure for figure in release.figures if figure.period not in gone),
        refused=(*release.refused, *refused),
    )


def _past_auctions(release: AuctionRelease, now: datetime) -> AuctionRelease:
    """The auctions that can have been held, or announced, by now; each of the others is refused by itself."""
    refused: dict[tuple[str, Period], RefusedRow] = {}
    for auction in release.auctions:
        why = _from_the_future(auction, now)
        if why:
            where = f"auction {auction.cusip} {auction.period} ({auction.entity})"
            refused[auction.entity, auction.period] = RefusedRow(
                refused=Refusal(release.source, "future", why, where=where), auction=auction
            )
    if not refused:
        return release
    auctions = tuple(one for one in release.auctions if (one.entity, one.period) not in refused)
    figures = tuple(one for one in release.figures if (one.entity, one.period) not in refused)
    if not auctions:
        raise next(iter(refused.values())).refused
    known = [one.period for one in auctions if held(one) or release.source == auctions_upcoming.NAME]
    return replace(
        release,
        newest=max(known, default=release.newest),
        auctions=auctions,
        figures=figures,
        refused=(*release.refused, *refused.values()),
    )


def _from_the_future(auction: Auction, now: datetime) -> str:
    today = new_york_day(now)
    if held(auction) and auction.day > today:
        return f"it has results, and is held after {today}"
    if auction.day > today + _FURTHEST:
        return f"it is announced for a day after {today + _FURTHEST}"
    if held(auction) and auction.updated and auction.updated > now + _TOMORROW:
        return f"it was last written at {auction.updated:%Y-%m-%d %H:%M}, after now"
    return ""


def _report_refused(
    conn: Connection, context: Context, source: str, refused: Sequence[RefusedRow], now: datetime
) -> None:
    """One message to the operator about all rows of a release that were refused by themselves and not yet named."""
    title = context.sources[source].title
    new: list[tuple[OperatorProblem, int, Refusal]] = []
    for row in refused:
        fault = row.refused
        store_refused(conn, source, _bytes(row), fault.kind, str(fault), now)
        if row.auction is not None and row.auction.results_file:
            # The list cannot be believed there, but it says where the auction's own document is.
            auction_store.note_results_file(conn, announced(row.auction), row.auction.results_file, now)
        problem = OperatorProblem(source, "row", f"{fault.where}|{fault.kind}|{fault.problem}")
        number = note_problem(conn, problem, f"{title}: {fault.where} refused", Severity.HIGH, now)
        if number is not None:
            new.append((problem, number, fault))
    if not new:
        return
    named = "\n".join(str(fault) for _, _, fault in new[:_MOST_NAMED])
    more = f"\nand {len(new) - _MOST_NAMED} more." if len(new) > _MOST_NAMED else ""
    one = "one row refused" if len(new) == 1 else f"{len(new)} rows refused"
    rest = "The other rows are stored; nothing was alerted from these. This message is sent once."
    message = operator_message(f"{title}: {one}", f"{named}{more}\n{rest}")
    queue_report(conn, context, new[0][0], message, [number for _, number, _ in new], now)


def _bytes(row: RefusedRow) -> bytes:
    said = record(row.auction) if row.auction is not None else row.row
    return json.dumps(said, sort_keys=True, default=str).encode()


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
