"""``revisions``: what a release changed of what was published before."""

from __future__ import annotations

from typing import Annotated

import typer

from treasury_watch.cli.errors import ErrorReport, one_of
from treasury_watch.cli.open import open_config
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides
from treasury_watch.cli.output import print_json, print_table, say
from treasury_watch.cli.store import open_to_read
from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.figures.published import Change
from treasury_watch.core.figures.quantities import figure_words
from treasury_watch.sources import SOURCES
from treasury_watch.store.database import reading
from treasury_watch.store.releases import StoredRelease, body_of, stored_releases
from treasury_watch.store.views import revisions as revisions_of

EXAMPLES = (
    "bot.py revisions",
    "bot.py revisions tic.table5 --released 2026-05-18 --json",
)


_SHOWN = 20


def revisions(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="Whose release. Default: tic.table5.", show_default=False)
    ] = "tic.table5",
    released: Annotated[
        str, typer.Option(metavar="DAY", help="The release of this day. Default: the newest.", show_default=False)
    ] = "",
    every: Annotated[bool, typer.Option("--all", help=f"All of them; a table shows the largest {_SHOWN}.")] = False,
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Show what a release revised, the largest first.

    Compared with what was published before, by any source, over all months.
    """
    one_of("source", source, list(SOURCES))
    config = open_config(config_path, overrides)

    with reading(open_to_read(config)) as conn:
        kept = _release(stored_releases(conn, source=source, polled=True), source, released)
        changes = revisions_of(conn, kept) if not kept.baseline else []
        body = body_of(conn, kept.id)
    if as_json:
        print_json([_row(change, kept) for change in changes])
        return
    say(f"{source}, released {kept.released_at[:10]}, data to {kept.newest}: {_count(kept, changes)}")
    shown = changes if every else changes[:_SHOWN]
    if shown:
        rows = [_cells(change) for change in shown]
        print_table(("data", "whose", "period", "before", "now", "change"), rows, right=(3, 4, 5))
    if len(changes) > len(shown):
        say(f"and {len(changes) - len(shown)} smaller ones: --all shows them")
    for mention in SOURCES[source].parse(body).mentions if body else ():
        say(mention)


def _release(kept: list[StoredRelease], source: str, released: str) -> StoredRelease:
    """The release asked for. Raises Told."""
    if not kept:
        raise ErrorReport(f"{source}: no release is stored yet; it has not been polled")
    found = [one for one in kept if one.released_at.startswith(released)] if released else kept
    if not found:
        days = ", ".join(one.released_at[:10] for one in kept[-8:])
        raise ErrorReport(f'--released: {source} has no release of "{released[:40]}"; the newest are {days}')
    return found[-1]


def _count(kept: StoredRelease, changes: list[Change]) -> str:
    if kept.baseline:
        return "the first release stored, so it revises nothing"
    return f"{len(changes)} earlier figure{'s' * (len(changes) != 1)} revised" if changes else "nothing was revised"


def _row(change: Change, kept: StoredRelease) -> dict[str, object]:

    old = change.old or 0.0
    return {
        "data": change.dataset,
        "entity": change.entity,
        "period": change.period,
        "old": change.old,
        "new": change.new,
        "change": round(change.new - old, 6),
        "unit": DATASETS[change.dataset].unit.value,
        "release": kept.source,
        "released_at": kept.released_at,
    }


def _cells(change: Change) -> tuple[str, ...]:

    dataset = DATASETS[change.dataset]
    old = change.old or 0.0
    return (
        change.dataset,
        change.entity,
        change.period,
        figure_words(dataset, old),
        figure_words(dataset, change.new),
        figure_words(dataset, change.new - old, signed=True),
    )
