"""What `accept`, `refuse` and `take-back` share: the release is decided about, and what follows is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from treasury_watch.cli.errors import FOUND, ErrorReport
from treasury_watch.cli.logs import log_to_stderr
from treasury_watch.cli.open import open_channels, open_config, open_rules, utc_now
from treasury_watch.cli.outcome import say_delivered
from treasury_watch.cli.output import say
from treasury_watch.cli.store import open_to_read
from treasury_watch.core.figures.published import Refusal
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.delivery import deliver_due
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.decisions import Decision
from treasury_watch.service.wiring import context_of
from treasury_watch.store.database import Engine

ReleaseNumber = Annotated[
    int, typer.Argument(metavar="RELEASE", help="Its number, as `releases` lists it.", show_default=False)
]
Why = Annotated[str, typer.Option("--why", metavar="WORDS", help="Why, for the record.", show_default=False)]

Decide = Callable[[Engine, Context, int, str, datetime], Decision]


def decide(decision: Decide, number: int, why: str, config_path: Path, overrides: Sequence[str] | None) -> None:
    """Decide about one release, say what came of it, and send what is to be told. Raises ErrorReport."""
    config = open_config(config_path, overrides)
    book = open_rules(config)
    log_to_stderr("warning")
    channels = open_channels(config)
    engine = open_to_read(config)
    try:
        done = decision(engine, context_of(config, book.rules), number, why, utc_now())
    except Refusal as refused:
        raise ErrorReport(f"release {number}: its file can no longer be read: {refused}") from None
    kept = done.release
    alerts = f"{done.alerts} alert{'s' * (done.alerts != 1)}"
    say(f"Release {kept.id} ({kept.source}, data to {period_words(kept.newest)}) is {kept.state}: {alerts}.")
    delivered = deliver_due(engine, channels, now=utc_now)
    say_delivered(delivered)
    if delivered.failed or delivered.waiting:
        raise typer.Exit(FOUND)
