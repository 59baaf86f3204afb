"""The README's commands are run as they stand there: a reader who copies one must not be the first to try it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
RUNNABLE = re.findall(r"^```sh runs\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_readme_has_commands_to_run() -> None:
    assert RUNNABLE


@pytest.mark.slow("the commands of the README as a reader types them")
@pytest.mark.parametrize("block", RUNNABLE, ids=[block.splitlines()[0] for block in RUNNABLE])
def test_a_command_of_the_readme_works(block: str, tmp_path: Path) -> None:
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "TREASURY_WATCH_DATABASE": f"sqlite:///{tmp_path / 'state.db'}",
    }
    asked = ["bash", "-euo", "pipefail", "-c", block]
    done = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    assert done.stdout.strip(), f"{block} says nothing"


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", README))
def test_a_link_of_the_readme_leads_somewhere(target: str) -> None:
    assert "://" in target or (ROOT / target).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z]+)`", README))))
def test_a_make_target_of_the_readme_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
