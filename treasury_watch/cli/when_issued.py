"""``when-issued``: a yield that no public source has, given by hand, so that an auction has a tail."""

from __future__ import annotations

from typing import Annotated

import typer

from treasury_watch.cli.mistakes import ErrorReport
from treasury_watch.cli.opening import open_config, open_rules, shown_database, utc_now
from treasury_watch.cli.options import CONFIG, ConfigPath, Overrides, example
from treasury_watch.cli.printing import say


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        "when-issued",
        epilog=example("bot.py when-issued 10-Year 4.512", 'bot.py when-issued "10-Year TIPS" 2.105 --date 2026-11-19'),
    )(when_issued)


def when_issued(
    tenor: Annotated[str, typer.Argument(help="Such as 10-Year, 30-Year or 10-Year TIPS.", show_default=False)],
    percent: Annotated[str, typer.Argument(metavar="YIELD", help="At the close, in percent.", show_default=False)],
    day: Annotated[
        str, typer.Option("--date", metavar="DAY", help="The auction's day; absent: today in New York.")
    ] = "",
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Give the when-issued yield of an auction.

    Its tail, the stop against this yield, is worked out as soon as both are there; rules on auction.tail are judged.
    Given again, the newer word counts. Of auctions that TreasuryDirect's list no longer has it is kept and unused.
    Between two auctions that are known, a day without one is refused as a slip.
    """
    from treasury_watch.core.auctions.tails import Unreadable, WhenIssued, nearest_day, percent_of, tenor_named
    from treasury_watch.core.figures.periods import new_york_day
    from treasury_watch.core.figures.quantities import Unreadable as NoDay
    from treasury_watch.core.figures.quantities import basis_points, period_words, read_day

    now = utc_now()
    try:
        given = WhenIssued(
            tenor_named(tenor), read_day(day) if day else new_york_day(now).isoformat(), percent_of(percent)
        )
    except (Unreadable, NoDay) as mistake:
        raise ErrorReport(str(mistake)) from None
    config = open_config(config_path, overrides)
    book = open_rules(config)

    from treasury_watch.pipeline.when_issued import give_when_issued
    from treasury_watch.service.wiring import context_of
    from treasury_watch.store.auctions import days_known
    from treasury_watch.store.database import NoStoreYet, open_store, reading

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
