"""
One TIC month as it really came: the figures to Mar 2026 of the bundled tables, released file by file.

What the files of earlier months held is the baseline; then March comes, in whatever order a test wants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count

from treasury_watch.bundled import bundled_releases
from treasury_watch.core.figures.published import Figure, Period, Release
from treasury_watch.core.messages.message import Message
from treasury_watch.core.rules.model import Among, Condition, Measure, Rule, Selection, Severity
from treasury_watch.delivery import DeliveryResult, deliver_due
from treasury_watch.notifiers import DeliveryError, Notifier, Receipt
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.ingest import ingest
from treasury_watch.sources import SOURCES
from treasury_watch.store.database import Engine

BEFORE, MARCH = "2026-02", "2026-03"
OUT = datetime(2026, 5, 18, 20, 0, tzinfo=UTC)

CUTS = Rule(
    id="cuts",
    title="{holder} {measure} in {period}",
    data="tic.holdings",
    each="holder",
    among=Among(20),
    without=Selection(frozenset({"Canada"})),
    measure=Measure("change", 1),
    fire=Condition("at_most", -45.0, said="-45bn"),
    severity=Severity.HIGH,
)
SALES = Rule(
    id="sales",
    title="{holder} sold {measure} net in {period}",
    data="tic.net_long_term",
    only=Selection(frozenset({"Japan"})),
    fire=Condition("at_most", -20.0, said="-20bn"),
)


@cache
def bundled(source: str) -> Release:
    """The newest bundled release of a source."""
    return [old.release for old in bundled_releases() if old.release.source == source][-1]


def release(source: str, newest: Period, **revised: float) -> Release:
    """
    What a source said up to a month.

    ``revised`` gives other values to Japan's holdings, as ``Japan_2026_03=1200.0``; All Other makes up for it.
    """
    values = {tuple(name.split("_", 1)): value for name, value in revised.items()}
    printed = {(figure.entity, figure.period.replace("-", "_")): figure.value for figure in bundled(source).figures}
    for (name, month), now in list(values.items()):
        values["All Other", month] = round(printed["All Other", month] + printed[name, month] - now, 1)
    figures = []
    for figure in bundled(source).figures:
        if figure.period > newest:
            continue
        value = values.get((figure.entity, figure.period.replace("-", "_")))
        figures.append(figure if value is None else figure._replace(value=value, printed=f"{value}"))
    return Release(source=source, newest=newest, figures=tuple(figures))


def bills(newest: Period, **of: float) -> Release:
    """A Table 3 that knows the bills of a few holders."""
    figures = tuple(Figure("tic.net_bills", name, newest, value, f"{value}") for name, value in of.items())
    return Release(source="tic.table3", newest=newest, figures=figures)


def context(*channels: str, rules: Sequence[Rule] = (CUTS,)) -> Context:
    """Everything goes to every channel."""
    return Context(
        rules=tuple(rules), digests={rule.id: rule.id for rule in rules}, route=lambda *_: channels, sources=SOURCES
    )


@dataclass
class Story:
    """A store, a desk, channels, and a clock that moves when told."""

    store: Engine
    context: Context
    channels: dict[str, Notifier]
    now: datetime = OUT

    def comes(self, *releases: Release, after: timedelta = timedelta(minutes=5)) -> None:
        """Take releases in, one after the other, and deliver what is due after each."""
        for each in releases:
            self.now += after
            ingest(self.store, each, repr(each.figures).encode(), self.context, now=self.now)
            self.deliver()

    def arrives(self, each: Release) -> None:
        """Take a release in; nothing is delivered."""
        self.now += timedelta(minutes=5)
        ingest(self.store, each, repr(each.figures).encode(), self.context, now=self.now)

    def deliver(self) -> DeliveryResult:
        return deliver_due(self.store, self.channels, now=lambda: self.now, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Plain:
    """A channel that can only be sent to."""

    searchable = False

    def __init__(self) -> None:
        self.seen: list[Message] = []

    def send(self, message: Message, key: str) -> Receipt:
        self.seen.append(message)
        return Receipt()

    def find(self, key: str, since: datetime) -> Receipt | None:
        return None

    @property
    def headlines(self) -> list[str]:
        return [message.headline for message in self.seen]


class Editable:
    """
    A channel as Slack is: messages stand under a ref, can be edited, answered, looked for, and deleted by somebody.

    ``fails`` are what happens to the next calls, in turn: an error, and whether the call did its work all the same.
    """

    searchable = True

    def __init__(self) -> None:
        self.standing: dict[str, tuple[str, Message]] = {}
        self.threads: dict[str, list[tuple[str, Message]]] = {}
        self.edits: list[str] = []
        self.fails: list[tuple[BaseException, bool] | None] = []
        self._refs = count(1)

    def send(self, message: Message, key: str) -> Receipt:
        ref = f"C1/{next(self._refs)}"
        return self._does(lambda: self.standing.__setitem__(ref, (key, message)), ref)

    def edit(self, message: Message, key: str, ref: str) -> Receipt:
        if ref not in self.standing:
            raise DeliveryError("message_not_found", permanent=True, fault="gone")
        self.edits.append(ref)
        return self._does(lambda: self.standing.__setitem__(ref, (key, message)), ref)

    def reply(self, message: Message, key: str, ref: str) -> Receipt:
        return self._does(lambda: self.threads.setdefault(ref, []).append((key, message)), f"{ref}/reply")

    def find(self, key: str, since: datetime) -> Receipt | None:
        return next((Receipt(ref) for ref, (known, _) in self.standing.items() if known == key), None)

    def find_reply(self, key: str, ref: str, since: datetime) -> Receipt | None:
        return next((Receipt(ref) for known, _ in self.threads.get(ref, []) if known == key), None)

    def _does(self, work: object, ref: str) -> Receipt:
        assert callable(work)
        fault = self.fails.pop(0) if self.fails else None
        if fault is None or fault[1]:
            work()
        if fault is not None:
            raise fault[0]
        return Receipt(ref)

    @property
    def headlines(self) -> list[str]:
        return [message.headline for _, message in self.standing.values()]

    def replies(self) -> list[Message]:
        return [message for thread in self.threads.values() for _, message in thread]


def silent(rule: Rule) -> Rule:
    """The same rule, which corrects nothing."""
    return replace(rule, correct=False)
