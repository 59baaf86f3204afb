"""``when-issued``: a yield that no public source has, entered by hand, so that an auction has a tail."""

from __future__ import annotations

from typing import Annotated

import typer

from treasury_watch.cli.errors import ErrorReport
from treasury_watch.cli.open import open_config, open_rules, shown_database, utc_now
from treasury_watch.cli.options import CONFIG, ConfigPath, Overrides
from treasury_watch.cli.output import say
from treasury_watch.core.auctions.tails import UnreadableYield, WhenIssued, nearest_day, percent_of, tenor_named
from treasury_watch.core.figures.periods import new_york_day
from treasury_watch.core.figures.quantities import Unreadable, basis_points, period_words, read_day
from treasury_watch.pipeline.when_issued import give_when_issued
from treasury_watch.service.wiring import context_of
from treasury_watch.store.auctions import days_known
from treasury_watch.store.database import NoStoreYet, open_store, reading

EXAMPLES = (
    "bot.py when-issued 10-Year 4.512",
    'bot.py when-issued "10-Year TIPS" 2.105 --date 2026-11-19',
)


def when_issued(
    tenor: Annotated[
        str, typer.Argument(metavar="TENOR", help="Such as 10-Year, 30-Year or 10-Year TIPS.", show_default=False)
    ],
    percent: Annotated[str, typer.Argument(metavar="YIELD", help="At the close, in percent.", show_default=False)],
    day: Annotated[
        str,
        typer.Option(
            "--date", metavar="DAY", help="The auction's day. Default: today in New York.", show_default=False
        ),
    ] = "",
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Enter a when-issued yield, so that an auction gets its tail.

    The tail is the stop-out less this yield. It is computed as soon as both are known, and rules on auction.tail are
    judged. A second entry replaces the first. For auctions that TreasuryDirect's list no longer has, the yield is
    stored and not used. A day on which no auction of the tenor was held is refused.
    """
    now = utc_now()
    try:
        given = WhenIssued(
            tenor_named(tenor), read_day(day) if day else new_york_day(now).isoformat(), percent_of(percent)
        )
    except (UnreadableYield, Unreadable) as mistake:
        raise ErrorReport(str(mistake)) from None
    config = open_config(config_path, overrides)
    book = open_rules(config)

    try:
        engine = open_store(config.database_url, make=False)
    except NoStoreYet:
        raise ErrorReport(f"never started: there is no store at {shown_database(config)} yet; `run` makes it") from None
    with reading(engine) as conn:
        known = days_known(conn, given.entity)
    nearest = nearest_day(given.day, known) if known and given.day not in known else ""
    if nearest and known[0] < given.day < known[-1]:
        raise ErrorReport(
            f"no {given.entity} auction is on {period_words(given.day)}; the nearest is on {period_words(nearest)}: "
            f"--date {nearest}"
        )
    tail = give_when_issued(engine, context_of(config, book.rules), given, now)
    auction = f"{given.entity} of {period_words(given.day)}"
    if tail is None:
        say(f"{auction}: {given.percent}% when issued. Its tail follows with the results.")
        if nearest:
            say(f"No auction of it is known on that day; the nearest known is on {period_words(nearest)}.")
    else:
        say(f"{auction}: {given.percent}% when issued, tail {basis_points(tail, signed=True)}.")
