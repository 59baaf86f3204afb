"""What a release takes back is told where it was told: the message edited, the old words struck, an answer below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.pipeline.tic_story import BEFORE, CUTS, MARCH, Editable, Plain, Story, context, release, silent
from treasury_watch.core.messages.message import Message
from treasury_watch.core.rules.model import Condition, Severity
from treasury_watch.notifiers import DeliveryError
from treasury_watch.store.alerts import told_alerts
from treasury_watch.store.database import Engine, open_store, reading

APRIL = "2026-04"
LEVELLED = replace(CUTS, severity=Severity.NOTICE, levels=((Severity.HIGH, Condition("at_most", -47.0, said="-47bn")),))
OLD = "Japan −47.7 bn in Mar 2026: sold 23.9 long-term, price −18.0, custody and other −5.8"


@pytest.fixture
def store(store_url: str) -> Iterator[Engine]:
    engine = open_store(store_url)
    yield engine
    engine.dispose()


@pytest.fixture
def room() -> Editable:
    return Editable()


@pytest.fixture
def line() -> Plain:
    return Plain()


@pytest.fixture
def story(store: Engine, room: Editable, line: Plain) -> Story:
    """March has been told: Japan fell by 47.7."""
    begun = Story(store, context("room", "line"), {"room": room, "line": line})
    begun.comes(release("tic.table5", BEFORE), release("tic.table1", BEFORE))
    room.standing.clear()
    begun.comes(release("tic.table1", MARCH), release("tic.table5", MARCH))
    assert room.headlines == [OLD]
    line.seen.clear()
    return begun


def told(room: Editable) -> Message:
    """What the message about March says now."""
    return next(iter(room.standing.values()))[1]


def test_a_retraction_strikes_the_old_words_through_and_answers_in_the_thread(story: Story, room: Editable) -> None:
    story.comes(release("tic.table5", APRIL, Japan_2026_03=1200.0), after=timedelta(days=30))
    assert told(room).headline == "Retracted: Japan −47.7 bn in Mar 2026"
    assert told(room).sections[0].struck == OLD
    assert told(room).severity is Severity.INFO
    (answer,) = room.replies()
    assert answer.headline == "Retracted: Japan −47.7 bn in Mar 2026"
    assert "change over 1 month −39.3 bn; that is not at or below −45 bn" in answer.sections[0].text


def test_the_release_that_corrects_does_not_tell_it_a_second_time(story: Story, room: Editable, line: Plain) -> None:
    story.comes(release("tic.table5", APRIL, Japan_2026_03=1200.0), after=timedelta(days=30))
    assert not [headline for headline in room.headlines[1:] if "Retracted" in headline]
    assert [headline for headline in line.headlines if "Retracted" in headline] == [
        "Retracted: Japan −47.7 bn in Mar 2026"
    ]
    digest = next(reversed(room.standing.values()))[1].sections[-1]
    assert "Retracted: cuts (Japan)." in digest.text
    assert digest.title.endswith("; no rule fired, 1 correction")


def test_a_channel_that_cannot_edit_gets_the_correction_as_a_message(story: Story, line: Plain) -> None:
    story.comes(release("tic.table5", APRIL, Japan_2026_03=1200.0), after=timedelta(days=30))
    (correction,) = [message for message in line.seen if "Retracted" in message.headline]
    assert correction.sections[0].struck == OLD
    assert "A later release revised the figures." in correction.as_text()


def test_a_corrected_level_says_both_figures(store: Engine, room: Editable, line: Plain) -> None:
    story = Story(store, context("room", "line", rules=[LEVELLED]), {"room": room, "line": line})
    story.comes(release("tic.table5", BEFORE), release("tic.table1", MARCH))
    room.standing.clear()
    story.comes(release("tic.table5", MARCH))
    story.comes(release("tic.table5", APRIL, Japan_2026_03=1193.0), after=timedelta(days=30))
    now = told(room)
    assert now.headline.startswith("Corrected: Japan −46.3 bn in Mar 2026: sold 23.9 long-term")
    assert now.sections[0].struck == OLD
    assert now.severity is Severity.NOTICE
    assert "now notice, told as high" in now.sections[0].text


def test_a_figure_that_moved_little_is_mended_where_it_stands_and_nobody_is_called_back(
    story: Story, room: Editable, line: Plain
) -> None:
    story.comes(release("tic.table5", APRIL, Japan_2026_03=1192.0), after=timedelta(days=30))
    now = told(room)
    assert now.headline.startswith("Corrected: Japan −47.3 bn in Mar 2026: sold 23.9 long-term")
    assert now.sections[0].struck == OLD
    assert "still high (at or below −45 bn)" in now.sections[0].text
    assert room.replies() == []
    assert not [headline for headline in line.headlines if "Corrected" in headline]
    digest = next(reversed(room.standing.values()))[1].sections[-1]
    assert digest.title.endswith("; no rule fired")


def test_a_figure_that_moved_far_within_its_level_is_answered_in_the_thread_too(
    story: Story, room: Editable, line: Plain
) -> None:
    story.comes(release("tic.table5", APRIL, Japan_2026_03=1185.0), after=timedelta(days=30))
    (answer,) = room.replies()
    assert answer.headline.startswith("Corrected: Japan −54.3 bn in Mar 2026")
    assert [headline for headline in line.headlines if headline.startswith("Corrected: Japan −54.3 bn")]
    digest = next(reversed(room.standing.values()))[1].sections[-1]
    assert digest.title.endswith("; no rule fired, 1 correction")


def test_a_second_correction_still_strikes_through_what_was_told_first(
    store: Engine, room: Editable, line: Plain
) -> None:
    story = Story(store, context("room", "line", rules=[LEVELLED]), {"room": room, "line": line})
    story.comes(release("tic.table5", BEFORE), release("tic.table1", MARCH))
    room.standing.clear()
    story.comes(release("tic.table5", MARCH))
    story.comes(release("tic.table5", APRIL, Japan_2026_03=1193.0), after=timedelta(days=30))
    story.comes(release("tic.table5", APRIL), after=timedelta(days=30))
    assert told(room).headline == f"Corrected: {OLD}"
    assert told(room).sections[0].struck == OLD
    assert [answer.headline[:30] for answer in room.replies()] == [
        "Corrected: Japan −46.3 bn in M",
        "Corrected: Japan −47.7 bn in M",
    ]


def test_an_alert_that_corrects_nothing_is_left_as_it_was(store: Engine, room: Editable, line: Plain) -> None:
    story = Story(store, context("room", "line", rules=[silent(CUTS)]), {"room": room, "line": line})
    story.comes(release("tic.table5", BEFORE), release("tic.table1", MARCH))
    room.standing.clear()
    story.comes(release("tic.table5", MARCH))
    story.comes(release("tic.table5", APRIL, Japan_2026_03=1200.0), after=timedelta(days=30))
    assert told(room).headline == OLD
    assert room.replies() == []


class Killed(BaseException):
    """As a signal would: nothing catches it."""


@pytest.mark.parametrize("at", [0, 1], ids=["in the edit", "in the answer"])
@pytest.mark.parametrize("did", [True, False], ids=["after it", "before it"])
def test_killed_while_correcting_it_answers_once(at: int, did: bool, story: Story, room: Editable) -> None:
    story.arrives(release("tic.table5", APRIL, Japan_2026_03=1200.0))
    room.fails = [*[None] * at, (Killed(), did)]
    with pytest.raises(Killed):
        story.deliver()
    assert story.deliver().waiting == 0
    assert told(room).headline == "Retracted: Japan −47.7 bn in Mar 2026"
    assert [answer.headline for answer in room.replies()] == ["Retracted: Japan −47.7 bn in Mar 2026"]


@pytest.mark.parametrize("did", [True, False], ids=["posted", "not posted"])
def test_an_answer_whose_reply_was_lost_is_looked_for(did: bool, story: Story, room: Editable) -> None:
    story.arrives(release("tic.table5", APRIL, Japan_2026_03=1200.0))
    room.fails = [None, (DeliveryError("reply lost", ambiguous=True), did)]
    assert story.deliver().waiting == 0
    assert len(room.replies()) == 1


def test_a_corrected_message_that_was_deleted_is_told_anew(story: Story, room: Editable) -> None:
    room.standing.clear()
    story.comes(release("tic.table5", APRIL, Japan_2026_03=1200.0), after=timedelta(days=30))
    assert "Retracted: Japan −47.7 bn in Mar 2026" in room.headlines
    assert room.replies() == []


def test_the_list_of_alerts_says_where_a_correction_went(store: Engine, story: Story) -> None:
    story.comes(release("tic.table5", APRIL, Japan_2026_03=1200.0), after=timedelta(days=30))
    with reading(store) as conn:
        (retracted,) = [alert for alert in told_alerts(conn) if alert["kind"] == "retracted"]
    assert {(way["channel"], way["state"]) for way in retracted["deliveries"]} == {("room", "sent"), ("line", "sent")}
