"""
Keeping time: each source is polled at its own pace, messages are delivered as they come, rules are read again.

Fetches run side by side and may be abandoned at any moment; whatever follows from one happens alone and is finished
before the service stops. Nothing here is needed for correctness: whenever it dies, the next start catches up.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from apscheduler.executors.base import BaseExecutor, run_job  # type: ignore[import-untyped]  # comes without types
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # comes without types
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]  # comes without types

from treasury_watch.config import Config
from treasury_watch.delivery import DeliveryResult, deliver_due
from treasury_watch.notifiers import Notifier
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.poll import PollResult
from treasury_watch.pipeline.results_watch import due_polls, next_wake, record_polls
from treasury_watch.pipeline.source_status import check_freshness
from treasury_watch.rulefiles import Folder, RuleBook, digest, read_folder
from treasury_watch.service.heartbeat import end_heartbeat, heartbeat_path, write_heartbeat
from treasury_watch.service.logline import logline
from treasury_watch.service.memory import give_back, share_one_heap
from treasury_watch.service.poll_job import describe_own_error, fetch, poll_source
from treasury_watch.service.reload import apply_reload, reload_rules
from treasury_watch.service.watcher import FolderWatcher
from treasury_watch.sources.source import Source
from treasury_watch.store.database import Engine
from treasury_watch.store.source_status import SourceState
from treasury_watch.user_error import UserError

log = logging.getLogger(__name__)
logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # its lines say how it works, never what the bot did

LAST_STEP: Final = 8.0
"""Seconds that a step in hand may take to end once the service is asked to stop."""

_DELIVER_EVERY: Final = timedelta(seconds=5)
_REREAD_EVERY: Final = timedelta(seconds=2)
_CLOSES_EVERY: Final = timedelta(minutes=1)
"""How often auctions that are awaited are thought of at the latest; before a close the next look sets its own time."""
_FRESHNESS_EVERY: Final = timedelta(minutes=5)
_HEARTBEAT_EVERY: Final = timedelta(seconds=10)
_MOST_JITTER: Final = 30.0
_FIRST_REST: Final = timedelta(minutes=1)
_LONGEST_REST: Final = timedelta(minutes=15)


class Service:
    """The bot as it runs. ``serve`` starts it and returns when ``stop`` was called and the step in hand has ended."""

    def __init__(
        self,
        engine: Engine,
        config: Config,
        book: RuleBook,
        context: Context,
        channels: Mapping[str, Notifier],
        *,
        stop: threading.Event | None = None,
        folder: Folder | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._watch = FolderWatcher(config.rules, folder or read_folder(config.rules))
        self._trouble = book.problems
        self._heartbeat = heartbeat_path(config)
        self._context = context
        self._channels = channels
        self._now = now
        self._stop = stop or threading.Event()
        self._work = threading.Lock()
        self._sending = threading.Lock()
        self._rests: dict[str, tuple[datetime, timedelta]] = {}
        self._troubles: tuple[object, ...] = ()
        self._faults: dict[str, str] = {}
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": WorkerPool()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def stop(self) -> None:
        """Ask it to stop; not from a signal handler, which may have interrupted the very lock that this takes."""
        self._stop.set()

    def serve(self) -> bool:
        """Work until asked to stop. True where the step in hand ended in time; a fetch is no such step."""
        share_one_heap()
        self._guarded("heartbeat", self._beat)()
        self._guarded("delivery", self._deliver)()
        for source in self._context.sources.values():
            if source.enabled:
                self._every(source.every, self._guarded(source.name, self._looking(source)), source.name)
        self._every(_DELIVER_EVERY, self._guarded("delivery", self._deliver), "delivery")
        self._every(_REREAD_EVERY, self._guarded("rules", self._reread), "rules")
        self._every(_CLOSES_EVERY, self._guarded("closes", self._around_closes), "closes")
        self._every(_FRESHNESS_EVERY, self._guarded("freshness", self._check_freshness), "freshness")
        self._every(_HEARTBEAT_EVERY, self._guarded("heartbeat", self._beat), "heartbeat")
        self._scheduler.start()
        give_back()
        self._stop.wait()
        self._scheduler.shutdown(wait=False)
        ends = time.monotonic() + LAST_STEP
        # Never given back: whatever still waits for its turn does not get it any more.
        finished = [lock.acquire(timeout=max(ends - time.monotonic(), 0)) for lock in (self._work, self._sending)]
        end_heartbeat(self._heartbeat)
        return all(finished)

    def _every(self, every: timedelta, step: Callable[[], None], name: str) -> None:
        seconds = every.total_seconds()
        jitter = min(seconds / 10, _MOST_JITTER) if name in self._context.sources else None
        trigger = IntervalTrigger(seconds=max(seconds, 1), jitter=jitter, timezone=UTC)
        self._scheduler.add_job(step, trigger, id=name, next_run_time=self._now())

    def _guarded(self, name: str, step: Callable[[], None]) -> Callable[[], None]:
        """Give a step that logs what goes wrong in one line, not again until it changes, and is tried again later."""

        def guarded() -> None:
            try:
                step()
            except ShuttingDown:
                return
            except UserError as error:
                self._say_fault(name, str(error))
            except Exception as error:  # a bug in one step must not end the others
                log.debug("our fault in=%s", name, exc_info=True)
                self._say_fault(name, describe_own_error(error))
            else:
                if self._faults.pop(name, None):
                    log.info(logline("mended", step=name))

        return guarded

    def _say_fault(self, name: str, problem: str) -> None:
        if self._faults.get(name) != problem:
            self._faults[name] = problem
            log.error(logline("failed", step=name, problem=problem))

    @contextmanager
    def _turn(self, lock: threading.Lock) -> Iterator[None]:
        with lock:
            if self._stop.is_set():
                raise ShuttingDown
            yield

    def _looking(self, source: Source) -> Callable[[], None]:
        def step() -> None:
            began = time.monotonic()
            fetched = fetch(self._engine, source, sleep=self._stop.wait, now=self._now)
            with self._turn(self._work):
                polled = poll_source(self._engine, source, fetched, self._context, self._now())
                news = bool(polled.taken and polled.taken.news)
                if news:
                    give_back()
            self._say_polled(polled, time.monotonic() - began)
            if news or polled.new_problem:
                self._wake("delivery")

        return step

    def _say_polled(self, polled: PollResult, took: float) -> None:
        """Write the turn's one line: loud when something changed, at debug when it is as it was."""
        trouble = polled.state in (SourceState.FAILING, SourceState.REFUSED)
        level = logging.DEBUG if trouble else logging.INFO
        if polled.new_problem:
            level = logging.WARNING
        says = {"problem": polled.says} if trouble else {"says": polled.says}
        log.log(level, logline("polled", source=polled.source, state=polled.state, **says, took=f"{took:.1f}s"))

    def _around_closes(self) -> None:
        """Look for results that are awaited, and come back when the next look is due."""
        due = due_polls(self._engine, self._context, self._now())
        for source in due.sources:
            self._looking(source)()
        if due.auctions:
            with self._turn(self._work):
                missing = record_polls(self._engine, self._context, due.auctions, self._now())
            whose = ", ".join(f"{auction.entity} {auction.day}" for auction in due.auctions)
            log.info(logline("looked for results", auctions=whose, missing=len(missing)))
        wake = next_wake(self._engine, self._now())
        if wake is not None and wake < self._now() + _CLOSES_EVERY and not self._stop.is_set():
            # A second from now at the soonest: this run must have ended by then.
            at = max(wake, self._now() + timedelta(seconds=1))
            self._scheduler.modify_job("closes", next_run_time=at)

    def _deliver(self) -> None:
        with self._turn(self._sending):
            now = self._now()
            awake = {name: one for name, one in self._channels.items() if self._rest(name)[0] <= now}
            if not awake and self._channels:
                return
            delivered = deliver_due(
                self._engine, awake, now=self._now, sleep=self._stop.wait, stopping=self._stop.is_set
            )
            self._say_delivered(delivered, set(awake))

    def _say_delivered(self, delivered: DeliveryResult, awake: set[str]) -> None:
        resting = self._channels.keys() - awake
        troubles = tuple(trouble for trouble in delivered.troubles if trouble.channel not in resting)
        faulty = {trouble.channel for trouble in troubles if trouble.fault}
        for name in awake & faulty:
            # A bad token stays bad for a while: one try now and then, not one every few seconds.
            rest = min(self._rest(name)[1] * 2, _LONGEST_REST) if name in self._rests else _FIRST_REST
            self._rests[name] = (self._now() + rest, rest)
        for name in awake - faulty:
            self._rests.pop(name, None)
        if delivered.sent or delivered.failed:
            log.info(
                logline("delivered", sent=delivered.sent, failed=delivered.failed or None, waiting=delivered.waiting)
            )
        for trouble in troubles:
            if trouble not in self._troubles:
                log.warning(
                    logline("not delivered", channel=trouble.channel, fault=trouble.fault, problem=trouble.problem)
                )
        kept = tuple(known for known in self._troubles if getattr(known, "channel", "") in resting)
        self._troubles = (*troubles, *kept)

    def _rest(self, channel: str) -> tuple[datetime, timedelta]:
        return self._rests.get(channel, (datetime.min.replace(tzinfo=UTC), _FIRST_REST))

    def _check_freshness(self) -> None:
        """By the clock as well as at polls: a source becomes late without anything happening."""
        with self._turn(self._work):
            changed = check_freshness(self._engine, self._context, self._now())
        for name, row in changed.items():
            log.info(logline("freshness", source=name, state=row.state.value, says=row.problem))
        if changed:
            self._wake("delivery")

    def _beat(self) -> None:
        with self._turn(self._work):
            write_heartbeat(self._heartbeat, self._engine, self._context, len(self._trouble), self._now())

    def _reread(self) -> None:
        folder = self._watch.look()
        if folder is None:
            return
        read = reload_rules(self._engine, self._context, folder)
        with self._turn(self._work):
            context = replace(self._context, rules=read.rules, digests={rule.id: digest(rule) for rule in read.rules})
            changed = apply_reload(self._engine, context, read, self._trouble, self._now())
            # Only now: where the store could not be written the old rules stay, and this is tried again.
            self._context, self._trouble = context, read.book.problems
            self._watch.accept(folder)
            give_back()
        mistakes = len(read.book.problems)
        files = ",".join(sorted(read.book.rejected))
        log.log(
            logging.WARNING if mistakes else logging.INFO,
            logline("read rules", rules=len(read.rules), changed=len(changed), mistakes=mistakes, rejected=files),
        )
        self._wake("delivery")

    def _wake(self, name: str) -> None:
        if not self._stop.is_set():
            self._scheduler.modify_job(name, next_run_time=self._now())


class ShuttingDown(Exception):
    """The service was asked to stop before this step's turn came."""


class WorkerPool(BaseExecutor):  # type: ignore[misc]  # its base comes without types
    """
    One daemon thread a run, so that no hanging fetch can hold up the end of the process.

    APScheduler's own pool joins its threads when Python ends, however long they hang. There are never more threads than
    jobs: each runs once at a time.
    """

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        threading.Thread(target=self._run, args=(job, run_times), name=f"step {job.id}", daemon=True).start()

    def _run(self, job: Any, run_times: list[datetime]) -> None:
        try:
            events = run_job(job, job._jobstore_alias, run_times, self._logger.name)
        except BaseException:  # noqa: BLE001 - what a job raises is caught in run_job; this is the thread's last word
            self._run_job_error(job.id, *sys.exc_info()[1:])
        else:
            self._run_job_success(job.id, events)
