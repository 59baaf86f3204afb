"""
Messages out of sections: of a release, of what completes one that was told, of what corrects it.

The headline alone carries the whole point; the sharpest section leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from treasury_watch.core.figures.calendar import PUBLISHED, ReleaseCalendar
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.core.messages.alert import loudness
from treasury_watch.core.messages.digest import coming_releases
from treasury_watch.core.messages.message import Message, MessageKind, Section
from treasury_watch.core.rules.model import Severity

_TABLES = frozenset({MessageKind.DIGEST, MessageKind.NOTE})


def compose(
    alerts: Sequence[Section], digest: Sequence[Section], context: Sequence[str], *, source_title: str
) -> Message:
    """One message of one release: alerts first, sharpest first, then the digest."""
    ordered = sorted(alerts, key=lambda section: -loudness(section))
    return Message(
        headline=_headline([*ordered, *digest]),
        severity=_severity([*ordered, *digest]),
        sections=_each_note_once([*ordered, *digest]),
        context=(source_title, *context),
    )


def reworded(message: Message, sections: Sequence[Section]) -> Message:
    """The message with its sections worded anew, in their old order; headline and severity follow from them."""
    return replace(
        message, headline=_headline(sections), severity=_severity(sections), sections=_each_note_once(sections)
    )


def completion(now: Sequence[Section], month: Period, context: Sequence[str]) -> Message:
    """
    What a channel is told that cannot edit: the split that a message already told lacked, and nothing else of it.

    ``now`` are the sections that became complete.
    """
    alerts = [section for section in now if section.kind not in _TABLES]
    tables = [section for section in now if section.kind in _TABLES]
    sections = [
        Section(kind=MessageKind.NOTE, title=section.title, severity=section.severity) for section in alerts[1:]
    ]
    headline = f"What moved the largest holders in {period_words(month)}"
    sections += [Section(kind=MessageKind.NOTE, title=headline, rows=section.rows) for section in tables]
    return Message(
        headline=alerts[0].title if alerts else headline,
        severity=Severity.INFO,
        sections=tuple(sections),
        context=("Follows an earlier message", *context),
    )


def corrected(now: Section, before: Section) -> Section:
    """What is said now of an alert that was told as ``before``: the first words it was told with, struck through."""
    same = now.title.endswith(before.title)  # the figure that moved is not one that the title says
    return replace(now, struck=before.struck or ("" if same else before.title))


def release_context(
    newest: Period, released_on: str, *, monthly: bool, today: date, calendar: ReleaseCalendar = PUBLISHED
) -> tuple[str, ...]:
    """The small print of a release's message: data month, published when, next release when."""
    parts = [f"data to {period_words(newest)}"]
    if released_on:
        parts.append(f"published {period_words(released_on)}")
    if monthly:
        coming = coming_releases(today, newest, calendar)[0]
        estimated = " (estimated)" if coming.estimated else ""
        parts.append(f"next release {period_words(coming.day.isoformat())}{estimated}")
    return tuple(parts)


def _each_note_once(sections: Sequence[Section]) -> tuple[Section, ...]:
    """One rule can speak of several holders: its caveat and its record are read once."""
    seen: set[str] = set()
    told = []
    for section in sections:
        told.append(replace(section, note="") if section.note in seen else section)
        seen.add(section.note)
    return tuple(told)


def _headline(sections: Sequence[Section]) -> str:
    alerts = [section for section in sections if section.kind not in _TABLES]
    others = len(alerts) - 1
    if others < 1:
        return sections[0].title
    return f"{alerts[0].title}; and {others} more alert{'s' if others != 1 else ''}"


def _severity(sections: Sequence[Section]) -> Severity:
    return max(loudness(section) for section in sections)
