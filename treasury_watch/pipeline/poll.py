"""Polling: one look at one source. Whatever is wrong with it is noted, and never stops the others."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from treasury_watch.core.figures.published import Refused
from treasury_watch.pipeline.auctions import meet
from treasury_watch.pipeline.context import Desk
from treasury_watch.pipeline.ingest import TakenIn, take_in
from treasury_watch.pipeline.source_status import fares_badly, fares_well
from treasury_watch.sources.http import Fetched, FetchError
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Engine, reading, writing
from treasury_watch.store.source_status import Faring, State, faring, keep_refused


class Fetch(Protocol):
    """How bytes are fetched: ``sources.http.Fetcher.fetch``."""

    def __call__(self, url: str, *, validators: str = "") -> Fetched: ...


class Polled(NamedTuple):
    """
    What a poll came to.

    ``state`` is how the source fares now (of a file that was refused: refused), ``says`` one line about it;
    ``new_problem``: at the poll before it had none, or another one.
    """

    source: str
    state: State
    says: str
    taken: TakenIn | None = None
    new_problem: bool = False


def poll(engine: Engine, source: Source, fetch: Fetch, desk: Desk, now: datetime) -> Polled:
    """Fetch, parse and take in one source."""
    with reading(engine) as conn:
        validators = faring(conn, source.name).validators
    try:
        fetched = fetch(source.url, validators=validators)
    except FetchError as error:
        with writing(engine) as conn:
            new = fares_badly(conn, desk, source, State.FAILING, error.kind, error.problem, now)
        return Polled(source.name, State.FAILING, error.problem, new_problem=new)
    if fetched.status == "unchanged":
        with writing(engine) as conn:
            row = fares_well(conn, desk, source, None, fetched.validators, now)
        return Polled(source.name, row.state, _says("unchanged", row))
    return take_in_bytes(engine, source, fetched.body, desk, now, validators=fetched.validators)


def take_in_bytes(
    engine: Engine,
    source: Source,
    body: bytes,
    desk: Desk,
    now: datetime,
    *,
    validators: str = "",
    released_at: datetime | None = None,
) -> Polled:
    """Parse bytes and take the release in; a file that must not be believed is kept, noted, and told once."""
    try:
        release, trouble = meet(engine, desk, source.parse(body), now)
        taken = take_in(engine, release, body, desk, now=now, validators=validators, released_at=released_at)
    except Refused as refused:
        with writing(engine) as conn:
            keep_refused(conn, source.name, body, refused.kind, str(refused), now)
            new = fares_badly(conn, desk, source, State.REFUSED, refused.kind, str(refused), now)
        return Polled(source.name, State.REFUSED, str(refused), new_problem=new)
    with reading(engine) as conn:
        row = faring(conn, source.name)
    if trouble:
        # Single rows were refused and told of; the rest was taken, so the source itself fares well.
        says = f"data to {release.newest}, but refused: {trouble}"
        return Polled(source.name, State.REFUSED, says, taken, new_problem=taken.news)
    if not taken.news:
        return Polled(source.name, row.state, _says(f"no news, data to {release.newest}", row), taken)
    told = "first look, nothing alerted" if taken.baseline else f"{taken.alerts} alert{'s' * (taken.alerts != 1)}"
    return Polled(source.name, row.state, _says(f"data to {release.newest}, {told}", row), taken)


def _says(what: str, row: Faring) -> str:
    return what if row.state is State.FRESH else f"{what}; {row.state.value}: {row.problem}"
