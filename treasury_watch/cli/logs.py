"""The log: on standard error, one line a turn, UTC, keys and values; on a terminal the same, laid out for reading."""

from __future__ import annotations

import logging
import re
import shutil
import sys
import textwrap
import time


class _Lines(logging.Formatter):
    """``2026-11-23T14:02:11Z info polled source=tic.table5 …``."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        return time.strftime(datefmt or "%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))

    def format(self, record: logging.LogRecord) -> str:
        record.levelname = record.levelname.lower()
        return super().format(record)


class _Terminal(_Lines):
    """The same for eyes: the time of day, and of an address only its host; further lines stand under the first."""

    _ADDRESS = re.compile(r"https?://([^/\s]+)[^\s:]*")

    def format(self, record: logging.LogRecord) -> str:
        said = self._ADDRESS.sub(r"\1", super().format(record))
        width = max(shutil.get_terminal_size().columns, 40)
        indent = " " * len("14:02:11 ")
        lines = textwrap.wrap(said, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        return "\n".join(lines)


def log_to_stderr(level: str) -> None:
    """Send the bot's log to standard error from ``level`` on; other people's libraries only their warnings."""
    handler = logging.StreamHandler(sys.stderr)
    if sys.stderr.isatty():
        handler.setFormatter(_Terminal("%(asctime)s %(message)s", "%H:%M:%S"))
    else:
        handler.setFormatter(_Lines("%(asctime)s %(levelname)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("treasury_watch").setLevel(level.upper())
