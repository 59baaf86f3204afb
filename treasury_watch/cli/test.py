"""``test``: the rules' own tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from treasury_watch.cli.errors import FOUND, ErrorReport, shown
from treasury_watch.cli.open import open_config
from treasury_watch.cli.options import CONFIG, ConfigPath, Overrides
from treasury_watch.cli.output import many, say
from treasury_watch.cli.rule_tests import count_failed, failures_of, print_problems
from treasury_watch.rulefiles import load

EXAMPLES = (
    "bot.py test",
    "bot.py test rules/holders.yaml --require-tests",
)


def test(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Rule files. Default: the whole rules folder.", show_default=False),
    ] = None,
    require_tests: Annotated[bool, typer.Option("--require-tests", help="A rule without a test fails.")] = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Run the rules' own tests.

    Exits with 1 if one fails, with 2 if a rule file has a mistake.
    """
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
    failures = failures_of(rules)
    without = [rule for rule in rules if not rule.tests] if require_tests else []
    print_problems(failures)
    for rule in without:
        say(f"{rule.file}:{rule.line}: {rule.id}: has no tests, and --require-tests asks for at least one")
    count = sum(len(rule.tests) for rule in rules)
    failed = count_failed(failures)
    outcome = f"{failed} failed" if failed else "all passed"
    if without:
        outcome += f"; {many(len(without), 'rule')} without a test, which --require-tests fails"
    say(f"{many(count, 'test')} of {many(len(rules), 'rule')}: {outcome}")
    if failures or without:
        raise typer.Exit(FOUND)


def _folders(files: Iterable[Path]) -> list[Path]:
    for file in files:
        if not file.is_file():
            raise ErrorReport(f"{file}: is not a file; expected a rule file such as rules/holders.yaml")
    return sorted({file.parent for file in files})
