"""
What a message says, whatever the channel: a conclusion, then what each alert says, then where it comes from.

Plain text throughout: a channel escapes and lays out, and never rewords. ``as_json``/``from_json`` are how a message
waits in the outbox.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.rules.model import Severity


class MessageKind(StrEnum):
    """What a section of a message is. Routes of the config choose by it, channels mark by it."""

    FIRED = AlertKind.FIRED.value
    CLEARED = AlertKind.CLEARED.value
    CORRECTED = AlertKind.CORRECTED.value
    RETRACTED = AlertKind.RETRACTED.value
    REMINDED = AlertKind.REMINDED.value
    OPERATOR = "operator"
    DIGEST = "digest"
    AUCTION = "auction"
    NOTE = "note"


ROUTED = tuple(kind for kind in MessageKind if kind is not MessageKind.NOTE)
"""Kinds by which a route can choose: a note stands beside something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """
    One alert, correction or table of a message.

    ``kind`` is a word of ``MessageKind``. ``text`` is the sentence under the title; ``facts`` are label and value, four
    to six; ``rows`` a small table, the first row its heading.
    """

    kind: str
    title: str
    severity: Severity = Severity.INFO
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    links: tuple[str, ...] = ()
    note: str = ""
    """Small print: when it fired before, the caveat (``why``) and the rule's id."""
    struck: str = ""
    """What the title said before a correction: shown struck through where the channel can."""
    alert: int = 0
    """The alert's number in the store, by which a later release finds what it completes or corrects; 0 for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """
    What one release has to say to one channel.

    ``headline`` alone must carry the whole point: it is what a phone and a screen reader show. ``context`` is the small
    print of the whole message: source, data month, published at.
    """

    headline: str
    severity: Severity
    sections: tuple[Section, ...] = ()
    context: tuple[str, ...] = ()

    def says_already(self, section: Section) -> bool:
        """Whether the headline is the section's title, or it and a count of others: right below it would be twice."""
        title, headline = (" ".join(text.split()) for text in (section.title, self.headline))
        first = bool(self.sections) and section is self.sections[0]
        return first and (headline == title or headline.startswith(f"{title}; and "))

    def as_json(self) -> str:
        """Text for the outbox; ``from_json`` gives the equal message back."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> Message:
        """The message that ``as_json`` wrote."""
        kept: dict[str, Any] = json.loads(text)
        sections = tuple(
            Section(
                kind=s["kind"],
                title=s["title"],
                severity=Severity(s["severity"]),
                text=s["text"],
                facts=tuple((label, value) for label, value in s["facts"]),
                rows=tuple(tuple(row) for row in s["rows"]),
                links=tuple(s["links"]),
                note=s["note"],
                struck=s["struck"],
                alert=s["alert"],
            )
            for s in kept["sections"]
        )
        return Message(
            headline=kept["headline"],
            severity=Severity(kept["severity"]),
            sections=sections,
            context=tuple(kept["context"]),
        )

    def as_text(self) -> str:
        """The whole message as plain lines: the fallback of every channel."""
        lines = [self.headline]
        for section in self.sections:
            lines += [] if self.says_already(section) else ["", section.title]
            lines += [f"Before: {section.struck}"] if section.struck else []
            lines += [section.text] if section.text else []
            lines += [f"{label}: {value}" for label, value in section.facts]
            lines += ["  ".join(row) for row in section.rows]
            lines += [section.note] if section.note else []
            lines += section.links
        return "\n".join([*lines, "", *self.context] if self.context else lines)
