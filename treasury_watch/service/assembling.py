"""What a config and a rule book make: the desk that judges, the sources that are polled, the channels that are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from treasury_watch.config import Config
from treasury_watch.core.rules import Rule, Severity
from treasury_watch.cycle.desk import Desk
from treasury_watch.notifiers import Notifier, registry
from treasury_watch.rulefiles import GROUPS_FILE, RuleBook, digest
from treasury_watch.sources import SOURCES
from treasury_watch.sources.source import Source


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


def desk_of(config: Config, rules: Iterable[Rule]) -> Desk:
    """The desk: these rules, the config's routes and sources."""
    kept = tuple(rules)

    def route(severity: Severity, kind: str, rule: str, source: str) -> tuple[str, ...]:
        return config.channels_for(severity=severity.word, kind=kind, rule=rule, source=source)

    return Desk(rules=kept, digests={rule.id: digest(rule) for rule in kept}, route=route, sources=sources_of(config))


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


def named(sources: Mapping[str, Source], *, enabled: bool) -> list[str]:
    """The names of the sources that are (or are not) polled."""
    return [source.name for source in sources.values() if source.enabled is enabled]
