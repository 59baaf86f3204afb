"""``status``: sources, open alerts, deliveries, rules and the next dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import typer

from treasury_watch.cli.dates import washington
from treasury_watch.cli.errors import FOUND
from treasury_watch.cli.open import open_config, shown_database, utc_now
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides
from treasury_watch.cli.output import print_json, print_table, say
from treasury_watch.core.figures.names import entity_words
from treasury_watch.core.figures.periods import from_utc_text, utc_text
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.health import Health, UpcomingDate, coming, health
from treasury_watch.pipeline.rules import last_good, rules_in_force
from treasury_watch.rulefiles import read_folder, read_rules
from treasury_watch.service.wiring import sources_of
from treasury_watch.store.database import NoStoreYet, open_store, reading
from treasury_watch.store.source_status import SourceState

EXAMPLES = (
    "bot.py status",
    "bot.py status --json",
)


_MOST_INCIDENTS = 15


def status(as_json: AsJson = False, config_path: ConfigPath = CONFIG, overrides: Overrides = None) -> None:
    """
    Show sources, open alerts and deliveries; exit 1 if something is wrong.

    Wrong is: a source was refused, is held or late, or has been unreachable for an hour; a message failed, or has
    waited for an hour; a rule file has a mistake; the bot never started, or has polled no source for several intervals.
    """
    config = open_config(config_path, overrides)

    folder = read_folder(config.rules)
    book = read_rules(folder)
    now = utc_now()
    try:
        engine = open_store(config.database_url, make=False)
    except NoStoreYet:
        if as_json:
            print_json(_never_as_json(coming(now), [one.name for one in sources_of(config).values() if one.enabled]))
        else:
            say(f"Never started: there is no store at {shown_database(config)} yet. `run` makes it.")
        raise typer.Exit(FOUND) from None
    with reading(engine) as conn:
        rules = rules_in_force(last_good(conn, folder.shown).rules, book) if book.problems else book.rules
        found = health(conn, sources_of(config), len(rules), book.problems, now)
    if as_json:
        print_json(_as_json(found))
    else:
        _print_health(found)
    if found.complaints:
        raise typer.Exit(FOUND)


def _as_json(found: Health) -> dict[str, object]:

    return {
        "sources": [
            {
                "source": each.source,
                "state": each.state.value,
                "newest_period": each.newest,
                "last_success": each.last_success,
                "problem": each.problem,
                "since": each.since or None,
            }
            for each in found.sources
        ],
        "incidents": [
            {"rule": each.rule, "entity": each.entity, "since": each.since, "severity": each.severity.word}
            for each in found.incidents
        ],
        "outbox": {"due": found.outbox.due, "failed": found.outbox.failed},
        "rules": {
            "loaded": found.rules,
            "rejected": [
                {"file": each.file, "line": each.line, "column": each.column, "problem": each.problem}
                for each in found.rejected
            ],
        },
        "next": [{"what": each.what, "at": utc_text(each.at), "estimated": each.estimated} for each in found.coming],
        "unwell": list(found.complaints),
    }


def _never_as_json(dates: Sequence[UpcomingDate], sources: Sequence[str]) -> dict[str, object]:

    never = {"state": "never", "newest_period": None, "last_success": None, "problem": "", "since": None}
    return {
        "sources": [{"source": name, **never} for name in sources],
        "incidents": [],
        "outbox": {"due": 0, "failed": 0},
        "rules": {"loaded": 0, "rejected": []},
        "next": [{"what": each.what, "at": utc_text(each.at), "estimated": each.estimated} for each in dates],
        "unwell": ["never started"],
    }


def _print_health(found: Health) -> None:

    for complaint in found.complaints:
        say(f"! {complaint}", "bold red")
    if not found.complaints:
        ailing = [each.source for each in found.sources if each.state.value == "failing"]
        if ailing:
            # Within the hour in which a network's mood is nobody's concern: not ill, but not to be called well either.
            say(f"{len(ailing)} of {len(found.sources)} sources out of reach for less than an hour.", "bold yellow")
        else:
            say("Well.", "bold green")
    say()
    rows = [
        (each.source, each.state.value, period_words(each.newest) if each.newest else "", _ago(each.last_success))
        for each in found.sources
    ]
    print_table(
        ("source", "state", "data to", "last read"), rows, styles=[_style(each.state) for each in found.sources]
    )
    say()
    if found.incidents:
        open_ones = [
            (each.severity.word, each.rule, entity_words(each.entity), period_words(each.since))
            for each in found.incidents[:_MOST_INCIDENTS]
        ]
        print_table(("open", "rule", "whose", "since"), open_ones, fold=(1, 2))
        if len(found.incidents) > _MOST_INCIDENTS:
            say(f"… and {len(found.incidents) - _MOST_INCIDENTS} more: --json lists all.", "dim")
        say()
    mistakes = len(found.rejected)
    facts = [
        ("outbox", f"{found.outbox.due} waiting, {found.outbox.failed} given up"),
        ("rules", f"{found.rules} in force" + (f", {mistakes} mistake{'s' * (mistakes > 1)}" if mistakes else "")),
    ]
    facts += [("next", f"{date.what}: {washington(date.at, estimated=date.estimated)}") for date in found.coming]
    if not found.incidents:
        facts.insert(0, ("open", "no incident"))
    print_table(("", ""), facts, fold=(1,))


def _style(state: SourceState) -> str:
    return {"fresh": "", "never": "dim", "failing": "yellow"}.get(state.value, "red")


def _ago(last: str | None) -> str:
    if not last:
        return "never"

    passed = utc_now() - from_utc_text(last)
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if passed >= length:
            count = passed // length
            return f"{count} {unit}{'s' * (count != 1)} ago"
    return "just now"
