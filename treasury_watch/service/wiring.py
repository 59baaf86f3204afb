"""What a config and its rules make: channels, sources, and the context that a release is judged in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from treasury_watch.config import Config
from treasury_watch.core.rules.model import Rule, Severity
from treasury_watch.notifiers import Notifier, registry
from treasury_watch.pipeline.context import Context
from treasury_watch.rulefiles import digest
from treasury_watch.sources import SOURCES
from treasury_watch.sources.source import Source


def channels_of(config: Config) -> dict[str, Notifier]:
    """
    Every channel of the config, made.

    Raises ValueError, which names the channel and the setting and shows no value.
    """
    made: dict[str, Notifier] = {}
    for name, channel in config.channels.items():
        try:
            made[name] = registry.make(channel.kind, channel.settings())
        except ValueError as error:
            raise ValueError(f"channels.{name}: {error}") from None
    return made


def sources_of(config: Config) -> dict[str, Source]:
    """Every source with the config's own address, clock and switch; the disabled ones too (``ingest`` takes them)."""
    made = {}
    for name, source in SOURCES.items():
        said = config.source(name)
        made[name] = replace(
            source,
            url=said.url or source.url,
            every=said.every or source.every,
            enabled=source.enabled if said.enabled is None else said.enabled,
        )
    return made


def context_of(config: Config, rules: Iterable[Rule]) -> Context:
    """These rules, with the config's routes and sources."""
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
