"""Writes what is made of the words: the schema that editors read, and the page that people read."""

from __future__ import annotations

import json
from pathlib import Path

from treasury_watch.grammar.json_schema import schema
from treasury_watch.grammar.page import readme

PACKAGE = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    (PACKAGE / "rules.schema.json").write_text(json.dumps(schema(), indent=1) + "\n", encoding="utf-8")
    (PACKAGE.parent / "rules" / "README.md").write_text(readme(), encoding="utf-8")
