"""Failures of the rules' own tests, as problems with their lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from treasury_watch.cli.errors import shown
from treasury_watch.core.rules.model import Rule
from treasury_watch.yaml.problem import Problem


def failures_of(rules: Iterable[Rule]) -> list[Problem]:
    """The tests that fail, each with the line where it stands."""
    tested = [rule for rule in rules if rule.tests]
    if not tested:
        return []
    # Judging is loaded when there are sound rules to judge by: who mends a mistake does not wait for it.
    from treasury_watch.core.judge.examples import run_examples

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


def count_failed(failures: Sequence[Problem]) -> int:
    """How many tests: one that goes wrong in two periods is two failures and one test."""
    return len({(failure.file, failure.line, failure.column) for failure in failures})


def print_problems(problems: Iterable[Problem]) -> None:
    """Each with its place, and the line where it stands."""
    for line in shown(problems):
        typer.echo(line)
