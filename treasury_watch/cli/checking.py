"""``check``, ``test`` and ``schema``: whether what people wrote is sound."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treasury_watch.cli.mistakes import FOUND, MISTAKE, ErrorReport, shown
from treasury_watch.cli.opening import open_config, utc_now
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides, example
from treasury_watch.cli.printing import print_json, say

if TYPE_CHECKING:
    from treasury_watch.core.rules.model import Rule
    from treasury_watch.rulefiles import RuleBook
    from treasury_watch.yaml.file import Problem


class Subject(StrEnum):
    """What a schema describes."""

    RULES = "rules"
    CONFIG = "config"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog=example("bot.py check", "bot.py check --config /etc/treasury-watch/config.yaml --json"))(check)
    app.command("test", epilog=example("bot.py test", "bot.py test rules/holders.yaml --require-tests"))(run_tests)
    app.command(epilog=example("bot.py schema > rules.schema.json", "bot.py schema config"))(schema)


def check(config_path: ConfigPath = CONFIG, overrides: Overrides = None, as_json: AsJson = False) -> None:
    """
    Find every mistake of the config and the rules.

    Config and rule files are validated and the rules' own tests run; all problems are told at once.

    A channel's secret that is not set is said and no mistake: only who sends must have it.

    Exits with 2 where something is wrong with a file, with 1 where only a test fails.
    """
    from treasury_watch.config import ConfigProblems
    from treasury_watch.rulefiles import load, notices

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
        _print(problems)
    failures = _failures(book.rules) if book else []
    if as_json:
        print_json([_as_json(problem) for problem in (*problems, *failures)])
    else:
        _print(failures)
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


def run_tests(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Rule files; all of the rules folder if none.")
    ] = None,
    require_tests: Annotated[bool, typer.Option("--require-tests", help="A rule without a test fails.")] = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Run the rules' own tests.

    Exits with 1 where one fails, with 2 where a rule file has a mistake.
    """
    from treasury_watch.rulefiles import load

    books = [load(open_config(config_path, overrides).rules)] if not files else [load(each) for each in _folders(files)]
    wanted = {file.resolve() for file in files or ()}
    problems = [
        problem
        for book in books
        for problem in book.problems
        if not wanted or Path(problem.file).resolve() in wanted or Path(problem.file).name == "groups.yaml"
    ]
    if problems:
        raise ErrorReport(*shown(problems))
    rules = [rule for book in books for rule in book.rules if not wanted or Path(rule.file).resolve() in wanted]
    failures = _failures(rules)
    without = [rule for rule in rules if not rule.tests] if require_tests else []
    _print(failures)
    for rule in without:
        say(f"{rule.file}:{rule.line}: {rule.id}: has no tests, and --require-tests asks for at least one")
    count = sum(len(rule.tests) for rule in rules)
    failed = _failed(failures)
    outcome = f"{failed} failed" if failed else "all passed"
    if without:
        outcome += f"; {_many(len(without), 'rule')} without a test, which --require-tests fails"
    say(f"{_many(count, 'test')} of {_many(len(rules), 'rule')}: {outcome}")
    if failures or without:
        raise typer.Exit(FOUND)


def schema(
    subject: Annotated[Subject, typer.Argument(help="rules or config", show_default="rules")] = Subject.RULES,
) -> None:
    """
    Print the JSON Schema of rules or config.

    Editors complete and check by it as one types.
    """
    if subject is Subject.CONFIG:
        from treasury_watch.config import schema as made
    else:
        from treasury_watch.grammar.json_schema import schema as made
    typer.echo(json.dumps(made(), ensure_ascii=False, indent=2))


def _channel_problems(config_path: Path, overrides: Sequence[str] | None) -> list[Problem]:
    """What only a channel itself can tell of its settings."""
    from treasury_watch.service.channels import channels_of
    from treasury_watch.yaml.file import Problem

    try:
        channels_of(open_config(config_path, overrides))
    except ValueError as error:
        return [Problem(config_path.as_posix(), 0, 0, "", str(error))]
    return []


def _folders(files: Iterable[Path]) -> list[Path]:
    for file in files:
        if not file.is_file():
            raise ErrorReport(f"{file}: is not a file; expected a rule file such as rules/holders.yaml")
    return sorted({file.parent for file in files})


def _failures(rules: Iterable[Rule]) -> list[Problem]:
    """The tests that fail, each with the line where it stands."""
    tested = [rule for rule in rules if rule.tests]
    if not tested:
        return []
    from treasury_watch.core.judge.examples import run_examples
    from treasury_watch.yaml.file import Problem

    texts: dict[str, list[str]] = {}
    found = []
    for rule in tested:
        for failure in run_examples(rule):
            if rule.file not in texts:
                texts[rule.file] = Path(rule.file).read_text("utf-8", "replace").splitlines()
            lines = texts[rule.file]
            excerpt = lines[failure.line - 1] if 0 < failure.line <= len(lines) else ""
            found.append(Problem(rule.file, failure.line, failure.column, rule.id, f"tests: {failure}", excerpt))
    return found


def _failed(failures: Sequence[Problem]) -> int:
    """How many tests: one that goes wrong in two periods is two failures and one test."""
    return len({(failure.file, failure.line, failure.column) for failure in failures})


def _print(problems: Iterable[Problem]) -> None:
    for line in shown(problems):
        typer.echo(line)


def _sum_up(book: RuleBook | None, problems: Sequence[Problem], failures: Sequence[Problem]) -> None:
    if problems or failures:
        parts = [_many(len(problems), "mistake")] if problems else []
        parts += [f"{_many(_failed(failures), 'test')} failed"] if failures else []
        say(", ".join(parts))
        if failures:
            say("A test says what its rule told before: if the change is meant, write what it now tells into expect.")
    elif book:
        tests = sum(len(rule.tests) for rule in book.rules)
        rules = _many(len(book.rules), "rule")
        say(f"{rules} in {_many(len(book.files), 'file')}, {_many(tests, 'test')}: all well")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _as_json(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "rule": problem.rule,
        "problem": problem.problem,
    }
