"""``refuse``: a release that is held is not believed."""

from __future__ import annotations

from treasury_watch.cli.decide import ReleaseNumber, Why, decide
from treasury_watch.cli.options import CONFIG, ConfigPath, Overrides
from treasury_watch.pipeline import decisions

EXAMPLES = ('bot.py refuse 12 --why "a table in millions"',)


def refuse(number: ReleaseNumber, why: Why = "", config_path: ConfigPath = CONFIG, overrides: Overrides = None) -> None:
    """
    Refuse a release that is held.

    The last good data stay in force. It is kept, and can be accepted later.

    Exits with 1 if a message failed or is still waiting.
    """
    decide(decisions.refuse, number, why, config_path, overrides)
