"""A doubt: what is odd about a release beside anything on record. A release of which there is one is held."""

from __future__ import annotations

from typing import NamedTuple

from treasury_watch.core.figures.published import Period

MOST_ODD = 3
"""How many figures a doubt shows."""


class Odd(NamedTuple):
    """One odd figure: what it was (None: there was none) and what it is now, in its dataset's unit."""

    entity: str
    period: Period
    was: float | None
    now: float


class Doubt(NamedTuple):
    """``kind`` is a stable short name, ``says`` one sentence, ``odd`` the oddest figures, the oddest first."""

    kind: str
    says: str
    odd: tuple[Odd, ...] = ()
