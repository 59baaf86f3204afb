"""From the command line to what a command works on: config, rules, store; every mistake in them told at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from treasury_watch.cli.errors import ErrorReport, one_of, shown
from treasury_watch.config import Config, load_config
from treasury_watch.core.rules.model import Rule
from treasury_watch.notifiers import Notifier
from treasury_watch.rulefiles import RuleBook, load
from treasury_watch.service.wiring import channels_of


def utc_now() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)


def open_config(path: Path, overrides: Sequence[str] | None) -> Config:
    """The config. Raises ConfigProblems."""
    return load_config(path, overrides or ())


def open_rules(config: Config) -> RuleBook:
    """The rule book, without a mistake in it. Raises ErrorReport with all of them."""
    book = load(config.rules)
    if book.problems:
        raise ErrorReport(*shown(book.problems))
    return book


def find_rule(book: RuleBook, rule_id: str) -> Rule:
    """One rule by its id. Raises ErrorReport."""
    one_of("rule", rule_id, [rule.id for rule in book.rules])
    return next(rule for rule in book.rules if rule.id == rule_id)


def shown_database(config: Config) -> str:
    """The database's address as it may be shown, without a password."""
    url = config.database_url
    if url.startswith("sqlite"):
        return url.removeprefix("sqlite:///")
    parts = urlsplit(url)
    return f"{parts.scheme.partition('+')[0]} {parts.hostname or 'localhost'}{parts.path}"


def open_channels(config: Config) -> dict[str, Notifier]:
    """Every channel, ready to be told. Raises ErrorReport, also where a route uses one whose secret is not set."""
    if config.missing:
        raise ErrorReport(*config.missing)
    try:
        return channels_of(config)
    except ValueError as error:
        raise ErrorReport(str(error)) from None
