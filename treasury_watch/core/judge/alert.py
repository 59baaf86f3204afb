"""An alert: one thing to tell about one rule, entity and period."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from treasury_watch.core.figures.published import Period
from treasury_watch.core.rules.model import Severity


class AlertKind(StrEnum):
    """What an alert is."""

    FIRED = "fired"
    CLEARED = "cleared"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    REMINDED = "reminded"


class Alert(NamedTuple):
    """
    One thing to tell about one rule, entity and period.

    ``value`` is the figure, ``measure`` what was compared, in their units; None where not known. ``threshold`` is the
    level that was reached, as its author wrote it. ``was`` is the severity told before, of a correction.
    """

    rule: str
    entity: str
    period: Period
    kind: AlertKind
    severity: Severity
    value: float | None
    measure: float | None
    threshold: str
    by_revision: bool = False
    was: Severity | None = None
    late: bool = False
    """Too old to be told by itself: it belongs in the digest."""
    minor: bool = False
    """A figure moved by so little that it is mended where it stands, and nobody is called back to it."""

    @property
    def of_figure_alone(self) -> bool:
        """Whether it corrects the figure that was told, and the level that it reached stays."""
        return self.kind is AlertKind.CORRECTED and self.was == self.severity

    @property
    def retracts_all_clear(self) -> bool:
        """Whether it takes back an all-clear. It is no alert of its period then: the episode goes on."""
        return self.kind is AlertKind.CORRECTED and self.was is None
