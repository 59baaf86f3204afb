"""The life of an alert, row by row: opened, told sharper, reminded of, ended; and cooldown."""

from __future__ import annotations

import numpy as np
import pytest

from treasury_watch.core.judge.episode_news import reminders
from treasury_watch.core.judge.episodes import Cells, States, fold
from treasury_watch.core.judge.spans import Step, spans_of
from treasury_watch.core.rules.model import Severity, Verdict

_VERDICTS = {"B": Verdict.BREACHED, "h": Verdict.BREACHED, "k": Verdict.BREACHED}
_VERDICTS |= {"c": Verdict.CLEAR, "-": Verdict.CLEAR, "?": Verdict.UNDECIDED, "!": Verdict.UNDECIDED}
_SEVERITIES = {"h": Severity.HIGH, "k": Severity.CRITICAL}


def life(periods: str, *, lasting: bool = True, cooldown: int = 0, remind: int = 0, judged: str = "") -> str:
    """
    What is told of each period of one lane, a letter a period.

    ``periods``: ``B`` breached (``h`` high, ``k`` critical), ``c`` clear, ``-`` clear but not yet past the line that
    clears, ``?`` undecided, ``!`` undecided though past that line. The answer: ``F`` fired (``H`` high, ``K``
    critical), ``C`` cleared, ``R`` reminded, ``.`` nothing.
    """
    states = States.fresh(np.array([lasting]), np.array([cooldown], np.int32))
    asked = [one != " " for one in judged.ljust(len(periods), "x")]
    events, _ = fold(states, cells(periods, asked), 0)
    told = ["."] * len(periods)
    letters = {Severity.NOTICE: "F", Severity.HIGH: "H", Severity.CRITICAL: "K"}
    for row, _, ends, severity in events.each():
        assert told[row] == ".", "one thing a period"
        told[row] = "C" if ends else letters[Severity(severity)]
    if remind:
        rows = [row for row, counts in enumerate(asked) if counts]
        spans = spans_of(
            [Step(row, ends, severity) for row, _, ends, severity in events.each()], carried=None, newest=rows[-1]
        )
        for row, _ in reminders(remind, None, spans, rows):
            assert told[row] == "."
            told[row] = "R"
    return "".join(told)


def cells(periods: str, judged: list[bool]) -> Cells:
    verdicts = np.array([[_VERDICTS[one]] for one in periods], dtype=np.int8)
    severities = np.array([[_SEVERITIES.get(one, Severity.NOTICE)] for one in periods], dtype=np.int8)
    clearing = np.array([[one in "c!"] for one in periods])
    return Cells(verdicts, severities, clearing, np.array(judged)[:, None], np.zeros((len(judged), 1), bool))


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ("ccBBBccB", "..F..C.F"),
        ("B", "F"),
        ("cc??", "...."),
        ("?B?c", ".F.C"),
        ("B????c", "F....C"),
        ("B-B-c", "F...C"),
        ("-cc-", "...."),
        ("B!!c", "F..C"),
        ("B!B", "F.."),
        ("BcBcB", "FCFCF"),
    ],
)
def test_what_lasts_is_told_when_it_opens_and_when_it_ends(periods: str, expected: str) -> None:
    assert life(periods) == expected


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ("BhBhkBkh", "FH..K..."),
        ("hB", "H."),
        ("Bh-h", "FH.."),
        ("Bh?h", "FH.."),
        ("BhchBk", "FHCH.K"),
        ("kcB", "KCF"),
    ],
)
def test_each_sharper_level_is_told_once_while_it_lasts(periods: str, expected: str) -> None:
    assert life(periods) == expected


@pytest.mark.parametrize(
    ("remind", "periods", "expected"),
    [
        (0, "BBBBBBB", "F......"),
        (1, "BBBcB", "FRRCF"),
        (2, "BBBBBBB", "F.R.R.R"),
        (3, "BBBBBBBB", "F..R..R."),
        (2, "BBhBBB", "F.H.R."),
        (2, "BBc", "F.C"),
        (2, "B-----", "F.R.R."),
        (2, "B??B?", "F.R.R"),
        (2, "ccccB", "....F"),
    ],
)
def test_a_reminder_comes_so_many_periods_after_the_last_word(remind: int, periods: str, expected: str) -> None:
    assert life(periods, remind=remind) == expected


@pytest.mark.parametrize(
    ("cooldown", "periods", "expected"),
    [
        (0, "BBcB?B", "FF.F.F"),
        (1, "BBBBB", "F.F.F"),
        (2, "BBBBBBB", "F..F..F"),
        (2, "BcBB", "F..F"),
        (2, "B??B", "F..F"),
        (2, "Bcccc", "F...."),
        (3, "BhBBBB", "FH...F"),
        (3, "hBhkBBBB", "H..K...F"),
        (2, "BhkBBB", "FHK..F"),
        (1, "BhhB", "FH.F"),
    ],
)
def test_cooldown_is_silent_for_so_many_periods_unless_it_is_sharper(
    cooldown: int, periods: str, expected: str
) -> None:
    assert life(periods, lasting=False, cooldown=cooldown) == expected


def test_news_of_each_release_has_no_all_clear() -> None:
    assert life("BccB", lasting=False) == "F..F"


@pytest.mark.parametrize(
    ("judged", "periods", "expected"),
    [("  xx", "BBBB", "..F."), ("xx  ", "Bccc", "FC.."), ("x  x", "BcBc", "F..C")],
)
def test_only_periods_that_are_judged_count(judged: str, periods: str, expected: str) -> None:
    assert life(periods, judged=judged) == expected


def test_series_live_side_by_side() -> None:
    states = States.fresh(np.array([True, False]), np.zeros(2, np.int32))
    breached = np.full((3, 2), Verdict.BREACHED, dtype=np.int8)
    given = Cells(
        breached, np.zeros((3, 2), np.int8), np.zeros((3, 2), bool), np.ones((3, 2), bool), np.zeros((3, 2), bool)
    )
    events, after = fold(states, given, 7)
    assert sorted(zip(events.row.tolist(), events.series.tolist(), strict=True)) == [(7, 0), (7, 1), (8, 1), (9, 1)]
    assert (after.open.tolist(), after.since.tolist()) == ([True, False], [7, -1])


def test_nothing_judged_is_nothing_told() -> None:
    assert life("BBB", judged="   ") == "..."
