"""``backtest``: when each rule would have fired, as a table, a picture, or at each of many levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from treasury_watch.analysis.backtest import RuleResult
from treasury_watch.analysis.backtest import backtest as replayed
from treasury_watch.analysis.plot import MOST_SERIES, MOST_SWEPT, draw
from treasury_watch.analysis.sweep import RECENT_YEARS, CannotSweep, Sweep, read_levels
from treasury_watch.analysis.sweep import sweep as swept
from treasury_watch.cli.dates import read_bound
from treasury_watch.cli.errors import ErrorReport
from treasury_watch.cli.open import find_rule, open_config, open_rules
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides, Since, Until
from treasury_watch.cli.output import print_json, print_table, say
from treasury_watch.cli.sparks import bar, spark, years_of
from treasury_watch.cli.store import open_to_read
from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.figures.names import entity_words
from treasury_watch.core.figures.quantities import Quantity, figure_words
from treasury_watch.core.rules.model import Basis, Rule
from treasury_watch.core.rules.words import level_words, measure_words, unit_of
from treasury_watch.pipeline.view import needed_datasets, view_of
from treasury_watch.service.wiring import sources_of
from treasury_watch.store.database import Connection, reading

EXAMPLES = (
    "bot.py backtest --since 2012-01",
    "bot.py backtest --rule japan-floor --plot japan-floor.png",
    'bot.py backtest --rule top20-monthly-cut --sweep "-10bn..-60bn step 5bn"',
)


_NEWEST = 20
"""Alerts of one rule that are listed; ``--json`` has them all."""
_BAR = 30
"""Characters of the longest bar."""


def backtest(
    rules: Annotated[
        list[str] | None, typer.Option("--rule", metavar="RULE", help="Only this rule; can be given several times.")
    ] = None,
    since: Since = "",
    until: Until = "",
    basis: Annotated[
        Basis | None,
        typer.Option(
            metavar="latest|first_published",
            help="Vintage for earlier periods: latest or first_published. Default: as each rule says.",
            show_default=False,
        ),
    ] = None,
    sweep: Annotated[
        str,
        typer.Option(
            metavar="LEVELS",
            help='How often the rule would have fired at each level: "-10bn..-60bn step 5bn".',
            show_default=False,
        ),
    ] = "",
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Draw the series, the levels and the alerts.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Show when each rule would have fired.

    Over all stored history, judged as live releases are, with the number of alerts a year.
    """
    bounds = {"since": read_bound("--since", since), "until": read_bound("--until", until)}
    config = open_config(config_path, overrides)
    book = open_rules(config)
    asked = [find_rule(book, rule_id) for rule_id in rules] if rules else list(book.rules)

    if (sweep or plot) and len(asked) != 1:
        raise ErrorReport(f"{'--sweep' if sweep else '--plot'} is of one rule; add --rule with its id")

    sources = sources_of(config)
    levels: list[Quantity] = []
    if sweep:
        try:
            levels = read_levels(sweep, asked[0])
        except CannotSweep as told:
            raise ErrorReport(str(told)) from None
        with reading(open_to_read(config)) as conn:
            found = swept(conn, asked[0], levels, sources, **bounds, basis=basis)
        print_json(_sweep_json(found)) if as_json else _print_sweep(found, asked[0])
    if sweep and not plot:
        return
    with reading(open_to_read(config)) as conn:
        results = replayed(conn, asked, sources, since=bounds["since"], until=bounds["until"], basis=basis)
        drawn = _plot(conn, asked[0], results[0], plot, basis, levels) if plot else ""
    if as_json and not sweep:
        print_json(_as_json(results, basis, bounds))
    elif not sweep:
        _print_results(results)
        if len(results) == 1:
            _print_alerts(results[0], asked[0])
    if drawn and not as_json:
        say(drawn)


def _as_json(results: Sequence[RuleResult], basis: Basis | None, bounds: dict[str, str]) -> dict[str, object]:
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
    known = [result for result in results if result.since]
    years = years_of(min((one.since for one in known), default=""), max((one.until for one in known), default=""))
    rows = [
        (
            result.rule,
            str(len(result.alerts)),
            f"{result.per_year:.1f}",
            spark([alert.period for alert in result.alerts], years, result.since, result.until),
            result.alerts[-1].period[:7] if result.alerts else "" if result.since else "no data",
        )
        for result in results
    ]
    span = f"{years[0]}{f'–{years[-1]}'.rjust(len(years) - 4)}" if len(years) > 9 else "by year"
    print_table(("rule", "alerts", "a year", span, "newest"), rows, right=(1, 2), fold=(0,))


def _print_sweep(sweep: Sweep, rule: Rule) -> None:

    severities = list(sweep.levels[0].by_severity) if sweep.levels else []
    most = max((level.per_year for level in sweep.levels), default=0.0)
    rows = [
        (
            f"{sweep.op} {level_words(level.said, unit_of(rule))}{' ✗' if level.refused else ''}",
            str(level.alerts),
            *([str(level.by_severity[severity]) for severity in severities] if len(severities) > 1 else []),
            f"{level.per_year:.1f}",
            *([f"{level.per_year_recent:.1f}"] if level.per_year_recent is not None else []),
            bar(level.per_year, most, _BAR) + (" ◀ now" if level.present else ""),
        )
        for level in sweep.levels
    ]
    named = [severity.word for severity in severities] if len(severities) > 1 else []
    often = ["a year"]
    if any(level.per_year_recent is not None for level in sweep.levels):
        often.append(f"last {RECENT_YEARS} years")
    say(f"{sweep.rule}, {sweep.since[:7]} to {sweep.until[:7]}" if sweep.since else f"{sweep.rule}: no data")
    figures = ("alerts", *named, *often)
    print_table(("fires", *figures, ""), rows, right=range(1, 1 + len(figures)))
    refused = dict.fromkeys(reason for level in sweep.levels for reason in level.refused)
    if refused:
        say(f"✗ `check` would refuse these as long as {' and '.join(refused)}.", "dim")


def _sweep_json(sweep: Sweep) -> dict[str, object]:
    return {
        "rule": sweep.rule,
        "fire": sweep.op,
        "since": sweep.since,
        "until": sweep.until,
        "levels": [
            {
                "level": level.level,
                "said": level.said,
                "alerts": level.alerts,
                "per_year": level.per_year,
                "per_year_recent": level.per_year_recent,
                "by_severity": {severity.word: count for severity, count in level.by_severity.items()},
                "present": level.present,
                "refused": list(level.refused),
            }
            for level in sweep.levels
        ],
    }


def _plot(
    conn: Connection, rule: Rule, result: RuleResult, path: Path, basis: Basis | None, levels: Sequence[Quantity]
) -> str:
    """Draw, and say what was drawn. Raises Told where the file cannot be written."""
    asked = replace(rule, basis=basis) if basis else rule
    view = view_of(conn, needed_datasets([asked], DATASETS[asked.data].calendar), [asked])
    swept = levels if len(levels) <= MOST_SWEPT else ()
    try:
        count = draw(asked, result, view, path, swept)
    except OSError as error:
        raise ErrorReport(f"--plot: {path}: cannot be written: {error.strerror or type(error).__name__}") from None
    most = f", the {MOST_SERIES} of {count} series with the most alerts" if count > MOST_SERIES else ""
    tried = f" and {len(levels)} levels as thin lines" if swept else ", not the levels that were tried"
    return f"Drawn: {path}{most}{f'; the rule as it stands{tried}' if levels else ''}."


def _print_alerts(result: RuleResult, rule: Rule) -> None:

    if not result.alerts:
        return
    say()
    rows = [
        (
            alert.period,
            entity_words(alert.entity),
            alert.severity.word,
            measure_words(rule, alert.measure),
            figure_words(DATASETS[rule.data], alert.value) if alert.value is not None else "",
        )
        for alert in result.alerts[-_NEWEST:]
    ]
    print_table(("period", "whose", "severity", "measure", "figure"), rows, right=(3, 4), fold=(1,))
    if len(result.alerts) > _NEWEST:
        say(f"… and {len(result.alerts) - _NEWEST} earlier ones: --json lists all.", "dim")
