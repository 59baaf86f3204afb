"""
The words of a rule file, each with its meaning: one table for the checker, the JSON Schema and rules/README.md.

To add a word: a line here, its meaning in ``core``, its reading in ``rulefiles``. Run as a program, it writes the
schema and the page anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from treasury_watch.core.figures.datasets import DATASETS, Calendar
from treasury_watch.core.rules.model import Severity


class Takes(StrEnum):
    """What stands after a measure or a condition. The value is how the README writes it."""

    NOTHING = ""
    STEPS = "N"
    STEPS_OR_ALL = "N or all"
    PERIOD = "2024-10"
    LEVEL = "level"
    RANGE = "[a, b]"
    TRUE = "true"


class Compared(StrEnum):
    """The unit of a measure, which its conditions are written in."""

    DATA = "that of the data"
    PERCENT = "percent"
    PLAIN = "a plain number"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a rule: its meaning, and what holds where it is not written."""

    name: str
    says: str
    default: str = "none"
    required: bool = False


@dataclass(frozen=True, slots=True)
class MeasureWord:
    """One measure. ``least`` is the smallest N that gives a number."""

    name: str
    takes: Takes
    unit: Compared
    says: str
    least: int = 1


@dataclass(frozen=True, slots=True)
class ConditionWord:
    """One condition. ``below`` tells, of those with a level, which way is sharper; None of the others."""

    name: str
    takes: Takes
    says: str
    below: bool | None = None


SEVERITIES = {severity.word: severity for severity in Severity}
LEAST_HISTORY = 12
"""The earlier values that ``lowest_in`` and its kin need before they say anything."""

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

MEASURES = (
    MeasureWord("value", Takes.NOTHING, Compared.DATA, "the figure itself"),
    MeasureWord("change", Takes.STEPS, Compared.DATA, "the figure less the one N periods before"),
    MeasureWord("percent_change", Takes.STEPS, Compared.PERCENT, "that change in percent of the earlier figure"),
    MeasureWord("sum", Takes.STEPS, Compared.DATA, "the last N added up; for flows"),
    MeasureWord("share", Takes.NOTHING, Compared.PERCENT, "percent of Grand Total"),
    MeasureWord("rank", Takes.NOTHING, Compared.PLAIN, "place among the holders, 1 is the largest"),
    MeasureWord(
        "zscore", Takes.STEPS, Compared.PLAIN, "standard deviations from the mean of the N before, itself excluded", 2
    ),
    MeasureWord("versus_mean", Takes.STEPS, Compared.DATA, "the figure less the mean of the N before"),
    MeasureWord("versus", Takes.PERIOD, Compared.DATA, "the figure less the one of that period"),
    MeasureWord("falling", Takes.NOTHING, Compared.PLAIN, "how many periods in a row it has fallen"),
    MeasureWord("rising", Takes.NOTHING, Compared.PLAIN, "how many periods in a row it has risen"),
    MeasureWord(
        "drawdown",
        Takes.STEPS_OR_ALL,
        Compared.DATA,
        "the figure less the highest of the last N, or of all: never above 0",
    ),
)

CONDITIONS = (
    ConditionWord("below", Takes.LEVEL, "less than the level", below=True),
    ConditionWord("above", Takes.LEVEL, "more than the level", below=False),
    ConditionWord("at_most", Takes.LEVEL, "the level or less", below=True),
    ConditionWord("at_least", Takes.LEVEL, "the level or more", below=False),
    ConditionWord("outside", Takes.RANGE, "less than a or more than b"),
    ConditionWord("lowest_in", Takes.STEPS, "lower than each of the N before, at least 12 of them known"),
    ConditionWord("highest_in", Takes.STEPS, "higher than each of the N before, at least 12 of them known"),
    ConditionWord("lowest_since", Takes.PERIOD, "lower than each since then, at least 12 of them known"),
    ConditionWord("highest_since", Takes.PERIOD, "higher than each since then, at least 12 of them known"),
    ConditionWord("changes", Takes.TRUE, "not what it was the period before; for rank"),
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
    "holder": "holders by name",
    "aggregate": "totals by name",
    "tenor": "securities by name; 10-Year is every type of that tenor",
    "type": "Bill, Note, Bond, TIPS, FRN or CMB",
    "group": "the holders of a group of groups.yaml",
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
    "under": "below",
    "less_than": "below",
    "lt": "below",
    "<": "below",
    "<=": "at_most",
    "max": "at_most",
    "over": "above",
    "more_than": "above",
    "gt": "above",
    ">": "above",
    ">=": "at_least",
    "min": "at_least",
    "delta": "change",
    "pct_change": "percent_change",
    "z": "zscore",
    "mean": "versus_mean",
    "low": "info",
    "warning": "notice",
    "warn": "notice",
    "medium": "notice",
    "severe": "critical",
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
MEASURES_BY_NAME = {word.name: word for word in MEASURES}
CONDITIONS_BY_NAME = {word.name: word for word in CONDITIONS}


ID_PATTERN = "^[a-z0-9][a-z0-9._-]{0,79}$"


def readme() -> str:
    """The whole of rules/README.md."""
    units = {"bn": "$ billion", "x": "ratio", "%": "percent", "bp": "basis points", "": "plain number"}
    lines = [
        "# Rules",
        "",
        "Every `*.yaml` here is read; `groups.yaml` holds named sets of holders. Edit a file and save it: the bot",
        "reads it again. A file with a mistake changes nothing (its last good rules stay in force) and is told of.",
        "",
        "1. Change or add a rule; editors with a YAML language server complete the words and explain them.",
        "2. `python bot.py check` lists every mistake with its line and runs the rules' own tests.",
        "3. `python bot.py backtest --rule ID` shows when it would have fired, `python bot.py plan` what changes.",
        "",
        "```yaml",
        "rules:",
        "  - id: japan-cut",
        '    title: "{holder} {measure} in {period}"',
        "    why: Holdings also fall when prices do; read the split before speaking of sales.",
        "    data: tic.holdings",
        "    only: {holder: Japan}",
        "    measure: {change: 1 month}",
        "    fire: {at_most: -30bn}",
        "    levels: {high: -50bn}",
        "    tests:",
        "      - name: a small cut is no news, a large one is",
        "        series: {Japan: 1120bn 1110bn 1055bn}",
        "        start: 2025-01",
        "        expect: [{at: 2025-03, fires: {Japan: high}}]",
        "```",
        "",
        "## Keys",
        "",
        *_table(("key", "meaning", "default"), [(f"`{key.name}`", key.says, key.default) for key in KEYS]),
        "",
        "`title` is filled with " + ", ".join(f"`{{{field}}}` {says}" for field, says in FIELDS.items()) + ".",
        "",
        "`only` and `except` choose by " + ", ".join(f"`{word}` ({says})" for word, says in SELECTORS.items()) + ".",
        'A name with a comma needs quotes: `only: {holder: ["China, Mainland", Japan]}`.',
        "",
        "A group is a line of `groups.yaml`; its name in small letters and hyphens is said with spaces in messages:",
        "",
        "```yaml",
        "groups:",
        '  japan-and-china: [Japan, "China, Mainland"]',
        "```",
        "",
        "## Data",
        "",
        *_table(
            ("data", "unit", "step", "per", "what it is"),
            [(f"`{d.name}`", units[d.unit.value], d.calendar.value, d.entity.value, d.says) for d in DATASETS.values()],
        ),
        "",
        "`tic.long_term`, `tic.net_long_term` and `tic.valuation` also carry Grand Total, Foreign Official.",
        "`count`, `among` and `combine` are for holders; auctions are compared tenor by tenor.",
        "",
        "## Measures",
        "",
        *_table(
            ("measure", "is", "compared in"),
            [(f"`{_written(m.name, m.takes)}`", m.says, m.unit.value) for m in MEASURES],
        ),
        "",
        f"N counts periods of the data and says so: `1 {Calendar.MONTH}`, `12 {Calendar.MONTH}s`, "
        f"`6 {Calendar.AUCTION}s`.",
        "Messages say a difference of shares in points (`−3.1 pts`) and one of rates in basis points (`+12 bp`).",
        "",
        "## Conditions",
        "",
        *_table(
            ("condition", "holds when the number is"), [(f"`{_written(c.name, c.takes)}`", c.says) for c in CONDITIONS]
        ),
        "",
        "Levels carry their unit: `20bn 1.1tn 500mn` for money, `30%` for shares, `5bp` or `4.5%` for rates, `2.30`",
        "for ratios and counts. What is missing is never zero: where a value or the history that a measure needs is",
        "missing, the rule is undecided, which opens nothing and closes nothing. So it is for a change across a month",
        "that the Treasury counted anew (the June surveys): nobody traded it, and `explain` says so.",
        "",
        "## Examples",
        "",
        "`tests` are run by `check` and `test`, by the same evaluator that makes live alerts.",
        "",
        *_table(("key", "meaning"), [(f"`{key}`", says) for key, says in EXAMPLE_KEYS.items()]),
        "",
        "Each entry of `expect`:",
        "",
        *_table(("key", "meaning"), [(f"`{key}`", says) for key, says in EXPECT_KEYS.items()]),
        "",
        "A rule with `count` answers under the name `top 20` (its `among`) or `all`, one with `combine` as its group.",
        "",
        "This page is written by `python -m treasury_watch.grammar`; a test keeps it true.",
        "",
    ]
    return "\n".join(lines)


def _written(name: str, takes: Takes) -> str:
    return f"{name}: {takes.value}" if takes.value else name


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [
        "| " + " | ".join(head) + " |",
        "| " + " | ".join("---" for _ in head) + " |",
        *("| " + " | ".join(cell or " " for cell in row) + " |" for row in rows),
    ]
