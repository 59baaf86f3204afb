"""What the lines above a TIC table's figures say of the sign of a flow. The unit is in ``units``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from treasury_watch.core.figures.published import Refusal

_SIGNS = re.compile(
    r"\b(positive|negative) (?:number|figure|value)s?\b(?:(?!positive|negative).)*?"
    r" denotes? an? (\w+) in (?:a |the )?foreign positions?",
    re.IGNORECASE,
)
_AS_EVER = {("positive", "increase"), ("negative", "decrease")}
_WHOLE = "A positive number for net U.S. sales to foreigners denotes an increase in a foreign position"


def signs_as_ever(source: str, head: Iterable[Sequence[str]], *, needed: bool) -> None:
    """
    Raises Refusal (``sign``) unless a positive net means that foreigners bought.

    ``head`` are the lines above the figures, as cells. A file in which no line says it is refused where that is
    ``needed``.
    """
    said = False
    for number, cells in enumerate(head, start=1):
        text = " ".join(" ".join(cells).replace('"', " ").split())
        for number_is, moves in _SIGNS.findall(text):
            said = True
            if (number_is.casefold(), moves.casefold()) not in _AS_EVER:
                problem = f"the sign of net sales has turned: {text!r}"
                raise Refusal(source, "sign", problem, where=f"line {number}", expected=_WHOLE)
    if needed and not said:
        raise Refusal(source, "sign", "no line says what the sign of net sales means", expected=_WHOLE)
