"""The poll of one source in two steps: the fetch, which may hang and be abandoned, and all that follows from it."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

from treasury_watch.bundled import bundled_releases
from treasury_watch.pipeline.bootstrap import load_bundled_history
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.poll import PollResult, fetch_source, poll
from treasury_watch.pipeline.source_status import record_failure
from treasury_watch.sources.http import Fetcher, FetchError, FetchResult
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Engine, StoreError, writing
from treasury_watch.store.source_status import SourceState

log = logging.getLogger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def fetch(
    engine: Engine,
    source: Source,
    *,
    sleep: Callable[[float], object] = time.sleep,
    now: Callable[[], datetime] = _utc_now,
) -> FetchResult | FetchError:
    """Fetch a source with all its pages, holding no transaction: it may be abandoned at any moment."""
    with Fetcher(sleep=sleep) as fetcher:
        try:
            return fetch_source(engine, source, fetcher.fetch, now())
        except FetchError as error:
            return error


def poll_source(
    engine: Engine, source: Source, fetched: FetchResult | FetchError, context: Context, now: datetime
) -> PollResult:
    """
    Poll a source with what was fetched.

    A bug of ours in reading one publisher's file is noted as that source's trouble, so that the operator hears of it
    and the other sources go on. Raises StoreError.
    """
    try:
        return poll(engine, source, fetched, context, now)
    except StoreError:
        raise
    except Exception as error:
        problem = describe_own_error(error)
        log.debug("our fault source=%s", source.name, exc_info=True)
        with writing(engine) as conn:
            new = record_failure(
                conn, context, source, SourceState.FAILING, f"ours-{type(error).__name__}", problem, now
            )
        return PollResult(source.name, SourceState.FAILING, problem, new_problem=new)


def describe_own_error(error: Exception) -> str:
    """Name an error by its type and place; its own words are left out, for nobody knows what they quote."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    return f"our fault: {type(error).__name__} in {at.name}, line {at.lineno} of {at.filename.rpartition('/')[2]}"


def prepare(engine: Engine, context: Context, now: datetime) -> None:
    """What every start does before the first poll: bundled history is loaded, and the rules are registered."""
    load_bundled_history(engine, bundled_releases(), context, now)
