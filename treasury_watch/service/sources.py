"""What a config makes of the sources; apart from the desk, so that ``status`` need not load what judges."""

from __future__ import annotations

from dataclasses import replace

from treasury_watch.config import Config
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
