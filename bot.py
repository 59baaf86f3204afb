"""The command line's door: ``python bot.py COMMAND``."""

import os
import sys


def _start() -> None:
    try:
        from treasury_watch.start import main

        main()
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] in ("treasury_watch", *sys.stdlib_module_names):
            raise  # a bug of ours: its traceback is worth seeing
        sys.exit(_without(error.name))


def _without(module: str) -> int:
    """Say how the bot is started where this Python has not what it needs: most often the one in .venv was meant."""
    # Without pathlib, which takes longer to load than the health check takes to run.
    ours = os.path.join(os.path.dirname(os.path.abspath(__file__)), ".venv", "bin", "python")  # noqa: PTH100, PTH118, PTH120
    python = ours if os.path.exists(ours) else os.path.join(".venv", "bin", "python")  # noqa: PTH110, PTH118
    print(  # noqa: T201 - what prints elsewhere may be what is missing
        f"{sys.executable} has no {module}: `make run` installs what the bot needs into .venv; then {python} bot.py …",
        file=sys.stderr,
    )
    return 2


if __name__ == "__main__":
    _start()
