"""``explain``: why a rule says what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from treasury_watch.cli.mistakes import Told, one_of
from treasury_watch.cli.moments import is_period
from treasury_watch.cli.opening import find_rule, open_config, open_rules, open_to_read
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides, example
from treasury_watch.cli.printing import print_json, print_table, say

if TYPE_CHECKING:
    from treasury_watch.core.explaining import Explanation
    from treasury_watch.core.panels import View
    from treasury_watch.core.rules import Rule


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        epilog=example(
            "bot.py explain top20-monthly-cut Japan 2026-03",
            "bot.py explain japan-floor          the newest period",
            "bot.py explain top20-monthly-cut    everybody it is asked of",
        )
    )(explain)


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
        if each.verdict is not Verdict.UNDECIDED
    ]
    styles = ["bold" if each.verdict is Verdict.BREACHED else "" for each in found]
    if rows:
        print_table(("whose", "period", "figure", "measure", "verdict"), rows, right=(2, 3), fold=(0,), styles=styles)
    unknown = [each.entity for each in found if each.verdict is Verdict.UNDECIDED]
    if unknown:
        say()
        say(f"Undecided, most often for want of a figure: {'; '.join(unknown)}.", "dim")
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
