"""What the bot makes of Slack's answers, and that no secret leaves by an error, a repr or a log."""

from __future__ import annotations

import json
import logging
import socket
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.standins import faults
from tests.standins.faults import FaultyPath, faulty_path
from tests.standins.slack import TOKEN, LocalSlack, local_slack
from treasury_watch.core.messages.message import Message, Section
from treasury_watch.core.rules.model import Severity
from treasury_watch.notifiers import DeliveryError, Notifier, slack
from treasury_watch.notifiers.slack import Slack
from treasury_watch.notifiers.slack_errors import wait
from treasury_watch.notifiers.slack_webhook import SlackWebhook

SECRET = "xoxb-hush-hush-hush"
HOOK = "services/T000/B000/hush-hush-hush"
MESSAGE = Message(
    headline="Japan <cut> & sold", severity=Severity.HIGH, sections=(Section(kind="fired", title="Japan"),)
)
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def path() -> Iterator[FaultyPath]:
    """Slack's address with nobody behind it: every answer is the test's own."""
    with faulty_path(NOBODY) as lying:
        yield lying


@pytest.fixture(scope="module")
def local() -> Iterator[LocalSlack]:
    with local_slack() as running:
        yield running


def trouble(channel: Notifier) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        channel.send(MESSAGE, "key")
    return caught.value


def bot(path: FaultyPath, **settings: int) -> Slack:
    return Slack(token=SECRET, channel="C1", api=path.api, **settings)


def webhook(path: FaultyPath) -> SlackWebhook:
    return SlackWebhook(url=f"{path.url}/{HOOK}")


WAIT, LOOK, CONFIGURE, CHANNEL, PAYLOAD, LATER = "wait", "look", "configuration", "channel", "payload", "later"


def judged(error: DeliveryError) -> str:
    if error.permanent:
        assert not error.ambiguous
        assert error.retry_after is None
        return error.fault
    if error.ambiguous:
        return LOOK
    return WAIT if error.retry_after is not None else LATER


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("ratelimited", WAIT),
        ("rate_limited", WAIT),
        ("message_limit_exceeded", WAIT),
        ("fatal_error", LOOK),
        ("internal_error", LOOK),
        ("service_unavailable", LOOK),
        ("request_timeout", LOOK),
        ("not_authed", CONFIGURE),
        ("invalid_auth", CONFIGURE),
        ("account_inactive", CONFIGURE),
        ("token_revoked", CONFIGURE),
        ("token_expired", CONFIGURE),
        ("missing_scope", CONFIGURE),
        ("no_permission", CONFIGURE),
        ("access_denied", CONFIGURE),
        ("channel_not_found", CHANNEL),
        ("not_in_channel", CHANNEL),
        ("is_archived", CHANNEL),
        ("restricted_action", CHANNEL),
        ("restricted_action_read_only_channel", CHANNEL),
        ("invalid_blocks", PAYLOAD),
        ("invalid_blocks_format", PAYLOAD),
        ("msg_blocks_too_long", PAYLOAD),
        ("msg_too_long", PAYLOAD),
        ("no_text", PAYLOAD),
        ("invalid_metadata_format", PAYLOAD),
        ("a_word_of_next_year", LATER),
    ],
)
def test_what_slacks_word_means(path: FaultyPath, word: str, verdict: str) -> None:
    path.next("chat.postMessage", *[faults.slack_error(word)] * 2)
    error = trouble(bot(path))
    assert judged(error) == verdict
    assert word in error.problem
    assert path.asked["chat.postMessage"] == (2 if verdict == PAYLOAD else 1)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        *[(status, LOOK) for status in (500, 502, 503, 504, 408, 200)],
        *[(429, WAIT), (404, CONFIGURE), (403, CONFIGURE), (413, PAYLOAD)],
    ],
)
def test_what_a_status_without_a_word_means(path: FaultyPath, status: int, verdict: str) -> None:
    path.next("chat.postMessage", *[faults.error_before(status, b"<html>no</html>")] * 2)
    error = trouble(bot(path))
    assert judged(error) == verdict
    assert str(status) in error.problem


@pytest.mark.parametrize(
    "fault",
    [faults.reset_before, faults.Exchange.hang_up, faults.error_before(200, b""), faults.error_before(200, b'{"ok": ')],
    ids=["reset", "hung up", "empty", "cut off"],
)
def test_an_answer_that_does_not_come_leaves_a_doubt(path: FaultyPath, fault: faults.Fault) -> None:
    path.next("chat.postMessage", fault)
    path.next("services", fault)
    assert judged(trouble(bot(path))) == LOOK
    assert judged(trouble(webhook(path))) == LOOK
    assert path.asked == {"chat.postMessage": 1, "services": 1}  # nobody below us tries again by itself


def test_silence_leaves_a_doubt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        error = trouble(
            Slack(token=SECRET, channel="C1", api=f"http://127.0.0.1:{mute.getsockname()[1]}/api/", timeout=1)
        )
    assert judged(error) == LOOK


@pytest.mark.parametrize("api", [f"{NOBODY}/api/", "http://no-such-slack.invalid/api/"])
def test_what_never_left_leaves_no_doubt(api: str) -> None:
    error = trouble(Slack(token=SECRET, channel="C1", api=api))
    assert judged(error) == LATER
    assert "nothing was sent" in error.problem


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("30", 30, 30),
        (format_datetime(datetime.now(UTC) + timedelta(hours=1)), 1800, 3600),  # the suite may take a while to get here
        ("soon", 5, 5),
        ("", 5, 5),
    ],
    ids=["seconds", "date", "nonsense", "nothing"],
)
def test_a_429_says_how_long_to_wait(path: FaultyPath, asked: str, least: float, most: float) -> None:
    path.next("chat.postMessage", faults.error_before(429, b"", Retry_After=asked))
    assert least <= (trouble(bot(path)).retry_after or 0) <= most
    assert least <= wait(asked) <= most


def test_an_error_names_the_scope_that_is_missing_and_what_to_do(path: FaultyPath) -> None:
    path.next("chat.postMessage", faults.slack_error("missing_scope", needed="chat:write"))
    path.next("chat.postMessage", faults.slack_error("not_in_channel"))
    assert trouble(bot(path)).problem == "Slack: missing_scope (needs chat:write)"
    assert trouble(bot(path)).problem == "Slack: not_in_channel (invite the bot to the channel)"


@pytest.mark.parametrize(
    ("status", "said", "verdict"),
    [
        (400, "invalid_payload", PAYLOAD),
        (400, "no_text", PAYLOAD),
        (400, "too_many_attachments", PAYLOAD),
        (403, "action_prohibited", CHANNEL),
        (403, "invalid_token", CHANNEL),
        (404, "channel_not_found", CHANNEL),
        (404, "no_service", CHANNEL),
        (410, "channel_is_archived", CHANNEL),
        (200, "no_service", CHANNEL),
        (200, "<html>gateway</html>", LOOK),
        (500, "rollup_error", LOOK),
        (429, "", WAIT),
    ],
)
def test_what_a_webhooks_reply_means(path: FaultyPath, status: int, said: str, verdict: str) -> None:
    path.next("services", *[faults.error_before(status, said.encode())] * 2)
    error = trouble(webhook(path))
    assert judged(error) == verdict
    assert str(status) in error.problem
    assert path.asked["services"] == (2 if verdict == PAYLOAD else 1)


def test_a_webhook_says_ok_in_plain_text(path: FaultyPath) -> None:
    path.next("services", faults.error_before(200, b"ok"))
    assert webhook(path).send(MESSAGE, "key").ref == ""
    sent = json.loads(path.bodies[0])
    assert sent["text"] == ":red_circle: *High*  Japan &lt;cut&gt; &amp; sold"
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)


def test_no_secret_is_in_an_error_a_repr_or_a_log(path: FaultyPath, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = faults.slack_error("invalid_arguments", response_metadata={"messages": [f"bad token {SECRET}"]})
    path.next(
        "chat.postMessage", echo, faults.reset_before, faults.error_before(503), faults.slack_error("invalid_blocks")
    )
    path.next("services", faults.reset_before, faults.error_before(404, b"no_service"), faults.error_before(200, b"ok"))
    channels: list[Notifier] = [bot(path), webhook(path)]
    told = [trouble(channels[0]) for _ in range(3)] + [trouble(channels[1]) for _ in range(2)]
    told += [
        trouble(Slack(token=SECRET, channel="C1", api=f"{NOBODY}/api/")),
        trouble(SlackWebhook(url=f"{NOBODY}/{HOOK}")),
    ]
    channels[1].send(MESSAGE, "key")
    traces = ["".join(traceback.format_exception(error)) for error in told]
    everything = [*map(repr, channels), *map(repr, told), *map(str, told), *traces, caplog.text]
    assert "hush" not in "".join(everything)


# Against a Slack that keeps real messages.


def test_a_post_is_escaped_unfurls_nothing_and_carries_its_key(local: LocalSlack) -> None:
    room = local.new_channel("post")
    with faulty_path(local.url) as path:
        sent = Slack(token=TOKEN, channel=room, api=path.api).send(MESSAGE, "table5:2026-09")
    asked = json.loads(path.bodies[0])
    assert (asked["unfurl_links"], asked["unfurl_media"]) == (False, False)
    (posted,) = local.messages(room)
    assert sent.ref == f"{room}/{posted['ts']}"
    assert posted["text"] == ":red_circle: *High*  Japan &lt;cut&gt; &amp; sold"
    assert posted["attachments"][0]["color"] == "#a30200"
    assert posted["metadata"] == {"event_type": slack.EVENT, "event_payload": {"key": "table5:2026-09"}}


def test_a_message_is_found_however_many_came_after_it(local: LocalSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack, "_A_PAGE", 5)
    room = local.new_channel("pages")
    desk = Slack(token=TOKEN, channel=room, api=local.api)
    began = datetime.now(UTC)
    sent = desk.send(MESSAGE, "the one")
    for number in range(12):
        local.call(
            "chat.postMessage", channel=room, text=f"talk {number}", metadata={"event_type": "x", "event_payload": {}}
        )
    assert desk.find("the one", began) == sent
    assert desk.find("another", began) is None


def test_a_history_that_does_not_end_is_no_proof_of_absence(local: LocalSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack, "_A_PAGE", 2)
    monkeypatch.setattr(slack, "_MOST_PAGES", 2)
    room = local.new_channel("endless")
    for number in range(6):
        local.call("chat.postMessage", channel=room, text=f"talk {number}")
    with pytest.raises(DeliveryError, match="cannot search"):
        Slack(token=TOKEN, channel=room, api=local.api).find("the one", datetime.now(UTC))


def test_what_is_older_than_the_attempt_is_not_read(local: LocalSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack, "_A_PAGE", 2)
    room = local.new_channel("old")
    for number in range(6):
        local.call("chat.postMessage", channel=room, text=f"talk {number}")
    with faulty_path(local.url) as path:
        later = datetime.now(UTC) + timedelta(minutes=5)
        assert Slack(token=TOKEN, channel=room, api=path.api).find("the one", later) is None
    assert path.asked["conversations.history"] == 1


def test_looking_without_the_scope_says_which_is_missing() -> None:
    with local_slack(scopes=["chat:write", "channels:manage"]) as narrow:
        room = narrow.new_channel("narrow")
        with pytest.raises(DeliveryError, match=r"missing_scope.*channels:history") as caught:
            Slack(token=TOKEN, channel=room, api=narrow.api).find("key", datetime.now(UTC))
    assert caught.value.fault == "configuration"
