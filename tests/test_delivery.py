"""
Each message once, whatever goes wrong, against a whole Slack on this machine with a path to it that lies.

The other half needs no Slack: channels of our own that keep what they are sent, and a clock that moves when told.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from tests.standins import faults
from tests.standins.faults import Fault, FaultyPath, faulty_path
from tests.standins.slack import ROOT, TOKEN, WEBHOOK_CHANNEL, LocalSlack, local_slack
from treasury_watch import delivery
from treasury_watch.core.messages.message import Message, Section
from treasury_watch.core.rules.model import Severity
from treasury_watch.delivery import DeliveryResult, Trouble, deliver_due
from treasury_watch.notifiers import DeliveryError, Notifier, Receipt
from treasury_watch.notifiers.slack import Slack
from treasury_watch.notifiers.slack_webhook import SlackWebhook
from treasury_watch.store import attempts, outbox
from treasury_watch.store.database import open_store
from treasury_watch.store.schema import deliveries, notifications

MESSAGE = Message(
    headline="Japan cut 53.2 bn in 2026-09, below -50 bn",
    severity=Severity.HIGH,
    sections=(
        Section(kind="fired", title="Japan cut 53.2 bn", severity=Severity.HIGH, facts=(("Change", "-53.2 bn"),)),
    ),
    context=("TIC Table 5", "2026-09"),
)
NOW = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
_names = count(1)


class Clock:
    """Stands still until somebody sleeps."""

    def __init__(self) -> None:
        self.at = NOW
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)


class FakeChannel:
    """Keeps what it is sent; each of ``says`` happens once, in turn: an error before posting, or after."""

    def __init__(self, *says: Exception | None, posts_anyway: bool = False, searchable: bool = True) -> None:
        self.searchable = searchable
        self.seen: list[str] = []
        self.looked: list[datetime] = []
        self.cannot_look: DeliveryError | None = None
        self.during_send: Callable[[], object] = lambda: None
        self._says = list(says)
        self._posts_anyway = posts_anyway

    def send(self, message: Message, key: str) -> Receipt:
        error = self._says.pop(0) if self._says else None
        if error is None or self._posts_anyway:
            self.seen.append(key)
        self.during_send()
        if error is not None:
            raise error
        return Receipt(f"C1/{len(self.seen)}")

    def find(self, key: str, since: datetime) -> Receipt | None:
        self.looked.append(since)
        if self.cannot_look is not None:
            raise self.cannot_look
        return Receipt(f"C1/{self.seen.index(key) + 1}") if key in self.seen else None


class Killed(BaseException):
    """As a signal would: nothing catches it."""


def lost() -> DeliveryError:
    return DeliveryError("reply lost", ambiguous=True)


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'outbox.db'}"


@pytest.fixture
def store(database: str) -> Iterator[Engine]:
    engine = open_store(database)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


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
    return slack.new_channel(f"room-{next(_names)}")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look and try again sooner than a real Slack would want."""
    monkeypatch.setattr(delivery, "LOOKS", (0.05, 0.05))
    monkeypatch.setattr(delivery, "_backoff", lambda attempts: timedelta(seconds=0.05))


def queue(store: Engine, *keys: str, channel: str = "desk", at: datetime = NOW) -> None:
    with store.begin() as conn:
        for key in keys:
            outbox.queue(conn, key=key, channel=channel, message=MESSAGE, release_id=None, now=at)


def passes(store: Engine, clock: Clock, **channels: Notifier) -> DeliveryResult:
    return deliver_due(store, channels, now=clock.now, sleep=clock.sleep)


def real_pass(store: Engine, **channels: Notifier) -> DeliveryResult:
    return deliver_due(store, channels, now=lambda: datetime.now(UTC))


def states(store: Engine) -> list[str]:
    with store.connect() as conn:
        return list(conn.execute(select(notifications.c.state).order_by(notifications.c.id)).scalars())


def outcomes(store: Engine) -> list[str]:
    with store.connect() as conn:
        return list(conn.execute(select(deliveries.c.outcome).order_by(deliveries.c.id)).scalars())


def problems(store: Engine) -> list[str]:
    with store.connect() as conn:
        return list(conn.execute(select(notifications.c.problem).order_by(notifications.c.id)).scalars())


def desk(api: str, channel: str) -> Slack:
    return Slack(token=TOKEN, channel=channel, api=api, timeout=1)


class AgainSoon(FakeChannel):
    """A channel that refuses everything, and asks each time for a try half a second later."""

    def send(self, message: Message, key: str) -> Receipt:
        self.seen.append(key)
        raise DeliveryError("busy", retry_after=0.5)


def test_a_message_that_is_refused_again_and_again_holds_its_channel_for_four_tries_a_pass(
    store: Engine, clock: Clock
) -> None:
    queue(store, "refused")
    queue(store, "other", channel="room")
    busy, room = AgainSoon(), FakeChannel()
    delivered = passes(store, clock, desk=busy, room=room)
    assert (busy.seen, room.seen) == (["refused"] * 4, ["other"])
    assert (delivered.sent, delivered.waiting) == (1, 1)
    clock.sleep(1)
    passes(store, clock, desk=busy, room=room)
    assert len(busy.seen) == 8


# What must hold against a real Slack: one message, and the outbox knows it.


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.pass_through, id="nothing"),
        pytest.param(faults.lost_reply, id="reply lost"),
        pytest.param(faults.reset_after, id="reset after the post"),
        pytest.param(faults.reset_before, id="reset before the post"),
        pytest.param(faults.cut_reply, id="reply cut off"),
        pytest.param(faults.half_a_reply, id="half a reply that looks whole"),
        pytest.param(faults.error_after(500), id="500 after the post"),
        pytest.param(faults.error_after(503), id="503 after the post"),
        pytest.param(faults.error_after(200, b"<html>gateway</html>"), id="a gateway's page after the post"),
        pytest.param(faults.error_after(200, b"[]"), id="an answer that is no object"),
        pytest.param(faults.error_before(500), id="500 before the post"),
        pytest.param(faults.slack_error("internal_error"), id="internal_error"),
        pytest.param(faults.slack_error("ratelimited"), id="ratelimited without a time"),
        pytest.param(faults.error_before(429, Retry_After="1"), id="429"),
        pytest.param(faults.slow_reply(1.6), id="timeout after the post"),
    ],
)
@pytest.mark.usefixtures("quick")
def test_slack_shows_each_message_once(
    fault: Fault, store: Engine, slack: LocalSlack, path: FaultyPath, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("treasury_watch.notifiers.slack_errors._NO_TIME_SAID", 0.1)
    path.next("chat.postMessage", fault)
    queue(store, "table5:2026-09", at=datetime.now(UTC))
    delivered = real_pass(store, desk=desk(path.api, room))
    posted = slack.messages(room)
    assert [message["metadata"]["event_payload"]["key"] for message in posted] == ["table5:2026-09"]
    assert (delivered.sent, delivered.failed, delivered.waiting, delivered.troubles) == (1, 0, 0, ())
    with store.connect() as conn:
        assert conn.execute(select(notifications.c.ref)).scalar_one() == f"{room}/{posted[0]['ts']}"


@pytest.mark.usefixtures("quick")
def test_a_reply_lost_twice_still_makes_one_message(
    store: Engine, slack: LocalSlack, path: FaultyPath, room: str
) -> None:
    path.next("chat.postMessage", faults.reset_before, faults.lost_reply)
    queue(store, "one", "two", at=datetime.now(UTC))
    assert real_pass(store, desk=desk(path.api, room)).sent == 2
    assert [message["metadata"]["event_payload"]["key"] for message in slack.messages(room)] == ["two", "one"]
    assert outcomes(store) == ["ambiguous", "ambiguous", "found", "sent"]


@pytest.mark.parametrize("posted", [True, False], ids=["after the post", "before the post"])
@pytest.mark.usefixtures("quick")
def test_a_sender_killed_in_the_middle_loses_nothing_and_tells_once(
    posted: bool, store: Engine, database: str, slack: LocalSlack, path: FaultyPath, room: str
) -> None:
    queue(store, "table5:2026-09", at=datetime.now(UTC))
    command = [sys.executable, "-m", "tests.standins.sender", database, path.api, room]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as sender:
        path.next("chat.postMessage", faults.then(sender.kill, posted=posted))
        assert sender.wait(20) == -9
    assert (states(store), len(slack.messages(room))) == (["sending"], int(posted))
    delivered = real_pass(store, desk=desk(path.api, room))  # at once: no waiting for the dead one's lease
    assert (delivered.sent, len(slack.messages(room))) == (1, 1)
    assert outcomes(store) == ["ambiguous", "found" if posted else "sent"]


def test_two_workers_at_once_tell_everything_once_and_in_order(
    store: Engine, database: str, slack: LocalSlack, path: FaultyPath, room: str
) -> None:
    keys = [f"release-{number}" for number in range(8)]
    queue(store, *keys, at=datetime.now(UTC))
    path.next("chat.postMessage", *[faults.slow_reply(0.02)] * 8)

    def work() -> None:
        mine = open_store(database)
        while real_pass(mine, desk=desk(path.api, room)).waiting:
            pass
        mine.dispose()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert [message["metadata"]["event_payload"]["key"] for message in slack.messages(room)] == keys[::-1]
    assert outcomes(store) == ["sent"] * 8


@pytest.mark.usefixtures("quick")
def test_a_webhook_tells_at_least_once(store: Engine, slack: LocalSlack, path: FaultyPath) -> None:
    before = len(slack.messages(WEBHOOK_CHANNEL))
    path.next("services", faults.lost_reply)
    queue(store, "table5:2026-09", channel="room")
    webhook = SlackWebhook(url=slack.webhook.replace(slack.url, path.url))
    assert real_pass(store, room=webhook).sent == 1
    assert len(slack.messages(WEBHOOK_CHANNEL)) - before == 2
    assert outcomes(store) == ["ambiguous", "sent"]


@pytest.mark.usefixtures("quick")
def test_a_layout_that_slack_refuses_is_told_in_plain_text(
    store: Engine, slack: LocalSlack, path: FaultyPath, room: str, caplog: pytest.LogCaptureFixture
) -> None:
    why = {"messages": ["[ERROR] must be more than 0 characters [json-pointer:/attachments/0/blocks/0/text/text]"]}
    path.next("chat.postMessage", faults.slack_error("invalid_blocks", response_metadata=why))
    queue(store, "table5:2026-09", at=datetime.now(UTC))
    assert real_pass(store, desk=desk(path.api, room)).sent == 1
    (posted,) = slack.messages(room)
    assert posted["text"].startswith(MESSAGE.headline)
    assert "Change: -53.2 bn" in posted["text"]
    assert posted["metadata"]["event_payload"]["key"] == "table5:2026-09"
    assert "json-pointer:/attachments/0/blocks/0/text/text" in caplog.text


# The rest is decided without a Slack.


def test_a_message_in_doubt_is_looked_for_twice_before_it_is_sent_again(store: Engine, clock: Clock) -> None:
    channel = FakeChannel(lost())
    queue(store, "a")
    assert passes(store, clock, desk=channel).sent == 1
    assert (channel.seen, channel.looked, clock.slept) == (["a"], [NOW, NOW], [1.5, 1.5])
    assert outcomes(store) == ["ambiguous", "sent"]


def test_a_message_in_doubt_that_stands_there_is_not_sent_again(store: Engine, clock: Clock) -> None:
    channel = FakeChannel(lost(), posts_anyway=True)
    queue(store, "a")
    assert passes(store, clock, desk=channel).sent == 1
    assert (channel.seen, outcomes(store), states(store)) == (["a"], ["ambiguous", "found"], ["sent"])


def test_a_channel_that_cannot_be_searched_now_keeps_the_doubt(store: Engine, clock: Clock) -> None:
    channel = FakeChannel(lost(), posts_anyway=True)
    channel.cannot_look = DeliveryError("history is down", ambiguous=True)
    queue(store, "a")
    down = passes(store, clock, desk=channel)
    assert (down.sent, down.waiting, states(store), channel.seen) == (0, 1, ["sending"], ["a"])
    assert "cannot be searched: history is down" in down.troubles[0].problem
    channel.cannot_look = None
    clock.sleep(3600)
    assert passes(store, clock, desk=channel).sent == 1
    assert channel.seen == ["a"]


def test_a_missing_scope_to_look_holds_only_the_message_in_doubt(store: Engine, clock: Clock) -> None:
    channel = FakeChannel(lost())
    channel.cannot_look = DeliveryError("Slack: missing_scope", permanent=True, fault="configuration")
    queue(store, "a", "b")
    delivered = passes(store, clock, desk=channel)
    assert (channel.seen, states(store)) == (["b"], ["sending", "sent"])
    assert delivered.troubles[0].fault == "configuration"


def test_a_crash_between_send_and_note_is_looked_into_by_the_next_pass(store: Engine, clock: Clock) -> None:
    channel = FakeChannel()

    def die() -> None:
        raise Killed

    channel.during_send = die
    queue(store, "a")
    with pytest.raises(Killed):
        passes(store, clock, desk=channel)
    channel.during_send = lambda: None
    assert passes(store, clock, desk=channel).sent == 1
    assert (channel.seen, outcomes(store)) == (["a"], ["ambiguous", "found"])


def test_while_one_worker_sends_another_leaves_the_channel_alone(store: Engine, clock: Clock) -> None:
    other = FakeChannel()
    second: list[DeliveryResult] = []
    channel = FakeChannel()
    channel.during_send = lambda: second.append(passes(store, clock, desk=other))
    queue(store, "a", "b")
    assert passes(store, clock, desk=channel).sent == 2
    assert (channel.seen, other.seen) == (["a", "b"], [])
    assert [each.sent for each in second] == [0, 0]


def test_a_worker_elsewhere_that_went_silent_is_replaced_when_its_lease_ends(store: Engine, clock: Clock) -> None:
    queue(store, "a")
    with store.begin() as conn:
        attempts.claim(conn, "desk", clock.now(), delivery.LEASE, "another-host/boot/ns:1:99:run")
    channel = FakeChannel()
    assert passes(store, clock, desk=channel).waiting == 1
    clock.sleep(delivery.LEASE.total_seconds())
    assert passes(store, clock, desk=channel).sent == 1
    assert channel.looked


def test_a_channel_that_asks_for_a_short_wait_gets_it_within_the_pass(store: Engine, clock: Clock) -> None:
    channel = FakeChannel(DeliveryError("too many", retry_after=7.0))
    queue(store, "a")
    assert passes(store, clock, desk=channel) == DeliveryResult(sent=1)
    assert (clock.slept, outcomes(store)) == ([7.0], ["retry", "sent"])


def test_a_long_wait_is_left_to_a_later_pass(store: Engine, clock: Clock) -> None:
    channel = FakeChannel(DeliveryError("too many", retry_after=600.0))
    queue(store, "a")
    assert passes(store, clock, desk=channel) == DeliveryResult(waiting=1, troubles=(Trouble("desk", "too many"),))
    clock.sleep(599)
    assert passes(store, clock, desk=channel).sent == 0
    clock.sleep(1)
    assert passes(store, clock, desk=channel).sent == 1


def test_a_channel_that_stays_down_is_tried_ever_more_rarely(store: Engine, clock: Clock) -> None:
    channel = FakeChannel(*[DeliveryError("refused")] * 100)
    queue(store, "a")
    tried: list[datetime] = []
    channel.during_send = lambda: tried.append(clock.at)
    while len(tried) < 14:
        passes(store, clock, desk=channel)
        clock.sleep(20)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(tried)]
    assert gaps[:3] == [2, 4, 8]
    assert gaps == sorted(gaps)
    assert gaps[-1] == pytest.approx(900, abs=20)
    assert states(store) == ["due"]


def test_one_channels_trouble_holds_no_other_channels_messages(store: Engine, clock: Clock) -> None:
    down = FakeChannel(*[DeliveryError("refused")] * 9)
    well = FakeChannel()
    queue(store, "a", channel="down")
    queue(store, *"bcd", channel="well")
    delivered = passes(store, clock, down=down, well=well)
    assert (well.seen, delivered.sent, delivered.waiting) == (["b", "c", "d"], 3, 1)
    assert delivered.troubles == (Trouble("down", "refused"),)


def test_a_bug_in_one_channel_is_reported_and_holds_no_other(
    store: Engine, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    queue(store, "a", channel="broken")
    queue(store, "b", channel="well")
    well = FakeChannel()
    delivered = passes(store, clock, broken=FakeChannel(KeyError("xoxb-hush")), well=well)
    assert well.seen == ["b"]
    assert delivered.troubles[0].fault == "ours"
    assert "KeyError in send" in delivered.troubles[0].problem
    assert "hush" not in caplog.text + str(delivered) + "".join(problems(store))


def test_a_bad_token_stops_the_channel_and_loses_nothing(store: Engine, clock: Clock) -> None:
    channel = FakeChannel(DeliveryError("Slack: invalid_auth", permanent=True, fault="configuration"))
    queue(store, "a", "b")
    delivered = passes(store, clock, desk=channel)
    assert delivered == DeliveryResult(waiting=2, troubles=(Trouble("desk", "Slack: invalid_auth", "configuration"),))
    assert passes(store, clock, desk=channel).sent == 2  # the token was mended
    assert channel.seen == ["a", "b"]


@pytest.mark.parametrize("fault", ["channel", "payload"])
def test_a_message_that_will_never_be_taken_fails_visibly_and_the_next_one_goes_out(
    fault: str, store: Engine, clock: Clock
) -> None:
    channel = FakeChannel(DeliveryError("Slack: no", permanent=True, fault=fault))
    queue(store, "a", "b")
    delivered = passes(store, clock, desk=channel)
    assert (delivered.sent, delivered.failed, delivered.waiting) == (1, 1, 0)
    assert delivered.troubles == (Trouble("desk", "Slack: no", fault),)
    assert (states(store), problems(store), channel.seen) == (["failed", "sent"], ["Slack: no", ""], ["b"])


def test_failed_messages_can_be_made_due_again_once_mended(store: Engine, clock: Clock) -> None:
    channel = FakeChannel(DeliveryError("Slack: is_archived", permanent=True, fault="channel"))
    queue(store, "a")
    passes(store, clock, desk=channel)
    with store.begin() as conn:
        assert outbox.requeue_failed(conn, "desk", clock.now()) == 1
    assert passes(store, clock, desk=channel).sent == 1


def test_messages_of_a_channel_that_is_no_longer_configured_are_reported(store: Engine, clock: Clock) -> None:
    queue(store, "a", channel="gone")
    delivered = passes(store, clock, desk=FakeChannel())
    assert delivered.waiting == 1
    assert delivered.troubles[0].channel == "gone"
    assert delivered.troubles[0].fault == "configuration"


def test_nothing_new_begins_once_the_bot_is_stopping(store: Engine, clock: Clock) -> None:
    channel = FakeChannel()
    queue(store, "a", "b", "c")
    delivered = deliver_due(
        store, {"desk": channel}, now=clock.now, sleep=clock.sleep, stopping=lambda: bool(channel.seen)
    )
    assert (channel.seen, delivered.sent, delivered.waiting) == (["a"], 1, 2)


def test_a_doubt_that_arises_while_stopping_is_left_to_the_next_start(store: Engine, clock: Clock) -> None:
    stop = False

    def stopping() -> bool:
        return stop

    def sleep(seconds: float) -> None:
        nonlocal stop
        stop = True
        clock.sleep(seconds)

    channel = FakeChannel(lost())
    queue(store, "a")
    deliver_due(store, {"desk": channel}, now=clock.now, sleep=sleep, stopping=stopping)
    assert (channel.seen, states(store)) == ([], ["sending"])
    assert passes(store, clock, desk=channel).sent == 1


def test_a_message_that_cannot_be_read_back_is_reported(store: Engine, clock: Clock) -> None:
    queue(store, "a")
    with store.begin() as conn:
        conn.execute(notifications.update().values(message="{"))
    delivered = passes(store, clock, desk=FakeChannel())
    assert (delivered.sent, delivered.waiting, delivered.troubles[0].fault) == (0, 1, "ours")
