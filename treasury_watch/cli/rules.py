"""``rules``: the rules that there are; ``rules history``: every version of one, and what it told."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from treasury_watch.cli.errors import ErrorReport, one_of
from treasury_watch.cli.open import open_config, open_rules, utc_now
from treasury_watch.cli.options import CONFIG, AsJson, ConfigPath, Overrides
from treasury_watch.cli.output import print_json, print_table, say
from treasury_watch.core.figures.names import entity_words
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.rulefiles import RuleBook, notices
from treasury_watch.store.database import NoStoreYet, open_store, reading
from treasury_watch.store.rule_versions import Version, rules_known, versions

EXAMPLES = (
    "bot.py rules                              every rule, and where it stands",
    "bot.py rules history top20-monthly-cut    its versions, and what each told",
    "bot.py rules history japan-floor --json",
)


_MOST = 20
"""Alerts listed under one version; ``--json`` has them all."""
_HASH = 12


class About(StrEnum):
    """What can be asked about a rule."""

    HISTORY = "history"


def rules(
    about: Annotated[
        About | None,
        typer.Argument(metavar="history", help="Every version of one rule. Without it: all rules.", show_default=False),
    ] = None,
    rule_id: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id.", show_default=False)] = "",
    as_json: AsJson = False,
    config_path: ConfigPath = CONFIG,
    overrides: Overrides = None,
) -> None:
    """
    List the rules, or every version of one.

    The list shows each rule's severity, mode and place, and whether it sleeps. A history shows, newest last, when each
    version came into force, its text, the hash of it, and the alerts it made.
    """
    config = open_config(config_path, overrides)
    if about is None:
        _list(open_rules(config), as_json=as_json)
        return
    if not rule_id:
        raise ErrorReport("rules history: of which rule? Add its id; bot.py rules lists them")

    try:
        with reading(open_store(config.database_url, make=False)) as conn:
            one_of("rule", rule_id, rules_known(conn))
            found = versions(conn, rule_id)
    except NoStoreYet:
        one_of("rule", rule_id, [])
        raise
    print_json([_as_json(version) for version in found]) if as_json else _print(found)


def _list(book: RuleBook, *, as_json: bool) -> None:

    sleeping = {notice.rule: notice.text for notice in notices(book.rules, utc_now().date())}
    if as_json:
        print_json(
            [
                {
                    "rule": rule.id,
                    "severity": rule.severity.word,
                    "mode": rule.mode.value,
                    "file": rule.file,
                    "line": rule.line,
                    "sleeps": rule.id in sleeping,
                }
                for rule in book.rules
            ]
        )
        return
    rows = [
        (rule.id, rule.severity.word, rule.mode.value, f"{rule.file}:{rule.line}", sleeping.get(rule.id, ""))
        for rule in book.rules
    ]
    print_table(("rule", "severity", "mode", "where", ""), rows, fold=(0, 3, 4))


def _print(found: Sequence[Version]) -> None:

    before = ""
    for version in found:
        day = f"{period_words(version.noted_at[:10])}, {version.noted_at[11:19]} UTC"
        if version.removed:
            say(f"{day}  removed", "bold")
            before = ""
            continue
        count = len(version.alerts)
        told = f"{count} alert{'s' * (count != 1)}" if count else "no alert yet" if version is found[-1] else "no alert"
        say(f"{day}  {version.sha256[:_HASH]}  {version.file}  {told}", "bold")
        for line in _changed(before, version.text):
            say(f"    {line}", {"-": "red", "+": "green"}.get(line[:1], "dim"))
        rows = [
            ("   ", one.period, entity_words(one.entity), one.kind, one.severity.word)
            for one in version.alerts[-_MOST:]
        ]
        if rows:
            print_table(("", "", "", "", ""), rows, fold=(2,))
        if count > _MOST:
            say(f"    … and {count - _MOST} earlier ones: --json lists all.", "dim")
        before = version.text


def _changed(before: str, text: str) -> list[str]:
    """The whole of a first version; of a later one the lines that differ."""
    if not before:
        return [f"  {line}" for line in text.splitlines()]
    return [
        line for line in difflib.ndiff(before.splitlines(), text.splitlines()) if line.startswith(("- ", "+ "))
    ] or ["  moved, its text unchanged"]


def _as_json(version: Version) -> dict[str, object]:
    return {
        "noted_at": version.noted_at,
        "sha256": version.sha256,
        "asks": version.digest,
        "file": version.file,
        "text": version.text,
        "removed": version.removed,
        "alerts": [
            {
                "id": one.id,
                "entity": one.entity,
                "period": one.period,
                "kind": one.kind,
                "severity": one.severity.word,
                "title": one.title,
                "decided_at": one.decided_at,
            }
            for one in version.alerts
        ],
    }
