"""
What is wrong with text that is not YAML, in words for the person who wrote it, at the place where it can be mended.

Pure: the parser's own words and places come in, and the lines of the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from treasury_watch.yaml.indentation import indentation_words, spaces_instead

_BRACED_TEXT = re.compile(r"\s*(- )?\w+: *\{[^{}]*\} *[^\s#,}\]]")
"""``title: {holder} cut``: begun like a mapping, meant as a text."""
_NESTED = re.compile(r"\s*(?:- +)?(\w+): +([a-z_]+): +([^\s{\[\"'].*?)\s*")
"""``fire: below: 1.1tn``: a mapping without its braces."""
_NO_SPACE = re.compile(r"\s*(?:- +)?([A-Za-z_]+):([^\s:/].*)")
_QUOTED_TWICE = re.compile(r"\s*(?:- +)?\w+: *([\"']).*\1\s*[^\s#,}\]]")
_REMARK = re.compile(r"\s#")

Place = tuple[int, int]
"""Line (from 1) and column (from 0)."""


class ParseFault(NamedTuple):
    """A mistake of YAML itself; the reader of the file adds whose rule it is."""

    line: int
    column: int
    problem: str


def explained(problem: str, context: str, at: Place | None, start: Place | None, lines: Sequence[str]) -> ParseFault:
    """
    The parser's complaint as a fault.

    ``problem`` was found ``at`` a place, in what began at ``start`` (None: not known), of a kind that ``context`` says.
    """
    line, column = at or start or (0, 0)
    if line > len(lines):
        # The parser stands behind the last line of a file that breaks off.
        line, column = len(lines), len(lines[-1])
    written = lines[line - 1] if line else ""
    here = written[column : column + 1]

    if "quoted scalar" in context:
        return ParseFault(*(start or (line, column)), _of_quotes(problem))
    if here == "\t" or "\t" in written[: max(column, len(written) - len(written.lstrip()))]:
        return _of_tab(lines, line)
    if "flow mapping" in context or "flow sequence" in context:
        return ParseFault(*(start or (line, column)), _of_brackets("{" if "mapping" in context else "[", start, lines))
    if _BRACED_TEXT.match(written):
        return ParseFault(
            line, column, 'text goes on after "}"; a text that begins with "{" needs "quotes" round all of it'
        )
    if _QUOTED_TWICE.match(written):
        said = "the text goes on after its closing quote; for quotes inside it put 'single ones' round all of it"
        return ParseFault(line, column, said)
    if "mapping values are not allowed" in problem:
        return _of_second_colon(lines, line, column)
    if "cannot start any token" in problem:
        return ParseFault(line, column, f'a text cannot begin with "{here}"; put it in "quotes"')
    if "block mapping" in context or "block collection" in context or "<document start>" in problem:
        said = 'expected "key: value" in line with the entries above; indent it so, or put the text in "quotes"'
        return ParseFault(line, column, indentation_words(lines, line) or said)
    if "could not find expected ':'" in problem:
        return _of_no_colon(start or (line, column), lines)
    if "undefined alias" in problem or "anchor" in context or "alias" in context:
        return ParseFault(line, column, f'a text cannot begin with "{here or "*"}"; put it in "quotes"')
    if "node content" in problem or "<stream" in problem:
        return ParseFault(line, column, "a value is missing here, or the file breaks off")
    return ParseFault(line, column, f"not YAML: {problem or context or 'cannot be read'}")


def _of_quotes(problem: str) -> str:
    if "escape" in problem or "hexdecimal" in problem:
        return (
            "a \"\\\" means something of its own in double quotes; write it twice, or put the text in 'single quotes'"
        )
    return "this quote is not closed; close it at the end of the text"


def _of_tab(lines: Sequence[str], line: int) -> ParseFault:
    at = max(lines[line - 1].find("\t"), 0)
    return ParseFault(line, at, f"a tab; {spaces_instead(lines, line) or 'indent with spaces'}")


def _of_brackets(bracket: str, start: Place | None, lines: Sequence[str]) -> str:
    closing, items = ("}", "entries") if bracket == "{" else ("]", "items")
    written = lines[start[0] - 1][start[1] :] if start else ""
    remark = _REMARK.search(written)
    if remark and closing in written[remark.start() :]:
        said = f'"#" begins a remark that runs to the end of the line, so "{closing}" is not read'
        return f"{said}; move the remark behind it"
    return f'this "{bracket}" is not closed, or a comma is missing after one of its {items}'


def _of_second_colon(lines: Sequence[str], line: int, column: int) -> ParseFault:
    written = lines[line - 1]
    own = indentation_words(lines, line)
    if own:
        # A key that stands deeper than the ones above it is read as more of the text before it.
        return ParseFault(line, len(written) - len(written.lstrip()), own)
    nested = _NESTED.fullmatch(written)
    if nested:
        key, word, value = nested.groups()
        return ParseFault(line, column, f'a second ":" here; write {key}: {{{word}: {value}}}, or a text in "quotes"')
    return ParseFault(line, column, 'a second ":" here; put the text in "quotes"')


def _of_no_colon(at: Place, lines: Sequence[str]) -> ParseFault:
    line, column = at
    found = _NO_SPACE.fullmatch(lines[line - 1]) if line <= len(lines) else None
    if found:
        return ParseFault(line, column, f'a space is missing after the ":"; write {found[1]}: {found[2].strip()}')
    return ParseFault(line, column, 'expected "key: value"; a ":" and a space are missing here')
