"""One editor for all tests of this room: what it is told of one file, it forgets with the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.standins.editor import Editor, editor


@pytest.fixture(scope="session")
def vscode() -> Iterator[Editor]:
    """The language server behind YAML in VS Code; skips where it cannot be had."""
    with editor() as opened:
        yield opened
