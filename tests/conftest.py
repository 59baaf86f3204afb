"""What every room of tests shares."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text

from treasury_watch.store.database import open_store

# How fast a machine draws examples is no property of the bot: a first run on a busy one builds tables for a second.
settings.register_profile(
    "treasury-watch", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", settings.get_profile("treasury-watch"), max_examples=15)
settings.load_profile(os.environ.get("TREASURY_WATCH_TESTS", "treasury-watch"))

SERVERS = {"postgresql", "slack", "vscode", "image"}
"""Fixtures behind each of which a whole server starts."""
WHOLE_ROOMS = {"stories", "editor", "container"}
"""Folders in which every test runs whole programs."""

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server, so that ``make quick`` leaves it out without anybody thinking of it."""
    for item in items:
        call = getattr(item, "callspec", None)
        needs = {*getattr(item, "fixturenames", ()), call.params.get("store_url", "") if call else ""}
        if needs & SERVERS or item.path.parent.name in WHOLE_ROOMS:
            item.add_marker("server")


def shared_data(name: str) -> Path:
    """One of the publisher's real files, kept beside the checkout; the test that asks skips where it is absent."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"needs the publisher's own {name} in ../shared/data, which is not here")
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL of this test run's own, as an address without a database; skips where none can start."""
    server = pytest.importorskip("pgserver", reason="needs PostgreSQL: pgserver is not installed for this Python")
    folder = TemporaryDirectory(prefix="treasury-watch-postgresql-", ignore_cleanup_errors=True)
    try:
        # Not in pytest's own folder, which the user that PostgreSQL runs as may not enter.
        running = server.get_server(folder.name, cleanup_mode="stop")
    except (OSError, RuntimeError, AssertionError) as error:
        pytest.skip(f"needs PostgreSQL, which does not start here: {error}")
    with folder, running:
        address = running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        _never_waits_for_the_disk(address)
        yield address


def _never_waits_for_the_disk(address: str) -> None:
    """Nothing of a test outlives it: without this a database takes half a second to make and longer to end."""
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as conn:
        for setting in ("fsync", "full_page_writes"):
            conn.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        conn.execute(text("SELECT pg_reload_conf()"))
    server.dispose()


_databases = itertools.count(1)


def _new_database(address: str, name: str, template: str = "template1") -> str:
    """The address of a database that is a copy of another one on the same server."""
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    server.dispose()
    return server.url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated(postgresql: str) -> str:
    """A database whose tables are made, to be copied: that takes a tenth of the time of making them."""
    open_store(_new_database(postgresql, "migrated")).dispose()
    return "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store: every test that asks runs on both databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server, template = request.getfixturevalue("postgresql"), request.getfixturevalue("migrated")
    return _new_database(server, f"store_{next(_databases)}", template)
