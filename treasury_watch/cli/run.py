"""``run``: the service, or one round of it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import FrameType
from typing import Annotated

import typer

from treasury_watch import __version__
from treasury_watch.cli.dates import span, washington
from treasury_watch.cli.errors import FOUND, MISTAKE, ErrorReport, shown
from treasury_watch.cli.logs import log_to_stderr
from treasury_watch.cli.open import open_channels, open_config, shown_database, utc_now
from treasury_watch.cli.options import CONFIG, ConfigPath, Overrides
from treasury_watch.cli.outcome import polled_words, say_delivered
from treasury_watch.cli.output import print_table, say
from treasury_watch.config import Config
from treasury_watch.health import UpcomingDate, coming
from treasury_watch.notifiers import Notifier
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.dates import release_calendar
from treasury_watch.rulefiles import read_folder, read_rules
from treasury_watch.service.poll_job import prepare
from treasury_watch.service.reload import RuleReload, apply_reload, load_rules
from treasury_watch.service.run_once import run_once
from treasury_watch.service.scheduler import Service
from treasury_watch.service.wiring import context_of
from treasury_watch.store.database import Engine, NoStoreYet, open_store, reading

EXAMPLES = (
    "bot.py run",
    "bot.py run --once --set sources.tic.table5.url=http://localhost/t5.txt",
)


def run(
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
    once: Annotated[
        bool, typer.Option("--once", help="One poll of every source, one delivery pass, and exit.")
    ] = False,
) -> None:
    """
    Start the service: poll, judge, alert.

    It runs until SIGTERM or Ctrl-C, which stop it within 10 seconds.

    With --once it exits with 1 if a source was refused or unreachable, or if a message failed or is still waiting.
    """
    if not once:
        # Until it serves nothing is in hand that a transaction would not undo: it may end where it stands.
        _on_signals(_leave)
    config = open_config(config_path, overrides)
    log_to_stderr("warning" if once else config.log_level)
    channels = open_channels(config)
    if once:
        raise typer.Exit(_run_once(config, channels))
    _serve(config, channels)


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
    dates: Sequence[UpcomingDate],
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

    engine, context, read = _begin(config)
    came = run_once(engine, context, channels, now=utc_now, says=lambda polled: say(polled_words(polled, named=True)))
    say_delivered(came.delivered)
    if read.book.problems:
        return MISTAKE
    return 0 if came.well else FOUND
