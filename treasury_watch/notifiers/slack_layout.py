"""
How a message looks in Slack, within what Slack accepts: the headline, then one attachment with a colour bar.

Pure. A block message that breaks a limit is refused whole, so every text is cut to its limit here, and alerts that no
longer fit are counted. Slack counts after escaping, and so does this file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from treasury_watch.core.messages.message import Message, MessageKind, Section
from treasury_watch.core.rules.model import Severity

Block = dict[str, Any]

MOST_BLOCKS: Final = 50
LONGEST_SECTION: Final = 3_000
LONGEST_FIELD: Final = 2_000
MOST_FIELDS: Final = 10
BUDGET: Final = 9_000
"""Characters of all texts together. Slack gives up somewhere near 12,000, not always at the same number."""

LONGEST_PLAIN: Final = 3_900
"""Slack asks for ``text`` under 4,000."""

IN_FULL: Final = 4
"""Alerts shown with all their facts; others get a line each. A message taller than two phone screens is not read."""

_LONGEST_HEADLINE: Final = 600
_LONGEST_TITLE: Final = 300
_LONGEST_TEXT: Final = 1_200
_LONGEST_FACT: Final = 200
_LONGEST_NOTE: Final = 600
_LONGEST_CONTEXT: Final = 600
_LONGEST_TABLE: Final = 2_400
_RESERVE: Final = 200
"""Kept free for the line that counts what was left out."""

_MARKS: Final = {
    Severity.CRITICAL: ":rotating_light: *Critical*",
    Severity.HIGH: ":red_circle: *High*",
    Severity.NOTICE: ":large_yellow_circle: *Notice*",
    Severity.INFO: ":information_source: *Info*",
}
_CLEARED: Final = ":white_check_mark: *Cleared*"
_KIND_WORDS: Final[dict[str, str]] = {
    MessageKind.CLEARED: "cleared",
    MessageKind.CORRECTED: "corrected",
    MessageKind.RETRACTED: "retracted",
    MessageKind.REMINDED: "still so",
    MessageKind.OPERATOR: "for the operator",
}
_COLOURS: Final = {
    Severity.CRITICAL: "#a30200",
    Severity.HIGH: "#a30200",
    Severity.NOTICE: "#daa038",
    Severity.INFO: "#dddddd",
}
_CLEARED_COLOUR: Final = "#2eb886"


def layout(message: Message) -> dict[str, Any]:
    """``text`` and ``attachments`` of chat.postMessage, and of a webhook, for a message."""
    headline = f"{_mark(message)}  {_line(message.headline, _LONGEST_HEADLINE)}"
    blocks = _blocks(message, BUDGET - len(headline))
    if not blocks:
        return {"text": headline}
    # The fallback is what a client shows that cannot draw blocks; beside blocks it counts towards no limit of theirs.
    fallback = cut(" ".join(message.headline.split()), _LONGEST_HEADLINE)
    return {"text": headline, "attachments": [{"color": _colour(message), "fallback": fallback, "blocks": blocks}]}


def plain(message: Message) -> str:
    """The whole message as escaped lines, for a channel that refused the blocks."""
    return cut(message.as_text(), LONGEST_PLAIN)


def cut(text: str, limit: int) -> str:
    """
    Escape what Slack would read as markup, and end with … where it does not fit.

    Exactly ``&``, ``<`` and ``>``: that also takes the power from ``<!channel>``. No escape is cut in two.
    """
    whole = "".join(map(_escaped, text))
    if len(whole) <= limit:
        return whole
    kept: list[str] = []
    room = limit - 1
    for character in text:
        escaped = _escaped(character)
        if len(escaped) > room:
            break
        kept.append(escaped)
        room -= len(escaped)
    return "".join(kept).rstrip() + "…"


def _escaped(character: str) -> str:
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(character, character)


def _line(text: str, limit: int) -> str:
    """One line: a line break inside *bold* would end it."""
    return cut(" ".join(text.split()), limit)


def _mark(message: Message) -> str:
    return _CLEARED if _all_cleared(message) else _MARKS[message.severity]


def _colour(message: Message) -> str:
    return _CLEARED_COLOUR if _all_cleared(message) else _COLOURS[message.severity]


def _all_cleared(message: Message) -> bool:
    return bool(message.sections) and all(section.kind == MessageKind.CLEARED for section in message.sections)


def _blocks(message: Message, budget: int) -> list[Block]:
    context = _small(_line(" · ".join(message.context), _LONGEST_CONTEXT))
    budget -= _size(context) + _RESERVE
    room = MOST_BLOCKS - len(context) - 1
    # A digest is what everybody waits for: however many alerts there are, it keeps its place below them.
    digests = [section for section in message.sections if section.kind == MessageKind.DIGEST]
    closing = [block for section in digests for block in _section(section, said=message.says_already(section))]
    if _size(closing) > budget // 2 or len(closing) > room // 2:
        digests, closing = [], []
    budget -= _size(closing)
    room -= len(closing)
    blocks: list[Block] = []
    left = [section for section in message.sections if section not in digests]
    full = 0
    while left and full < IN_FULL:
        drawn = list(_section(left[0], said=message.says_already(left[0])))
        if _size(drawn) > budget or len(drawn) > room:
            break
        blocks += drawn
        budget -= _size(drawn)
        room -= len(drawn)
        full += 1
        left.pop(0)
    blocks += _briefly(left, min(budget, LONGEST_SECTION - _RESERVE))
    return blocks + closing + context


def _section(section: Section, *, said: bool) -> Iterator[Block]:
    """One alert in full: title and sentence, facts side by side, table, small print; no title where it was ``said``."""
    title = "" if said else _titled(section)
    # A tilde of its own would end the line that strikes the old words through.
    struck = _line(section.struck.replace("~", "-"), _LONGEST_TITLE)
    old = f"~{struck}~" if struck else ""
    text = "\n".join(part for part in (title, old, cut(section.text.strip(), _LONGEST_TEXT)) if part)
    fields = [
        _mrkdwn(f"*{_line(label, _LONGEST_FACT)}*\n{_line(value, _LONGEST_FACT)}") for label, value in section.facts
    ]
    if text or fields:
        block: Block = {"type": "section"}
        if text:
            block["text"] = _mrkdwn(text)
        if fields:
            block["fields"] = fields[:MOST_FIELDS]
        yield block
    if section.rows:
        yield {"type": "section", "text": _mrkdwn(_table(section.rows))}
    links = " · ".join(filter(None, map(_link, section.links[:4])))
    small = "  ".join(part for part in (_line(section.note, _LONGEST_NOTE), links) if part)
    yield from _small(small)


def _titled(section: Section) -> str:
    title = _line(section.title, _LONGEST_TITLE) or "(untitled)"
    word = _KIND_WORDS.get(section.kind)
    return f"*{title}*" + (f"  _{word}_" if word else "")


def _briefly(sections: list[Section], budget: int) -> list[Block]:
    """One line for each alert that is not shown in full, then how many more there are."""
    if not sections:
        return []
    lines: list[str] = []
    for section in sections:
        line = f"• {section.severity.word}: {_line(section.title, _LONGEST_TITLE)}"
        if len(line) + 1 > budget:
            break
        lines.append(line)
        budget -= len(line) + 1
    more = len(sections) - len(lines)
    if more:
        lines.append(f"_and {more} more; `treasury-watch alerts` lists them all_")
    return [{"type": "section", "text": _mrkdwn("\n".join(lines))}]


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    """Rows under each other in fixed width, the first column to the left and figures to the right."""
    # A backtick would end the fixed-width block.
    cells = [[" ".join(cell[:_LONGEST_FACT].replace("`", "'").split()) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells if i < len(row)) for i in range(max(map(len, cells)))]
    lines = []
    for row in cells:
        spaced = [cell.rjust(widths[i]) if i else cell.ljust(widths[i]) for i, cell in enumerate(row)]
        lines.append("  ".join(spaced).rstrip())
    return f"```\n{cut(chr(10).join(lines), _LONGEST_TABLE)}\n```"


def _link(address: str) -> str:
    """Show where it leads as the link's words; what is no web address stays text."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c in address for c in " |<>\n\t"):
        return _line(address, _LONGEST_FACT)
    if len(address) > _LONGEST_TITLE:
        return cut(parts.hostname, _LONGEST_FACT)
    return f"<{cut(address, LONGEST_FIELD)}|{cut(parts.hostname, _LONGEST_FACT)}>"


def _mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def _small(text: str) -> list[Block]:
    return [{"type": "context", "elements": [_mrkdwn(text)]}] if text else []


def _size(value: Any) -> int:
    """Characters of every text in blocks."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(map(_size, value.values()))
    return sum(map(_size, value)) if isinstance(value, list) else 0
