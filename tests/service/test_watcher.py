"""Watching rule files: what is read has stood still, and nothing that changed is missed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from treasury_watch.rulefiles import read_folder
from treasury_watch.service.watcher import FolderWatcher

WHOLE = b"rules:\n  - id: a\n    title: t\n    levels: {high: 1tn}\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "a.yaml").write_bytes(WHOLE)
    return folder


def watching(rules: Path) -> FolderWatcher:
    return FolderWatcher(rules, read_folder(rules))


def looks(watch: FolderWatcher, count: int) -> list[bool]:
    return [watch.look() is not None for _ in range(count)]


def test_files_that_stay_as_they_are_are_never_offered(rules: Path) -> None:
    assert looks(watching(rules), 40) == [False] * 40


def test_an_edit_is_offered_once_it_was_the_same_at_two_looks_and_until_it_is_accepted(rules: Path) -> None:
    watch = watching(rules)
    (rules / "a.yaml").write_bytes(WHOLE + b"# more\n")
    assert looks(watch, 3) == [False, True, True]
    folder = watch.look()
    assert folder is not None
    assert folder.files["a.yaml"].endswith(b"# more\n")
    watch.accept(folder)
    assert looks(watch, 20) == [False] * 20


def test_a_file_that_is_still_being_written_waits(rules: Path) -> None:
    watch = watching(rules)
    for cut in (0, 17, 30):
        (rules / "a.yaml").write_bytes(WHOLE[:cut])
        assert watch.look() is None
    (rules / "a.yaml").write_bytes(WHOLE)
    assert looks(watch, 3) == [False, False, False], "it is what it was: there is nothing to read"


def test_an_edit_that_is_taken_back_before_it_settled_is_none(rules: Path) -> None:
    watch = watching(rules)
    (rules / "a.yaml").write_bytes(b"rules: []\n")
    assert watch.look() is None
    (rules / "a.yaml").write_bytes(WHOLE)
    assert looks(watch, 20) == [False] * 20


def test_an_edit_that_leaves_size_and_time_as_they_were_is_seen_all_the_same(rules: Path) -> None:
    """Some volumes keep times to the second only, and an edit of a level keeps the size."""
    watch = watching(rules)
    looks(watch, 3)
    then = (rules / "a.yaml").stat()
    (rules / "a.yaml").write_bytes(WHOLE.replace(b"1tn", b"2tn"))
    os.utime(rules / "a.yaml", ns=(then.st_atime_ns, then.st_mtime_ns))
    assert True in looks(watch, 30)


@pytest.mark.parametrize("change", ["new", "gone", "renamed"])
def test_files_that_come_and_go_are_seen(rules: Path, change: str) -> None:
    watch = watching(rules)
    if change == "new":
        (rules / "b.yaml").write_bytes(b"rules: []\n")
    elif change == "gone":
        (rules / "a.yaml").unlink()
    else:
        (rules / "a.yaml").rename(rules / "b.yaml")
    assert looks(watch, 2) == [False, True]


def test_a_mount_that_swaps_a_link_is_seen(tmp_path: Path) -> None:
    """Kubernetes shows a ConfigMap through a link that it turns to a new folder."""
    for version, body in (("v1", WHOLE), ("v2", WHOLE + b"# v2\n")):
        (tmp_path / version).mkdir()
        (tmp_path / version / "a.yaml").write_bytes(body)
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "..data").symlink_to(tmp_path / "v1")
    (rules / "a.yaml").symlink_to(rules / "..data" / "a.yaml")
    watch = watching(rules)
    (rules / "..next").symlink_to(tmp_path / "v2")
    (rules / "..next").rename(rules / "..data")
    assert looks(watch, 2) == [False, True]


def test_files_that_never_stand_still_are_said_once_in_the_log(rules: Path, caplog: pytest.LogCaptureFixture) -> None:
    watch = watching(rules)
    for number in range(50):
        (rules / "a.yaml").write_bytes(WHOLE + b"#" * number)
        assert watch.look() is None or number == 0
    assert [record.message for record in caplog.records if "stand still" in record.message] != []
    assert len(caplog.records) == 1
