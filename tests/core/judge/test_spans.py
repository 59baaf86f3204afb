"""Spans of rows, and which of those told and those implied are one story."""

from __future__ import annotations

import pytest

from treasury_watch.core.judge.spans import Span, Step, groups, spans_of


def spans(text: str, *, carried: tuple[int, int] | None = None, newest: int = 9) -> list[tuple[int, int | None, int]]:
    """``1o2 3c`` as (first, ended, severity) of each span; a letter is opens or ends, the digit behind it how sharp."""
    steps = [Step(int(one[0]), one[1] == "c", int(one[2:] or -1)) for one in text.split()]
    return [(one.first, one.ended, one.severity) for one in spans_of(steps, carried=carried, newest=newest)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("1o1", [(1, None, 1)]),
        ("1o1 3c", [(1, 3, 1)]),
        ("1o1 2o2 5c 7o1", [(1, 5, 2), (7, None, 1)]),
        ("3c", []),
        ("3c 3o2", [(3, None, 2)]),
        ("1o1 1c", []),
    ],
)
def test_steps_are_spans(text: str, expected: list[tuple[int, int | None, int]]) -> None:
    assert spans(text) == expected


def test_what_was_open_already_goes_on() -> None:
    assert spans("4o2 6c", carried=(2, 1)) == [(2, 6, 2)]
    assert spans("", carried=(2, 1)) == [(2, None, 1)]


def test_how_sharp_a_span_was_by_a_row() -> None:
    [span] = spans_of([Step(1, False, 1), Step(4, False, 3)], carried=None, newest=9)
    assert [span.severity_at(row) for row in (1, 3, 4, 8)] == [1, 1, 3, 3]


def span(first: int, last: int, *, ended: bool = True) -> Span:
    return Span(first, last, last + 1 if ended else None, 1, ())


@pytest.mark.parametrize(
    ("told", "implied", "expected"),
    [
        ([(2, 5)], [(3, 4)], [(1, 1)]),
        ([(2, 3)], [(4, 5)], [(1, 0), (0, 1)]),
        ([(2, 9)], [(2, 3), (5, 9)], [(1, 2)]),
        ([(2, 3), (6, 9)], [(3, 6)], [(2, 1)]),
        ([(2, 3), (8, 9)], [(2, 4)], [(1, 1), (1, 0)]),
        ([(2, 3)], [(2, 3)], [(1, 1)]),
        ([], [(2, 3)], [(0, 1)]),
    ],
)
def test_spans_that_share_a_row_are_one_story(
    told: list[tuple[int, int]], implied: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    found = groups([span(*one) for one in told], [span(*one) for one in implied])
    assert [(len(one.told), len(one.implied)) for one in found] == expected
