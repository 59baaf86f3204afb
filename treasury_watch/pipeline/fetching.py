"""
Fetching a source whole: the year put into its address, and the further pages of one that comes in pages.

The whole history of such a source is read once. From then on a month of it is asked for at each poll: what is new, and
what can still be corrected.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from treasury_watch.core.figures.periods import new_york_day
from treasury_watch.core.figures.published import Refused
from treasury_watch.sources.http import Fetched, FetchError
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Engine, reading
from treasury_watch.store.releases import stored_releases
from treasury_watch.store.source_status import source_status

_NEW_YEAR = timedelta(days=5)
"""In the first days of January the new year's file has nothing in it yet."""


class Fetch(Protocol):
    """How bytes are fetched: ``sources.http.Fetcher.fetch``."""

    def __call__(self, url: str, *, validators: str = "") -> Fetched: ...


def fetch_whole(engine: Engine, source: Source, fetch: Fetch, now: datetime) -> Fetched:
    """
    Everything that is to be read of a source now, as one answer.

    Holds no transaction while it fetches. Raises FetchError.
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
    except Refused:
        return first  # whatever it is, parsing refuses it by name
    bodies = [first.body, *(_body(fetch(page), page) for page in further)]
    # Of many pages no validators describe the whole.
    return replace(first, body=source.pages.joined(bodies), validators="")


def _body(fetched: Fetched, page: str) -> bytes:
    if not fetched.body:
        raise FetchError(f"page {page.rpartition('page[number]=')[2][:8]} came empty", "cut-off", retryable=True)
    return fetched.body
