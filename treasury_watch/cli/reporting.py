"""``alerts``, ``status`` and ``calendar``: what was told, how the bot is, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from treasury_watch.cli.mistakes import FOUND
from treasury_watch.cli.moments import read_moment
from treasury_watch.cli.opening import open_config, shown_database, utc_now
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides, example
from treasury_watch.cli.printing import print_json, print_table, say
from treasury_watch.cli.running import washington

if TYPE_CHECKING:
    from treasury_watch.health import Coming, Health
    from treasury_watch.store.source_status import SourceState

_MOST_INCIDENTS = 15


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog=example("bot.py alerts --since 2026-01-01", "bot.py alerts --json"))(alerts)
    app.command(epilog=example("bot.py status", "bot.py status --json"))(status)
    app.command(epilog=example("bot.py calendar"))(calendar)


def alerts(
    since: Annotated[
        str, typer.Option(metavar="WHEN", help="Decided on or after a day or an instant.", show_default=False)
    ] = "",
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    List what was told, to whom and when.

    With the outcome of each delivery, oldest first.
    """
    from datetime import time

    from treasury_watch.core.figures.periods import utc_text

    start = utc_text(read_moment("--since", since, at=time())) if since else ""
    config = open_config(config_path, overrides)

    from treasury_watch.store.alerts import told_alerts
    from treasury_watch.store.database import NoStoreYet, open_store, reading

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


def status(as_json: AsJson = False, config_path: ConfigPath = CONFIG, overrides: Overrides = None) -> None:
    """
    Tell how the bot is; exit with 1 if unwell.

    Its sources, incidents, outbox, rules and next dates.
    Unwell: a source was refused, is late, or is out of reach for over an hour; a message was given up or waits for over
    an hour; a rule file has a mistake; the bot was never started, or has tried no source for a few intervals.
    """
    config = open_config(config_path, overrides)

    from treasury_watch.health import coming, health
    from treasury_watch.pipeline.rules import last_good, rules_in_force
    from treasury_watch.rulefiles import read_folder, read_rules
    from treasury_watch.service.sources import sources_of
    from treasury_watch.store.database import NoStoreYet, open_store, reading

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
    from treasury_watch.core.figures.periods import utc_text

    return {
        "sources": [
            {
                "source": each.source,
                "state": each.state.value,
                "newest_period": each.newest,
                "last_success": each.last_success,
                "problem": each.problem,
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


def _never_as_json(dates: Sequence[Coming], sources: Sequence[str]) -> dict[str, object]:
    from treasury_watch.core.figures.periods import utc_text

    never = {"state": "never", "newest_period": None, "last_success": None, "problem": ""}
    return {
        "sources": [{"source": name, **never} for name in sources],
        "incidents": [],
        "outbox": {"due": 0, "failed": 0},
        "rules": {"loaded": 0, "rejected": []},
        "next": [{"what": each.what, "at": utc_text(each.at), "estimated": each.estimated} for each in dates],
        "unwell": ["never started"],
    }


def _print_health(found: Health) -> None:
    from treasury_watch.core.figures.names import entity_words
    from treasury_watch.core.figures.quantities import period_words

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
    from treasury_watch.core.figures.periods import from_utc_text

    passed = utc_now() - from_utc_text(last)
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if passed >= length:
            count = passed // length
            return f"{count} {unit}{'s' * (count != 1)} ago"
    return "just now"


def calendar(
    count: Annotated[int, typer.Option("--count", min=1, max=24, help="How many TIC releases.")] = 6,
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    List the next releases and auctions.

    Of the monthly TIC tables: the Treasury's own dates, as moved where a running bot has read that, and beyond them
    estimates marked as such. Auctions by the close
    of bidding, as far as they are announced and a running bot has read of them.
    """
    from treasury_watch.core.figures.periods import utc_text
    from treasury_watch.health import coming, coming_auctions
    from treasury_watch.pipeline.dates import release_calendar
    from treasury_watch.store.database import NoStoreYet, open_store, reading

    config = open_config(config_path, overrides)
    now = utc_now()
    dates = coming(now, count=count)
    with suppress(NoStoreYet), reading(open_store(config.database_url, make=False)) as conn:
        dates = coming(now, release_calendar(conn), count)
        dates = sorted([*dates, *coming_auctions(conn, now)], key=lambda date: date.at)
    if as_json:
        print_json([{"what": each.what, "at": utc_text(each.at), "estimated": each.estimated} for each in dates])
        return
    print_table(("what", "when"), [(each.what, washington(each.at, estimated=each.estimated)) for each in dates])
