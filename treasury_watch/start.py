"""Where a command begins: ``alive`` is answered by the standard library alone, any other by the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that was typed, and exit with its code."""
    if sys.argv[1:2] == ["alive"] and not any(word.startswith("-") for word in sys.argv[2:]):
        from treasury_watch import alive  # the check imports nothing else

        sys.exit(alive.main(sys.argv[2:]))
    from treasury_watch.cli.app import main as run  # after the check, which must not wait for it

    run()
