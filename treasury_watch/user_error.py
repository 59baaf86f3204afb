"""What a person can mend: told in its own words, without a traceback."""

from __future__ import annotations


class UserError(Exception):
    """A mistake in a file, an option or the machine's state. Its text says what, where and what to do."""
