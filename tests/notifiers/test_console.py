"""What a person sees on the console, and what a log file keeps of it."""

from __future__ import annotations

import io
import re
from typing import Literal, TextIO

import pytest
from rich.console import Console as Screen

from treasury_watch.core.messages.message import Message, Section
from treasury_watch.core.rules.model import Severity
from treasury_watch.notifiers import DeliveryError
from treasury_watch.notifiers.console import Console

FIRED = Section(
    kind="fired",
    title="Japan cut 53.2 bn in 2026-09",
    severity=Severity.HIGH,
    text="The sharpest month since 2022-09.",
    facts=(("Holding", "1,078.0 bn"), ("As first published", "1,131.2 bn")),
    rows=(("Month", "Change"), ("2026-08", "-8.9"), ("2026-09", "-53.2")),
    links=("https://home.treasury.gov/tic",),
    note="Rule top20-monthly-cut",
)
CORRECTED = Section(kind="corrected", title="China fell 12.1 bn, not 9.8 bn", severity=Severity.NOTICE)
MESSAGE = Message(
    headline="Japan cut 53.2 bn",
    severity=Severity.HIGH,
    sections=(FIRED, CORRECTED),
    context=("TIC Table 5", "2026-09"),
)


def printed(message: Message, *, terminal: bool = False, out: TextIO | None = None) -> str:
    file = out or io.StringIO()
    colours: Literal["standard", "auto"] = "standard" if terminal else "auto"
    Console(Screen(file=file, width=80, force_terminal=terminal, color_system=colours)).send(message, "key")
    file.seek(0)
    return file.read()


def test_off_a_terminal_it_is_plain_lines() -> None:
    assert printed(MESSAGE).splitlines() == [
        "▲ HIGH  Japan cut 53.2 bn",
        "",
        "  ▲ HIGH  Japan cut 53.2 bn in 2026-09",
        "    The sharpest month since 2022-09.",
        "    Holding             1,078.0 bn",
        "    As first published  1,131.2 bn",
        "",
        "    Month    Change",
        "    2026-08    -8.9",
        "    2026-09   -53.2",
        "",
        "    Rule top20-monthly-cut",
        "    https://home.treasury.gov/tic",
        "",
        "  ● NOTICE  China fell 12.1 bn, not 9.8 bn (corrected)",
        "",
        "  TIC Table 5 · 2026-09",
        "",
    ]


def test_on_a_terminal_it_has_colour_and_the_same_words() -> None:
    shown = printed(MESSAGE, terminal=True)
    assert "\x1b[1;31m▲ HIGH" in shown
    bare = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()]
    assert bare == printed(MESSAGE).splitlines()


def test_a_lone_alert_does_not_say_its_headline_twice() -> None:
    assert printed(Message(headline=FIRED.title, severity=Severity.HIGH, sections=(FIRED,))).count(FIRED.title) == 1


def test_an_all_clear_says_so() -> None:
    section = Section(kind="cleared", title="Japan above 1,100 bn", severity=Severity.HIGH)
    assert printed(Message(headline="Japan is back", severity=Severity.HIGH, sections=(section,))).startswith(
        "✓ CLEARED"
    )


@pytest.mark.parametrize("terminal", [False, True])
def test_nothing_from_outside_steers_the_terminal(terminal: bool) -> None:
    message = Message(headline="[red]not markup[/] [/b] \x1b[2J\x07 :boom:", severity=Severity.INFO)
    shown = printed(message, terminal=terminal)
    assert "[red]not markup[/] [/b] [2J :boom:" in shown
    assert "\x1b[2J" not in shown
    assert "\x07" not in shown


def test_nothing_is_wider_than_eighty_columns() -> None:
    section = Section(
        kind="fired", title="word " * 60, text="x" * 200, facts=(("l" * 50, "value " * 40),), note="n" * 300
    )
    shown = printed(Message(headline="long " * 40, severity=Severity.CRITICAL, sections=(section,)))
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.count("x") == 200  # broken over lines, nothing dropped


def test_an_ascii_console_gets_ascii() -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    shown = printed(Message(headline="Fell −5 bn, 2.3× Curaçao…", severity=Severity.NOTICE), out=file)
    assert shown == "* NOTICE  Fell -5 bn, 2.3x Cura?ao...\n\n"


def test_a_closed_output_is_an_error_that_says_so() -> None:
    file = io.StringIO()
    file.close()
    with pytest.raises(DeliveryError, match="console: cannot be written to") as caught:
        Console(Screen(file=file)).send(MESSAGE, "key")
    assert caught.value.ambiguous


def test_it_prints_where_standard_output_goes_now(capsys: pytest.CaptureFixture[str]) -> None:
    Console().send(MESSAGE, "key")
    assert capsys.readouterr().out.startswith("▲ HIGH  Japan cut 53.2 bn\n")
