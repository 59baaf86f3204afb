"""
The alert goes out with the first file of a release and says the whole as soon as the other files are there.

The figures are the Treasury's own for Mar 2026: Japan −47.7 = −23.9 net, −18.0 price, −5.8 custody and other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.pipeline.tic_story import BEFORE, CUTS, MARCH, OUT, SALES, Editable, Plain, Story, bills, context, release
from treasury_watch.notifiers import DeliveryError
from treasury_watch.store.database import Engine, open_store
from treasury_watch.store.schema import notifications

JAPAN = "Japan −47.7 bn in Mar 2026"
SPLIT = f"{JAPAN}: sold 23.9 long-term, price −18.0, custody and other −5.8"
AWAITED = "Bought, sold or re-priced: not known before TIC Table 1 of that month is out."


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
    """All channels have been told of the baseline."""
    begun = Story(store, context("room", "line"), {"room": room, "line": line})
    begun.comes(release("tic.table5", BEFORE), release("tic.table1", BEFORE))
    room.standing.clear()
    room.edits.clear()
    line.seen.clear()
    return begun


def test_the_alert_goes_out_with_the_first_file_and_says_what_is_not_known_yet(story: Story, room: Editable) -> None:
    story.comes(release("tic.table5", MARCH))
    assert room.headlines == [JAPAN]
    ((_, message),) = room.standing.values()
    assert AWAITED in message.sections[0].text
    assert AWAITED in message.sections[1].text


def test_it_is_completed_in_place_when_table_1_comes(story: Story, room: Editable) -> None:
    story.comes(release("tic.table5", MARCH), release("tic.table1", MARCH))
    ((key, message),) = room.standing.values()
    assert message.headline == SPLIT
    assert ("Sold long-term, net", "−23.9 bn") in message.sections[0].facts
    assert AWAITED not in message.as_text()
    assert (room.edits, room.replies()) == (["C1/2"], [])
    assert key.startswith("tic.table5@")


def test_the_digest_is_completed_with_it(story: Story, room: Editable) -> None:
    story.comes(release("tic.table5", MARCH))
    before = next(iter(room.standing.values()))[1].sections[1]
    assert before.rows[1] == ("Japan", "−47.7", "–", "–", "–")
    story.comes(release("tic.table1", MARCH))
    after = next(iter(room.standing.values()))[1].sections[1]
    assert after.rows[1] == ("Japan", "−47.7", "−23.9", "−18.0", "−5.8")
    assert dict(after.facts)["Split of the total"] == "bought 13.6 long-term, price −142.2, custody and other −9.8"
    assert [row[0] for row in after.rows] == [row[0] for row in before.rows]


def test_a_channel_that_cannot_edit_gets_the_split_in_a_short_message_of_its_own(story: Story, line: Plain) -> None:
    story.comes(release("tic.table5", MARCH), release("tic.table1", MARCH))
    assert line.headlines == [JAPAN, SPLIT]
    whole, short = line.seen
    assert {section.kind for section in short.sections} == {"note"}
    assert "Rule cuts" in whole.as_text()
    assert "Rule cuts" not in short.as_text()
    assert "Follows an earlier message" in short.context


@pytest.mark.parametrize("late", [timedelta(minutes=1), timedelta(hours=1), timedelta(days=20)])
def test_the_split_is_told_once_however_late_it_comes(
    late: timedelta, story: Story, room: Editable, line: Plain
) -> None:
    story.comes(release("tic.table5", MARCH))
    story.comes(release("tic.table1", MARCH), after=late)
    for _ in range(3):
        story.deliver()
    story.comes(release("tic.table1", MARCH))
    assert (room.headlines, room.edits, line.headlines) == ([SPLIT], ["C1/2"], [JAPAN, SPLIT])


def test_with_table_1_there_first_the_alert_is_whole_at_once(story: Story, room: Editable, line: Plain) -> None:
    story.comes(release("tic.table1", MARCH), release("tic.table5", MARCH))
    assert (room.headlines, room.edits, line.headlines) == ([SPLIT], [], [SPLIT])


def test_a_message_that_was_not_sent_yet_is_sent_whole(story: Story, room: Editable, line: Plain) -> None:
    story.arrives(release("tic.table5", MARCH))
    story.arrives(release("tic.table1", MARCH))
    story.deliver()
    assert (room.headlines, room.edits, line.headlines) == ([SPLIT], [], [SPLIT])


def test_table_3_tells_the_bills_apart(story: Story, room: Editable, line: Plain) -> None:
    story.comes(release("tic.table5", MARCH), release("tic.table1", MARCH), bills(MARCH, Japan=-5.1))
    assert room.headlines == [f"{JAPAN}: sold 23.9 long-term, price −18.0, bills −5.1, custody and other −0.7"]
    assert line.headlines == [JAPAN, SPLIT]  # a refinement is not worth a third message


def test_an_alert_on_sales_is_completed_when_the_holdings_come(story: Story, room: Editable, line: Plain) -> None:
    story.context = context("room", "line", rules=[SALES])
    story.comes(release("tic.table1", MARCH))
    sold = "Japan sold −23.9 bn net in Mar 2026"
    assert room.headlines == [sold]
    story.comes(release("tic.table5", MARCH))
    whole = f"{sold}: holdings −47.7 bn in Mar 2026, sold 23.9 long-term, price −18.0, custody and other −5.8"
    assert whole in room.headlines
    assert whole in line.headlines


def test_a_message_that_somebody_deleted_is_told_anew(story: Story, room: Editable) -> None:
    story.comes(release("tic.table5", MARCH))
    room.standing.clear()
    story.comes(release("tic.table1", MARCH))
    assert room.headlines == [SPLIT]
    # What comes after that is about the message that stands there now.
    story.comes(bills(MARCH, Japan=-5.1))
    assert room.headlines == [f"{JAPAN}: sold 23.9 long-term, price −18.0, bills −5.1, custody and other −0.7"]


@pytest.mark.parametrize("did", [True, False], ids=["after the edit", "before the edit"])
@pytest.mark.parametrize("error", [DeliveryError("reply lost", ambiguous=True), DeliveryError("rate", retry_after=1.0)])
def test_an_edit_whose_fate_is_unknown_is_repeated(
    did: bool, error: DeliveryError, story: Story, room: Editable
) -> None:
    story.comes(release("tic.table5", MARCH))
    room.fails = [(error, did)]
    story.comes(release("tic.table1", MARCH))
    story.now += timedelta(minutes=1)
    assert story.deliver().waiting == 0
    assert (room.headlines, len(room.edits)) == ([SPLIT], 2)


class Killed(BaseException):
    """As a signal would: nothing catches it."""


@pytest.mark.parametrize("did", [True, False], ids=["after the edit", "before the edit"])
def test_killed_in_the_middle_of_an_edit_it_is_made_by_the_next_start(did: bool, story: Story, room: Editable) -> None:
    story.comes(release("tic.table5", MARCH))
    story.arrives(release("tic.table1", MARCH))
    room.fails = [(Killed(), did)]
    with pytest.raises(Killed):
        story.deliver()
    assert story.deliver().waiting == 0
    assert room.headlines == [SPLIT]


@pytest.mark.parametrize("did", [True, False], ids=["after the post", "before the post"])
def test_killed_while_telling_anew_what_was_deleted_it_is_told_once(did: bool, story: Story, room: Editable) -> None:
    story.comes(release("tic.table5", MARCH))
    room.standing.clear()
    story.arrives(release("tic.table1", MARCH))
    room.fails = [(Killed(), did)]
    with pytest.raises(Killed):
        story.deliver()
    assert story.deliver().waiting == 0
    assert room.headlines == [SPLIT]


def test_an_edit_waits_until_the_fate_of_its_message_is_known(story: Story, room: Editable, line: Plain) -> None:
    room.fails = [(DeliveryError("down", ambiguous=True), True), None]
    story.arrives(release("tic.table5", MARCH))
    room_looks = room.find
    room.find = lambda key, since: (_ for _ in ()).throw(DeliveryError("history is down"))  # type: ignore[method-assign]  # a channel that cannot be searched now
    story.deliver()
    story.comes(release("tic.table1", MARCH))
    assert room.edits == []
    room.find = room_looks  # type: ignore[method-assign]  # searchable again
    story.now += timedelta(hours=1)
    assert story.deliver().waiting == 0
    assert room.headlines == [SPLIT]


def test_two_completions_that_wait_become_one(story: Story, store: Engine, room: Editable, line: Plain) -> None:
    story.comes(release("tic.table5", MARCH))
    story.arrives(release("tic.table1", MARCH))
    story.arrives(bills(MARCH, Japan=-5.1))
    story.deliver()
    assert room.headlines == [f"{JAPAN}: sold 23.9 long-term, price −18.0, bills −5.1, custody and other −0.7"]
    assert len(room.edits) == 1
    assert line.headlines == [JAPAN, SPLIT]
    with store.connect() as conn:
        waiting = conn.execute(
            select(notifications.c.key).where(notifications.c.key.like(f"%completed by tic.table1@{OUT:%Y-%m}%"))
        )
        assert len(waiting.all()) == 2  # one a channel


def test_a_rule_that_is_gone_leaves_its_message_as_it_was(story: Story, room: Editable) -> None:
    story.comes(release("tic.table5", MARCH))
    story.context = context("room", "line", rules=[SALES])
    story.comes(release("tic.table1", MARCH))
    assert JAPAN in room.headlines
    assert CUTS.id in next(iter(room.standing.values()))[1].sections[0].note
