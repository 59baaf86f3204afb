"""
Delivery: claim a message, send it with no transaction open, note what became of it.

A message whose fate is unknown (the reply was lost, the sender was killed) is first looked for in the channel, twice,
and sent again only if it is not there. A channel that cannot be searched gets it again: at least once. One channel's
trouble sets that channel aside and nothing else. What was told is edited in place where the channel can, and followed
by a short message where it cannot.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from treasury_watch.core.messages.message import Message
from treasury_watch.notifiers import DeliveryError, Editor, Notifier, Receipt
from treasury_watch.store import attempts, outbox
from treasury_watch.store.attempts import DueMessage, MessageEdit, Outcome
from treasury_watch.store.database import Engine, reading
from treasury_watch.store.lease import at_work, is_gone

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=2)
"""
Longer than a send and its look-ups take. It matters only where the holder cannot be judged: another host, or a
container that was replaced. A worker that died on this host is found out at once.
"""

LOOKS: Final = (1.5, 1.5)
"""Seconds before each look for a message that may have been posted: a channel's history lags a little behind."""

PATIENCE: Final = 30.0
"""Seconds one pass may spend waiting to try again; whatever wants longer is left to the next pass."""

_TRIES_A_PASS: Final = 4
_LONGEST_BACKOFF: Final = 900.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an operator should know of a channel. ``fault`` as in DeliveryError; empty where waiting may mend it."""

    channel: str
    problem: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """
    What one pass achieved.

    ``sent`` and ``failed`` are messages of this pass; ``waiting`` is what is left in the outbox, over all channels.
    """

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    troubles: tuple[Trouble, ...] = ()


def deliver_due(
    engine: Engine,
    channels: Mapping[str, Notifier],
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], object] = time.sleep,
    stopping: Callable[[], bool] = lambda: False,
    patience: float = PATIENCE,
) -> DeliveryResult:
    """
    Send what is due, channel by channel in turn, oldest first.

    ``stopping`` is asked before every step: once it is true nothing new begins. Safe to run in several threads,
    processes and hosts at once. Raises only what the store raises.
    """
    with at_work() as me:
        step = _Step(engine, me, now, sleep, stopping)
        sent, failed, troubles = _until_idle(step, channels, patience)
    with reading(engine) as conn:
        left = outbox.unsent(conn)
    orphans = {name: number for name, number in left.items() if name not in channels}
    for name, number in orphans.items():
        troubles.append(
            Trouble(name, f"{number} waiting for a channel the configuration does not name", "configuration")
        )
    return DeliveryResult(sent, failed, sum(left.values()), tuple(troubles))


def _until_idle(step: _Step, channels: Mapping[str, Notifier], patience: float) -> tuple[int, int, list[Trouble]]:
    """Go round the channels until each is empty, stopped, or wants to wait longer than the pass may last."""
    ready = dict.fromkeys(channels, step.now())
    tries: Counter[int] = Counter()
    sent, failed = 0, 0
    troubles: dict[str, Trouble] = {}
    while ready and not step.stopping():
        name = min(ready, key=lambda each: ready[each])
        pause = (ready[name] - step.now()).total_seconds()
        if pause > patience:
            break
        if pause > 0:
            step.sleep(pause)
            patience -= pause
            continue
        ended = step.take(name, channels[name])
        if ended is None:
            del ready[name]
            continue
        sent += ended.outcome in (Outcome.SENT, Outcome.FOUND)
        failed += ended.outcome is Outcome.FAILED
        if ended.problem:
            troubles[name] = Trouble(name, ended.problem, ended.fault)
        elif name in troubles and not troubles[name].fault:
            del troubles[name]  # what only needed waiting has mended itself
        tries[ended.message] += 1
        if ended.stop or tries[ended.message] >= _TRIES_A_PASS:
            del ready[name]
        else:
            ready[name] = ended.again_at or step.now()
    return sent, failed, list(troubles.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """How one attempt ended. ``again_at``: not before then on this channel; ``stop``: not in this pass."""

    message: int
    outcome: Outcome
    problem: str = ""
    fault: str = ""
    again_at: datetime | None = None
    stop: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """One attempt: claim, look if need be, send, note. Each store access is a transaction of its own."""

    engine: Engine
    me: str
    now: Callable[[], datetime]
    sleep: Callable[[float], object]
    stopping: Callable[[], bool]

    def take(self, channel: str, notifier: Notifier) -> _Ended | None:
        """Attempt the channel's next message; None if there is none to attempt now."""
        with reading(self.engine) as conn:
            gone = [holder for holder in attempts.holders(conn, channel) if is_gone(holder)]
        with self.engine.begin() as conn:
            due = attempts.claim(conn, channel, self.now(), LEASE, self.me, gone)
        if due is None:
            return None
        try:
            return self._attempt(due, notifier)
        except Exception as error:  # noqa: BLE001 - a notifier's bug must not hold the other channels' messages
            # The error's own words are left out: whose they are, and what they quote, is unknown.
            at = traceback.extract_tb(error.__traceback__)[-1]
            problem = f"our fault: {type(error).__name__} in {at.name}, line {at.lineno} of {at.filename}"
            log.error("delivery failed channel=%s key=%s problem=%s", due.channel, due.key, problem)  # noqa: TRY400
            again_at = self.now() + _backoff(due.attempts)
            return self._note(due, Outcome.AMBIGUOUS, problem=problem, fault="ours", again_at=again_at, stop=True)

    def _attempt(self, due: DueMessage, notifier: Notifier) -> _Ended:
        if due.amending:
            return self._amend(due, due.amending, notifier)
        return self._post(due, notifier, due.message)

    def _post(self, due: DueMessage, notifier: Notifier, message: str) -> _Ended:
        return self._once(
            due,
            notifier,
            find=lambda: notifier.find(due.key, due.since),
            send=lambda: notifier.send(Message.from_json(message), due.key),
        )

    def _amend(self, due: DueMessage, amending: MessageEdit, notifier: Notifier) -> _Ended:
        """
        Edit what was told, and say why under it; or say in short what is new.

        An edit is repeated without a look: it leaves the same message however often it is made. What is posted beside
        it is looked for first, as every post whose fate is unknown.
        """
        if not amending.told:
            return self._post(due, notifier, due.message)
        if not isinstance(notifier, Editor) or not amending.ref:
            return self._post(due, notifier, amending.short) if amending.short else self._note(due, Outcome.SENT)
        try:
            notifier.edit(Message.from_json(due.message), amending.key, amending.ref)
        except DeliveryError as error:
            # Deleted by somebody, or too old for the workspace's rules: then it is told anew.
            return self._post(due, notifier, due.message) if error.fault == "gone" else self._not_sent(due, error)
        if not amending.replies or not amending.short:
            return self._note(due, Outcome.SENT, ref=amending.ref)
        answer = Message.from_json(amending.short)
        return self._once(
            due,
            notifier,
            find=lambda: notifier.find_reply(due.key, amending.ref, due.since),
            send=lambda: notifier.reply(answer, due.key, amending.ref),
            ref=amending.ref,
        )

    def _once(
        self,
        due: DueMessage,
        notifier: Notifier,
        *,
        find: Callable[[], Receipt | None],
        send: Callable[[], Receipt],
        ref: str = "",
    ) -> _Ended:
        """Post, unless an earlier attempt did; ``ref`` is noted instead of where it was posted."""
        if due.uncertain and notifier.searchable:
            try:
                found = self._look(find)
            except DeliveryError as error:
                return self._not_looked(due, error)
            if found is not None:
                return self._note(due, Outcome.FOUND, ref=ref or found.ref)
            if self.stopping() or self.now() >= due.lease_until:
                # Nothing is known beyond what was: the next pass looks again.
                return self._note(due, Outcome.AMBIGUOUS, problem="stopped before it was sent again", stop=True)
        try:
            sent = send()
        except DeliveryError as error:
            return self._not_sent(due, error)
        return self._note(due, Outcome.SENT, ref=ref or sent.ref)

    def _look(self, find: Callable[[], Receipt | None]) -> Receipt | None:
        for pause in LOOKS:
            self.sleep(pause)
            found = find()
            if found is not None or self.stopping():
                return found
        return None

    def _not_looked(self, due: DueMessage, error: DeliveryError) -> _Ended:
        """
        Leave the message as uncertain as it was.

        Where the bot may post but not read (a missing scope), later messages still go out: only this one waits.
        """
        unreadable = error.permanent
        again_at = self.now() + (_asked(error) or _backoff(due.attempts))
        problem = f"may have been posted already, and the channel cannot be searched: {error.problem}"
        self._note(due, Outcome.AMBIGUOUS, problem=problem, again_at=again_at)
        return _Ended(
            message=due.id,
            outcome=Outcome.AMBIGUOUS,
            problem=problem,
            fault=error.fault,
            again_at=None if unreadable else again_at,
        )

    def _not_sent(self, due: DueMessage, error: DeliveryError) -> _Ended:
        now = self.now()
        if error.fault == "configuration":
            # Kept until the token is mended: the next pass tries one message again.
            return self._note(due, Outcome.RETRY, problem=error.problem, fault=error.fault, again_at=now, stop=True)
        if error.permanent:
            return self._note(due, Outcome.FAILED, problem=error.problem, fault=error.fault)
        if error.ambiguous:
            # The first doubt is looked into at once; a channel that goes on like that is left in peace for longer.
            wait = _backoff(due.attempts) if due.uncertain else timedelta()
            return self._note(due, Outcome.AMBIGUOUS, problem=error.problem, fault=error.fault, again_at=now + wait)
        again_at = now + (_asked(error) or _backoff(due.attempts))
        return self._note(due, Outcome.RETRY, problem=error.problem, fault=error.fault, again_at=again_at)

    def _note(
        self,
        due: DueMessage,
        outcome: Outcome,
        *,
        ref: str = "",
        problem: str = "",
        fault: str = "",
        again_at: datetime | None = None,
        stop: bool = False,
    ) -> _Ended:
        with self.engine.begin() as conn:
            ours = attempts.note(conn, due, outcome, now=self.now(), ref=ref, problem=problem, again_at=again_at)
        if not ours:
            log.warning("lost the lease channel=%s key=%s outcome=%s", due.channel, due.key, outcome.value)
        return _Ended(message=due.id, outcome=outcome, problem=problem, fault=fault, again_at=again_at, stop=stop)


def _asked(error: DeliveryError) -> timedelta | None:
    return None if error.retry_after is None else timedelta(seconds=error.retry_after)


def _backoff(attempts: int) -> timedelta:
    """2, 4, 8 seconds and so on, up to a quarter of an hour."""
    return timedelta(seconds=min(2.0 ** min(attempts, 20), _LONGEST_BACKOFF))
