"""What a config and a rule book make: the desk that judges."""

from __future__ import annotations

from collections.abc import Iterable

from treasury_watch.config import Config
from treasury_watch.core.rules.model import Rule, Severity
from treasury_watch.pipeline.context import Context
from treasury_watch.rulefiles import digest
from treasury_watch.service.sources import sources_of


def context_of(config: Config, rules: Iterable[Rule]) -> Context:
    """The desk: these rules, the config's routes and sources."""
    kept = tuple(rules)

    def route(severity: Severity, kind: str, rule: str, source: str) -> tuple[str, ...]:
        return config.channels_for(severity=severity.word, kind=kind, rule=rule, source=source)

    return Context(
        rules=kept,
        digests={rule.id: digest(rule) for rule in kept},
        route=route,
        sources=sources_of(config),
        when_issued=config.when_issued_yields,
        cards=frozenset(config.auction_cards),
    )
