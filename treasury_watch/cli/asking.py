"""``backtest`` and ``explain``: what a rule would have done, and why it says what it says."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from treasury_watch.cli.mistakes import Told, one_of
from treasury_watch.cli.moments import is_period, read_bound
from treasury_watch.cli.opening import find_rule, open_config, open_rules, open_to_read
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides, example
from treasury_watch.cli.printing import print_json, print_table, say

if TYPE_CHECKING:
    from treasury_watch.backtest import RuleResult
    from treasury_watch.core.explaining import Explanation
    from treasury_watch.core.panels import View
    from treasury_watch.core.rules import Rule

_NEWEST = 20
"""Alerts of one rule that are listed; ``--json`` has them all."""


class BasisWord(StrEnum):
    """Which vintage of the earlier periods is read."""

    LATEST = "latest"
    FIRST_PUBLISHED = "first_published"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog=example("bot.py backtest --since 2012-01", "bot.py backtest --rule japan-floor --json"))(
        backtest
    )
    app.command(
        epilog=example(
            "bot.py explain top20-monthly-cut Japan 2026-03",
            "bot.py explain japan-floor          the newest period",
            "bot.py explain top20-monthly-cut    everybody it is asked of",
        )
    )(explain)


def backtest(
    rules: Annotated[
        list[str] | None, typer.Option("--rule", metavar="ID", help="Only this rule; may stand several times.")
    ] = None,
    since: Annotated[
        str, typer.Option(metavar="MONTH", help="Count alerts from this month on.", show_default=False)
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="MONTH", help="Count alerts up to this month.", show_default=False)
    ] = "",
    basis: Annotated[
        BasisWord | None,
        typer.Option(help="Read earlier periods so, whatever the rules say.", show_default="as each rule says"),
    ] = None,
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Tell when each rule would have fired.

    Over all history kept, by the evaluator that judges live, and how often a year.
    """
    bounds = {"since": read_bound("--since", since), "until": read_bound("--until", until)}
    config = open_config(config_path, overrides)
    book = open_rules(config)
    asked = [find_rule(book, rule_id) for rule_id in rules] if rules else list(book.rules)

    from treasury_watch.backtest import backtest as replayed
    from treasury_watch.core.rules import Basis
    from treasury_watch.service.sources import sources_of
    from treasury_watch.store.database import reading

    with reading(open_to_read(config)) as conn:
        results = replayed(conn, asked, sources_of(config), **bounds, basis=Basis(basis.value) if basis else None)
    if as_json:
        print_json(_as_json(results, basis, bounds))
        return
    _print_results(results)
    if len(results) == 1:
        _print_alerts(results[0], asked[0])


def _as_json(results: Sequence[RuleResult], basis: BasisWord | None, bounds: dict[str, str]) -> dict[str, object]:
    known = [result for result in results if result.since]
    return {
        "basis": basis.value if basis else "as each rule says",
        "since": bounds["since"] or min((result.since for result in known), default=""),
        "until": bounds["until"] or max((result.until for result in known), default=""),
        "rules": [
            {
                "rule": result.rule,
                "alerts": [
                    {
                        "period": alert.period,
                        "entity": alert.entity,
                        "severity": alert.severity.word,
                        "value": alert.value,
                        "measure": alert.measure,
                    }
                    for alert in result.alerts
                ],
                "undecided": result.undecided,
                "per_year": result.per_year,
                "since": result.since,
                "until": result.until,
            }
            for result in results
        ],
    }


def _print_results(results: Sequence[RuleResult]) -> None:
    rows = [
        (
            result.rule,
            str(len(result.alerts)),
            f"{result.per_year:.1f}",
            f"{result.alerts[-1].entity} {result.alerts[-1].period}" if result.alerts else "",
            f"{result.since[:7]} to {result.until[:7]}" if result.since else "no data",
        )
        for result in results
    ]
    print_table(("rule", "alerts", "a year", "newest", "looked at"), rows, right=(1, 2), fold=(0, 3))


def _print_alerts(result: RuleResult, rule: Rule) -> None:
    from treasury_watch.core.datasets import DATASETS
    from treasury_watch.core.wording import figure_words, measure_words

    if not result.alerts:
        return
    say()
    rows = [
        (
            alert.period,
            alert.entity,
            alert.severity.word,
            measure_words(rule, alert.measure),
            figure_words(DATASETS[rule.data], alert.value) if alert.value is not None else "",
        )
        for alert in result.alerts[-_NEWEST:]
    ]
    print_table(("period", "whose", "severity", "measure", "figure"), rows, right=(3, 4), fold=(1,))
    if len(result.alerts) > _NEWEST:
        say(f"… and {len(result.alerts) - _NEWEST} earlier ones: --json lists all.", "dim")


def explain(
    rule_id: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id.", show_default=False)],
    entity: Annotated[str, typer.Argument(help="Whose; absent: everybody it is asked of.", show_default=False)] = "",
    period: Annotated[str, typer.Argument(help="When; absent: the newest period.", show_default=False)] = "",
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Tell why a rule says what it says.

    Of one entity in one period: the value, each step, the verdict.
    """
    if entity and not period and is_period(entity):
        entity, period = "", entity
    if period and not is_period(period):
        raise Told(f'cannot read "{period[:40]}" as a period; expected a month such as 2026-03, or an auction\'s day')
    config = open_config(config_path, overrides)
    rule = find_rule(open_rules(config), rule_id)

    from treasury_watch.core.datasets import DATASETS
    from treasury_watch.core.explaining import NotAsked, asked_entities, newest_period
    from treasury_watch.core.explaining import explain as explained
    from treasury_watch.core.names import canonical
    from treasury_watch.cycle.desk import needed_datasets, view_of
    from treasury_watch.store.database import reading

    with reading(open_to_read(config)) as conn:
        view = view_of(conn, needed_datasets([rule], DATASETS[rule.data].calendar), [rule])
    known = asked_entities(rule, view)
    if not known:
        raise Told(f"{rule.id}: there is no data for {rule.data} yet: {DATASETS[rule.data].says}")
    if not entity and len(known) > 1 and not as_json:
        _print_everybody(rule, known, period, view)
        return
    if entity:
        entity = entity if entity in known else canonical(entity)
        one_of("entity", entity, known, where=f" that {rule.id} is asked of")
    found = []
    for each in [entity] if entity else known:
        when = period or newest_period(rule, each, view) or ""
        try:
            found.append(explained(rule, each, when, view))
        except NotAsked as error:
            if entity or len(known) == 1:
                raise Told(_with_newest(str(error), rule, each, view)) from None
    if as_json:
        made = [_explained_as_json(each) for each in found]
        print_json(made[0] if entity or len(known) == 1 else made)
        return
    _print_explained(found[0], rule)


def _with_newest(problem: str, rule: Rule, entity: str, view: View) -> str:
    from treasury_watch.core.explaining import newest_period

    newest = newest_period(rule, entity, view)
    return f"{problem}; the newest is {newest}" if newest else problem


def _print_everybody(rule: Rule, known: Sequence[str], period: str, view: View) -> None:
    from treasury_watch.core.datasets import DATASETS
    from treasury_watch.core.explaining import NotAsked, newest_period
    from treasury_watch.core.explaining import explain as explained
    from treasury_watch.core.rules import Verdict
    from treasury_watch.core.wording import figure_words, measure_words

    found = []
    for entity in known:
        when = period or newest_period(rule, entity, view)
        if when:
            try:
                found.append(explained(rule, entity, when, view))
            except NotAsked:
                continue  # that tenor had no auction on that day; the others did
    order = {Verdict.BREACHED: 0, Verdict.CLEAR: 1, Verdict.UNDECIDED: 2}
    found.sort(key=lambda each: (order[each.verdict], -each.severity if each.verdict is Verdict.BREACHED else 0))
    rows = [
        (
            each.entity,
            each.period,
            figure_words(DATASETS[rule.data], each.value) if each.value is not None else "n/a",
            measure_words(rule, each.measure),
            _verdict_words(each),
        )
        for each in found
    ]
    styles = [
        "bold" if each.verdict is Verdict.BREACHED else "dim" * (each.verdict is Verdict.UNDECIDED) for each in found
    ]
    print_table(("whose", "period", "figure", "measure", "verdict"), rows, right=(2, 3), fold=(0,), styles=styles)
    say()
    say(f"bot.py explain {rule.id} ENTITY [PERIOD] tells one of them step by step.", "dim")


def _verdict_words(explained: Explanation) -> str:
    from treasury_watch.core.rules import Verdict

    word = explained.verdict.name.lower()
    return f"{word}, {explained.severity.word}" if explained.verdict is Verdict.BREACHED else word


def _print_explained(explained: Explanation, rule: Rule) -> None:
    from treasury_watch.core.quantities import period_words

    say(f"{rule.id}: {explained.entity}, {period_words(explained.period)}", "bold")
    print_table(("", ""), [(step.label, step.says) for step in explained.steps], fold=(0, 1))
    if rule.why:
        say()
        say(rule.why, "dim")


def _explained_as_json(explained: Explanation) -> dict[str, object]:
    return {
        "rule": explained.rule,
        "entity": explained.entity,
        "period": explained.period,
        "value": explained.value,
        "measure": explained.measure,
        "verdict": explained.verdict.name.lower(),
        "severity": explained.severity.word,
        "steps": [{"label": step.label, "says": step.says} for step in explained.steps],
    }
