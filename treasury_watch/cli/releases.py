"""``releases``: what was published, and whether it is believed."""

from __future__ import annotations

from typing import Annotated

import typer

from treasury_watch.cli.errors import one_of
from treasury_watch.cli.open import open_config
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides
from treasury_watch.cli.output import print_json, print_table, say
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.sources import SOURCES
from treasury_watch.store.database import NoStoreYet, open_store, reading
from treasury_watch.store.releases import ReleaseRecord, ReleaseState, release_records
from treasury_watch.store.source_status import RefusedFile, refused_files

EXAMPLES = (
    "bot.py releases",
    "bot.py releases tic.table5 --json",
)

_SHOWN = 20


def releases(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="Whose releases. Default: every source's.", show_default=False)
    ] = "",
    every: Annotated[bool, typer.Option("--all", help=f"All of them; a table shows the newest {_SHOWN}.")] = False,
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    List releases: accepted, held, refused or taken back, since when and why.

    Their numbers are for `accept`, `refuse` and `take-back`. Files that could not be read have none.
    """
    if source:
        one_of("source", source, list(SOURCES))
    config = open_config(config_path, overrides)
    try:
        with reading(open_store(config.database_url, make=False)) as conn:
            found = release_records(conn, source)
            unread = refused_files(conn, source)
    except NoStoreYet:
        found, unread = [], []
    rows = sorted(
        [*(_of_release(one) for one in found), *(_of_file(one) for one in unread)],
        key=lambda row: str(row["first_seen_at"]),
        reverse=True,
    )
    if as_json:
        print_json(rows)
        return
    if not rows:
        say("No release yet.")
        return
    shown = rows if every else rows[:_SHOWN]
    cells = [
        (
            str(row["release"] or ""),
            str(row["source"]),
            str(row["state"]),
            period_words(str(row["newest_period"])) if row["newest_period"] else "",
            str(row["released_at"] or row["first_seen_at"])[:10],
            str(row["why"]),
        )
        for row in shown
    ]
    styles = ["" if row["state"] == ReleaseState.ACCEPTED else "yellow" for row in shown]
    print_table(("no.", "source", "state", "data to", "released", "why"), cells, fold=(5,), styles=styles)
    if len(rows) > len(shown):
        say(f"and {len(rows) - len(shown)} older ones: --all shows them")


def _of_release(one: ReleaseRecord) -> dict[str, object]:
    return {
        "release": one.number,
        "source": one.source,
        "state": one.state.value,
        "newest_period": one.newest,
        "released_at": one.released_at,
        "first_seen_at": one.first_seen_at,
        "decided_at": one.decided_at or None,
        "why": one.why,
    }


def _of_file(one: RefusedFile) -> dict[str, object]:
    return {
        "release": None,
        "source": one.source,
        "state": ReleaseState.REFUSED.value,
        "newest_period": None,
        "released_at": None,
        "first_seen_at": one.first_seen_at,
        "decided_at": None,
        "why": one.problem,
    }
