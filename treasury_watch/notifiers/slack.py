"""
Slack by bot token: each message once, edited in place when more is known.

The outbox's key travels in the message's metadata, so that a post whose answer was lost can be found again in the
channel's history. Scopes: chat:write, and channels:history (groups:history in a private channel) to look.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from treasury_watch.core.messages.message import Message
from treasury_watch.notifiers import DeliveryError, Receipt
from treasury_watch.notifiers.slack_errors import TIMEOUT, answered, broken, refused
from treasury_watch.notifiers.slack_layout import layout, plain

log = logging.getLogger(__name__)

API: Final = "https://slack.com/api/"
EVENT: Final = "treasury_watch_message"
"""The ``event_type`` under which the key stands in a message's metadata."""

CLOCK_MARGIN: Final = timedelta(seconds=60)
"""How far Slack's clock may be behind ours."""

_A_PAGE: Final = 200
_MOST_PAGES: Final = 50


class Slack:
    """A channel of a workspace. ``channel`` is an ID: names do not work for looking."""

    searchable = True

    def __init__(self, *, token: str, channel: str, api: str = API, timeout: int = TIMEOUT) -> None:
        # The SDK logs failures and, at DEBUG, whole payloads; what a person should know is in the DeliveryError.
        quiet = logging.Logger("slack_sdk.quiet", level=logging.CRITICAL + 1)
        # No retry by the SDK at all. Its handlers for lost connections and server errors post twice. The one for rate
        # limits would sleep with the lease running out, forget the wait in a crash, and fail on a Retry-After that is a
        # date; here the wait is written to the outbox.
        self._client = WebClient(token=token, base_url=api, timeout=timeout, retry_handlers=[], logger=quiet)
        self._token = token
        self._channel = channel

    def __repr__(self) -> str:
        return f"Slack(channel={self._channel!r})"

    def send(self, message: Message, key: str) -> Receipt:
        """
        Post once; if Slack refuses how it looks, post its plain text instead.

        ``ref`` is ``channel/ts``. Raises DeliveryError.
        """
        return self._told(message, key, self._post)

    def edit(self, message: Message, key: str, ref: str) -> Receipt:
        """
        Put a message in the place of the one at ``ref``, which was sent with ``key``; safe to repeat.

        Raises DeliveryError, with the fault ``gone`` where that one was deleted or may not be edited any more.
        """

        def update(content: dict[str, Any], metadata: dict[str, Any] | None) -> Receipt:
            channel, ts = _place(ref)
            # An attachment that is not named again stays as it was: a plain text has to take it away.
            whole = {"attachments": [], **content, **({"metadata": metadata} if metadata else {})}
            self._call("chat.update", {"channel": channel, "ts": ts, **whole})
            return Receipt(ref)

        return self._told(message, key, update)

    def reply(self, message: Message, key: str, ref: str) -> Receipt:
        """Post once in the thread of the message at ``ref``, without a copy in the channel. Raises DeliveryError."""
        _, ts = _place(ref)
        return self._told(message, key, lambda content, metadata: self._post({"thread_ts": ts, **content}, metadata))

    def _told(
        self, message: Message, key: str, put: Callable[[dict[str, Any], dict[str, Any] | None], Receipt]
    ) -> Receipt:
        metadata = {"event_type": EVENT, "event_payload": {"key": key}}
        try:
            return put(layout(message), metadata)
        except DeliveryError as error:
            if error.fault != "payload":
                raise
            log.warning("sent without layout channel=%s key=%s problem=%s", self._channel, key, error.problem)
            return put({"text": plain(message)}, None if "metadata" in error.problem else metadata)

    def find(self, key: str, since: datetime) -> Receipt | None:
        """
        Look through the channel's history, newest first, for the message with this key.

        Raises DeliveryError where the history cannot be read to its end, because then nobody knows.
        """
        return self._find("conversations.history", {"channel": self._channel}, key, since)

    def find_reply(self, key: str, ref: str, since: datetime) -> Receipt | None:
        """Look through the thread of the message at ``ref`` for the reply with this key; as ``find``."""
        channel, ts = _place(ref)
        try:
            return self._find("conversations.replies", {"channel": channel, "ts": ts}, key, since)
        except DeliveryError as error:
            if error.fault != "gone":
                raise
            return None

    def _find(self, method: str, where: dict[str, Any], key: str, since: datetime) -> Receipt | None:
        oldest = (since - CLOCK_MARGIN).timestamp()
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            page = self._call(
                method,
                {
                    **where,
                    "oldest": f"{oldest:.6f}",
                    "include_all_metadata": True,
                    "limit": _A_PAGE,
                    **({"cursor": cursor} if cursor else {}),
                },
            )
            messages: list[dict[str, Any]] = page.get("messages") or []
            for posted in messages:
                metadata = posted.get("metadata") or {}
                if metadata.get("event_type") == EVENT and metadata.get("event_payload", {}).get("key") == key:
                    return Receipt(f"{self._channel}/{posted['ts']}")
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            # A thread comes oldest first, and its parent is always in it: only the history is done once it is past.
            past = method == "conversations.history" and messages and float(messages[-1]["ts"]) < oldest
            if not cursor or past:
                return None
        raise DeliveryError(
            f"Slack: more than {_A_PAGE * _MOST_PAGES:,} messages since the attempt; cannot search them"
        )

    def _post(self, content: dict[str, Any], metadata: dict[str, Any] | None) -> Receipt:
        posted = self._call(
            "chat.postMessage",
            {
                "channel": self._channel,
                **content,
                **({"metadata": metadata} if metadata else {}),
                "unfurl_links": False,
                "unfurl_media": False,
            },
        )
        return Receipt(f"{posted.get('channel') or self._channel}/{posted['ts']}")

    def _call(self, method: str, arguments: dict[str, Any]) -> SlackResponse:
        """Ask Slack once; whatever goes wrong becomes a DeliveryError without the token in it."""
        try:
            if method.startswith("conversations."):  # Slack reads their arguments from a form only
                return self._client.api_call(method, params=arguments)
            return self._client.api_call(method, json=arguments)
        except SlackApiError as error:
            raise self._judged(error.response) from None
        except (SlackClientError, OSError, HTTPException, ValueError, AttributeError, TypeError) as error:
            # The last three are what the SDK lets through when an answer is cut off or is not an object.
            raise broken(error) from None

    def _judged(self, response: SlackResponse) -> DeliveryError:
        headers = {name.lower(): str(value) for name, value in response.headers.items()}
        retry_after = headers.get("retry-after", "")
        said = response.data if isinstance(response.data, dict) else {}
        error = str(said.get("error", ""))
        if response.status_code == 429 or response.status_code >= 500 or not _is_a_word(error):
            return answered(response.status_code, retry_after)
        metadata = said.get("response_metadata")
        messages = metadata.get("messages", []) if isinstance(metadata, dict) else []
        return refused(
            error,
            needed=self._safe(str(said.get("needed", ""))),
            messages=tuple(self._safe(str(each)) for each in messages),
            retry_after=retry_after,
        )

    def _safe(self, text: str) -> str:
        return text.replace(self._token, "…") if self._token else text


def _place(ref: str) -> tuple[str, str]:
    """Channel and ``ts`` of a message, as ``send`` gave them."""
    channel, _, ts = ref.partition("/")
    return channel, ts


def _is_a_word(error: str) -> bool:
    """Tell Slack's ``channel_not_found`` from the sentence that the SDK puts in its place for an unreadable answer."""
    return error.replace("_", "").replace("-", "").isalnum()
