"""The digest of a release: totals, official and private, breadth, movers with their split, revisions, what fired."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from treasury_watch.bundled import bundled_releases
from treasury_watch.core.figures.panels import View, build_view
from treasury_watch.core.figures.published import Change
from treasury_watch.core.judge.alert import Alert, AlertKind
from treasury_watch.core.judge.told import OpenEpisode
from treasury_watch.core.messages import digest as digest_words
from treasury_watch.core.messages.compose import completion, compose, release_context, reworded
from treasury_watch.core.messages.message import Message, Section
from treasury_watch.core.rules.model import Severity

JAPAN = Alert("cuts", "Japan", "2026-03", AlertKind.FIRED, Severity.HIGH, 1191.6, -47.7, "-30bn")


def view_of(*sources: str) -> View:
    newest = {f[:3]: f for old in bundled_releases() if old.release.source in sources for f in old.release.figures}
    rows = [figure[:4] for figure in newest.values()]
    return build_view(pd.DataFrame(rows, columns=["dataset", "entity", "period", "value"]))


@pytest.fixture(scope="module")
def view() -> View:
    return view_of("tic.table5", "tic.table1")


def digest(view: View, *alerts: Alert, changes: tuple[Change, ...] = ()) -> Section:
    return digest_words.holdings_digest(view, "2026-03", changes, alerts, today=date(2026, 5, 18))


def test_it_opens_with_the_total_and_how_many_alerts_there_are(view: View) -> None:
    assert digest(view, JAPAN).title == "Foreign holdings Mar 2026: 9,348.7 bn (−138.4); 1 alert"
    assert digest(view).title == "Foreign holdings Mar 2026: 9,348.7 bn (−138.4); no rule fired"


def test_it_parts_official_from_private_and_names_the_next_two_releases(view: View) -> None:
    assert digest(view).facts == (
        ("Official", "3,902.2 bn (−108.7), 41.7%"),
        ("Private", "5,446.5 bn (−29.7)"),
        ("Official bills", "441.0 bn (−12.1)"),
        ("Split of the total", "bought 13.6 long-term, price −142.2, custody and other −9.8"),
        ("Next releases", "18 Jun 2026 for Apr 2026, 14 Jul 2026 for May 2026"),
    )


def test_it_shows_the_top_movers_both_ways_with_their_split(view: View) -> None:
    rows = digest(view).rows
    assert rows[:2] == (("bn", "change", "net", "price", "rest"), ("Japan", "−47.7", "−23.9", "−18.0", "−5.8"))
    assert [row[0] for row in rows[1:]] == [
        "Japan", "China", "Luxembourg", "Taiwan", "UK", "Cayman", "Hong Kong", "Ireland",
    ]  # fmt: skip
    assert all(len("  ".join(cell.rjust(5) for cell in row)) <= 40 for row in rows), "too wide for a phone"


def test_it_says_how_broad_the_move_was(view: View) -> None:
    assert "Of the 20 largest holders 16 fell and 4 rose." in digest(view).text


def test_a_holder_that_left_the_table_is_not_counted_as_fallen(view: View) -> None:
    gone = view.before([Change("tic.holdings", "Japan", "2026-03", None, 1191.6)])
    said = digest(gone).text
    assert "Of the 20 largest holders 15 fell and 4 rose, 1 not known any more (inside All Other)." in said


def test_without_table_1_it_shows_what_is_known_and_says_what_is_not() -> None:
    alone = digest(view_of("tic.table5"))
    assert alone.rows[1] == ("Japan", "−47.7", "–", "–", "–")
    assert "not known before TIC Table 1 of that month is out" in alone.text
    assert "Split of the total" not in dict(alone.facts)


def test_it_is_completed_when_table_1_comes(view: View) -> None:
    alone, whole = digest(view_of("tic.table5")), digest(view)
    assert digest_words.completed(alone, view, "2026-03") == whole


def test_it_names_what_fired_and_what_was_taken_back(view: View) -> None:
    taken_back = JAPAN._replace(rule="floor", kind=AlertKind.RETRACTED)
    late = JAPAN._replace(period="2025-09", late=True)
    said = digest(view, JAPAN, taken_back, late)
    assert "Fired: cuts (Japan). Retracted: floor (Japan)." in said.text
    assert "Breached by revision, further back: cuts: Japan Sep 2025." in said.text
    assert said.title.endswith("; 1 alert, 1 correction")


def test_it_names_the_largest_revision(view: View) -> None:
    changes = (
        Change("tic.holdings", "United Kingdom", "2025-09", 862.1, 862.5),
        Change("tic.holdings", "Japan", "2026-02", 1239.2, 1239.3),
        Change("tic.holdings", "Japan", "2026-03", None, 1191.6),
    )
    said = digest(view, changes=changes).text
    assert "2 earlier figures were revised, most of all United Kingdom Sep 2025: 862.1 → 862.5 bn." in said
    assert digest_words.revisions_words(changes[2:]) == ""


def test_what_holds_at_first_sight_is_listed() -> None:
    incident = OpenEpisode("floor", "Japan", "2022-03", Severity.HIGH)
    section = digest_words.standing_section([incident], {("floor", "Japan"): "Japan at 1,209.9 bn"})
    assert section
    assert section.rows[1] == ("Japan at 1,209.9 bn", "Mar 2022", "high")
    assert digest_words.standing_section([], {}) is None


def fired(title: str, severity: Severity = Severity.NOTICE, note: str = "") -> Section:
    return Section(kind="fired", title=title, severity=severity, note=note)


def test_the_sharpest_alert_leads_and_the_headline_counts_the_others() -> None:
    message = compose([fired("mild"), fired("sharp", Severity.HIGH)], [], ("x",), source_title="TIC Table 5")
    assert message.headline == "sharp; and 1 more alert"
    assert (message.severity, message.sections[0].title) == (Severity.HIGH, "sharp")
    assert message.says_already(message.sections[0])
    assert not message.says_already(message.sections[1])


def test_what_was_retracted_no_longer_cries() -> None:
    told = compose([fired("sharp", Severity.HIGH)], [], (), source_title="TIC Table 5")
    retracted = Section(kind="retracted", title="Retracted: sharp", severity=Severity.HIGH)
    assert reworded(told, [retracted]).severity is Severity.INFO


def test_a_caveat_that_two_alerts_share_is_read_once() -> None:
    message = compose(
        [fired("a", note="Price is in it."), fired("b", note="Price is in it.")], [], (), source_title="x"
    )
    assert [section.note for section in message.sections] == ["Price is in it.", ""]


def test_a_completion_of_a_digest_alone_names_the_month(view: View) -> None:
    short = completion([digest(view)], "2026-03", ("TIC Table 1",))
    assert short.headline == "What moved the largest holders in Mar 2026"
    assert short.sections[0].rows[1][0] == "Japan"
    assert Message.from_json(short.as_json()) == short


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 5, 18), "next release 18 Jun 2026"),  # the day of this very release
        (date(2026, 5, 29), "next release 18 Jun 2026"),
    ],
)
def test_the_next_release_is_never_the_one_that_is_here(today: date, said: str) -> None:
    assert release_context("2026-03", "2026-05-18", monthly=True, today=today)[-1] == said
