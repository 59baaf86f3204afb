"""The Treasury's page of release dates: its days, or a refusal by name."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from tests.conftest import shared_data
from treasury_watch.core.figures.calendar import PUBLISHED
from treasury_watch.core.figures.published import Refusal
from treasury_watch.sources import SOURCES
from treasury_watch.sources.tic_calendar import SOURCE, parse

PAGE = "calendar/release-dates-of-tic-data.repo-2026-01-28.md"
DAYS = {1: "15", 2: "18", 3: "18", 4: "15", 5: "18", 6: "18", 7: "14", 8: "17", 9: "16", 10: "16", 11: "18", 12: "15"}
NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


def page(**moved: str) -> str:
    """A page of 2026 in the publisher's own table, with some months' cells as given."""
    cells = DAYS | {NAMES.index(name) + 1: cell for name, cell in moved.items()}
    lines = [
        "| Date | Monthly TIC Data Releases | Other |",
        "| --- | --- | --- |",
        "| | Press Release | also |",
        "| 2026 | | |",
    ]
    lines += [f"| {NAMES[month - 1]} | {cell} | 30 |" for month, cell in cells.items()]
    return "\n".join(["Some words first.", "", *lines, "| | | |", "", "* Last revised."])


def html(text: str) -> str:
    """The same as a web page, each cell a paragraph of its own."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|") and "---" not in line]
    table = "".join("<tr>" + "".join(f"<td><p>{cell.strip()}</p></td>" for cell in row) + "</tr>" for row in rows)
    return f"<!DOCTYPE html><html><body><p>2026</p><table><tbody>{table}</tbody></table></body></html>"


def days(text: str) -> dict[str, str]:
    return {figure.period: figure.printed for figure in parse(text.encode()).figures}


def test_the_published_page_says_what_is_bundled() -> None:
    release = parse(shared_data(PAGE).read_bytes())
    said = {figure.period: date.fromisoformat(figure.printed) for figure in release.figures}
    assert len(said) == 24
    assert said == {month: PUBLISHED.release_day(month) for month in said}
    assert release.newest == "2026-10"


def test_a_web_page_reads_as_its_text_does() -> None:
    assert days(html(page())) == days(page())
    assert days(page())["2026-05"] == "2026-07-14"


@pytest.mark.parametrize(
    ("cell", "day"),
    [("Nov 18", "2026-11-18"), ("Nov. 18", "2026-11-18"), ("16 tentative", "2026-10-16"), ("22", "2026-10-22")],
)
def test_a_moved_release_is_read(cell: str, day: str) -> None:
    assert days(page(Oct=cell))["2026-08"] == day


def test_a_release_moved_from_december_comes_out_in_january() -> None:
    assert days(page(Dec="Jan 14"))["2026-10"] == "2027-01-14"


@pytest.mark.parametrize(
    ("wrong", "kind", "words"),
    [
        ("", "empty", "empty"),
        ("<html><body>Page not found</body></html>", "header", "no table of release dates"),
        ("| 2026 | |\n| Jan | 15 |", "rows", "1 release days"),
        (page(Mar=""), "number", "no day beside Mar"),
        (page(Mar="TBD"), "number", "cannot read the day 'TBD'"),
        (page(Mar="Foo 12"), "number", "cannot read"),
        (page(Feb="30"), "number", "is no day"),
        (page(Mar="21"), "number", "day off"),  # a Saturday
        (page(Mar="2"), "months", "days after the month"),
        (page(Oct="Dec 18"), "months", "before the day of the month before"),
        (page().replace("| Feb |", "| Jan |"), "duplicate", "second time"),
    ],
    ids=lambda given: given[:20].strip() if isinstance(given, str) else "",
)
def test_a_page_that_cannot_be_right_is_refused_whole(wrong: str, kind: str, words: str) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        parse(wrong.encode())
    assert (refused.value.source, refused.value.kind) == ("tic.calendar", kind)


def test_a_damaged_page_is_refused_or_its_days_are_believable() -> None:
    body, rng = page().encode(), Random(20261123)
    believed = 0
    for _ in range(1500):
        place = rng.randrange(len(body))
        harmed = body[:place] + bytes([rng.choice(b"0123456789| \n-xJ\xff")]) + body[place + rng.randrange(2) :]
        try:
            release = parse(harmed)
        except Refusal:
            continue
        believed += 1
        for figure in release.figures:
            age = date.fromisoformat(figure.printed) - date.fromisoformat(f"{figure.period}-28")
            assert 30 < age.days < 135
    assert believed


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (html(page()).replace("<td><p>2026", "<![years[<td><p>2026"), "header"),
        (html(page()).replace("<table>", "<ul>").replace("<tr>", "<li>").replace("</tr>", "</li>"), "header"),
        (html(page()).replace("<td>", "<td><div>Month</div></td><td>"), "header"),
        (html(page()).replace("2026", "next year"), "header"),
    ],
    ids=["a declaration", "a list", "a column more", "no year"],
)
def test_a_page_in_another_layout_is_refused(page: str, kind: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(page.encode())
    assert refused.value.kind == kind


def test_a_page_that_does_not_close_its_cells_is_read() -> None:
    assert days(html(page()).replace("</td>", "").replace("</tr>", "")) == days(page())


def test_it_is_read_by_default() -> None:
    assert SOURCES["tic.calendar"] is SOURCE
    assert SOURCE.enabled
