"""From the command line to what a command works on: config, rules, store; every mistake in them told at once."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from treasury_watch.cli.mistakes import ErrorReport, shown

if TYPE_CHECKING:
    # Only for signatures: the libraries behind these take longer to load than most commands to run.
    from treasury_watch.config import Config
    from treasury_watch.core.rules.model import Rule
    from treasury_watch.rulefiles import RuleBook
    from treasury_watch.store.database import Engine


_COLLECT_AFTER = 200_000
"""New objects after which the collector looks for cycles; Python's own 700 suits a program without many at once."""


def collect_rarely() -> None:
    """
    Let the collector look for cycles rarely, in a command that soon ends.

    A thousand rules' alerts are a hundred thousand objects, none of them in a cycle: to look through them again and
    again takes longer than to make them.
    """
    gc.set_threshold(_COLLECT_AFTER)


def utc_now() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)


def open_config(path: Path, overrides: Sequence[str] | None) -> Config:
    """The config. Raises ConfigProblems."""
    from treasury_watch.config import load_config

    return load_config(path, overrides or ())


def open_rules(config: Config) -> RuleBook:
    """The rule book, without a mistake in it. Raises Told with all of them."""
    from treasury_watch.rulefiles import load

    book = load(config.rules)
    if book.problems:
        raise ErrorReport(*shown(book.problems))
    return book


def find_rule(book: RuleBook, rule_id: str) -> Rule:
    """One rule by its id. Raises Told."""
    from treasury_watch.cli.mistakes import one_of

    one_of("rule", rule_id, [rule.id for rule in book.rules])
    return next(rule for rule in book.rules if rule.id == rule_id)


def open_to_read(config: Config) -> Engine:
    """
    The store to ask; where there is none yet, bundled history alone, in memory.

    Asking changes nothing: no store is made, and rules that were edited are not taken for those in force.
    """
    from treasury_watch.store.database import NoStoreYet, open_store, writing

    try:
        return open_store(config.database_url, make=False)
    except NoStoreYet:
        from treasury_watch.bundled import bundled_releases
        from treasury_watch.store.release_writer import store_release

        engine = open_store("sqlite://")
        with writing(engine) as conn:
            for old in bundled_releases():
                store_release(
                    conn, old.release, None, released_at=old.released_at, seen_at=old.released_at, bundled=True
                )
        return engine


def shown_database(config: Config) -> str:
    """The database's address as it may be shown, without a password."""
    from urllib.parse import urlsplit

    url = config.database_url
    if url.startswith("sqlite"):
        return url.removeprefix("sqlite:///")
    parts = urlsplit(url)
    return f"{parts.scheme.partition('+')[0]} {parts.hostname or 'localhost'}{parts.path}"
