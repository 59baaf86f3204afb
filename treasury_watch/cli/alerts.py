"""``alerts``: what was told, and where each message was delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Annotated, Any

import typer

from treasury_watch.cli.dates import read_moment
from treasury_watch.cli.open import open_config
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides
from treasury_watch.cli.output import print_json, print_table, say
from treasury_watch.core.figures.periods import utc_text
from treasury_watch.store.alerts import told_alerts
from treasury_watch.store.database import NoStoreYet, open_store, reading

EXAMPLES = (
    "bot.py alerts --since 2026-01-01",
    "bot.py alerts --json",
)


def alerts(
    since: Annotated[
        str, typer.Option(metavar="WHEN", help="Decided on or after a day or an instant.", show_default=False)
    ] = "",
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    List alerts and where each was delivered.

    Oldest first, with the outcome of each delivery.
    """
    start = utc_text(read_moment("--since", since, at=time())) if since else ""
    config = open_config(config_path, overrides)

    try:
        with reading(open_store(config.database_url, make=False)) as conn:
            told = told_alerts(conn, since=start)
    except NoStoreYet:
        told = []
    if as_json:
        print_json(told)
    elif told:
        _print_alerts(told)
    else:
        say("Nothing was told yet." if not since else "Nothing was told since then.")


def _print_alerts(told: Sequence[dict[str, Any]]) -> None:
    rows = [
        (
            str(each["decided_at"])[:16].replace("T", " "),
            str(each["kind"]),
            str(each["severity"]),
            str(each["title"]),
            _outcome(each["deliveries"]),
        )
        for each in told
    ]
    print_table(("decided (UTC)", "kind", "severity", "what was told", "to"), rows, fold=(3, 4))


def _outcome(deliveries: Sequence[dict[str, Any]]) -> str:
    words = []
    for each in deliveries:
        again = f", {each['attempts']} tries" if each["attempts"] > 1 else ""
        state = "" if each["state"] == "sent" else f" {each['state']}"
        words.append(f"{each['channel']}{state}{again}")
    return "; ".join(words) or "nobody"
