"""What a config and a rule book make: the desk that judges."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from treasury_watch.config import Config
from treasury_watch.core.rules import Rule, Severity
from treasury_watch.cycle.desk import Desk
from treasury_watch.rulefiles import GROUPS_FILE, RuleBook, digest
from treasury_watch.service.sources import sources_of


def desk_of(config: Config, rules: Iterable[Rule]) -> Desk:
    """The desk: these rules, the config's routes and sources."""
    kept = tuple(rules)

    def route(severity: Severity, kind: str, rule: str, source: str) -> tuple[str, ...]:
        return config.channels_for(severity=severity.word, kind=kind, rule=rule, source=source)

    return Desk(
        rules=kept,
        digests={rule.id: digest(rule) for rule in kept},
        route=route,
        sources=sources_of(config),
        when_issued=config.when_issued_yields,
        cards=frozenset(config.auction_cards),
    )


def rules_in_force(before: Iterable[Rule], book: RuleBook) -> tuple[Rule, ...]:
    """
    The rules after files were edited: a file with a mistake keeps its last good ones.

    Where the groups or the folder itself cannot be read nothing can be trusted, and all stay as they were.
    """
    kept = tuple(before)
    if any(_decides_all(file, book) for file in book.rejected):
        return kept
    fresh = {rule.id for rule in book.rules}
    # A rule that was moved out of a file that is now broken is read from its new one.
    held = [rule for rule in kept if rule.file in book.rejected and rule.id not in fresh]
    return tuple(sorted((*book.rules, *held), key=lambda rule: (rule.file, rule.line)))


def _decides_all(file: str, book: RuleBook) -> bool:
    return Path(file).name == GROUPS_FILE or (file not in book.files and not file.endswith(".yml"))
