"""Which indentation a line was meant to have that has one of its own: the lines above it say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_ENTRY = re.compile(r"""( *)(- +)?(["']?)([^\s"'#:{\[-][^:]*)\3:(?: |$)""")
"""``key:``, perhaps as the first of a list's item; its name is the fourth group."""
_MOST_SAID = 2


def indentation_words(lines: Sequence[str], line: int) -> str:
    """
    What is wrong with the indentation of a line (counted from 1); empty where it is no "key: value" of its own.

    ``3 spaces stand before "severity"; write 4, as before "fire"``: the indentation of what is open above it, and of
    two that are equally near both.
    """
    written = lines[line - 1]
    found = _ENTRY.match(written)
    if not found or "\t" in written[: found.end()]:
        return ""
    own = len(found[1])
    item = bool(found[2])
    near: dict[int, str] = {}
    for column, name, is_item in _open_above(lines[: line - 1]):
        if is_item == item:
            near.setdefault(column, name)
    if not near or own in near:
        return ""
    least = min(abs(column - own) for column in near)
    nearest = [column for column in sorted(near, reverse=True) if abs(column - own) == least][:_MOST_SAID]
    meant = ", or ".join(f'{column}, as before "{near[column]}"' for column in nearest)
    what = f"{'- ' if item else ''}{found[4].strip()}"
    return f'{own} space{"s stand" if own != 1 else " stands"} before "{what}"; write {meant}'


def spaces_instead(lines: Sequence[str], line: int) -> str:
    """How many spaces to write where a line (counted from 1) has a tab; empty where nothing above it says."""
    above = next((found for written in reversed(lines[: line - 1]) if (found := _ENTRY.match(written))), None)
    if above is None:
        return ""
    column = len(above[1]) + len(above[2] or "")
    if above.end() == len(above.string.rstrip()):
        return f'write {column + 2} spaces, two more than before "{above[4]}"'
    return f'write {column} spaces, as before "{above[4]}"' if column else "indent with spaces"


def _open_above(lines: Sequence[str]) -> Iterator[tuple[int, str, bool]]:
    """What is open below the last of these lines, innermost first: its column, its name, whether it is an item."""
    limit = float("inf")
    for written in reversed(lines):
        found = _ENTRY.match(written)
        if not found:
            continue
        dash = len(found[1])
        starts = [(dash + len(found[2]), found[4], False)] if found[2] else []
        starts.append((dash, f"- {found[4]}" if found[2] else found[4], bool(found[2])))
        for column, name, is_item in starts:
            if column < limit or (column == limit and not is_item):
                yield column, name, is_item
                limit = column
