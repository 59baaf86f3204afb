"""``accept``: a release that was held is believed."""

from __future__ import annotations

from treasury_watch.cli.decide import ReleaseNumber, Why, decide
from treasury_watch.cli.options import CONFIG, ConfigPath, Overrides
from treasury_watch.pipeline import decisions

EXAMPLES = ('bot.py accept 12 --why "the Treasury confirms the figures"',)


def accept(number: ReleaseNumber, why: Why = "", config_path: ConfigPath = CONFIG, overrides: Overrides = None) -> None:
    """
    Believe a release that was held, refused or taken back.

    It is judged as if it had just come, and alerts are sent.

    Exits with 1 if a message failed or is still waiting.
    """
    decide(decisions.accept, number, why, config_path, overrides)
