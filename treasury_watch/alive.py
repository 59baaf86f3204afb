"""
``alive``: whether the service is at work, by the heartbeat that it writes. For health checks, every minute for years.

Nothing but the standard library, and little of it: a check must cost less than what it watches.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time

ENVIRONMENT = "TREASURY_WATCH_HEARTBEAT"
"""Where the heartbeat is, if that was set; the service and the check read it alike."""
DEFAULT = os.path.join("var", "treasury-watch.heartbeat.json")  # noqa: PTH118 - pathlib takes longer to load than the check to run
STALE_AFTER = 120
"""Seconds after which a heartbeat counts as stopped. One is written every few seconds."""
AHEAD = 60
"""Seconds by which a heartbeat may lie ahead of the clock that reads it."""


def verdict(path: str, now: float) -> tuple[int, str]:
    """The exit code, and a sentence: 0 where the service wrote its heartbeat within the last two minutes."""
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - as above
            beat = json.load(file)
        age = now - float(beat["at"])
        told = str(beat["says"])
    except FileNotFoundError:
        return 1, f"no heartbeat at {path}: the service is not running here"
    except (OSError, ValueError, KeyError, TypeError, OverflowError) as error:
        return 1, f"the heartbeat at {path} cannot be read ({error}); expected what the service writes"
    if not math.isfinite(age):
        return 1, f"the heartbeat at {path} cannot be read (its time is no number); expected what the service writes"
    if age < -AHEAD:
        return 1, f"the last heartbeat is {-age:.0f} seconds ahead of this clock; set the clock right"
    if age > STALE_AFTER:
        return 1, f"stopped: the last heartbeat is {age:.0f} seconds old; expected one every few seconds"
    return 0, f"at work, last turn {max(age, 0):.0f} s ago; {told}"


def main(arguments: list[str]) -> int:
    """Print the verdict of the heartbeat named, or of the usual one, and give the exit code."""
    path = arguments[0] if arguments else os.environ.get(ENVIRONMENT) or DEFAULT
    code, says = verdict(path, time.time())
    print(says, file=sys.stderr if code else sys.stdout)
    return code
