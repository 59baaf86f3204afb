"""
Watching a folder of rules by looking at it now and then, which works on every file system and mounted volume.

A file is taken only once it has stood still from one look to the next: an editor that writes in place can be seen in
the middle of it, and half a rule file can be a sound one that asks something else.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final, NamedTuple

from treasury_watch.rulefiles import Folder, read_folder
from treasury_watch.service.logline import logline

log = logging.getLogger(__name__)

_READ_ANYWAY: Final = 15
"""Looks after which files are read whatever their sizes and times say: some volumes keep coarse times."""
_SAY_AFTER: Final = 30
"""Looks at files that never stand still after which the log says so."""


class FileStamp(NamedTuple):
    """What tells one state of a folder of rules from another without reading the files."""

    files: tuple[tuple[str, int, int], ...]


def stamp(folder: Path) -> FileStamp:
    """The names, sizes and times of the folder's files; empty for a folder that is not there."""
    try:
        # Through a mount's link too: Kubernetes swaps a link when a ConfigMap changes.
        found = [(path.name, path.stat()) for path in folder.iterdir() if path.suffix in (".yaml", ".yml")]
    except OSError:
        return FileStamp(())
    return FileStamp(tuple(sorted((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)))


class FolderWatcher:
    """One folder and the state of it that is in force. ``look`` from one thread at a time."""

    def __init__(self, path: Path, in_force: Folder) -> None:
        self._path = path
        self._in_force = in_force.mark()
        self._stamp: FileStamp | None = None
        self._last = self._in_force
        self._quiet = 0
        self._restless = 0

    def look(self) -> Folder | None:
        """The folder as it stands, where that is new and was the same at the look before; else None."""
        seen = stamp(self._path)
        settled = self._last == self._in_force
        if seen == self._stamp and settled and self._quiet < _READ_ANYWAY:
            self._quiet += 1
            return None
        self._stamp, self._quiet = seen, 0
        folder = read_folder(self._path)
        mark = folder.mark()
        still, self._last = mark == self._last, mark
        if mark == self._in_force:
            self._restless = 0
            return None
        if still:
            self._restless = 0
            return folder
        self._restless += 1
        if self._restless == _SAY_AFTER:
            log.warning(logline("rules not read", problem="the files never stand still", folder=folder.shown))
        return None

    def accept(self, folder: Folder) -> None:
        """Note that this state is in force; until then it is offered again at every look."""
        self._in_force = self._last = folder.mark()
