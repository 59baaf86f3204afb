"""The command line's door: ``python bot.py COMMAND``."""

from treasury_watch.cli import main

if __name__ == "__main__":
    main()
