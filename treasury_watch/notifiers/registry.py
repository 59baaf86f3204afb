"""
Every kind of channel, by the word that config.yaml uses, with its settings.

To add one: a file beside this, and an entry in ``KINDS``. The config, its JSON Schema and ``send-test`` read the entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from treasury_watch.notifiers import Notifier


class Setting(NamedTuple):
    """One setting of a channel. ``secret``: shown nowhere; ``address``: it must be a web address."""

    name: str
    says: str
    required: bool = True
    secret: bool = False
    address: bool = False


class ChannelKind(NamedTuple):
    """
    How a kind of channel is made: ``notifier`` is the module beside this and its class, ``settings`` what that takes.

    The module is imported when a channel is made: a bot that only prints need not load Slack's library.
    """

    notifier: str
    says: str
    settings: tuple[Setting, ...] = ()


KINDS: dict[str, ChannelKind] = {
    "console": ChannelKind("console.Console", "Prints to the terminal or the container's log."),
    "slack": ChannelKind(
        "slack.Slack",
        "A Slack bot: each message once, with threads, corrected in place.",
        (
            Setting("token", "The bot's token (xoxb-…), as ${SLACK_BOT_TOKEN}.", secret=True),
            Setting("channel", "The channel's ID, such as C0123456789."),
            Setting("api", "Slack's API, if it is not the public one; ends in /api/.", required=False, address=True),
        ),
    ),
    "slack-webhook": ChannelKind(
        "slack_webhook.SlackWebhook",
        "A Slack incoming webhook: at least once, no threads, no corrections in place.",
        (Setting("url", "The webhook's address, as ${SLACK_WEBHOOK_URL}.", secret=True, address=True),),
    ),
}


def make(kind: str, settings: Mapping[str, Any]) -> Notifier:
    """
    Make a channel of a kind from its settings, secrets already in place.

    Raises ValueError, which names a setting and never shows its value.
    """
    known = KINDS.get(kind)
    if known is None:
        raise ValueError(f"unknown kind {kind!r}; expected one of {', '.join(KINDS)}")
    unknown = sorted(set(settings) - {"kind", *(setting.name for setting in known.settings)})
    if unknown:
        names = ", ".join(setting.name for setting in known.settings)
        raise ValueError(f"kind {kind} has no setting {unknown[0]!r}; expected {names}")
    given = {}
    for setting in known.settings:
        value = settings.get(setting.name)
        if value is None and not setting.required:
            continue
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"kind {kind} needs {setting.name!r}; expected text")
        parts = urlsplit(value)
        if setting.address and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError(f"setting {setting.name!r} is no web address; expected https://…")
        given[setting.name] = value
    module, _, name = known.notifier.partition(".")
    notifier: Notifier = getattr(import_module(f"treasury_watch.notifiers.{module}"), name)(**given)
    return notifier
