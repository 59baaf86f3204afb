"""The heartbeat: what the service writes, where, and what becomes of it when something is wrong."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from treasury_watch import alive
from treasury_watch.config import load_config
from treasury_watch.service.heartbeat import end_heartbeat, heartbeat_path, write_heartbeat
from treasury_watch.service.wiring import context_of
from treasury_watch.store.database import Engine, open_store
from treasury_watch.user_error import UserError

NOW = datetime(2026, 6, 18, 20, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def written(path: Path, engine: Engine, mistakes: int = 0) -> dict[str, object]:
    config = load_config(ROOT / "config.yaml")
    write_heartbeat(path, engine, context_of(config, ()), mistakes, NOW)
    made: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return made


def test_it_says_when_and_how_sources_and_messages_are(tmp_path: Path) -> None:
    path = tmp_path / "var" / "heartbeat.json"
    beat = written(path, open_store("sqlite://"), mistakes=2)
    assert beat["at"] == NOW.timestamp()
    assert beat["outbox"] == {"due": 0, "failed": 0}
    assert str(beat["says"]).startswith("sources: ")
    assert str(beat["says"]).endswith(" never; messages: 0 waiting, 0 failed; rule files: 2 mistakes")
    assert alive.verdict(str(path), NOW.timestamp() + 5)[0] == 0
    end_heartbeat(path)
    assert alive.verdict(str(path), NOW.timestamp() + 5)[0] == 1
    assert list(path.parent.iterdir()) == []


def test_a_database_that_cannot_be_read_is_told_and_the_service_is_at_work(tmp_path: Path) -> None:
    database = tmp_path / "one.db"
    engine = open_store(f"sqlite:///{database}")
    engine.dispose()
    database.write_bytes(b"no database" * 1000)
    assert "database cannot be read" in str(written(tmp_path / "heartbeat.json", engine)["says"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o500)
    with pytest.raises(UserError, match=r"cannot be written: Permission denied.*TREASURY_WATCH_HEARTBEAT"):
        written(tmp_path / "shut" / "heartbeat.json", open_store("sqlite://"))


def test_a_full_disk_is_told_with_what_to_do() -> None:
    # Writing to it fails as on a disk that is full.
    with pytest.raises(UserError, match="cannot be written: "):
        written(Path("/dev/full/heartbeat.json"), open_store("sqlite://"))


@pytest.mark.parametrize(
    ("database", "environment", "path"),
    [
        ("sqlite:////srv/bot/watch.db", "", "/srv/bot/watch.heartbeat.json"),
        ("postgresql+psycopg://watch@host/watch", "", "var/treasury-watch.heartbeat.json"),
        ("sqlite:////srv/bot/watch.db", "/run/beat.json", "/run/beat.json"),
    ],
)
def test_it_stands_beside_the_database_unless_the_environment_says_where(
    monkeypatch: pytest.MonkeyPatch, database: str, environment: str, path: str
) -> None:
    monkeypatch.setenv(alive.ENVIRONMENT, environment)
    config = load_config(ROOT / "config.yaml", [f"database={database}"])
    assert heartbeat_path(config) == Path(path)
