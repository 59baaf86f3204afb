"""A line that is indented by itself is told which of the lines above it belongs to."""

from __future__ import annotations

import pytest

from treasury_watch.yaml.file import parse

RULE = """rules:
  - id: japan-floor
    fire: {below: 1.1tn}
    levels:
      high: 1tn
    tests:
      - name: one
        start: 2025-01
"""


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        (RULE + "   severity: high\n", 9, '3 spaces stand before "severity"; write 4, as before "tests"'),
        (RULE + "         expect: []\n", 9, '9 spaces stand before "expect"; write 8, as before "start"'),
        (RULE + "     - name: two\n", 9, '5 spaces stand before "- name"; write 6, as before "- name"'),
        (RULE + " - id: two\n", 9, '1 space stands before "- id"; write 2, as before "- id"'),
        (
            "rules:\n  - id: a\n    levels:\n      high: 1\n     critical: 2\n",
            5,
            'write 6, as before "high", or 4, as before "levels"',
        ),
        ("rules:\n  - id: a\n     title: b\n", 3, '5 spaces stand before "title"; write 4, as before "id"'),
        ("rules:\n  - id: a\n   title: b\n", 3, 'write 4, as before "id"'),
    ],
)
def test_an_odd_indentation_is_told_how_many_spaces_to_write(lines: str, line: int, said: str) -> None:
    [fault] = parse(lines.encode(), "rules/mine.yaml").faults
    assert fault.line == line
    assert said in fault.problem


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("    why: Japan: read it\n", 'a second ":" here; put the text in "quotes"'),
        ("    why: all well\n    more text\n", 'expected "key: value"; a ":" and a space are missing here'),
    ],
)
def test_a_text_is_no_matter_of_indentation(written: str, said: str) -> None:
    [fault] = parse((RULE + written).encode(), "rules/mine.yaml").faults
    assert fault.problem == said
