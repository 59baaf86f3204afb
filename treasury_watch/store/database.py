"""Opening the store: SQLite (WAL, writers wait their turn) or PostgreSQL; migrations run by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError

from treasury_watch.store.migrations import MIGRATIONS
from treasury_watch.user_error import UserError

__all__ = ["Connection", "Engine", "NoStoreYet", "StoreError", "open_store", "reading", "writing"]
"""SQLAlchemy's two types are for other rooms' signatures: the library itself comes in by the store's door only."""

_WRITERS_LOCK = 7_421_606_117  # any number that no other program takes on the same PostgreSQL


class StoreError(UserError):
    """The database cannot be used; says which, why, and what to do. Never holds a password."""


class NoStoreYet(StoreError):
    """There is no store at that place, and none was to be made."""


def open_store(url: str, *, make: bool = True) -> Engine:
    """
    The database at ``url``, brought up to date, and made if it is not there. Raises StoreError.

    ``sqlite:///var/treasury-watch.db`` or ``postgresql+psycopg://user@host/name``. Without ``make``, raises NoStoreYet
    where there is none: who only asks leaves no trace. Whatever later goes wrong with the database itself (locked,
    full, gone) is raised as StoreError too, wherever it occurs.
    """
    try:
        target = make_url(url)
    except ArgumentError:
        raise StoreError("database: not an address; expected such as sqlite:///var/treasury-watch.db") from None
    shown = target.render_as_string(hide_password=True)
    if target.get_backend_name() == "sqlite" and target.database not in (None, "", ":memory:"):
        file = Path(str(target.database))
        if not make and not file.exists():
            raise NoStoreYet(f"{shown}: there is no store yet; `run` makes it")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{shown}: cannot make its folder: {error.strerror}; make it writable") from None
    try:
        engine = create_engine(target, future=True)
        event.listen(engine, "handle_error", _as_store_error(shown), retval=True)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        if not make:
            with reading(engine) as conn:
                if not inspect(conn).has_table("schema_version"):
                    raise NoStoreYet(f"{shown}: there is no store yet; `run` makes it")
        with writing(engine) as conn:
            _migrate(conn, shown)
    except DBAPIError as error:
        raise StoreError(f"{shown}: {error.orig}; is it there, writable, and not full?") from None
    except ImportError as error:
        raise StoreError(f"{shown}: no driver: {error}; sqlite:/// and postgresql+psycopg:// are known") from None
    return engine


def _as_store_error(shown: str) -> Callable[[ExceptionContext], BaseException | None]:
    """What the database itself cannot do is one line for a person; a mistake of ours stays the error it is."""

    def told(context: ExceptionContext) -> BaseException | None:
        error = context.sqlalchemy_exception
        # SQLite calls a damaged file a plain DatabaseError, whose subclasses are mistakes of ours.
        if isinstance(error, OperationalError) or type(error) is DatabaseError:
            reason = str(context.original_exception).partition("\n")[0]
            return StoreError(f"{shown}: {reason}; is it there, writable, and not full?")
        return None

    return told


def _migrate(conn: Connection, shown: str) -> None:
    conn.execute(text("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"))
    version = conn.execute(text("SELECT max(version) FROM schema_version")).scalar() or 0
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{shown}: it was written by a newer Treasury Watch (schema {version}, this one knows {len(MIGRATIONS)}); "
            "start that version, or point `database` elsewhere"
        )
    for number, migrate in enumerate(MIGRATIONS[version:], start=version + 1):
        migrate(conn)
        conn.execute(text("INSERT INTO schema_version (version) VALUES (:version)"), {"version": number})


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(conn: Connection) -> None:
    # A transaction that will write takes its turn at once: one that begins by reading and then writes can be refused
    # by SQLite in a way that waiting cannot mend.
    reading = conn.get_execution_options().get("reading", False)
    conn.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes, one at a time over all processes and replicas: all of it, or nothing."""
    with engine.begin() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITERS_LOCK})
        yield conn


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: one consistent picture, and nobody waits for it."""
    with engine.connect().execution_options(reading=True) as conn, conn.begin():
        yield conn
