"""
A rule as checked data: what a person asked, with every name resolved and every number in its dataset's unit.

Rule files become these in ``treasury_watch.rulefiles``; nothing here reads a file. The words are those of
``rules/README.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from treasury_watch.core.figures.datasets import DATASETS, SECURITY_TYPES
from treasury_watch.core.figures.published import Period


class Severity(IntEnum):
    """How loud. Ordered, so that the sharper one wins."""

    INFO = 0
    NOTICE = 1
    HIGH = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        """The word people write: ``notice``."""
        return self.name.lower()


class Verdict(IntEnum):
    """The answer for one entity in one period. Undecided opens nothing and closes nothing."""

    UNDECIDED = -1
    CLEAR = 0
    BREACHED = 1


class Mode(StrEnum):
    """``each_release``: every matching period is news. ``until_clear``: one alert, then one all-clear."""

    EACH_RELEASE = "each_release"
    UNTIL_CLEAR = "until_clear"


class Basis(StrEnum):
    """Which vintage of the earlier periods is read."""

    LATEST = "latest"
    FIRST_PUBLISHED = "first_published"


@dataclass(frozen=True, slots=True)
class Measure:
    """
    Which number. ``kind`` is a word of ``measures.MEASURES``.

    ``n`` counts periods of the data (``change: 1 month``); None with ``drawdown`` means all. ``since`` is the fixed
    period of ``versus``.
    """

    kind: str = "value"
    n: int | None = None
    since: Period | None = None

    @property
    def is_figure(self) -> bool:
        """Whether the figure itself is compared."""
        return self == Measure()


@dataclass(frozen=True, slots=True)
class Condition:
    """
    What to ask of a number. ``op`` is a word of ``conditions.CONDITIONS``.

    ``a`` is the level in the measure's unit (``b`` the upper end of ``outside``), ``n`` the reach of
    ``lowest_in``/``highest_in``, ``since`` the start of ``lowest_since``/``highest_since``. ``said`` is the level as
    the person wrote it, for messages.
    """

    op: str
    a: float = 0.0
    b: float = 0.0
    n: int = 0
    since: Period = ""
    said: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Selection:
    """
    Which entities. An empty set asks nothing.

    ``names`` are holders, aggregates or tenors (``10-Year Note``, or ``10-Year`` for every type of that tenor);
    ``types`` are security types (``Note``). Both must fit.
    """

    names: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()

    def has(self, entity: str) -> bool:
        """Whether it names the entity: ``10-Year`` names ``10-Year Note`` and ``10-Year TIPS``; empty, everybody."""
        short, _, kind = entity.rpartition(" ")
        # "Foreign Official Bills" is no security of the tenor "Foreign Official".
        named = not self.names or entity in self.names or (kind in SECURITY_TYPES and short in self.names)
        return named and (not self.types or kind in self.types)


@dataclass(frozen=True, slots=True)
class Among:
    """Only the largest ``top`` holders, ranked by holdings of the release before or of this one."""

    top: int
    ranked: str = "previous"


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of holders (rules/groups.yaml), summed as one series by ``combine``."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Also:
    """One further condition of ``all``: it must hold for the same entity and period."""

    data: str
    measure: Measure
    condition: Condition


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one period of an example must tell: entity -> severity for ``fires``; entities for the rest."""

    at: Period
    fires: tuple[tuple[str, Severity], ...] = ()
    holds: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    corrects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """
    A test that a rule brings with it.

    ``series`` gives each entity's values from ``start`` on (None is missing), for ``data`` -> entity -> values; the
    rule's own data unless another is named. ``revise`` rewrites values in the release of a period: (at, entity,
    period, value).
    """

    name: str
    start: Period
    series: tuple[tuple[str, str, tuple[float | None, ...]], ...]
    expect: tuple[Expectation, ...]
    revise: tuple[tuple[Period, str, Period, float | None], ...] = ()
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One question a person keeps asking of the data. Equal rules ask the same thing."""

    id: str
    title: str
    data: str
    fire: Condition
    why: str = ""
    owner: str = ""
    links: tuple[str, ...] = ()
    each: str | None = None
    only: Selection = Selection()
    without: Selection = Selection()
    """The key ``except``, which Python keeps for itself."""
    among: Among | None = None
    combine: Group | None = None
    measure: Measure = Measure()
    count: Condition | None = None
    levels: tuple[tuple[Severity, Condition], ...] = ()
    """Sharper levels, mildest first; ``fire`` itself has ``severity``."""
    also: tuple[Also, ...] = ()
    """The key ``all``."""
    periods: int = 1
    """The key ``for``."""
    clear: Condition | None = None
    mode: Mode = Mode.EACH_RELEASE
    severity: Severity = Severity.NOTICE
    remind: int = 0
    cooldown: int = 0
    basis: Basis = Basis.LATEST
    correct: bool = True
    """False where ``on_revision: silent``."""
    enabled: bool = True
    until: str = ""
    """A date (2027-01-31) after which the rule sleeps."""
    tests: tuple[Example, ...] = field(default=(), compare=False)
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def of_revisions(self) -> bool:
        """Whether it is about revisions: events of one release, each told once with it."""
        return bool(DATASETS[self.data].revises)
