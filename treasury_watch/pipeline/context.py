"""What a release is judged by: the rules in force, where alerts go, and the sources that feed them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from treasury_watch.core.figures.datasets import COUPONS
from treasury_watch.core.figures.periods import new_york_day
from treasury_watch.core.figures.published import Period
from treasury_watch.core.rules.model import Rule, Severity
from treasury_watch.sources.source import Source

Route = Callable[[Severity, str, str, str], tuple[str, ...]]
"""(severity, kind, rule, source) -> the channels that get the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a release is judged by, and where alerts go. ``digests`` is each rule's wording as a hash."""

    rules: tuple[Rule, ...]
    digests: Mapping[str, str]
    route: Route
    sources: Mapping[str, Source]
    when_issued: Mapping[tuple[str, Period], Decimal] = field(default_factory=dict)
    """When-issued yields of the config: (tenor, day) -> percent."""
    cards: frozenset[str] = COUPONS
    """The types of security whose every auction gets a message, whether a rule fires or not."""

    def awake(self, now: datetime) -> list[Rule]:
        """The rules that are not disabled and have not run out."""
        today = new_york_day(now).isoformat()
        return [rule for rule in self.rules if rule.enabled and not (rule.until and rule.until < today)]
