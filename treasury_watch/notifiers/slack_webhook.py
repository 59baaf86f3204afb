"""
Slack by incoming webhook: each message at least once.

A webhook answers in plain text, gives no ``ts``, and what it posted cannot be looked for: after a lost answer the
message is sent again. The address itself is the secret, and is shown nowhere.
"""

from __future__ import annotations

import logging
from datetime import datetime
from http.client import HTTPException
from typing import Any, Final

from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from treasury_watch.core.messages.message import Message
from treasury_watch.notifiers import DeliveryError, Receipt
from treasury_watch.notifiers.slack_errors import TIMEOUT, answered, broken
from treasury_watch.notifiers.slack_layout import layout, plain

log = logging.getLogger(__name__)

_PAYLOAD: Final = {"invalid_payload", "no_text", "too_many_attachments", "invalid_blocks", "invalid_attachments"}
_LONGEST_WORD: Final = 60


class SlackWebhook:
    """An incoming webhook, which belongs to one channel."""

    searchable = False

    def __init__(self, *, url: str) -> None:
        # The SDK writes the address to its log at DEBUG.
        quiet = logging.Logger("slack_sdk.quiet", level=logging.CRITICAL + 1)
        self._client = WebhookClient(url, timeout=TIMEOUT, retry_handlers=[], logger=quiet)

    def __repr__(self) -> str:
        return "SlackWebhook(url=…)"

    def send(self, message: Message, key: str) -> Receipt:
        """Post once; if Slack refuses how it looks, post its plain text instead. Raises DeliveryError."""
        try:
            self._post(layout(message))
        except DeliveryError as error:
            if error.fault != "payload":
                raise
            log.warning("sent without layout channel=webhook key=%s problem=%s", key, error.problem)
            self._post({"text": plain(message)})
        return Receipt()

    def find(self, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002 - the protocol's arguments
        """Never finds: a webhook cannot read."""
        return None

    def _post(self, content: dict[str, Any]) -> None:
        try:
            reply = self._client.send_dict({**content, "unfurl_links": False, "unfurl_media": False})
        except (SlackClientError, OSError, HTTPException, ValueError) as error:
            raise broken(error) from None
        said = reply.body.strip()
        # A 200 alone is no success: a refused message can come back with one. "ok" is.
        if reply.status_code == 200 and said == "ok":
            return
        word = said if said.replace("_", "").isalnum() and len(said) <= _LONGEST_WORD else ""
        if reply.status_code in (400, 403, 404, 410) or (reply.status_code == 200 and word):
            fault = "payload" if word in _PAYLOAD else "channel"
            shown = f": {word}" if word else ""
            raise DeliveryError(f"Slack webhook: answered {reply.status_code}{shown}", permanent=True, fault=fault)
        headers = {name.lower(): str(value) for name, value in reply.headers.items()}
        raise answered(reply.status_code, headers.get("retry-after", ""))
