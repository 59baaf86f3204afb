"""
Whether a source is fresh, late or frozen: by what it owes, and by the newest that it has.

Never by what the server says, for a "not modified" can be answered for years.

==============  =====================================  =========================  =============================
owed            when                                   late                       frozen
==============  =====================================  =========================  =============================
a month         each release day 16:00                 2 hours                    two releases missed
a year          the release of its December            60 days                    never
a curve         each business day 18:00                next business day 12:00    five business days
results         the close of each announced auction    15 minutes, auction by     a week with announced
                                                       auction (results_watch)    auctions and none held
announcements   something new is announced             5 business days            10 business days
==============  =====================================  =========================  =============================

Times are New York's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from treasury_watch.core.figures.calendar import ReleaseCalendar, business_days, is_business_day
from treasury_watch.core.figures.periods import NEW_YORK, new_york_day
from treasury_watch.core.figures.published import Period
from treasury_watch.core.figures.quantities import period_words
from treasury_watch.sources.source import Obligation, Source
from treasury_watch.store.auctions import AuctionsAhead
from treasury_watch.store.source_status import SourceState

PATIENCE = timedelta(hours=1)
"""A source out of reach, or a message not taken, for less than this is the network's passing mood: nobody is called."""

_YEAR_GRACE = timedelta(days=60)
_CURVE_DUE = time(12)
_CURVE_FROZEN = 5
_NO_RESULTS = timedelta(days=7)
_ANNOUNCED_LATE, _ANNOUNCED_FROZEN = 5, 10
_NOTHING_AHEAD = AuctionsAhead(None, None)


class Freshness(NamedTuple):
    """What the newest of a source says: fresh, late or frozen, and in words why."""

    state: SourceState
    kind: str
    problem: str

    @property
    def lag(self) -> str:
        """``late`` or ``frozen``; empty of one that is fresh."""
        return "" if self.state is SourceState.FRESH else self.state.value


SOUND = Freshness(SourceState.FRESH, "", "")


def freshness_of(
    source: Source,
    newest: Period | None,
    calendar: ReleaseCalendar,
    now: datetime,
    ahead: AuctionsAhead = _NOTHING_AHEAD,
) -> Freshness:
    """
    Judge freshness by content; a source of which nothing is known yet, or nothing is owed, is sound.

    ``ahead`` is what is known of auctions: which wait for results, and when one was announced last.
    """
    if source.owes is Obligation.ANNOUNCEMENTS:
        return _announcements(ahead, now)
    if source.owes is Obligation.RESULTS:
        return _results(ahead, now)
    judge = _BY_NEWEST.get(source.owes)
    return judge(newest, calendar, now) if newest and judge else SOUND


def _month(newest: Period, calendar: ReleaseCalendar, now: datetime) -> Freshness:
    """Two months that were folded into one day make one day."""
    missed = calendar.missed(newest, now)
    if not missed:
        return SOUND
    owed = calendar.expected_newest(now)
    has = f"its newest month is {period_words(newest)}"
    if len(missed) == 1:
        due = f"{period_words(owed)} was due on {_day(missed[0])}"
        return Freshness(SourceState.LATE, "late", f"{has}; {due} and is not there")
    days = " and ".join([", ".join(_day(day) for day in missed[:-1]), _day(missed[-1])])
    return Freshness(
        SourceState.FROZEN, "still", f"{has}, and the releases of {days} did not move it; see whether the url moved"
    )


def _year(newest: Period, calendar: ReleaseCalendar, now: datetime) -> Freshness:
    owed = f"{new_york_day(now).year - 1}-12"
    if calendar.release_moment(owed) + _YEAR_GRACE > now:
        owed = f"{new_york_day(now).year - 2}-12"
    if newest >= owed:
        return SOUND
    due = _day(calendar.release_date(owed).day)
    problem = f"its newest month is {period_words(newest)}; {owed[:4]} was complete on {due} and is not there"
    return Freshness(SourceState.LATE, "late", problem)


def _curve(newest: Period, _: ReleaseCalendar, now: datetime) -> Freshness:
    has, today = date.fromisoformat(newest), new_york_day(now)
    here = now.astimezone(NEW_YORK)
    # Today counts from noon on, when the curve of the business day before is owed.
    until = today if is_business_day(today) and here.time() >= _CURVE_DUE else today - timedelta(days=1)
    missed = business_days(has, until) - 1
    if missed < 1:
        return SOUND
    state = SourceState.FROZEN if missed >= _CURVE_FROZEN else SourceState.LATE
    count = f"{missed} business day{'s' * (missed > 1)}"
    problem = f"its newest day is {_day(has)}; the curve of {count} since is not there"
    return Freshness(state, "still" if state is SourceState.FROZEN else "late", problem)


def _results(ahead: AuctionsAhead, now: datetime) -> Freshness:
    first = ahead.first_unheld
    if first is None or now - first < _NO_RESULTS:
        return SOUND
    problem = f"no results since the auction that closed on {_day(new_york_day(first))}; see whether the url moved"
    return Freshness(SourceState.FROZEN, "still", problem)


def _announcements(ahead: AuctionsAhead, now: datetime) -> Freshness:
    if ahead.announced_at is None:
        return SOUND
    last = new_york_day(ahead.announced_at)
    passed = business_days(last, new_york_day(now))
    if passed <= _ANNOUNCED_LATE:
        return SOUND
    state = SourceState.FROZEN if passed > _ANNOUNCED_FROZEN else SourceState.LATE
    problem = f"nothing new was announced since {_day(last)}, {passed} business days ago; bills are every week"
    return Freshness(state, "still" if state is SourceState.FROZEN else "late", problem)


_BY_NEWEST: dict[Obligation, Callable[[Period, ReleaseCalendar, datetime], Freshness]] = {
    Obligation.MONTH: _month,
    Obligation.YEAR: _year,
    Obligation.CURVE: _curve,
}


def _day(day: date) -> str:
    return period_words(day.isoformat())
