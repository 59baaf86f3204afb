"""
The words of a rule file, each with its meaning: one table for the checker, the JSON Schema and rules/README.md.

Measures and conditions have tables of their own (``core.rules.measures``, ``core.rules.conditions``). To add a key: a
line here, its shape in ``json_schema``, its reading in ``rulefiles``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from treasury_watch.core.figures.datasets import Entity
from treasury_watch.core.rules.conditions import CONDITIONS
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.core.rules.model import Severity


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a rule: its meaning, and what holds where it is not written."""

    name: str
    says: str
    default: str = "none"
    required: bool = False


class Selector(NamedTuple):
    """A word of ``only`` and ``except``: whom it chooses among, and how it is written."""

    entity: Entity
    says: str


SEVERITIES = {severity.word: severity for severity in Severity}

ID_PATTERN = "^[a-z0-9][a-z0-9._-]{0,79}$"
LINK_PATTERN = r'https://[^\s<>"|]+'

KEYS = (
    Key("id", "The rule's own name, unique over all files: the identity of its alerts for ever.", "required", True),
    Key("title", "One line, the headline of its alerts. Only the fields below are filled in.", "required", True),
    Key("why", "What a reader should know before believing the number; shown in the alert."),
    Key("owner", "Who answers for the rule; shown in the alert."),
    Key("links", "https addresses for further reading; shown in the alert."),
    Key("data", "Which series, from the list below.", "required", True),
    Key(
        "each",
        "One alert per holder, aggregate or tenor.",
        "the single series that `only` or `combine` leaves",
    ),
    Key("only", "Only these: by holder, aggregate, tenor, type or group.", "all"),
    Key("except", "All but these: by holder, aggregate, tenor, type or group.", "nobody"),
    Key("among", "Only the largest holders, ranked by what they held a release ago or now.", "all"),
    Key("combine", "A group of groups.yaml added up to one series."),
    Key("measure", "Which number of the series is compared.", "value"),
    Key(
        "count",
        "A condition asked of each entity of this release or the one before; the rule compares how many satisfy it.",
    ),
    Key("fire", "The condition that makes an alert.", "required", True),
    Key("levels", "Severity and level, the same comparison as `fire`, each sharper than the one before."),
    Key("all", "Further conditions that must hold as well, for the same entity and period."),
    Key("for", "How many releases (auctions) in a row must match.", "1"),
    Key("clear", "until_clear only: the condition that ends the alert.", "when `fire` no longer holds"),
    Key(
        "mode",
        "`each_release`: every matching period is news. `until_clear`: one alert, then one all-clear.",
        "each_release",
    ),
    Key("severity", "How loud an alert of `fire` is: info, notice, high or critical.", "notice"),
    Key("remind", "until_clear only: say it again after so many releases.", "never"),
    Key(
        "cooldown",
        "each_release only: silent for so many periods after an alert, unless a sharper level is reached.",
        "0",
    ),
    Key(
        "basis",
        "Which vintage of the earlier periods is read: as revised since (`latest`) or as `first_published`.",
        "latest",
    ),
    Key("on_revision", "Whether an alert is corrected when a revision turns it: `correct` or `silent`.", "correct"),
    Key("enabled", "false: the rule sleeps.", "true"),
    Key("until", "A date after which the rule sleeps.", "never"),
    Key("tests", "The rule's own examples."),
)

FIELDS = {
    "holder": "the holder, aggregate or group",
    "tenor": "the security, such as 10-Year Note",
    "value": "the figure with its unit",
    "measure": "the number that was compared, with its unit",
    "threshold": "the level it was compared with",
    "period": "the month or the auction's day",
    "count": "how many satisfied `count`",
    "rank": "the holder's place in the table",
}
"""What ``title`` can be filled with."""

SELECTORS = {
    "holder": Selector(Entity.HOLDER, "holders by name"),
    "aggregate": Selector(Entity.AGGREGATE, "totals by name"),
    "tenor": Selector(Entity.TENOR, "securities by name; 10-Year is every type of that tenor"),
    "type": Selector(Entity.TENOR, "Bill, Note, Bond, TIPS, FRN or CMB"),
    "group": Selector(Entity.HOLDER, "the holders of a group of groups.yaml"),
}

OFTEN_MEANT = {
    "name": "id",
    "description": "why",
    "note": "why",
    "series": "data",
    "dataset": "data",
    "when": "fire",
    "if": "fire",
    "condition": "fire",
    "alert": "fire",
    "threshold": "fire",
    "and": "all",
    "exclude": "except",
    "not": "except",
    "include": "only",
    "group": "combine",
    "repeat": "remind",
    "expires": "until",
    "country": "holder",
    "countries": "holder",
    "level": "threshold",
    "month": "period",
    "date": "period",
    "low": "info",
    "warning": "notice",
    "warn": "notice",
    "medium": "notice",
    "severe": "critical",
    **{said: kind.word for kind in MEASURES.values() for said in kind.also_written},
    **{said: kind.word for kind in CONDITIONS.values() for said in kind.also_written},
}
"""What people write who come from other tools, and the word they look for here."""

EXAMPLE_KEYS = {
    "name": "what the example shows, as a sentence",
    "series": "values of each entity, one a period: `{Japan: 1120bn 1085bn _}`, `_` where one is missing; other "
    "data under its name",
    "start": "the month of the first value (for auctions: a label; each value is the next auction)",
    "revise": "a later release that prints earlier figures anew: `{at: 2025-04, with: {Japan: {2025-02: 1090bn}}}`",
    "expect": "what each period tells; a period that is not named must tell nothing",
}
EXPECT_KEYS = {
    "at": "the period, or the release that revises",
    "fires": "alerts: entity and severity; `{}` for none",
    "holds": "open alerts that stand and say nothing new",
    "clears": "all-clears",
    "corrects": "alerts that are corrected or retracted",
}

KEY_NAMES = tuple(key.name for key in KEYS)
