"""YAML as people write it: read by 1.2's rules, its traps refused, every fault at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from treasury_watch.yaml import file
from treasury_watch.yaml.file import Document, parse
from treasury_watch.yaml.nodes import Entries, Listing, Scalar, as_plain
from treasury_watch.yaml.problem import Problem, did_you_mean


def read(text: str) -> Document:
    return parse(text.encode(), "rules/x.yaml")


def faults(text: str) -> list[tuple[int, int, str]]:
    return [(fault.line, fault.column, fault.problem) for fault in read(text).faults]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("010", 10),
        ("0o10", 8),
        ("0x10", 16),
        ("1_000", "1_000"),
        ("2025-01-31", "2025-01-31"),
        ("2.30", 2.3),
        ("-1e3", -1000.0),
        ("+.5", 0.5),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ('"true"', "true"),
        ("'2.30'", "2.30"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("9" * 5000, "9" * 5000),
        ("1e999", float("inf")),
    ],
)
def test_a_value_means_what_yaml_1_2_says(written: str, value: object) -> None:
    root = read(f"key: {written}\n").root
    assert as_plain(root) == {"key": value}
    assert type(as_plain(root)["key"]) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "column", "problem"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 0, 'key "a" stands twice (first in line 1); keep one'),
        ("a: &x 1\n", 1, 3, '"&x" names a value for use elsewhere, which is not done here; delete it'),
        ("a: {<<: {b: 1}}\n", 1, 4, "merge key << is not used here; write the entries out"),
        ("a: !!python/object:os.system x\n", 1, 3, "tag tag:yaml.org,2002:python/object:os.system is not used here"),
        ("a: 1\n---\nb: 2\n", 2, 0, 'a second document begins here ("---")'),
        ("a:\n\tb: 1\n", 2, 0, "a tab; write 2 spaces, two more than before"),
        ("[" * 30 + "]" * 30, 1, 20, "nested more than 20 deep"),
        ("a: \x1b[31m\n", 1, 3, "character U+001B cannot be seen"),
        ("? [a]\n: 1\n", 1, 2, "a key must be plain text"),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", 1, 0, "a %TAG line is not used here"),
    ],
)
def test_what_surprises_its_author_is_refused_at_its_place(text: str, line: int, column: int, problem: str) -> None:
    (fault,) = faults(text)
    assert fault[:2] == (line, column)
    assert fault[2].startswith(problem)


def test_an_alias_is_told_and_never_followed() -> None:
    told = faults("a: &a [x]\nb: [*a, *a]\n")
    assert [(line, column) for line, column, _ in told] == [(1, 3), (2, 4), (2, 8)]


def test_a_billion_laughs_are_refused_quickly() -> None:
    lines = ["a: &a [x, x]"] + [f"{n}: &{n} [*{p}, *{p}]" for p, n in zip("abcdefgh", "bcdefghi", strict=True)]
    assert len(faults("\n".join(lines))) == 9 + 16


def test_all_faults_of_a_file_are_told_and_the_rest_is_read() -> None:
    document = read("a: &x 1\nb: 2\nb: 3\nc: !!int 4\n")
    assert [fault.line for fault in document.faults] == [1, 3, 4]
    assert not document.cut
    assert as_plain(document.root) == {"a": 1, "b": 2, "c": 4}


def test_a_file_that_is_not_yaml_gives_what_stands_before_the_fault() -> None:
    document = read("rules:\n  - id: whole\n  - id: torso\n    why: a: b\n")
    assert document.cut
    assert isinstance(document.root, Entries)
    listed = document.root.get("rules")
    assert isinstance(listed, Listing)
    assert as_plain(listed.items[0]) == {"id": "whole"}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("a: 1".encode("utf-16"), "is UTF-16 text; save it as UTF-8"),
        (b"a: \xff\n", "byte 0xff is not UTF-8 text; save the file as UTF-8"),
        (b"a: 1\n" * 250_000, "is larger than 1,000,000 bytes; split it into several files"),
        (b"- \n" * 200_001, "more than 200,000 values; split the file"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_whole(body: bytes, problem: str) -> None:
    (fault,) = parse(body, "x").faults
    assert fault.problem == problem


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    plain, windows = "a: 1\nb: [x, y]\n", "\ufeffa: 1\r\nb: [x, y]\r\n"
    assert read(plain).root == read(windows).root


def test_positions_count_characters_whatever_they_are() -> None:
    (fault,) = faults("é\N{FLAG IN HOLE}: {b: &x 1}\n")
    assert (fault[0], fault[1]) == (1, 8)


def test_a_problem_shows_its_line_and_a_caret() -> None:
    shown = Problem("rules/a.yaml", 3, 6, "japan-floor", "fire: wrong", "\tfire: x").show()
    assert shown == "rules/a.yaml:3:6: japan-floor: fire: wrong\n\tfire: x\n\t     ^"
    assert Problem("rules/a.yaml", 0, 0, "", "is empty").show() == "rules/a.yaml: is empty"


def test_the_caret_of_an_endless_line_still_stands_under_its_place() -> None:
    excerpt = "x" * 300 + "!" + "y" * 300
    _, line, caret = Problem("a", 1, 300, "", "p", excerpt).show().splitlines()
    assert len(line) <= 160
    assert line[len(caret) - 1] == "!"


def test_an_excerpt_never_commands_a_terminal() -> None:
    document = parse(b"a: \x1b[2Jx\n", "x")
    (problem,) = document.problems([(1, 3, "", "p")])
    assert "\x1b" not in problem.show()


def test_problems_sort_by_place() -> None:
    places = [("b", 1, 1), ("a", 10, 1), ("a", 2, 5), ("a", 2, 1)]
    assert sorted(Problem(*place, "", "p") for place in places) == [
        Problem(*place, "", "p") for place in sorted(places)
    ]


def test_a_missing_or_odd_file_is_a_fault_not_a_crash(tmp_path: Path) -> None:
    assert "is not a file" in file.read(tmp_path, "rules").faults[0].problem
    assert "is not a file" in file.read(tmp_path / "absent.yaml", "rules").faults[0].problem


def test_a_near_word_is_suggested_and_a_far_one_is_not() -> None:
    assert did_you_mean("belw", ["below", "above"]) == ' (did you mean "below"?)'
    assert did_you_mean("JAPAN", ["Japan"]) == ' (did you mean "Japan"?)'
    assert did_you_mean("zzz", ["below"]) == ""
    assert did_you_mean("zzz", ["below"], "expected below") == " (expected below)"


def test_the_parser_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'rules:\n  - id: a\n    title: "x: y"\n    only: {holder: [Japan, "China, Mainland"]}\n    at: 12:30\n'
    expected = read(text)
    monkeypatch.setattr(file, "_EVENTS", yaml.SafeLoader)
    assert read(text) == expected


@given(st.text() | st.text("ab:-{}[]&*!|>'\"%@`#? \n\t,", max_size=60))
def test_any_text_is_read_or_told(text: str) -> None:
    document = parse(text.encode("utf-8", "surrogatepass"), "x")
    lines = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029") + 1
    for problem in document.problems([(line, column, "", said) for line, column, said in document.faults]):
        assert 0 <= problem.line <= lines
        assert problem.show()


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_told(body: bytes) -> None:
    parse(body, "x")


plain_values = st.recursive(
    st.text(max_size=8) | st.booleans() | st.none() | st.integers(-1000, 1000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=5), plain_values, min_size=1, max_size=4))
def test_what_yaml_writes_is_read_back(value: dict[str, object]) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"', sort_keys=False)
    document = read(text)
    if document.faults:
        # Tags are what the writer adds for values that are no text; they are refused by design.
        assert all("tag" in fault.problem or "cannot be seen" in fault.problem for fault in document.faults)
    else:
        assert as_plain(document.root) == yaml.safe_load(text)


def test_a_scalar_knows_whether_anything_was_written() -> None:
    assert Scalar("", True, 1, 0).empty
    assert not Scalar("", False, 1, 0).empty
