"""
Who holds a lease, and whether they can still be at work.

A lease names its holder as place, process, start of the process and run. The place is a host's boot and its process
namespace: only there does a process id mean anything, so two containers that share a host name never judge each other.
Where the holder cannot be judged (another host, a restarted container, no /proc), its lease simply runs out.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_PROC = Path("/proc")
_running: set[str] = set()


@contextmanager
def at_work() -> Iterator[str]:
    """
    Give the name under which leases are taken while the block lasts.

    However the block ends, its leases count as abandoned from then on, in this process and in every other one here.
    """
    pid = os.getpid()
    holder = f"{_place()}:{pid}:{_start_of(pid)}:{uuid.uuid4().hex[:8]}"
    _running.add(holder)
    try:
        yield holder
    finally:
        _running.discard(holder)


def is_gone(holder: str) -> bool:
    """Tell whether the holder is certain to have ended; False where that cannot be known from here."""
    place, pid, start, _ = holder.rsplit(":", 3)
    if place != _place():
        return False
    if int(pid) == os.getpid() and start == _start_of(os.getpid()):
        return holder not in _running
    return _start_of(int(pid)) != start


@cache
def _place() -> str:
    host = socket.gethostname()
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        namespace = (_PROC / "self/ns/pid").readlink()
    except OSError:
        # Without /proc no process but this one can be judged: a place of our own says so.
        return f"{host}/{uuid.uuid4().hex}"
    return f"{host}/{boot}/{namespace}"


def _start_of(pid: int) -> str:
    """
    Give the tick at which a process began, which tells it from a later one with the same id.

    Empty if there is no such process, or only what is left of one that was killed.
    """
    try:
        stat = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    # The second field is the program's name in brackets, which may hold spaces and brackets itself.
    fields = stat.rpartition(")")[2].split()
    state, start = fields[0], fields[19]
    return "" if state in "ZX" else start
