"""The command line's door: ``python bot.py COMMAND``."""

import sys
from pathlib import Path


def _start() -> None:
    try:
        from treasury_watch.cli import main

        main()
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] in ("treasury_watch", *sys.stdlib_module_names):
            raise  # a bug of ours: its traceback is worth seeing
        sys.exit(_without(error.name))


def _without(module: str) -> int:
    """Say how the bot is started where this Python has not what it needs: most often the one in .venv was meant."""
    ours = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
    python = ours if ours.exists() else ".venv/bin/python"
    print(  # noqa: T201 - what prints elsewhere may be what is missing
        f"{sys.executable} has no {module}: `make run` installs what the bot needs into .venv; then {python} bot.py …",
        file=sys.stderr,
    )
    return 2


if __name__ == "__main__":
    _start()
