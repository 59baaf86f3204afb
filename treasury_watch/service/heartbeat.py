"""
The heartbeat: a small file that the service writes every few seconds, for ``alive`` to read.

It is written under the lock of the work, so that a process which is frozen, or a step which never ends, lets it stop.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from treasury_watch.alive import DEFAULT, ENVIRONMENT
from treasury_watch.config import Config
from treasury_watch.core.figures.periods import utc_text
from treasury_watch.pipeline.context import Context
from treasury_watch.store import outbox
from treasury_watch.store.database import Engine, StoreError, reading
from treasury_watch.store.source_status import source_status
from treasury_watch.user_error import UserError

_SQLITE = "sqlite:///"


def heartbeat_path(config: Config) -> Path:
    """Where it is: as the environment says, else beside the SQLite database, else where ``alive`` looks by itself."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    database = config.database_url.removeprefix(_SQLITE) if config.database_url.startswith(_SQLITE) else ""
    return Path(database).with_suffix(".heartbeat.json") if database else Path(DEFAULT)


def write_heartbeat(path: Path, engine: Engine, context: Context, mistakes: int, now: datetime) -> None:
    """
    Say that the service is at work, and what of; ``mistakes`` are those of its rule files.

    Raises UserError where the file cannot be written.
    """
    beat: dict[str, object] = {"at": now.timestamp(), "time": utc_text(now), "pid": os.getpid()}
    try:
        with reading(engine) as conn:
            states = {
                source.name: source_status(conn, source.name).state.value
                for source in context.sources.values()
                if source.enabled
            }
            counts = outbox.counts(conn)
        beat |= {"sources": states, "outbox": {"due": counts.due, "failed": counts.failed}, "rule_mistakes": mistakes}
        found = ", ".join(f"{count} {state}" for state, count in sorted(Counter(states.values()).items()))
        beat["says"] = f"sources: {found}; messages: {counts.due} waiting, {counts.failed} failed" + (
            f"; rule files: {mistakes} mistake{'s' * (mistakes > 1)}" if mistakes else ""
        )
    except StoreError as error:
        # At work all the same: it tries again, and `status` says what is wrong with the database.
        beat["says"] = f"the database cannot be read: {error}"
    temporary = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(beat), encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise UserError(
            f"{path}: the heartbeat cannot be written: {error.strerror or type(error).__name__}; "
            f"`alive` will say that it stopped; free the disk, or set {ENVIRONMENT} to a place that can be written"
        ) from None


def end_heartbeat(path: Path) -> None:
    """Take the file away: the service stops. Where it cannot be removed it soon counts as stopped by its age."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
