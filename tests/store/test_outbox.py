"""The outbox on SQLite and PostgreSQL: queued once, held by one, every attempt kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select

from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.messages.message import Message
from treasury_watch.core.rules.model import Severity
from treasury_watch.store import attempts, outbox
from treasury_watch.store.attempts import DueMessage, Outcome
from treasury_watch.store.database import open_store
from treasury_watch.store.outbox import Counts
from treasury_watch.store.schema import alerts, deliveries, notifications, told

NOW = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)
MESSAGE = Message(headline="Japan cut 53.2 bn", severity=Severity.HIGH)


@pytest.fixture
def store(store_url: str) -> Iterator[Engine]:
    engine = open_store(store_url)
    yield engine
    engine.dispose()


def queue(store: Engine, key: str, channel: str = "desk", *, alert_ids: tuple[int, ...] = ()) -> bool:
    with store.begin() as conn:
        return outbox.queue(
            conn, key=key, channel=channel, message=MESSAGE, release_id=None, now=NOW, alert_ids=alert_ids
        )


def claim(store: Engine, at: datetime = NOW, by: str = "me", gone: tuple[str, ...] = ()) -> DueMessage | None:
    with store.begin() as conn:
        return attempts.claim(conn, "desk", at, LEASE, by, gone)


def taken(store: Engine, at: datetime = NOW, by: str = "me", gone: tuple[str, ...] = ()) -> DueMessage:
    due = claim(store, at, by, gone)
    assert due is not None
    return due


def note(store: Engine, due: DueMessage, outcome: Outcome, at: datetime = NOW, **what: str | datetime) -> bool:
    with store.begin() as conn:
        return attempts.note(conn, due, outcome, now=at, **what)  # type: ignore[arg-type]  # the tests name what they mean


def counts(store: Engine) -> Counts:
    with store.connect() as conn:
        return outbox.counts(conn)


def test_an_older_edit_that_was_put_off_never_overwrites_the_words_of_a_newer_one(store: Engine) -> None:
    queue(store, "march")
    note(store, taken(store), Outcome.SENT, ref="C1/1.0")
    for number in (1, 2):
        words = Message(headline=f"words {number}", severity=Severity.HIGH)
        with store.begin() as conn:
            outbox.queue_edit(conn, 1, key=f"edit {number}", message=words, short=MESSAGE, replies=True, now=NOW)
    first = taken(store)
    later = NOW + timedelta(seconds=60)
    note(store, first, Outcome.RETRY, problem="429", again_at=later)
    assert claim(store, NOW + timedelta(seconds=1)) is None
    told_in_turn = []
    for _ in range(2):
        due = taken(store, later)
        told_in_turn.append(Message.from_json(due.message).headline)
        note(store, due, Outcome.SENT, later, ref="C1/1.0")
    assert told_in_turn == ["words 1", "words 2"]


def test_an_edit_that_was_given_up_lets_the_next_one_pass(store: Engine) -> None:
    queue(store, "march")
    note(store, taken(store), Outcome.SENT, ref="C1/1.0")
    for number in (1, 2):
        with store.begin() as conn:
            outbox.queue_edit(conn, 1, key=f"edit {number}", message=MESSAGE, short=MESSAGE, replies=True, now=NOW)
    note(store, taken(store), Outcome.FAILED, problem="gone")
    assert taken(store).key == "edit 2"


def test_an_edit_that_failed_and_is_tried_again_leaves_the_newer_words(store: Engine) -> None:
    queue(store, "march")
    note(store, taken(store), Outcome.SENT, ref="C1/1.0")
    for number in (1, 2):
        words = Message(headline=f"words {number}", severity=Severity.HIGH)
        with store.begin() as conn:
            outbox.queue_edit(conn, 1, key=f"edit {number}", message=words, short=MESSAGE, replies=True, now=NOW)
    note(store, taken(store), Outcome.FAILED, problem="msg_too_long")
    note(store, taken(store), Outcome.SENT, ref="C1/1.0")
    with store.begin() as conn:
        assert outbox.requeue_failed(conn, "desk", NOW) == 1
    again = taken(store)
    assert (again.key, Message.from_json(again.message).headline) == ("edit 1", "words 2")


def test_a_key_is_queued_once_with_the_alerts_it_carries(store: Engine) -> None:
    decided = {"rule": "r", "entity": "Japan", "period": "2026-09", "kind": "fired", "severity": 2, "title": "t"}
    with store.begin() as conn:
        rows = [{**decided, "key": key, "decided_at": utc_text(NOW)} for key in "ab"]
        first, second = (conn.execute(insert(alerts).values(row).returning(alerts.c.id)).scalar_one() for row in rows)
    assert queue(store, "table5", alert_ids=(first, second))
    assert not queue(store, "table5", alert_ids=(first,))
    assert counts(store) == Counts(due=1, failed=0)
    with store.connect() as conn:
        assert set(conn.execute(select(told.c.alert_id)).scalars()) == {first, second}


def test_what_is_claimed_is_what_was_queued(store: Engine) -> None:
    queue(store, "table5")
    due = taken(store)
    assert (due.key, due.channel, due.attempts, due.uncertain) == ("table5", "desk", 1, False)
    assert Message.from_json(due.message) == MESSAGE


def test_a_channels_messages_are_claimed_oldest_first_and_one_at_a_time(store: Engine) -> None:
    for key in "abc":
        queue(store, key)
    first = taken(store)
    assert first.key == "a"
    assert claim(store, by="other") is None
    note(store, first, Outcome.SENT, ref="C1/1")
    assert taken(store, by="other").key == "b"


def test_another_channels_messages_are_not_in_the_way(store: Engine) -> None:
    queue(store, "a", channel="room")
    queue(store, "b")
    assert taken(store).key == "b"


def test_nothing_is_claimed_before_it_is_due(store: Engine) -> None:
    queue(store, "a")
    note(store, taken(store), Outcome.RETRY, problem="refused", again_at=NOW + timedelta(seconds=30))
    assert claim(store, NOW + timedelta(seconds=29)) is None
    again = taken(store, NOW + timedelta(seconds=30))
    assert (again.attempts, again.uncertain) == (2, False)


def test_a_message_that_waits_lets_a_later_one_pass(store: Engine) -> None:
    queue(store, "a")
    queue(store, "b")
    note(store, taken(store), Outcome.RETRY, problem="refused", again_at=NOW + timedelta(hours=1))
    assert taken(store).key == "b"


def test_a_doubt_is_remembered_since_it_first_arose(store: Engine) -> None:
    queue(store, "a")
    for minute in range(3):
        at = NOW + timedelta(minutes=minute)
        note(store, taken(store, at), Outcome.AMBIGUOUS, at, problem="reply lost", again_at=at)
    doubtful = taken(store, NOW + timedelta(minutes=3))
    assert (doubtful.uncertain, doubtful.since) == (True, NOW)


def test_a_refusal_after_the_search_ends_the_doubt(store: Engine) -> None:
    queue(store, "a")
    note(store, taken(store), Outcome.AMBIGUOUS, problem="reply lost", again_at=NOW)
    note(store, taken(store), Outcome.RETRY, problem="refused", again_at=NOW)
    assert not taken(store).uncertain


def test_a_lease_that_ran_out_is_taken_over_in_doubt(store: Engine) -> None:
    queue(store, "a")
    taken(store, by="lost")
    assert claim(store, NOW + LEASE - timedelta(seconds=1)) is None
    later = taken(store, NOW + LEASE)
    assert (later.uncertain, later.since, later.attempts) == (True, NOW, 2)


def test_a_holder_known_to_be_gone_is_replaced_at_once(store: Engine) -> None:
    queue(store, "a")
    taken(store, by="dead")
    with store.connect() as conn:
        assert attempts.holders(conn, "desk") == ("dead",)
        assert attempts.holders(conn, "room") == ()
    assert taken(store, gone=("dead",)).uncertain


def test_who_lost_the_lease_changes_nothing_except_that_it_was_posted(store: Engine) -> None:
    queue(store, "a")
    slow = taken(store, by="slow")
    other = taken(store, NOW + LEASE, by="other")
    assert not note(store, slow, Outcome.FAILED, problem="too late")
    assert counts(store) == Counts(due=1, failed=0)
    assert note(store, slow, Outcome.SENT, ref="C1/1")
    assert not note(store, other, Outcome.FOUND, ref="C1/2")
    with store.connect() as conn:
        assert conn.execute(select(notifications.c.state, notifications.c.ref)).one() == ("sent", "C1/1")


def test_every_attempt_is_kept_with_what_became_of_it(store: Engine) -> None:
    queue(store, "a")
    note(store, taken(store), Outcome.RETRY, problem="refused", again_at=NOW)
    taken(store, by="dead")
    note(store, taken(store, gone=("dead",)), Outcome.FAILED, NOW + timedelta(seconds=2), problem="is_archived")
    with store.connect() as conn:
        kept = conn.execute(select(deliveries.c.outcome, deliveries.c.problem).order_by(deliveries.c.id)).all()
        row = conn.execute(select(notifications.c.state, notifications.c.problem, notifications.c.attempts)).one()
    assert [outcome for outcome, _ in kept] == ["retry", "ambiguous", "failed"]
    assert "ended before it could say" in kept[1].problem
    assert row == ("failed", "is_archived", 3)


def test_the_outbox_is_counted_by_what_waits_and_what_failed(store: Engine) -> None:
    for key in "abcd":
        queue(store, key)
    queue(store, "e", channel="room")
    note(store, taken(store), Outcome.SENT)
    note(store, taken(store), Outcome.FAILED, problem="no")
    taken(store)
    assert counts(store) == Counts(due=3, failed=1)
    with store.connect() as conn:
        assert outbox.unsent(conn) == {"desk": 2, "room": 1}


def test_only_the_named_channels_failures_are_made_due_again(store: Engine) -> None:
    queue(store, "a")
    note(store, taken(store), Outcome.FAILED, problem="is_archived")
    with store.begin() as conn:
        assert outbox.requeue_failed(conn, "room", NOW) == 0
        assert outbox.requeue_failed(conn, "desk", NOW) == 1
    assert taken(store).key == "a"


def test_many_workers_at_once_never_hold_one_message_together(store: Engine, store_url: str) -> None:
    keys = [f"{number:02}" for number in range(12)]
    for key in keys:
        queue(store, key)
    sent: list[str] = []
    holding = threading.Lock()

    def work(me: str) -> None:
        mine = open_store(store_url)
        while counts(mine).due:
            due = claim(mine, by=me)
            if due is None:
                continue
            assert holding.acquire(blocking=False), "two workers send on one channel"
            sent.append(due.key)
            holding.release()
            note(mine, due, Outcome.SENT)
        mine.dispose()

    workers = [threading.Thread(target=work, args=(f"worker-{number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sent == keys
