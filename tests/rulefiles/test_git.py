"""Rules kept in git: the samples run, and plan reads a revision without touching a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from treasury_watch.rulefiles import read_rules
from treasury_watch.rulefiles.git import NoRevision, at_revision, in_git

SAMPLES = ROOT / "docs" / "rules-in-git"
RULE = """rules:
  - id: japan-cut
    title: "{holder} cut {measure} in {period}"
    data: tic.holdings
    only: {holder: Japan}
    measure: {change: 1 month}
    fire: {at_most: -30bn}
    tests:
      - name: the level itself is a cut
        series: {Japan: 1120bn 1090bn}
        start: 2025-01
        expect: [{at: 2025-02, fires: {Japan: notice}}]
"""


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=An Analyst", "-c", "user.email=analyst@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk's repository, one edit after its last commit."""
    try:
        git(tmp_path, "init", "--quiet")
    except (OSError, subprocess.CalledProcessError) as problem:
        pytest.skip(f"needs git: {problem}")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "holders.yaml").write_text(RULE)
    (tmp_path / "config.yaml").write_text("rules: rules\nchannels: {console: {kind: console}}\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "rules: Japan")
    (tmp_path / "rules" / "holders.yaml").write_text(RULE.replace("-30bn}", "-40bn}").replace("1090bn", "1080bn"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "bot.py"), *words], capture_output=True, text=True, timeout=120, check=False
    )


def test_the_rules_of_a_revision_are_read_and_no_file_is_touched(context: Path) -> None:
    edited = (context / "rules" / "holders.yaml").read_text()
    book = read_rules(at_revision(Path("rules"), "HEAD"))
    assert [rule.fire.a for rule in book.rules] == [-30.0]
    assert book.files == ("HEAD:rules/holders.yaml",)
    assert (context / "rules" / "holders.yaml").read_text() == edited


@pytest.mark.parametrize("revision", ["nope", "--help", "-x", "HEAD:rules", "", "HEAD; true"])
def test_what_is_no_revision_is_said_to_be_none(context: Path, revision: str) -> None:
    with pytest.raises(NoRevision):
        at_revision(Path("rules"), revision)


def test_a_folder_outside_of_git_is_told_from_one_inside(
    context: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    assert in_git(Path("rules"))
    assert not in_git(outside)
    with pytest.raises(NoRevision, match="is in no git repository; give --against a folder"):
        at_revision(outside, "HEAD")


def test_without_git_plan_says_what_would_do(context: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoRevision, match="git is not installed; give --against a folder"):
        at_revision(Path("rules"), "HEAD")


def hooks() -> list[dict[str, Any]]:
    (repo,) = yaml.safe_load((SAMPLES / "pre-commit-config.yaml").read_text())["repos"]
    assert repo["repo"] == "local", "a hook that is fetched would need a host"
    found: list[dict[str, Any]] = repo["hooks"]
    return found


@pytest.mark.slow("hooks as git runs them")
@pytest.mark.parametrize("hook", hooks(), ids=lambda hook: str(hook["id"]))
def test_each_hook_of_the_sample_passes_on_sound_rules(context: Path, hook: dict[str, Any]) -> None:
    name, *words = hook["entry"].split()
    assert name == "treasury-watch"
    done = run(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    if "plan" in words:
        assert "japan-cut: at_most −30bn → −40bn; tests 1 example → rewritten; would have fired" in done.stdout


@pytest.mark.slow("hooks as git runs them")
@pytest.mark.parametrize(("hook", "code"), [("rules-check", 2), ("rules-test", 2), ("rules-plan", 2)])
def test_each_hook_of_the_sample_stops_a_mistake(context: Path, hook: str, code: int) -> None:
    (context / "rules" / "holders.yaml").write_text(RULE.replace("at_most", "atmost"))
    (entry,) = [each["entry"] for each in hooks() if each["id"] == hook]
    assert run(*entry.split()[1:]).returncode == code


def test_the_sample_workflow_runs_the_same_three_commands() -> None:
    workflow = yaml.safe_load((SAMPLES / "workflow.yaml").read_text())
    said = "\n".join(step.get("run", "") for step in workflow["jobs"]["rules"]["steps"])
    assert [
        word for word in ("check", "test --require-tests", "plan --against") if f"treasury-watch {word}" in said
    ] == [
        "check",
        "test --require-tests",
        "plan --against",
    ]
