"""What a config makes of its channels; apart from the desk, so that ``check`` need not load what judges."""

from __future__ import annotations

from treasury_watch.config import Config
from treasury_watch.notifiers import Notifier, registry


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
