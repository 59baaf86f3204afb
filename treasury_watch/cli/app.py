"""
The commands: one table, in the order of help. A command's module is imported when the command is called.

To add one: a file named as the command, with a function of that name and its ``EXAMPLES``, and a line in ``COMMANDS``.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from treasury_watch import __version__
from treasury_watch.cli.errors import ErrorReport
from treasury_watch.user_error import UserError

COMMANDS: Final = {
    "run": "Start the service: poll, judge, alert.",
    "ingest": "Read a publisher's file, as if polled.",
    "check": "Find every mistake of the config and the rules.",
    "test": "Run the rules' own tests.",
    "schema": "Print the JSON Schema of rules or config.",
    "backtest": "Show when each rule would have fired.",
    "plan": "Show what an edit of the rules changes.",
    "rules": "List the rules, or every version of one.",
    "explain": "Show how a rule reached its verdict, step by step.",
    "series": "Show figures with their vintages.",
    "releases": "List releases: accepted, held, refused or taken back, since when and why.",
    "accept": "Believe a release that was held, refused or taken back.",
    "refuse": "Refuse a release that is held.",
    "take-back": "Undo a release that was believed.",
    "revisions": "Show what a release revised, the largest first.",
    "alerts": "List alerts and where each was delivered.",
    "status": "Show sources, open alerts and deliveries; exit 1 if something is wrong.",
    "alive": "Say whether the service is at work; for health checks.",
    "calendar": "List the next releases and auctions.",
    "when-issued": "Enter a when-issued yield, so that an auction gets its tail.",
    "demo": "Replay three years of history to the console.",
    "send-test": "Send a test message to each channel.",
}
"""Command -> its line in ``--help``, which is also the first line of its own help."""

_COLLECT_AFTER: Final = 200_000
"""New objects after which the collector looks for cycles; Python's own 700 suits a program without many at once."""
_SETTINGS: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Command(TyperCommand):
    """A command whose help names no types: what to write is said in words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for parameter in self.params:
            if isinstance(parameter, TyperArgument):
                # The library puts the Python type after every argument, whatever its metavar.
                parameter.display_type_rich = lambda ctx: ""  # type: ignore[method-assign]  # noqa: ARG005 - its name


class _Commands(MutableMapping[str, Any]):
    """The commands by name, each made when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        if name not in COMMANDS:
            raise KeyError(name)
        word = name.replace("-", "_")
        module = import_module(f"treasury_watch.cli.{word}")
        single = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=_SETTINGS)
        examples = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in module.EXAMPLES)
        single.command(name, cls=_Command, epilog=examples)(getattr(module, word))
        return typer.main.get_command(single)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)

    def __setitem__(self, name: str, command: Any) -> None:
        raise NotImplementedError(f"{name}: commands stand in COMMANDS")

    def __delitem__(self, name: str) -> None:
        raise NotImplementedError(f"{name}: commands stand in COMMANDS")


class _Group(TyperGroup):
    """The commands; a user's mistake, wherever it is found, becomes its own lines and an exit code."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Commands()

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the library's signature
        return list(COMMANDS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the library's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except UserError as error:
            for line in str(error).splitlines():
                typer.echo(line, err=True)
            raise typer.Exit(error.code if isinstance(error, ErrorReport) else ErrorReport.code) from None


app = typer.Typer(
    cls=_Group,
    help="Watches what the U.S. Treasury publishes about who lends to it, and alerts by rules kept in YAML.",
    epilog="Start with `demo`, which needs nothing, or `run`. COMMAND --help has an example of each.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=_SETTINGS,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"treasury-watch {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    ctx: typer.Context,
    version: bool = typer.Option(  # noqa: ARG001 - its callback answers
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    if ctx.invoked_subcommand != "run":
        collect_rarely()


def collect_rarely() -> None:
    """
    Let the collector look for cycles rarely, in a command that soon ends.

    A thousand rules' alerts are a hundred thousand objects, none of them in a cycle: to look through them again and
    again takes longer than to make them.
    """
    gc.set_threshold(_COLLECT_AFTER)


def main() -> None:
    """Run the command that was typed, and exit with its code."""
    app(prog_name="bot.py" if sys.argv[0].endswith("bot.py") else "treasury-watch")
