"""What every room of tests shares."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How fast a machine draws examples is no property of the bot: a first run on a busy one builds tables for a second.
settings.register_profile("treasury-watch", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("treasury-watch")

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"


def shared_data(name: str) -> Path:
    """One of the publisher's real files, kept beside the checkout; the test that asks skips where it is absent."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"needs the publisher's own {name} in ../shared/data, which is not here")
    return path
