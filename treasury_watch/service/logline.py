"""One line of log for one turn, as keys and values that a person can search and a machine can read."""

from __future__ import annotations


def logline(event: str, **keys: object) -> str:
    """``polled source=tic.table5 state=fresh says="data to 2026-09, 2 alerts"``; what is None or empty is left out."""
    parts = [event]
    for name, value in keys.items():
        text = " ".join(str(value).split())
        if value is None or not text:
            continue
        plain = all(character not in text for character in ' ="')
        parts.append(f"{name}={text}" if plain else f'{name}="{text.replace(chr(34), chr(39))}"')
    return " ".join(parts)
