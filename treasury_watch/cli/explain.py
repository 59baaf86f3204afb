"""``explain``: how a rule reached its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Annotated

import typer

from treasury_watch.cli.dates import is_period
from treasury_watch.cli.errors import ErrorReport
from treasury_watch.cli.open import find_rule, open_config, open_rules
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides
from treasury_watch.cli.output import print_json, print_table, say
from treasury_watch.cli.store import open_to_read
from treasury_watch.core.explain.explain import (
    BECAUSE,
    Explanation,
    NotCovered,
    covered_entities,
    newest_decided,
    newest_period,
    why_not_covered,
)
from treasury_watch.core.explain.explain import explain as explained
from treasury_watch.core.figures.datasets import DATASETS, Calendar
from treasury_watch.core.figures.names import canonical, entity_words, listed
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.quantities import figure_words, period_words
from treasury_watch.core.rules.model import Rule, Verdict
from treasury_watch.core.rules.words import measure_words
from treasury_watch.pipeline.view import needed_datasets, view_of
from treasury_watch.store.database import reading
from treasury_watch.yaml.problem import did_you_mean

EXAMPLES = (
    "bot.py explain top20-monthly-cut Japan 2026-03",
    "bot.py explain japan-floor          the newest period that can be judged",
    "bot.py explain top20-monthly-cut    all that the rule covers, breaches and near misses first",
)


_LISTED = 20
"""Entities in the table; those that breached are all in it, and ``--json`` has everybody."""
_PICKED = {"BREACHED": "is furthest beyond its line", "CLEAR": "is nearest to its line"}


def explain(
    rule_id: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id.", show_default=False)],
    entity: Annotated[
        str,
        typer.Argument(
            metavar="ENTITY",
            help="Holder, aggregate or tenor. Without it: all that the rule covers.",
            show_default=False,
        ),
    ] = "",
    period: Annotated[
        str,
        typer.Argument(
            metavar="PERIOD", help="Month or day. Without it: the newest that can be judged.", show_default=False
        ),
    ] = "",
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Show how a rule reached its verdict, step by step.

    For one entity in one period: the value, each step, the verdict.
    """
    if entity and not period and is_period(entity):
        entity, period = "", entity
    if period and not is_period(period):
        raise ErrorReport(
            f'cannot read "{period[:40]}" as a period; expected a month such as 2026-03, or an auction\'s day'
        )
    config = open_config(config_path, overrides)
    rule = find_rule(open_rules(config), rule_id)

    with reading(open_to_read(config)) as conn:
        view = view_of(conn, needed_datasets([rule], DATASETS[rule.data].calendar), [rule])
    known = covered_entities(rule, view)
    if not known:
        raise ErrorReport(f"{rule.id}: there is no data for {rule.data} yet: {DATASETS[rule.data].says}")
    if entity:
        entity = entity if entity in known else canonical(entity)
        if entity not in known:
            raise ErrorReport(_not_covered(rule, entity, known, view))
    chosen = {} if period or entity else newest_decided(rule, view)
    found = []
    for each in [entity] if entity else known:
        when = period or chosen.get(each) or newest_period(rule, each, view)
        if not when:
            continue
        days = _days_in(when, rule, each, view)
        if entity and len(days) > 1:
            raise ErrorReport(f"{entity} had {len(days)} auctions in {when}: {', '.join(days)}; name one")
        try:
            found += [explained(rule, each, day, view) for day in days]
        except NotCovered as error:
            if entity or len(known) == 1:
                raise ErrorReport(_with_newest(str(error), rule, each, view)) from None
    if not found:
        whose = f" of {entity}" if entity else ""
        raise ErrorReport(f"{rule.id}: {rule.data} has no figure{whose} {f'in {period}' if period else 'yet'}")
    if not entity:
        found.sort(key=_order)
    if as_json:
        made = [_explained_as_json(each) for each in found]
        print_json(made[0] if entity or len(known) == 1 else made)
        return
    first, many = found[0], not entity and len(known) > 1
    if many:
        _print_everybody(rule, found)
        say()
    _print_explained(first, rule)
    if chosen:
        _say_passed_over(rule, first, view)
    if many:
        picked = "is the first of them" if first.short is None else _PICKED[first.verdict.name]
        say()
        say(f"Shown is the one that {picked}; bot.py explain {rule.id} ENTITY [PERIOD] tells another.", "dim")


def _not_covered(rule: Rule, entity: str, known: Sequence[str], view: View) -> str:
    asked = f"it covers {listed(known)}"
    why = why_not_covered(rule, entity, view)
    if why:
        return f"{why}; {asked}"
    names = [*known, *view.panel(rule.data).columns]
    # China for "China, Mainland": one half of a name with a comma.
    halves = {half: name for name in names if "," in name for half in name.split(", ")}
    near = did_you_mean(entity, [*names, *halves], asked)
    for short, name in halves.items():
        near = near.replace(f'"{short}"', f'"{name}"')
    return f'no entity "{entity}"{near} that {rule.id} covers'


def _days_in(period: str, rule: Rule, entity: str, view: View) -> list[str]:
    """The period itself; where auctions are asked for by their month, the days of those that were held in it."""
    if DATASETS[rule.data].calendar is not Calendar.AUCTION or len(period) != len("2026-03"):
        return [period]
    return [day for day in view.auctions.days.get(entity, ()) if day.startswith(period)] or [period]


def _say_passed_over(rule: Rule, shown: Explanation, view: View) -> None:
    """That a newer period than the one shown cannot be judged, and why."""
    newest = newest_period(rule, shown.entity, view)
    if not newest or newest == shown.period:
        return
    steps = explained(rule, shown.entity, newest, view).steps
    why = "; ".join(step.says for step in steps if step.label == BECAUSE)
    say()
    say(
        f"{period_words(newest)} cannot be judged yet ({why}); {period_words(shown.period)} is the newest that can.",
        "dim",
    )


def _with_newest(problem: str, rule: Rule, entity: str, view: View) -> str:

    newest = newest_period(rule, entity, view)
    return f"{problem}; the newest is {newest}" if newest else problem


def _order(one: Explanation) -> tuple[int, int, float, str]:
    """Breached before clear before undecided; the loudest and the nearest to their line first."""
    breached = one.verdict is Verdict.BREACHED
    place = (Verdict.BREACHED, Verdict.CLEAR, Verdict.UNDECIDED).index(one.verdict)
    return place, -one.severity if breached else 0, inf if one.short is None else one.short, one.entity


def _print_everybody(rule: Rule, found: Sequence[Explanation]) -> None:

    decided = [one for one in found if one.verdict is not Verdict.UNDECIDED]
    listed = [one for at, one in enumerate(decided) if at < _LISTED or one.verdict is Verdict.BREACHED]
    rows = [
        (
            one.entity,
            one.period,
            figure_words(DATASETS[rule.data], one.value),
            measure_words(rule, one.measure),
            _verdict_words(one),
        )
        for one in listed
    ]
    styles = ["bold" if one.verdict is Verdict.BREACHED else "" for one in listed]
    if rows:
        print_table(("whose", "period", "figure", "measure", "verdict"), rows, right=(2, 3), fold=(0,), styles=styles)
    if len(decided) > len(listed):
        say(f"… and {len(decided) - len(listed)} further from the line: --json lists all.", "dim")
    unknown = [one.entity for one in found if one.verdict is Verdict.UNDECIDED]
    if unknown:
        say()
        say(f"Undecided, most often for want of a figure: {'; '.join(unknown)}.", "dim")


def _verdict_words(explained: Explanation) -> str:

    word = explained.verdict.name.lower()
    return f"{word}, {explained.severity.word}" if explained.verdict is Verdict.BREACHED else word


def _print_explained(explained: Explanation, rule: Rule) -> None:

    say(f"{rule.id}: {entity_words(explained.entity)}, {period_words(explained.period)}", "bold")
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
