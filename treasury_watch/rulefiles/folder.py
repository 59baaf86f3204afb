"""
The files of a folder of rules as they stand at one moment: read once, so that all who judge them judge the same bytes.

Bounded: a file is read to just beyond what any rule file may hold, and only so many of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from treasury_watch.yaml.file import Document, parse, read_body, refused

MOST_FILES = 300
"""Rule files in one folder."""


@dataclass(frozen=True, slots=True)
class Folder:
    """
    Rule files by name, as bytes; ``shown`` is the folder as problems name it.

    ``refused`` are files that could not be read, already as problems; ``misnamed`` those that look like YAML and are
    not read. ``unread`` says why the folder itself could not be.
    """

    shown: str
    files: Mapping[str, bytes]
    refused: Mapping[str, Document] = field(default_factory=dict)
    misnamed: tuple[str, ...] = ()
    unread: str = ""

    def called(self, name: str) -> str:
        """A file as problems name it."""
        return f"{self.shown}/{name}"

    def names(self) -> list[str]:
        """All rule files, whether they could be read or not."""
        return sorted((*self.files, *self.refused))

    def documents(self) -> dict[str, Document]:
        """Every file as nodes, in the order of their names."""
        read_ones = {name: parse(body, self.called(name)) for name, body in self.files.items()}
        return dict(sorted((read_ones | dict(self.refused)).items()))

    def mark(self) -> str:
        """A short text that changes exactly when what stands in the files does, whatever their times say."""
        told = hashlib.sha256(self.unread.encode())
        for name, body in sorted(self.files.items()):
            told.update(f"\0{name}\0{len(body)}\0".encode())
            told.update(body)
        for name, document in sorted(self.refused.items()):
            told.update(f"\0{name}\0{document.faults}\0".encode())
        told.update("\0".join(self.misnamed).encode())
        return told.hexdigest()


def read_folder(folder: Path) -> Folder:
    """All ``*.yaml`` of a folder. Never raises: what cannot be read says so itself."""
    shown = shown_as(folder)
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        said = f"the folder of rules cannot be read ({error.strerror}); check `rules` in config.yaml"
        return Folder(shown, {}, unread=said)
    misnamed = tuple(path.name for path in paths if path.suffix.lower() in (".yml", ".yaml") and path.suffix != ".yaml")
    paths = [path for path in paths if path.suffix == ".yaml"]
    if len(paths) > MOST_FILES:
        said = f"holds {len(paths):,} rule files; expected at most {MOST_FILES}: put the rules into fewer"
        return Folder(shown, {}, unread=said)
    files: dict[str, bytes] = {}
    unreadable: dict[str, Document] = {}
    for path in paths:
        body = read_body(path)
        if isinstance(body, str):
            unreadable[path.name] = refused(f"{shown}/{path.name}", body)
        else:
            files[path.name] = body
    return Folder(shown, files, unreadable, misnamed)


def shown_as(folder: Path) -> str:
    """The folder as a person would name it: from where they stand, if it lies below."""
    try:
        return folder.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return folder.as_posix()
