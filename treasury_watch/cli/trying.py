"""``demo`` and ``send-test``: seeing it work before relying on it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from treasury_watch.cli.mistakes import FOUND, ErrorReport, one_of
from treasury_watch.cli.opening import open_config, open_rules, open_to_read, utc_now
from treasury_watch.cli.options import CONFIG, ConfigPath, Overrides, example
from treasury_watch.cli.printing import print_table, say, screen
from treasury_watch.cli.running import make_channels

if TYPE_CHECKING:
    from treasury_watch.config import Config
    from treasury_watch.core.rules.model import Rule
    from treasury_watch.demo import PrintedAlert


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog=example("bot.py demo", "bot.py demo --story unwind"))(demo)
    app.command(epilog=example("bot.py send-test", "bot.py send-test desk --requeue"))(send_test)


def demo(
    story: Annotated[
        str,
        typer.Option(metavar="NAME", help="Instead: what the figures kept say of a story's claims; unwind."),
    ] = "",
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Replay three years of history to the console.

    Bundled history goes through the whole bot, release by release. No network, no account, nothing is kept.
    """
    if story:
        one_of("story", story, ["unwind"])
    config = open_config(config_path, overrides)
    book = open_rules(config)
    if story:
        _tell_story(config, book.rules)
        return

    from treasury_watch.demo import replay

    began = time.monotonic()
    shown = replay(book.rules, screen(prose=True))
    _sum_up(shown, time.monotonic() - began)


def _tell_story(config: Config, rules: Sequence[Rule]) -> None:
    """The claims of the unwind story, each with what the figures say, from the store or else from bundled history."""
    from treasury_watch.analysis.story import evidence
    from treasury_watch.store.database import reading

    with reading(open_to_read(config)) as conn:
        found = evidence(conn, rules)
    if not found:
        raise ErrorReport(f"{config.rules}: the story's rules are not there; it needs those of rules/unwind.yaml")
    styles = {"for": "red", "against": "green", "mixed": "yellow"}
    rows = [(line.claim, line.says.value, line.evidence) for line in found]
    print_table(("claim", "says", "evidence"), rows, fold=(0, 2), styles=[styles.get(row[1], "") for row in rows])
    say()
    say(
        "Each line is a rule of rules/unwind.yaml: `bot.py explain RULE` shows its steps, `bot.py backtest` how often "
        "it was so. Net trades leave prices out, holdings do not; neither says who owns what is kept elsewhere."
    )


def _sum_up(shown: PrintedAlert, took: float) -> None:
    from treasury_watch.core.figures.quantities import period_words

    months = f"{period_words(shown.since)} to {period_words(shown.until)}"
    say(f"That was the demo: {shown.releases} releases, {months}, in {took:.0f} s. What each rule told:", "bold")
    kinds = ("fired", "cleared", "corrected", "retracted", "reminded")
    present = [kind for kind in kinds if any(key[1] == kind for key in shown.alerts)]
    rules = sorted({rule for rule, _ in shown.alerts}, key=lambda rule: (-shown.alerts.get((rule, "fired"), 0), rule))
    rows = [(rule, *(str(shown.alerts.get((rule, kind), 0) or "") for kind in present)) for rule in rules]
    print_table(("rule", *present), rows, right=range(1, len(present) + 1))
    say()
    say("What next", "bold")
    print_table(
        ("", ""),
        [
            ("bot.py explain RULE", "why a rule says what it says of the newest figures"),
            ("bot.py backtest", "how often each rule would have fired since 2000"),
            ("bot.py check", "after you have edited a rule"),
            ("bot.py run", "the bot itself: it polls the Treasury and tells what is new"),
        ],
        fold=(1,),
    )


def send_test(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[CHANNEL]...", help="Channels by name; all if none.")
    ] = None,
    requeue: Annotated[
        bool, typer.Option("--requeue", help="Where it arrives, messages that were given up are due again.")
    ] = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Send a test message to each channel.

    Exits with 1 where one does not take it.
    """
    from treasury_watch.core.figures.periods import utc_text
    from treasury_watch.core.messages.message import Message, Section
    from treasury_watch.core.rules.model import Severity
    from treasury_watch.notifiers import DeliveryError

    config = open_config(config_path, overrides)
    channels = make_channels(config)
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
    from treasury_watch.store.database import NoStoreYet, open_store, writing
    from treasury_watch.store.outbox import requeue_failed

    try:
        with writing(open_store(config.database_url, make=False)) as conn:
            count = requeue_failed(conn, name, utc_now())
    except NoStoreYet:
        count = 0
    say(f"{name}: {count} message{'s' * (count != 1)} that had been given up {'are' if count != 1 else 'is'} due again")
