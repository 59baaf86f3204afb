"""Messages to the operator: a file refused, a source late, a rule file with mistakes; and the all-clear."""

from __future__ import annotations

from treasury_watch.core.messages.message import Message, MessageKind, Section
from treasury_watch.core.rules.model import Severity


def operator_message(headline: str, text: str, severity: Severity = Severity.HIGH) -> Message:
    """A message to the operator: a file refused, a source late, a rule file with mistakes; or the all-clear."""
    section = Section(kind=MessageKind.OPERATOR, title=headline, severity=severity, text=text)
    return Message(headline=headline, severity=severity, sections=(section,), context=("Treasury Watch",))
