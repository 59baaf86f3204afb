"""Giving memory back: taking in a file needs ten times what waiting for the next one does."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress
from functools import cache


@cache
def _trim() -> Callable[[int], int] | None:
    """``malloc_trim`` of glibc; None where the C library has none (musl, macOS, Windows)."""
    with suppress(OSError, AttributeError, TypeError):
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
        return trim
    return None


def give_back() -> None:
    """Collect what is unused and return it to the system."""
    gc.collect()
    trim = _trim()
    if trim is not None:
        trim(0)
