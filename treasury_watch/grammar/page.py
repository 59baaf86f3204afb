"""The page that people read: rules/README.md, made of the words."""

from __future__ import annotations

from treasury_watch.core.figures.datasets import DATASETS, Calendar
from treasury_watch.core.rules.conditions import CONDITIONS
from treasury_watch.core.rules.kinds import MeasuredIn, MeasureKind, Takes
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.grammar.words import EXAMPLE_KEYS, EXPECT_KEYS, FIELDS, KEYS, SELECTORS


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
        "`only` and `except` choose by "
        + ", ".join(f"`{word}` ({says})" for word, (_, says) in SELECTORS.items())
        + ".",
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
            [(f"`{_written(m.word, m.takes)}`", m.help, _compared_in(m)) for m in MEASURES.values()],
        ),
        "",
        f"N counts periods of the data and says so: `1 {Calendar.MONTH}`, `12 {Calendar.MONTH}s`, "
        f"`6 {Calendar.AUCTION}s`.",
        "Messages say a difference of shares in points (`−3.1 pts`) and one of rates in basis points (`+12 bp`).",
        "",
        "## Conditions",
        "",
        *_table(
            ("condition", "holds when the number is"),
            [(f"`{_written(c.word, c.takes)}`", c.help) for c in CONDITIONS.values()],
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


def _compared_in(kind: MeasureKind) -> str:
    if kind.measured_in.of_data:
        return "that of the data"
    return "percent" if kind.measured_in is MeasuredIn.PERCENT else "a plain number"


def _written(name: str, takes: Takes) -> str:
    return f"{name}: {takes.value}" if takes.value else name


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [
        "| " + " | ".join(head) + " |",
        "| " + " | ".join("---" for _ in head) + " |",
        *("| " + " | ".join(cell or " " for cell in row) + " |" for row in rows),
    ]
