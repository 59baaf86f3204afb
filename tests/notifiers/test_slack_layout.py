"""How a message looks in Slack, and that no message can be one that Slack refuses for its size."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treasury_watch.core.messages.message import Message, Section
from treasury_watch.core.rules.model import Severity
from treasury_watch.notifiers import slack_layout
from treasury_watch.notifiers.slack_layout import cut, layout, plain

FIRED = Section(
    kind="fired",
    title="Japan cut 53.2 bn in 2026-09",
    severity=Severity.HIGH,
    text="The sharpest month since 2022-09.",
    facts=(("Change", "-53.2 bn"), ("Level", "-50 bn")),
    rows=(("Month", "Holding"), ("2026-08", "1,131.2"), ("2026-09", "1,078.0")),
    links=("https://ticdata.treasury.gov/table?a=1&b=2",),
    note="Rule top20-monthly-cut",
)
MESSAGE = Message(
    headline="Japan cut 53.2 bn", severity=Severity.HIGH, sections=(FIRED,), context=("TIC Table 5", "2026-09")
)


def blocks(message: Message) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = layout(message)["attachments"][0]["blocks"]
    return found


def texts(value: Any) -> list[str]:
    """Every text that Slack would count."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for inner in value.values() for text in texts(inner)]
    return [text for inner in value for text in texts(inner)] if isinstance(value, list) else []


def test_the_first_line_says_how_bad_and_what() -> None:
    assert layout(MESSAGE)["text"] == ":red_circle: *High*  Japan cut 53.2 bn"


def test_an_alert_shows_its_sentence_facts_table_and_small_print_in_that_order() -> None:
    body, table, small, context = blocks(MESSAGE)
    assert body["text"]["text"] == "*Japan cut 53.2 bn in 2026-09*\nThe sharpest month since 2022-09."
    assert [field["text"] for field in body["fields"]] == ["*Change*\n-53.2 bn", "*Level*\n-50 bn"]
    assert table["text"]["text"] == "```\nMonth    Holding\n2026-08  1,131.2\n2026-09  1,078.0\n```"
    link = "<https://ticdata.treasury.gov/table?a=1&amp;b=2|ticdata.treasury.gov>"
    assert small["elements"][0]["text"] == f"Rule top20-monthly-cut  {link}"
    assert context["elements"][0]["text"] == "TIC Table 5 · 2026-09"


def test_a_lone_alert_does_not_say_its_headline_twice() -> None:
    same = Message(headline=FIRED.title, severity=Severity.HIGH, sections=(FIRED,))
    assert json.dumps(layout(same)["attachments"][0]["blocks"]).count(FIRED.title) == 0


@pytest.mark.parametrize(
    ("severity", "kind", "colour", "mark"),
    [
        (Severity.CRITICAL, "fired", "#a30200", ":rotating_light: *Critical*"),
        (Severity.HIGH, "fired", "#a30200", ":red_circle: *High*"),
        (Severity.NOTICE, "fired", "#daa038", ":large_yellow_circle: *Notice*"),
        (Severity.INFO, "digest", "#dddddd", ":information_source: *Info*"),
        (Severity.HIGH, "cleared", "#2eb886", ":white_check_mark: *Cleared*"),
    ],
)
def test_the_bar_and_the_mark_show_the_state(severity: Severity, kind: str, colour: str, mark: str) -> None:
    section = Section(kind=kind, title="Japan", severity=severity)
    drawn = layout(Message(headline="Japan fell", severity=severity, sections=(section, section)))
    assert drawn["attachments"][0]["color"] == colour
    assert drawn["text"].startswith(mark)


def test_a_correction_says_that_it_is_one() -> None:
    section = Section(kind="corrected", title="Japan: -12.1 bn, not -9.8 bn")
    (block,) = blocks(Message(headline="Revised", severity=Severity.NOTICE, sections=(section,)))
    assert block["text"]["text"] == "*Japan: -12.1 bn, not -9.8 bn*  _corrected_"


def test_many_alerts_are_told_in_full_then_in_a_line_each_then_counted() -> None:
    sections = tuple(Section(kind="fired", title=f"Holder {n} cut " + "x" * 250, text="t" * 400) for n in range(60))
    drawn = blocks(Message(headline="60 alerts", severity=Severity.HIGH, sections=sections))
    full = [block for block in drawn if block["text"]["text"].startswith("*Holder")]
    lines = drawn[-1]["text"]["text"].splitlines()
    assert len(full) == slack_layout.IN_FULL
    assert lines[0].startswith(f"• info: Holder {slack_layout.IN_FULL} cut")
    assert lines[-1] == f"_and {60 - len(full) - (len(lines) - 1)} more; `treasury-watch alerts` lists them all_"


def test_nothing_from_outside_is_markup() -> None:
    section = Section(kind="fired", title="<!channel> & <@U1>", facts=(("<a>", "`b` & c"),), rows=(("``` <b>",),))
    drawn = layout(Message(headline="<!everyone> A&B", severity=Severity.INFO, sections=(section,)))
    shown = json.dumps(drawn["attachments"][0]["blocks"]) + drawn["text"]
    assert "<" not in shown
    assert ">" not in shown
    assert "&lt;!channel&gt; &amp; &lt;@U1&gt;" in shown
    assert drawn["attachments"][0]["blocks"][1]["text"]["text"] == "```\n''' &lt;b&gt;\n```"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://a.org/|<!channel>", "see the wiki", "https://"])
def test_what_is_no_web_address_is_no_link(link: str) -> None:
    assert "<" not in slack_layout._link(link)


@given(st.text(), st.integers(1, 50))
def test_a_cut_text_fits_and_keeps_its_escapes_whole(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert re.sub("&(amp|lt|gt);", "", short).count("&") == 0
    if len(text) * 5 <= limit:
        assert short.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


TEXT = st.one_of(st.text(max_size=20), st.sampled_from(["", "<&>" * 500, "word " * 700, "x" * 3100, "\n", "a`b"]))
SECTIONS = st.builds(
    Section,
    kind=st.sampled_from(["fired", "cleared", "corrected", "operator", "note"]),
    title=TEXT,
    severity=st.sampled_from(Severity),
    text=TEXT,
    facts=st.lists(st.tuples(TEXT, TEXT), max_size=12).map(tuple),
    rows=st.lists(st.lists(TEXT, max_size=3).map(tuple), max_size=3).map(tuple),
    links=st.lists(TEXT | TEXT.map("https://a.org/".__add__), max_size=6).map(tuple),
    note=TEXT,
)
MESSAGES = st.builds(
    Message,
    headline=TEXT,
    severity=st.sampled_from(Severity),
    sections=st.one_of(st.lists(SECTIONS, max_size=4), st.lists(SECTIONS, max_size=1).map(lambda few: few * 90)).map(
        tuple
    ),
    context=st.lists(TEXT, max_size=4).map(tuple),
)


@pytest.mark.slow("hundreds of messages, drawn at random")
@settings(max_examples=50, deadline=None)
@given(MESSAGES)
def test_no_message_breaks_a_limit_of_slacks(message: Message) -> None:
    drawn = layout(message)
    assert 0 < len(drawn["text"]) < 4_000
    assert len(plain(message)) < 4_000
    found = drawn["attachments"][0]["blocks"] if "attachments" in drawn else []
    assert len(found) <= 50
    assert len(drawn["text"]) + sum(map(len, texts(found))) <= 9_000
    for block in found:
        assert block["type"] in ("section", "context")
        for text in texts(block.get("text", {})) + texts(block.get("elements", [])):
            assert 0 < len(text) <= 3_000
        assert len(block.get("fields", [])) <= 10
        for text in texts(block.get("fields", [])):
            assert 0 < len(text) <= 2_000
        assert {"text", "fields", "elements"} & block.keys()
