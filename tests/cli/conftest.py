"""What the command line's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.store import Desk, install


@pytest.fixture
def context(tmp_path: Path) -> Desk:
    """An installation whose one source nobody answers for."""
    return install(tmp_path)
