"""``take-back``: a release that was believed is undone."""

from __future__ import annotations

from treasury_watch.cli.decide import ReleaseNumber, Why, decide
from treasury_watch.cli.options import CONFIG, ConfigPath, Overrides
from treasury_watch.pipeline import decisions

EXAMPLES = ('bot.py take-back 12 --why "a wrong file"',)


def take_back(
    number: ReleaseNumber, why: Why = "", config_path: ConfigPath = CONFIG, overrides: Overrides = None
) -> None:
    """
    Undo a release that was believed.

    What stood before it stands again; what was told from it is corrected where it was told. It can be accepted again.

    Exits with 1 if a message failed or is still waiting.
    """
    decide(decisions.take_back, number, why, config_path, overrides)
