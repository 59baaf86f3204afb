"""What a poll and a delivery came to, in words."""

from __future__ import annotations

from treasury_watch.cli.output import say
from treasury_watch.delivery import DeliveryResult
from treasury_watch.pipeline.poll import PollResult


def polled_words(polled: PollResult, *, named: bool = False) -> str:
    """``refused: …``, or what the poll found; ``named`` puts the source before it."""
    trouble = {"refused": "refused: ", "held": "held: ", "failing": "out of reach: "}.get(polled.state.value, "")
    return f"{polled.source}: {trouble}{polled.says}" if named else f"{trouble}{polled.says}"


def say_delivered(delivered: DeliveryResult) -> None:
    """Print what one delivery pass came to."""
    for trouble in delivered.troubles:
        say(f"{trouble.channel}: {trouble.problem}")
    parts = [f"{delivered.sent} message{'s' * (delivered.sent != 1)} sent"] if delivered.sent else []
    parts += [f"{delivered.failed} given up"] if delivered.failed else []
    parts += [f"{delivered.waiting} left waiting"] if delivered.waiting else []
    say(", ".join(parts) if parts else "Nothing to tell.")
