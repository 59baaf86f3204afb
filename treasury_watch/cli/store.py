"""The store that a command asks."""

from __future__ import annotations

from treasury_watch.bundled import bundled_releases
from treasury_watch.config import Config
from treasury_watch.store.database import Engine, NoStoreYet, open_store, writing
from treasury_watch.store.release_writer import store_release


def open_to_read(config: Config) -> Engine:
    """
    The store to ask; where there is none yet, bundled history alone, in memory.

    Asking changes nothing: no store is made, and rules that were edited are not taken for those in force.
    """
    try:
        return open_store(config.database_url, make=False)
    except NoStoreYet:
        engine = open_store("sqlite://")
        with writing(engine) as conn:
            for old in bundled_releases():
                store_release(
                    conn, old.release, None, released_at=old.released_at, seen_at=old.released_at, bundled=True
                )
        return engine
