"""Keeping rules: the last good text of each file, and every version that was in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from treasury_watch.core.rules.model import Rule
from treasury_watch.rulefiles import GROUPS_FILE, Folder, RuleBook, digest, read_rules
from treasury_watch.store import rule_versions
from treasury_watch.store.database import Connection
from treasury_watch.store.rule_versions import Wording


def keep_rules(conn: Connection, folder: Folder, book: RuleBook, rules: Sequence[Rule], now: datetime) -> None:
    """
    Write down what is in force: ``rules``, from the good files of ``book`` and the last good ones of the others.

    Nothing is written for what is as it was, so this may be called at every start.
    """
    if folder.unread:
        return
    good = {name: body.decode() for name, body in folder.files.items() if folder.called(name) not in book.rejected}
    rule_versions.keep_files(conn, good, [name for name in folder.names() if name not in good], now)
    texts = dict(book.texts)
    if book.rejected:
        texts = dict(last_good(conn, folder.shown).texts) | texts
    wordings = {rule.id: Wording(digest(rule), rule.file, texts[rule.id]) for rule in rules if rule.id in texts}
    rule_versions.note_versions(conn, wordings, [rule.id for rule in rules], now)


def last_good(conn: Connection, shown: str) -> RuleBook:
    """The rules of the last good text of every file, as if they stood in the folder ``shown``."""
    files = {name: text.encode() for name, text in rule_versions.kept_files(conn).items()}
    book = read_rules(Folder(shown, files))
    for name in [name for name in files if f"{shown}/{name}" in book.rejected]:
        # They were good at different times: a rule may since have moved to another file, which has it now.
        alone = read_rules(Folder(shown, {each: files[each] for each in {GROUPS_FILE, name} & files.keys()}))
        fresh = {rule.id for rule in book.rules}
        rules = tuple(rule for rule in alone.rules if rule.id not in fresh)
        book = replace(book, rules=(*book.rules, *rules), texts=dict(alone.texts) | dict(book.texts))
    return book


def rules_in_force(before: Iterable[Rule], book: RuleBook) -> tuple[Rule, ...]:
    """
    The rules after files were edited: a file with a mistake keeps its last good ones.

    Where the groups or the folder itself cannot be read nothing can be trusted, and all stay as they were.
    """
    kept = tuple(before)
    if any(_decides_all(file, book) for file in book.rejected):
        return kept
    fresh = {rule.id for rule in book.rules}
    # A rule that was moved out of a file that is now broken is read from its new one.
    held = [rule for rule in kept if rule.file in book.rejected and rule.id not in fresh]
    return tuple(sorted((*book.rules, *held), key=lambda rule: (rule.file, rule.line)))


def _decides_all(file: str, book: RuleBook) -> bool:
    return Path(file).name == GROUPS_FILE or (file not in book.files and not file.endswith(".yml"))
