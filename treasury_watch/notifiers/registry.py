"""Every kind of channel, by the word that config.yaml uses. A new kind is one file beside this and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from treasury_watch.notifiers import Notifier

# Each is imported when a channel of its kind is made: a bot that only prints need not load Slack's SDK.


def _console(settings: Mapping[str, Any]) -> Notifier:  # noqa: ARG001 - nothing to set
    from treasury_watch.notifiers.console import Console

    return Console()


def _slack(settings: Mapping[str, Any]) -> Notifier:
    from treasury_watch.notifiers.slack import API, Slack

    api = settings.get("api") or API
    _web_address("api", api)
    return Slack(token=settings["token"], channel=settings["channel"], api=api)


def _slack_webhook(settings: Mapping[str, Any]) -> Notifier:
    from treasury_watch.notifiers.slack_webhook import SlackWebhook

    _web_address("url", settings["url"])
    return SlackWebhook(url=settings["url"])


class ChannelKind(NamedTuple):
    """How a kind of channel is made, and the settings it cannot do without or may have. ``secret`` are among both."""

    make: Callable[[Mapping[str, Any]], Notifier]
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()


KINDS: dict[str, ChannelKind] = {
    "console": ChannelKind(_console),
    "slack": ChannelKind(_slack, needs=("token", "channel"), may=("api",), secret=("token",)),
    "slack-webhook": ChannelKind(_slack_webhook, needs=("url",), secret=("url",)),
}


def make(kind: str, settings: Mapping[str, Any]) -> Notifier:
    """
    Make a channel of a kind from its settings, secrets already in place.

    Raises ValueError, which names a setting and never shows its value.
    """
    known = KINDS.get(kind)
    if known is None:
        raise ValueError(f"unknown kind {kind!r}; expected one of {', '.join(KINDS)}")
    for name in known.needs:
        if not isinstance(settings.get(name), str) or not settings[name].strip():
            raise ValueError(f"kind {kind} needs {name!r}; expected text")
    unknown = sorted(set(settings) - {*known.needs, *known.may, "kind"})
    if unknown:
        raise ValueError(f"kind {kind} has no setting {unknown[0]!r}; expected {', '.join((*known.needs, *known.may))}")
    return known.make(settings)


def _web_address(name: str, value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"setting {name!r} is no web address; expected https://…")
