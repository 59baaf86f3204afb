"""What was told is edited in place, or answered, once, against a whole Slack with a path to it that lies."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.standins import faults
from tests.standins.faults import Fault, FaultyPath, faulty_path
from tests.standins.slack import ROOT, TOKEN, WEBHOOK_CHANNEL, LocalSlack, local_slack
from treasury_watch import delivery
from treasury_watch.core.messages.message import Message, Section
from treasury_watch.core.rules.model import Severity
from treasury_watch.delivery import DeliveryResult, deliver_due
from treasury_watch.notifiers import DeliveryError, Editor, Notifier
from treasury_watch.notifiers.console import Console
from treasury_watch.notifiers.slack import Slack
from treasury_watch.notifiers.slack_webhook import SlackWebhook
from treasury_watch.store import outbox
from treasury_watch.store.database import Engine, open_store

FIRED = Section(kind="fired", title="Japan −47.7 bn", severity=Severity.HIGH, text="The line is below −30 bn.")
FIRST = Message(headline=FIRED.title, severity=Severity.HIGH, sections=(FIRED,), context=("TIC Table 5",))
WHOLE = replace(
    FIRST,
    headline="Japan −47.7 bn: sold 23.9 long-term",
    sections=(replace(FIRED, title="Japan −47.7 bn: sold 23.9 long-term"),),
)
STRUCK = replace(
    FIRST,
    headline="Retracted: Japan −47.7 bn",
    severity=Severity.INFO,
    sections=(replace(FIRED, kind="retracted", title="Retracted: Japan −47.7 bn", struck="Japan −47.7 bn"),),
)
SHORT = Message(headline="In short", severity=Severity.INFO)
_names = count(1)


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'outbox.db'}"


@pytest.fixture
def store(database: str) -> Iterator[Engine]:
    engine = open_store(database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def slack() -> Iterator[LocalSlack]:
    with local_slack() as running:
        yield running


@pytest.fixture
def path(slack: LocalSlack) -> Iterator[FaultyPath]:
    with faulty_path(slack.url) as lying:
        yield lying


@pytest.fixture
def room(slack: LocalSlack) -> str:
    return slack.new_channel(f"edits-{next(_names)}")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look and try again sooner than a real Slack would want."""
    monkeypatch.setattr(delivery, "LOOKS", (0.05, 0.05))
    monkeypatch.setattr(delivery, "_backoff", lambda attempts: timedelta(seconds=0.05))
    monkeypatch.setattr("treasury_watch.notifiers.slack_errors._NO_TIME_SAID", 0.1)


def real_pass(store: Engine, **channels: Notifier) -> DeliveryResult:
    return deliver_due(store, channels, now=lambda: datetime.now(UTC))


def desk(api: str, channel: str) -> Slack:
    return Slack(token=TOKEN, channel=channel, api=api, timeout=1)


def tell(store: Engine, channel: str = "desk") -> None:
    with store.begin() as conn:
        outbox.queue(conn, key="march", channel=channel, message=FIRST, release_id=None, now=datetime.now(UTC))


def amend(store: Engine, message: Message = WHOLE, *, short: Message | None = None, replies: bool = False) -> None:
    with store.begin() as conn:
        outbox.queue_edit(
            conn,
            1,
            key=f"march|{message.headline}",
            message=message,
            short=short,
            replies=replies,
            now=datetime.now(UTC),
        )


def thread(slack: LocalSlack, channel: str, ts: str) -> list[dict[str, Any]]:
    """What stands under a message; without the message itself."""
    found: list[dict[str, Any]] = slack.call("conversations.replies", channel=channel, ts=ts)["messages"]
    return found[1:]


def key_of(message: dict[str, Any]) -> str:
    return str(message["metadata"]["event_payload"]["key"])


LYING = [
    pytest.param(faults.pass_through, id="nothing"),
    pytest.param(faults.lost_reply, id="reply lost"),
    pytest.param(faults.reset_before, id="reset before"),
    pytest.param(faults.half_a_reply, id="half a reply"),
    pytest.param(faults.error_after(500), id="500 after"),
    pytest.param(faults.slack_error("internal_error"), id="internal_error"),
    pytest.param(faults.error_before(429, Retry_After="1"), id="429"),
    pytest.param(faults.slow_reply(1.6), id="timeout after"),
]


@pytest.mark.parametrize("fault", LYING)
def test_a_message_is_edited_in_place_whatever_goes_wrong(
    fault: Fault, store: Engine, slack: LocalSlack, path: FaultyPath, room: str
) -> None:
    tell(store)
    real_pass(store, desk=desk(path.api, room))
    (before,) = slack.messages(room)
    amend(store)
    path.next("chat.update", fault)
    assert real_pass(store, desk=desk(path.api, room)).waiting == 0
    (after,) = slack.messages(room)
    assert (after["ts"], key_of(after)) == (before["ts"], "march")
    assert after["text"] == ":red_circle: *High*  Japan −47.7 bn: sold 23.9 long-term"
    assert "The line is below −30 bn." in json.dumps(after["attachments"], ensure_ascii=False)


@pytest.mark.parametrize("fault", LYING)
def test_a_correction_is_edited_in_and_answered_once(
    fault: Fault, store: Engine, slack: LocalSlack, path: FaultyPath, room: str
) -> None:
    tell(store)
    real_pass(store, desk=desk(path.api, room))
    amend(store, STRUCK, short=SHORT, replies=True)
    path.next("chat.postMessage", fault)
    assert real_pass(store, desk=desk(path.api, room)).waiting == 0
    (edited,) = [
        message for message in slack.messages(room) if message.get("thread_ts", message["ts"]) == message["ts"]
    ]
    assert edited["text"].endswith("Retracted: Japan −47.7 bn")
    assert "~Japan −47.7 bn~" in edited["attachments"][0]["blocks"][0]["text"]["text"]
    assert [key_of(answer) for answer in thread(slack, room, edited["ts"])] == ["march|Retracted: Japan −47.7 bn"]


@pytest.mark.parametrize("method", ["chat.update", "chat.postMessage"])
@pytest.mark.parametrize("posted", [True, False], ids=["after it", "before it"])
def test_a_sender_killed_while_correcting_leaves_one_edit_and_one_answer(
    method: str, posted: bool, store: Engine, database: str, slack: LocalSlack, path: FaultyPath, room: str
) -> None:
    tell(store)
    real_pass(store, desk=desk(path.api, room))
    amend(store, STRUCK, short=SHORT, replies=True)
    command = [sys.executable, "-m", "tests.standins.sender", database, path.api, room]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as sender:
        path.next(method, faults.then(sender.kill, posted=posted))
        assert sender.wait(20) == -9
    assert real_pass(store, desk=desk(path.api, room)).waiting == 0
    first = min(slack.messages(room), key=lambda message: float(message["ts"]))
    assert first["text"].endswith("Retracted: Japan −47.7 bn")
    assert len(thread(slack, room, first["ts"])) == 1


@pytest.mark.parametrize("why", ["message_not_found", "cant_update_message", "edit_window_closed"])
def test_what_cannot_be_edited_any_more_is_told_anew_and_edited_there_from_then_on(
    why: str, store: Engine, slack: LocalSlack, path: FaultyPath, room: str
) -> None:
    tell(store)
    real_pass(store, desk=desk(path.api, room))
    amend(store)
    path.next("chat.update", faults.slack_error(why))
    real_pass(store, desk=desk(path.api, room))
    anew, old = slack.messages(room)
    assert anew["text"].endswith("sold 23.9 long-term")
    assert old["text"].endswith("Japan −47.7 bn")
    amend(store, STRUCK)
    real_pass(store, desk=desk(path.api, room))
    anew, old = slack.messages(room)
    assert anew["text"].endswith("Retracted: Japan −47.7 bn")
    assert old["text"].endswith("Japan −47.7 bn")
    assert "Retracted" not in old["text"]


def test_an_edit_whose_layout_is_refused_is_made_in_plain_text(
    store: Engine, slack: LocalSlack, path: FaultyPath, room: str
) -> None:
    tell(store)
    real_pass(store, desk=desk(path.api, room))
    amend(store)
    path.next("chat.update", faults.slack_error("msg_blocks_too_long"))
    real_pass(store, desk=desk(path.api, room))
    (edited,) = slack.messages(room)
    assert edited["text"].startswith("Japan −47.7 bn: sold 23.9 long-term")
    assert not edited.get("attachments")


def test_a_webhook_follows_with_the_short_message(store: Engine, slack: LocalSlack) -> None:
    before = len(slack.messages(WEBHOOK_CHANNEL))
    tell(store)
    webhook = SlackWebhook(url=slack.webhook)
    real_pass(store, desk=webhook)
    amend(store, short=SHORT)
    real_pass(store, desk=webhook)
    texts = [message["text"] for message in slack.messages(WEBHOOK_CHANNEL)]
    assert len(texts) == before + 2
    assert texts[0].endswith("In short")


def test_a_webhook_is_not_bothered_where_there_is_nothing_short_to_say(store: Engine, slack: LocalSlack) -> None:
    tell(store)
    webhook = SlackWebhook(url=slack.webhook)
    real_pass(store, desk=webhook)
    before = len(slack.messages(WEBHOOK_CHANNEL))
    amend(store)
    assert real_pass(store, desk=webhook).waiting == 0
    assert len(slack.messages(WEBHOOK_CHANNEL)) == before


def test_a_bad_token_keeps_the_edit_for_whoever_mends_it(
    store: Engine, slack: LocalSlack, path: FaultyPath, room: str
) -> None:
    tell(store)
    real_pass(store, desk=desk(path.api, room))
    amend(store)
    path.next("chat.update", faults.slack_error("token_revoked"))
    stopped = real_pass(store, desk=desk(path.api, room))
    assert (stopped.waiting, stopped.troubles[0].fault) == (1, "configuration")
    assert real_pass(store, desk=desk(path.api, room)).waiting == 0
    assert slack.messages(room)[0]["text"].endswith("long-term")


def test_only_a_channel_that_can_edit_is_asked_to() -> None:
    assert isinstance(desk("http://127.0.0.1:9/api/", "C1"), Editor)
    assert not isinstance(SlackWebhook(url="http://127.0.0.1:9/x"), Editor)
    assert not isinstance(Console(), Editor)


def test_a_thread_that_is_gone_holds_no_reply(slack: LocalSlack, path: FaultyPath, room: str) -> None:
    path.next("conversations.replies", faults.slack_error("thread_not_found"))
    assert desk(path.api, room).find_reply("k", f"{room}/1.000000", datetime.now(UTC)) is None
    path.next("conversations.replies", faults.slack_error("missing_scope"))
    with pytest.raises(DeliveryError, match="missing_scope"):
        desk(path.api, room).find_reply("k", f"{room}/1.000000", datetime.now(UTC))
