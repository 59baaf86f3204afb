"""The command line: ``python bot.py COMMAND`` and ``treasury-watch COMMAND``."""
