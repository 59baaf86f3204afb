"""``schema``: the JSON Schema of a rule file or of the config."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from treasury_watch.config import schema as config_schema
from treasury_watch.grammar.json_schema import schema as rules_schema

EXAMPLES = (
    "bot.py schema > rules.schema.json",
    "bot.py schema config",
)


class Subject(StrEnum):
    """What a schema describes."""

    RULES = "rules"
    CONFIG = "config"


def schema(
    subject: Annotated[
        Subject, typer.Argument(metavar="SUBJECT", help="rules or config. Default: rules.", show_default=False)
    ] = Subject.RULES,
) -> None:
    """
    Print the JSON Schema of rules or config.

    Editors use it to complete and check rules while you type.
    """
    made = config_schema() if subject is Subject.CONFIG else rules_schema()
    typer.echo(json.dumps(made, ensure_ascii=False, indent=2))
