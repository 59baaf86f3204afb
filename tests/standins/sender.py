"""A process that makes one delivery pass and can be killed in the middle: ``python -m tests.standins.sender``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from tests.standins.slack import TOKEN
from treasury_watch.delivery import deliver_due
from treasury_watch.notifiers.registry import make
from treasury_watch.store.database import open_store


def main(database: str, api: str, channel: str) -> None:
    desk = make("slack", {"token": TOKEN, "channel": channel, "api": api})
    delivered = deliver_due(open_store(database), {"desk": desk}, now=lambda: datetime.now(UTC))
    sys.stdout.write(f"{delivered.sent} sent, {delivered.waiting} waiting\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
