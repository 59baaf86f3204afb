"""``alive``, as the table of commands knows it; bot.py answers it before anything is imported."""

from __future__ import annotations

from typing import Annotated

import typer

from treasury_watch import alive as heartbeat

EXAMPLES = ("bot.py alive", "bot.py alive /srv/bot/watch.heartbeat.json")


def alive(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="The heartbeat. Without it: TREASURY_WATCH_HEARTBEAT, or var/treasury-watch.heartbeat.json.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """
    Say whether the service is at work; for health checks.

    It reads the heartbeat that the service writes every few seconds, and nothing else. `status` tells the rest.

    Exits with 1 where the heartbeat is missing, cannot be read, or is older than two minutes.
    """
    raise typer.Exit(heartbeat.main([file] if file else []))
