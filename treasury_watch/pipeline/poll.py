"""Polling: one look at one source. Whatever is wrong with it is noted, and never stops the others."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from treasury_watch.core.figures.published import Refused
from treasury_watch.pipeline.auctions import prepare_auctions
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.ingest import IngestResult, ingest
from treasury_watch.pipeline.source_status import record_failure, record_success
from treasury_watch.sources.http import Fetched, FetchError
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Engine, reading, writing
from treasury_watch.store.source_status import SourceState, SourceStatus, source_status, store_refused


class Fetch(Protocol):
    """How bytes are fetched: ``sources.http.Fetcher.fetch``."""

    def __call__(self, url: str, *, validators: str = "") -> Fetched: ...


class PollResult(NamedTuple):
    """
    What a poll came to.

    ``state`` is how the source fares now (of a file that was refused: refused), ``says`` one line about it;
    ``new_problem``: at the poll before it had none, or another one.
    """

    source: str
    state: SourceState
    says: str
    taken: IngestResult | None = None
    new_problem: bool = False


def poll(engine: Engine, source: Source, fetch: Fetch, context: Context, now: datetime) -> PollResult:
    """Fetch, parse and take in one source."""
    with reading(engine) as conn:
        validators = source_status(conn, source.name).validators
    try:
        fetched = fetch(source.url, validators=validators)
    except FetchError as error:
        with writing(engine) as conn:
            new = record_failure(conn, context, source, SourceState.FAILING, error.kind, error.problem, now)
        return PollResult(source.name, SourceState.FAILING, error.problem, new_problem=new)
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
    """Parse bytes and take the release in; a file that must not be believed is kept, noted, and told once."""
    try:
        release, trouble = prepare_auctions(engine, context, source.parse(body), now)
        taken = ingest(engine, release, body, context, now=now, validators=validators, released_at=released_at)
    except Refused as refused:
        with writing(engine) as conn:
            store_refused(conn, source.name, body, refused.kind, str(refused), now)
            new = record_failure(conn, context, source, SourceState.REFUSED, refused.kind, str(refused), now)
        return PollResult(source.name, SourceState.REFUSED, str(refused), new_problem=new)
    with reading(engine) as conn:
        row = source_status(conn, source.name)
    if trouble:
        # Single rows were refused and told of; the rest was taken, so the source itself fares well.
        says = f"data to {release.newest}, but refused: {trouble}"
        return PollResult(source.name, SourceState.REFUSED, says, taken, new_problem=taken.news)
    if not taken.news:
        return PollResult(source.name, row.state, _says(f"no news, data to {release.newest}", row), taken)
    told = "first look, nothing alerted" if taken.baseline else f"{taken.alerts} alert{'s' * (taken.alerts != 1)}"
    return PollResult(source.name, row.state, _says(f"data to {release.newest}, {told}", row), taken)


def _says(what: str, row: SourceStatus) -> str:
    return what if row.state is SourceState.FRESH else f"{what}; {row.state.value}: {row.problem}"
