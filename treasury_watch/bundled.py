"""
The history that comes with the bot, so that a rule which looks back twelve auctions or to 2008 has its answer at once.

It is context, not news: nothing is alerted from it. Each file holds one publication as the bot's own parsers read it,
with the publisher's printed values, its page and its day (``scripts/bundle_history.py`` writes them).
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from treasury_watch.core.figures.published import Figure, Release

FOLDER = Path(__file__).parent / "data"
COLUMNS = ["dataset", "entity", "period", "printed", "value"]
"""``value`` stands only where it is not the printed number divided by ``per``: the unrounded shares of auctions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledRelease:
    """
    One publication out of the bundle.

    ``release.source`` is the name under which it would be polled. ``file`` and ``page`` say which document at which
    publisher's address it was, ``released_at`` (UTC) when that stood there first, ``note`` what was left out.
    """

    release: Release
    released_at: datetime
    file: str
    page: str
    note: str


def bundled_releases(folder: Path = FOLDER) -> list[BundledRelease]:
    """Every bundled publication, oldest first. Takes a tenth of a second and no network."""
    return sorted((read(path) for path in folder.glob("*.csv.gz")), key=lambda each: each.released_at)


def read(path: Path) -> BundledRelease:
    """One bundled file. Raises ValueError with the file and line where it is not one that the script wrote."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        lines = file.read().splitlines()
    head = dict(line.removeprefix("# ").split(": ", 1) for line in lines if line.startswith("# "))
    rows = csv.reader(line for line in lines if not line.startswith("# "))
    try:
        if next(rows) != COLUMNS:
            raise ValueError(f"columns are not {', '.join(COLUMNS)}")  # noqa: TRY301 -- told below with its file
        per = float(head["per"])
        figures = tuple(
            Figure(dataset, entity, period, float(value) if value else float(printed) / per, printed)
            for dataset, entity, period, printed, value in rows
        )
        return BundledRelease(
            release=Release(source=head["source"], newest=head["newest"], figures=figures),
            released_at=datetime.fromisoformat(head["released"]),
            file=head["file"],
            page=head["page"],
            note=head["note"],
        )
    except (KeyError, StopIteration, ValueError) as problem:
        place = f"{path.name}, row {rows.line_num}"
        raise ValueError(f"{place}: {problem!r}: no bundled history; rebuild it with `make bundle`") from problem
