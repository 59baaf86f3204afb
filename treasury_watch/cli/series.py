"""``series``: the figures, as published up to any moment, with every vintage."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby
from typing import Annotated

import typer

from treasury_watch.cli.dates import END_OF_DAY, read_bound, read_moment
from treasury_watch.cli.errors import ErrorReport, one_of
from treasury_watch.cli.open import open_config
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides
from treasury_watch.cli.output import print_json, print_table, say
from treasury_watch.cli.store import open_to_read
from treasury_watch.core.figures.datasets import DATASETS, STRESS
from treasury_watch.core.figures.names import canonical
from treasury_watch.core.figures.quantities import number
from treasury_watch.store import vintages as vintage_store
from treasury_watch.store.database import Connection, reading
from treasury_watch.store.vintages import Vintage, entities
from treasury_watch.yaml.problem import did_you_mean

EXAMPLES = (
    "bot.py series tic.holdings Japan",
    "bot.py series tic.holdings Belgium --vintages --since 2025-01",
    'bot.py series tic.totals "Grand Total" --as-of 2026-03-18 --format csv',
)


_NEWEST = 13
"""Periods of an entity in a table, unless asked for more: a year and the same month of the year before."""
_COLUMNS = ("data", "entity", "period", "value", "unit", "release", "released_at")


class Format(StrEnum):
    """How figures are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def series(
    data: Annotated[
        str, typer.Argument(metavar="DATA", help="Such as tic.holdings or auction.bid_to_cover.", show_default=False)
    ],
    entity: Annotated[
        str, typer.Argument(metavar="ENTITY", help="A holder, aggregate or tenor. Without it: all.", show_default=False)
    ] = "",
    as_of: Annotated[
        str, typer.Option(metavar="WHEN", help="As published up to a day or an instant.", show_default=False)
    ] = "",
    vintages: Annotated[bool, typer.Option("--vintages", help="Every vintage of each period, oldest first.")] = False,
    since: Annotated[
        str,
        typer.Option(metavar="PERIOD", help="From this month or day on; a table then shows all.", show_default=False),
    ] = "",
    every: Annotated[bool, typer.Option("--all", help=f"All periods; a table shows the newest {_NEWEST}.")] = False,
    how: Annotated[
        Format,
        typer.Option("--format", metavar="table|csv|json", help="CSV and JSON give every period.", show_default=False),
    ] = Format.TABLE,
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Show figures with their vintages.

    Each with the release that published it: the newest vintage of every period, or all of them with --vintages.
    """
    moment = read_moment("--as-of", as_of, at=END_OF_DAY) if as_of else None
    start = read_bound("--since", since)
    one_of("data", data, list(DATASETS))
    config = open_config(config_path, overrides)

    with reading(open_to_read(config)) as conn:
        whose = _entity(conn, data, entity)
        found = vintage_store.vintages(conn, data, whose or None, as_of=moment, every=vintages)
    found = [one for one in found if one.period >= start]
    if as_json or how is Format.JSON:
        print_json([dict(zip(_COLUMNS, _row(one), strict=True)) for one in found])
    elif how is Format.CSV:
        # The terminal's own line ends: what csv writes by default is for spreadsheets of another system.
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(_row(one) for one in found)
    else:
        _print(found if every or start else _newest(found, alone=bool(whose)), alone=bool(whose))


def _row(one: Vintage) -> tuple[object, ...]:

    unit = DATASETS[one.dataset].unit.value
    return (one.dataset, one.entity, one.period, one.value, unit, one.release, one.released_at)


def _entity(conn: Connection, data: str, entity: str) -> str:
    """The entity by the name that is stored. Raises Told, with the dataset that has it where another one does."""
    if data == STRESS:
        raise ErrorReport(
            f"{data} is computed, not published: {DATASETS[data].says}; ask `explain` with a rule about it"
        )
    if DATASETS[data].revises:
        raise ErrorReport(f"{data} is counted release by release: ask `revisions`, or `explain` with a rule about it")
    known = entities(conn, data)
    if not known:
        raise ErrorReport(f"{data}: no figure is stored yet: no source that gives it has been polled")
    name = entity if not entity or entity in known else canonical(entity)
    if not name or name in known:
        return name
    elsewhere = [other for other in DATASETS if other != data and name in entities(conn, other)]
    if elsewhere:
        raise ErrorReport(
            f'{data} has no "{name}"; {", ".join(elsewhere)} {"have" if len(elsewhere) > 1 else "has"} it'
        )
    raise ErrorReport(f'{data} has no "{entity}"{did_you_mean(entity, known, _few(known))}')


def _few(known: Sequence[str]) -> str:
    listed = ", ".join(known[:8])
    return f"it has {listed}{f' and {len(known) - 8} more' if len(known) > 8 else ''}"


def _newest(found: Sequence[Vintage], *, alone: bool) -> list[Vintage]:
    """The newest periods of each entity; of all entities at once, the newest one."""
    shown: list[Vintage] = []
    for _, of_entity in groupby(found, key=lambda one: one.entity):
        rows = list(of_entity)
        periods = sorted({one.period for one in rows})[-(_NEWEST if alone else 1) :]
        shown += [one for one in rows if one.period in periods]
    return shown


def _print(found: Sequence[Vintage], *, alone: bool) -> None:

    if not found:
        say("No figure.")
        return
    dataset = DATASETS[found[0].dataset]
    rows = [(one.entity, one.period, number(one.value, dataset.decimals), one.release) for one in found]
    head = ("whose", "period", dataset.unit.value or "value", "release")
    say(f"{dataset.name}{f', {found[0].entity}' if alone else ''}: {dataset.says}", "bold")
    if alone:
        print_table(head[1:], [row[1:] for row in rows], right=(1,))
    else:
        print_table(head, rows, right=(2,), fold=(0,))
