"""``demo``: three years of history through the whole bot, to the console."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated

import typer

from treasury_watch.analysis.story import evidence
from treasury_watch.cli.errors import ErrorReport, one_of
from treasury_watch.cli.open import open_config, open_rules
from treasury_watch.cli.options import CONFIG, ConfigPath, Overrides
from treasury_watch.cli.output import print_table, say, screen
from treasury_watch.cli.store import open_to_read
from treasury_watch.config import Config
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.core.rules.model import Rule
from treasury_watch.demo import PrintedAlert, replay
from treasury_watch.store.database import reading

EXAMPLES = (
    "bot.py demo",
    "bot.py demo --story unwind",
)


def demo(
    story: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Show instead what the stored figures say of a story's claims. There is one: unwind."
        ),
    ] = "",
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    Replay three years of history to the console.

    Bundled history goes through the whole bot, release by release. It needs no network and no account, and stores
    nothing.
    """
    if story:
        one_of("story", story, ["unwind"])
    config = open_config(config_path, overrides)
    book = open_rules(config)
    if story:
        _tell_story(config, book.rules)
        return

    began = time.monotonic()
    shown = replay(book.rules, screen(prose=True))
    _sum_up(shown, time.monotonic() - began)


def _tell_story(config: Config, rules: Sequence[Rule]) -> None:
    """The claims of the unwind story, each with what the figures say, from the store or else from bundled history."""
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
            ("bot.py explain RULE", "how a rule reached its verdict on the newest figures"),
            ("bot.py backtest", "how often each rule would have fired since 2000"),
            ("bot.py check", "after you have edited a rule"),
            ("bot.py run", "the bot itself: it polls the Treasury and tells what is new"),
        ],
        fold=(1,),
    )
