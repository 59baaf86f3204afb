"""
The command line: ``python bot.py COMMAND`` and ``treasury-watch COMMAND``.

One file a group of commands. What a command needs is imported when it runs: ``--help`` and the report of a mistake
must not wait for the libraries that judging needs.
"""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from treasury_watch import __version__
from treasury_watch.cli import (
    asking,
    backtesting,
    checking,
    figures,
    planning,
    reporting,
    revisions,
    rules,
    running,
    trying,
    when_issued,
)
from treasury_watch.cli.mistakes import ErrorReport, as_told
from treasury_watch.cli.opening import collect_rarely

__all__ = ["app", "main"]


class _Commands(TyperGroup):
    """The commands; a user's mistake, wherever it is found, becomes its own lines and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            told = as_told(error)
            if told is None:
                raise
            _say(told)
            raise typer.Exit(told.code) from None


def _say(told: ErrorReport) -> None:
    for line in told.lines:
        typer.echo(line, err=True)


app = typer.Typer(
    cls=_Commands,
    help="Watches what the U.S. Treasury publishes about who lends to it, and alerts by rules kept in YAML.",
    epilog="Start with `demo`, which needs nothing, or `run`. COMMAND --help has an example of each.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"treasury-watch {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    ctx: typer.Context,
    version: bool = typer.Option(  # noqa: ARG001 - its callback answers
        False, "--version", callback=_version, is_eager=True, help="Say which version it is."
    ),
) -> None:
    if ctx.invoked_subcommand != "run":
        collect_rarely()


for _group in (
    running,
    checking,
    backtesting,
    planning,
    rules,
    asking,
    figures,
    revisions,
    reporting,
    when_issued,
    trying,
):
    _group.add_to(app)


def main() -> None:
    """Run the command that was typed, and exit with its code."""
    app(prog_name="bot.py" if sys.argv[0].endswith("bot.py") else "treasury-watch")
