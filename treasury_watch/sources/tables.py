"""
What every TIC text file has in common: tabs, a publisher's habits, and the ways in which a body is not the file at all.

Each function either gives what the file says or raises Refusal. It never guesses and never puts a zero where nothing
was printed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from treasury_watch.core.figures.datasets import AGGREGATES, GRAND_TOTAL
from treasury_watch.core.figures.names import HOLDERS, canonical
from treasury_watch.core.figures.published import Period, Refusal
from treasury_watch.sources.units import FileUnit, most_apart, rounding_of

_BREAKS = re.compile(r"\r\n|\n|\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
_NUMBER = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_MARKED = re.compile(r"(.*[0-9])(?: ?\([rp]\)|\s?[rp]/?|\s[0-9]{1,2}/|\s?[*])+", re.IGNORECASE)
_LONGEST = 40
"""Characters: a figure of more is none, and one of hundreds would be infinite."""
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_WORD = re.compile(r"[^\W\d_]{3}")
_WORD = re.compile(r"[^\W\d_]{3}")
_TITLE = re.compile(r"\s*\"?Table ([0-9]+[A-Z]?):", re.IGNORECASE)
_OLD_TITLE = "MAJOR FOREIGN HOLDERS OF TREASURY SECURITIES"

_ABSENT = frozenset({"n.a.", "*", "--", ""})
"""
Not reported, and (``*``) under 50 million dollars. All leave no figure behind: ``*`` is small but is not zero, and a
zero would make a change out of nothing.
"""

_FOLDED = {name.casefold(): name for name in HOLDERS}

_MOST_ROUNDING = 0.05
"""Billions: the publisher prints a tenth of a billion, or better."""
_MENTIONED = 0.3
"""A sum further off than this is mentioned, though rounding explains it: 0.2 is the most in all releases on record."""

_ALIKE = 0.75
"""How near an unknown label must be to a known holder to be its misspelling: one wrong letter in ``Peru`` is 0.75."""

_ALIKE_BUT_ANOTHER = frozenset({"Armenia", "Greenland", "Iceland", "Iran", "Tajikistan", "Virgin Islands"})
"""Countries that no file has named as yet, and that would be taken for a misspelt neighbour in the alphabet."""


class Row(NamedTuple):
    """One line. ``label`` is its first cell as printed, ``cells`` the rest, without the padding at the line's end."""

    line: int
    label: str
    cells: tuple[str, ...]

    @property
    def where(self) -> str:
        """Where an error stands: ``line 7 (Japan)``."""
        return f"line {self.line} ({self.label})" if self.label else f"line {self.line}"


def text_of(source: str, body: bytes, *, table: str = "") -> str:
    """
    The body as text: UTF-8 or UTF-16 by their marks, else UTF-8, else Windows-1252, which the publisher's tools write.

    ``table`` is the number of the expected table (``5``). Raises Refusal: ``empty``, ``html``, ``encoding``, ``frozen``
    (the old fixed-width table, still served with status 200) and ``table`` (a different numbered table).
    """
    if not body.strip():
        raise Refusal(source, "empty", "the body is empty", expected="a tab-separated TIC table")
    text = _decoded(source, body)
    head = text[:2048].lstrip().casefold()
    if head.startswith("<") or "<html" in head or "<!doctype" in head:
        # Moved and mistyped addresses answer with a page, at times with status 200.
        raise Refusal(source, "html", "the body is a web page", where="line 1", expected="a tab-separated TIC table")
    if _OLD_TITLE in text and "\t" not in text:
        raise Refusal(
            source,
            "frozen",
            "this is the old fixed-width table mfh.txt, which has stood still since the release of 2023-03-15",
            where="line 1",
            expected="slt_table5.txt: correct the source's url",
        )
    title = _TITLE.match(text)
    if table and title and title[1] != table:
        raise Refusal(
            source, "table", f"the file calls itself Table {title[1]}", where="line 1", expected=f"Table {table}"
        )
    return text


def _decoded(source: str, body: bytes) -> str:
    marked = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        odd = _CONTROL.search(text)
        if not odd:
            return text
        line = text.count("\n", 0, odd.start()) + 1
        raise Refusal(
            source,
            "encoding",
            f"byte {ord(odd[0]):#04x} is not text",
            where=f"line {line}",
            expected="plain text: the body may be compressed or in another encoding",
        )
    raise Refusal(source, "encoding", f"the body is not {' or '.join(encodings)}", expected="plain text")


def lines_of(text: str) -> list[str]:
    """The lines, whatever ends them; ``str.splitlines`` would also split at characters that belong to a line."""
    return _BREAKS.split(text)


def rows_of(text: str) -> list[Row]:
    """
    Every line as cells, whatever ends it.

    Tabs alone separate: some labels and notes hold quotes that do not pair up, so quotes mean nothing until a cell is
    wholly inside them.
    """
    rows = []
    for number, line in enumerate(lines_of(text), start=1):
        first, *rest = line.split("\t")
        cells = [unquoted(cell) for cell in rest]
        while cells and not cells[-1]:
            cells.pop()
        rows.append(Row(number, unquoted(first), tuple(cells)))
    return rows


def unquoted(cell: str) -> str:
    """A cell without the spaces and the pair of quotes around it."""
    cell = cell.strip()
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        cell = cell[1:-1].strip()
    return cell


def plain_number(cell: str) -> str:
    """A printed figure without the marks behind it: revised, preliminary, footnotes."""
    marked = _MARKED.fullmatch(cell)
    return marked[1].rstrip() if marked else cell


def number(source: str, cell: str, where: str) -> float | None:
    """The number in a cell, None where the publisher says there is none. Raises Refusal (``number``)."""
    plain = plain_number(cell)
    if _NUMBER.fullmatch(plain) and len(plain) <= _LONGEST:
        return float(plain.replace(",", ""))
    if cell.casefold() in _ABSENT:
        return None
    raise Refusal(source, "number", f"cannot read {cell!r}", where=where, expected="a number such as 1209.9, or n.a.")


def holding(source: str, cell: str, where: str) -> float | None:
    """The holding in a cell, None where there is none to read. Raises Refusal (``number``)."""
    value = number(source, cell, where)
    if value is not None and value < 0:
        raise Refusal(source, "number", f"a negative holding {cell}", where=where, expected="0 or more")
    return value


def months_fit(source: str, months: Sequence[str], where: str) -> None:
    """Raises Refusal (``months``) unless these are ISO months, newest first, without a gap."""
    for month in months:
        if not _MONTH.fullmatch(month):
            raise Refusal(source, "months", f"{month!r} is not a month", where=where, expected="months such as 2026-04")
    for later, earlier in pairwise(months):
        if earlier != month_before(later):
            raise Refusal(
                source,
                "months",
                f"{later} is followed by {earlier}",
                where=where,
                expected=f"{month_before(later)}: months run backwards without a gap",
            )


def month_before(month: Period) -> Period:
    """``2025-12`` for ``2026-01``."""
    year, number_of_month = int(month[:4]), int(month[5:7])
    return f"{year:04d}-{number_of_month - 1:02d}" if number_of_month > 1 else f"{year - 1:04d}-12"


def holder(source: str, label: str, where: str) -> str:
    """
    The canonical name in a label.

    A holder nobody has heard of is believed, since the table may name a new country any month; one that is nearly a
    known holder is a damaged name, and believing it would make that holder vanish. Raises Refusal (``label``).
    """
    name = canonical(label)
    if name in HOLDERS or name in _ALIKE_BUT_ANOTHER:
        return name
    if not _WORD.search(name):
        raise Refusal(
            source, "label", f"{label!r} names nobody", where=where, expected="a holder's name first in the line"
        )
    near = difflib.get_close_matches(name.casefold(), _FOLDED, n=1, cutoff=_ALIKE)
    if near:
        meant = _FOLDED[near[0]]
        raise Refusal(source, "label", f"unknown holder {label!r}", where=where, expected=f"perhaps {meant!r}")
    return name


def no_more_than_once(source: str, label: str, where: str, seen: Iterable[str]) -> None:
    """Raises Refusal (``duplicate``) if ``label`` is among those already ``seen``."""
    if label in seen:
        raise Refusal(
            source, "duplicate", f"{label!r} stands here for the second time", where=where, expected="it once"
        )


def adds_up(source: str, kind: str, said: str, parts: float, total: float, tolerance: float, where: str) -> None:
    """
    Raises Refusal of this ``kind`` unless the parts give the total within ``tolerance`` (all in the file's unit).

    ``said`` names the sum in words (``holders and All Other against Grand Total``).
    """
    off = round(parts - total, 6)
    if abs(off) > tolerance + 1e-9:
        raise Refusal(
            source,
            kind,
            f"{said}: {round(parts, 3):g} against {round(total, 3):g}, off by {off:+g}",
            where=where,
            expected=f"within {tolerance:g}",
        )


def holdings_add_up(source: str, here: Mapping[str, float | None], rounding: float, where: str) -> float:
    """
    One month of a table of holders, by name, in billions of dollars; by how much the sum of all misses its total.

    ``rounding`` is the most by which each figure was rounded. Raises Refusal where rounding cannot explain what is
    missing: ``sums`` of the holders and All Other against Grand Total; ``official`` of bills and bonds against the
    official holdings.
    """
    total = here[GRAND_TOTAL]
    if total is None:
        raise Refusal(source, "sums", "Grand Total is not reported", where=where, expected="a number to check against")
    # What is not reported adds nothing: such a holder is inside another line (Luxembourg was inside Belgium).
    parts = [value or 0.0 for name, value in here.items() if name == "All Other" or name not in AGGREGATES]
    bound = most_apart(len(parts), rounding)
    adds_up(source, "sums", "holders and All Other against Grand Total", sum(parts), total, bound, where)
    official = here["Foreign Official"]
    bills, bonds = here["Foreign Official Bills"], here["Foreign Official Bonds & Notes"]
    if official is not None and bills is not None and bonds is not None:
        said = "official bills and bonds against Foreign Official"
        adds_up(source, "official", said, bills + bonds, official, most_apart(2, rounding), where)
    return round(sum(parts) - total, 6)


def sums_off(off: Mapping[Period, float]) -> tuple[str, ...]:
    """The months whose holders miss their Grand Total by more than is usual, in billions of dollars, in words."""
    return tuple(
        f"{month}: holders and All Other are {by:+g} bn off Grand Total, which rounding can do"
        for month, by in off.items()
        if abs(by) > _MENTIONED
    )


def rounding_in_billions(unit: FileUnit, printed: Iterable[str]) -> float:
    """The most by which each figure of a file was rounded, by what it prints; never more than the publisher rounds."""
    plain = (plain_number(cell).replace(",", "") for cell in printed)
    return min(unit.billions(rounding_of(cell for cell in plain if _NUMBER.fullmatch(cell))), _MOST_ROUNDING)
