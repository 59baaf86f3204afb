"""``run``: the service, or one round of it; and ``ingest``, a release by hand."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from treasury_watch import __version__
from treasury_watch.cli.logs import log_to_stderr
from treasury_watch.cli.mistakes import FOUND, MISTAKE, ErrorReport, one_of, shown
from treasury_watch.cli.moments import read_moment
from treasury_watch.cli.opening import open_config, open_rules, shown_database, utc_now
from treasury_watch.cli.options import CONFIG, ConfigPath, Overrides, example
from treasury_watch.cli.printing import print_table, say
from treasury_watch.core.figures.calendar import RELEASED_AT

if TYPE_CHECKING:
    from treasury_watch.config import Config
    from treasury_watch.delivery import Delivered
    from treasury_watch.health import Coming
    from treasury_watch.notifiers import Notifier
    from treasury_watch.pipeline.context import Context
    from treasury_watch.pipeline.poll import PollResult
    from treasury_watch.service.reload import RuleReload
    from treasury_watch.store.database import Engine


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog=example("bot.py run", "bot.py run --once --set sources.tic.table5.url=http://localhost/t5.txt"))(
        run
    )
    app.command(epilog=example("bot.py ingest tic.table5 slt_table5.txt --released 2026-06-18"))(ingest)


def run(
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
    once: Annotated[
        bool, typer.Option("--once", help="One poll of every source, one delivery pass, and exit.")
    ] = False,
) -> None:
    """
    Start the service: poll, judge, alert.

    It goes on until SIGTERM or Ctrl-C, which end it within 10 seconds.

    With --once it exits with 1 where a source was refused or out of reach, or where a message was given up or is left
    waiting.
    """
    if not once:
        # Until it serves nothing is in hand that a transaction would not undo: it may end where it stands.
        _on_signals(_leave)
    config = open_config(config_path, overrides)
    log_to_stderr("warning" if once else config.log_level)
    channels = make_channels(config)
    if once:
        raise typer.Exit(_run_once(config, channels))
    _serve(config, channels)


def ingest(
    source: Annotated[str, typer.Argument(help="A source's name, such as tic.table5.", show_default=False)],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="The publisher's files, oldest first.")],
    released: Annotated[
        str,
        typer.Option(
            help="When it was published: a day (16:00 Washington) or an instant. Absent: as a poll of now would say.",
            metavar="WHEN",
            show_default=False,
        ),
    ] = "",
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Take a publisher's file in, as if polled.

    It is checked, kept, judged and told of.

    Exits with 1 where a file is refused, or where a message was given up or is left waiting.
    """
    config = open_config(config_path, overrides)
    when = read_moment("--released", released, at=RELEASED_AT) if released else None
    if when and when > utc_now():
        raise ErrorReport(f"--released: {released} lies in the future; expected the moment at which it was published")
    book = open_rules(config)
    log_to_stderr("warning")
    channels = make_channels(config)

    from treasury_watch.delivery import deliver_due
    from treasury_watch.pipeline.poll import ingest_bytes
    from treasury_watch.service.poll_job import prepare
    from treasury_watch.service.wiring import context_of
    from treasury_watch.store.database import open_store
    from treasury_watch.store.source_status import SourceState

    context = context_of(config, book.rules)
    one_of("source", source, list(context.sources))
    bodies = [(file, _body(file)) for file in files]
    engine = open_store(config.database_url)
    prepare(engine, context, utc_now())
    polled = []
    for file, body in bodies:
        polled.append(ingest_bytes(engine, context.sources[source], body, context, utc_now(), released_at=when))
        say(f"{file}: {_polled_words(polled[-1])}")
    delivered = deliver_due(engine, channels, now=utc_now)
    _say_delivered(delivered)
    refused = any(each.state is SourceState.REFUSED for each in polled)
    if refused or delivered.failed or delivered.waiting:
        raise typer.Exit(FOUND)


def make_channels(config: Config) -> dict[str, Notifier]:
    """Every channel, ready to be told. Raises Told, also where a route uses one whose secret is not set."""
    from treasury_watch.service.channels import channels_of

    if config.missing:
        raise ErrorReport(*config.missing)
    try:
        return channels_of(config)
    except ValueError as error:
        raise ErrorReport(str(error)) from None


def _on_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _stops(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def asked(_number: int, _frame: FrameType | None) -> None:
        # From a thread: the signal may have interrupted the very lock that setting the event takes.
        threading.Thread(target=stop.set, name="stop", daemon=True).start()

    return asked


def _begin(config: Config) -> tuple[Engine, Context, RuleReload]:
    """
    The store with the rules in force in it: of a broken file those that were in force before.

    Raises Told where there never were any.
    """
    from treasury_watch.rulefiles import read_folder, read_rules
    from treasury_watch.service.poll_job import prepare
    from treasury_watch.service.reload import apply_reload, load_rules
    from treasury_watch.service.wiring import context_of
    from treasury_watch.store.database import NoStoreYet, open_store

    folder = read_folder(config.rules)
    problems = read_rules(folder).problems
    try:
        engine = open_store(config.database_url, make=not problems)
    except NoStoreYet:
        raise ErrorReport(*shown(problems)) from None
    read = load_rules(engine, context_of(config, ()), folder)
    if read.unknown:
        raise ErrorReport(*shown(problems))
    for line in shown(problems):
        typer.echo(line, err=True)
    if problems:
        typer.echo("The last good rules of these files are in force until this is mended.", err=True)
    context = context_of(config, read.rules)
    prepare(engine, context, utc_now())
    apply_reload(engine, context, read, None, utc_now())
    return engine, context, read


def _serve(config: Config, channels: dict[str, Notifier]) -> None:
    say(f"Treasury Watch {__version__}", "bold")

    from treasury_watch.health import coming
    from treasury_watch.pipeline.dates import release_calendar
    from treasury_watch.service.scheduler import Service
    from treasury_watch.store.database import reading

    engine, context, read = _begin(config)
    sources = [(one.name, one.every) for one in context.sources.values() if one.enabled]
    with reading(engine) as conn:
        dates = coming(utc_now(), release_calendar(conn))
    _say_start(config, len(context.rules), read.book.files, sources, list(channels), dates)
    stop = threading.Event()
    _on_signals(_stops(stop))
    finished = Service(engine, config, read.book, context, channels, stop=stop, folder=read.folder).serve()
    say("Stopped." if finished else "Stopped; the step in hand had not ended and is taken up again at the next start.")


def _say_start(
    config: Config,
    rules: int,
    files: Sequence[str],
    sources: Sequence[tuple[str, timedelta]],
    channels: list[str],
    dates: Sequence[Coming],
) -> None:
    rows = [("Rules", f"{rules} from {', '.join(files)}")]
    rows += [("Sources" if not at else "", f"{name}, every {span(every)}") for at, (name, every) in enumerate(sources)]
    told = [name for name in channels if any(name in route.to for route in config.routes)]
    rows.append(("Tells", ", ".join(told) or "nobody: no route names a channel"))
    rows.append(("State", shown_database(config)))
    for at, date in enumerate(dates):
        rows.append(("Next" if not at else "", f"{date.what}: {washington(date.at, estimated=date.estimated)}"))
    if config.status_page:
        rows.append(("Page", "status_page is set, but this version serves none; `status` tells the same"))
    print_table(("", ""), rows, fold=(1,))
    say()


def _run_once(config: Config, channels: dict[str, Notifier]) -> int:
    from treasury_watch.service.run_once import run_once

    engine, context, read = _begin(config)
    came = run_once(engine, context, channels, now=utc_now, says=lambda polled: say(_polled_words(polled, named=True)))
    _say_delivered(came.delivered)
    if read.book.problems:
        return MISTAKE
    return 0 if came.well else FOUND


def _polled_words(polled: PollResult, *, named: bool = False) -> str:
    trouble = {"refused": "refused: ", "failing": "out of reach: "}.get(polled.state.value, "")
    return f"{polled.source}: {trouble}{polled.says}" if named else f"{trouble}{polled.says}"


def _say_delivered(delivered: Delivered) -> None:
    for trouble in delivered.troubles:
        say(f"{trouble.channel}: {trouble.problem}")
    parts = [f"{delivered.sent} message{'s' * (delivered.sent != 1)} sent"] if delivered.sent else []
    parts += [f"{delivered.failed} given up"] if delivered.failed else []
    parts += [f"{delivered.waiting} left waiting"] if delivered.waiting else []
    say(", ".join(parts) if parts else "Nothing to tell.")


def _body(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ErrorReport(f"{file}: cannot be read: {error.strerror or type(error).__name__}", code=MISTAKE) from None


def span(every: timedelta) -> str:
    """``10 minutes``."""
    seconds = int(every.total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % length == 0:
            count = seconds // length
            return f"{count} {unit}s" if count != 1 else unit
    return f"{seconds} seconds"


def washington(at: datetime, *, estimated: bool) -> str:
    """``15 Dec 2026, 16:00 Washington``."""
    from treasury_watch.core.figures.periods import NEW_YORK
    from treasury_watch.core.figures.quantities import period_words

    local = at.astimezone(NEW_YORK)
    return f"{period_words(local.date().isoformat())}, {local:%H:%M} Washington{' (estimated)' if estimated else ''}"
