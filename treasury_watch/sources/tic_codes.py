"""
Whose line is whose in Tables 1 and 3, by its code and its label together.

Codes are the Treasury's and change seldom; labels are spelt anew at times. Where the two disagree it is decided here,
in favour of reading: who is new is read past, who has another code is taken by the name, who has another spelling by
the code, and each is said. A known code beside another known name is nobody's line: the file is refused.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from treasury_watch.core.figures.names import AGGREGATE_CODES, COUNTRY_CODES, HOLDERS, OTHER_LINES
from treasury_watch.core.figures.published import Note, Period, Refusal

TAKEN = COUNTRY_CODES | AGGREGATE_CODES
"""Code -> name of those whose figures are taken."""
_CODES = {name: code for code, name in TAKEN.items()}
_KNOWN = TAKEN.keys() | OTHER_LINES

_TOTAL = re.compile(r"(?:total|of which|memo|all|international|grand total)\b", re.IGNORECASE)
"""How the label of a total, a memo or a kind of owner begins. No country's does."""
_WORD = re.compile(r"[^\W\d_]{2}")
_ALIKE = 0.75
"""How near an unknown label must be to a known country that is absent to be its misspelling."""


class CountryMonth(NamedTuple):
    """One line. ``code`` and ``month`` are clean, ``name`` is the canonical name in its label."""

    line: int
    code: str
    month: Period
    name: str
    cells: Sequence[str]

    @property
    def where(self) -> str:
        """Where an error stands: ``line 12 (Japan 2026-05)``."""
        return f"line {self.line} ({self.cells[0].strip()} {self.month})"


class _Group(NamedTuple):
    """The lines of one code under one name."""

    code: str
    name: str
    lines: list[CountryMonth]

    @property
    def where(self) -> str:
        return self.lines[0].where

    @property
    def months(self) -> set[Period]:
        return {line.month for line in self.lines}


def known_lines(source: str, table: str, read: Sequence[CountryMonth]) -> tuple[list[CountryMonth], list[Note]]:
    """
    The lines of all that are known, in the file's order and each under the code that we know it by; and what to say.

    ``table`` is the table's number. Raises Refusal (``label``) where a code and a label contradict each other, or a
    line names nobody.
    """
    return _Lines(source, f"Table {table}", read).sorted_out()


class _Lines:
    """One file's lines while they are sorted out: ``whose`` is known code -> the lines taken under it."""

    def __init__(self, source: str, table: str, read: Sequence[CountryMonth]) -> None:
        self._source, self._table, self._read = source, table, read
        self._groups: dict[tuple[str, str], _Group] = {}
        for line in read:
            key = (line.code, line.name)
            if key not in self._groups:
                self._groups[key] = _Group(*key, [])
            self._groups[key].lines.append(line)
        self._whose: dict[str, _Group] = {}
        self._notes: list[Note] = []

    def sorted_out(self) -> tuple[list[CountryMonth], list[Note]]:
        rest = []
        for group in self._groups.values():
            self._names_somebody(group)
            if TAKEN.get(group.code) == group.name:
                self._whose[group.code] = group
            else:
                rest.append(group)
        self._by_name([group for group in rest if group.name in _CODES])
        others = [group for group in rest if group.name not in _CODES]
        for code in dict.fromkeys(group.code for group in others):
            self._by_code(code, [group for group in others if group.code == code])
        self._gone()
        as_known = {(group.code, group.name): code for code, group in self._whose.items()}
        return list(self._in_order(as_known)), self._notes

    def _in_order(self, as_known: dict[tuple[str, str], str]) -> Iterator[CountryMonth]:
        for line in self._read:
            code = as_known.get((line.code, line.name))
            if code is not None:
                yield line if code == line.code else line._replace(code=code)

    def _names_somebody(self, group: _Group) -> None:
        if not (group.code.isascii() and group.code.isdigit()):
            self._refuse(group, f"{group.code!r} is no country code", "digits")
        if not _WORD.search(group.name):
            self._refuse(group, f"{group.name!r} beside code {group.code} names nobody", "a name first in the line")

    def _by_name(self, groups: Sequence[_Group]) -> None:
        """Known names beside codes that are not theirs."""
        for group in groups:
            was = _CODES[group.name]
            if group.code in _KNOWN:
                expected = repr(TAKEN[group.code]) if group.code in TAKEN else "a total's own label"
                self._refuse(group, f"code {group.code} beside {group.name!r}", expected)
            there = self._whose.get(was)
            if there is None:
                self._whose[was] = group
                self._say(f"code {group.name}", f"{group.name} now has the code {group.code}, was {was}.")
            elif there.code != was:
                self._refuse(group, f"{group.name!r} under two codes, {there.code} and {group.code}", "one of them")
            else:
                says = f"{group.name} also stands under the code {group.code} in {self._table}: only {was} is read."
                self._say(f"code {group.code} {group.name}", says)

    def _by_code(self, code: str, groups: list[_Group]) -> None:
        """Labels that are nobody's known name, all of one code."""
        if code not in _KNOWN:
            for group in groups:
                self._new(group)
            return
        there = self._whose.get(code)
        if there is None:
            totals = [group for group in groups if _TOTAL.match(group.name)] if code in OTHER_LINES else groups
            there = totals[0] if totals else groups[0]
            if len(totals) > 1:
                self._refuse(totals[1], f"code {code} was {there.name!r} before", "one label a code")
            if code in TAKEN and there.name in HOLDERS:
                self._refuse(there, f"code {code} beside {there.name!r}", repr(TAKEN[code]))
            self._whose[code] = there
            if code in TAKEN:
                says = f"{TAKEN[code]} ({code}) is called {there.name} in {self._table}: taken as {TAKEN[code]}."
                self._say(f"label {code} {there.name}", says)
        for group in groups:
            if group is there:
                continue
            if there.code == code and there.months.isdisjoint(group.months):
                # It fills what the other lacks: a damaged label, and no second country.
                self._refuse(group, f"code {code} was {there.name!r} before", "one label a code")
            self._new(group)

    def _new(self, group: _Group) -> None:
        absent = {name.casefold(): name for code, name in COUNTRY_CODES.items() if code not in self._whose}
        near = difflib.get_close_matches(group.name.casefold(), absent, n=1, cutoff=_ALIKE)
        if near and group.code not in _KNOWN:
            self._refuse(group, f"unknown name {group.name!r}", f"perhaps {absent[near[0]]!r}")
        until = "" if _TOTAL.match(group.name) else " until it has a name here"
        says = f"{group.name} ({group.code}) is new in {self._table}: read past{until}."
        self._say(f"code {group.code} {group.name}", says)

    def _gone(self) -> None:
        """Known countries without a line, said where the file is plainly the whole table."""
        there = COUNTRY_CODES.keys() & self._whose.keys()
        if len(there) < len(COUNTRY_CODES) / 2:
            return
        for code, name in COUNTRY_CODES.items():
            if code not in there:
                self._say(f"gone {name}", f"{name} ({code}) is no longer in {self._table}.")

    def _say(self, subject: str, says: str) -> None:
        self._notes.append(Note(subject, says))

    def _refuse(self, group: _Group, problem: str, expected: str) -> None:
        raise Refusal(self._source, "label", problem, where=group.where, expected=expected)
