"""
The image, built and started as an operator would: read-only, as nobody, without network, on history alone.

It takes a minute or two and needs podman or docker with a base image, so it runs only where TREASURY_WATCH_CONTAINER=1
asks for it (``.ci/run`` does where it can).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMAGE = "localhost/treasury-watch:test"
ENGINE = shutil.which("podman") or shutil.which("docker") or ""
HARDENED = [
    *("--network=none", "--read-only", "--tmpfs=/tmp", "--user=10001:10001", "--cap-drop=ALL"),
    *("--security-opt=no-new-privileges", "--memory=256m", "--pids-limit=64"),
]


def engine(*words: str, check: bool = True, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([ENGINE, *words], capture_output=True, text=True, timeout=timeout, check=False)
    assert not check or done.returncode == 0, f"{Path(ENGINE).name} {' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def image() -> str:
    if os.environ.get("TREASURY_WATCH_CONTAINER") != "1":
        pytest.skip("set TREASURY_WATCH_CONTAINER=1 to build and start the image; it takes a minute or two")
    if not ENGINE or engine("info", check=False).returncode:
        pytest.skip("neither podman nor a running docker is here to build the image with")
    # A machine may trust certificates of its own; they are lent to the build and stay out of the image.
    trusted = Path(os.environ.get("CA", ""))
    lent = [f"--volume={trusted}:{trusted}:ro"] if trusted.is_file() and ENGINE.endswith("podman") else []
    engine("build", "--network=host", *lent, "--tag", IMAGE, str(ROOT), timeout=900)
    return IMAGE


@pytest.fixture
def volume() -> Iterator[str]:
    name = f"treasury-watch-test-{os.getpid()}"
    engine("volume", "create", name)
    yield name
    engine("volume", "rm", "--force", name, check=False)


@pytest.fixture
def bot(image: str, volume: str) -> Iterator[str]:
    """A running container, killed in the end whatever happened."""
    name = f"treasury-watch-test-{os.getpid()}"
    engine("run", "--detach", "--name", name, *HARDENED, f"--volume={volume}:/var/lib/treasury-watch", image)
    yield name
    engine("rm", "--force", name, check=False)


def test_the_image_runs_as_nobody_carries_no_installer_and_says_how_it_is(image: str) -> None:
    [inspected] = json.loads(engine("image", "inspect", image).stdout)
    config = inspected.get("Config", {})
    assert config["User"] == "10001:10001"
    assert config["Entrypoint"] == ["treasury-watch"]
    assert config["Cmd"] == ["run"]
    health = config.get("Healthcheck") or inspected.get("HealthCheck") or inspected["Healthcheck"]
    assert health["Test"] == ["CMD", "treasury-watch", "alive"]
    absent = engine("run", "--rm", *HARDENED, "--entrypoint=python", image, "-m", "pip", "--version", check=False)
    assert "No module named pip" in absent.stderr


def test_the_rules_that_come_with_the_image_are_sound(image: str) -> None:
    engine("run", "--rm", *HARDENED, image, "check")


def test_an_operators_own_rules_take_the_place_of_the_defaults(image: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("rules:\n  - id: mine\n    titel: x\n", encoding="utf-8")
    tmp_path.chmod(0o755)
    mounted = f"--volume={tmp_path}:/etc/treasury-watch/rules:ro"
    done = engine("run", "--rm", *HARDENED, mounted, image, "check", check=False)
    assert done.returncode == 2
    assert "mine.yaml:3:4" in done.stdout + done.stderr


def test_it_starts_read_only_without_network_and_stops_within_ten_seconds(bot: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        status = engine("exec", bot, "treasury-watch", "status", "--json", check=False)
        if status.stdout.startswith("{") and json.loads(status.stdout)["rules"]["loaded"]:
            break
        assert engine("inspect", "--format={{.State.Running}}", bot).stdout.strip() == "true", engine(
            "logs", bot
        ).stderr
        assert time.monotonic() < deadline, f"no status in a minute: {status.stdout}{status.stderr}"
        time.sleep(0.5)
    began = time.monotonic()
    engine("stop", "--time=10", bot)
    assert time.monotonic() - began < 10
    assert engine("inspect", "--format={{.State.ExitCode}}", bot).stdout.strip() == "0"


def test_the_state_outlives_the_container(image: str, volume: str) -> None:
    kept = f"--volume={volume}:/var/lib/treasury-watch"
    engine("run", "--rm", *HARDENED, kept, image, "run", "--once", check=False)
    listed = engine("run", "--rm", *HARDENED, kept, "--entrypoint=ls", image, "/var/lib/treasury-watch").stdout
    assert "treasury-watch.db" in listed
