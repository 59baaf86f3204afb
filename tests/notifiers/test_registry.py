"""Channels by the word that config.yaml uses."""

from __future__ import annotations

from typing import Any

import pytest

from treasury_watch.notifiers.registry import make

HOOK = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"


@pytest.mark.parametrize(
    ("kind", "settings", "shown", "searchable"),
    [
        ("console", {}, "Console()", False),
        ("console", {"kind": "console"}, "Console()", False),
        ("slack", {"token": "xoxb-test", "channel": "C0123456789"}, "Slack(channel='C0123456789')", True),
        (
            "slack",
            {"token": "xoxb-test", "channel": "C1", "api": "http://127.0.0.1:1/api/"},
            "Slack(channel='C1')",
            True,
        ),
        ("slack-webhook", {"url": HOOK}, "SlackWebhook(url=…)", False),
    ],
)
def test_every_kind_can_be_made(kind: str, settings: dict[str, Any], shown: str, searchable: bool) -> None:
    channel = make(kind, settings)
    assert (repr(channel), channel.searchable) == (shown, searchable)


@pytest.mark.parametrize(
    ("kind", "settings", "complaint"),
    [
        ("irc", {}, "unknown kind 'irc'; expected one of console, slack, slack-webhook"),
        ("slack", {"channel": "C1"}, "kind slack needs 'token'; expected text"),
        ("slack", {"token": " ", "channel": "C1"}, "kind slack needs 'token'; expected text"),
        ("slack", {"token": "xoxb-hush", "channel": 7}, "kind slack needs 'channel'; expected text"),
        (
            "slack",
            {"token": "xoxb-hush", "channel": "C1", "api": "hush"},
            "setting 'api' is no web address; expected https",
        ),
        ("slack", {"token": "xoxb-hush", "channel": "C1", "colour": "red"}, "kind slack has no setting 'colour'"),
        ("slack-webhook", {"url": "hush"}, "setting 'url' is no web address; expected https"),
    ],
)
def test_a_setting_that_is_wrong_is_named_and_never_shown(kind: str, settings: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        make(kind, settings)
    assert "hush" not in str(caught.value)
