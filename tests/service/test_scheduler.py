"""The service: it starts with something to say, says trouble once, ends in time, and outlives every single fault."""

from __future__ import annotations

import logging
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.store import Setup as Setup
from tests.cli.store import install
from tests.conftest import ROOT
from tests.sources.tic_files import next_table5
from tests.standins.publisher import page, publisher, silence
from treasury_watch import alive
from treasury_watch.config import Config
from treasury_watch.core.messages.message import Message
from treasury_watch.notifiers import DeliveryError, Receipt
from treasury_watch.pipeline.context import Context
from treasury_watch.rulefiles import RuleBook, load
from treasury_watch.service.heartbeat import heartbeat_path
from treasury_watch.service.logline import logline
from treasury_watch.service.poll_job import poll_source, prepare
from treasury_watch.service.scheduler import Service
from treasury_watch.service.wiring import context_of
from treasury_watch.sources.http import FetchResult
from treasury_watch.store import outbox
from treasury_watch.store.database import Engine, open_store, reading
from treasury_watch.store.source_status import SourceState, source_status

START = datetime(2026, 11, 20, 15, tzinfo=UTC)


class Running:
    """A service in a process of its own, its output in files that can be read while it runs."""

    def __init__(self, context: Setup) -> None:
        self._folder = context.folder
        command = [sys.executable, str(ROOT / "bot.py"), "run", "--config", str(context.folder / "config.yaml")]
        with (context.folder / "out").open("wb") as out, (context.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, stdout=out, stderr=log, cwd=context.folder)

    @property
    def said(self) -> str:
        return (self._folder / "out").read_text("utf-8")

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text("utf-8")

    def until(self, seen: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for something to be seen, as long as the process lives."""
        ends = time.monotonic() + seconds
        while not seen():
            assert self.process.poll() is None, f"it ended: {self.said}\n{self.log}"
            assert time.monotonic() < ends, f"not seen in {seconds} s: {self.said}\n{self.log}"
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Ask it to stop; the seconds it took. It must end with 0 and without a traceback."""
        began = time.monotonic()
        self.process.send_signal(how)
        code = self.process.wait(20)
        assert (code, "Traceback" in self.log) == (0, False), self.log
        return time.monotonic() - began


@contextmanager
def running(context: Setup) -> Iterator[Running]:
    bot = Running(context)
    try:
        yield bot
    finally:
        bot.process.kill()
        bot.process.wait()


@pytest.mark.slow("every source is tried three times")
def test_without_a_network_it_says_so_once_carries_on_and_ends_when_asked(tmp_path: Path) -> None:
    context = install(tmp_path)
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text().replace("every: 1 minute", "every: 1 second"))
    with running(context) as bot:
        bot.until(lambda: "state=failing" in bot.log)
        # At least one further look, which says nothing again.
        time.sleep(5)
        assert bot.log.count("state=failing") == 1, bot.log
        assert bot.said.count("Foreign holdings") == 1
        assert "Next" in bot.said
        assert bot.stop() < 10
    lines = bot.log.splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (info|warning) \S", line) for line in lines), lines
    assert bot.said.splitlines()[-1] == "Stopped."


def test_it_ends_in_time_at_control_c_too_and_while_a_publisher_says_nothing(tmp_path: Path) -> None:
    release = threading.Event()
    with publisher() as treasury:
        treasury.serve("/t5.txt", silence(release))
        with running(install(tmp_path, address=treasury.url)) as bot:
            bot.until(lambda: bool(treasury.asked))
            assert bot.stop(signal.SIGINT) < 10
        release.set()


def test_it_ends_in_time_when_asked_before_it_has_begun(tmp_path: Path) -> None:
    with running(install(tmp_path)) as bot:
        bot.until(lambda: "SigCgt" in (status := _status(bot)) and _catches(status, signal.SIGTERM))
        assert bot.stop() < 10


def _status(bot: Running) -> str:
    path = Path(f"/proc/{bot.process.pid}/status")
    if not path.exists():
        pytest.skip("needs /proc to see when the process has begun to listen to signals")
    return path.read_text("ascii")


def _catches(status: str, number: signal.Signals) -> bool:
    found = re.search(r"SigCgt:\s*([0-9a-f]+)", status)
    return bool(found and int(found[1], 16) >> (number - 1) & 1)


@pytest.mark.slow("a whole service, at rest")
def test_idle_it_holds_less_than_150_megabytes(tmp_path: Path) -> None:
    with publisher() as treasury:
        treasury.serve("/t5.txt", page(200, next_table5("2026-05")))
        with running(install(tmp_path, address=treasury.url)) as bot:
            bot.until(lambda: "first look" in bot.log)
            bot.until(lambda: "First look" in bot.said)
            time.sleep(1)
            found = re.search(r"VmRSS:\s*(\d+) kB", _status(bot))
            assert found
            assert int(found[1]) / 1024 < 150


class Room:
    """A channel that keeps what it is sent, or refuses it as it is told to."""

    searchable = False

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.tries = 0
        self.trouble: DeliveryError | None = None

    def send(self, message: Message, key: str) -> Receipt:
        self.tries += 1
        if self.trouble:
            raise self.trouble
        self.seen.append(message.headline)
        return Receipt()

    def find(self, key: str, since: datetime) -> Receipt | None:
        return None


class Clock:
    """The time, at a standstill unless moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def context(tmp_path: Path) -> tuple[Config, RuleBook, Context]:
    from treasury_watch.config import load_config

    install(tmp_path)
    config = load_config(tmp_path / "config.yaml")
    book = load(config.rules)
    return config, book, context_of(config, book.rules)


@pytest.fixture
def store(tmp_path: Path, context: tuple[Config, RuleBook, Context]) -> Engine:
    engine = open_store(f"sqlite:///{tmp_path / 'service.db'}")
    prepare(engine, context[2], START)
    return engine


@contextmanager
def serving(service: Service) -> Iterator[list[bool]]:
    """A service in a thread; what ``serve`` gave once it was stopped."""
    gave: list[bool] = []
    thread = threading.Thread(target=lambda: gave.append(service.serve()))
    thread.start()
    try:
        yield gave
    finally:
        service.stop()
        thread.join(15)
        assert not thread.is_alive()


def wait_for(seen: Callable[[], bool], seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_what_is_due_is_told_as_soon_as_it_serves(store: Engine, context: tuple[Config, RuleBook, Context]) -> None:
    config, book, judges = context
    room = Room()
    with serving(Service(store, config, book, judges, {"console": room})) as gave:
        wait_for(lambda: bool(room.seen))
    assert len(room.seen) == 1
    assert gave == [True]


def test_a_bad_token_is_tried_now_and_then_and_works_once_it_is_mended(
    store: Engine, context: tuple[Config, RuleBook, Context], caplog: pytest.LogCaptureFixture
) -> None:
    config, book, judges = context
    room, clock = Room(), Clock()
    room.trouble = DeliveryError("invalid_auth", permanent=True, fault="configuration")
    service = Service(store, config, book, judges, {"console": room}, now=clock)
    with caplog.at_level(logging.WARNING, "treasury_watch"):
        for _ in range(5):
            service._deliver()
        assert room.tries == 1
        for minutes in (1, 2, 4):
            clock.at = clock.at.replace(minute=clock.at.minute + minutes)
            service._deliver()
            service._deliver()
        assert room.tries == 4
    assert [record.message for record in caplog.records] == [
        "not delivered channel=console fault=configuration problem=invalid_auth"
    ]
    room.trouble = None
    clock.at = clock.at.replace(minute=clock.at.minute + 8)
    service._deliver()
    assert len(room.seen) == 1
    with reading(store) as conn:
        assert outbox.counts(conn) == (0, 0)


def test_a_bug_in_reading_one_publisher_is_that_sources_trouble_and_told_without_quoting_it(
    store: Engine, context: tuple[Config, RuleBook, Context]
) -> None:
    def parse(body: bytes) -> object:
        raise KeyError(body.decode())

    judges = context[2]
    source = replace(judges.sources["tic.table5"], parse=parse)  # type: ignore[arg-type]  # it never gives a release
    fetched = FetchResult(status="new", body=b"s3cret", validators="", host="here")
    polled = poll_source(store, source, fetched, judges, START)
    assert polled.state is SourceState.FAILING
    assert re.fullmatch(r"our fault: KeyError in parse, line \d+ of test_scheduler\.py", polled.says)
    with reading(store) as conn:
        assert source_status(conn, "tic.table5").problem == polled.says


def test_a_step_that_fails_says_so_once_and_that_it_is_mended(
    store: Engine, context: tuple[Config, RuleBook, Context], caplog: pytest.LogCaptureFixture
) -> None:
    config, book, judges = context
    broken = True

    def step() -> None:
        if broken:
            raise ZeroDivisionError("s3cret")

    guarded = Service(store, config, book, judges, {})._guarded("a step", step)
    with caplog.at_level(logging.INFO, "treasury_watch"):
        guarded()
        guarded()
        broken = False
        guarded()
        guarded()
    first, second = (record.getMessage() for record in caplog.records)
    assert first.startswith('failed step="a step" problem="our fault: ZeroDivisionError in step, line ')
    assert second == 'mended step="a step"'


def test_while_it_serves_it_is_at_work_and_a_step_that_never_ends_lets_the_heartbeat_stop(
    store: Engine, context: tuple[Config, RuleBook, Context]
) -> None:
    config, book, judges = context
    path = heartbeat_path(config)
    service = Service(store, config, book, judges, {})
    with serving(service):
        wait_for(path.exists)
        assert alive.verdict(str(path), time.time())[0] == 0
        with service._work:  # as a step that is in hand holds it
            before = path.read_bytes()
            turn = threading.Thread(target=service._beat)
            turn.start()
            turn.join(0.3)
            assert turn.is_alive()
            assert path.read_bytes() == before
        turn.join(10)
        assert path.read_bytes() != before
    assert not path.exists()


def test_a_heartbeat_that_cannot_be_written_is_told_once_and_stops_neither_the_work_nor_its_end(
    store: Engine,
    context: tuple[Config, RuleBook, Context],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    config, book, judges = context
    monkeypatch.setenv(alive.ENVIRONMENT, str(tmp_path / "config.yaml" / "heartbeat.json"))  # below a file
    service = Service(store, config, book, judges, {})
    says = "the heartbeat cannot be written"
    with caplog.at_level(logging.ERROR, "treasury_watch"), serving(service) as gave:
        wait_for(lambda: says in caplog.text)
        service._guarded("heartbeat", service._beat)()
    assert gave == [True]
    assert sum(says in record.getMessage() for record in caplog.records) == 1


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"source": "tic.table5", "took": "0.1s"}, "polled source=tic.table5 took=0.1s"),
        ({"says": 'two words, "quoted"'}, "polled says=\"two words, 'quoted'\""),
        ({"problem": "two\nlines"}, 'polled problem="two lines"'),
        ({"failed": None, "fault": "", "sent": 0}, "polled sent=0"),
    ],
)
def test_a_line_of_the_log_is_keys_and_values(keys: dict[str, object], line: str) -> None:
    assert logline("polled", **keys) == line
