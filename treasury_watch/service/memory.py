"""Giving memory back: reading a file needs ten times what waiting for the next one does."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from treasury_watch.store.view_cache import forget

_ARENAS = -8
"""``M_ARENA_MAX`` of glibc's malloc.h."""


@cache
def _glibc(name: str) -> Callable[..., int] | None:
    """A function of glibc's allocator; None where the C library has none such (musl, macOS, Windows)."""
    with suppress(OSError, AttributeError, TypeError):
        found: Callable[..., int] = getattr(ctypes.CDLL(None), name)
        return found
    return None


def share_one_heap() -> None:
    """Let all threads use one heap: with one each, what a step has freed is kept from the next step's thread."""
    set_option = _glibc("mallopt")
    if set_option is not None:
        set_option(_ARENAS, 1)


def give_back() -> None:
    """Forget the views read last, collect what is unused and return it to the system."""
    forget()
    gc.collect()
    trim = _glibc("malloc_trim")
    if trim is not None:
        trim(0)
