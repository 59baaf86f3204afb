"""``plan``: what an edit of the rules would have changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from treasury_watch.analysis.plan import RulePlan
from treasury_watch.analysis.plan import plan as planned
from treasury_watch.cli.dates import read_bound
from treasury_watch.cli.errors import ErrorReport, shown
from treasury_watch.cli.open import open_config, open_rules
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides, Since, Until
from treasury_watch.cli.output import many, print_json, print_table, say
from treasury_watch.cli.store import open_to_read
from treasury_watch.config import Config
from treasury_watch.core.figures.names import entity_words
from treasury_watch.core.judge.alert import Alert
from treasury_watch.core.rules.model import Rule
from treasury_watch.core.rules.words import measure_words
from treasury_watch.pipeline.rules import last_good
from treasury_watch.rulefiles import RuleBook, load, read_rules
from treasury_watch.rulefiles.git import NoRevision, at_revision, in_git
from treasury_watch.service.wiring import sources_of
from treasury_watch.store.database import Connection, reading

EXAMPLES = (
    "bot.py plan",
    "bot.py plan --against main",
    "bot.py plan --against ../rules-of-may",
)


_MOST = 12
"""Alerts of one rule listed either way; ``--json`` has them all."""


def plan(
    against: Annotated[
        str,
        typer.Option(
            metavar="REV|DIR",
            help="A git revision, or a folder of rules. Default: HEAD; without git, the rules last in force.",
            show_default=False,
        ),
    ] = "",
    since: Since = "",
    until: Until = "",
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Show what an edit of the rules changes.

    The keys that differ, the alerts gained and lost over history, and the alerts a year before and after.
    """
    start, end = read_bound("--since", since), read_bound("--until", until)
    config = open_config(config_path, overrides)
    after = open_rules(config)

    with reading(open_to_read(config)) as conn:
        before, named = _before(config, against, conn)
        plans = planned(conn, before.rules, after.rules, sources_of(config), since=start, until=end)
    if before.problems and not as_json:
        say(f"{named} has mistakes; rules of these files count as new: {', '.join(sorted(before.rejected))}")
    if as_json:
        print_json({"against": named, "since": start, "until": end, "rules": [_as_json(one) for one in plans]})
    else:
        _print(plans, {rule.id: rule for rule in (*before.rules, *after.rules)}, named)


def _before(config: Config, against: str, conn: Connection) -> tuple[RuleBook, str]:
    """The rules to compare with, and what they are called. Raises Told."""
    if against and Path(against).is_dir():
        book = load(Path(against))
        if not book.rules and book.problems:
            raise ErrorReport("--against:", *shown(book.problems))
        return book, against
    if not against and not in_git(config.rules):
        return last_good(conn, config.rules.as_posix()), "the rules last in force"
    revision = against or "HEAD"
    try:
        return read_rules(at_revision(config.rules, revision)), revision
    except NoRevision as error:
        raise ErrorReport(f"--against: {error}") from None


def _print(plans: Sequence[RulePlan], rules: dict[str, Rule], named: str) -> None:
    if not plans:
        say(f"No rule differs from {named}.")
        return
    for one in plans:
        say(str(one), "bold")
        _print_alerts(one, rules[one.rule])
    counts = [sum(len(part) for part in parts) for parts in zip(*((p.gained, p.lost) for p in plans), strict=True)]
    say(f"{many(len(plans), 'rule')} differ{'s' * (len(plans) == 1)} from {named}: "
        f"{many(counts[0], 'alert')} gained, {counts[1]} lost over history.")  # fmt: skip


def _print_alerts(one: RulePlan, rule: Rule) -> None:

    rows: list[tuple[str, ...]] = []
    styles: list[str] = []
    for sign, alerts, style in (("+", one.gained, "green"), ("−", one.lost, "red")):
        for alert in alerts[-_MOST:]:
            words = measure_words(rule, alert.measure)
            rows.append((f"  {sign}", alert.period, entity_words(alert.entity), words, alert.severity.word))
            styles.append(style)
        if len(alerts) > _MOST:
            what = "gained" if sign == "+" else "lost"
            rows.append((f"  {sign}", "", f"and {len(alerts) - _MOST} {what} earlier: --json lists all", "", ""))
            styles.append("dim")
    for was, will in one.resharpened[-_MOST:]:
        words = measure_words(rule, will.measure)
        rows.append(
            ("  ~", will.period, entity_words(will.entity), words, f"{was.severity.word} → {will.severity.word}")
        )
        styles.append("yellow")
    if len(one.resharpened) > _MOST:
        rows.append(("  ~", "", f"and {len(one.resharpened) - _MOST} earlier: --json lists all", "", ""))
        styles.append("dim")
    if rows:
        print_table(("", "", "", "", ""), rows, right=(3,), fold=(2,), styles=styles)


def _as_json(one: RulePlan) -> dict[str, object]:
    return {
        "rule": one.rule,
        "change": one.change.value,
        "words": [{"key": edit.key, "before": edit.before, "after": edit.after} for edit in one.edits],
        "gained": [_alert(alert) for alert in one.gained],
        "lost": [_alert(alert) for alert in one.lost],
        "resharpened": [_alert(will) | {"was": was.severity.word} for was, will in one.resharpened],
        "per_year_before": one.before,
        "per_year_after": one.after,
        "since": one.since,
        "until": one.until,
    }


def _alert(alert: Alert) -> dict[str, object]:
    return {
        "period": alert.period,
        "entity": alert.entity,
        "severity": alert.severity.word,
        "value": alert.value,
        "measure": alert.measure,
    }
