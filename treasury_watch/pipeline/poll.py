"""A poll: one source is fetched whole, and what it gives is recorded. What is wrong with it never stops the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from treasury_watch.core.figures.periods import new_york_day
from treasury_watch.core.figures.published import Refusal
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.ingest import IngestResult, ingest
from treasury_watch.pipeline.source_status import record_failure, record_success
from treasury_watch.sources.http import Fetch, FetchError, FetchResult
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Engine, reading, writing
from treasury_watch.store.releases import stored_releases
from treasury_watch.store.source_status import SourceState, SourceStatus, source_status, store_refused

_NEW_YEAR = timedelta(days=5)
"""In the first days of January the new year's file has nothing in it yet."""


class PollResult(NamedTuple):
    """
    What a poll came to.

    ``state`` is that of the source now (of a file that was refused: refused), ``says`` one line about it;
    ``new_problem``: at the poll before it had none, or another one.
    """

    source: str
    state: SourceState
    says: str
    taken: IngestResult | None = None
    new_problem: bool = False


def fetch_source(engine: Engine, source: Source, fetch: Fetch, now: datetime) -> FetchResult:
    """
    Everything that is to be read of a source now, as one answer.

    The whole history of a source that comes in pages is read once; from then on a month of it is asked for: what is
    new, and what can still be corrected. Holds no transaction while it fetches. Raises FetchError.
    """
    with reading(engine) as conn:
        validators = source_status(conn, source.name).validators
        polled = stored_releases(conn, source=source.name, polled=True) if source.pages else []
    url = source.url.replace("{year}", str((new_york_day(now) - _NEW_YEAR).year))
    if source.pages is None:
        return fetch(url, validators=validators)
    if polled:
        return fetch(source.pages.recent(url, max(kept.newest for kept in polled)), validators=validators)
    first = fetch(url)
    try:
        further = source.pages.further(url, first.body)
    except Refusal:
        return first  # whatever it is, parsing refuses it by name
    bodies = [first.body, *(_body(fetch(page), page) for page in further)]
    # Of many pages no validators describe the whole.
    return replace(first, body=source.pages.joined(bodies), validators="")


def _body(fetched: FetchResult, page: str) -> bytes:
    if not fetched.body:
        raise FetchError(f"page {page.rpartition('page[number]=')[2][:8]} came empty", "cut-off", retryable=True)
    return fetched.body


def poll(
    engine: Engine, source: Source, fetched: FetchResult | FetchError, context: Context, now: datetime
) -> PollResult:
    """Record what a fetch came to: a failure, that nothing changed, or a release, which is ingested."""
    if isinstance(fetched, FetchError):
        with writing(engine) as conn:
            new = record_failure(conn, context, source, SourceState.FAILING, fetched.kind, fetched.problem, now)
        return PollResult(source.name, SourceState.FAILING, fetched.problem, new_problem=new)
    if fetched.status == "unchanged":
        with writing(engine) as conn:
            row = record_success(conn, context, source, None, fetched.validators, now)
        return PollResult(source.name, row.state, _says("unchanged", row))
    return ingest_bytes(engine, source, fetched.body, context, now, validators=fetched.validators)


def ingest_bytes(
    engine: Engine,
    source: Source,
    body: bytes,
    context: Context,
    now: datetime,
    *,
    validators: str = "",
    released_at: datetime | None = None,
) -> PollResult:
    """Parse bytes and ingest the release; a file that must not be believed is kept, recorded, and reported once."""
    try:
        release = source.parse(body)
        taken = ingest(engine, release, body, context, now=now, validators=validators, released_at=released_at)
    except Refusal as refused:
        with writing(engine) as conn:
            store_refused(conn, source.name, body, refused.kind, str(refused), now)
            new = record_failure(conn, context, source, SourceState.REFUSED, refused.kind, str(refused), now)
        return PollResult(source.name, SourceState.REFUSED, str(refused), new_problem=new)
    with reading(engine) as conn:
        row = source_status(conn, source.name)
    if taken.held:
        return PollResult(source.name, SourceState.HELD, row.problem, taken, new_problem=True)
    if taken.closed:
        return PollResult(source.name, row.state, _says(f"no news: it serves what was {taken.closed}", row), taken)
    if taken.refused_rows:
        # Single rows were refused and reported; the rest was believed, so the source itself is fine.
        says = f"data to {release.newest}, but refused: {taken.refused_rows}"
        return PollResult(source.name, SourceState.REFUSED, says, taken, new_problem=taken.news)
    if not taken.news:
        return PollResult(source.name, row.state, _says(f"no news, data to {release.newest}", row), taken)
    told = "first look, nothing alerted" if taken.baseline else f"{taken.alerts} alert{'s' * (taken.alerts != 1)}"
    return PollResult(source.name, row.state, _says(f"data to {release.newest}, {told}", row), taken)


def _says(what: str, row: SourceStatus) -> str:
    return what if row.state is SourceState.FRESH else f"{what}; {row.state.value}: {row.problem}"
