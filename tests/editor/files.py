"""Where the files of these tests stand, and a rule that is sound but for the keys a test gives."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "rules" / "mine.yaml"
"""A rule file as an editor opens it that was not saved yet: nothing of it is on the disk."""
MODELINE = "# yaml-language-server: $schema=../treasury_watch/rules.schema.json\n"
JAPAN = {
    "id": "japan-floor",
    "title": "Treasury holdings",
    "data": "tic.holdings",
    "only": "{holder: Japan}",
    "fire": "{below: 1.1tn}",
}
AUCTION = {"data": "auction.bid_to_cover", "only": "{tenor: 10-Year Note}", "fire": "{below: 2.30}"}


def rule_of(**keys: str) -> str:
    """A file with one rule, a key a line, in the order given; a key of nothing is left out."""
    lines = [f"{key}: {value}" for key, value in (JAPAN | keys).items() if value]
    return MODELINE + "rules:\n  - " + "\n    ".join(lines) + "\n"
