"""
A whole Slack on this machine: the pinned npm package ``emulate``, started for as long as a test module lasts.

It keeps real messages with real metadata and answers the real SDK. What it does not do (refuse blocks, limit rates,
lose replies) is done by ``faults`` in front of it.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import URLError

import pytest

from tests.standins.node import node_for

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".cache/slack/node_modules/emulate/dist/index.js"
TOKEN = "xoxb-made-up-for-tests"
SCOPES = ["chat:write", "channels:read", "channels:history", "channels:manage", "groups:history"]
WEBHOOK_CHANNEL = "C000000001"


class LocalSlack(NamedTuple):
    """``url`` has no slash at its end; the Web API stands under ``/api/``."""

    url: str

    @property
    def api(self) -> str:
        return f"{self.url}/api/"

    @property
    def webhook(self) -> str:
        """An incoming webhook, which posts to ``WEBHOOK_CHANNEL``."""
        return f"{self.url}/services/T000000001/B000000001/X000000001"

    def new_channel(self, name: str) -> str:
        """The ID of a channel that nobody has posted to."""
        made: str = self.call("conversations.create", name=name)["channel"]["id"]
        return made

    def messages(self, channel: str) -> list[dict[str, Any]]:
        """Everything that stands in a channel, newest first."""
        found: list[dict[str, Any]] = self.call("conversations.history", channel=channel, limit=1000)["messages"]
        return found

    def call(self, method: str, **arguments: object) -> dict[str, Any]:
        """Ask without the SDK, so that a test does not look through the glasses it tests."""
        asked = urllib.request.Request(
            self.api + method,
            data=json.dumps(arguments).encode(),
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=5) as reply:
            answer: dict[str, Any] = json.load(reply)
        assert answer["ok"], answer
        return answer


@contextmanager
def local_slack(scopes: list[str] = SCOPES) -> Iterator[LocalSlack]:
    """Start one; the test skips where it cannot be had."""
    node = node_for(PROGRAM, "emulate", "the local Slack")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    slack = LocalSlack(f"http://127.0.0.1:{port}")
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    seed = ROOT / ".cache/slack" / f"seed-{port}.json"  # JSON is YAML enough
    token = {"token": TOKEN, "type": "bot", "user_id": "U000000001", "bot_id": "B000000001", "scopes": scopes}
    seed.write_text(json.dumps({"slack": {"team": {"name": "Setup"}, "tokens": [token], "strict_scopes": True}}))
    command = [str(node), str(PROGRAM), "start", "--service", "slack", "--port", str(port), "--seed", str(seed)]
    with subprocess.Popen(
        [*command, "--base-url", slack.url], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        try:
            _wait_until_ready(slack, running)
            yield slack
        finally:
            running.kill()
            seed.unlink()


def _wait_until_ready(slack: LocalSlack, running: subprocess.Popen[str]) -> None:
    ends = time.monotonic() + 20
    while time.monotonic() < ends and running.poll() is None:
        try:
            slack.call("auth.test")
        except (URLError, OSError):
            time.sleep(0.05)
        else:
            return
    running.kill()
    said = running.stdout.read() if running.stdout else ""
    pytest.fail(f"the local Slack did not start: {said[-500:]}")
