"""
The digest of a TIC release: totals, who moved most and why, how broad it was, what was revised, what fired.

Also what is listed once, when the bot first looks: what holds already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from treasury_watch.core.figures.calendar import PUBLISHED, ReleaseCalendar, ReleaseDate
from treasury_watch.core.figures.datasets import DATASETS, GRAND_TOTAL, HOLDINGS, TOTALS
from treasury_watch.core.figures.names import entity_words
from treasury_watch.core.figures.panels import View
from treasury_watch.core.figures.published import Change, Period
from treasury_watch.core.figures.quantities import figure_words, money, number, percent, period_words
from treasury_watch.core.figures.splits import Split, Unsplit, split_of, split_words
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.judge.told import OpenEpisode
from treasury_watch.core.messages.message import MessageKind, Section

OFFICIAL = "Foreign Official"
_MOVERS = 4
_NAMED = 4
_TOP = 20
_ABSENT = "–"
_SPLIT = "Split of the total"
_DAY = timedelta(days=1)

_SHORT_NAMES = {
    "Cayman Islands": "Cayman",
    "China, Mainland": "China",
    "Hong Kong": "Hong Kong",
    "Korea, South": "Korea",
    "Saudi Arabia": "Saudi Ar.",
    "United Arab Emirates": "UAE",
    "United Kingdom": "UK",
}
"""For the movers' table alone, which has to stand side by side on a phone."""


class _Move(NamedTuple):
    change: float
    holder: str


def holdings_digest(
    view: View,
    month: Period,
    changes: Sequence[Change],
    alerts: Sequence[Alert],
    *,
    today: date,
    calendar: ReleaseCalendar = PUBLISHED,
    first_sight: bool = False,
) -> Section:
    """
    A TIC release in short.

    ``changes`` are what it brought of holdings and totals, ``alerts`` what was decided on it. ``first_sight``: nothing
    could be told yet, so nothing is said of what fired.
    """
    before = _month_before(view, month)
    total, moved = _level_and_move(view, TOTALS, GRAND_TOTAL, month, before)
    amounts = "n/a" if total is None else money(total) + _in_brackets(moved)
    told = "" if first_sight else f"; {_how_many(alerts)}"
    says = [
        _breadth(view, month, before),
        "" if first_sight else _fired(alerts),
        revisions_words(changes),
        _awaited(view, month),
    ]
    return Section(
        kind=MessageKind.DIGEST,
        title=f"Foreign holdings {period_words(month)}: {amounts}{told}",
        text="\n".join(line for line in says if line),
        facts=(*_totals(view, month, before), ("Next releases", _next_dates(today, month, calendar))),
        rows=movers(view, month),
    )


def movers(view: View, month: Period) -> tuple[tuple[str, ...], ...]:
    """The largest falls and rises among named holders, each with its split where Table 1 tells; empty if none."""
    before = _month_before(view, month)
    moves = sorted(_moves(view, month, before)) if before else []
    falls = [move for move in moves if move.change < 0][:_MOVERS]
    rises = [move for move in moves if move.change > 0][-_MOVERS:]
    if not falls and not rises:
        return ()
    rows = [_mover(view, month, move) for move in (*falls, *reversed(rises))]
    return (("bn", "change", "net", "price", "rest"), *rows)


def completed(section: Section, view: View, month: Period) -> Section:
    """A digest that was told before Table 1 of its month had come, with what Table 1 tells."""
    waited = Unsplit.AWAITED.value
    awaited = _awaited(view, month)
    lines = [line for line in section.text.split("\n") if line != waited or awaited]
    split = [fact for fact in _totals(view, month, _month_before(view, month)) if fact[0] == _SPLIT]
    told = [fact for fact in section.facts if fact[0] != _SPLIT]
    return replace(section, text="\n".join(lines), facts=(*told[:-1], *split, *told[-1:]), rows=movers(view, month))


def has_movers(section: Section) -> bool:
    """Whether the section's table is one that ``movers`` made."""
    return section.kind == MessageKind.DIGEST and bool(section.rows) and section.rows[0][0] == "bn"


def revisions_words(changes: Sequence[Change]) -> str:
    """``3 earlier figures were revised, most of all United Kingdom Sep 2025: 862.1 → 862.5 bn.`` Empty for none."""
    revised = [change for change in changes if change.old is not None]
    if not revised:
        return ""
    most = max(revised, key=lambda change: abs(change.new - (change.old or 0.0)))
    moved = f"{number(most.old or 0.0, 1)} → {figure_words(DATASETS[most.dataset], most.new)}"
    what = f"{len(revised)} earlier figure{'s were' if len(revised) != 1 else ' was'} revised"
    return f"{what}, most of all {most.entity} {period_words(most.period)}: {moved}."


def standing_section(episodes: Sequence[OpenEpisode], titles: Mapping[tuple[str, str], str]) -> Section | None:
    """What holds already when the service first looks; None where nothing does."""
    if not episodes:
        return None
    rows = [("Holds now", "since", "severity")]
    for episode in episodes:
        name = titles.get((episode.rule, episode.entity), f"{episode.rule}: {entity_words(episode.entity)}")
        rows.append((name, period_words(episode.since), episode.severity.word))
    count = len(episodes)
    return Section(
        kind=MessageKind.DIGEST,
        title=f"{count} rule{'s hold' if count != 1 else ' holds'} already and will not be told as news",
        rows=tuple(rows),
    )


def _month_before(view: View, month: Period) -> Period:
    row = view.months.row(month)
    return view.months.period(row - 1) if row else ""


def _level_and_move(
    view: View, dataset: str, entity: str, month: Period, before: Period
) -> tuple[float | None, float | None]:
    now = view.value(dataset, entity, month)
    then = view.value(dataset, entity, before) if before else None
    return now, None if now is None or then is None else now - then


def _in_brackets(moved: float | None) -> str:
    return "" if moved is None else f" ({number(moved, 1, signed=True)})"


def _totals(view: View, month: Period, before: Period) -> list[tuple[str, str]]:
    """Official and private, and of the official the bills: who of the two moved is the first question."""
    total, total_moved = _level_and_move(view, TOTALS, GRAND_TOTAL, month, before)
    official, official_moved = _level_and_move(view, TOTALS, OFFICIAL, month, before)
    bills, bills_moved = _level_and_move(view, TOTALS, f"{OFFICIAL} Bills", month, before)
    facts = []
    if official is not None:
        share = f", {percent(100 * official / total)}" if total else ""
        facts.append(("Official", f"{money(official)}{_in_brackets(official_moved)}{share}"))
    if total is not None and official is not None:
        private_moved = None if total_moved is None or official_moved is None else total_moved - official_moved
        facts.append(("Private", money(total - official) + _in_brackets(private_moved)))
    if bills is not None:
        facts.append(("Official bills", money(bills) + _in_brackets(bills_moved)))
    split = split_of(view, (GRAND_TOTAL,), month)
    if isinstance(split, Split):
        facts.append((_SPLIT, split_words(split)))
    return facts


def _beside(split: Split) -> float:
    """What is neither long-term trade nor price: bills are told apart in alerts, not in the table's one column."""
    return split.rest + (split.bills or 0.0)


def _moves(view: View, month: Period, before: Period) -> list[_Move]:
    moves = []
    for holder in view.panel(HOLDINGS).columns:
        now, moved = _level_and_move(view, HOLDINGS, holder, month, before)
        if now is not None and moved is not None:
            moves.append(_Move(round(moved, 6), holder))
    return moves


def _mover(view: View, month: Period, move: _Move) -> tuple[str, ...]:
    split = split_of(view, (move.holder,), month)
    parts = (split.net, split.price, _beside(split)) if isinstance(split, Split) else ()
    said = tuple(number(part, 1, signed=True) for part in parts) or (_ABSENT,) * 3
    return (_SHORT_NAMES.get(move.holder, move.holder), number(move.change, 1, signed=True), *said)


def _breadth(view: View, month: Period, before: Period) -> str:
    """How many of the month before's largest fell; a holder that left the table is not known, and is said to be so."""
    if not before:
        return ""
    held = {holder: view.value(HOLDINGS, holder, before) for holder in view.panel(HOLDINGS).columns}
    largest = sorted((holder for holder in held if held[holder] is not None), key=lambda one: -(held[one] or 0.0))[
        :_TOP
    ]
    moves = {move.holder: move.change for move in _moves(view, month, before)}
    known = [moves[holder] for holder in largest if holder in moves]
    if not known:
        return ""
    gone = len(largest) - len(known)
    left = f", {gone} not known any more (inside All Other)" if gone else ""
    fell, rose = sum(change < 0 for change in known), sum(change > 0 for change in known)
    return f"Of the {len(largest)} largest holders {fell} fell and {rose} rose{left}."


def _how_many(alerts: Sequence[Alert]) -> str:
    news = [alert for alert in alerts if not alert.late and not alert.minor]
    turned = sum(alert.kind in (AlertKind.CORRECTED, AlertKind.RETRACTED) for alert in news)
    told = len(news) - turned
    said = f"{told} alert{'s' * (told != 1)}" if told else "no rule fired"
    return said + (f", {turned} correction{'s' * (turned != 1)}" if turned else "")


def _fired(alerts: Sequence[Alert]) -> str:
    parts = []
    news = [alert for alert in alerts if not alert.late and not alert.minor]
    if not any(alert.kind is AlertKind.FIRED for alert in news):
        parts.append("No rule fired.")
    for kind, said in (
        (AlertKind.FIRED, "Fired"),
        (AlertKind.CLEARED, "Ended"),
        (AlertKind.REMINDED, "Still so"),
        (AlertKind.CORRECTED, "Corrected"),
        (AlertKind.RETRACTED, "Retracted"),
    ):
        named = [f"{alert.rule} ({entity_words(alert.entity)})" for alert in news if alert.kind is kind]
        if named:
            parts.append(f"{said}: {_some(named)}.")
    late = [
        f"{alert.rule}: {entity_words(alert.entity)} {period_words(alert.period)}" for alert in alerts if alert.late
    ]
    if late:
        parts.append(f"Breached by revision, further back: {_some(late)}.")
    return " ".join(parts)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _awaited(view: View, month: Period) -> str:
    return Unsplit.AWAITED.value if split_of(view, (GRAND_TOTAL,), month) is Unsplit.AWAITED else ""


def coming_releases(today: date, newest: Period, calendar: ReleaseCalendar) -> tuple[ReleaseDate, ReleaseDate]:
    """The next two releases that bring a month after ``newest``: today's own is no longer to come once it is here."""
    first = calendar.next_release(today)
    if first.month <= newest:
        first = calendar.next_release(first.day + _DAY)
    return first, calendar.next_release(first.day + _DAY)


def _next_dates(today: date, newest: Period, calendar: ReleaseCalendar) -> str:
    return ", ".join(
        f"{period_words(one.day.isoformat())}{' (estimated)' if one.estimated else ''} for {period_words(one.month)}"
        for one in coming_releases(today, newest, calendar)
    )
