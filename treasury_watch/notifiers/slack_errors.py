"""
What became of a post to Slack, from what came back or did not.

The one question that matters: was it certainly not posted, or may it have been? Every doubt is called ambiguous.
"""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.error import URLError

from treasury_watch.notifiers import DeliveryError

TIMEOUT: Final = 8
"""Seconds of silence before an answer is given up: short enough that the bot can stop within ten."""

SLOWLY: Final = 60.0
"""Seconds to wait where Slack says too much but not until when."""

_NO_TIME_SAID: Final = 5.0
"""Seconds to wait where a rate limit comes without a readable Retry-After."""

_RATE: Final = {"ratelimited", "rate_limited"}
_DOUBTFUL: Final = {"fatal_error", "internal_error", "service_unavailable", "request_timeout"}
_CONFIGURATION: Final = {
    "not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "missing_scope",
    "no_permission", "access_denied", "not_allowed_token_type", "ekm_access_denied", "team_access_not_granted",
}  # fmt: skip
_CHANNEL: Final = {"channel_not_found", "not_in_channel", "is_archived"}
_PAYLOAD: Final = {
    "msg_blocks_too_long", "msg_too_long", "no_text", "too_many_attachments", "invalid_attachments",
}  # fmt: skip
_GONE: Final = {"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"}
_NEVER_LEFT: Final = {errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}

_WHAT_TO_DO: Final = {
    "not_authed": "set the channel's token",
    "invalid_auth": "check the channel's token",
    "token_revoked": "issue a new token and restart",
    "token_expired": "issue a new token and restart",
    "account_inactive": "the app or its workspace was disabled; install it again",
    "channel_not_found": "expected a channel ID such as C0123456789 that the bot can see",
    "not_in_channel": "invite the bot to the channel",
    "is_archived": "unarchive the channel or name another",
}


def refused(error: str, *, needed: str = "", messages: tuple[str, ...] = (), retry_after: str = "") -> DeliveryError:
    """
    Judge an answer that was not ``ok``, by Slack's own word for it.

    A word not known here was an answer all the same, so nothing was posted; it is tried again later and seen meanwhile.
    """
    details = [f"needs {needed}"] if needed else []
    details += messages
    if error in _WHAT_TO_DO:
        details.append(_WHAT_TO_DO[error])
    problem = f"Slack: {error}" + (f" ({'; '.join(details)})" if details else "")
    if error in _RATE:
        return DeliveryError(problem, retry_after=wait(retry_after))
    if error == "message_limit_exceeded":
        return DeliveryError(problem, retry_after=SLOWLY)
    if error in _DOUBTFUL:
        return DeliveryError(problem, ambiguous=True)
    if error in _CONFIGURATION:
        return DeliveryError(problem, permanent=True, fault="configuration")
    if error in _CHANNEL or error.startswith("restricted_action"):
        return DeliveryError(problem, permanent=True, fault="channel")
    if error in _GONE:
        return DeliveryError(problem, permanent=True, fault="gone")
    if error in _PAYLOAD or error.startswith(("invalid_blocks", "invalid_metadata", "metadata_")):
        return DeliveryError(problem, permanent=True, fault="payload")
    return DeliveryError(problem)


def answered(status: int, retry_after: str = "") -> DeliveryError:
    """Judge an HTTP status that came without a word of Slack's."""
    problem = f"Slack: answered {status}"
    if status == 429:
        return DeliveryError(f"{problem}, too many messages", retry_after=wait(retry_after))
    if status >= 500 or status in (200, 408):
        # A 200 that is not Slack's JSON comes from something in between, which may have passed the message on.
        return DeliveryError(f"{problem} without saying whether it was posted", ambiguous=True)
    if status == 413:
        return DeliveryError(f"{problem}, the message is too large", permanent=True, fault="payload")
    return DeliveryError(f"{problem}; expected Slack's API there", permanent=True, fault="configuration")


def broken(error: Exception) -> DeliveryError:
    """Judge a connection that failed. Only a name unknown, a refusal or no way there mean that nothing was sent."""
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
    if isinstance(cause, socket.gaierror):
        return DeliveryError("Slack: the host's name cannot be resolved; nothing was sent")
    if isinstance(cause, ssl.SSLCertVerificationError):
        return DeliveryError("Slack: the host's certificate is not trusted; nothing was sent")
    if isinstance(cause, OSError) and cause.errno in _NEVER_LEFT:
        return DeliveryError(f"Slack: {errno.errorcode[cause.errno]}, no connection; nothing was sent")
    if isinstance(cause, TimeoutError):
        return DeliveryError("Slack: no answer in time", ambiguous=True)
    if isinstance(cause, (OSError, http.client.HTTPException)):
        return DeliveryError("Slack: the connection broke before an answer came", ambiguous=True)
    return DeliveryError(f"Slack: an answer that cannot be read ({type(cause).__name__})", ambiguous=True)


def wait(retry_after: str) -> float:
    """Seconds that Retry-After asks for, given as seconds or as a date; a little where it says neither."""
    text = retry_after.strip()
    try:
        return float(text) if text.isdecimal() else _until(text)
    except ValueError:
        return _NO_TIME_SAID


def _until(date: str) -> float:
    until = parsedate_to_datetime(date)
    return max((until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 1.0)
