"""``check``: every mistake of the config and the rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from treasury_watch.cli.errors import FOUND, MISTAKE
from treasury_watch.cli.open import open_config, utc_now
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides
from treasury_watch.cli.output import many, print_json, say
from treasury_watch.cli.rule_tests import count_failed, failures_of, print_problems
from treasury_watch.config import ConfigProblems
from treasury_watch.rulefiles import RuleBook, load, notices
from treasury_watch.service.wiring import channels_of
from treasury_watch.yaml.problem import Problem

EXAMPLES = (
    "bot.py check",
    "bot.py check --config /etc/treasury-watch/config.yaml --json",
)


def check(config_path: ConfigPath = CONFIG, overrides: Overrides = None, as_json: AsJson = False) -> None:
    """
    Find every mistake of the config and the rules.

    It validates the config and the rule files, runs the rules' own tests, and lists all problems at once.

    A missing channel secret is reported, but is not an error: only a bot that sends needs it.

    Exits with 2 if a file has a mistake, with 1 if only a test fails.
    """
    problems: list[Problem] = []
    book: RuleBook | None = None
    missing: tuple[str, ...] = ()
    try:
        config = open_config(config_path, overrides)
    except ConfigProblems as error:
        problems += error.problems
    else:
        book = load(config.rules)
        missing = config.missing
        problems += book.problems
        problems += _channel_problems(config_path, overrides)
    if not as_json:
        print_problems(problems)
    failures = failures_of(book.rules) if book else []
    if as_json:
        print_json([_as_json(problem) for problem in (*problems, *failures)])
    else:
        print_problems(failures)
        _sum_up(book, problems, failures)
        for problem in missing:
            # No mistake: who reviews rules need not hold the bot's secrets.
            say(f"{problem.splitlines()[0]}; only `run` and what else sends needs it")
        for notice in notices(book.rules, utc_now().date()) if book else ():
            say(f"{notice.file}:{notice.line}: {notice.rule}: {notice.text}")
    if problems:
        raise typer.Exit(MISTAKE)
    if failures:
        raise typer.Exit(FOUND)


def _channel_problems(config_path: Path, overrides: Sequence[str] | None) -> list[Problem]:
    """What only a channel itself can tell of its settings."""
    try:
        channels_of(open_config(config_path, overrides))
    except ValueError as error:
        return [Problem(config_path.as_posix(), 0, 0, "", str(error))]
    return []


def _sum_up(book: RuleBook | None, problems: Sequence[Problem], failures: Sequence[Problem]) -> None:
    if problems or failures:
        parts = [many(len(problems), "mistake")] if problems else []
        parts += [f"{many(count_failed(failures), 'test')} failed"] if failures else []
        say(", ".join(parts))
        if failures:
            say("A test says what its rule told before: if the change is meant, write what it now tells into expect.")
    elif book:
        tests = sum(len(rule.tests) for rule in book.rules)
        rules = many(len(book.rules), "rule")
        say(f"{rules} in {many(len(book.files), 'file')}, {many(tests, 'test')}: all well")


def _as_json(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "rule": problem.rule,
        "problem": problem.problem,
    }
