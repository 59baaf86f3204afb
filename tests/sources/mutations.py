"""Accidents that happen to files: what a mutated copy of a table of cells can look like."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Table = list[list[str]]
_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")


def _cells(table: Table) -> list[tuple[int, int]]:
    """Where numbers stand, but for codes and dates in the first columns."""
    return [
        (row, column)
        for row, line in enumerate(table)
        for column, cell in enumerate(line)
        if column and _NUMBER.fullmatch(cell.strip())
    ]


def _lines(table: Table) -> list[int]:
    return sorted({row for row, _ in _cells(table)})


def digit(rng: Random, table: Table) -> None:
    """One digit of one figure is another."""
    row, column = rng.choice(_cells(table))
    cell = list(table[row][column])
    at = rng.choice([place for place, char in enumerate(cell) if char.isdigit()])
    cell[at] = rng.choice("0123456789")
    table[row][column] = "".join(cell)


def cells_exchanged(rng: Random, table: Table) -> None:
    """Two figures of one column change places."""
    row, column = rng.choice(_cells(table))
    other = rng.choice(_lines(table))
    if column < len(table[other]):
        table[row][column], table[other][column] = table[other][column], table[row][column]


def labels_exchanged(rng: Random, table: Table) -> None:
    """Two lines change their names."""
    one, other = (rng.choice(_lines(table)) for _ in range(2))
    table[one][0], table[other][0] = table[other][0], table[one][0]


def lines_shifted(rng: Random, table: Table) -> None:
    """The figures of one line stand one place further."""
    line = table[rng.choice(_lines(table))]
    filled = [column for column in range(1, len(line)) if line[column]]
    values = [line[column] for column in filled]
    step = rng.choice((1, -1))
    for column, value in zip(filled, values[-step:] + values[:-step], strict=True):
        line[column] = value


def columns_exchanged(rng: Random, table: Table) -> None:
    """Two columns of figures change places, and their headings do not."""
    rows = _lines(table)
    width = max(len(table[row]) for row in rows)
    one, other = (rng.randrange(1, width) for _ in range(2))
    for row in rows:
        if max(one, other) < len(table[row]):
            table[row][one], table[row][other] = table[row][other], table[row][one]


def columns_shifted(rng: Random, table: Table) -> None:
    """All figures stand one column further."""
    step = rng.choice((1, -1))
    for row in _lines(table):
        filled = [column for column in range(1, len(table[row])) if table[row][column]]
        values = [table[row][column] for column in filled]
        for column, value in zip(filled, values[-step:] + values[:-step], strict=True):
            table[row][column] = value


def scaled(rng: Random, table: Table) -> None:
    """The figures of the file, of a line or of a column are in another unit."""
    factor = rng.choice((1000.0, 0.001, 10.0, 0.1, -1.0, 1.5, 0.7))
    what = rng.choice(("file", "line", "column"))
    row, column = rng.choice(_cells(table))
    for at in _cells(table):
        if what == "file" or (what == "line" and at[0] == row) or (what == "column" and at[1] == column):
            value = float(table[at[0]][at[1]].replace(",", "")) * factor
            table[at[0]][at[1]] = f"{value:.1f}" if "." in table[at[0]][at[1]] else f"{value:.0f}"


def line_dropped(rng: Random, table: Table) -> None:
    """A line is gone."""
    del table[rng.randrange(len(table))]


def line_doubled(rng: Random, table: Table) -> None:
    """A line stands twice."""
    at = rng.randrange(len(table))
    table.insert(at, list(table[at]))


def cell_dropped(rng: Random, table: Table) -> None:
    """A cell is gone, and those after it move up."""
    row, column = rng.choice(_cells(table))
    del table[row][column]


def word(rng: Random, table: Table) -> None:
    """A letter of a label, a heading or the unit is another."""
    row = rng.randrange(len(table))
    column = rng.randrange(len(table[row])) if table[row] else 0
    if table[row] and table[row][column]:
        cell = list(table[row][column])
        cell[rng.randrange(len(cell))] = rng.choice("abcXYZ019 .,")
        table[row][column] = "".join(cell)


def lines_exchanged(rng: Random, table: Table) -> None:
    """Two lines change places: no harm where each has its name."""
    one, other = (rng.randrange(len(table)) for _ in range(2))
    table[one], table[other] = table[other], table[one]


KINDS: tuple[Callable[[Random, Table], None], ...] = (
    digit,
    cells_exchanged,
    labels_exchanged,
    lines_shifted,
    columns_exchanged,
    columns_shifted,
    scaled,
    line_dropped,
    line_doubled,
    cell_dropped,
    word,
    lines_exchanged,
)


def mutated(rng: Random, body: bytes, separator: str) -> tuple[str, bytes]:
    """A mutated copy of a file of lines and cells, and by which kind of accident."""
    table = [line.split(separator) for line in body.decode().split("\r\n" if b"\r\n" in body else "\n")]
    kind = rng.choice(KINDS)
    kind(rng, table)
    made = ("\r\n" if b"\r\n" in body else "\n").join(separator.join(line) for line in table).encode()
    return kind.__name__, _encoded(rng, made)


def _encoded(rng: Random, body: bytes) -> bytes:
    """Now and then another encoding, a cut or a stray byte besides."""
    match rng.randrange(25):
        case 0:
            return body.decode().encode("utf-16")
        case 1:
            return body[: rng.randrange(len(body))]
        case 2:
            at = rng.randrange(len(body))
            return body[:at] + bytes([rng.randrange(256)]) + body[at + 1 :]
        case _:
            return body
