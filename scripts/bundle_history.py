"""
Writes the bundled history from the publishers' files: ``python -m scripts.bundle_history FOLDER``.

FOLDER holds the documents named in ``WANTED``. They go through the parsers that the running bot uses, so a file that
the bot would refuse is refused here. The same files give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from itertools import pairwise
from pathlib import Path

from treasury_watch.bundled import COLUMNS, FOLDER, BundledRelease
from treasury_watch.core.auctions.checks import check_identities
from treasury_watch.core.auctions.model import Auction, figures_of, is_contingency_test, tenor
from treasury_watch.core.figures.calendar import published_on, release_moment
from treasury_watch.core.figures.periods import NEW_YORK
from treasury_watch.core.figures.published import Refusal, Release
from treasury_watch.sources import SOURCES
from treasury_watch.sources.auction_fields import IDENTITY, auction_of

HISTORY = "tic/mfhhis01.stamp-2026-05-18.txt"
TABLE_5 = "tic/slt_table5.2026-06-18.txt"
TABLE_1 = "tic/slt_table1.2026-07-14.txt"
PANEL = "auctions/derived_panel.1996-08_2024-02.csv"
HELD = "auctions/fiscaldata_auctions_query_download.1979-11_2025-12.csv"
WANTED = (HISTORY, TABLE_5, TABLE_1, PANEL, HELD)

AUCTIONS = "auctions.treasurydirect"
_MILLIONS = {"tic.table1"}
"""Sources that print millions where the bot counts billions."""

_SHORTEST = 13
"""Auctions in a row: one to judge and the twelve before it. Less history would answer no rule."""

_SHARED_TERM_DAYS = 45


def publications(folder: Path) -> Iterator[BundledRelease]:
    """The bundle, made anew from the publishers' files. Raises Refusal, or FileNotFoundError naming the document."""
    history = SOURCES["tic.history"].parse((folder / HISTORY).read_bytes())
    if history.stamped is None:
        raise Refusal(
            history.source, "stamp", "carries no release day", where=HISTORY, expected="5/18/2026 or the like"
        )
    stamped = published_on(history.stamped)
    yield _bundle(history, HISTORY, stamped)
    for name, file in (("tic.table5", TABLE_5), ("tic.table1", TABLE_1)):
        release = SOURCES[name].parse((folder / file).read_bytes())
        yield _bundle(release, file, release_moment(release.newest))
    yield _auctions(folder)


def text_of(bundle: BundledRelease) -> str:
    """The file as text: lines of what it is, then one row a figure."""
    per = 1000 if bundle.release.source in _MILLIONS else 1
    head = {
        "source": bundle.release.source,
        "file": bundle.file,
        "page": bundle.page,
        "released": bundle.released_at.isoformat(),
        "newest": bundle.release.newest,
        "per": str(per),
        "note": bundle.note,
    }
    out = io.StringIO()
    out.writelines(f"# {key}: {value}\n" for key, value in head.items())
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for figure in sorted(bundle.release.figures):
        derived = "" if float(figure.printed) / per == figure.value else repr(figure.value)
        table.writerow([figure.dataset, figure.entity, figure.period, figure.printed, derived])
    return out.getvalue()


def main(arguments: list[str] | None = None) -> None:
    """Write the bundle and say what is in it."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    asked.add_argument("folder", type=Path, help="where the publishers' files lie: " + ", ".join(WANTED))
    asked.add_argument("--out", type=Path, default=FOLDER, help="where the bundle goes (default: into the package)")
    given = asked.parse_args(arguments)
    missing = [file for file in WANTED if not (given.folder / file).is_file()]
    if missing:
        sys.exit(f"{given.folder} lacks {', '.join(missing)}: give the folder that holds the publishers' files")
    given.out.mkdir(parents=True, exist_ok=True)
    for bundle in publications(given.folder):
        target = given.out / f"{bundle.release.source}.csv.gz"
        # No time and no name inside: the same files must give the same bytes.
        target.write_bytes(gzip.compress(text_of(bundle).encode(), 9, mtime=0))
        first = min(figure.period for figure in bundle.release.figures)
        sys.stdout.write(
            f"{target.name}: {len(bundle.release.figures)} figures, {first} to {bundle.release.newest}, "
            f"{target.stat().st_size / 1024:.0f} kB; {bundle.note}\n"
        )


def _bundle(release: Release, file: str, released_at: datetime, note: str = "as published") -> BundledRelease:
    return BundledRelease(
        release=release,
        released_at=released_at.astimezone(UTC),
        file=Path(file).name,
        page=SOURCES[release.source].url,
        note=note,
    )


def _auctions(folder: Path) -> BundledRelease:
    left_out: Counter[str] = Counter()
    known: list[Auction] = []
    with (folder / PANEL).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            auction, reason = _auction(row)
            if auction is None:
                left_out[reason] += 1
            else:
                known.append(auction)
    with (folder / HELD).open(encoding="utf-8-sig", newline="") as file:
        kept = unbroken(known, list(csv.DictReader(file)))
    left_out["older than a gap in the collection"] = len(known) - len(kept)
    told = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
    newest = max(auction.day for auction in kept)
    # A row carries the hour of its own results; the newest is when all of this was there to be read.
    released_at = max((a.updated for a in kept if a.updated and a.updated.date() == newest), default=_end_of(newest))
    note = f"{len(kept)} auctions as TreasuryDirect published them; left out: {told}"
    release = Release(source=AUCTIONS, newest=newest.isoformat(), figures=figures_of(kept))
    return _bundle(release, PANEL, released_at, note)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), NEW_YORK)


def _auction(row: dict[str, str]) -> tuple[Auction | None, str]:
    """The auction of one row of the collection, or None and why it is left out."""
    kind = row["type"]
    told = row | {
        "securityType": _law(kind, row["term"]),
        "tips": "Yes" if kind == "TIPS" else "No",
        "floatingRate": "Yes" if kind == "FRN" else "No",
        "cashManagementBillCMB": "Yes" if kind == "CMB" else "No",
    }
    try:
        auction = auction_of(AUCTIONS, told, required=IDENTITY)
    except Refusal as refused:
        return None, f"unreadable ({refused.kind})"
    if is_contingency_test(auction):
        return None, "contingency tests"
    return (None, "at odds with themselves") if check_identities(auction) else (auction, "")


def unbroken(known: Iterable[Auction], held: Iterable[dict[str, str]]) -> list[Auction]:
    """
    Of each tenor, the newest auctions in a row without one missing between them.

    "The twelve auctions before" must mean just those: across a gap a mean of twelve would mix years. ``held`` is the
    Treasury's list of every auction held, which tells a gap from a tenor that was sold less often then.
    """
    known = list(known)
    had = {(cusip, a.period) for a in known for cusip in (a.cusip, a.announced_cusip)}
    missing = [
        (row["Security Type"], _tenor(row), row["Auction Date"])
        for row in held
        if (row["CUSIP"], row["Auction Date"]) not in had
    ]
    kept: list[Auction] = []
    for entity in sorted({auction.entity for auction in known}):
        run = sorted((a for a in known if a.entity == entity), key=lambda a: a.day)
        law = _law(run[0].type, run[0].tenor)
        lacking = sorted(day for each, term, day in missing if (each, term) == (law, run[0].tenor))
        # The list has no TIPS and no FRN: a missing 10-Year may be either. Notes and bonds are sold every month, so
        # only what leaves more than a month open is taken for a gap.
        patience = 0 if law == "Bill" else _SHARED_TERM_DAYS
        start = 0
        for place, (before, after) in enumerate(pairwise(run), start=1):
            open_ = any(before.period < day < after.period for day in lacking)
            if open_ and (after.day - before.day).days > patience:
                start = place
        if len(run) - start >= _SHORTEST:
            kept += run[start:]
    return kept


def _law(kind: str, maturity: str) -> str:
    """What a security is by law, which is all that the list of auctions held says of it."""
    if kind == "TIPS":
        return "Bond" if maturity in ("20-Year", "30-Year") else "Note"
    return {"FRN": "Note", "CMB": "Bill"}.get(kind, kind)


def _tenor(row: dict[str, str]) -> str:
    return tenor(row["Security Type"], row["Security Term"], date.fromisoformat(row["Auction Date"]))


if __name__ == "__main__":
    main()
