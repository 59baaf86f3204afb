"""``ingest``: a publisher's file by hand, as if polled."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from treasury_watch.cli.dates import read_moment
from treasury_watch.cli.errors import FOUND, MISTAKE, ErrorReport, one_of
from treasury_watch.cli.logs import log_to_stderr
from treasury_watch.cli.open import open_channels, open_config, open_rules, utc_now
from treasury_watch.cli.options import CONFIG, ConfigPath, Overrides
from treasury_watch.cli.outcome import polled_words, say_delivered
from treasury_watch.cli.output import say
from treasury_watch.core.figures.calendar import RELEASED_AT
from treasury_watch.delivery import deliver_due
from treasury_watch.pipeline.poll import ingest_bytes
from treasury_watch.service.poll_job import prepare
from treasury_watch.service.wiring import context_of
from treasury_watch.store.database import open_store
from treasury_watch.store.source_status import SourceState

EXAMPLES = ("bot.py ingest tic.table5 slt_table5.txt --released 2026-06-18",)


def ingest(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A source's name, such as tic.table5.", show_default=False)
    ],
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="The publisher's files, oldest first.")],
    released: Annotated[
        str,
        typer.Option(
            help="When it was published: a day (16:00 Washington) or an instant. Default: as a poll would date it now.",
            metavar="WHEN",
            show_default=False,
        ),
    ] = "",
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Read a publisher's file, as if polled.

    The file is checked, stored and judged, and alerts are sent.

    Exits with 1 if a file is refused or held, or if a message failed or is still waiting.
    """
    config = open_config(config_path, overrides)
    when = read_moment("--released", released, at=RELEASED_AT) if released else None
    if when and when > utc_now():
        raise ErrorReport(f"--released: {released} lies in the future; expected the moment at which it was published")
    book = open_rules(config)
    log_to_stderr("warning")
    channels = open_channels(config)

    context = context_of(config, book.rules)
    one_of("source", source, list(context.sources))
    bodies = [(file, _body(file)) for file in files]
    engine = open_store(config.database_url)
    prepare(engine, context, utc_now())
    polled = []
    for file, body in bodies:
        polled.append(ingest_bytes(engine, context.sources[source], body, context, utc_now(), released_at=when))
        say(f"{file}: {polled_words(polled[-1])}")
    delivered = deliver_due(engine, channels, now=utc_now)
    say_delivered(delivered)
    refused = any(each.state in (SourceState.REFUSED, SourceState.HELD) for each in polled)
    if refused or delivered.failed or delivered.waiting:
        raise typer.Exit(FOUND)


def _body(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ErrorReport(f"{file}: cannot be read: {error.strerror or type(error).__name__}", code=MISTAKE) from None
