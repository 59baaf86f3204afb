"""How things look: tables at the terminal's width, whole rows off a terminal, JSON with nothing around it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

_OFF_TERMINAL = 200
"""Columns where nobody looks at the width: a pipe must not lose the end of a line."""
_PROSE = 80


def screen(*, prose: bool = False) -> Console:
    """Standard output as it is at this moment; off a terminal ``prose`` is as wide as people read it."""
    off_terminal = _PROSE if prose else _OFF_TERMINAL
    return Console(highlight=False, width=None if sys.stdout.isatty() else off_terminal)


def say(words: str = "", style: str = "") -> None:
    """One paragraph, wrapped on a terminal; never read as markup."""
    console = screen()
    if console.is_terminal:
        console.print(Text(words, style=style))
    else:
        typer.echo(words)


def many(count: int, what: str) -> str:
    """``1 rule``, ``2 rules``."""
    return f"{count} {what}{'s' * (count != 1)}"


def print_json(value: Any) -> None:
    """The one thing that is printed."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def print_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    fold: Sequence[int] = (),
    styles: Sequence[str] = (),
) -> None:
    """
    A table without lines: a heading, then rows.

    ``right`` are columns of figures, ``fold`` those whose words may take several lines; the others are kept whole.
    ``styles`` colour the rows.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_header=any(heads))
    for number, head in enumerate(heads):
        table.add_column(
            head,
            justify="right" if number in right else "left",
            no_wrap=number not in fold,
            overflow="fold" if number in fold else "ellipsis",
        )
    for number, row in enumerate(rows):
        table.add_row(*(Text(cell) for cell in row), style=styles[number] if number < len(styles) else None)
    console = screen()
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))
