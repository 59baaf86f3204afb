"""What every room of tests shares."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"


def shared_data(name: str) -> Path:
    """One of the publisher's real files, kept beside the checkout; the test that asks skips where it is absent."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"needs the publisher's own {name} in ../shared/data, which is not here")
    return path
