"""
Holding a release that is odd beside the one before it: it is kept whole and not judged, and a person is asked.

The bounds are each source's own (``Source.doubts``). The same file, served again, is held as before and not told again;
one that somebody decided about stays as it was decided. The next release that is not odd closes what is held.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from treasury_watch.core.figures.datasets import Calendar
from treasury_watch.core.figures.periods import new_york_day, utc_text
from treasury_watch.core.figures.published import Note, Period, Refusal, Release
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.core.plausibility.doubt import MOST_ODD, Doubt, Odd
from treasury_watch.core.plausibility.tables import likely_renames
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.source_status import record_failure
from treasury_watch.pipeline.view import calendars_of
from treasury_watch.sources.source import Known, Source
from treasury_watch.store.database import Connection
from treasury_watch.store.release_writer import store_release
from treasury_watch.store.releases import ReleaseState, StoredRelease, body_of, decide, stored_releases
from treasury_watch.store.source_status import SourceState
from treasury_watch.store.vintages import data_figures, source_figures

_NOT_BELIEVED = (ReleaseState.HELD, ReleaseState.REFUSED, ReleaseState.TAKEN_BACK)
_COMPARED = 3
"""How many of the newest releases that are not believed a file is compared with figure by figure."""
_LAST = 2**31 - 1
"""A number beyond that of any release: last among those of one moment."""


class Hold(NamedTuple):
    """
    Why a release is not believed: ``said`` what is odd about it, as it is held.

    ``closed`` is the state that somebody decided it to have before; None of one that is held.
    """

    said: str = ""
    closed: ReleaseState | None = None


def refuse_future(source: Source, release: Release, now: datetime) -> None:
    """Raises Refusal (``future``) where a release speaks of a month that is not over, or is stamped after tomorrow."""
    today = new_york_day(now)
    this_month = today.isoformat()[:7]
    if release.stamped and (release.stamped - today).days > 1:
        raise Refusal(release.source, "future", f"it is stamped {release.stamped}", expected=f"no day after {today}")
    if Calendar.MONTH in calendars_of(source) and release.newest >= this_month:
        problem = f"its newest month is {release.newest}, which is not over on {today}"
        raise Refusal(release.source, "future", problem, expected=f"a month before {this_month}")


def hold_if_odd(
    conn: Connection, context: Context, release: Release, body: bytes, known: Known, when: datetime, now: datetime
) -> Hold | None:
    """
    Hold a release of which there is a doubt, or that was held or decided about before; None of any other.

    ``known`` is what it is compared with (``figures_before``).
    """
    source = context.sources[release.source]
    again = _seen_before(conn, source, release, body)
    if again and again.state is not ReleaseState.HELD:
        return Hold(closed=again.state)
    doubts = source.doubts(known, release.figures)
    if not doubts:
        return None
    said = "; ".join(doubt.says for doubt in doubts)
    if again is None:
        if _agrees(conn, source, release, known):
            said += "; it is the second release in a row that says this"
        again = store_release(conn, release, body, released_at=when, seen_at=now, state=ReleaseState.HELD, why=said)
    record_failure(
        conn,
        context,
        source,
        SourceState.HELD,
        f"held-{again.id}",
        f"release {again.id} is held: {said}",
        now,
        text=_held_words(again, said, doubts),
    )
    return Hold(said)


def figures_before(conn: Connection, source: Source, when: datetime, own: Known | None = None) -> Known:
    """
    What a release of ``when`` is compared with: its source's last word before it, else bundled history.

    With it stand the data of other sources that its doubts are about. ``own`` is that last word, where it was read.
    """
    if own is None:
        here = StoredRelease(_LAST, source.name, utc_text(when), "", bundled=False, baseline=False, sha256="")
        own = source_figures(conn, source.name, before=here)
    known = dict(own or source_figures(conn, source.name, bundled=True))
    return known | data_figures(conn, source.compared) if source.compared else known


def with_renames(release: Release, known: Known) -> Release:
    """A release with a note for each holder that seems to have another name in it now."""
    notes = [
        Note(
            f"renamed {gone} {came}",
            f"{gone} is gone, and {came} has its whole history: renamed? It was taken in under the new name. "
            f"Until a rule names that, what asks about {gone} is undecided.",
        )
        for gone, came in likely_renames(known, release.figures)
    ]
    return replace(release, notes=(*release.notes, *notes)) if notes else release


def settle_held(conn: Connection, source: str, now: datetime) -> None:
    """Close what is held of a source, now that a release has come that agrees with the last good one."""
    for kept in stored_releases(conn, source=source, polled=True, states=(ReleaseState.HELD,)):
        decide(conn, kept, ReleaseState.REFUSED, "a later release agrees with the one before it", now)


def _seen_before(conn: Connection, source: Source, release: Release, body: bytes) -> StoredRelease | None:
    """The release that is not believed and that this one is again: the same bytes, or the same figures."""
    kept = stored_releases(conn, source=source.name, polled=True, states=_NOT_BELIEVED)
    sha256 = hashlib.sha256(body).hexdigest()
    same = [one for one in kept if one.sha256 == sha256]
    if same:
        return same[-1]
    mine = _figures(release)
    for one in reversed(kept[-_COMPARED:]):
        if one.newest == release.newest and _kept_figures(conn, source, one) == mine:
            return one
    return None


def _agrees(conn: Connection, source: Source, release: Release, known: Known) -> bool:
    """Whether what is odd about a release is what was odd about one that is held: most of the figures that differ."""
    held = stored_releases(conn, source=source.name, polled=True, states=(ReleaseState.HELD,))
    if not held:
        return False
    before, mine = _kept_figures(conn, source, held[-1]), _figures(release)
    odd = [cell for cell, value in before.items() if cell in mine and known.get(cell) not in (None, value)]
    return bool(odd) and sum(mine[cell] == before[cell] for cell in odd) > len(odd) / 2


def _kept_figures(conn: Connection, source: Source, kept: StoredRelease) -> dict[tuple[str, str, Period], float]:
    """The figures of a release that is kept; none where its file can no longer be read."""
    try:
        return _figures(source.parse(body_of(conn, kept.id) or b""))
    except Refusal:
        return {}


def _figures(release: Release) -> dict[tuple[str, str, Period], float]:
    return {(figure.dataset, figure.entity, figure.period): figure.value for figure in release.figures}


def _held_words(kept: StoredRelease, said: str, doubts: Sequence[Doubt]) -> str:
    odd = list(dict.fromkeys(one for doubt in doubts for one in doubt.odd))[:MOST_ODD]
    figures = "\n".join(_odd_words(one) for one in odd)
    return (
        f"{said}.\n{figures}\nIt is kept and not judged; the last good data stay in force. "
        f"Look at the publisher's page, then run one of:\n`bot.py accept {kept.id}`\n`bot.py refuse {kept.id}`\n"
        "A later release that agrees with the last good one closes it by itself. This message is sent once."
    )


def _odd_words(odd: Odd) -> str:
    was = "nothing" if odd.was is None else f"{odd.was:,.10g}"
    return f"{odd.entity}, {period_words(odd.period)}: {was} before, {odd.now:,.10g} now"
