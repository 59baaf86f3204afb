"""A folder of rules as it stood in a revision of git, asked of git itself: nothing is checked out."""

from __future__ import annotations

import subprocess
from pathlib import Path

from treasury_watch.rulefiles.folder import MOST_FILES, Folder, shown_as
from treasury_watch.yaml.file import MOST_BYTES, Document, refused

_PATIENCE = 30.0


class NoRevision(Exception):
    """Git cannot give the folder at that revision; says why, and what would do."""


def at_revision(folder: Path, revision: str) -> Folder:
    """The rule files of ``folder`` in a revision (``HEAD``, ``main~3``, a hash). Raises NoRevision."""
    commit = _git(folder, revision, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    commit = commit.strip()
    listed = _git(folder, revision, "ls-tree", "-z", "-l", commit.decode("ascii"), "./").split(b"\0")
    shown = f"{revision}:{shown_as(folder)}"
    files: dict[str, bytes] = {}
    too_large: dict[str, Document] = {}
    for entry in filter(None, listed):
        said, _, path = entry.partition(b"\t")
        _, kind, blob, size = said.split()
        name = Path(path.decode("utf-8", "replace")).name
        if kind != b"blob" or not name.endswith(".yaml") or name.startswith("."):
            continue
        if len(files) >= MOST_FILES:
            raise NoRevision(f"{shown}: holds more than {MOST_FILES} rule files")
        if int(size) > MOST_BYTES:
            said_of = f"is larger than {MOST_BYTES:,} bytes; split it into several files"
            too_large[name] = refused(f"{shown}/{name}", said_of)
        else:
            files[name] = _git(folder, revision, "cat-file", "blob", blob.decode("ascii"))
    return Folder(shown, files, too_large)


def in_git(folder: Path) -> bool:
    """Whether the folder lies in a working copy that has a commit."""
    try:
        _git(folder, "HEAD", "rev-parse", "--verify", "--quiet", "HEAD")
    except NoRevision:
        return False
    return True


def _git(folder: Path, revision: str, *words: str) -> bytes:
    # Its own configuration must neither colour nor page nor ask for anything.
    asked = ["git", "-C", str(folder), "--no-pager", "--no-optional-locks", *words]
    try:
        done = subprocess.run(  # noqa: S603 - git itself, with words of ours; a revision stands behind --end-of-options
            asked, capture_output=True, timeout=_PATIENCE, check=False, stdin=subprocess.DEVNULL
        )
    except FileNotFoundError:
        raise NoRevision("git is not installed; give --against a folder with the rules to compare with") from None
    except subprocess.TimeoutExpired:
        raise NoRevision(f"git did not answer within {_PATIENCE:.0f} seconds") from None
    if done.returncode == 0:
        return done.stdout
    told = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
    if "not a git repository" in told:
        raise NoRevision(f"{folder}: is in no git repository; give --against a folder with the rules to compare with")
    raise NoRevision(told or f'git knows no revision "{revision}"; expected such as HEAD, main or a hash, or a folder')
