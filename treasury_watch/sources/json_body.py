"""
Reads an answer that should be JSON, and says which of the usual ways it is not.

Every number is kept as the characters that were sent: a figure is compared as printed, never as a rounded float.
"""

from __future__ import annotations

import json
from typing import Any

from treasury_watch.core.figures.published import Refusal


def read_json(source: str, body: bytes) -> object:
    """
    The parsed body, numbers as text. Its shape is for the caller to ask about.

    Raises Refusal: ``empty``, ``html`` (an error page sent with status 200), ``encoding``, ``json`` (cut off, or no
    JSON at all), ``duplicate-key``.
    """
    if not body.strip(b" \t\r\n\0"):
        raise Refusal(source, "empty", "the answer is empty", expected="JSON")
    try:
        text = body.decode(json.detect_encoding(body))
    except UnicodeDecodeError as error:
        raise Refusal(
            source, "encoding", f"byte {error.start} is not {error.encoding}", expected="JSON in UTF-8"
        ) from None
    if text.lstrip().startswith("<"):
        raise Refusal(source, "html", f"the answer is a page, not data: {text.strip()[:60]!r}", expected="JSON")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(pairs)
        if len(row) != len(pairs):
            names = [name for name, _ in pairs]
            twice = sorted({name for name in names if names.count(name) > 1})
            raise Refusal(source, "duplicate-key", f"{', '.join(twice)} stands twice in one row", expected="once")
        return row

    try:
        parsed: object = json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise Refusal(
            source,
            "json",
            f"cut off or not JSON: {error.msg} at character {error.pos} of {len(text)}",
            expected="one whole JSON document",
        ) from None
    except RecursionError:
        raise Refusal(source, "json", "nested too deeply to be a table", expected="rows of fields") from None
    return parsed
