"""``alive``: by the heartbeat alone, and without any library."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT
from treasury_watch import alive


def beat(path: Path, **changes: object) -> Path:
    path.write_text(json.dumps({"at": time.time(), "says": "sources: 8 fresh"} | changes), encoding="utf-8")
    return path


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "bot.py"), "alive", *words],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_service_that_wrote_just_now_is_at_work(tmp_path: Path) -> None:
    done = run(str(beat(tmp_path / "heartbeat.json")))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("at work, last turn ")
    assert done.stdout.endswith("sources: 8 fresh\n")


def test_the_environment_says_where_the_heartbeat_is(tmp_path: Path) -> None:
    assert run(**{alive.ENVIRONMENT: str(beat(tmp_path / "elsewhere.json"))}).returncode == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "the service is not running here"),
        ("", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"at": NaN, "says": ""}', "cannot be read"),
        ('{"at": 1' + "0" * 400 + ', "says": ""}', "cannot be read"),
        ('{"at": "soon", "says": ""}', "cannot be read"),
        ('{"says": "no time"}', "cannot be read"),
        (json.dumps({"at": 1.0, "says": ""}), "stopped: the last heartbeat is "),
        (json.dumps({"at": 99_999_999_999.0, "says": ""}), "ahead of this clock; set the clock right"),
    ],
)
def test_what_is_no_fresh_heartbeat_is_told_and_ends_with_1(tmp_path: Path, text: str | None, says: str) -> None:
    path = tmp_path / "heartbeat.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    done = run(str(path))
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr


@pytest.mark.parametrize(("age", "code"), [(0, 0), (119, 0), (121, 1), (-59, 0), (-61, 1)])
def test_a_heartbeat_counts_for_two_minutes(tmp_path: Path, age: float, code: int) -> None:
    assert alive.verdict(str(beat(tmp_path / "one.json", at=1000.0)), 1000.0 + age)[0] == code


def test_the_check_imports_no_package(tmp_path: Path) -> None:
    asked = (
        "import runpy, sys; sys.argv = ['bot.py', 'alive', sys.argv[1]]\n"
        "try: runpy.run_path('bot.py', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "ours = {'treasury_watch', 'treasury_watch.start', 'treasury_watch.alive'}\n"
        "print(*(name for name in sys.modules if name.partition('.')[0] not in sys.stdlib_module_names\n"
        "        and name not in ours and not name.startswith('__')), file=sys.stderr)"
    )
    words = [sys.executable, "-S", "-c", asked, str(beat(tmp_path / "one.json"))]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr.strip() == ""
    assert done.stdout.startswith("at work")


def test_the_version_is_that_of_the_newest_change() -> None:
    done = subprocess.run(
        [sys.executable, "bot.py", "--version"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    newest = re.findall(r"^## (\S+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)[0]
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert done.stdout == f"treasury-watch {newest}\n" == f"treasury-watch {declared}\n"


def test_the_command_line_knows_it_too() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "for health checks" in done.stdout
