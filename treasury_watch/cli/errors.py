"""A user's mistakes as lines for a person: what is wrong, what was expected, and never a traceback."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from treasury_watch.core.figures.names import listed
from treasury_watch.user_error import UserError
from treasury_watch.yaml.problem import Problem, did_you_mean

MISTAKE = 2
"""Exit code: bad config, rules or usage."""
FOUND = 1
"""Exit code: something that was looked for was found."""

_MOST_LISTED = 24
"""Enough for all data, sources and channels; rules can be a thousand."""


class ErrorReport(UserError):
    """What a person is told on standard error, and the exit code."""

    code = MISTAKE

    def __init__(self, *lines: str, code: int = MISTAKE) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
        self.code = code


def shown(problems: Iterable[Problem]) -> list[str]:
    """Problems as they are printed everywhere."""
    return [line for problem in problems for line in problem.show().splitlines()]


def one_of(what: str, word: str, known: Sequence[str], *, where: str = "") -> str:
    """``word`` if it is known. Raises ErrorReport with the nearest one, or with all where none is near."""
    if word in known:
        return word
    all_of_them = f"known: {listed(known, _MOST_LISTED)}" if known else "there is none yet"
    raise ErrorReport(f'no {what} "{word}"{did_you_mean(word, known, all_of_them)}{where}')
