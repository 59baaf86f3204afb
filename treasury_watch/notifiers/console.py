"""
The console: each message as a short block of lines, in colour on a terminal, plain anywhere else.

Plain means no escape codes at all, so that a log file reads like the terminal. Nothing in a message is markup here.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final

from rich.console import Console as Screen
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from treasury_watch.core.messages.message import Message, MessageKind, Section
from treasury_watch.core.rules.model import Severity
from treasury_watch.notifiers import DeliveryError, Receipt

_MARKS: Final = {
    Severity.CRITICAL: ("▲▲", "bold white on red"),
    Severity.HIGH: ("▲", "bold red"),
    Severity.NOTICE: ("●", "bold yellow"),
    Severity.INFO: ("·", "bold blue"),
}
_PLAIN_MARKS: Final = {
    Severity.CRITICAL: "!!",
    Severity.HIGH: "!",
    Severity.NOTICE: "*",
    Severity.INFO: "-",
}
_CLEARED: Final = ("✓", "bold green")
_IN_ASCII: Final = str.maketrans({"−": "-", "–": "-", "—": "-", "×": "x", "·": "|", "…": "...", "≥": ">=", "≤": "<="})
_KINDS_WITHOUT_WORD: Final = {MessageKind.FIRED, MessageKind.NOTE, MessageKind.DIGEST, MessageKind.CLEARED}


class Console:
    """Standard output, or the screen given."""

    searchable = False

    def __init__(self, screen: Screen | None = None) -> None:
        self._screen = screen

    def __repr__(self) -> str:
        return "Console()"

    def send(self, message: Message, key: str) -> Receipt:  # noqa: ARG002 - a console needs no key
        """Print it. Raises DeliveryError where the output is closed or full."""
        # Made at the time of printing: standard output may have been redirected since the start.
        screen = self._screen or Screen(highlight=False)
        try:
            _print(screen, _drawn(message, _Pen(screen)))
        except (OSError, ValueError) as error:
            raise DeliveryError(f"console: cannot be written to ({type(error).__name__})", ambiguous=True) from None
        return Receipt()

    def find(self, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002 - the protocol's arguments
        """Never finds: what was printed cannot be read back."""
        return None


class _Pen:
    """Text as this screen can show it."""

    def __init__(self, screen: Screen) -> None:
        self._encoding = screen.encoding
        self.simple = screen.options.ascii_only

    def text(self, words: str, style: str = "") -> Text:
        """Words without control characters (an escape code from outside would steer the terminal)."""
        shown = "".join(c for c in words if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
        if self.simple:
            shown = shown.translate(_IN_ASCII)
        return Text(shown.encode(self._encoding, "replace").decode(self._encoding, "replace"), style=style)

    def mark(self, severity: Severity, *, cleared: bool) -> Text:
        """Severity at a glance, and in words."""
        word = "CLEARED" if cleared else severity.word.upper()
        sign, style = _CLEARED if cleared else _MARKS[severity]
        if self.simple:
            sign = "ok" if cleared else _PLAIN_MARKS[severity]
        return Text(f"{sign} {word}", style=style)


def _print(screen: Screen, drawing: Group) -> None:
    if screen.is_terminal:
        screen.print(drawing)
    else:
        with screen.capture() as captured:
            screen.print(drawing)
        # Off a terminal the spaces that fill each line to its width are only in the way of grep and diff.
        screen.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))
    screen.file.flush()


def _drawn(message: Message, pen: _Pen) -> Group:
    cleared = bool(message.sections) and all(section.kind == MessageKind.CLEARED for section in message.sections)
    lone = len(message.sections) == 1 and message.says_already(message.sections[0])
    parts: list[RenderableType] = [_marked(pen.mark(message.severity, cleared=cleared), pen.text(message.headline))]
    for section in message.sections:
        if not message.says_already(section):
            parts += [Text(""), Padding(_title(section, pen), (0, 0, 0, 2))]
        parts += [Padding(line, (0, 0, 0, 4)) for line in _body(section, pen)]
    if message.context:
        parts += [Text("")] if not lone else []
        parts.append(Padding(pen.text(" · ".join(message.context), "dim"), (0, 0, 0, 4 if lone else 2)))
    return Group(*parts, Text(""))


def _marked(mark: Text, words: Text) -> Table:
    """Put words beside their mark, so that a second line stands under the first."""
    words.stylize("bold")
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column()
    grid.add_row(mark, words)
    return grid


def _title(section: Section, pen: _Pen) -> Table:
    word = "" if section.kind in _KINDS_WITHOUT_WORD else f" ({section.kind})"
    mark = pen.mark(section.severity, cleared=section.kind == MessageKind.CLEARED)
    return _marked(mark, pen.text(section.title + word))


def _body(section: Section, pen: _Pen) -> list[RenderableType]:
    lines: list[RenderableType] = [pen.text(section.struck, "dim strike")] if section.struck else []
    lines += [pen.text(section.text)] if section.text else []
    if section.facts:
        lines.append(_facts(section, pen))
    if section.rows:
        lines += [Text(""), _rows(section, pen), Text("")]
    if section.note:
        lines.append(pen.text(section.note, "dim"))
    return lines + [pen.text(link, "dim underline") for link in section.links]


def _facts(section: Section, pen: _Pen) -> Table:
    """Labels and values under each other, each value at the same place."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", max_width=36)
    grid.add_column()
    for label, value in section.facts:
        grid.add_row(pen.text(label), pen.text(value))
    return grid


def _rows(section: Section, pen: _Pen) -> Table:
    """Draw the small table: first row its heading, figures to the right."""
    grid = Table.grid(padding=(0, 2))
    for column in range(max(map(len, section.rows))):
        grid.add_column(justify="right" if column else "left")
    for number, row in enumerate(section.rows):
        grid.add_row(*(pen.text(cell) for cell in row), style="" if number else "dim")
    return grid
