"""Rules are edited while the bot runs: noticing it, and telling the operator once of what cannot be read."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from treasury_watch.core import wording
from treasury_watch.core.clock import utc_text
from treasury_watch.core.messages import Message
from treasury_watch.core.rules import Severity
from treasury_watch.cycle.desk import Desk
from treasury_watch.cycle.starting import meet_rules
from treasury_watch.cycle.telling import tell_operator
from treasury_watch.rulefiles import Problem, RuleBook
from treasury_watch.store.database import Engine, writing

_MOST_TOLD = 20
"""Mistakes listed in one message; ``check`` lists them all."""


class Stamp(NamedTuple):
    """What tells one state of a folder of rules from another without reading the files."""

    files: tuple[tuple[str, int, int], ...]


def stamp(folder: Path) -> Stamp:
    """The names, sizes and times of the folder's files; empty for a folder that is not there."""
    try:
        # Through a mount's link too: Kubernetes swaps a link when a ConfigMap changes.
        found = [(path.name, path.stat()) for path in folder.iterdir() if path.suffix in (".yaml", ".yml")]
    except OSError:
        return Stamp(())
    return Stamp(tuple(sorted((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)))


def take_over(engine: Engine, desk: Desk, book: RuleBook, trouble: tuple[Problem, ...], now: datetime) -> list[str]:
    """
    Put a desk's rules in force and tell the operator of mistakes, or that there are none any more.

    ``desk`` has the rules already; ``trouble`` are the problems known before. Gives the ids of the rules that changed.
    """
    with writing(engine) as conn:
        changed = meet_rules(conn, desk, now)
        if book.problems and book.problems != trouble:
            key = f"operator|rules|{_mark(book)}|{utc_text(now)}"
            tell_operator(conn, desk, key, "rules", _message(book), now)
        elif trouble and not book.problems:
            message = wording.operator_message(
                "Rules: all clear", "Every rule file can be read again and is in force.", Severity.INFO
            )
            tell_operator(conn, desk, f"operator|rules|clear|{utc_text(now)}", "rules", message, now)
    return changed


def _message(book: RuleBook) -> Message:
    files = ", ".join(sorted(book.rejected))
    count = len(book.problems)
    lines = [problem.show().partition("\n")[0] for problem in book.problems[:_MOST_TOLD]]
    more = [f"and {count - _MOST_TOLD} more; `check` lists them all"] if count > _MOST_TOLD else []
    text = "The last good rules of these files stay in force until this is mended.\n" + "\n".join([*lines, *more])
    return wording.operator_message(f"Rules: {count} mistake{'s' * (count > 1)} in {files}", text)


def _mark(book: RuleBook) -> str:
    said = "\n".join(problem.show() for problem in book.problems)
    return hashlib.sha256(said.encode()).hexdigest()[:12]
