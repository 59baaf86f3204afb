"""``send-test``: a test message to each channel."""

from __future__ import annotations

from typing import Annotated

import typer

from treasury_watch.cli.errors import FOUND, one_of
from treasury_watch.cli.open import open_channels, open_config, utc_now
from treasury_watch.cli.options import CONFIG, ConfigPath, Overrides
from treasury_watch.cli.output import say
from treasury_watch.config import Config
from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.messages.message import Message, Section
from treasury_watch.core.rules.model import Severity
from treasury_watch.notifiers import DeliveryError
from treasury_watch.store.database import NoStoreYet, open_store, writing
from treasury_watch.store.outbox import requeue_failed

EXAMPLES = (
    "bot.py send-test",
    "bot.py send-test desk --requeue",
)


def send_test(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="CHANNEL", help="Channels by name. Default: all.", show_default=False)
    ] = None,
    requeue: Annotated[
        bool, typer.Option("--requeue", help="Where it arrives, send failed messages of the channel again.")
    ] = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Send a test message to each channel.

    Exits with 1 if one does not accept it.
    """
    config = open_config(config_path, overrides)
    channels = open_channels(config)
    for name in names or ():
        one_of("channel", name, [*channels, *config.unset])
    well = True
    for name in names or [*channels, *config.unset]:
        if name in config.unset:
            say(f"{name}: not tried: {config.unset[name]} is not set, and no route uses it")
            well = well and not names
            continue
        text = f"Sent by hand to try the channel {name}. Nothing happened in the data."
        title = "Treasury Watch: test message"
        section = Section(kind="note", title=title, severity=Severity.INFO, text=text)
        message = Message(headline=title, severity=Severity.INFO, sections=(section,), context=("Treasury Watch",))
        try:
            sent = channels[name].send(message, f"test|{name}|{utc_text(utc_now())}")
        except DeliveryError as error:
            say(f"{name}: not sent: {error.problem}", "red")
            well = False
            continue
        say(f"{name}: sent{f', {sent.ref}' if sent.ref else ''}")
        if requeue:
            _requeue(config, name)
    if not well:
        raise typer.Exit(FOUND)


def _requeue(config: Config, name: str) -> None:

    try:
        with writing(open_store(config.database_url, make=False)) as conn:
            count = requeue_failed(conn, name, utc_now())
    except NoStoreYet:
        count = 0
    say(f"{name}: {count} message{'s' * (count != 1)} that had been given up {'are' if count != 1 else 'is'} due again")
