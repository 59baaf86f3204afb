"""
Rules are edited while the bot runs: what is in force after a file was read again, and the operator's word about it.

A file with a mistake leaves its last good rules in force, over a restart too. What an edit would have changed is said
together with it, so that a slip of the finger is seen before the next release is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from treasury_watch.analysis.plan import RulePlan, plan
from treasury_watch.core.figures.periods import utc_text
from treasury_watch.core.judge.examples import run_examples
from treasury_watch.core.messages.message import Message
from treasury_watch.core.messages.operator import operator_message
from treasury_watch.core.rules.model import Rule, Severity
from treasury_watch.pipeline import operator
from treasury_watch.pipeline.bootstrap import register_rules
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.operator import report
from treasury_watch.pipeline.rules import keep_rules, last_good, rules_in_force
from treasury_watch.rulefiles import Folder, Problem, RuleBook, read_rules
from treasury_watch.store.database import Connection, Engine, reading, writing

_MOST_TOLD = 20
"""Mistakes, and changed rules, listed in one message; ``check`` and ``plan`` list them all."""
_MOST_JUDGED = 200
"""Changed rules of which it is said how often they would have fired: more are another rule book."""


@dataclass(frozen=True, slots=True)
class RuleReload:
    """
    One state of the folder, read: ``rules`` are those in force by it, ``plans`` what differs from those before.

    ``unknown`` are rejected files of which no good text was ever kept: their rules are not in force.
    """

    folder: Folder
    book: RuleBook
    rules: tuple[Rule, ...]
    plans: tuple[RulePlan, ...]
    unknown: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    """Changed rules whose own examples no longer come out."""


def load_rules(engine: Engine, context: Context, folder: Folder) -> RuleReload:
    """
    The rules that a start has: those of the folder, and of its broken files the last good ones that were in force.

    ``context`` is there for its sources. Nothing is written.
    """
    book = read_rules(folder)
    with reading(engine) as conn:
        before = last_good(conn, folder.shown)
    good = {rule.file for rule in before.rules}
    unknown = tuple(sorted(file for file in book.rejected if file not in good and file in book.files))
    if folder.shown in book.rejected and not before.rules:
        unknown = (folder.shown,)
    return _read(engine, context, before.rules, folder, book, unknown)


def reload_rules(engine: Engine, context: Context, folder: Folder) -> RuleReload:
    """The rules after an edit: ``context`` has those before it. Nothing is written."""
    return _read(engine, context, context.rules, folder, read_rules(folder), ())


def _read(
    engine: Engine, context: Context, before: Sequence[Rule], folder: Folder, book: RuleBook, unknown: tuple[str, ...]
) -> RuleReload:
    rules = rules_in_force(before, book)
    plans: list[RulePlan] = []
    failing: list[str] = []
    if before:
        old, new = {rule.id: rule for rule in before}, {rule.id: rule for rule in rules}
        touched = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        with reading(engine) as conn:
            few = len(touched) <= _MOST_JUDGED
            plans = plan(conn, before, rules, context.sources, vintages=False, judging=few)
        failing = [name for name in sorted(touched) if few and name in new and run_examples(new[name])]
    return RuleReload(folder, book, rules, tuple(plans), unknown, tuple(failing))


def apply_reload(
    engine: Engine, context: Context, read: RuleReload, trouble: tuple[Problem, ...] | None, now: datetime
) -> list[str]:
    """
    Put a context's rules in force, keep their texts, and tell the operator what changed and what is wrong.

    ``context`` has the rules already; ``trouble`` are the problems known before, None at a start. Gives the ids of the
    rules that changed.
    """
    problems = read.book.problems
    mended = bool(trouble) and not problems
    # However often a process starts that day, it says once what is wrong.
    when = utc_text(now) if trouble is not None else utc_text(now)[: len("2026-01-31")]
    with writing(engine) as conn:
        changed = register_rules(conn, context, now)
        keep_rules(conn, read.folder, read.book, read.rules, now)
        if problems and problems != trouble:
            _tell(conn, context, f"mistakes|{when}", _broken(read), now)
        if read.plans or mended:
            _tell(conn, context, f"changed|{utc_text(now)}", _changed(read, mended=mended), now)
    return changed


def _tell(conn: Connection, context: Context, what: str, message: Message, now: datetime) -> None:
    mark = hashlib.sha256(repr(message).encode()).hexdigest()[:12]
    report(conn, context, operator.OperatorProblem("rules", mark, what), message, now)


def _broken(read: RuleReload) -> Message:
    problems, in_force = read.book.problems, {rule.file for rule in read.rules}
    files = ", ".join(sorted(read.book.rejected))
    count = len(problems)
    lines = [problem.show().partition("\n")[0] for problem in problems[:_MOST_TOLD]]
    more = [f"and {count - _MOST_TOLD} more; `check` lists them all"] if count > _MOST_TOLD else []
    stay = "The last good rules of these files stay in force until this is mended."
    if not read.book.rejected & in_force:
        stay = "No rule of these files is in force until this is mended; the others are."
    text = "\n".join([stay, *lines, *more])
    return operator_message(f"Rules: {count} mistake{'s' * (count > 1)} in {files}", text)


def _changed(read: RuleReload, *, mended: bool) -> Message:
    plans = read.plans
    lines = [str(one) for one in plans[:_MOST_TOLD]]
    if len(plans) > _MOST_TOLD:
        lines.append(f"and {len(plans) - _MOST_TOLD} more; `plan` lists them all")
    count = len(plans)
    headline = f"Rules: {count} changed"
    if count == 1:
        headline = f"Rules: {plans[0]}"
        if len(headline) > _LONGEST_HEADLINE:
            headline = f"Rules: {plans[0].rule} changed"
        else:
            lines = []  # the headline says it all
    if mended:
        lines.insert(0, "Every rule file can be read again and is in force.")
    if read.failing:
        its = "its own examples do not come out" if len(read.failing) == 1 else "their own examples do not come out"
        lines.append(f"{', '.join(read.failing)}: {its} any more; `test` shows which")
    if not plans:
        return operator_message("Rules: all clear", "\n".join(lines), Severity.INFO)
    return operator_message(headline, "\n".join(lines), Severity.NOTICE if read.failing else Severity.INFO)


_LONGEST_HEADLINE = 140
