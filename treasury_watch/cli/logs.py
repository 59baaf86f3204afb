"""The log: on standard error, one line a turn, UTC, keys and values."""

from __future__ import annotations

import logging
import sys
import time


class _Lines(logging.Formatter):
    """``2026-11-23T14:02:11Z info polled source=tic.table5 …``."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        return time.strftime(datefmt or "%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))

    def format(self, record: logging.LogRecord) -> str:
        record.levelname = record.levelname.lower()
        return super().format(record)


def log_to_stderr(level: str) -> None:
    """Send the bot's log to standard error from ``level`` on; other people's libraries only their warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines("%(asctime)s %(levelname)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("treasury_watch").setLevel(level.upper())
