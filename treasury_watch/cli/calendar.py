"""``calendar``: the next releases and auctions."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import typer

from treasury_watch.cli.dates import washington
from treasury_watch.cli.errors import ErrorReport
from treasury_watch.cli.open import open_config, utc_now
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides
from treasury_watch.cli.output import print_json, print_table
from treasury_watch.core.figures.periods import utc_text
from treasury_watch.health import coming, coming_auctions
from treasury_watch.pipeline.dates import release_calendar
from treasury_watch.store.database import NoStoreYet, open_store, reading

_MOST = 24

EXAMPLES = ("bot.py calendar",)


def calendar(
    count: Annotated[
        int,
        typer.Option("--count", metavar="N", help="How many TIC releases. Default: 6.", show_default=False),
    ] = 6,
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    List the next releases and auctions.

    TIC tables by the Treasury's own dates, with the changes that a running bot has read, and beyond them by estimates
    that are marked. Announced auctions by the close of bidding, where a running bot has read of them.
    """
    if not 1 <= count <= _MOST:
        raise ErrorReport(f"--count: {count} releases; expected 1 to {_MOST}")
    config = open_config(config_path, overrides)
    now = utc_now()
    dates = coming(now, count=count)
    with suppress(NoStoreYet), reading(open_store(config.database_url, make=False)) as conn:
        dates = coming(now, release_calendar(conn), count)
        dates = sorted([*dates, *coming_auctions(conn, now)], key=lambda date: date.at)
    if as_json:
        print_json([{"what": each.what, "at": utc_text(each.at), "estimated": each.estimated} for each in dates])
        return
    print_table(("what", "when"), [(each.what, washington(each.at, estimated=each.estimated)) for each in dates])
