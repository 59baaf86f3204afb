"""What the command line's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.store import Setup, install


@pytest.fixture
def context(tmp_path: Path) -> Setup:
    """An installation whose one source nobody answers for."""
    return install(tmp_path)


@pytest.fixture(autouse=True)
def _no_pause_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that nobody answers for is tried as often as ever, at once."""
    monkeypatch.setattr("treasury_watch.sources.http._pause", lambda _attempt: 0.0)
