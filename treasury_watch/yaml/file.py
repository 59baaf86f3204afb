"""
YAML files people edit by hand, read so that every mistake can be shown at its line and column.

The one door to PyYAML. Scalars keep the text that was written and mean what YAML 1.2's core schema says (``NO`` and
``12:30`` are text, ``010`` is ten). What surprises its author is refused: a key that stands twice, anchors, aliases,
merge keys, tags, a second document. A file too big, too deep or too long is refused before it costs anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from treasury_watch.yaml.errors import ParseFault, explained
from treasury_watch.yaml.nodes import BrokenNode, Entries, Listing, Node, Scalar
from treasury_watch.yaml.problem import Problem

MOST_BYTES = 1_000_000
MOST_DEEP = 20
MOST_NODES = 200_000

_EVENTS: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What YAML itself allows in a stream, the byte order mark in mid-text excepted.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_STRANGE_SPACE = re.compile("^[ -]*([\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000])", re.MULTILINE)
"""Pasted from a web page or a document: it looks like the spaces that indent a line, and is none."""
_TYPOGRAPHIC = re.compile("[\u2018-\u201f\u00ab\u00bb].*|[^\u201c-\u201e\u00ab]*[\u201d\u00bb]", re.DOTALL)
"""A text that begins with a typographic quote, or ends with one that it has not begun; an apostrophe may end one."""
_CUT = re.compile(r" +(#\w+)")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""Where YAML ends a line: the same count of lines as the parser's."""


@dataclass(frozen=True, slots=True)
class Document:
    """
    One file as nodes.

    ``faults`` are mistakes of YAML itself. ``cut`` tells that reading stopped at one of them: what comes before is
    here, its last entries perhaps unfinished. ``root`` is None for a file with nothing in it.
    """

    file: str
    root: Node | None
    faults: tuple[ParseFault, ...]
    cut: bool
    text: str

    def problems(self, found: Iterable[tuple[int, int, str, str]]) -> list[Problem]:
        """(line, column, rule, problem) as Problems, each with its line of the file as a terminal may show it."""
        lines = _BREAK.split(self.text)
        return [
            Problem(
                self.file,
                line,
                column,
                rule,
                problem,
                _UNPRINTABLE.sub("�", lines[line - 1]) if 0 < line <= len(lines) else "",
            )
            for line, column, rule, problem in found
        ]


def read(path: Path, shown: str) -> Document:
    """The file at ``path``, called ``shown`` in what is said of it. Never raises: what cannot be read is a fault."""
    body = read_body(path)
    return refused(shown, body) if isinstance(body, str) else parse(body, shown)


def read_body(path: Path) -> bytes | str:
    """A file's bytes, at most one more than any file may have; where it cannot be read, why, in words."""
    try:
        if not path.is_file():
            return "is not a file; expected a text file of YAML"
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        return f"cannot be read ({error.strerror or type(error).__name__}); check its permissions"


def parse(body: bytes, shown: str) -> Document:
    """A file's bytes as nodes. Never raises: what cannot be read is a fault."""
    if len(body) > MOST_BYTES:
        return refused(shown, f"is larger than {MOST_BYTES:,} bytes; split it into several files")
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return refused(shown, "is UTF-16 text; save it as UTF-8")
    body = body.removeprefix(b"\xef\xbb\xbf")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        line, column = _place(before, len(before))
        fault = ParseFault(line, column, f"byte 0x{body[error.start]:02x} is not UTF-8 text; save the file as UTF-8")
        return Document(shown, None, (fault,), cut=True, text=body.decode("utf-8", "replace"))
    strange = _UNPRINTABLE.search(text)
    if strange:
        line, column = _place(text, strange.start())
        said = f"character U+{ord(strange.group()):04X} cannot be seen and has no place in this file; delete it"
        return Document(shown, None, (ParseFault(line, column, said),), cut=True, text=text)
    pasted = _STRANGE_SPACE.search(text)
    if pasted:
        line, column = _place(text, pasted.start(1))
        said = f"U+{ord(pasted[1]):04X} stands here, which looks like a space and is none; write a space in its place"
        return Document(shown, None, (ParseFault(line, column, said),), cut=True, text=text)
    return _Builder(text).document(shown)


def _place(text: str, position: int) -> tuple[int, int]:
    breaks = list(_BREAK.finditer(text, 0, position))
    return len(breaks) + 1, position - (breaks[-1].end() if breaks else 0)


def _marked(mark: Any) -> tuple[int, int] | None:
    return (mark.line + 1, mark.column) if mark else None


def refused(shown: str, problem: str) -> Document:
    """A file of which nothing could be read, and why."""
    return Document(shown, None, (ParseFault(0, 0, problem),), cut=True, text="")


class _Refusal(Exception):
    """Reading cannot go on: too deep, too long, or not YAML."""

    def __init__(self, fault: ParseFault) -> None:
        super().__init__(fault.problem)
        self.fault = fault


class _Open(NamedTuple):
    """A collection being read. For a mapping, ``items`` alternates keys and values."""

    mapping: bool
    items: list[Node]
    line: int
    column: int


class _Builder:
    """Makes nodes of the parser's events, with a stack of its own: the depth of a file is never the depth of calls."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._faults: list[ParseFault] = []
        self._stack: list[_Open] = []
        self._root: Node | None = None
        self._count = 0
        self._documents = 0

    def document(self, shown: str) -> Document:
        cut = False
        try:
            self._read()
        except _Refusal as refusal:
            self._faults.append(refusal.fault)
            cut = True
        while self._stack:
            self._close()
        root = self._root
        if isinstance(root, Scalar) and root.empty:
            root = None
        return Document(shown, root, tuple(sorted(self._faults)), cut, self._text)

    def _read(self) -> None:
        for event in self._events():
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._prepare(event)
                mark = event.start_mark
                read = Scalar(event.value, not event.style, mark.line + 1, mark.column)
                if not event.style and " " in event.value:
                    self._note_cut(event)
                self._place(read if event.style or not self._typographic(read) else BrokenNode(read.line, read.column))
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._prepare(event)
                mark = event.start_mark
                if len(self._stack) >= MOST_DEEP:
                    raise _Refusal(ParseFault(mark.line + 1, mark.column, f"nested more than {MOST_DEEP} deep"))
                self._stack.append(_Open(kind is yaml.MappingStartEvent, [], mark.line + 1, mark.column))
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close()
            elif kind is yaml.AliasEvent:
                self._say(
                    event,
                    f'"*{event.anchor}" stands for a value from elsewhere, which is not done here; write it out',
                )
                self._place(BrokenNode(event.start_mark.line + 1, event.start_mark.column))
            elif kind is yaml.DocumentStartEvent:
                self._documents += 1
                if event.tags:
                    self._say(event, "a %TAG line is not used here; delete it")
                if self._documents > 1:
                    mark = event.start_mark
                    said = 'a second document begins here ("---"); one file is one document: delete this line'
                    raise _Refusal(ParseFault(mark.line + 1, mark.column, said))

    def _events(self) -> Iterator[Any]:
        loader = _EVENTS(self._text)
        try:
            while loader.check_event():
                yield loader.get_event()
        except yaml.MarkedYAMLError as error:
            at, start = (_marked(mark) for mark in (error.problem_mark, error.context_mark))
            lines = _BREAK.split(self._text)
            raise _Refusal(explained(error.problem or "", error.context or "", at, start, lines)) from None
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            # Neither parser documents these; a person's file must never bring the service down.
            raise _Refusal(ParseFault(0, 0, f"is not YAML that can be read ({type(error).__name__})")) from None
        finally:
            loader.dispose()

    def _prepare(self, event: Any) -> None:
        self._count += 1
        if self._count > MOST_NODES:
            mark = event.start_mark
            raise _Refusal(ParseFault(mark.line + 1, mark.column, f"more than {MOST_NODES:,} values; split the file"))
        if event.anchor:
            self._say(event, f'"&{event.anchor}" names a value for use elsewhere, which is not done here; delete it')
        # A lone "!" only says "this is text"; it changes nothing that anybody here would want changed.
        if event.tag:
            self._say(event, f"tag {event.tag} is not used here; delete it")

    def _say(self, event: Any, problem: str) -> None:
        self._faults.append(ParseFault(event.start_mark.line + 1, event.start_mark.column, problem))

    def _note_cut(self, event: Any) -> None:
        """A text of several words that ends at a ``#1``: its author did not mean a remark."""
        end = event.end_mark
        cut = _CUT.match(self._text, end.index) if hasattr(end, "index") else None
        if cut:
            said = f'the text ends before "{cut[1]}"; put it in "quotes" (a remark begins with "# ")'
            self._faults.append(ParseFault(end.line + 1, end.column + len(cut[0]) - len(cut[1]), said))

    def _typographic(self, read: Scalar) -> bool:
        """Whether a text begins or ends with a quote that YAML takes for a letter; reported once a line."""
        found = _TYPOGRAPHIC.fullmatch(read.text) is not None
        if found and not any(fault.line == read.line for fault in self._faults):
            said = 'typographic quotes are letters to this file; write plain ones: "…"'
            self._faults.append(ParseFault(read.line, read.column, said))
        return found

    def _place(self, node: Node) -> None:
        if self._stack:
            self._stack[-1].items.append(node)
        elif self._root is None:
            self._root = node

    def _close(self) -> None:
        opened = self._stack.pop()
        if opened.mapping:
            item = bool(self._stack) and not self._stack[-1].mapping
            self._place(Entries(self._entries(opened.items, item=item), opened.line, opened.column))
        else:
            self._place(Listing(tuple(opened.items), opened.line, opened.column))

    def _entries(self, items: list[Node], *, item: bool) -> tuple[tuple[Scalar, Node], ...]:
        # An odd one out is a key whose value was cut off by a fault further on: it is not an entry yet.
        pairs = list(zip(items[::2], items[1::2], strict=False))
        first: dict[str, Scalar] = {}
        kept: list[tuple[Scalar, Node]] = []
        for key, value in pairs:
            if not isinstance(key, Scalar):
                if not isinstance(key, BrokenNode):
                    said = 'a key must be plain text; if the braces belong to a text, put it in "quotes"'
                    self._faults.append(ParseFault(key.line, key.column, said))
            elif key.text == "<<" and key.plain:
                said = "merge key << is not used here; write the entries out"
                self._faults.append(ParseFault(key.line, key.column, said))
            elif key.text in first:
                known = first[key.text]
                if item and known is pairs[0][0] and key.line != known.line:
                    # What follows is the next item's: its keys are no doubles of this one's.
                    said = f'a new item begins here without its dash; write "- {key.text}", two places further left'
                    self._faults.append(ParseFault(key.line, key.column, said))
                    break
                keep = (
                    "delete this line, and what is below belongs to the first"
                    if isinstance(value, Listing)
                    else "keep one"
                )
                said = f'key "{key.text}" stands twice (first in line {known.line}); {keep}'
                self._faults.append(ParseFault(key.line, key.column, said))
            else:
                first[key.text] = key
                kept.append((key, value))
        return tuple(kept)
