"""
The demo: three years of bundled history, told release by release as if it were happening.

Everything but the fetch is the real thing: the store (a temporary one), the rules, the outbox, the console. Releases
are pretended, one a month and one an auction day, on the days the Treasury publishes; each figure is the newest that is
bundled, for what stood in the files of those days is not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rich.console import Console as Screen
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from treasury_watch.bundled import BundledRelease, bundled_releases
from treasury_watch.core.figures.calendar import release_moment
from treasury_watch.core.figures.datasets import DATASETS, HOLDINGS, Calendar
from treasury_watch.core.figures.periods import NEW_YORK, month_after
from treasury_watch.core.figures.published import Figure, Period, Release
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.core.messages.message import MessageKind
from treasury_watch.core.rules.model import Rule, Severity
from treasury_watch.delivery import deliver_due
from treasury_watch.notifiers.console import Console
from treasury_watch.pipeline.bootstrap import load_bundled_history
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.ingest import ingest
from treasury_watch.rulefiles import digest
from treasury_watch.sources import SOURCES, auctions_treasurydirect, tic_table1, tic_table5
from treasury_watch.store.alerts import told_alerts
from treasury_watch.store.database import open_store, reading

MONTHS = 36
_HOLDINGS_SOURCE, _FLOWS_SOURCE = tic_table5.NAME, tic_table1.SOURCE.name
_AUCTIONS_SOURCE = auctions_treasurydirect.NAME
_AUCTION_RESULTS = time(13, 0)
_ONE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class PrintedAlert:
    """What the demo showed. ``alerts`` are alerts by rule and kind; ``since`` and ``until`` the months replayed."""

    releases: int
    since: Period
    until: Period
    alerts: Mapping[tuple[str, str], int]


class _DemoRelease(NamedTuple):
    at: datetime
    release: Release


def replay(rules: Sequence[Rule], screen: Screen, *, months: int = MONTHS) -> PrintedAlert:
    """Replay the newest ``months`` months of bundled history onto a screen. Leaves nothing behind."""
    bundle = bundled_releases()
    until = max(figure.period for old in bundle for figure in old.release.figures if figure.dataset == HOLDINGS)
    since = month_after(until, -months)
    pretended = _pretended(bundle, since, until)
    _introduce(screen, pretended, since, until)
    telling = _Demo(rules)
    with TemporaryDirectory(prefix="treasury-watch-demo-") as folder, _bar(screen) as bar:
        engine = open_store(f"sqlite:///{Path(folder) / 'demo.db'}")
        channels = {"console": Console(bar.console)}
        task = bar.add_task("", total=len(pretended))
        load_bundled_history(engine, _until(bundle, since), telling.context, pretended[0].at - _ONE)
        for at, release in pretended:
            bar.update(task, description=period_words(release.newest))
            telling.whole = release is pretended[-1].release
            body = f"{release.source} {release.newest}".encode()
            ingest(engine, release, body, telling.context, now=at)
            deliver_due(engine, channels, now=lambda at=at: at + _ONE)  # type: ignore[misc]  # mypy cannot infer the default's type
            bar.advance(task)
        with reading(engine) as conn:
            alerts = [alert for alert in told_alerts(conn) if alert["kind"] != MessageKind.DIGEST]
            told = Counter((alert["rule"], alert["kind"]) for alert in alerts)
        engine.dispose()
    return PrintedAlert(len(pretended), since, until, told)


def _introduce(screen: Screen, pretended: Sequence[_DemoRelease], since: Period, until: Period) -> None:
    """What a viewer is about to see, and what it is not."""
    auctions = [each.release.newest for each in pretended if each.release.source == _AUCTIONS_SOURCE]
    months = sum(each.release.source == _HOLDINGS_SOURCE for each in pretended)
    held = f" and {len(auctions)} days of auctions (to {period_words(max(auctions)[:7])})" if auctions else ""
    screen.print(Text(f"Demo: {period_words(since)} to {period_words(until)}, as the bot would have alerted", "bold"))
    screen.print(
        Text(
            f"{months} months of foreign holdings{held} go through the bot, each on the day on which the Treasury "
            "publishes, and are judged by your rules. The figures are the newest that come with the bot, not those of "
            "the day. You see the alerts from notice up, and with the last release also its digest. No network, and "
            "nothing is kept."
        )
    )
    screen.print()


class _Demo:
    """
    The context of the demo, and its channel.

    What is there for completeness (digests, auctions in line, alerts of severity info) is shown with the last release
    only: three years of it would bury the alerts.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.whole = False
        digests = {rule.id: digest(rule) for rule in rules}
        self.context = Context(rules=tuple(rules), digests=digests, route=self._route, sources=SOURCES)

    def _route(self, severity: Severity, _kind: str, _rule: str, _source: str) -> tuple[str, ...]:
        return ("console",) if severity > Severity.INFO or self.whole else ()


def _until(bundle: Iterable[BundledRelease], since: Period) -> list[BundledRelease]:
    """What is known before the first pretended release."""
    known = []
    for old in bundle:
        figures = tuple(figure for figure in old.release.figures if figure.period < since)
        if figures:
            newest = max(figure.period for figure in figures)
            known.append(replace(old, release=replace(old.release, newest=newest, figures=figures)))
    return known


def _pretended(bundle: Sequence[BundledRelease], since: Period, until: Period) -> list[_DemoRelease]:
    """The releases from ``since`` on, oldest first; of a day's two tables the flows come before the holdings."""
    newest = {
        (figure.dataset, figure.entity, figure.period): figure
        for old in bundle
        for figure in old.release.figures
        if since <= figure.period[: len(until)] <= until
    }
    by_release: dict[tuple[Period, str], list[Figure]] = {}
    for figure in newest.values():
        by_release.setdefault((figure.period, _source_of(figure)), []).append(figure)
    made = [
        _DemoRelease(_published(period, source), Release(source=source, newest=period, figures=tuple(figures)))
        for (period, source), figures in by_release.items()
    ]
    return sorted(made, key=lambda each: each.at)


def _source_of(figure: Figure) -> str:
    if DATASETS[figure.dataset].calendar is Calendar.AUCTION:
        return _AUCTIONS_SOURCE
    return _HOLDINGS_SOURCE if figure.dataset in SOURCES[_HOLDINGS_SOURCE].datasets else _FLOWS_SOURCE


def _published(period: Period, source: str) -> datetime:
    if source == _AUCTIONS_SOURCE:
        return datetime.combine(date.fromisoformat(period), _AUCTION_RESULTS, NEW_YORK).astimezone(UTC)
    return release_moment(period) - (_ONE if source == _FLOWS_SOURCE else timedelta())


def _bar(screen: Screen) -> Progress:
    columns = (
        TextColumn("Replaying", style="dim"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
    )
    return Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal)
