"""The history since 2000: no year shifted, no month taken twice, nothing made of what was not printed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest

from tests.conftest import shared_data
from tests.sources import tic_files
from tests.sources.tic_files import MONTH_NAMES, line_starting, lines_of, replaced
from treasury_watch.core.figures import names
from treasury_watch.core.figures.datasets import HOLDINGS, TOTALS
from treasury_watch.core.figures.published import Refusal, Release
from treasury_watch.sources.tic_history import SOURCE, parse

Key = tuple[str, str, str]


def values(release: Release) -> dict[Key, float]:
    found = {(figure.dataset, figure.entity, figure.period): figure.value for figure in release.figures}
    assert len(found) == len(release.figures), "the same figure twice in one release"
    return found


def outcome(body: bytes) -> dict[Key, float] | str:
    """The figures, or the kind of the refusal."""
    try:
        return values(parse(body))
    except Refusal as refused:
        return refused.kind


def real() -> bytes:
    return shared_data("tic/mfhhis01.stamp-2026-05-18.txt").read_bytes()


@pytest.fixture(scope="module")
def history() -> Release:
    return parse(real())


def test_the_issue_of_may_2026_reads_as_printed(history: Release) -> None:
    found = values(history)
    assert (history.source, history.newest, history.stamped) == ("tic.history", "2025-12", date(2026, 5, 18))
    assert found[HOLDINGS, "Japan", "2025-12"] == 1185.5
    assert found[HOLDINGS, "Japan", "2000-03"] == 307.6
    assert found[HOLDINGS, "Korea, South", "2003-12"] == 63.1
    assert found[HOLDINGS, "Oil Exporters", "2001-12"] == 46.8
    assert found[HOLDINGS, "Caribbean Banking Centers", "2004-01"] == 47.3
    assert found[HOLDINGS, "Belgium-Luxembourg", "2000-12"] == 29.6
    assert found[HOLDINGS, "El Salvador", "2025-01"] == 1.1
    assert found[TOTALS, "Grand Total", "2012-12"] > found[TOTALS, "Foreign Official", "2012-12"] > 4000


@pytest.mark.parametrize(
    ("holder", "month", "continues", "for_comparison_only"),
    [
        ("Japan", "2011-06", 881.5, None),
        ("Japan", "2002-06", 349.2, 335.8),
        ("Japan", "2000-03", 307.6, 325.8),
        ("China, Mainland", "2010-06", 1112.1, 843.7),
        ("China, Mainland", "2009-06", 915.8, 776.4),
    ],
)
def test_of_a_month_printed_twice_the_series_that_continues_is_taken(
    history: Release, holder: str, month: str, continues: float, for_comparison_only: float | None
) -> None:
    found = values(history)
    assert found[HOLDINGS, holder, month] == continues
    assert for_comparison_only not in {found[HOLDINGS, holder, month]}


def test_it_has_every_month_from_march_2000_to_december_2025(history: Release) -> None:
    expected = set(tic_files.months("2025-12", 310))
    assert {figure.period for figure in history.figures} == expected
    for always in ("Japan", "China, Mainland", "Taiwan"):
        assert {figure.period for figure in history.figures if figure.entity == always} == expected


def test_all_other_is_not_taken_since_table_5_means_others_by_it(history: Release) -> None:
    assert "All Other" not in {figure.entity for figure in history.figures}


def test_luxembourg_was_not_zero_while_it_was_inside_belgium(history: Release) -> None:
    found = values(history)
    assert not any((HOLDINGS, "Luxembourg", f"2002-{month:02d}") in found for month in range(1, 6))
    assert found[HOLDINGS, "Luxembourg", "2002-12"] == 23.9


def test_every_holder_it_names_is_a_known_one(history: Release) -> None:
    holders = {figure.entity for figure in history.figures if figure.dataset == HOLDINGS}
    assert holders <= set(names.HOLDERS)
    assert len(holders) == 53


def test_no_year_is_shifted_every_printed_cell_stands_under_its_month(history: Release) -> None:
    """Read a second way: each line's own cells, the columns counted from the line's end where a month stands twice."""
    found = values(history)
    year, header, checked = "", [], 0
    for line in real().decode("ascii").split("\r\n"):
        cells = line.split("\t")
        label = names.canonical(cells[0])
        if cells[0] == "" and cells[1:4] and cells[1] == "Dec":
            header = [cell for cell in cells[1:] if cell]
        elif label == "Country":
            year = cells[1]
        elif label.startswith("Department"):
            break
        elif label and label != "All Other" and year and any(cells[1:]):
            dataset = TOTALS if label in ("Grand Total",) or label.startswith("Foreign Official") else HOLDINGS
            # Written from right to left, so that the first of two columns is the one that remains.
            by_month = dict(reversed(list(zip(header, cells[1:], strict=False))))
            for name, printed in by_month.items():
                key = (dataset, label, f"{year}-{MONTH_NAMES.index(name) + 1:02d}")
                if printed == "n.a.":
                    assert key not in found
                else:
                    assert found[key] == float(printed), key
                    checked += 1
    assert checked == len(found) == 12033


def test_the_december_of_every_year_is_the_first_value_of_the_line(history: Release) -> None:
    found = values(history)
    decembers = {}
    for block in real().decode("ascii").split("\r\nCountry\t")[1:]:
        for line in block.split("\r\n"):
            if line.startswith("Japan\t"):
                decembers[block[:4]] = float(line.split("\t")[1])
    assert len(decembers) == 26
    assert {year: found[HOLDINGS, "Japan", f"{year}-12"] for year in decembers} == decembers


def test_a_made_up_history_reads_as_it_was_made() -> None:
    found = values(parse(tic_files.history()))
    for year in (2010, 2011, 2012):
        for month in range(1, 13):
            older_series = year <= 2011 and month < 6
            expected = 1000.0 + 10 * (year - 2000) + month - (50 if older_series else 0)
            assert found[HOLDINGS, "Japan", f"{year}-{month:02d}"] == expected


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda body: replaced(body, old, new)


def cut_at(label: str) -> Callable[[bytes], bytes]:
    return lambda body: b"".join(lines_of(body)[: line_starting(body, label)])


def without_block(year: str) -> Callable[[bytes], bytes]:
    def harm(body: bytes) -> bytes:
        start, stop = line_starting(body, f"Country\t{year}") - 1, line_starting(body, f"Country\t{int(year) - 1}") - 1
        lines = lines_of(body)
        return b"".join(lines[:start] + lines[stop:])

    return harm


def columns_exchanged(year: str, one: int, other: int, *, heading: bool) -> Callable[[bytes], bytes]:
    """Two columns of a block trade places, with or without what stands above them."""

    def harm(body: bytes) -> bytes:
        lines = lines_of(body)
        start = line_starting(body, f"Country\t{year}")
        stop = next(at for at in range(start, len(lines)) if lines[at].strip().startswith(b"T-Bonds")) + 1
        for at in range(start - 1 if heading else start + 1, stop):
            cells = lines[at].split(b"\t")
            if len(cells) > 12:
                cells[one], cells[other] = cells[other], cells[one]
            lines[at] = b"\t".join(cells)
        return b"".join(lines)

    return harm


def one_heading_too_few(body: bytes) -> bytes:
    """The second Jun is missing above its values: read carelessly, every earlier month would be shifted by one."""
    return replaced(replaced(body, "\tJun\tJun\t", "\tJun\t"), "\t2011\t2011", "\t2011")


WRONG: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "cut in the middle": (lambda body: body[: len(body) // 2], "truncated", "no release date"),
    "cut before the stamp": (cut_at("Department"), "truncated", "Department of the Treasury"),
    "cut after the signature": (cut_at("5/18/2026"), "truncated", "no release date"),
    "a stamp that is no day": (swap("\r\n5/18/2026", "\r\n13/18/2026"), "stamp", "'13/18/2026' is no day"),
    "stamped before its newest month": (swap("\r\n5/18/2026", "\r\n5/18/2012"), "stamp", "speaks of 2012-12"),
    "no header": (lambda body: body.replace(b"Country", b"Nation"), "header", "no line begins with Country"),
    "a year is gone": (without_block("2011"), "months", "2012-01 is followed by 2010-12"),
    "two years in a header": (swap("2012\t2012", "2012\t2011"), "header", "no single year"),
    "a month is skipped": (swap("\tNov\tOct", "\tOct\tSep"), "months", "2012-12 is followed by 2012-10"),
    "a month that is none": (swap("\tNov\t", "\tMov\t"), "months", "no month above each year"),
    "two columns exchanged": (columns_exchanged("2012", 3, 4, heading=True), "months", "2012-11 is followed by"),
    "the two Junes exchanged": (columns_exchanged("2011", 7, 8, heading=False), "series", "nearer to 2011-07"),
    "a heading too few": (one_heading_too_few, "cells", "13 values; expected 12"),
    "a heading too many": (swap("\tFeb\tJan", "\tFeb\tJan\tJan"), "months", "expected 12 months"),
    "a value is missing": (swap("Japan\t1132.0\t", "Japan\t"), "cells", "11 values"),
    "a changed digit": (swap("Japan\t1132.0\t", "Japan\t1136.0\t"), "sums", "2012-12: .*off by"),
    "a holder's line is gone": (swap("Japan\t1132.0\t", "\t1132.0\t"), "sums", "2012-12"),
    "official does not add up": (swap("Treasury Bills\t7", "Treasury Bills\t8"), "official", "2012-12"),
    "a word for a number": (swap("\t1132.0\t", "\tsoon\t"), "number", "cannot read 'soon'"),
    "a negative holding": (swap("\t1132.0\t", "\t-1132.0\t"), "number", "negative"),
    "a holder twice": (swap("United Kingdom\t", "Japan\t"), "duplicate", "'Japan'"),
    "no Grand Total": (swap("Grand Total", "Great Total"), "rows", "no line for Grand Total"),
    "no header above the newest": (swap("Country\t2012", "\t2012"), "header", r"line 7 \(Japan\): figures above"),
    "a total's name is gone": (swap("  For. Official", ""), "rows", "no line for Foreign Official"),
    "a damaged name": (swap("\r\nJapan\t", "\r\nJapsn\t"), "label", "perhaps 'Japan'"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_wrong_file_is_refused_with_its_own_name(what: str) -> None:
    harm, kind, words = WRONG[what]
    with pytest.raises(Refusal, match=words) as refused:
        parse(harm(tic_files.history()))
    assert (refused.value.source, refused.value.kind) == ("tic.history", kind)


@pytest.mark.parametrize("harm", [swap("1132.0", "1132"), lambda body: body.replace(b"\r\n", b"\n")])
def test_the_text_may_change_between_issues_while_the_figures_stay(harm: Callable[[bytes], bytes]) -> None:
    assert values(parse(harm(tic_files.history()))) == values(parse(tic_files.history()))


@pytest.mark.parametrize("mark", ["n.a.", "*"])
def test_a_value_not_reported_or_too_small_is_no_figure(mark: str) -> None:
    found = values(parse(small_with(mark)))
    assert (HOLDINGS, "Israel", "2012-12") not in found
    assert (HOLDINGS, "Israel", "2012-11") in found


def small_with(mark: str) -> bytes:
    """A history in which Israel's last figure is ``mark`` and All Other stands in for it."""
    body = tic_files.history()
    line = lines_of(body)[line_starting(body, "Israel\t")].decode()
    printed = line.split("\t")[1]
    body = replaced(body, f"Israel\t{printed}", f"Israel\t{mark}")
    return replaced(body, "All Other\t99.5", f"All Other\t{99.5 + float(printed):.1f}")


def excerpt(body: bytes) -> bytes:
    """The real file from 2012 to 2009, with stamp and notes: small enough to be harmed a thousand times."""
    lines = lines_of(body)
    start, stop = line_starting(body, "Country\t2012") - 1, line_starting(body, "Country\t2008") - 4
    unit = [line for line in lines[:4] if b"billions of dollars" in line]
    return b"".join(unit + lines[start:stop] + lines[line_starting(body, "Department") :])


ROOM = 2.9
"""Gap of the sums as published (0.5 at most) and what rounding 46 figures explains: no larger change gets through."""


def harmed_somehow(rng: random.Random, body: bytes) -> bytes:
    """One accident of the kinds that happen to files."""
    lines = lines_of(body)
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    accident = rng.randrange(10)
    if accident == 0:
        return body[: rng.randrange(len(body))]
    if accident == 1:
        del lines[at]
    elif accident == 2:
        lines.insert(other, lines[at])
    elif accident == 3:
        lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)] + b"\r\n"
    elif accident <= 6:
        cells = lines[at].rstrip(b"\r\n").split(b"\t")
        one, two = rng.randrange(len(cells)), rng.randrange(len(cells))
        if accident == 4:
            del cells[one]
        elif accident == 5:
            cells.insert(one, cells[two])
        else:
            cells[one] = rng.choice([b"", b"n.a.", b"-", b"0", b"0.0", cells[one] + b" 2/"])
        lines[at] = b"\t".join(cells) + b"\r\n"
    else:
        place = rng.randrange(len(body))
        junk = bytes([rng.choice(b"0123456789.,\t\r\n -*naJ\x00\x92\xff")])
        return body[:place] + junk + body[place + (accident == 7) :]
    return b"".join(lines)


@pytest.mark.slow("hundreds of damaged copies of the largest file")
def test_whatever_happens_to_the_file_it_is_the_same_figures_or_a_named_refusal() -> None:
    body, rng = excerpt(real()), random.Random(7)
    truth = values(parse(body))
    believed = 0
    for _ in range(1500):
        found = outcome(harmed_somehow(rng, body))
        if isinstance(found, str):
            assert found
            continue
        believed += 1
        gone, come = truth.keys() - found.keys(), found.keys() - truth.keys()
        assert not come
        assert all(entity.startswith("Foreign Official") for _, entity, _ in gone), "only `n.a.` there loses a figure"
        assert all(abs(found[key] - truth[key]) <= ROOM + 1e-9 for key in found)
        assert not any(found[key] == 0.0 for key in found)
    assert 100 < believed < 1200


@pytest.mark.parametrize("year", [2009, 2010, 2011])
def test_the_real_junes_cannot_be_exchanged_unnoticed(year: int) -> None:
    with pytest.raises(Refusal, match=f"{year}-06 is printed twice"):
        parse(columns_exchanged(str(year), 7, 8, heading=False)(excerpt(real())))


def test_it_feeds_the_same_series_as_table_5() -> None:
    assert SOURCE.datasets == {HOLDINGS, TOTALS}
    assert SOURCE.url.endswith("/tic/Documents/mfhhis01.txt")
