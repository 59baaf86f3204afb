"""One round: every enabled source is looked at once, then what is due is delivered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from treasury_watch.delivery import DeliveryResult, deliver_due
from treasury_watch.notifiers import Notifier
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.poll import PollResult
from treasury_watch.pipeline.source_status import check_freshness
from treasury_watch.service.poll_job import fetch, poll_source
from treasury_watch.store.database import Engine
from treasury_watch.store.source_status import SourceState


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to."""

    polled: tuple[PollResult, ...]
    delivered: DeliveryResult

    @property
    def well(self) -> bool:
        """Whether no source was refused, held or out of reach, and no message given up or left waiting."""
        fine = all(
            each.state not in (SourceState.REFUSED, SourceState.HELD, SourceState.FAILING) for each in self.polled
        )
        return fine and not self.delivered.waiting and not self.delivered.failed


def run_once(
    engine: Engine,
    context: Context,
    channels: Mapping[str, Notifier],
    *,
    now: Callable[[], datetime],
    says: Callable[[PollResult], object] = lambda _: None,
) -> Round:
    """
    Poll every enabled source, then make one delivery pass.

    Sources are fetched side by side and ingested one after another in their own order, so that the same files always
    give the same messages in the same order. ``says`` is told of each.
    """
    enabled = [source for source in context.sources.values() if source.enabled]
    polled: list[PollResult] = []
    with ThreadPoolExecutor(max_workers=max(len(enabled), 1)) as pool:
        coming = {source.name: pool.submit(fetch, engine, source, now=now) for source in enabled}
        for source in enabled:
            polled.append(poll_source(engine, source, coming[source.name].result(), context, now()))
            says(polled[-1])
    check_freshness(engine, context, now())
    return Round(tuple(polled), deliver_due(engine, channels, now=now))
