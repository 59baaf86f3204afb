"""The log of what was told, line by line, and what of it stands."""

from __future__ import annotations

import pytest

from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.judge.told import Entry, OpenEpisode, Silent, ToldLog
from treasury_watch.core.rules.model import Severity

NOTICE, HIGH = Severity.NOTICE, Severity.HIGH


def line(
    period: str,
    kind: AlertKind | Silent,
    severity: Severity = NOTICE,
    *,
    was: Severity | None = None,
    lasting: bool = True,
    rule: str = "r",
) -> Entry:
    return Entry(rule, "Japan", period, kind, severity, lasting, was=was)


def is_open(*lines: Entry) -> tuple[str, str, bool] | None:
    """Since when, how sharp and whether silently Japan's episode is open after these lines."""
    found = ToldLog(lines).open_episodes().get(("r", "Japan"))
    return (found.since, found.severity.word, found.silent) if found else None


FIRED, CLEARED, RETRACTED = AlertKind.FIRED, AlertKind.CLEARED, AlertKind.RETRACTED
CORRECTED, REMINDED = AlertKind.CORRECTED, AlertKind.REMINDED


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line("2025-02", FIRED)], ("2025-02", "notice", False)),
        ([line("2025-02", FIRED), line("2025-03", FIRED, HIGH)], ("2025-02", "high", False)),
        ([line("2025-02", FIRED), line("2025-04", REMINDED)], ("2025-02", "notice", False)),
        ([line("2025-02", FIRED), line("2025-03", CLEARED)], None),
        ([line("2025-02", FIRED), line("2025-02", RETRACTED, was=NOTICE)], None),
        ([line("2025-02", FIRED, HIGH), line("2025-02", CORRECTED, was=HIGH)], ("2025-02", "notice", False)),
        ([line("2025-02", Silent.OPENED)], ("2025-02", "notice", True)),
        ([line("2025-02", Silent.OPENED), line("2025-02", CLEARED)], None),
        ([line("2025-02", Silent.OPENED), line("2025-02", Silent.ENDED)], None),
        ([line("2025-02", FIRED), line("2025-02", Silent.ENDED)], None),
        ([line("2025-02", FIRED), line("2025-03", CLEARED), line("2025-05", FIRED)], ("2025-05", "notice", False)),
    ],
)
def test_what_is_open_follows_from_the_lines(lines: list[Entry], expected: tuple[str, str, bool] | None) -> None:
    assert is_open(*lines) == expected


def test_an_all_clear_that_is_taken_back_leaves_the_episode_open() -> None:
    assert is_open(line("2025-02", FIRED), line("2025-03", CLEARED), line("2025-03", CORRECTED)) == (
        "2025-02",
        "notice",
        False,
    )


def test_the_all_clear_of_what_is_retracted_ends_nothing_that_opens_later() -> None:
    told = [line("2025-02", FIRED), line("2025-05", CLEARED), line("2025-02", RETRACTED, was=NOTICE)]
    assert is_open(*told, line("2025-04", FIRED)) == ("2025-04", "notice", False)


def test_one_episode_can_end_and_another_open_in_the_same_period() -> None:
    told = [line("2025-02", FIRED), line("2025-05", CLEARED), line("2025-05", FIRED, HIGH)]
    assert is_open(*told) == ("2025-05", "high", False)


def test_a_note_that_is_withdrawn_does_not_end_what_was_told() -> None:
    told = [line("2025-02", FIRED), line("2025-04", Silent.OPENED, HIGH), line("2025-04", Silent.ENDED, HIGH)]
    assert is_open(*told) == ("2025-02", "notice", False)


def test_a_rule_whose_mode_is_edited_begins_anew() -> None:
    assert is_open(line("2025-02", FIRED, lasting=False), line("2025-03", REMINDED)) is None


def test_what_was_open_before_a_period_counts_what_was_told_until_then() -> None:
    log = ToldLog([line("2025-02", FIRED), line("2025-04", FIRED, HIGH), line("2025-05", CLEARED)])
    before = [log.series["r", "Japan"].open_episode(f"2025-0{month}") for month in range(2, 7)]
    assert [one and one.severity.word for one in before] == [None, "notice", "notice", "high", None]


def test_rules_do_not_mix() -> None:
    log = ToldLog([line("2025-02", FIRED), line("2025-03", CLEARED, rule="other")])
    assert log.open_episodes() == {("r", "Japan"): OpenEpisode("r", "Japan", "2025-02", NOTICE)}
